"""The figure of a search: the curve with its bounds, the target, the answer and its test.

What was sought, and how, is left to `sim/experiments/seek.py`.
"""

import math
from collections.abc import Iterable

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.experiments.seek import Seen, Sought
from sim.experiments.targets import MEETS, Told
from sim.measures.registry import measure
from sim.plots import style
from sim.plots.colours import INK, MUTED, level_colours
from sim.plots.style import Picture


def seek_figure(found: Sought) -> Picture:
    """One panel: the key across, the measure upwards, a point with its bounds for every value looked at."""
    about = measure(found.target.measure)
    sought = f"the answer is {found.answer}" if found.answer is not None else "no value in range meets it"
    tested = (
        "" if found.test is None else f" Diamond: the test, {found.test.replications} fresh replications."
    )
    figure = style.picture(
        7.5,
        4.6,
        title=f"{found.target}: {sought}",
        caption=f"Scenario {found.scenario.name}, {found.method}. Bars: one-sided bounds, each at "
        f"{100 * found.confidence:g} % confidence. Filled: meets the target; hollow: misses it, or does not "
        f"tell.{tested}",
    )
    ax = figure.subplots()
    colours = level_colours(tuple(found.scenario.levels))
    colour = colours.get(found.target.level, INK)
    points(ax, found.curve, colour=colour)
    if found.test is not None and found.answer is not None:
        point(ax, found.answer + 0.012 * (found.high - found.low + 1.4), found.test, colour=INK, marker="D")
    ax.axhline(found.target.number, color=MUTED, linewidth=1.0, linestyle=(0, (4, 2)), zorder=1)
    ax.annotate(
        f"target {found.target.number:g}",
        (1, found.target.number),
        xycoords=("axes fraction", "data"),
        xytext=(-2, 3),
        textcoords="offset points",
        ha="right",
        fontsize=style.SMALL_POINTS,
        color=MUTED,
    )
    ax.set_xlim(found.low - 0.7, found.high + 0.7)
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.set_xlabel(found.key)
    ax.set_ylabel(f"mean ({about.unit})")
    style.rules(ax)
    return figure


def points(ax: Axes, curve: Iterable[Seen], *, colour: str) -> Axes:
    """The curve: a line through the means, and each point with its bounds."""
    known = [one for one in curve if not math.isnan(one.told.mean)]
    if not known:
        return style.nothing(ax, "nothing is known of this measure")
    ax.plot(
        [one.value for one in known], [one.told.mean for one in known], color=colour, linewidth=0.9, zorder=2
    )
    for one in known:
        point(ax, one.value, one.told, colour=colour, marker="o")
    return ax


def point(ax: Axes, at: float, told: Told, *, colour: str, marker: str) -> None:
    """A mean with its bounds; filled where it meets the target."""
    if math.isfinite(told.low):
        ax.plot([at, at], [told.low, told.high], color=colour, linewidth=2.0, zorder=3)
    ax.plot([at], [told.mean], marker=marker, markersize=5.5, color=colour, zorder=4,
            markerfacecolor=colour if told.verdict == MEETS else "white")  # fmt: skip
