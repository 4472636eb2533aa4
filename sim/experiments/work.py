"""Replications carried out: simulated, reduced where they ran, side by side if there are many.

Any number of scenarios share one set of processes. How processes are started is left to
`sim/experiments/pool.py`, which replications are wanted, and where they are kept, to those who call.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from functools import lru_cache
from typing import NamedTuple, TypeVar

from sim import engines
from sim.engines.choice import COMPILED_PER_PATIENT, REFERENCE_PER_PATIENT
from sim.errors import SimError
from sim.experiments.parts import (
    Part,
    log_name,
    pack_log,
    pack_many,
    pack_part,
    part_name,
    with_shared_layout,
)
from sim.experiments.pool import side_by_side
from sim.invariants import broken
from sim.manifest import code_digest
from sim.measures.reduce import reduce
from sim.scenario.types import Scenario
from sim.tables import Plan

SECONDS_PER_PATIENT = {"reference": REFERENCE_PER_PATIENT, "compiled": COMPILED_PER_PATIENT}

BATCH_SECONDS = 0.2
"""How long the replications of one batch take, if several fit: handing a batch out and back takes some
thousandths of a second; progress, Ctrl-C and a killed process should not cost more than a moment."""

MOST_IN_BATCH = 10


class Work(NamedTuple):
    """What every replication of a scenario needs."""

    name: str
    scenario: Scenario
    plan: Plan
    engine: str
    check: bool = False
    keep_logs: bool = False
    keep_parts: bool = False


class Batch(NamedTuple):
    """Some replications of one scenario, done one after the other by one process."""

    name: str
    code: str  # the digest of the program, which must be that of whoever does it
    work: Work | bytes  # pickled once, where it goes to another process: that takes as long as a replication
    replications: tuple[int, ...]


class Done(NamedTuple):
    """A finished replication, and what the store is to keep of it, by name: the log before its part."""

    name: str
    part: Part
    to_keep: dict[str, bytes]


class Together(NamedTuple):
    """The finished replications of a batch, packed without their curves."""

    name: str
    replications: tuple[int, ...]
    content: bytes


Found = TypeVar("Found")


def replicate_all(
    todo: Iterable[tuple[Work, Sequence[int]]], *, workers: int, executor: Executor | None = None
) -> Iterator[Done]:
    """The replications as they finish, in any order. Raises what `side_by_side` raises."""
    for found in carry_out(replications_of, todo, workers=workers, executor=executor):
        yield from (done._replace(part=with_shared_layout(done.part)) for done in found)


def carry_out(
    do: Callable[[Batch], Found],
    todo: Iterable[tuple[Work, Sequence[int]]],
    *,
    workers: int,
    executor: Executor | None = None,
) -> Iterator[Found]:
    """What `do` makes of each batch, in the order in which they finish.

    Work is taken from the iterable only when its turn comes, so that there may be very much of it.
    """
    tasks = batches(todo, workers=workers, here=workers <= 1 and executor is None)
    yield from side_by_side(do, tasks, workers=workers, executor=executor)


def batches(todo: Iterable[tuple[Work, Sequence[int]]], *, workers: int, here: bool) -> Iterator[Batch]:
    """The work in batches, small enough to keep all workers busy; pickled unless it is done `here`."""
    prepared = False
    for work, numbers in todo:
        if not numbers:
            continue
        if not prepared:  # before the first process is forked, so that all have it
            engines.prepare(work.engine, work.plan)
            prepared = True
        size = min(batch_size(work), -(-len(numbers) // (4 * max(workers, 1))))
        packed = work if here else pickle.dumps(work)
        for first in range(0, len(numbers), size):
            yield Batch(work.name, code_digest(), packed, tuple(numbers[first : first + size]))


def batch_size(work: Work) -> int:
    """How many replications take about `BATCH_SECONDS`."""
    seconds = work.plan.coming.patients * SECONDS_PER_PATIENT[work.engine]
    return int(max(1.0, min(MOST_IN_BATCH, BATCH_SECONDS / max(seconds, 1e-9))))


def replications_of(batch: Batch) -> list[Done]:
    """The replications of a batch, each with what is to be kept of it."""
    if batch.code != code_digest():
        raise SimError("a worker has another state of this program; want the same version everywhere")
    work = batch.work if isinstance(batch.work, Work) else unpickled(batch.work)
    return [replicate(work, number) for number in batch.replications]


def together(batch: Batch) -> Together:
    """The replications of a batch as the bytes that a store of batches keeps."""
    reduced = [done.part.reduced for done in replications_of(batch)]
    return Together(batch.name, batch.replications, pack_many(reduced))


@lru_cache(maxsize=2)
def unpickled(work: bytes) -> Work:
    """The work that was pickled; a process unpickles it once."""
    made: Work = pickle.loads(work)
    return made


def replicate(work: Work, replication: int) -> Done:
    """One replication: simulated, reduced, packed where it is to be kept."""
    log = engines.simulate(work.scenario, replication, work.engine, plan=work.plan)
    part = Part(reduce(log, work.scenario), tuple(broken(log)) if work.check else None)
    to_keep = {log_name(replication): pack_log(log)} if work.keep_logs else {}
    if work.keep_parts:
        to_keep[part_name(replication)] = pack_part(part)
    return Done(work.name, part, to_keep)
