"""What patients attend by week, in one level: hours, groups held, and how full they are.

Reads the panel `services` (columns week, level, service, measure, mean, p05, p95), one line per service.
Putting levels side by side is left to `figures.py`.
"""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from sim.plots import style
from sim.plots.colours import INK, lighter
from sim.plots.setting import Setting

COLUMNS: dict[str, tuple[str, str]] = {
    "hours": ("Attended hours", "attended (hours a week)"),
    "groups": ("Groups held", "groups (a week)"),
    "fill": ("Group fill", "attended (% of seats)"),
}
"""Figures of the panel that are drawn → how a column of them is headed, and what its axis says."""

_LINES = ("-", (0, (6, 2)), (0, (6, 2, 1.2, 2)), (0, (1.4, 1.4)))
_NAMES_APART = 11.0  # points


def services(panel: pd.DataFrame, ax: Axes, *, level: str, measure: str, setting: Setting) -> Axes:
    """One figure of the services of a level by week: mean and band, each line named at its end.

    Services that have no value in any week, such as the fill of what is no group, are left out.
    """
    _, label = COLUMNS[measure]
    rows = panel[(panel["level"] == level) & (panel["measure"] == measure)].sort_values("week")
    rows = rows[rows["mean"].notna() & (measure == "hours" or _in_groups(panel, rows))]
    weeks = int(panel["week"].max()) + 1 if len(panel) else 1
    first = setting.window_start
    style.date_axis(ax, setting.start, first=first, last=first + 7 * weeks, ticks=4)
    highest = float(rows["p95"].max()) if len(rows) else 1.0
    if measure == "fill":
        style.percent_axis(ax, label)
    else:
        style.patients_axis(ax, label, highest=highest)
    if rows.empty:
        return style.nothing(ax, f"no groups in {level}")
    names = list(dict.fromkeys(rows["service"]))
    for place, name in enumerate(names):
        one = rows[rows["service"] == name]
        day = first + 7.0 * one["week"] + 3.5
        colour = setting.colour(level)
        ax.fill_between(day, one["p05"], one["p95"], color=lighter(colour, 0.68), linewidth=0, alpha=0.6)
        pen: Any = _LINES[place % len(_LINES)]
        ax.plot(day, one["mean"], color=colour, linewidth=1.4, linestyle=pen)
    _name_lines(ax, rows, names)
    return ax


def _in_groups(panel: pd.DataFrame, rows: pd.DataFrame) -> "pd.Series[bool]":
    """Which rows are of services that are ever held in groups."""
    held = panel[(panel["measure"] == "groups") & (panel["mean"] > 0)]
    known = set(zip(held["level"], held["service"], strict=True))
    return pd.Series(
        [key in known for key in zip(rows["level"], rows["service"], strict=True)],
        index=rows.index,
        dtype=bool,
    )


def _name_lines(ax: Axes, rows: pd.DataFrame, names: list[str]) -> None:
    """Write the name of each service at the end of its line, apart from one another."""
    low, high = ax.get_ylim()
    per_point = (high - low) / max(1.0, style.points(ax)[1])
    ends = [float(rows[rows["service"] == name]["mean"].iloc[-1]) for name in names]
    places = style.spread(ends, apart=_NAMES_APART * per_point, low=low, high=high)
    for name, place in zip(names, places, strict=True):
        ax.annotate(
            name,
            (ax.get_xlim()[1], place),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=style.SMALL_POINTS,
            color=INK,
            annotation_clip=False,
        )
