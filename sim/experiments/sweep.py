"""A sweep: every point of a scenario's `[sweep]`, all with the same replications, kept in a store of batches.

Points share their luck: replication 7 of each meets the same patients. Nothing is computed twice, and memory
does not grow with the number of points: what is finished is in the store, and read point by point. What the
points are is left to `sim/experiments/points.py`, the results folder to `sim/sweeps.py`.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from time import process_time
from typing import Any, NamedTuple

import pandas as pd

from sim import engines
from sim.engines import memory
from sim.engines.choice import Choice
from sim.errors import Fault, ScenarioError, SimError
from sim.experiments.parts import pack_many, unpack_many
from sim.experiments.points import Point, at, points, value_at
from sim.experiments.pool import default_workers
from sim.experiments.run import Interrupted, Progress, people_at_start
from sim.experiments.store import Batches, Others
from sim.experiments.work import Work, batch_size, carry_out, together
from sim.manifest import clock
from sim.measures.names import Key, find, spelled
from sim.measures.reduce import Reduced, reduce
from sim.plan import plan as make_plan
from sim.scenario.types import Scenario
from sim.scenario.write import inline

MOST_FAULTS = 20
"""Faults that are told of the points of a sweep."""

REPORT_COLUMNS = ("measure", "level", "mean", "ci_low", "ci_high", "replications", "unit")


class Ahead(NamedTuple):
    """What a sweep has to do, before it starts."""

    points: int
    replications: int  # of each point
    missing: int  # replications of all points that are not in the store
    seconds: float  # about, until all are finished
    bytes: float  # about, of the store and the tables
    unused: Others
    workers: int


@dataclass(frozen=True, eq=False)
class Swept:
    """A sweep whose replications are all in its store."""

    scenario: Scenario
    points: tuple[Point, ...]
    digests: tuple[str, ...]
    store: Batches
    engine: str
    report_on: tuple[Key, ...]
    wall_seconds: float = math.nan

    def reduced(self, number: int) -> list[Reduced]:
        """The replications of a point, in order, without curves. Raises `SimError` where one is missing."""
        wanted = self.scenario.run.replications
        found = {
            one.replication: one
            for content in self.store.contents(self.digests[number])
            for one in unpack_many(content)
        }
        if not found.keys() >= set(range(wanted)):
            raise SimError(f"{self.store.path}: replications of point {number} are missing")
        return [found[replication] for replication in range(wanted)]

    @property
    def keys(self) -> list[str]:
        """Every key that a point sets."""
        return list(dict.fromkeys(key for point in self.points for key in point.keys))

    def table(self) -> pd.DataFrame:
        """What each point sets: column point, and one per key, as it stands in the scenario or the sweep."""
        own = {key: value_at(self.scenario, key) for key in self.keys}
        rows = [
            {"point": point.number} | {key: plain(value) for key, value in (own | point.keys).items()}
            for point in self.points
        ]
        return pd.DataFrame(rows, columns=["point", *self.keys])

    def beside_points(self, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
        """One frame per point below each other, each row with what its point sets."""
        table = self.table()
        rows = [
            pd.concat([table.iloc[[number] * len(frame)].reset_index(drop=True), frame], axis=1)
            for number, frame in enumerate(frames)
        ]
        return pd.concat(rows, ignore_index=True)


def chosen_rows(summary: pd.DataFrame, keys: Sequence[Key]) -> pd.DataFrame:
    """The rows of these measures, in their order, as far as there are any; columns `REPORT_COLUMNS`."""
    places = {key: row for row, key in enumerate(zip(summary["measure"], summary["level"], strict=True))}
    rows = [places[key] for key in keys if key in places]
    return summary.iloc[rows][list(REPORT_COLUMNS)].reset_index(drop=True)


def plain(value: Any) -> Any:
    """The value as a cell of a table: numbers and texts as they are, anything else as TOML."""
    return value if value is None or isinstance(value, (bool, int, float, str)) else inline(value)


def sweep(
    scenario: Scenario,
    store: Batches,
    *,
    engine: str = "auto",
    jobs: int | None = None,
    executor: Executor | None = None,
    shard: tuple[int, int] = (1, 1),
    progress: Progress | None = None,
    ahead: Callable[[Ahead], None] | None = None,
    chosen: Callable[[Choice], None] | None = None,
) -> Swept:
    """The sweep, once every replication of its points, or of the points of its shard, is in the store.

    `executor` carries out the work in place of processes of this machine; `jobs` is then how many its workers
    are. `shard` (3, 10) takes the third of ten parts of the points. `ahead` is told what there is to do, and
    `chosen` which engine does it, before it begins. Raises `ScenarioError` with the faults of all points,
    `SimError` for what cannot be run or kept, `Interrupted` on Ctrl-C.
    """
    if jobs is not None and jobs < 1:
        raise SimError(f"jobs: is {jobs}; want 1 or more")
    part, parts = shard
    if not 1 <= part <= parts:
        raise SimError(f"shard: is {part}/{parts}; want one of 1/{parts} to {parts}/{parts}")
    began = clock()
    wanted = scenario.run.replications
    all_points = points(scenario)
    digests = digests_of(scenario, all_points)
    mine = {digests[point.number]: point for point in reversed(all_points[part - 1 :: parts])}
    left = {digest: missing for digest in mine if (missing := gaps(store.kept(digest), wanted))}
    count = sum(len(some) for missing in left.values() for some in missing)
    plan = make_plan(scenario)
    choice = engines.choose(engine, plan, replications=count or len(mine) * wanted)
    workers = jobs or default_workers()
    if count and chosen is not None:
        chosen(choice)
    trial = tried(scenario, choice.engine) if count else remembered(store, next(iter(mine)))
    report_on = tuple(find(name, trial.layout.measures) for name in report_names(scenario, trial))
    if ahead is not None:
        rows = len(mine) * wanted * len(trial.layout.measures)
        ahead(
            Ahead(
                points=len(mine),
                replications=wanted,
                missing=count,
                seconds=trial.seconds * count / min(workers, max(count, 1)),
                bytes=trial.bytes * len(mine) * wanted + ROW_BYTES * rows,
                unused=store.of_others(set(digests)),
                workers=workers,
            )
        )

    def todo() -> Iterator[tuple[Work, range]]:
        for digest in sorted(left, key=lambda digest: mine[digest].number):
            there = at(scenario, mine[digest])
            made = make_plan(there)
            at_once = workers if executor is None else 1  # of the memory of other machines we know nothing
            memory.check(made, choice.engine, beginners=people_at_start(there), workers=at_once)
            work = Work(digest, there, made, choice.engine)
            for some in left[digest]:
                yield work, some

    total = len(mine) * wanted
    done = total - count
    try:
        for digest, numbers, content in carry_out(together, todo(), workers=workers, executor=executor):
            store.keep(digest, range(numbers[0], numbers[-1] + 1), content)
            done += len(numbers)
            if progress is not None:
                progress(done, total)
    except KeyboardInterrupt:
        raise Interrupted(done, total) from None
    return Swept(
        scenario, tuple(all_points), digests, store, choice.engine, report_on, wall_seconds=clock() - began
    )


def stored(scenario: Scenario, store: Batches, *, engine: str) -> Swept:
    """A sweep all of whose replications are in the store, as that engine made them; nothing is run."""
    all_points = points(scenario)
    digests = digests_of(scenario, all_points)
    trial = remembered(store, digests[0])
    report_on = tuple(find(name, trial.layout.measures) for name in report_names(scenario, trial))
    return Swept(scenario, tuple(all_points), digests, store, engine, report_on)


ROW_BYTES = 45
"""About what a row of replications.csv takes."""


class Trial(NamedTuple):
    """What one replication of the scenario itself took, measures and packing included."""

    layout: Any
    seconds: float
    bytes: float


def tried(scenario: Scenario, engine: str) -> Trial:
    """One replication of the scenario itself: what can be measured, how long it takes, how large it is."""
    plan = make_plan(scenario)
    memory.check(plan, engine, beginners=people_at_start(scenario), workers=1)
    engines.prepare(engine, plan)
    began = process_time()
    found = reduce(engines.simulate(scenario, 0, engine, plan=plan), scenario)
    packed = len(pack_many([found] * min(10, batch_size(Work("", scenario, plan, engine)))))
    many = min(10, batch_size(Work("", scenario, plan, engine)))
    return Trial(found.layout, process_time() - began, packed / many)


def remembered(store: Batches, digest: str) -> Trial:
    """The same of what is in the store, where nothing has to be done any more."""
    content = next(iter(store.contents(digest)))
    found = unpack_many(content)
    return Trial(found[0].layout, 0.0, len(content) / len(found))


def report_names(scenario: Scenario, trial: Trial) -> tuple[str, ...]:
    """The measures to report: those the sweep names, else each level's mean wait and completed episodes."""
    named = scenario.sweep.report if scenario.sweep else ()
    if named:
        return named
    waits = [spelled(*key) for key in trial.layout.measures if key[0] == "wait.mean" and key[1]]
    return (*waits, "episodes.completed.per_month")


def digests_of(scenario: Scenario, all_points: Iterable[Point]) -> tuple[str, ...]:
    """The digest of the scenario at each point. Raises `ScenarioError` with the faults of all points."""
    digests: list[str] = []
    faults: list[Fault] = []
    for point in all_points:
        try:
            digests.append(at(scenario, point).digest)
        except ScenarioError as error:
            faults += error.faults
    if faults:
        once = list(dict.fromkeys(faults))
        raise ScenarioError(once[:MOST_FAULTS])
    return tuple(digests)


def unfinished(scenario: Scenario, store: Batches) -> tuple[int, int]:
    """How many replications of the sweep are not in the store, and how many it has in all."""
    wanted = scenario.run.replications
    digests = set(digests_of(scenario, points(scenario)))
    return sum(wanted - len(store.kept(digest) & set(range(wanted))) for digest in digests), len(
        digests
    ) * wanted


def gaps(kept: set[int], wanted: int) -> list[range]:
    """The replications that are missing, as unbroken ranges."""
    found: list[range] = []
    for number in range(wanted):
        if number in kept:
            continue
        if found and found[-1].stop == number:
            found[-1] = range(found[-1].start, number + 1)
        else:
            found.append(range(number, number + 1))
    return found
