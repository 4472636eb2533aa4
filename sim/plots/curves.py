"""Outcome curves: the share of patients still in care, relapse-free, or back in care, day by day.

Reads one curve of `curves.csv` (columns curve, group, day, share, ci_low, ci_high, at_risk). Lines are named
at their right end and the numbers at risk stand under the axis, so no legend is needed. How a curve is
estimated is left to `sim/measures`.
"""

from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator
from matplotlib.transforms import ScaledTranslation

from sim.plots import style
from sim.plots.colours import INK, MUTED, OUTSIDE_GREY, level_colours, level_lines, lighter
from sim.plots.setting import Setting

EVERYONE = ("", "all")
"""Groups that mean all patients together, so the line needs no name."""

FEWEST_AT_RISK = 5
"""A curve ends where fewer patients per replication are at risk: with fewer, single patients make its steps,
and some replications have nobody left to follow."""


_Pen = dict[str, Any]


class Curve(NamedTuple):
    """How a curve of the table is headed, and what its axes say."""

    title: str
    share: str
    days: str


CURVES: dict[str, Curve] = {
    "retention": Curve("Retention", "in the continuum (% of patients)", "days since first admission"),
    "relapse_free": Curve("Relapse-free", "without relapse (% of patients)", "days since first admission"),
    "in_care": Curve(
        "No relapse while in care", "without relapse (% of patients)", "days since first admission"
    ),
    "return_to_care": Curve("Return to care", "returned to care (% of discharged)", "days since discharge"),
}
"""The curves that are outcomes, by their name in the table, in the order in which they are shown."""


def curve(curves: pd.DataFrame, ax: Axes, *, name: str, setting: Setting) -> Axes:
    """The curve of that name, one line per group, with its 95 % band and the numbers at risk beneath."""
    words = CURVES[name]
    style.heading(ax, words.title)
    style.percent_axis(ax, words.share)
    ax.set_xlabel(words.days)
    known = curves[curves["curve"] == name].dropna(subset=["share"]).sort_values("day")
    rows = _followed(known, fewest=FEWEST_AT_RISK * max(1, setting.replications))
    if rows.empty:
        ax.set_xticks([])
        return style.nothing(ax, "no patients to follow")
    groups = _ordered(list(dict.fromkeys(rows["group"].fillna(""))), setting)
    pens = _pens(groups, setting)
    _day_axis(ax, float(rows["day"].max()))
    for group in groups:
        one = rows[rows["group"].fillna("") == group]
        band = lighter(pens[group]["color"], 0.72)
        ax.fill_between(
            one["day"], one["ci_low"], one["ci_high"], color=band, linewidth=0, step="post", alpha=0.6
        )
        ax.plot(one["day"], one["share"], drawstyle="steps-post", **pens[group])
    _name_lines(ax, rows, groups=groups, pens=pens)
    _at_risk(ax, known, groups=groups)
    return ax


def _ordered(groups: list[str], setting: Setting) -> list[str]:
    """All patients first, then levels in their order, then the rest as they come."""
    place = {level: position for position, level in enumerate(setting.levels)}
    return sorted(groups, key=lambda group: (group not in EVERYONE, place.get(group, len(place))))


def _followed(rows: pd.DataFrame, *, fewest: int) -> pd.DataFrame:
    """The days on which enough patients of a group are at risk; all days where no group ever has enough."""
    enough = rows[rows["at_risk"] >= fewest]
    return rows if enough.empty else enough


def _name(group: str) -> str:
    return "all" if group in EVERYONE else group


