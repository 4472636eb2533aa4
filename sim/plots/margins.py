"""The figure of margins: what each step changes, one panel for each good, the best step on top.

What the figures are, and how they are ranked, is left to `sim/experiments/margins.py`.
"""

import math

from sim.experiments.margins import Margins, goods
from sim.plots import style
from sim.plots.colours import INK, level_colours
from sim.plots.dots import Dot, dots
from sim.plots.style import Picture

COLUMNS = 3


def margins_figure(found: Margins) -> Picture:
    """A panel for each good, with a row for each step."""
    table, chosen = found.table(), goods(found.base.reduced)
    rows = list(dict.fromkeys(table.sort_values("rank")["at"]))
    colours = level_colours(tuple(found.scenario.levels))
    shown = [word for word in chosen if word in set(table["good"])]
    height = math.ceil(len(shown) / COLUMNS)
    figure = style.picture(
        9.5,
        1.5 + height * (0.95 + 0.3 * len(rows)),
        title=f"What changes with {found.words}",
        caption=f"Scenario {found.scenario.name}. Means of {len(found.base.reduced)} paired replications. "
        f"Bars: 95 % intervals that hold for all {len(rows)} rows of a panel at once (Bonferroni). Ranked by "
        f"{chosen[found.by].title}, best first. Arrow: which way is better. There: at the level of the row.",
    )
    panels = figure.subplots(height, COLUMNS, squeeze=False)
    for number, ax in enumerate(panels.flatten()):
        if number >= len(shown):
            ax.remove()
            continue
        good = chosen[shown[number]]
        part = table[table["good"] == shown[number]]
        dots(
            ax,
            [
                Dot(row["at"], row["change"], row["ci_low"], row["ci_high"], colours.get(row["at"], INK))
                for row in part.to_dict("records")
            ],
            rows=rows,
        )
        now = part["before"].dropna().unique()
        unit = good.unit.replace("% points", "%")
        detail = f"now {style.number(now[0])} {unit}" if len(now) == 1 and not good.at_level else ""
        arrow = "←" if good.better < 0 else "→"
        style.heading(ax, f"{good.title} {arrow}", detail, inches=2.6)
        ax.set_xlabel(f"change ({good.unit})")
        if number % COLUMNS:
            ax.set_yticklabels([])
    return figure
