"""The appendix for an analyst: every table, every number put in with its source, and how it was made.

`OF_RUN` and `OF_STUDY` are the lists of its sections; a new one is a function and a line there. The pages for
a director are left to `run.py`, `comparison.py` and `sweep.py`.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from math import isinf, isnan
from typing import Any

import pandas as pd

from sim.description import ASSUMED, description
from sim.measures.registry import measure
from sim.plots.curves import CURVES
from sim.plots.pathway import pathway_figure
from sim.report.drawing import drawing
from sim.report.parts import Block, Drawing, Facts, Item, Paragraph, Section, Table, Text
from sim.report.run import Run, interval_note, known, suffix
from sim.report.stress import GAP, stress
from sim.report.words import DASH, NARROW, figure, percent, span
from sim.scenario.types import Scenario
from sim.sentences import PRECISION, more_replications, number

CURVE_DAYS = (30, 90, 180, 365)
"""Days at which curves are told in the table."""

NOTABLE = 0.02
"""A part by which offered and simulated figures may differ without a word about it."""


def pathway(scenario: Scenario) -> Section:
    """The picture of the scenario."""
    return Section("pathway", "The pathway", [pathway_drawing(scenario)])


def pathway_drawing(scenario: Scenario, *, name: str = "pathway", of: str = "") -> Drawing:
    """The pathway of a scenario, `of` its name where there are several."""
    caption = (
        "Levels of care, their places, and the ways between them, as the scenario's own numbers give them"
    )
    return drawing(name, lambda: pathway_figure(scenario), caption=f"{caption}{f': {of}' if of else ''}.")


def by_level(run: Run) -> Section:
    """Every measure, a folded table for each level and one for the whole."""
    tables: list[Block] = [
        Paragraph(
            f"{interval_note(run)} The range 5–95 % is that of single replications: what one such "
            "window may bring by luck."
        )
    ]
    for level in ("", *run.titles):
        part = run.summary[(run.summary["level"] == level) & (run.summary["replications"] > 0)]
        tables.append(summary_table(part, f"All measures: {run.titles.get(level, 'the whole continuum')}"))
    return Section("measures", "Every measure", tables)


def summary_table(part: pd.DataFrame, caption: str) -> Table:
    """Rows of a summary, folded."""
    rows = [
        (
            row["measure"],
            "; ".join(part for part in (meaning(row), row["note"]) if part),
            figure(row["mean"], row["unit"]),
            span(row["ci_low"], row["ci_high"], row["unit"]),
            span(row["p05"], row["p95"], row["unit"]),
        )
        for row in part.to_dict("records")
    ]
    heads = ("measure", "what it is", "mean", "95 % interval of the mean", "5–95 % of replications")
    return Table(caption, heads, rows, words=(0, 1), folded=True)


def meaning(row: Mapping[Any, Any]) -> str:
    """What a measure is, with its unit where the words do not say it."""
    said, unit = measure(row["measure"]).meaning, row["unit"]
    return said if unit in ("share", *said.split()) or unit in said else f"{said} ({unit})"


def moves(run: Run) -> Section:
    """Transitions, as a picture and a table."""
    rows = [
        (
            run.titles.get(row["from"], row["from"].replace("_", " ")),
            run.titles.get(row["to"], row["to"].replace("_", " ")),
            figure(row["patients_per_year"], ""),
            f"{100 * row['share']:.1f}{NARROW}%",
        )
        for row in run.result.transitions().to_dict("records")
    ]
    table = Table(
        "Moves, patients a year",
        ("from", "to", "patients a year", "of those who leave there"),
        rows,
        words=(0, 1),
        folded=True,
    )
    drawn = run.draw(
        "transitions", "Where the patients of each level come from and where they go, in patients a year."
    )
    return Section("moves", "Moves between levels", [drawn, table])


def curves(run: Run) -> Section:
    """Outcome curves, and their shares at some days."""
    rows = curve_rows(run)
    table = Table(
        "Outcomes after admission: share and 95 % interval",
        ("outcome", "first level", *(f"{day} days" for day in CURVE_DAYS)),
        rows,
        words=(0, 1),
        folded=True,
        note=(
            "Patients first admitted in the window; for return to care, those discharged in "
            "it, by their last level."
        ),
    )
    drawn = run.draw("curves", "Retention, relapse-free and return-to-care curves after admission.")
    return Section("outcomes", "Outcomes after admission", [drawn, table])


def curve_rows(run: Run) -> list[tuple[str, ...]]:
    """For each curve and group: its name, the group, and the shares at `CURVE_DAYS`."""
    frame = run.result.curves()
    frame = frame[frame["curve"].isin(list(CURVES))]
    rows = []
    for (name, group), part in frame.groupby(["curve", "group"], sort=False, observed=True):
        at = part.set_index("day")
        told = [curve_cell(at.loc[day]) if day in at.index else DASH for day in CURVE_DAYS]
        if any(cell != DASH for cell in told):
            rows.append((CURVES[str(name)].title, run.short.get(str(group), str(group) or "all"), *told))
    return rows


def curve_cell(row: Any) -> str:
    """A share of a curve and its interval."""
    said = span(row["ci_low"], row["ci_high"], "share")
    return f"{100 * row['share']:.1f}{NARROW}%" + ("" if said == DASH else f" ({said})")


def offered_and_simulated(run: Run) -> Section:
    """What was reckoned before the run beside what the run gave, and why they differ."""
    rows = []
    for row in run.loads:
        level = row["level"]
        census = run.figures.mean("census.mean", level)
        rows.append(
            (
                run.cell(level),
                number(row["load"]),
                run.with_interval("census.mean", level),
                DASH if isinf(row["load"]) else figure(census - row["load"], "", signed=True),
                f"{figure(row['admissions_per_day'], '')} / {run.told('admissions.per_day', level)}",
                f"{figure(row['mean_stay_days'], '')} / {run.told('stay.place.mean', level)}",
                why_apart(run, row),
            )
        )
    heads = (
        "level",
        "offered load",
        "simulated census",
        "difference",
        "admissions a day: offered / simulated",
        "days of a stay: offered / simulated",
        "why they differ",
    )
    note = (
        "Offered: by the traffic equations, in the long run, if nobody ever waited, so that nobody "
        "gives up or is turned "
        "away. Load is admissions a day × days of a stay (Little's law), so the two columns of pairs "
        "say where a difference comes from."
    )
    if any(row["approximate"] for row in run.loads):
        note += " Something was taken at its mean: the offered figures are approximate."
    return Section(
        "load",
        "Offered load and simulated load",
        [Table(f"Offered load beside simulated census{suffix(run)}", heads, rows, words=(0, 6), note=note)],
    )


def why_apart(run: Run, row: Mapping[Any, Any]) -> str:
    """Why the simulated census is not the offered load, from the figures themselves."""
    level = row["level"]
    if isinf(row["load"]):
        return "the offered load has no end"
    asked, came = row["admissions_per_day"], run.figures.mean("admissions.per_day", level)
    offered, stayed = row["mean_stay_days"], run.figures.mean("stay.place.mean", level)
    said = []
    if asked and not isnan(came) and abs(came / asked - 1.0) > NOTABLE:
        lost = [
            f"{percent(share)} {words}"
            for words, name in (
                ("gave up", "reneged.share"),
                ("turned away", "turned_away.share"),
                ("did not come", "no_show.share"),
            )
            if (share := known(run.figures.mean(name, level))) >= 0.005
        ]
        way = "fewer" if came < asked else "more"
        said.append(
            f"{percent(abs(came / asked - 1.0))} {way} are admitted"
            + (
                f" ({', '.join(lost)})"
                if lost and came < asked
                else " (levels before let through fewer)"
                if came < asked
                else ""
            )
        )
    if not isnan(offered) and not isnan(stayed) and abs(stayed / offered - 1.0) > NOTABLE:
        way = "shorter" if stayed < offered else "longer"
        said.append(f"stays that ended are {percent(abs(stayed / offered - 1.0))} {way}")
    blocked = known(run.figures.mean("blocked.mean", level))
    if blocked >= 0.05:
        said.append(f"{figure(blocked, '')} of the census are ready to move on and held up")
    if bool((~run.settled.loc[run.settled["level"] == level, "settled"]).any()):
        said.append("the level has not settled within the run")
    return "; ".join(said) if said else "they agree within 2 %, chance included"


def precision(run: Run) -> Section:
    """Warm-up, whether levels have settled, and how many replications waits would want."""
    settled = [
        (
            run.titles.get(row["level"], "all together"),
            f"{row['cut_days']:g} of {row['days']:g}",
            figure(row["change"], "", signed=True),
            "yes" if row["settled"] else "no",
        )
        for row in run.settled.to_dict("records")
    ]
    wanted = more_replications(run.result) if run.count > 1 else {}
    waits = []
    for level, title in run.titles.items():
        mean, half = run.figures.mean("wait.mean", level), run.figures.half("wait.mean", level)
        if isnan(half):
            continue
        waits.append(
            (
                title,
                figure(mean, "days"),
                f"± {figure(half, 'days')}",
                f"± {percent(half / mean)}" if mean > 0 else DASH,
                f"{wanted[level]:,}" if level in wanted else "none",
            )
        )
    setting = run.scenario.run
    begins = "It starts from the patients who are there on day 0" if run.scenario.start else "It starts empty"
    blocks: list[Block] = [
        Paragraph(
            f"{f'{run.of}: ' if run.of else ''}{begins}; {setting.warm_up:g} days of warm-up are not "
            f"counted, then come {setting.duration:g} days that are, and up to "
            f"{setting.follow_up:g} days in which those admitted are followed. {run.count} "
            f"replication{'s' * (run.count > 1)}, seed {setting.seed}."
        ),
        Table(
            f"Has each level settled within the window?{suffix(run)}",
            (
                "level",
                "days MSER-5 would leave out",
                "patients more in the second half than in the first",
                "settled",
            ),
            settled,
            words=(0, 3),
            note=(
                "MSER-5 (White 1997) on patients in care or waiting. Not settled: the cut "
                "takes more than half of the days, and the change leaves out 0. How long a "
                "warm-up must be: sim warm-up."
            ),
        ),
    ]
    if waits:
        blocks.append(
            Table(
                f"Replications wanted for a mean wait to ± {100 * PRECISION:.0f} %{suffix(run)}",
                ("level", "mean wait, days", "95 % interval", "of the mean", "more replications"),
                waits,
                note=(
                    "By Law 2015, section 9.4.1: a forecast. Levels with hardly any wait want none. "
                    "sim extend adds replications to this folder."
                ),
            )
        )
    return Section("precision", "Warm-up and replications", blocks)


def panels(run: Run) -> list[Section]:
    """A section for each panel: a folded table, weeks averaged."""
    return [panel(run, name) for name in run.result.panels]


def panel(run: Run, name: str) -> Section:
    """One panel as a table."""
    frame = run.result.panel(name)
    figures = ["mean", "ci_low", "ci_high", "p05", "p95"]
    keys = [
        key for key in frame.columns[: list(frame.columns).index("measure")] if key not in ("week", "date")
    ]
    weekly = "week" in frame.columns
    if weekly:
        frame = frame.groupby([*keys, "measure"], sort=False, observed=True)[figures].mean().reset_index()
    rows = [
        (
            *(run.titles.get(str(row[key]), str(row[key])) for key in keys),
            str(row["measure"]).replace("_", " "),
            figure(row["mean"], ""),
            span(row["ci_low"], row["ci_high"], ""),
            span(row["p05"], row["p95"], ""),
        )
        for row in frame.to_dict("records")
    ]
    table = Table(
        f"{name}: {'means over the weeks of the window' if weekly else 'over the window'}",
        (*keys, "figure", "mean", "95 % interval of the mean", "5–95 % of replications"),
        rows,
        words=range(len(keys) + 1),
        note=f"{name}.csv has {'every week' if weekly else 'every row'}.",
        folded=len(rows) > 12,
    )
    return Section(f"panel-{name}", f"Panel: {name}", [table])


def assumptions(scenario: Scenario, title: str = "Every number put in, and its source") -> Section:
    """Every key that the scenario gives."""
    lines = description(scenario)
    assumed = sum(line.source == ASSUMED for line in lines)
    rows = [(f"{line.table}.{line.key}".lstrip("."), line.value, line.source) for line in lines]
    texts = [
        (name, " ".join(text.split()))
        for name, text in (("Purpose", scenario.purpose), ("Rationale", scenario.rationale))
        if text
    ]
    blocks: list[Block] = [Facts(texts)] if texts else []
    blocks.append(
        Paragraph(
            f"{len(lines)} keys are given, {assumed} of them are assumed; keys that are not listed "
            "have their defaults. Durations are days."
        )
    )
    blocks.append(
        Table("Keys, values and sources", ("key", "value", "source"), rows, words=range(3), folded=True)
    )
    return Section("assumptions", title, blocks)


def record(scenario: Scenario, manifest: Mapping[str, Any]) -> Section:
    """The STRESS-DES record of the study."""
    items = stress(scenario, manifest)
    gaps = sum(bool(item.gap) for item in items)
    blocks: list[Block] = [
        Paragraph(
            "The 24 items of the STRESS-DES guideline (Monks, Currie, Onggo, Robinson, Kunc and "
            "Taylor 2019, Journal of Simulation 13:55–67). "
            f"In {gaps} of them something is left that only a person can say."
        )
    ]
    blocks += [
        Item(f"{one.number} {one.title}", one.said, f"{GAP}{one.gap}" if one.gap else "") for one in items
    ]
    return Section("stress", "STRESS-DES record", blocks)


def provenance(
    manifest: Mapping[str, Any], scenarios: Mapping[str, Scenario], commands: Sequence[str]
) -> Section:
    """Who made this, with what, and how it is made again; complete scenarios folded below."""
    machine = manifest.get("machine", {})
    libraries = ", ".join(f"{name} {said}" for name, said in manifest.get("libraries", {}).items())
    rows = [
        ("Made again by", "; then ".join(commands)),
        ("Made", str(manifest.get("made", DASH))),
        (
            "Program",
            f"continuum-sim {manifest.get('version', DASH)}"
            + (f", commit {manifest['commit']}" if manifest.get("commit") else ""),
        ),
        ("Source of the program, SHA-256", str(manifest.get("code_digest", DASH))),
        ("Scenario, SHA-256", str(manifest.get("scenario_digest", DASH))),
        (
            "Seed, replications, engine",
            f"{manifest.get('seed')}, {manifest.get('replications')}, {manifest.get('engine')}",
        ),
        ("Libraries", libraries or DASH),
        ("Machine", ", ".join(f"{name} {said}" for name, said in machine.items()) or DASH),
        ("Seconds", f"{manifest['wall_seconds']:g}" if "wall_seconds" in manifest else DASH),
    ]
    blocks: list[Block] = [Facts(rows)]
    if files := manifest.get("files"):
        listed_files = [
            (name, f"{about['bytes']:,}", about["sha256"]) for name, about in files.items() if about
        ]
        blocks.append(
            Table(
                "Files of the results folder",
                ("file", "bytes", "SHA-256"),
                listed_files,
                words=(0, 2),
                folded=True,
            )
        )
    blocks += [Text(f"{name}.toml, complete", scenario.to_toml()) for name, scenario in scenarios.items()]
    return Section("provenance", "Provenance", blocks)


def quoted(*words: str) -> str:
    """A command line."""
    return shlex.join(words)


OF_RUN: tuple[Callable[[Run], Section], ...] = (
    by_level,
    moves,
    curves,
    offered_and_simulated,
    precision,
)
"""Sections of the appendix that a run has, in their order, after its pathway; its panels follow."""


def of_run(run: Run) -> list[Section]:
    """The appendix of a run."""
    again = [quoted("sim", "run", "scenario.toml", "--out", "again")]
    return [
        pathway(run.scenario),
        *(section(run) for section in OF_RUN),
        *panels(run),
        assumptions(run.scenario),
        record(run.scenario, run.manifest),
        provenance(run.manifest, {run.scenario.name: run.scenario}, again),
    ]