def _pens(groups: list[str], setting: Setting) -> dict[str, _Pen]:
    """How each group's line is drawn: levels as everywhere, all patients in ink, or broad and grey behind.

    Groups that are no levels get colours and line styles among themselves.
    """
    others = [group for group in groups if group not in EVERYONE and group not in setting.levels]
    colours = {**level_colours(setting.levels), **level_colours(others)}
    lines = {**level_lines(setting.levels), **level_lines(others)}
    pens: dict[str, _Pen] = {}
    for group in groups:
        if group not in EVERYONE:
            pens[group] = {"color": colours[group], "linestyle": lines[group], "linewidth": 1.6, "zorder": 3}
        elif len(groups) == 1:
            pens[group] = {"color": INK, "linewidth": 1.6, "zorder": 3}
        else:
            pens[group] = {"color": OUTSIDE_GREY, "linewidth": 3.2, "zorder": 2}
    return pens


def _day_axis(ax: Axes, last: float) -> None:
    step = next((step for step in (1, 2, 5, 7, 10, 14, 30, 60, 90, 180, 365) if last / step <= 6.2), 730)
    marks = [float(mark) for mark in range(0, int(last) + 1, step)]
    ax.set_xlim(0, max(1.0, last))
    ax.xaxis.set_major_locator(FixedLocator(marks))


def _name_lines(ax: Axes, rows: pd.DataFrame, *, groups: list[str], pens: dict[str, _Pen]) -> None:
    """Each group's last share beside the axes, with its name and a piece of its line."""
    shares = [float(rows[rows["group"].fillna("") == group].iloc[-1]["share"]) for group in groups]
    places = style.spread(shares, apart=11.5 / style.points(ax)[1], low=0.02, high=0.98)
    for group, share, place in zip(groups, shares, places, strict=True):
        text, gap = style.percent(share), 6.0
        if len(groups) > 1:
            text, gap = f"{_name(group)} {text}", 34.0
            _piece(ax, place, pens[group])
        ax.annotate(
            text, (1, place), xytext=(gap, 0), xycoords=ax.get_yaxis_transform(),
            textcoords="offset points", fontsize=style.SMALL_POINTS, va="center",
        )  # fmt: skip


def _piece(ax: Axes, place: float, pen: _Pen) -> None:
    """A piece of the line beside the axes, 24 points long wherever the layout puts the axes."""
    start, end = (
        ax.get_yaxis_transform() + ScaledTranslation(points / 72, 0, ax.figure.dpi_scale_trans)
        for points in (6, 30)
    )
    look = {name: value for name, value in pen.items() if name != "zorder"}
    ax.annotate(
        "", (1, place), xytext=(1, place), xycoords=start, textcoords=end,
        arrowprops={"arrowstyle": "-", "shrinkA": 0, "shrinkB": 0, **look},
    )  # fmt: skip


def _at_risk(ax: Axes, rows: pd.DataFrame, *, groups: list[str]) -> None:
    """A row of numbers per group under the ticks: patients still followed on that day."""
    marks = [float(mark) for mark in ax.get_xticks()]
    below = ax.get_xaxis_transform()
    first = -41.0
    ax.annotate(
        "at risk (patients)", (0, 0), xytext=(0, first), xycoords="axes fraction",
        textcoords="offset points", fontsize=style.SMALL_POINTS, color=MUTED, va="center",
    )  # fmt: skip
    for line, group in enumerate(groups, start=1):
        one = rows[rows["group"].fillna("") == group]
        drop = first - 11.5 * line
        if len(groups) > 1:
            ax.annotate(
                _name(group), (0, 0), xytext=(-20, drop), xycoords="axes fraction",
                textcoords="offset points", fontsize=style.SMALL_POINTS, color=MUTED, va="center", ha="right",
            )  # fmt: skip
        for mark in marks:
            at_risk = one.loc[one["day"] == mark, "at_risk"].sum()  # no row: nobody is followed so long
            ax.annotate(
                style.number(float(at_risk)), (mark, 0), xytext=(0, drop), xycoords=below,
                textcoords="offset points", fontsize=style.SMALL_POINTS, va="center", ha="center",
                in_layout=line == len(groups),  # the last is the lowest, and the names stand further out
            )  # fmt: skip
