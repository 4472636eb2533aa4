"""The figures of a sweep: each reported measure over the swept keys, as lines, and as a map over two of them.

What a sweep is, and what its report holds, is left to `sim/experiments/sweep.py`; the panels draw any frame
with a column for each key and the columns mean, ci_low and ci_high.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator

from sim.experiments.sweep import Swept
from sim.measures.names import Key, spelled
from sim.plots import style
from sim.plots.colours import INK, level_colours, level_lines, lighter, text_on
from sim.plots.sensitivity import indices_figure
from sim.plots.style import Picture

MOST_LINES = 8
"""More values of a second key than this are drawn as dots, without lines."""

LEAST_RANGE = 0.1
"""The darkest field stands for so much more than the palest at least, as a share: chance must look pale."""

ROW_INCHES, COLUMN_INCHES = 2.6, 3.9


def sweep_figures(
    swept: Swept, report: pd.DataFrame, indices: pd.DataFrame | None = None
) -> dict[str, Picture]:
    """Name → figure: `lines`, `map` where the points cover every pair of two keys' values, and `indices`."""
    keys = [key for key in swept.keys if report[key].nunique(dropna=False) > 1]
    pair = pair_of(report, keys)
    with style.drawing():
        figures = {"lines": style.settled(lines_figure(swept, report, keys))}
        if pair is not None:
            figures["map"] = style.settled(map_figure(swept, report, pair))
        if indices is not None and len(indices):
            figures["indices"] = style.settled(indices_figure(indices, name=swept.scenario.name))
    return figures


def lines_figure(swept: Swept, report: pd.DataFrame, keys: Sequence[str]) -> Picture:
    """A row for each measure, a panel for each key: the mean and its 95 % interval over the key's values."""
    grid = pair_of(report, keys)
    across = list(grid) if grid is not None else list(keys)[:4]
    figure = style.picture(
        0.9 + COLUMN_INCHES * max(len(across), 1),
        1.3 + ROW_INCHES * len(swept.report_on),
        title=f"{swept.scenario.name}: what the swept keys do",
        caption=f"{len(swept.points)} points, {swept.scenario.run.replications} paired replications of each. "
        "Bars: 95 % intervals of the mean; they tell of chance in the simulation only. Ring: the scenario "
        "itself." + ("" if grid is not None else " A dot is a point; the other keys differ between dots."),
    )
    panels = figure.subplots(len(swept.report_on), max(len(across), 1), squeeze=False)
    colours = level_colours(tuple(swept.scenario.levels))
    for row, (measure, level) in enumerate(swept.report_on):
        part = of_measure(report, (measure, level))
        for column, key in enumerate(across):
            other = next((name for name in grid if name != key), None) if grid is not None else None
            ax = panels[row, column]
            lines(part, ax, key=key, other=other, colour=colours.get(level, INK), alone=len(keys) == 1)
            style.heading(ax, spelled(measure, level), part["unit"].iloc[0], inches=COLUMN_INCHES - 0.5)
    return figure


