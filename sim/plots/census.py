"""Census and waitlist of one level over time: who holds a place, against capacity, and who waits for one.

Both read `daily.csv` (columns day, level, measure, mean, p05, p50, p95; `census`, `waiting`, `blocked`,
`capacity` and `usable` are used) and share one axis of dates. Putting levels side by side is left to
`figures.py`.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from sim.plots import style
from sim.plots.colours import INK, MUTED, lighter
from sim.plots.setting import Setting

Floats = npt.NDArray[np.float64]

LONGEST_BY_DAY = 800
"""Runs of more days than this are drawn by weeks: the eye sees no more, and files stay small."""


def census(daily: pd.DataFrame, ax: Axes, *, level: str, setting: Setting, words: bool = True) -> Axes:
    """Patients holding a place: mean, band, the blocked among them, and the capacity as steps.

    `words` writes beside the first panel what the parts are; the caption says it for all of them.
    """
    colour = setting.colour(level)
    held = _series(daily, level, "census")
    if held.empty or not held["p95"].max() > 0:
        style.patients_axis(ax, "census (patients)", highest=1)
        _time_axis(ax, daily, setting)
        return style.nothing(ax, f"no patients in {level}")
    blocked = _series(daily, level, "blocked")
    capacity = _capacity(daily, level)
    day = held["day"].to_numpy(float)
    ax.fill_between(day, held["p05"], held["p95"], color=lighter(colour, 0.68), linewidth=0)
    highest = float(held["p95"].max())
    if not blocked.empty and blocked["mean"].max() >= 0.005 * highest:
        _draw_blocked(ax, blocked, colour=colour, words=words)
    ax.plot(day, held["mean"], color=colour, linewidth=1.4)
    if len(capacity):
        ax.step(capacity[:, 0], capacity[:, 1], where="post", color=INK, linewidth=1.0, zorder=4)
        highest = min(max(highest, float(np.nanmax(capacity[:, 1]))), 3 * highest)
    _draw_usable(ax, daily, level, words=words)
    style.patients_axis(ax, "census (patients)", highest=highest)
    _time_axis(ax, daily, setting)
    _name_capacity(ax, capacity, words=words)
    return ax


def waitlist(daily: pd.DataFrame, ax: Axes, *, level: str, setting: Setting) -> Axes:
    """Patients waiting for a place, at home or blocked elsewhere: mean and band, from the top down."""
    colour = setting.colour(level)
    waiting = _series(daily, level, "waiting")
    nobody = waiting.empty or not waiting["p95"].max() > 0
    if not nobody:
        ax.fill_between(
            waiting["day"], waiting["p05"], waiting["p95"], color=lighter(colour, 0.68), linewidth=0
        )
        ax.plot(waiting["day"], waiting["mean"], color=colour, linewidth=1.4)
    style.patients_axis(ax, "waiting\n(patients)", highest=1 if nobody else waiting["p95"].max(), ticks=2)
    _time_axis(ax, daily, setting)
    return style.nothing(ax, f"nobody waits for {level}") if nobody else ax


def by_weeks(daily: pd.DataFrame) -> bool:
    """Whether the run is so long that its weeks are shown instead of its days."""
    return len(daily) > 0 and float(daily["day"].max() - daily["day"].min()) > LONGEST_BY_DAY


def _series(daily: pd.DataFrame, level: str, measure: str) -> pd.DataFrame:
    """The rows of one level and measure; of a long run the average of each week, at its middle."""
    rows = _days(daily, level, measure)
    if not by_weeks(daily):
        return rows
    week = (rows["day"] - rows["day"].min()) // 7
    return rows[["day", "mean", "p05", "p95"]].groupby(week).mean()


def _days(daily: pd.DataFrame, level: str, measure: str) -> pd.DataFrame:
    return daily[(daily["level"] == level) & (daily["measure"] == measure)].sort_values("day")


def _capacity(daily: pd.DataFrame, level: str) -> Floats:
    """The days on which the capacity takes a new value, and the last day; empty where it is unlimited."""
    rows = _days(daily, level, "capacity")[["day", "mean"]].to_numpy(float)
    rows = np.where(np.isfinite(rows), rows, np.nan)
    if not len(rows) or np.isnan(rows[:, 1]).all():
        return np.empty((0, 2))
    changed = np.append(True, rows[1:, 1] != rows[:-1, 1])
    changed[-1] = True
    steps: Floats = rows[changed]
    return steps


def _time_axis(ax: Axes, daily: pd.DataFrame, setting: Setting) -> None:
    """Dates from the first day of the table to the end of its last, what is not counted on grey ground."""
    first = float(daily["day"].min()) if len(daily) else 0.0
    last = float(daily["day"].max()) + 1 if len(daily) else setting.window_end
    style.date_axis(ax, setting.start, first=first, last=last, ticks=5)
    style.ground(ax, first, min(setting.window_start, last))
    style.ground(ax, max(setting.window_end, first), last)


def _draw_usable(ax: Axes, daily: pd.DataFrame, level: str, *, words: bool) -> None:
    """What places, seats and staff allow, on average, where that is ever less than the places."""
    usable, places = _series(daily, level, "usable"), _series(daily, level, "capacity")
    if usable.empty or usable["mean"].isna().all() or not (usable["mean"].to_numpy() < _no_nan(places)).any():
        return
    day, mean = usable["day"].to_numpy(float), usable["mean"].to_numpy(float)
    ax.plot(day, mean, color=INK, linewidth=1.0, linestyle=(0, (2, 1.5)), zorder=4)
    if words:
        ax.annotate(
            "usable", (float(day[-1]), float(mean[-1])), xytext=(-3, -3), textcoords="offset points",
            ha="right", va="top", fontsize=style.SMALL_POINTS, color=INK,
        )  # fmt: skip


def _no_nan(places: pd.DataFrame) -> Floats:
    """The places, infinite where they are unlimited."""
    held = places["mean"].to_numpy(float)
    return np.where(np.isnan(held), np.inf, held)


def _draw_blocked(ax: Axes, blocked: pd.DataFrame, *, colour: str, words: bool) -> None:
    ax.fill_between(
        blocked["day"],
        0,
        blocked["mean"],
        color=lighter(colour, 0.25),
        linewidth=0,
        zorder=2.5,
    )
    if words:
        end = blocked["day"].max()
        beneath = blocked[blocked["day"] >= end - 0.2 * (end - blocked["day"].min())]
        ax.annotate(
            "blocked",
            (float(end), float(beneath["mean"].max())),
            xytext=(-3, 3),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=style.SMALL_POINTS,
            color=MUTED,
        )


def _name_capacity(ax: Axes, capacity: Floats, *, words: bool) -> None:
    """Write the number of places above the line, at its start and wherever it changes."""
    if not len(capacity):
        ax.text(
            0.995, 0.97, "unlimited", transform=ax.transAxes, ha="right", va="top",
            fontsize=style.SMALL_POINTS, color=MUTED,
        )  # fmt: skip
        return
    left, right = ax.get_xlim()
    free_from = left
    for position, (day, places) in enumerate(capacity[:-1] if len(capacity) > 1 else capacity):
        if np.isnan(places) or day < free_from:
            continue
        text = f"{style.number(places)} places" if words and position == 0 else style.number(places)
        ax.annotate(
            text, (day, places), xytext=(2, 2), textcoords="offset points", fontsize=style.SMALL_POINTS,
            color=INK,
        )  # fmt: skip
        free_from = day + (right - left) * 0.02 * len(text)
