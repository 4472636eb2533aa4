"""How long patients wait for each level: how many are admitted how soon, and the median and 90th percentile.

`admitted_within` reads the curve `admitted` of `curves.csv` (of all who asked); `wait_days` reads
`summary.csv` (of those admitted, from outside and by transfer apart). Both draw one row per level, so that
they can share their rows. Who leaves the line is left to the picture of transitions.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.plots import style
from sim.plots.colours import INK, MUTED, RULE, lighter, text_on
from sim.plots.setting import Setting

WITHIN_DAYS = (0, 1, 7, 14, 30)
"""Days of waiting at which the bars of `admitted_within` are cut."""
_PALER = (0.0, 0.3, 0.52, 0.7, 0.84)
_ABOVE = {"outside": -0.19, "transfers": 0.19}
"""Whose waits are told apart, and how far from the middle of the level's row they stand."""


class _Figure(NamedTuple):
    """A mean over replications and the 5–95 % range of single ones."""

    mean: float
    low: float
    high: float


def admitted_within(curves: pd.DataFrame, ax: Axes, *, setting: Setting) -> Axes:
    """One bar per level: the shares of all who asked, by how many days they had waited when admitted."""
    _rows(ax, setting)
    ax.set_xlim(0, 1)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
    ax.set_xlabel("admitted (% of all who asked)")
    rows = curves[curves["curve"] == "admitted"]
    if rows[rows["group"].isin(setting.levels)]["share"].isna().all():
        return style.nothing(ax, "no waits: nobody asked for a place")
    for level in setting.levels:
        _bar(rows, ax, level=level, setting=setting)
    _head_bar(ax, setting)
    return ax


def wait_days(summary: pd.DataFrame, ax: Axes, *, setting: Setting) -> Axes:
    """Two lines per level, from outside and by transfer: from the median wait to the 90th percentile."""
    _rows(ax, setting)
    ax.set_xlabel("wait of those admitted (days)")
    ax.grid(visible=True, axis="x")
    longest = 0.0
    for row, level in enumerate(setting.levels):
        for who, above in _ABOVE.items():
            median = _figure(summary, f"wait.{who}.median", level)
            p90 = _figure(summary, f"wait.{who}.p90", level)
            if median and p90:
                longest = max(longest, p90.high, p90.mean)
                _draw_wait(
                    ax, row + above, median, p90, colour=setting.colour(level), hollow=who == "transfers"
                )
    if not longest and not ax.lines:
        ax.set_xticks([])
        ax.grid(visible=False)
        return style.nothing(ax, "no waits: nobody was admitted")
    ax.set_xlim(-0.02 * max(1.0, longest), 1.2 * max(1.0, longest))
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    _head_waits(ax)
    return ax


def _rows(ax: Axes, setting: Setting) -> None:
    """One row per level, the first on top, named at the left, with room for a key above."""
    count = len(setting.levels)
    ax.set_ylim(count - 0.5, -1.0)
    ax.set_yticks(
        range(count), [style.wrapped(level, 1.9, points=style.TEXT_POINTS) for level in setting.levels]
    )
    ax.tick_params(axis="y", labelcolor=INK, labelsize=style.TEXT_POINTS, pad=6)
    ax.spines["left"].set_visible(False)


def _bar(curves: pd.DataFrame, ax: Axes, *, level: str, setting: Setting) -> None:
    """The bar of one level, or that nobody asked for it."""
    row = setting.levels.index(level)
    rows = curves[curves["group"] == level].dropna(subset=["share"]).sort_values("day")
    if rows.empty:
        ax.text(
            0.01, row, "nobody asked", va="center", color=MUTED, style="italic", fontsize=style.SMALL_POINTS
        )
        return
    days, shares = rows["day"].to_numpy(float), rows["share"].to_numpy(float)
    colour = setting.colour(level)
    left = 0.0
    for paler, day in zip(_PALER, WITHIN_DAYS, strict=True):
        upto = float(shares[max(0, int(np.searchsorted(days, day, side="right")) - 1)])
        _segment(ax, row, left, upto, colour=lighter(colour, paler))
        left = max(left, upto)
    _segment(ax, row, left, 1.0, colour="#ffffff")
    ax.add_patch(Rectangle((0, row - 0.3), 1, 0.6, facecolor="none", edgecolor=MUTED, linewidth=0.6,
                           clip_on=False))  # fmt: skip


