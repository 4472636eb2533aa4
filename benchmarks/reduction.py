"""Part d: what measures and estimates cost, against the simulation that feeds them.

On the baseline, replication by replication: simulated, then reduced to its measures; at the end the estimates
over all replications, of which each bears its share.
"""

from collections.abc import Callable, Iterator, Sequence
from time import process_time

from baseline import SCENARIO
from contenders import has
from figures import Figure, Target, missing, once, scaled
from rounds import spread

from sim import engines, estimates
from sim.measures.reduce import Reduced, reduce
from sim.plan import plan as make_plan
from sim.scenario.load import load
from sim.scenario.types import Scenario

TARGET = Target(3.0)
DAYS_PER_YEAR = 365.25


def measure(*, quick: bool) -> Iterator[Figure]:
    """Milliseconds a replication of simulation, measures and estimates, and the ratio with its target."""
    scenario = load(SCENARIO)
    engine = "compiled" if has("compiled") else "reference"
    made = make_plan(scenario)
    reduce(engines.simulate(scenario, 0, engine, plan=made), scenario)  # everything imported, kernels loaded
    simulated, measured, reduced = [], [], []
    replications = 5 if quick else 30
    for replication in range(replications):
        began = process_time()
        log = engines.simulate(scenario, replication, engine, plan=made)
        between = process_time()
        reduced.append(reduce(log, scenario))
        measured.append(process_time() - between)
        simulated.append(between - began)
    estimated = seconds(lambda: tables(reduced, scenario)) / replications
    yield Figure("d", f"simulation, {engine} engine, per replication", "ms", scaled(spread(simulated), 1e3))
    yield Figure("d", "measures, per replication", "ms", scaled(spread(measured), 1e3))
    what = f"estimates over {replications} replications, per replication"
    yield Figure("d", what, "ms", once(estimated * 1e3))
    what = "measures and estimates ÷ compiled simulation"
    if engine == "compiled":
        pairs = zip(measured, simulated, strict=True)
        yield Figure("d", what, "times", spread([(m + estimated) / s for m, s in pairs]), TARGET)
    else:
        yield missing("d", what, "times", TARGET)


def tables(reduced: Sequence[Reduced], scenario: Scenario) -> int:
    """How many rows the tables of a result have, all of them made."""
    years = scenario.run.duration / DAYS_PER_YEAR
    made = (
        estimates.summary(reduced),
        estimates.replications(reduced),
        estimates.daily(reduced, scenario.run.start),
        estimates.curves(reduced),
        estimates.transitions(reduced, years),
        estimates.blocked_by(reduced, years),
    )
    return sum(len(table) for table in made)


def seconds(act: Callable[[], object]) -> float:
    """The CPU seconds of a call, the median of three."""
    taken = []
    for _ in range(3):
        began = process_time()
        act()
        taken.append(process_time() - began)
    return spread(taken).middle
