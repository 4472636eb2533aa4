"""Part g: a sweep of the baseline, and what its store, scheduling and tables add to engine and measures.

A hundred points, all PHP and IOP capacities around those of the baseline, a hundred replications of each, as
`sim sweep` runs them, figures included. CPU seconds are those of this process and of those it started; engine
and measures alone are timed on some replications of every tenth point, on as many cores at once.
"""

import resource
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from time import perf_counter

from baseline import SCENARIO
from contenders import has
from figures import Figure, Target, missing, once
from machine import cores

from sim import engines, sweeps
from sim.experiments.pool import side_by_side
from sim.measures.reduce import reduce
from sim.plan import plan as make_plan
from sim.scenario.load import load
from sim.scenario.types import Scenario

OVERHEAD = Target(0.15)
SIDE = 10
"""Values of each of the two swept keys."""


def measure(*, quick: bool) -> Iterator[Figure]:
    """Seconds on the wall, CPU seconds, the share that is neither engine nor measures, and bytes on disk."""
    side, replications = (3, 20) if quick else (SIDE, 100)
    what = f"{side * side:,} points × {replications} replications"
    if not has("compiled"):
        yield missing("g", f"{what}, on {cores()} cores", "s, wall")
        return
    scenario = load(SCENARIO).with_("run.replications", replications)
    values = {
        key: [at + step for step in range(-(side // 2), side - side // 2)]
        for key, at in (("levels.php.capacity", 12), ("levels.iop.capacity", 36))
    }
    points = [dict(zip(values, pair, strict=True)) for pair in product(*values.values())]
    some = [(scenario, point) for point in points[:: max(1, len(points) // 10)]]
    alone = mean(side_by_side(seconds_alone, some, workers=cores()))
    with TemporaryDirectory() as folder:
        began, before = perf_counter(), cpu()
        sweeps.sweep(scenario.with_("sweep.grid", values), folder, engine="compiled")
        took, used = perf_counter() - began, cpu() - before
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    runs = len(points) * replications
    yield Figure("g", f"{what}, on {cores()} cores", "s, wall", once(took))
    yield Figure("g", f"{what}, all processes", "s, CPU", once(used))
    yield Figure("g", "engine and measures alone, per replication", "ms, CPU", once(1e3 * alone))
    yield Figure(
        "g", "store, scheduling, tables ÷ engine and measures", "", once(used / (runs * alone) - 1), OVERHEAD
    )
    yield Figure("g", "on disk, per replication", "kB", once(size / runs / 1e3))


def seconds_alone(task: tuple[Scenario, dict[str, int]]) -> float:
    """CPU seconds of a replication of a point, simulated and measured."""
    scenario, point = task
    for key, value in point.items():
        scenario = scenario.with_(key, value)
    plan = make_plan(scenario)
    engines.prepare("compiled", plan)
    number = 10
    reduce(engines.simulate(scenario, 0, "compiled", plan=plan))
    before = cpu()
    for replication in range(number):
        reduce(engines.simulate(scenario, replication, "compiled", plan=plan))
    return (cpu() - before) / number


def cpu() -> float:
    """CPU seconds of this process and of its finished children."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)