def map_figure(swept: Swept, report: pd.DataFrame, pair: tuple[str, str]) -> Picture:
    """A map for each measure: one key across, the other upwards, the mean in every field."""
    count = len(swept.report_on)
    columns = min(count, 3)
    rows = -(-count // columns)
    sizes = [report[key].nunique() for key in pair]
    figure = style.picture(
        0.9 + columns * max(2.6, 1.0 + 0.55 * sizes[0]),
        1.3 + rows * max(1.9, 1.2 + 0.34 * sizes[1]),
        title=f"{swept.scenario.name}: {pair[0]} × {pair[1]}",
        caption=f"Mean of {swept.scenario.run.replications} paired replications at each point; pale is low, "
        "dark is high, each measure by itself. Chance in the simulation is in the table.",
    )
    panels = figure.subplots(rows, columns, squeeze=False)
    colours = level_colours(tuple(swept.scenario.levels))
    for number, ax in enumerate(panels.flat):
        if number >= count:
            style.blank(ax)
            continue
        measure, level = swept.report_on[number]
        part = of_measure(report, (measure, level))
        heat_map(part[part["point"] > 0], ax, pair=pair, colour=colours.get(level, INK))
        style.heading(ax, spelled(measure, level), part["unit"].iloc[0], inches=2.4)
    return figure


def lines(
    part: pd.DataFrame, ax: Axes, *, key: str, other: str | None, colour: str, alone: bool = False
) -> Axes:
    """The mean over a key's values, a line for each value of another key; the scenario itself as a ring.

    Without another key the points are joined only where this one is `alone`, so that nothing else differs.
    Points that leave the key at its default have no place among its values.
    """
    part = part[part[key].notna()]
    places = positions(part[key])
    groups = [(None, part)] if other is None else list(part[part["point"] > 0].groupby(other, sort=True))
    named = other is not None and len(groups) <= MOST_LINES
    pens = level_lines([str(value) for value, _ in groups]) if named else {}
    joined = named or alone
    for number, (value, group) in enumerate(groups):
        rows = group.iloc[np.argsort([places[one] for one in group[key]], kind="stable")]
        shade = lighter(colour, 0.6 * (1 - (number + 1) / len(groups))) if named else colour
        at = [places[one] for one in rows[key]]
        ax.vlines(at, rows["ci_low"], rows["ci_high"], color=shade, linewidth=1.0)
        how: dict[str, Any] = (
            {"linestyle": pens[str(value)] if named else "-"} if joined else {"linestyle": "none"}
        )
        label = f"{other} = {shown(value)}" if named else None
        ax.plot(at, rows["mean"], marker="o", markersize=3.5, linewidth=1.2, color=shade, label=label, **how)
    own = part[part["point"] == 0]
    ax.plot(
        [places[one] for one in own[key]], own["mean"], marker="o", markersize=8, linestyle="none",
        markerfacecolor="none", markeredgecolor=INK, zorder=5,
    )  # fmt: skip
    name_values(ax, places)
    ax.set_xlabel(key)
    ax.margins(y=0.12)
    ax.yaxis.set_major_locator(MaxNLocator(5))
    style.rules(ax)
    if named:
        low, high = part["ci_low"].min(), part["ci_high"].max()
        if np.isfinite(low) and high > low:  # room for the names above all that is drawn
            ax.set_ylim(low - 0.08 * (high - low), high + (0.1 + 0.14 * len(groups)) * (high - low))
        ax.legend(loc="upper right", fontsize=style.SMALL_POINTS, frameon=False, handlelength=2.2)
    return ax


def heat_map(part: pd.DataFrame, ax: Axes, *, pair: tuple[str, str], colour: str) -> Axes:
    """The mean at each pair of values, as a colour and a number."""
    across, upwards = (sorted(part[key].unique(), key=rank) for key in pair)
    fields = np.full((len(upwards), len(across)), np.nan)
    for row in part.to_dict("records"):
        fields[upwards.index(row[pair[1]]), across.index(row[pair[0]])] = row["mean"]
    shades = LinearSegmentedColormap.from_list("shades", [lighter(colour, 0.9), colour])
    known = fields[~np.isnan(fields)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    high = max(high, low + LEAST_RANGE * max(abs(low), abs(high)))
    ax.imshow(fields, cmap=shades, origin="lower", aspect="auto", vmin=low, vmax=high)
    for (row, column), value in np.ndenumerate(fields):
        share = (value - low) / (high - low) if high > low else 0.0
        ground = lighter(colour, 0.9 * (1.0 - share)) if not np.isnan(value) else "#ffffff"
        ax.text(
            column, row, "–" if np.isnan(value) else f"{value:.3g}", ha="center", va="center",
            fontsize=style.SMALL_POINTS, color=text_on(ground),
        )  # fmt: skip
    ax.set_xticks(range(len(across)), [shown(value) for value in across])
    ax.set_yticks(range(len(upwards)), [shown(value) for value in upwards])
    ax.set_xlabel(pair[0])
    ax.set_ylabel(pair[1])
    return ax


def pair_of(report: pd.DataFrame, keys: Sequence[str]) -> tuple[str, str] | None:
    """The two keys whose values the points cover pair by pair, the one with more values first."""
    if len(keys) != 2:
        return None
    points = report[report["point"] > 0].drop_duplicates("point")
    sizes = [points[key].nunique() for key in keys]
    if min(sizes) < 2 or len(points) != sizes[0] * sizes[1] or points.duplicated(list(keys)).any():
        return None
    first, second = sorted(keys, key=lambda key: -points[key].nunique())
    return first, second


def of_measure(report: pd.DataFrame, key: Key) -> pd.DataFrame:
    """The rows of one measure."""
    return report[(report["measure"] == key[0]) & (report["level"] == key[1])]


def positions(values: pd.Series) -> dict[Any, float]:
    """Where each value stands: numbers where they are, anything else one after the other."""
    found = sorted(values.unique(), key=rank)
    numbers = all(is_number(value) for value in found)
    return {value: float(value) if numbers else float(place) for place, value in enumerate(found)}


def name_values(ax: Axes, places: dict[Any, float]) -> None:
    """Name the values below the axis; numbers that are many by a scale."""
    if len(places) <= 8:
        ax.set_xticks(list(places.values()), [shown(value) for value in places])
    else:
        ax.xaxis.set_major_locator(MaxNLocator(6))


def rank(value: Any) -> tuple[bool, Any]:
    """By what values are put in order: numbers first, then texts."""
    return (False, float(value)) if is_number(value) else (True, str(value))


def is_number(value: Any) -> bool:
    """Whether a value is a number."""
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def shown(value: Any) -> str:
    """A value as a tick."""
    return f"{value:g}" if is_number(value) else str(value)
