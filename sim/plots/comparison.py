"""Figures of a comparison: all scenarios in one picture, level by level, the baseline broad and pale behind.

A level has the colour it has everywhere; scenarios differ by the breadth and the dashes of their lines. The
tables are those of each scenario's own run; what the differences are, and how sure, is left to the table of
the comparison.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.plots import style
from sim.plots.colours import INK, level_colours, level_lines, lighter
from sim.plots.curves import CURVES, EVERYONE, FEWEST_AT_RISK
from sim.plots.figures import KINDS
from sim.plots.setting import Setting, Tables, setting, warm_up_words
from sim.plots.style import Picture
from sim.plots.waits import admitted_within, wait_days

BETWEEN = " · "
"""Between the name of a level and that of a scenario, in rows."""

LONGEST_BY_DAY = 182
"""Windows of so many days or more are drawn by weeks."""


class Compared(Protocol):
    """A comparison as figures see it: names and runs, the baseline first."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the scenarios."""

    @property
    def results(self) -> Sequence[Tables]:
        """Their runs."""


class Rows(Setting):
    """A setting whose levels are rows, one for each level and scenario, in the level's colour."""

    __slots__ = ()

    def colour(self, level: str) -> str:
        """The colour of the level that the row is of."""
        levels = list(dict.fromkeys(row.split(BETWEEN)[0] for row in self.levels))
        return level_colours(levels)[level.split(BETWEEN, maxsplit=1)[0]]


def census_figure(found: Compared) -> Picture:
    """Census, capacity and waitlist of every level over time, all scenarios in each panel."""
    about = _setting(found)
    tables = [result.daily() for result in found.results]
    weeks = "Averages over weeks. " if _by_weeks(tables[0]) else ""
    count = len(about.levels)
    columns = 1 if count == 1 else 2 if count <= 4 else 3
    rows = math.ceil(count / columns)
    figure = _picture(
        found,
        (7.5, 9.5, 12.0)[columns - 1],
        1.6 + 3.1 * rows,
        title="Census and waitlist by level of care",
        caption=f"{_lines_words(found)} {weeks}Ground: 5–95 % of the baseline's replications. "
        "Steps: capacity. Below each census: patients who wait for that level and hold no place anywhere. "
        f"{warm_up_words(tables[0], about)}",
    )
    panels = figure.subplots(2 * rows, columns, squeeze=False, height_ratios=[3.0, 1.1] * rows)
    for position in range(rows * columns):
        row, column = divmod(position, columns)
        above, below = panels[2 * row, column], panels[2 * row + 1, column]
        if position >= count:
            above.remove()
            below.remove()
            continue
        level = about.levels[position]
        style.heading(above, level, about.title(level), colour=about.colour(level))
        daily(tables, above, level=level, measure="census", setting=about)
        daily(tables, below, level=level, measure="waiting", setting=about)
        above.tick_params(labelbottom=False)
        above.set_ylabel("" if column else "census (patients)")
        below.set_ylabel("" if column else "waiting\n(patients)")
    figure.align_ylabels()
    return figure


def waits_figure(found: Compared) -> Picture:
    """How soon patients are admitted and how long they wait, a row for each level and scenario."""
    about = _setting(found)
    there = tuple(
        f"{level}{BETWEEN}{name}"
        for level in about.levels
        for name, result in zip(found.names, found.results, strict=True)
        if level in result.scenario.levels
    )
    rows = Rows(**about._asdict() | {"levels": there})
    figure = _picture(
        found,
        11.5,
        1.7 + 0.5 * (len(rows.levels) + 0.5),
        key=False,
        title="Waits for a place, by level of care and scenario",
        caption=f"{_count_words(found)} Left: all who asked for the level in the window, by days waited when "
        "admitted; those still waiting at the end are censored. Right: of those admitted, from the median "
        "(circle) to the 90th percentile (bar) of the wait, zero waits included; pale: 5–95 % of the "
        "replications.",
    )
    soon, days = figure.subplots(1, 2, sharey=True, width_ratios=(1.1, 1))
    admitted_within(_by_row(found, [one.curves() for one in found.results], "group"), soon, setting=rows)
    wait_days(_by_row(found, [one.summary() for one in found.results], "level"), days, setting=rows)
    days.tick_params(axis="y", labelleft=False, left=False)
    return figure


