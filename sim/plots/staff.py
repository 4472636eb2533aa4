"""Staff needed of one role, week by week: the mean by level, what a plan for most weeks takes, who is there.

Reads `staff.csv` (columns week, date, role, level, measure, mean, p80, p95). Putting roles above one another
is left to `figures.py`.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from sim.plots import style
from sim.plots.colours import INK, MUTED, lighter
from sim.plots.setting import Setting

Floats = npt.NDArray[np.float64]

BAND = "#00000026"
"""Grey through which the areas of levels can be seen."""


def staff(table: pd.DataFrame, ax: Axes, *, role: str, setting: Setting) -> Axes:
    """FTE of a role as areas by level (mean), a band from the 80 to the 95 % point, the roster as steps."""
    rows = table[table["role"] == role]
    whole = _weeks(rows, "", "needed")
    days = _edges(whole, setting)
    levels = [level for level in setting.levels if (rows["level"] == level).any()]
    below, middles = np.zeros(len(whole)), []
    for level in reversed(levels):
        above = below + _weeks(rows, level, "needed")["mean"].to_numpy(float)
        ax.fill_between(
            days,
            _held(below),
            _held(above),
            step="post",
            color=lighter(setting.colour(level), 0.45),
            linewidth=0,
        )
        middles.append(float(below[-1] + above[-1]) / 2.0)
        below = above
    ax.step(days, _held(whole["mean"]), where="post", color=MUTED, linewidth=1.4)
    if setting.replications > 1:
        ax.fill_between(
            days, _held(whole["p80"]), _held(whole["p95"]), step="post", color=BAND, linewidth=0, zorder=3
        )
    highest = float(whole["p95"].max())
    there = _weeks(rows, "", "present")["mean"].to_numpy(float)
    if len(there) and not np.isnan(there).all():
        ax.step(days, _held(there), where="post", color=INK, linewidth=1.0, zorder=4)
        highest = max(highest, float(np.nanmax(there)))
    style.patients_axis(ax, "FTE", highest=highest)
    style.date_axis(ax, setting.start, first=float(days[0]), last=float(days[-1]), ticks=5)
    _name_levels(ax, levels[::-1], middles, setting)
    return ax


def _weeks(rows: pd.DataFrame, level: str, measure: str) -> pd.DataFrame:
    """The weeks of one level ("": all together) and figure, in order."""
    return rows[(rows["level"] == level) & (rows["measure"] == measure)].sort_values("week")


def _edges(weeks: pd.DataFrame, setting: Setting) -> Floats:
    """The day on which each week begins, and that on which the last ends."""
    begins = (pd.to_datetime(weeks["date"]) - pd.Timestamp(setting.start)).dt.days.to_numpy(float)
    return np.append(begins, begins[-1] + 7.0)


def _held(values: "pd.Series[float] | Floats") -> Floats:
    """The values of the weeks, the last once more for its end."""
    numbers = np.asarray(values, dtype=np.float64)
    return np.append(numbers, numbers[-1])


def _name_levels(ax: Axes, levels: list[str], middles: list[float], setting: Setting) -> None:
    """The names of the levels at the right, beside their areas."""
    low, high = ax.get_ylim()
    apart = (high - low) * 1.3 * style.SMALL_POINTS / style.points(ax)[1]
    for level, place in zip(levels, style.spread(middles, apart=apart, low=low, high=high), strict=True):
        ax.annotate(
            level,
            (1.0, place),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=style.SMALL_POINTS,
            color=setting.colour(level),
            annotation_clip=False,
        )
