"""A figure with its interval on one row each: what margins and sensitivities are drawn with.

Rows are given from top to bottom. What the figures are is left to those who call.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.plots import style
from sim.plots.colours import INK, MUTED


class Dot(NamedTuple):
    """One figure with its interval, in a colour."""

    row: str
    value: float
    low: float
    high: float
    colour: str = INK
    hollow: bool = False
    shift: float = 0.0  # of a row's height downwards, where two stand on one row


def dots(ax: Axes, found: Sequence[Dot], *, rows: Sequence[str], inches: float = 1.9) -> Axes:
    """The dots with their intervals as bars, a row each, the first on top; a line at 0."""
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_yticks(range(len(rows)), [style.wrapped(row, inches, points=style.TEXT_POINTS) for row in rows])
    ax.tick_params(axis="y", labelcolor=INK, labelsize=style.TEXT_POINTS, pad=6)
    ax.spines["left"].set_visible(False)
    ax.axvline(0.0, color=MUTED, linewidth=0.9, zorder=1)
    ax.grid(visible=True, axis="x")
    if all(math.isnan(dot.value) for dot in found):
        ax.set_xticks([])
        return style.nothing(ax, "not known")
    for dot in found:
        if math.isnan(dot.value):
            continue
        y = rows.index(dot.row) + dot.shift
        if math.isfinite(dot.low) and math.isfinite(dot.high):
            ax.plot([dot.low, dot.high], [y, y], color=dot.colour, linewidth=2.2, zorder=2)
        ax.plot([dot.value], [y], marker="o", markersize=5.5, color=dot.colour, zorder=3,
                markerfacecolor="white" if dot.hollow else dot.colour)  # fmt: skip
    ends = [end for dot in found for end in (dot.value, dot.low, dot.high, 0.0) if math.isfinite(end)]
    room = 0.06 * (max(ends) - min(ends) or 1.0)
    ax.set_xlim(min(ends) - room, max(ends) + room)
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−")))
    return ax