def _segment(ax: Axes, row: float, left: float, right: float, *, colour: str) -> None:
    if right <= left:
        return
    ax.add_patch(Rectangle((left, row - 0.3), right - left, 0.6, facecolor=colour, linewidth=0))
    if right - left >= 0.055:
        ax.text((left + right) / 2, row, f"{100 * (right - left):.0f}", ha="center", va="center",
                fontsize=style.SMALL_POINTS, color=text_on(colour))  # fmt: skip


def _head_bar(ax: Axes, setting: Setting) -> None:
    """A key above the bars: shades from dark to white, and the days they stand for."""
    names = ["at once", *(f"by day {day}" for day in WITHIN_DAYS[1:]), "later, never"]
    wide = 1 / len(names)
    base = "#3f4750"
    for position, name in enumerate(names):
        shade = lighter(base, _PALER[position]) if position < len(_PALER) else "#ffffff"
        ax.add_patch(Rectangle((position * wide, -0.72), wide * 0.9, 0.1, facecolor=shade, edgecolor=MUTED,
                               linewidth=0.5))  # fmt: skip
        ax.text(position * wide, -0.76, name, va="bottom", fontsize=style.SMALL_POINTS, color=MUTED)


def _figure(summary: pd.DataFrame, measure: str, level: str) -> _Figure | None:
    rows = summary[(summary["measure"] == measure) & (summary["level"] == level)]
    if rows.empty or pd.isna(rows.iloc[0]["mean"]):
        return None
    row = rows.iloc[0]
    return _Figure(float(row["mean"]), float(row["p05"]), float(row["p95"]))


def _draw_wait(ax: Axes, y: float, median: _Figure, p90: _Figure, *, colour: str, hollow: bool) -> None:
    for figure in (median, p90):
        if np.isfinite(figure.low) and np.isfinite(figure.high):
            ax.plot([figure.low, figure.high], [y, y], color=lighter(colour, 0.72), linewidth=7, zorder=2)
    dashes = (0, (3, 1.5)) if hollow else "-"
    ax.plot([median.mean, p90.mean], [y, y], color=colour, linewidth=1.4, linestyle=dashes, zorder=3)
    ax.plot([median.mean], [y], marker="o", markersize=5.5, color=colour, zorder=4, clip_on=False,
            markerfacecolor="white" if hollow else colour)  # fmt: skip
    ax.plot([p90.mean], [y], marker="|", markersize=9, markeredgewidth=1.8, color=colour, zorder=4)
    furthest = p90.high if np.isfinite(p90.high) else p90.mean
    low, high = (f"{days:.1f}" if days < 9.95 else f"{days:.0f}" for days in (median.mean, p90.mean))
    ax.annotate(
        low if low == high else f"{low} – {high}", (max(furthest, p90.mean), y), xytext=(6, 0),
        textcoords="offset points", va="center", fontsize=style.SMALL_POINTS,
    )  # fmt: skip


def _head_waits(ax: Axes) -> None:
    """A key above the lines: filled for those from outside, hollow for transfers."""
    left, right = ax.get_xlim()
    wide = right - left
    for at, name, hollow in ((0.02, "from outside", False), (0.42, "transfers", True)):
        x = left + at * wide
        ax.plot([x, x + 0.06 * wide], [-0.68, -0.68], color=MUTED, linewidth=1.4,
                linestyle=(0, (3, 1.5)) if hollow else "-")  # fmt: skip
        ax.plot(
            [x],
            [-0.68],
            marker="o",
            markersize=5.5,
            color=MUTED,
            markerfacecolor="white" if hollow else MUTED,
        )
        ax.plot([x + 0.06 * wide], [-0.68], marker="|", markersize=9, markeredgewidth=1.8, color=MUTED)
        ax.text(x + 0.085 * wide, -0.68, name, va="center", fontsize=style.SMALL_POINTS, color=MUTED)
    ax.axhline(-0.45, color=RULE, linewidth=0.6)
