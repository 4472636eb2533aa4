"""Part e: a thousand replications of the baseline with all measures, and where the time goes.

Once on all cores, by the clock on the wall; once in one process, with a clock around every stage. The
reference engine is watched over a few replications only.
"""

from collections.abc import Iterator
from time import perf_counter, process_time

from baseline import SCENARIO
from contenders import has
from figures import Figure, missing, once
from machine import cores
from stages import watched

from sim.experiments.run import Result, run
from sim.scenario.load import load

REPLICATIONS, FEW = 1000, 10


def measure(*, quick: bool) -> Iterator[Figure]:
    """Seconds on the wall, CPU seconds, and CPU milliseconds a replication of every stage."""
    yield from by_stage("reference", 3 if quick else FEW)
    replications = 50 if quick else REPLICATIONS
    what = f"{replications:,} baseline replications, all measures"
    if not has("compiled"):
        yield missing("e", f"{what}, on all cores", "s, wall")
        yield missing("e", f"{what}, in one process", "s, CPU")
        return
    began = perf_counter()
    made(run(load(SCENARIO), replications=replications, engine="compiled"))
    yield Figure("e", f"{what}, on {cores()} cores", "s, wall", once(perf_counter() - began))
    yield from by_stage("compiled", replications)


def by_stage(engine: str, replications: int) -> Iterator[Figure]:
    """CPU seconds of all in one process, and milliseconds a replication of every stage and of the rest."""
    scenario = load(SCENARIO)
    made(run(scenario, replications=1, engine=engine, jobs=1))  # everything imported, kernels loaded
    with watched() as clock:
        began = process_time()
        made(run(scenario, replications=replications, engine=engine, jobs=1))
        whole = process_time() - began
    what = f"{engine} engine, {replications:,} baseline replications"
    yield Figure("e", f"{what}, one process", "s, CPU", once(whole))
    parts = {**clock.seconds, "everything else": whole - sum(clock.seconds.values())}
    for name, seconds in parts.items():
        share = f"({100.0 * seconds / whole:.0f} %)"
        per_replication = once(1e3 * seconds / replications)
        yield Figure("e", f"{engine} engine, per replication: {name}", "ms, CPU", per_replication, note=share)


def made(result: Result) -> int:
    """How many rows the tables of a result have, all of them made."""
    tables = (
        result.summary(),
        result.replications(),
        result.daily(),
        result.curves(),
        result.transitions(),
        result.blocked_by(),
    )
    return sum(len(table) for table in tables)
