"""From a scenario to the plan of its runs: names become numbers, dated changes become regimes.

Done once per scenario; every replication reads the same plan. What each table means is said in
`sim/tables.py`; nothing here draws or decides.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import timedelta
from math import ceil

from sim import doors
from sim.arrivals import coming
from sim.draws import subject
from sim.errors import SimError
from sim.pools import Pools
from sim.scenario.types import Level, Scenario, Track
from sim.tables import Moment, Plan, Tables
from sim.words import BINDS, REASONS


def end_of_run(scenario: Scenario) -> float:
    """The day at which a run ends: warm-up, window and follow-up together."""
    return scenario.run.warm_up + scenario.run.duration + scenario.run.follow_up


def plan(scenario: Scenario) -> Plan:
    """The plan of a scenario. Raises `SimError` if two names share a digest (never seen)."""
    reasons = reason_names(scenario)
    labels = label_names(scenario, reasons)
    end = end_of_run(scenario)
    regimes = [(day, regime) for day, regime in scenario.regimes if day < end]
    pools = Pools(scenario, reasons, labels)
    for day, regime in regimes:
        pools.add_regime(day, regime)
    names = tuple(scenario.levels)
    _refuse_collisions(scenario, reasons)
    moments, open_at_start = _moments(scenario, regimes, end)
    tables: Tables = pools.tables()
    tables.seen_on.extend(appointments(scenario, regimes, end))
    return Plan(
        tables=tables,
        coming=coming(scenario, end=end),
        level_names=names,
        source_names=tuple(scenario.arrivals),
        trait_names=tuple(scenario.traits),
        trait_values=tuple(tuple(trait.shares) for trait in scenario.traits.values()),
        reason_names=reasons,
        labels=labels,
        moments=moments,
        open_at_start=open_at_start,
        start=scenario.run.start,
        seed=scenario.run.seed,
        window_start=scenario.run.warm_up,
        window_end=scenario.run.warm_up + scenario.run.duration,
        end=end,
        follows_use=any(after.use >= 0 for after in tables.afters),
        follows_care=any(after.returns >= 0 for after in tables.afters),
    )


def reason_names(scenario: Scenario) -> tuple[str, ...]:
    """The reasons of a log: the fixed ones, then the scenario's own named ends as they first appear."""
    names = list(REASONS)
    for _, regime in scenario.regimes:
        for level in regime.levels.values():
            for name in (*level.other_ends, *(level.ends or {})):
                if name not in names:
                    names.append(name)
            for go in Pools.goes_of(level):
                for target in go:
                    reason = target.partition(":")[2]
                    if reason and reason not in names:
                        names.append(reason)
    return tuple(names)


def appointments(scenario: Scenario, regimes: list[tuple[float, Scenario]], end: float) -> Iterator[int]:
    """How many each stage of the intake may see on each day, as far ahead as appointments are given."""
    if scenario.intake is None:
        return
    days = [day for day, _ in regimes]
    in_force = [regime.intake for _, regime in regimes if regime.intake is not None]
    longest = max(stage.at_most for intake in in_force for stage in intake.stages.values())
    for name in scenario.intake.stages:
        for day in range(ceil(end + longest) + 1):
            intake = in_force[bisect_right(days, float(day)) - 1]
            yield intake.stages[name].seen_on(scenario.run.start + timedelta(days=day))


def label_names(scenario: Scenario, reasons: tuple[str, ...]) -> tuple[str, ...]:
    """What else may stand in the log as a reason, each once: what binds, roles with a roster, tracks, …"""
    tracks = [name for level in scenario.levels.values() for name in level.tracks]
    roles = [name for name, role in scenario.roles.items() if role.roster]
    limits = any(need.limits for role in scenario.roles.values() for need in (*role.needs, *role.floors))
    stages = scenario.intake.stages if scenario.intake else ()
    names = [*(BINDS if tracks or limits else ()), *roles, *tracks, *stages]
    return tuple(name for name in dict.fromkeys(names) if name not in reasons)


def _moments(
    scenario: Scenario, regimes: list[tuple[float, Scenario]], end: float
) -> tuple[tuple[Moment, ...], tuple[bool, ...]]:
    """Dated changes and doors in order of time, and which doors are open at 0."""
    days = [day for day, _ in regimes]
    moments = [Moment(day, number, -1, True) for number, day in enumerate(days) if number > 0]
    opened = []
    levels = scenario.levels.items()
    behind = [(name, "") for name in scenario.levels]  # the doors of levels, then those of tracks
    behind += [(name, track) for name, level in levels for track in level.tracks]
    for index, (name, track) in enumerate(behind):

        def door_at(time: float, name: str = name, track: str = track) -> Level | Track:
            level = regimes[bisect_right(days, time) - 1][1].levels[name]
            return level.tracks[track] if track else level

        first, *later = doors.swings(door_at, scenario.run.start, end=end, changes=days[1:])
        opened.append(first.opens)
        moments.extend(Moment(swing.time, -1, index, swing.opens) for swing in later)
    moments.sort(key=lambda moment: (moment.time, moment.regime < 0, moment.level))
    return tuple(moments), tuple(opened)


def _refuse_collisions(scenario: Scenario, reasons: tuple[str, ...]) -> None:
    """No two names that address draws may share a digest."""
    others = [f"{level}.other_ends.{reason}" for level in scenario.levels for reason in reasons]
    names = ["episode", *scenario.levels, *(f"trait.{name}" for name in scenario.traits), *others]
    names += [f"role.{name}" for name in scenario.roles]
    names += [f"stage.{name}" for name in (scenario.intake.stages if scenario.intake else ())]
    seen: dict[int, str] = {}
    for name in names:
        digest = subject(name)
        if seen.setdefault(digest, name) != name:
            raise SimError(f"the names {seen[digest]!r} and {name!r} share a digest; rename one of them")
