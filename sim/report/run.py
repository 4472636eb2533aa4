"""The pages for a director about one run: the answer, census and waits, the bottleneck, how far to trust it.

Which sections there are says `FRONT` of `page.py`. Staff, services and tracks are left to `week.py`, what an
analyst wants to `appendix.py`.
"""

import re
from collections.abc import Mapping
from functools import cached_property
from math import inf, isinf, isnan
from pathlib import Path
from typing import Any

import pandas as pd

from sim.description import ASSUMED, Line, description
from sim.experiments.run import Result
from sim.plots import figures
from sim.report.drawing import drawing
from sim.report.parts import Answer, Block, Bullets, Cell, Drawing, Paragraph, Section, Table, bar, named
from sim.report.words import DASH, days, figure, listed, percent, span, with_interval
from sim.scenario.types import Scenario
from sim.sentences import SHORTEST_WAIT_DAYS, Figures, notes, number, usable
from sim.settling import settling
from sim.start import overdue
from sim.traffic import NOT_STATIONARY, offered_load, reckon

FEW = 20
"""Replications below which the intervals of waits are marked."""


class Run:
    """A run with what its sections share, each reckoned once.

    `folder` and `manifest` where it has any; `of`: its name, where it is one of several on the page.
    """

    def __init__(
        self,
        result: Result,
        *,
        folder: Path | None = None,
        manifest: Mapping[str, Any] | None = None,
        of: str = "",
    ) -> None:
        self.result = result
        self.folder = folder
        self.manifest = manifest or {}
        self.of = of

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.result.scenario

    @property
    def count(self) -> int:
        """How many replications there are."""
        return len(self.result.reduced)

    @cached_property
    def titles(self) -> dict[str, str]:
        """Level → its title, or its name."""
        return {name: level.title or name for name, level in self.scenario.levels.items()}

    @cached_property
    def short(self) -> dict[str, str]:
        """Level → its title without what stands in brackets at its end, for sentences."""
        short = {level: re.sub(r"\s*\([^()]*\)$", "", title) or title for level, title in self.titles.items()}
        return short if len(set(short.values())) == len(short) else self.titles

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Every measure by level."""
        return self.result.summary()

    @cached_property
    def figures(self) -> Figures:
        """The same, to look figures up."""
        return Figures(self.summary)

    @cached_property
    def flows(self) -> Any:
        """The flows of the traffic equations."""
        return reckon(self.scenario)

    @cached_property
    def loads(self) -> list[dict[Any, Any]]:
        """The offered load, a row for each level."""
        return offered_load(self.scenario, found=self.flows).to_dict("records")

    @cached_property
    def settled(self) -> pd.DataFrame:
        """Whether levels have settled."""
        return settling(self.result.reduced)

    @cached_property
    def lines(self) -> list[Line]:
        """Every number of the scenario with its source."""
        return description(self.scenario)

    def told(self, measure: str, level: str = "", unit: str = "") -> str:
        """The mean of a measure."""
        return figure(self.figures.mean(measure, level), unit)

    def with_interval(self, measure: str, level: str = "", unit: str = "", *, named: bool = False) -> str:
        """The mean and its interval in brackets."""
        low, high = self.figures.interval(measure, level)
        return with_interval(self.figures.mean(measure, level), low, high, unit, named=named)

    def cell(self, level: str) -> Cell:
        """The level in the first cell of a row: its title, and its name, which figures have."""
        return named(level, self.titles.get(level, level), of=self.of)

    def panel(self, name: str) -> dict[tuple[str, ...], dict[str, float]]:
        """The means of a panel that has no weeks: keys of a row → figure → mean."""
        frame = self.result.panel(name)
        *keys, measures = frame.columns[: list(frame.columns).index("measure") + 1]
        rows: dict[tuple[str, ...], dict[str, float]] = {}
        for row in frame[[*keys, measures, "mean"]].to_dict("records"):
            rows.setdefault(tuple(str(row[key]) for key in keys), {})[row[measures]] = float(row["mean"])
        return rows

    def draw(self, name: str, caption: str) -> Drawing:
        """One of the figures of a run."""
        return drawing(
            name,
            lambda: figures.draw(name, self.result),
            caption=caption,
            folder=self.folder,
            manifest=self.manifest,
        )


def question(scenario: Scenario) -> Section:
    """What the study is for, in the words of who wrote the scenario."""
    texts = [text for text in (scenario.purpose,) if text]
    said = " ".join(texts[0].split()) if texts else scenario.title or scenario.name
    missing = "" if texts else " (The scenario states no purpose; the key `purpose` holds it.)"
    return Section("question", "The question", [Paragraph(said + missing)])


def answer(run: Run) -> Section:
    """Three sentences: how many are in care, where waits are longest, where places are short."""
    return Section("answer", "The answer", [Answer([in_care(run), waiting(run), short_of_places(run)])])


def in_care(run: Run) -> str:
    """How many are in care and wait, and how many episodes are completed."""
    said = f"On an average day {run.told('census.mean')} patients are in care"
    low, high = run.figures.interval("census.mean")
    said += "" if isnan(low) else f" (95 % interval {span(low, high, '')})"
    waits = run.figures.mean("waiting.mean")
    said += "" if isnan(waits) else f" and {figure(waits, '')} wait for a place"
    done = "episodes.completed.per_month"
    if not isnan(run.figures.mean(done)):
        said += f"; episodes completed a month: {run.with_interval(done)}"
    if needed := [
        f"{role.title or name} {run.told(f'staff.{name}.needed.mean')}"
        for name, role in run.scenario.roles.items()
        if not isnan(run.figures.mean(f"staff.{name}.needed.mean"))
    ]:
        said += f"; full-time staff needed: {listed(needed)}"
    return f"{said}."


def waiting(run: Run) -> str:
    """Where waits are longest, and in how many replications they are."""
    waits = {level: run.figures.mean("wait.mean", level) for level in run.titles}
    known = {level: wait for level, wait in waits.items() if not isnan(wait)}
    if not known:
        return "Nobody was admitted to any level, so nothing can be said of waits."
    longest = max(known, key=lambda level: known[level])
    title, wait = run.short[longest], known[longest]
    if wait < SHORTEST_WAIT_DAYS:
        return f"Hardly anybody waits: the longest mean wait, for {title}, is {days(wait)}."
    sure = ""
    if run.count > 1 and len(known) > 1:
        often = in_how_many(run, "wait.mean", longest)
        sure = f", the longest of all levels in {often} of {run.count} replications"
    within = run.figures.mean("wait.offered.share_within_7_days", longest)
    soon = "" if isnan(within) else f"; of all who ask for it, {percent(within)} are admitted within 7 days"
    low, high = run.figures.interval("wait.mean", longest)
    interval = "" if isnan(low) else f" ({span(low, high, 'days')})"
    return f"Waits are longest for {title}: {days(wait)} on average{interval}{sure}{soon}."


def in_how_many(run: Run, measure: str, level: str) -> int:
    """In how many replications the measure is higher at the level than at any other."""
    rows = run.result.replications()
    rows = rows[(rows["measure"] == measure) & (rows["level"] != "")].dropna(subset=["value"])
    highest = rows.loc[rows.groupby("replication")["value"].idxmax()]
    return int((highest["level"] == level).sum())


def short_of_places(run: Run) -> str:
    """Which levels are short of places by their offered load, and what became of those who asked."""
    rows = [row for row in run.loads if not isinf(row["capacity"]) and row["load"] > 0.0]
    if not rows:
        return "No level has a limit of places, so none holds patients up."
    tight = sorted((row for row in rows if row["load_ratio"] >= NOT_STATIONARY), key=by_ratio, reverse=True)
    fullest = max(rows, key=by_ratio)
    title = run.short[fullest["level"]]
    if not tight:
        return (
            f"No level is short of places: the fullest, {title}, would fill {ratio(fullest)} "
            "of its places if nobody ever waited."
        )
    names = listed([run.short[row["level"]] for row in tight])
    told = (
        "no places"
        if not fullest["capacity"]
        else (
            f"{places(fullest['capacity'])} for the {number(fullest['load'])} patients it "
            f"would hold if nobody ever waited ({ratio(fullest)})"
        )
    )
    if isinf(fullest["load"]):
        told = f"{places(fullest['capacity'])}, and patients go round through it and never leave"
    lost = sum(
        known(run.figures.mean(name, fullest["level"])) for name in ("reneged.share", "turned_away.share")
    )
    gone = f"; {percent(lost)} of those who ask give up or are turned away" if lost >= 0.005 else ""
    return (
        f"{'Places are' if len(tight) > 1 else 'The place where patients are held up is'} "
        f"{'short at ' if len(tight) > 1 else ''}{names}: {title} has {told}{gone}."
    )


def by_ratio(row: Mapping[Any, Any]) -> float:
    """What levels are put in order by: their load against places."""
    value: float = row["load_ratio"]
    return value


def ratio(row: Mapping[Any, Any]) -> str:
    """Load against places as a percentage."""
    return "more than can ever be had" if isinf(row["load_ratio"]) else percent(row["load_ratio"])


def places(count: float) -> str:
    """A number of places."""
    return "no limit of places" if count == inf else f"{number(count, 0)} place{'s' * (count != 1)}"


def known(value: float) -> float:
    """The value, 0 where there is none."""
    return 0.0 if isnan(value) else value


def census(run: Run) -> Section:
    """Census, occupancy and waits of every level."""
    return Section(
        "census",
        "Census and waits",
        [
            census_table(run),
            run.draw("census", "Census, places and waitlist of every level, by week or day."),
            waits_table(run),
            run.draw("waits", "How soon patients are admitted to each level, and how long they wait."),
        ],
    )


def census_table(run: Run) -> Table:
    """A row for each level: places, census and its range, occupancy, blocked."""
    rows = [
        (
            run.cell(level),
            number(run.scenario.levels[level].capacity, 0),
            run.with_interval("census.mean", level),
            run.told("census.p95", level),
            percent(run.figures.mean("occupancy", level)),
            run.told("blocked.mean", level),
        )
        for level in run.titles
    ]
    return Table(
        "Census by level",
        (
            "level",
            "places",
            "mean census (95 % interval)",
            "on 19 of 20 days at most",
            "places in use",
            "of them ready to move on",
        ),
        rows,
        note=interval_note(run) + " Staff by the column “on 19 of 20 days at most”, budget by the mean.",
    )


def interval_note(run: Run) -> str:
    """What the intervals are."""
    if run.count < 2:
        return "One replication gives no intervals."
    return (
        f"Intervals: how sure the mean of {run.count} replications is, against chance in the simulation only."
    )


def suffix(run: Run) -> str:
    """The name of the run at the end of a caption, where there are several."""
    return f" ({run.of})" if run.of else ""


def waits_table(run: Run) -> Table:
    """A row for each level: waits of those admitted, and what became of all who asked."""
    rows = [
        (
            run.cell(level),
            run.with_interval("wait.mean", level, "days"),
            run.told("wait.median", level),
            run.told("wait.p90", level),
            percent(run.figures.mean("wait.offered.share_within_7_days", level)),
            percent(run.figures.mean("reneged.share", level)),
            percent(run.figures.mean("turned_away.share", level)),
        )
        for level in run.titles
    ]
    return Table(
        "Waits by level, in days",
        (
            "level",
            "mean (95 % interval)",
            "half wait at most",
            "nine in ten at most",
            ("admitted in 7 days, of all who asked"),
            "gave up",
            "turned away",
        ),
        rows,
        note="Days from asking to admission, of those admitted, zero waits included."
        + (f" Intervals of waits are unreliable below {FEW} replications." if 1 < run.count < FEW else ""),
    )


def bottleneck(run: Run) -> Section:
    """Offered load against places, and who is held up by whom."""
    blocks: list[Block] = [
        Table(
            "Offered load against places",
            (
                "level",
                ("places that would be filled if nobody ever waited"),
                "places",
                "load ÷ places",
                "",
                "what that means",
            ),
            [
                (
                    run.cell(row["level"]),
                    number(row["load"]),
                    number(row["capacity"], 0),
                    DASH if isinf(row["capacity"]) else ratio(row),
                    "" if isinf(row["capacity"]) else bar(row["load_ratio"]),
                    row["verdict"],
                )
                for row in run.loads
            ],
            words=(0, 4, 5),
            note=(
                "Reckoned from the scenario alone, before any run. The mark on the bar is 100 % of "
                "the places."
            ),
        )
    ]
    blocks += limits(run)
    lost = run.result.blocked_by()
    if not len(lost):
        return Section(
            "bottleneck",
            "Where the bottleneck is",
            [*blocks, Paragraph("Nobody held a place because the next level was full.")],
        )
    blocks.append(Paragraph(holding_up(run, lost)))
    blocks.append(blocked_table(run, lost))
    blocks.append(
        run.draw(
            "blocked-by", "Patient-days a year lost at each level (rows) because another is full (columns)."
        )
    )
    return Section("bottleneck", "Where the bottleneck is", blocks)


def limits(run: Run) -> list[Block]:
    """What bound the places of levels whose staff or seats limit them; nothing where none does."""
    if "binding" not in run.result.panels:
        return []
    roles = run.scenario.roles
    rows = []
    for (level, binds), mean in run.panel("binding").items():
        title = (roles[binds].title or binds) if binds in roles else f"{binds}s"
        rows.append(
            (
                run.cell(level),
                title,
                f"{figure(mean['days'], '')} ({percent(mean['share'])})",
                figure(mean["usable"], ""),
                figure(mean["capacity"], ""),
            )
        )
    table = Table(
        f"What bound the places that could be used{suffix(run)}",
        ("level", "bound by", "days (of the window)", "usable places on these days", "places"),
        rows,
        words=(0, 1),
        note="Places, seats of tracks, and roles whose needs limit admissions; means over replications.",
    )
    said = [f"{one}." for one in usable(run.result)]
    return [*([Bullets(said)] if said else []), table]


def holding_up(run: Run, lost: pd.DataFrame) -> str:
    """Which level holds up patients elsewhere most, and where most of them are."""
    sums = lost.groupby("waiting_for", sort=False, observed=True)["patient_days_per_year"].sum()
    cause = str(sums.idxmax())
    rows = lost[lost["waiting_for"] == cause].sort_values(
        "patient_days_per_year", ascending=False, kind="stable"
    )
    first = rows.iloc[0]
    where = run.short.get(first["level"], first["level"])
    return (
        f"Patients who are ready for {run.short.get(cause, cause)} and cannot go there yet hold "
        "places elsewhere for "
        f"{figure(float(sums.max()), '')} days a year, "
        f"{figure(float(first['patient_days_per_year']), '')} of them at {where}."
    )


def blocked_table(run: Run, lost: pd.DataFrame) -> Table:
    """The blocked-by matrix: a row for each level that is held up, a column for what it waits for."""
    cells = {
        (row["level"], row["waiting_for"]): row["patient_days_per_year"] for row in lost.to_dict("records")
    }
    across = [*run.titles, *sorted({to for _, to in cells} - set(run.titles))]
    across = [to for to in across if any(to == other for _, other in cells)]
    down = [level for level in run.titles if any(level == other for other, _ in cells)]
    rows = []
    for level in down:
        values = [cells.get((level, to), 0.0) for to in across]
        rows.append(
            (
                run.cell(level),
                *(figure(value, "") if value else DASH for value in values),
                figure(sum(values), ""),
            )
        )
    heads = ("ready at", *(f"for {run.titles.get(to, to)}" for to in across), "all")
    return Table(
        "Patient-days a year on which patients are ready to move on and the next level is full", heads, rows
    )


def trust(run: Run) -> Section:
    """What a reader has to know before she believes the figures."""
    return Section("trust", "How far to trust this", [Bullets(doubts(run))])


def doubts(run: Run) -> list[str]:
    """A sentence for each doubt."""
    assumed = sum(line.source == ASSUMED for line in run.lines)
    unsettled = [
        run.titles[row["level"]]
        for row in run.settled.to_dict("records")
        if row["level"] and not row["settled"]
    ]
    said = [
        (
            "Intervals and counts of replications tell of chance in the simulation only, not of doubt "
            "about the numbers put in."
        )
    ]
    if assumed:
        said.append(
            f"{assumed} of the {len(run.lines)} numbers put in are assumed; the appendix lists each "
            "with its source."
        )
    if run.count < 2:
        said.append("One replication gives no intervals; thirty do.")
    elif run.count < FEW:
        said.append(f"Intervals of waits are unreliable below {FEW} replications; there are {run.count}.")
    if unsettled:
        said.append(
            f"Not settled within the run: {listed(unsettled)}; averages there describe the length of "
            "the run too."
        )
    said += [f"{one}." for one in [*overdue(run.scenario), *notes(run.result)]]
    said += [f"Replication {number} breaks what must hold: {what}." for number, what in run.result.broken]
    said.append(
        "All patients are synthetic. That longer care works better is nowhere built in; where a "
        "scenario says so, it is an assumption."
    )
    return said