def curves_figure(found: Compared) -> Picture:
    """The outcome curves of all patients and of each group, all scenarios in each panel."""
    about = _setting(found)
    tables = [result.curves() for result in found.results]
    names = [name for name in CURVES if all(name in set(table["curve"]) for table in tables)] or ["retention"]
    known = {group for table in tables for group in table.loc[table["curve"].isin(names), "group"]}
    groups = ["", *(level for level in about.levels if level in known)]
    groups = groups if len(groups) > 2 else groups[:1]  # of one level the two would be the same
    figure = _picture(
        found,
        max(6.5, min(12.0, 1.2 + 2.3 * len(groups))),
        1.8 + 2.1 * len(names),
        title="Outcomes after admission",
        caption=f"{_lines_words(found)} Ground: 95 % intervals of these means, each by itself; differences "
        "are surer than that, see the table of differences. Patients first admitted in the window (return to "
        "care: discharged in it), by level of the first admission (return to care: of the last stay); those "
        "still open at the end are censored. A line ends where fewer than "
        f"{FEWEST_AT_RISK} patients per replication are followed.",
    )
    panels = figure.subplots(len(names), len(groups), squeeze=False, sharey="row")
    for row, name in enumerate(names):
        for column, group in enumerate(groups):
            ax = panels[row, column]
            style.heading(ax, f"{CURVES[name].title}{': ' + (group or 'all') if len(groups) > 1 else ''}")
            curve(tables, ax, name=name, group=group, setting=about)
            ax.set_xlabel(CURVES[name].days)
            if column:
                ax.set_ylabel("")
    return figure


FIGURES: dict[str, Callable[[Compared], Picture]] = {
    "census": census_figure,
    "waits": waits_figure,
    "curves": curves_figure,
}
"""File name of each figure (without suffix) and the function that composes it."""


@dataclass(frozen=True)
class ComparisonPlots:
    """The figures of one comparison: `comparison.plot.census()` gives one that a notebook shows."""

    found: Compared

    def census(self) -> Picture:
        """Census, capacity and waitlist of every level over time."""
        return draw("census", self.found)

    def waits(self) -> Picture:
        """How soon patients are admitted, and how many days they wait."""
        return draw("waits", self.found)

    def curves(self) -> Picture:
        """Retention, relapse-free and return-to-care curves."""
        return draw("curves", self.found)


def draw(name: str, found: Compared) -> Picture:
    """The figure of that name in `FIGURES`, in our style whatever the reader's settings."""
    with style.drawing():
        return style.settled(FIGURES[name](found))


def write_all(found: Compared, folder: Path) -> list[Path]:
    """The paths of all figures of the comparison, each written to the folder as SVG and as PNG."""
    return style.save_all(FIGURES, lambda name: draw(name, found), folder, kinds=KINDS)


def daily(tables: Sequence[pd.DataFrame], ax: Axes, *, level: str, measure: str, setting: Setting) -> Axes:
    """One daily figure of one level in all scenarios; for the census with the capacity as steps."""
    colour = setting.colour(level)
    highest, last = 0.0, setting.window_end
    first = min((float(table["day"].min()) for table in tables if len(table)), default=0.0)
    for position, table in enumerate(tables):
        rows = _series(table, level, measure)
        if rows.empty:
            continue
        if position == 0:
            ax.fill_between(rows["day"], rows["p05"], rows["p95"], color=lighter(colour, 0.85), linewidth=0)
            highest = float(rows["p95"].max())
        ax.plot(rows["day"], rows["mean"], **pen(position, len(tables), colour))
        highest, last = max(highest, float(rows["mean"].max())), max(last, float(rows["day"].max()) + 1)
        places = _days(table, level, "capacity")
        if measure == "census" and places["mean"].notna().any():
            ax.step(places["day"], places["mean"], where="post", **pen(position, len(tables), INK, thin=True))
            highest = min(max(highest, float(places["mean"].max())), 3 * max(highest, 1.0))
    style.patients_axis(ax, "", highest=highest, ticks=4 if measure == "census" else 2)
    style.date_axis(ax, setting.start, first=first, last=last, ticks=4)
    if not highest > 0:
        return style.nothing(ax, f"nobody waits for {level}" if measure == "waiting" else "no patients")
    return ax


