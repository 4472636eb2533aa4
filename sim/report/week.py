"""The pages for a director about a week: the way in, staff by role, services, tracks.

Each is there where the scenario has the thing. What binds at each level, and how many weeks are short, is
told by `sim/sentences.py`; how it is measured is left to `sim/measures/`.
"""

from collections.abc import Iterator

from sim.measures.funnel import ALL
from sim.report.parts import Block, Bullets, Cell, Paragraph, Section, Table, named
from sim.report.run import Run, interval_note, suffix
from sim.report.words import DASH, figure, percent
from sim.scenario.roles import DRIVERS
from sim.sentences import ALMOST_ALWAYS, OF_SERVICES
from sim.sentences import staff as staff_sentences

DRIVER_WORDS = {
    "post": "posts to be filled",
    "ratio": "patients to a member of staff",
    "caseload": "caseload",
    "workload": "hours of work",
    "session": "sessions to be led",
}
"""Drivers of needs → in words."""


def staff(run: Run) -> Section | None:
    """Staff needed by role and level, what binds, and who is there; None where no role is needed."""
    if "staff" not in run.result.panels:
        return None
    blocks: list[Block] = [Bullets([f"{said}." for said in staff_sentences(run.result)]), needed(run)]
    if there := list(present(run)):
        blocks.append(
            Table(
                f"Staff present against staff needed{suffix(run)}",
                (
                    "role",
                    "FTE needed",
                    "FTE present",
                    "weeks short",
                    "hours of overtime a week",
                    "hours of agency a week",
                ),
                there,
                note=(
                    "Present by the roster, all levels together. Overtime and agency make up for "
                    "the hours that are short."
                ),
            )
        )
    blocks.append(run.draw("staff", "FTE needed week by week, by role and level, and who is there."))
    return Section("staff", "Staff needed by role", blocks)


def needed(run: Run) -> Table:
    """A row for each role, then for each level that needs it."""
    rows: list[tuple[Cell, ...]] = []
    for name, role in run.scenario.roles.items():
        for level in ("", *run.titles):
            if not run.figures.has(f"staff.{name}.needed.mean", level):
                continue
            rows.append(
                (
                    named(name, role.title or name, of=run.titles[level] if level else "all levels"),
                    run.with_interval(f"staff.{name}.needed.mean", level),
                    run.told(f"staff.{name}.needed.p80", level),
                    run.told(f"staff.{name}.needed.p95", level),
                    binding(run, name, level) if level else DASH,
                )
            )
    heads = (
        "role and level",
        "FTE needed (95 % interval)",
        "enough in four weeks of five",
        "enough in nineteen of twenty",
        "what binds",
    )
    note = (
        "What binds: the need that asks for most, with the share of weeks. FTE by whole weeks of the window."
    )
    return Table(f"Staff needed{suffix(run)}", heads, rows, words=(0, 4), note=f"{interval_note(run)} {note}")


def binding(run: Run, role: str, level: str) -> str:
    """Which driver binds most often at a level, and in how many weeks."""
    shares = {driver: run.figures.mean(f"staff.{role}.binds.{driver}", level) for driver in DRIVERS}
    found = {driver: share for driver, share in shares.items() if share > 0.0}
    if not found:
        return DASH
    driver = max(found, key=lambda one: found[one])
    said = DRIVER_WORDS.get(driver, driver)
    if run.figures.mean(f"staff.{role}.binds.floor", level) > 0.5:
        said += ", a rule's floor"
    return said if found[driver] >= ALMOST_ALWAYS else f"{said} ({percent(found[driver])})"


def present(run: Run) -> Iterator[tuple[Cell, ...]]:
    """A row for each role that has a roster."""
    for name, role in run.scenario.roles.items():
        if run.figures.has(f"staff.{name}.present.mean"):
            yield (
                named(name, role.title or name),
                run.told(f"staff.{name}.needed.mean"),
                run.told(f"staff.{name}.present.mean"),
                percent(run.figures.mean(f"staff.{name}.short_weeks")),
                run.told(f"staff.{name}.overtime.per_week"),
                run.told(f"staff.{name}.agency.per_week"),
            )


