"""The figure of a warm-up: patients in care or waiting since an empty start, and where they settle.

Reads the daily table of a warm-up (columns day, level, mean, p05, p95) and its table of cuts. How the cut is
found is left to `sim/settling.py`.
"""

import math
from typing import Any, Protocol

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.plots import style
from sim.plots.colours import INK, MUTED, level_colours, lighter
from sim.plots.style import Picture


class Settling(Protocol):
    """What runs from an empty start say, as the figure sees it."""

    @property
    def scenario(self) -> Any:
        """The scenario whose warm-up is looked for."""

    @property
    def result(self) -> Any:
        """The runs."""

    def table(self) -> pd.DataFrame:
        """One row per level: level, cut_days, days, settled, afterwards."""

    def daily(self) -> pd.DataFrame:
        """One row per day and level: mean, p05, p95."""


def warm_up_figure(found: Settling) -> Picture:
    """All levels together, then each, since the empty start; the cut, and the scenario's own warm-up."""
    daily, table = found.daily(), found.table()
    levels = list(found.scenario.levels)
    colours = {"": INK, **level_colours(levels)}
    count = len(table)
    columns = 1 if count <= 2 else 2
    rows = math.ceil(count / columns)
    many = len(found.result.reduced)
    figure = style.picture(
        5.0 * columns,
        1.5 + 1.9 * rows,
        title="How long the warm-up must be",
        caption=f"Scenario {found.scenario.name}. Patients in care or waiting, averages over weeks. "
        + (f"Line: mean; band: 5–95 % of {many} replications. " if many > 1 else "One replication. ")
        + "Dashed: how much MSER-5 leaves out, from the mean; level line: the average from there on. Grey "
        "ground: the warm-up that the scenario has.",
    )
    panels = figure.subplots(rows, columns, squeeze=False).flatten()
    for ax in panels[count:]:
        ax.remove()
    for ax, row in zip(panels, table.to_dict("records"), strict=False):
        style.heading(ax, row["level"] or "all levels", colour=colours[row["level"]])
        one = daily[daily["level"] == row["level"]]
        settle(one, ax, row=row, colour=colours[row["level"]], warm_up=found.scenario.run.warm_up)
        ax.set_ylabel("patients" if ax in panels[::columns] else "")
        ax.set_xlabel("weeks since the empty start" if ax in panels[count - columns : count] else "")
    return figure


def settle(daily: pd.DataFrame, ax: Axes, *, row: dict[Any, Any], colour: str, warm_up: float) -> Axes:
    """One level: mean and band by weeks, the cut, and the average behind it."""
    weeks = daily.groupby(daily["day"] // 7)[["mean", "p05", "p95"]].mean()
    at = weeks.index.to_numpy(float) + 0.5
    ax.fill_between(at, weeks["p05"], weeks["p95"], color=lighter(colour, 0.75), linewidth=0)
    ax.plot(at, weeks["mean"], color=colour, linewidth=1.4)
    highest, last, cut = float(weeks["p95"].max()), row["days"] / 7, row["cut_days"] / 7
    style.patients_axis(ax, "", highest=highest, ticks=3)
    style.ground(ax, 0.0, warm_up / 7)
    ax.set_xlim(0.0, last)
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: style.number(value)))
    ax.plot([cut, last], [row["afterwards"]] * 2, color=MUTED, linewidth=0.9, zorder=4)
    ax.axvline(cut, color=INK, linewidth=1.0, linestyle=(0, (4, 2)), zorder=4)
    words = f"{cut:.0f} week{'s' * (round(cut) != 1)}" if row["settled"] else "not settled"
    left = cut > 0.7 * last
    ax.annotate(
        words, (cut, 0.03), xycoords=ax.get_xaxis_transform(), xytext=(-4 if left else 4, 0),
        textcoords="offset points", ha="right" if left else "left", fontsize=style.SMALL_POINTS, color=INK,
    )  # fmt: skip
    return ax
