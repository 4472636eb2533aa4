"""The figure of a sensitivity: a tornado for each measure, and Sobol indices beside it where there are any.

What the figures are is left to `sim/experiments/sensitivity.py`; the panels draw any frame with its columns.
"""

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.experiments.sensitivity import Sensitivity
from sim.measures.names import spelled
from sim.plots import style
from sim.plots.colours import INK, MUTED, lighter
from sim.plots.dots import Dot, dots
from sim.plots.style import Picture

COLOURS = {"low": lighter(INK, 0.62), "high": lighter(INK, 0.3)}


def sensitivity_figure(found: Sensitivity) -> Picture:
    """A row for each measure: its tornado, and its indices at the right."""
    table, indices = found.tornado(), found.indices()
    both = not indices.empty
    count = len(found.measures)
    rows = len(found.ranges)
    figure = style.picture(
        10.5 if both else 7.5,
        1.6 + count * (1.15 + 0.36 * rows),
        title="What the answer turns on",
        caption=f"Scenario {found.scenario.name}, {len(found.base)} paired replications. Bars: change when "
        "one key goes to the low (pale) or the high (dark) end of its range; thin lines: 95 % intervals that "
        "hold for all bars of a panel at once (Bonferroni)."
        + (
            " Right: share of the variance over all ranges that a key brings alone (filled) and with its "
            f"interplay (hollow), with 95 % intervals of a sample of {int(indices['rows'].iloc[0])} rows."
            if both
            else ""
        ),
    )
    panels = figure.subplots(count, 2 if both else 1, squeeze=False, width_ratios=(1.25, 1) if both else None)
    for number, (measure, level) in enumerate(found.measures):
        part = table[(table["measure"] == measure) & (table["level"] == level)]
        keys = list(dict.fromkeys(part["key"]))
        ax = tornado(part, panels[number, 0])
        now = part["before"].iloc[0]
        detail = "" if math.isnan(now) else f"now {now:.4g} {part['unit'].iloc[0]}"
        style.heading(ax, spelled(measure, level), detail, inches=4.2)
        if both:
            mine = indices[(indices["measure"] == measure) & (indices["level"] == level)]
            index_dots(mine, panels[number, 1], keys=keys)
    return figure


def indices_figure(indices: pd.DataFrame, *, name: str) -> Picture:
    """A panel for each measure with its indices, keys by their total ones; `name` is the scenario's."""
    measures = list(dict.fromkeys(zip(indices["measure"], indices["level"], strict=True)))
    keys = indices["key"].nunique()
    figure = style.picture(
        7.5,
        1.3 + len(measures) * (0.95 + 0.36 * keys),
        title="What the answer turns on",
        caption=f"Scenario {name}. Share of the variance over all ranges that a key brings alone (filled) "
        "and with its interplay (hollow), with the 95 % intervals of a sample of "
        f"{int(indices['rows'].iloc[0])} rows.",
    )
    panels = figure.subplots(len(measures), 1, squeeze=False)
    for (measure, level), ax in zip(measures, panels[:, 0], strict=True):
        mine = indices[(indices["measure"] == measure) & (indices["level"] == level)]
        order = mine.sort_values("total", ascending=False, kind="stable")["key"].tolist()
        index_dots(mine, ax, keys=order, named=True)
        style.heading(ax, spelled(measure, level), inches=4.2)
    return figure


def tornado(table: pd.DataFrame, ax: Axes) -> Axes:
    """One measure's rows of a tornado table: a bar to each end of each key, the widest on top."""
    keys = list(dict.fromkeys(table.sort_values("rank", kind="stable")["key"]))
    ax.set_ylim(len(keys) - 0.5, -0.5)
    ax.set_yticks(range(len(keys)), [style.wrapped(key, 2.6, points=style.TEXT_POINTS) for key in keys])
    ax.tick_params(axis="y", labelcolor=INK, labelsize=style.TEXT_POINTS, pad=6)
    ax.spines["left"].set_visible(False)
    ax.axvline(0.0, color=MUTED, linewidth=0.9, zorder=3)
    unit = table["unit"].iloc[0] if len(table) else ""
    ax.set_xlabel(f"change ({unit})")
    if table["change"].isna().all():
        ax.set_xticks([])
        return style.nothing(ax, "not known")
    for row in table.to_dict("records"):
        y = keys.index(row["key"]) + (-0.17 if row["end"] == "low" else 0.17)
        ax.barh(y, row["change"], height=0.3, color=COLOURS[row["end"]], linewidth=0, zorder=2)
        ax.plot([row["ci_low"], row["ci_high"]], [y, y], color="black", linewidth=1.0, zorder=4)
        right = row["change"] >= 0.0
        edge = max(row["change"], row["ci_high"]) if right else min(row["change"], row["ci_low"])
        ax.annotate(
            f"{row['value']:g}",
            (edge, y),
            xytext=(4 if right else -4, 0),
            textcoords="offset points",
            ha="left" if right else "right",
            va="center",
            fontsize=style.SMALL_POINTS,
            color=MUTED,
        )
    ends = [value for name in ("change", "ci_low", "ci_high") for value in table[name].dropna()] + [0.0]
    room = 0.14 * (max(ends) - min(ends) or 1.0)
    ax.set_xlim(min(ends) - room, max(ends) + room)
    ax.grid(visible=True, axis="x")
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−")))
    return ax


def index_dots(indices: pd.DataFrame, ax: Axes, *, keys: list[str], named: bool = False) -> Axes:
    """One measure's indices with their intervals, a row for each key: first-order filled, total hollow."""
    found = []
    for row in indices.to_dict("records"):
        for name, shift in (("first", -0.14), ("total", 0.14)):
            figures = (row[name], row[f"{name}_low"], row[f"{name}_high"])
            found.append(Dot(row["key"], *figures, INK, hollow=name == "total", shift=shift))
    dots(ax, found, rows=keys, inches=2.6)
    if not named:
        ax.set_yticklabels([])
    ax.set_xlabel("share of the variance")
    return ax