def curve(tables: Sequence[pd.DataFrame], ax: Axes, *, name: str, group: str, setting: Setting) -> Axes:
    """One outcome curve of one group in all scenarios."""
    colour = INK if group in EVERYONE else setting.colour(group)
    style.percent_axis(ax, CURVES[name].share)
    last, shares = 0.0, []
    for position, table in enumerate(tables):
        rows = table[(table["curve"] == name) & (table["group"].fillna("") == group)].dropna(subset=["share"])
        rows = rows[rows["at_risk"] >= FEWEST_AT_RISK * max(1, setting.replications)].sort_values("day")
        if rows.empty:
            continue
        ax.fill_between(
            rows["day"], rows["ci_low"], rows["ci_high"],
            color=lighter(colour, 0.7), alpha=0.5, linewidth=0, step="post",
        )  # fmt: skip
        ax.plot(rows["day"], rows["share"], drawstyle="steps-post", **pen(position, len(tables), colour))
        last = max(last, float(rows["day"].max()))
        shares.append(float(rows["share"].iloc[-1]))
    if not shares:
        ax.set_xticks([])
        return style.nothing(ax, "too few to follow")
    ax.set_xlim(0, max(1.0, last))
    return ax


def pen(position: int, count: int, colour: str, *, thin: bool = False) -> dict[str, Any]:
    """How a scenario's line is drawn: the baseline broad and pale, the others thin and dark, dashed apart."""
    if position == 0:
        return {"color": lighter(colour, 0.5), "linewidth": 2.4 if thin else 3.4, "zorder": 2}
    lines = list(level_lines([str(number) for number in range(count)]).values())
    return {"color": colour, "linewidth": 1.0 if thin else 1.4, "linestyle": lines[position - 1], "zorder": 3}


def _setting(found: Compared) -> Setting:
    """What figures know of all runs: that of the baseline, and every level that any of them has."""
    abouts = [setting(result) for result in found.results]
    levels = tuple(dict.fromkeys(level for about in abouts for level in about.levels))
    titles = {level: title for about in reversed(abouts) for level, title in about.titles.items()}
    return abouts[0]._replace(name=_listed(found.names), levels=levels, titles=titles)


def _by_row(found: Compared, tables: Sequence[pd.DataFrame], column: str) -> pd.DataFrame:
    """The tables below each other, with the row of level and scenario in place of the level."""
    parts = [
        table[table[column] != ""].assign(**{column: table[column].astype(str) + BETWEEN + name})
        for name, table in zip(found.names, tables, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def _series(table: pd.DataFrame, level: str, measure: str) -> pd.DataFrame:
    """The rows of one level and measure; of more than half a year the average of each week, at its middle."""
    rows = _days(table, level, measure)
    if not _by_weeks(table):
        return rows
    week = (rows["day"] - rows["day"].min()) // 7
    return rows[["day", "mean", "p05", "p95"]].groupby(week).mean()


def _by_weeks(table: pd.DataFrame) -> bool:
    """Whether the weeks are shown: lines that waver from day to day hide what differs between them."""
    return len(table) > 0 and float(table["day"].max() - table["day"].min()) >= LONGEST_BY_DAY


def _days(table: pd.DataFrame, level: str, measure: str) -> pd.DataFrame:
    return table[(table["level"] == level) & (table["measure"] == measure)].sort_values("day")


def _picture(
    found: Compared, width: float, height: float, *, title: str, caption: str, key: bool = True
) -> Picture:
    """An empty figure that names its scenarios, with a key to their lines."""
    words = f"{title}: {_listed(found.names[1:])} against {found.names[0]}"
    figure = style.picture(width, height, title=words, caption=caption)
    if key:
        _key(figure, found.names)
    return figure


def _key(figure: Picture, names: Sequence[str]) -> None:
    """The lines of the scenarios with their names, in a row of its own under the title."""
    above = figure.get_suptitle()
    figure.suptitle(f"{above}\n", x=0.08 / figure.get_figwidth(), ha="left", fontsize=12, fontweight="bold")
    down = (0.08 + 12 * 1.25 / 72 * (above.count("\n") + 1)) / figure.get_figheight()
    figure.legend(
        [Line2D([], [], **pen(position, len(names), INK)) for position in range(len(names))],
        [names[0] if names[0] == "baseline" else f"{names[0]} (baseline)", *names[1:]],
        loc="upper left",
        bbox_to_anchor=(0.0, 1 - down),
        ncols=len(names),
        frameon=False,
        fontsize=style.SMALL_POINTS,
        handlelength=3.2,
    )


def _lines_words(found: Compared) -> str:
    return f"Lines: means of {_replications(found)} replications of each scenario, with the same luck."


def _count_words(found: Compared) -> str:
    return f"Means of {_replications(found)} replications of each scenario, with the same luck."


def _replications(found: Compared) -> int:
    return setting(found.results[0]).replications


def _listed(names: Sequence[str]) -> str:
    """The names in a sentence."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else list(names))
