"""Outcome curves: the share of patients still in care, relapse-free, or back in care, day by day.

Reads one curve of `curves.csv` (columns curve, group, day, share, ci_low, ci_high, at_risk). Lines are named
at their right end and the numbers at risk stand under the axis, so no legend is needed. How a curve is
estimated is left to `sim/measures`.
"""

import math
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator
from matplotlib.transforms import ScaledTranslation

from sim.plots import style
from sim.plots.colours import INK, MUTED, RULE, level_colours, level_lines, lighter
from sim.plots.setting import Setting

EVERYONE = ("", "all")
"""Groups that mean all patients together, so the line needs no name."""


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
    rows = curves[curves["curve"] == name].dropna(subset=["share"]).sort_values("day")
    if rows.empty:
        ax.set_xticks([])
        return style.nothing(ax, "no patients to follow")
    groups = _ordered(list(dict.fromkeys(rows["group"].fillna(""))), setting)
    colours = _colours(groups, setting)
    lines = level_lines(groups)
    last = float(rows["day"].max())
    _day_axis(ax, last)
    for group in groups:
        one = rows[rows["group"].fillna("") == group]
        ax.fill_between(
            one["day"], one["ci_low"], one["ci_high"],
            color=lighter(colours[group], 0.72), linewidth=0, step="post", alpha=0.85,
        )  # fmt: skip
        ax.plot(
            one["day"], one["share"], color=colours[group], linestyle=lines[group], drawstyle="steps-post",
            zorder=3,
        )  # fmt: skip
    _name_lines(ax, rows, groups=groups, colours=colours)
    _at_risk(ax, rows, groups=groups)
    return ax


def _ordered(groups: list[str], setting: Setting) -> list[str]:
    """All patients first, then levels in their order, then the rest as they come."""
    place = {level: position for position, level in enumerate(setting.levels)}
    return sorted(groups, key=lambda group: (group not in EVERYONE, place.get(group, len(place))))


def _name(group: str) -> str:
    return "all" if group in EVERYONE else group


def _colours(groups: list[str], setting: Setting) -> dict[str, str]:
    """Levels have their colour, all patients ink, and other groups colours of their own."""
    others = [group for group in groups if group not in EVERYONE and group not in setting.levels]
    of_others = level_colours(others)
    return {
        group: INK if group in EVERYONE else of_others.get(group) or setting.colour(group) for group in groups
    }


def _day_axis(ax: Axes, last: float) -> None:
    step = next((step for step in (1, 2, 5, 7, 10, 14, 30, 60, 90, 180, 365) if last / step <= 6.2), 730)
    marks = [float(mark) for mark in range(0, int(last) + 1, step)]
    ax.set_xlim(0, max(1.0, last))
    ax.xaxis.set_major_locator(FixedLocator(marks))


def _name_lines(ax: Axes, rows: pd.DataFrame, *, groups: list[str], colours: dict[str, str]) -> None:
    """Each group's name and last share beside the end of its line, moved apart where they would touch."""
    ends = [rows[rows["group"].fillna("") == group].iloc[-1] for group in groups]
    shares = [float(end["share"]) for end in ends]
    height = style.points(ax)[1]
    apart = 11.0 / max(height, 1)
    places = style.spread(shares, apart=apart, low=0.02, high=0.98)
    right = ax.get_xlim()[1]
    beside = ax.transData + ScaledTranslation(6 / 72, 0, ax.figure.dpi_scale_trans)
    for group, end, share, place in zip(groups, ends, shares, places, strict=True):
        name = "" if len(groups) == 1 else f"{_name(group)} "
        text = name + style.percent(share)
        ax.text(right, place, text, transform=beside, fontsize=style.SMALL_POINTS, va="center", color=INK)
        if end["day"] < right:
            ax.plot([float(end["day"]), right], [share, place], color=RULE, linewidth=0.8, clip_on=False)
        ax.plot([float(end["day"])], [share], marker="o", markersize=3.5, color=colours[group], clip_on=False)


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
                _name(group), (0, 0), xytext=(-14, drop), xycoords="axes fraction",
                textcoords="offset points", fontsize=style.SMALL_POINTS, color=MUTED, va="center", ha="right",
            )  # fmt: skip
        for mark in marks:
            until = one[one["day"] <= mark]
            if until.empty or not math.isfinite(float(until.iloc[-1]["at_risk"])):
                continue
            ax.annotate(
                style.number(float(until.iloc[-1]["at_risk"])), (mark, 0), xytext=(0, drop), xycoords=below,
                textcoords="offset points", fontsize=style.SMALL_POINTS, va="center", ha="center",
            )  # fmt: skip