def services(run: Run) -> Section | None:
    """What a week of services comes to, by level; None where no level has any."""
    levels = [level for level in run.titles if run.figures.has("services.hours.per_week", level)]
    if not levels:
        return None
    rows = [
        (
            run.cell(level),
            *(
                run.told(measure, level, "share" if measure == "services.group_fill" else "")
                for measure in OF_SERVICES
            ),
        )
        for level in levels
    ]
    words = OF_SERVICES | {"services.hours.per_patient_week": "attended hours of each patient"}
    heads = ("level", *words.values())
    return Section(
        "services",
        "What a week is made of",
        [
            Table(
                f"Services a week{suffix(run)}",
                heads,
                rows,
                note=interval_note(run),
            ),
            run.draw("services", "Services week by week, by level."),
        ],
    )


def tracks(run: Run) -> Section | None:
    """Seats, census and waits of each track; None where no level has any."""
    if "tracks" not in run.result.panels:
        return None
    rows = []
    for (level, track), mean in run.panel("tracks").items():
        shares = [percent(mean[name]) for name in ("turned_away", "gave_up", "full_beside_free")]
        rows.append(
            (
                named(track, track, of=run.titles.get(level, level)),
                *(figure(mean[name], "") for name in ("seats", "census", "waiting", "wait_mean", "wait_p90")),
                *shares,
            )
        )
    heads = (
        "track", "seats", "mean census", "waiting", "mean wait, days", "nine in ten wait at most",
        "turned away", "gave up", "full beside a free seat elsewhere",
    )  # fmt: skip
    note = (
        "Full beside a free seat: part of the time in which the track is full and another of the "
        "level is not."
    )
    blocks: list[Block] = [Table(f"Tracks{suffix(run)}", heads, rows, note=note)]
    if "tracks-by-week" in run.result.panels:
        blocks.append(run.draw("tracks-by-week", "Seats, census and waitlist of each track, week by week."))
    return Section("tracks", "Tracks within levels", blocks)


def intake(run: Run) -> Section | None:
    """The way in, step by step, and whether priority populations come in time; None without either."""
    blocks: list[Block] = []
    if "funnel" in run.result.panels:
        blocks.append(way_in(run))
    if run.scenario.priority_populations and run.figures.has(
        f"priority.{next(iter(populations(run)))}.count"
    ):
        blocks.append(in_time(run))
    return Section("intake", "The way in", blocks) if blocks else None


def way_in(run: Run) -> Table:
    """A row for each step from the first contact to admission, over the whole window."""
    rows: list[tuple[Cell, ...]] = []
    for (month, step), mean in run.panel("funnel").items():
        if month == ALL:
            lost = [
                figure(mean[name], "") for name in ("no_appointment", "no_show", "no_further", "left", "open")
            ]
            days = [figure(mean[name], "") for name in ("days_mean", "days_median")]
            rows.append((step, figure(mean["reached"], ""), percent(mean["share"]), *lost, *days))
    heads = (
        "step", "reached it", "of all who inquired", "no appointment", "did not come", "went no further",
        "left the line or refused", "still there", "days since the inquiry, mean", "median",
    )  # fmt: skip
    note = (
        "All who inquired within the window, by where they were when the log ended; funnel.csv "
        "has each month."
    )
    return Table(f"From the first contact to admission{suffix(run)}", heads, rows, note=note)


def populations(run: Run) -> dict[str, str]:
    """The priority populations of the scenario, by name."""
    return {name: name.replace("_", " ") for name in run.scenario.priority_populations}


def in_time(run: Run) -> Table:
    """A row for each priority population: how many came, and how many of them in time."""
    counts = ("count", "in_time.count", "with_interim.count", "breaches.count", "left.count", "open.count")
    rows = [
        (
            title,
            *(run.told(f"priority.{name}.{count}") for count in counts),
            run.with_interval(f"priority.{name}.met.share", unit="share"),
        )
        for name, title in populations(run).items()
    ]
    heads = (
        "population", "first contacts", "admitted in time", "later, with interim services", "not in time",
        "left before", "still on their way", "rule met (95 % interval)",
    )  # fmt: skip
    return Table(f"Priority populations{suffix(run)}", heads, rows, note=interval_note(run))


def without_figures(section: Section | None) -> Iterator[Block]:
    """The tables and sentences of a section, for pages that have several of them."""
    if section is not None:
        yield from (block for block in section.blocks if isinstance(block, (Bullets, Paragraph, Table)))
