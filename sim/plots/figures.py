"""The figures of a result: composed from the plots of this folder, shown in notebooks, written to files.

`FIGURES` and `OF_PANELS` are the lists of them; a new figure is one function here and one line there. What a
panel shows is left to the file of its subject, what every figure has in common to `style.py`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.plots import style
from sim.plots.blocking import blocked_by, blocked_size
from sim.plots.census import by_weeks, census, waitlist
from sim.plots.curves import CURVES, EVERYONE, FEWEST_AT_RISK, curve
from sim.plots.funnel import funnel
from sim.plots.services import COLUMNS, services
from sim.plots.setting import (
    Setting,
    Tables,
    band_words,
    interval_words,
    mean_words,
    range_words,
    setting,
    warm_up_words,
)
from sim.plots.staff import staff
from sim.plots.style import Picture
from sim.plots.tracks import track
from sim.plots.transitions import rows_wanted, transitions
from sim.plots.waits import admitted_within, wait_days

KINDS = ("svg", "png")


def census_figure(result: Tables) -> Picture:
    """Census, capacity and waitlist of every level over time, one pair of panels per level."""
    about = setting(result)
    daily = result.daily()
    count = len(about.levels)
    columns = 1 if count == 1 else 2 if count <= 4 else 3
    rows = math.ceil(count / columns)
    width = (7.5, 9.5, 12.0)[columns - 1]
    weeks = "Averages over weeks. " if by_weeks(daily) else ""
    usable = "; dashed: what of it is usable (mean)" if (daily["measure"] == "usable").any() else ""
    figure = _picture(
        about,
        width,
        1.3 + 3.1 * rows,
        title="Census and waitlist by level of care",
        caption=f"{band_words(about)} {weeks}Black steps: capacity{usable}. Dark foot: patients who are "
        "ready to move on and hold the place because the next level is full (mean). Below each census: "
        f"patients who wait for that level and hold no place anywhere. {warm_up_words(daily, about)}",
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
        census(daily, above, level=level, setting=about, words=position == 0)
        waitlist(daily, below, level=level, setting=about)
        style.heading(
            above, level, about.title(level), colour=about.colour(level), inches=width / columns - 0.7
        )
        above.tick_params(labelbottom=False)
        if column:
            above.set_ylabel("")
            below.set_ylabel("")
    figure.align_ylabels()
    return figure


def curves_figure(result: Tables) -> Picture:
    """Retention, relapse-free (or no relapse while in care) and return-to-care curves."""
    about = setting(result)
    curves = result.curves()
    curves = curves[curves["curve"].isin(list(CURVES))]
    if curves["group"].nunique() == 2:
        curves = curves[curves["group"].isin(EVERYONE)]  # one level only: the two would be the same
    names = [name for name in CURVES if name in set(curves["curve"])] or ["retention"]
    groups = max(1, curves["group"].fillna("").nunique())
    stacked = groups > 1
    rows, columns = (len(names), 1) if stacked else (1, len(names))
    figure = _picture(
        about,
        min(12.0, 7.5 + 0.13 * max(map(len, about.levels))) if stacked else max(6.5, 1.2 + 3.6 * columns),
        1.2 + rows * (3.0 + 0.16 * groups),
        title="Outcomes after admission",
        caption=f"{interval_words(about)} Patients first admitted in the window (return to care: discharged "
        "in it); those still open at the end are censored. At risk: patients of all replications still "
        f"followed on that day; a line ends where they are fewer than {FEWEST_AT_RISK} per replication, "
        "and its last share stands at its right. "
        f"{'Groups: level of the first admission (return to care: of the last stay).' if stacked else ''}",
    )
    for name, ax in zip(names, figure.subplots(rows, columns, squeeze=False).flatten(), strict=True):
        curve(curves, ax, name=name, setting=about)
    return figure


def transitions_figure(result: Tables) -> Picture:
    """Where the patients of each level come from and go to, as ribbons as wide as patients a year."""
    about = setting(result)
    table = result.transitions()
    figure = _picture(
        about,
        9.5,
        2.0 + max(2.5, 0.34 * rows_wanted(table, setting=about)),
        title="Where patients come from and where they go (patients a year)",
        caption=f"{mean_words(about)} A move between levels stands twice: leaving at the right, arriving at "
        "the left. Hatched, outlined ribbons: step ups. Ribbons have the colour of the level that "
        "patients leave; pale ones are discharges, grey ones come from outside (first or later "
        "episodes).",
    )
    ax = figure.subplots()
    style.lay_out(figure)  # the picture is drawn in points, so the axes must have their size
    transitions(table, ax, setting=about)
    return figure


def blocked_by_figure(result: Tables) -> Picture:
    """Patient-days a year lost at each level because another is full, as a matrix."""
    about = setting(result)
    table = result.blocked_by()
    rows, columns = blocked_size(table, setting=about)
    figure = _picture(
        about,
        min(12.0, max(6.5, 3.2 + 0.85 * columns)),
        2.4 + max(0.9, 0.4 * rows) + (0.9 if rows > 4 else 0),
        title="Patient-days a year lost to blocking",
        caption=f"{mean_words(about)} Days on which patients were ready to move on and held a place because "
        "the next level had none free. The darker, the more; levels without such days are left out.",
    )
    blocked_by(table, figure.subplots(), setting=about)
    return figure


def waits_figure(result: Tables) -> Picture:
    """How soon patients are admitted to each level, and how long they wait, from outside and by transfer."""
    about = setting(result)
    figure = _picture(
        about,
        10.5,
        1.7 + 0.55 * (len(about.levels) + 0.5),
        title="Waits for a place, by level of care",
        caption=f"{mean_words(about)} Left: all who asked for the level in the window, by days waited when "
        "admitted; those still waiting at the end are censored. Right: of those admitted, from the "
        "median (circle) to the 90th percentile (bar) of the wait, zero waits "
        f"included{range_words(about)}.",
    )
    soon, days = figure.subplots(1, 2, sharey=True, width_ratios=(1.1, 1))
    admitted_within(result.curves(), soon, setting=about)
    wait_days(result.summary(), days, setting=about)
    days.tick_params(axis="y", labelleft=False, left=False)
    return figure


def services_figure(result: Tables) -> Picture:
    """Attended hours, groups held and group fill of every level that has services, by week."""
    about = setting(result)
    panel = result.panel("services")
    levels = [level for level in about.levels if level in set(panel["level"])] or about.levels
    groups = bool((panel["mean"][panel["measure"] == "groups"] > 0).any())
    measures = list(COLUMNS) if groups else ["hours"]
    figure = _picture(
        about,
        12.0 if groups else 6.5,
        1.4 + 2.3 * len(levels),
        title="Services that patients attend, by week",
        caption=f"{band_words(about)} Each line is a service. Groups are as many as those scheduled fill "
        "on each day; group fill: sessions attended ÷ seats in the groups held. Expected from who is in care "
        "on each day: services act on nothing in a patient's course.",
    )
    panels = figure.subplots(len(levels), len(measures), squeeze=False)
    style.lay_out(figure)  # names of lines are set apart in points
    for row, level in enumerate(levels):
        for column, measure in enumerate(measures):
            ax = panels[row, column]
            services(panel, ax, level=level, measure=measure, setting=about)
            head = f"{level}: {COLUMNS[measure][0].lower()}" if column == 0 else COLUMNS[measure][0].lower()
            style.heading(ax, head, colour=about.colour(level), inches=3.0)
    figure.align_ylabels()
    return figure


def staff_figure(result: Tables) -> Picture:
    """Staff needed of every role, week by week, against the roster, one panel per role."""
    about = setting(result)
    table = result.panel("staff")
    roles = list(dict.fromkeys(table["role"]))
    rostered = "present" in set(table["measure"])
    band = f"grey: from the 80 to the 95 % point of {about.replications} replications. "
    figure = _picture(
        about,
        7.5,
        1.4 + 2.3 * len(roles),
        title="Staff needed by week (full-time equivalents)",
        caption=f"{mean_words(about)} Areas: mean needed by level; {band if about.replications > 1 else ''}"
        f"{'Black steps: present by the roster. ' if rostered else ''}What binds is in staff.csv.",
    )
    for role, ax in zip(roles, figure.subplots(len(roles), 1, squeeze=False)[:, 0], strict=True):
        style.lay_out(figure)  # names stand beside areas, so the axes must have their size
        staff(table, ax, role=role, setting=about)
        style.heading(ax, role, getattr(result.scenario.roles[role], "title", None) or "", inches=6.0)
    figure.align_ylabels()
    return figure


def tracks_figure(result: Tables) -> Picture:
    """Census, seats and line of every track, week by week: a row of panels per level that has tracks."""
    about = setting(result)
    panel = result.panel("tracks-by-week")
    of = {level: list(dict.fromkeys(part["track"])) for level, part in panel.groupby("level")}
    levels = [level for level in about.levels if level in of]
    columns = max(len(of[level]) for level in levels)
    figure = _picture(
        about,
        min(12.0, max(6.5, 3.6 * columns)),
        1.4 + 2.3 * len(levels),
        title="Tracks: who holds the seats, and who waits for one",
        caption=f"{band_words(about)} Averages over weeks. Black steps: seats. Broken grey line: patients "
        "who wait for a seat of this track and hold no place anywhere (mean). A free seat of one track takes "
        "nobody in who waits for another.",
    )
    panels = figure.subplots(len(levels), columns, squeeze=False, sharey="row")
    for row, level in enumerate(levels):
        for column, ax in enumerate(panels[row]):
            if column >= len(of[level]):
                ax.remove()
                continue
            name = of[level][column]
            track(panel, ax, level=level, name=name, setting=about)
            style.heading(ax, level, name, colour=about.colour(level), inches=2.8)
            if column:
                ax.set_ylabel("")
        panels[row, 0].set_ylim(top=max(ax.dataLim.y1 for ax in panels[row, : len(of[level])]) * 1.12)
    figure.align_ylabels()
    return figure


def funnel_figure(result: Tables) -> Picture:
    """How many of those who inquire reach each step of the way in, and what became of the others."""
    about = setting(result)
    panel = result.panel("funnel")
    span = f"; line: 5–95 % of {about.replications} replications" if about.replications > 1 else ""
    figure = _picture(
        about,
        8.5,
        1.6 + 0.62 * panel["step"].nunique(),
        title="The way in: from inquiry to admission",
        caption=f"{mean_words(about)} Bars: share of the inquiries made in the window that reach the "
        f"step{span}. Beside each bar: what became of those who went no further. Months are in funnel.csv.",
    )
    funnel(panel, figure.subplots(), setting=about)
    return figure


FIGURES: dict[str, Callable[[Tables], Picture]] = {
    "census": census_figure,
    "curves": curves_figure,
    "transitions": transitions_figure,
    "blocked-by": blocked_by_figure,
    "waits": waits_figure,
}
"""File name of each figure (without suffix) and the function that composes it."""

OF_PANELS: dict[str, Callable[[Tables], Picture]] = {
    "services": services_figure,
    "staff": staff_figure,
    "tracks-by-week": tracks_figure,
    "funnel": funnel_figure,
}
"""Likewise, of runs whose scenario gives the panel of that name."""


@dataclass(frozen=True)
class Plots:
    """The figures of one result: `result.plot.census()` gives a figure that a notebook shows."""

    result: Tables

    def census(self) -> Picture:
        """Census, capacity and waitlist of every level over time."""
        return draw("census", self.result)

    def curves(self) -> Picture:
        """Retention, relapse-free and return-to-care curves."""
        return draw("curves", self.result)

    def transitions(self) -> Picture:
        """Where patients come from and where they go, in patients a year."""
        return draw("transitions", self.result)

    def blocked_by(self) -> Picture:
        """Patient-days a year lost at each level because another is full."""
        return draw("blocked-by", self.result)

    def waits(self) -> Picture:
        """How soon patients are admitted, and how many days they wait."""
        return draw("waits", self.result)

    def services(self) -> Picture:
        """Attended hours, groups and their fill by week; of a scenario with services."""
        return draw("services", self.result)

    def funnel(self) -> Picture:
        """The way in, from inquiry to admission, where there is an intake."""
        return draw("funnel", self.result)

    def staff(self) -> Picture:
        """Staff needed by role and week; of a scenario with roles."""
        return draw("staff", self.result)

    def tracks(self) -> Picture:
        """Census, seats and line of every track by week; of a scenario with tracks."""
        return draw("tracks-by-week", self.result)


def names(result: Tables) -> tuple[str, ...]:
    """The names of the figures that a result has."""
    return (*FIGURES, *(name for name in OF_PANELS if name in result.panels))


def draw(name: str, result: Tables) -> Picture:
    """The figure of that name in `FIGURES` or `OF_PANELS`, in our style whatever the reader's settings.

    Raises `SimError` for the figure of a panel that the result has not.
    """
    with style.drawing():
        return style.settled((FIGURES | OF_PANELS)[name](result))


def write_all(result: Tables, folder: Path) -> list[Path]:
    """The paths of all figures of the result, each written to the folder as SVG and as PNG."""
    return style.save_all(names(result), lambda name: draw(name, result), folder, kinds=KINDS)


def _picture(about: Setting, width: float, height: float, *, title: str, caption: str) -> Picture:
    """An empty figure that names its scenario, so that it can be told apart when it travels alone."""
    return style.picture(width, height, title=title, caption=f"Scenario {about.name}. {caption}")
