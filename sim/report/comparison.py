"""The pages about a comparison: what was changed, what came of it, and how sure that is.

Each scenario stands against the first, the baseline, over the same replications with the same luck. `FRONT`
and `APPENDIX` are the lists of sections; a new one is a function and a line there.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from math import isinf, isnan
from typing import Any

from sim.measures.registry import measure
from sim.report import appendix
from sim.report.compared import Compared
from sim.report.parts import Answer, Block, Bullets, Cell, Paragraph, Section, Table, bar
from sim.report.run import Run, doubts, limits, ratio
from sim.report.week import intake, services, staff, tracks, without_figures
from sim.report.words import (
    DASH,
    difference_sentence,
    figure,
    headline,
    is_sure,
    listed,
    percent,
    signed,
    signed_span,
    size_span,
    value,
)
from sim.sentences import AT_LEVELS, OF_ALL, number, shown

MOST_NAMED = 3
"""Changed keys that a sentence names."""

MOST_PATHWAYS = 4
"""Scenarios whose pathways are drawn."""


def question(one: Compared) -> Section:
    """What the comparison is for."""
    blocks: list[Block] = []
    for name, run in zip(one.others, one.runs[1:], strict=True):
        purpose = run.scenario.purpose or run.scenario.title
        said = (
            " ".join(purpose.split())
            if purpose
            else "its scenario states no purpose; the key `purpose` holds it."
        )
        blocks.append(Paragraph(said if len(one.others) == 1 else f"{name}: {said}"))
    return Section("question", "The question", blocks)


def answer(one: Compared) -> Section:
    """For each scenario three sentences: what was changed, what comes of waits, of completed episodes."""
    several = len(one.others) > 1
    return Section(
        "answer",
        "The answer",
        [
            Answer(
                [what_changed(one, name), on_waits(one, name), on_episodes(one, name)],
                of=name if several else "",
            )
            for name in one.others
        ],
    )


def what_changed(one: Compared, name: str) -> str:
    """The first changed keys with both values."""
    rows = one.changes[one.changes["scenario"] == name].to_dict("records")
    base = one.found.names[0]
    if not rows:
        return f"{name} differs from {base} in no key that decides anything."
    told = [one_change(one, row) for row in rows[:MOST_NAMED]]
    more = len(rows) - MOST_NAMED
    if more > 0:
        told.append(f"{more} more key{'s differ' if more > 1 else ' differs'}")
    return f"{name} is {base} with {len(rows)} change{'s' * (len(rows) > 1)}: {listed(told)}."


def one_change(one: Compared, row: Mapping[Any, Any]) -> str:
    """A changed key and its values in words; places of a level as such."""
    found = re.fullmatch(r"levels\.([^.]+)\.capacity", row["key"])
    if found is None or row["old"] is None or row["new"] is None:
        return f"{row['key']} is {shown(row['new'])} instead of {shown(row['old'])}"
    level = one.short.get(found[1], found[1])
    return f"{level} has {value(row['new'])} places instead of {value(row['old'])}"


def on_waits(one: Compared, name: str) -> str:
    """The level whose mean wait changes most beyond chance, and where it goes the other way."""
    rows = one.rows(name)
    waits = {level: row for (what, level), row in rows.items() if what == "wait.mean" and level}
    if not waits:
        return "Of waits nothing can be compared."
    sure = {level: row for level, row in waits.items() if is_sure(row)}
    if not sure:
        count = max(int(row["replications"]) for row in waits.values())
        return f"No level's mean wait differs by more than chance can do, by {count} paired replications."
    ordered = sorted(sure, key=lambda level: -abs(sure[level]["difference"]))
    first = ordered[0]
    said = difference_sentence(
        f"The mean wait for {one.short[first]}", sure[first], confidence=one.found.confidence, of=" days"
    )
    rest = [
        f"that for {one.short[level]} {'rises' if sure[level]['difference'] > 0 else 'falls'} by "
        f"{figure(abs(sure[level]['difference']), '')} ({size_span(sure[level])})"
        for level in ordered[1:]
    ]
    return f"{said.removesuffix('.')}; {listed(rest)}." if rest else said


def on_episodes(one: Compared, name: str) -> str:
    """What becomes of completed episodes."""
    row = one.rows(name).get(("episodes.completed.per_month", ""))
    if row is None:
        return "Of completed episodes nothing can be compared."
    return difference_sentence(
        "The number of completed episodes a month", row, confidence=one.found.confidence
    )


def changed(one: Compared) -> Section:
    """Changed keys, and the differences in what directors ask first."""
    blocks: list[Block] = []
    for name in one.others:
        part = one.changes[one.changes["scenario"] == name]
        keys = [(row["key"], shown(row["old"]), shown(row["new"])) for row in part.to_dict("records")]
        if keys:
            blocks.append(
                Table(
                    f"What was changed in {name}",
                    ("key", one.found.names[0], name),
                    keys,
                    words=range(3),
                    folded=len(keys) > 20,
                )
            )
        blocks.append(differences(one, name))
        if same := equal(one, name):
            blocks.append(Paragraph(same))
    return Section("changed", "What changed against the baseline", blocks)


def wanted(one: Compared) -> Iterator[tuple[str, str]]:
    """Measures and levels of the short table, in its order."""
    yield from ((what, "") for what in OF_ALL)
    roles = dict.fromkeys(name for run in one.runs for name in run.scenario.roles)
    yield from ((f"staff.{name}.needed.mean", "") for name in roles)
    yield from ((what, level) for level in one.levels for what in AT_LEVELS)


def differences(one: Compared, name: str) -> Table:
    """The short table of differences of a scenario."""
    rows = one.rows(name)
    there = [(key, rows[key]) for key in wanted(one) if key in rows]
    lines = [
        (one_cell(one, key), *difference_cells(row))
        for key, row in there
        if row["share_larger"] or row["share_smaller"]
    ]
    confidence = f"{100 * one.found.confidence:.4g} %"
    return Table(
        f"{name} against {one.found.names[0]}, over the same replications",
        (
            "",
            one.found.names[0],
            name,
            "difference",
            f"{confidence} interval",
            "told apart from chance",
            "lower in",
            "higher in",
        ),
        lines,
        words=(0, 5),
        note=(
            "Differences of shares are percentage points. Lower, higher: in how many "
            "replications; equal ones count in neither."
        ),
    )


def one_cell(one: Compared, key: tuple[str, str]) -> Cell:
    """A measure in words, and its level."""
    what, level = key
    if what.startswith("staff."):
        name = what.split(".")[1]
        roles = next(run.scenario.roles for run in one.runs if name in run.scenario.roles)
        return f"FTE needed on average: {roles[name].title or name}"
    words = headline(what) + (" (days)" if measure(what).unit == "days" else "")
    return f"{one.short[level]}: {words}" if level else words[0].upper() + words[1:]


def difference_cells(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """The figures of a difference."""
    unit, count = row["unit"], row["replications"]
    return (
        figure(row["baseline"], unit),
        figure(row["value"], unit),
        signed(row),
        signed_span(row),
        "yes" if is_sure(row) else "no",
        f"{row['share_smaller'] * count:.0f}",
        f"{row['share_larger'] * count:.0f}",
    )


def equal(one: Compared, name: str) -> str:
    """What does not differ in any replication."""
    rows = one.rows(name)
    same = [
        f"{headline(what)} at {one.short[level]}" if level else headline(what)
        for what, level in wanted(one)
        if (row := rows.get((what, level))) and not row["share_larger"] and not row["share_smaller"]
    ]
    return f"Equal in every replication: {listed(same)}." if same else ""


def census(one: Compared) -> Section:
    """Census and waits of every level in every scenario."""
    rows = []
    for level in one.levels:
        for run in one.runs:
            if level in run.titles:
                rows.append(
                    (
                        run.cell(level),
                        number(run.scenario.levels[level].capacity, 0),
                        run.told("census.mean", level),
                        run.told("census.p95", level),
                        percent(run.figures.mean("occupancy", level)),
                        run.told("wait.mean", level),
                        run.told("wait.p90", level),
                        percent(run.figures.mean("wait.offered.share_within_7_days", level)),
                        percent(run.figures.mean("reneged.share", level)),
                    )
                )
    heads = (
        "level and scenario",
        "places",
        "mean census",
        "on 19 of 20 days at most",
        "places in use",
        "mean wait, days",
        "nine in ten wait at most",
        "admitted in 7 days, of all who asked",
        "gave up",
    )
    return Section(
        "census",
        "Census and waits",
        [
            Table(
                "Census and waits by level and scenario",
                heads,
                rows,
                note="Means of replications. How sure differences are stands in the table of differences.",
            ),
            one.draw("census", "Census, places and waitlist of every level in all scenarios."),
            one.draw(
                "waits",
                "How soon patients are admitted to each level in each scenario, and how long they wait.",
            ),
        ],
    )


def bottleneck(one: Compared) -> Section:
    """Offered load against places, in every scenario."""
    loads = [{row["level"]: row for row in run.loads} for run in one.runs]
    rows = []
    for level in one.levels:
        for run, load in zip(one.runs, loads, strict=True):
            if level in load:
                row = load[level]
                unlimited = isinf(row["capacity"])
                rows.append(
                    (
                        run.cell(level),
                        number(row["load"]),
                        number(row["capacity"], 0),
                        DASH if unlimited else ratio(row),
                        "" if unlimited else bar(row["load_ratio"]),
                        run.told("blocked.mean", level),
                        row["verdict"],
                    )
                )
    heads = (
        "level and scenario",
        "places that would be filled if nobody ever waited",
        "places",
        "load ÷ places",
        "",
        "ready to move on and held up",
        "what that means",
    )
    note = (
        "Load is reckoned from the scenario alone; who is held up is simulated. The mark on the "
        "bar is 100 % of the places."
    )
    table = Table("Offered load against places", heads, rows, words=(0, 4, 6), note=note)
    bound = [block for run in one.runs for block in limits(run)]
    return Section("bottleneck", "Where the bottleneck is", [table, *bound])


def weeks(one: Compared) -> Section | None:
    """Staff, services and tracks of each scenario; None where none has any."""
    blocks = [
        block
        for run in one.runs
        for make in (intake, staff, services, tracks)
        for block in without_figures(make(run))
    ]
    return Section("weeks", "The way in, staff, services and tracks", blocks) if blocks else None


def trust(one: Compared) -> Section:
    """What a reader has to know first."""
    said = doubts(one.base)
    return Section("trust", "How far to trust this", [Bullets([*said[:-1], *one.found.notes(), *said[-1:]])])


def pathways(one: Compared) -> Section:
    """The pathway of the baseline, and of the others where they are few."""
    drawn = [
        appendix.pathway_drawing(run.scenario, name=f"pathway-{place}", of=run.of)
        for place, run in enumerate(one.runs[:MOST_PATHWAYS])
    ]
    return Section("pathway", "The pathways", drawn)


def all_differences(one: Compared) -> Section:
    """Every difference, a folded table for each scenario and level."""
    tables: list[Block] = []
    for name in one.others:
        rows = one.rows(name)
        for level in ("", *one.levels):
            lines = [
                (
                    what,
                    *difference_cells(row),
                    DASH if isnan(row["variance_reduction"]) else f"×{figure(row['variance_reduction'], '')}",
                    row["note"],
                )
                for (what, at), row in rows.items()
                if at == level
            ]
            if lines:
                tables.append(
                    Table(
                        f"All differences of {name}: {one.titles.get(level, 'the whole continuum')}",
                        (
                            "measure",
                            one.found.names[0],
                            name,
                            "difference",
                            "interval",
                            "told apart",
                            "lower in",
                            "higher in",
                            "pairing",
                            "note",
                        ),
                        lines,
                        words=(0, 5, 9),
                        folded=True,
                        note=(
                            "Pairing: so many times as many replications it would have taken "
                            "without it. What each measure is: sim/measures/README.md."
                        ),
                    )
                )
    tables.append(
        Paragraph(
            "summary.csv has the figures of each scenario with their own intervals and ranges, "
            "replications.csv each replication."
        )
    )
    return Section("differences", "Every difference", tables)


def curves(one: Compared) -> Section:
    """Outcome curves of all scenarios."""
    rows = []
    for run in one.runs:
        rows += [(f"{row[0]}, {row[1]}", run.of, *row[2:]) for row in appendix.curve_rows(run)]
    rows.sort(key=lambda row: row[0])
    table = Table(
        "Outcomes after admission: share and 95 % interval",
        ("outcome and first level", "scenario", *(f"{day} days" for day in appendix.CURVE_DAYS)),
        rows,
        words=(0, 1),
        folded=True,
        note="Each interval by itself; differences are surer than that, see the tables of differences.",
    )
    return Section(
        "outcomes",
        "Outcomes after admission",
        [one.draw("curves", "Outcome curves of all scenarios."), table],
    )


def of_each(make: Callable[[Run], Section]) -> Callable[[Compared], Section]:
    """A section with what each run has of it."""

    def section(one: Compared) -> Section:
        made = [make(run) for run in one.runs]
        return Section(made[0].name, made[0].title, [block for each in made for block in each.blocks])

    return section


def provenance(one: Compared) -> Section:
    """How it was made."""
    scenarios = {name: run.scenario for name, run in zip(one.found.names, one.runs, strict=True)}
    files = [f"scenarios/{name}.toml" for name in one.found.names]
    again = appendix.quoted("sim", "compare", *files, "--replications", str(one.base.count), "--out", "again")
    return appendix.provenance(one.manifest, scenarios, [again])


FRONT: tuple[Callable[[Compared], Section | None], ...] = (
    question,
    answer,
    changed,
    census,
    bottleneck,
    weeks,
    trust,
)
"""The sections for a director, in their order; None where no scenario has the thing."""

APPENDIX: tuple[Callable[[Compared], Section], ...] = (
    pathways,
    all_differences,
    curves,
    of_each(appendix.offered_and_simulated),
    of_each(appendix.precision),
    lambda one: appendix.assumptions(one.base.scenario),
    lambda one: appendix.record(one.base.scenario, one.manifest),
    provenance,
)
"""The sections for an analyst."""
