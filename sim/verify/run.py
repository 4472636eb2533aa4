"""Whether this program, on this machine, gives the textbook's answers: the cases simulated and judged.

Every case is simulated on every engine in the same replications. A figure agrees where the known value lies
within t standard errors of the one over replications; t is chosen so that all figures of all engines together
disagree by chance in less than `FALSE_ALARM` of runs (Bonferroni: Student's quantile at `FALSE_ALARM` ÷ their
number, two-sided). Replications are independent runs, so the standard errors need no batches. Where there are
two engines their logs are compared byte for byte too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sim.engines import ENGINES, simulate
from sim.engines.choice import COMPILED, choose, in_the_way
from sim.errors import SimError
from sim.experiments.pool import default_workers, side_by_side
from sim.experiments.run import Progress
from sim.log import Floats
from sim.plan import plan as make_plan
from sim.scenario.load import loads
from sim.scenario.types import Scenario
from sim.tables import Plan
from sim.verify.cases import CASES, REPLICATIONS, Case, scenario_text
from sim.verify.readings import Key, Part, readings

FALSE_ALARM = 0.005
"""At most this share of runs of a right program disagrees anywhere: half of what may be asked (1 %), because
means over replications are only nearly normal."""

POWER = 0.9
"""A fault is called seen where so large a share of runs would find it."""


class Row(NamedTuple):
    """One figure of one case on one engine."""

    case: str
    measure: str
    level: str
    engine: str
    expected: float
    mean: float
    ci_low: float  # of the 95 % interval of the mean
    ci_high: float
    sees: float  # the smallest fault, as a share of the expected value, that `POWER` of runs would find
    agrees: bool


class Verification(NamedTuple):
    """What came of it."""

    engines: tuple[str, ...]
    replications: int
    seed: int
    rows: tuple[Row, ...]
    compared: int  # replications in which logs were compared
    different: tuple[tuple[str, int], ...]  # case and replication in which the logs were not the same
    left_out: str = ""  # why the compiled engine cannot run here; empty where it can, or was not asked for

    @property
    def passed(self) -> bool:
        """Whether every figure agrees and all logs are the same."""
        return all(row.agrees for row in self.rows) and not self.different

    def table(self) -> pd.DataFrame:
        """The rows as a table, with the columns of `Row`."""
        return pd.DataFrame(list(self.rows), columns=list(Row._fields))


def verify(
    *,
    engines: Sequence[str] | None = None,
    replications: int = REPLICATIONS,
    seed: int = 1,
    jobs: int | None = None,
    progress: Progress | None = None,
    cases: Mapping[str, Case] = CASES,
) -> Verification:
    """The textbook cases on these engines, by default on all that can run here.

    `jobs` is the number of processes, by default one per core; it changes nothing. Raises `SimError` for an
    unknown engine, and for less than two replications, which tell of no error.
    """
    if replications < 2:
        raise SimError(f"replications: is {replications}; want 2 or more, as one tells nothing of chance")
    if jobs is not None and jobs < 1:
        raise SimError(f"jobs: is {jobs}; want 1 or more")
    left_out = in_the_way() if engines is None and COMPILED in ENGINES else ""
    asked = engines or [engine for engine in ENGINES if engine != COMPILED or not left_out]
    names = tuple(dict.fromkeys(choose(engine, tuple(ENGINES), patients=0.0).engine for engine in asked))
    expected = {name: dict(case.expected()) for name, case in cases.items()}
    work = [
        work_of(name, case, seed=seed, engines=names, keys=tuple(expected[name]))
        for name, case in cases.items()
    ]
    samples = {one.name: np.full((len(names), replications, len(one.keys), 2), np.nan) for one in work}
    different = []
    for done, (name, number, values, same) in enumerate(replicate_all(work, replications, jobs=jobs), 1):
        samples[name][:, number] = values
        if not same:
            different.append((name, number))
        if progress is not None:
            progress(done, len(work) * replications)
    figures = sum(len(known) for known in expected.values()) * len(names)
    rows = [
        judged(samples[name][at, :, column], known, allowance=FALSE_ALARM / figures, of=(name, *key, engine))
        for name in cases
        for column, (key, known) in enumerate(expected[name].items())
        for at, engine in enumerate(names)
    ]
    compared = len(work) * replications if len(names) > 1 else 0
    return Verification(
        names, replications, seed, tuple(rows), compared, tuple(sorted(different)), left_out=left_out
    )


def judged(parts: Floats, expected: float, *, allowance: float, of: tuple[str, str, str, str]) -> Row:
    """The row of a figure, from the two sides that each replication gives to it.

    `allowance` is the chance of a false alarm. The figure is the ratio R = Σx / Σy with the standard error of
    x − R y over the mean of y, which for y = 1 is a plain mean (Cochran 1977, section 6.4). Where no two
    replications differ, it must be the expected value to twelve digits.
    """
    over, under = parts[:, 0], parts[:, 1]
    freedom, below = len(parts) - 1, float(np.mean(under)) or np.nan
    mean = float(np.mean(over)) / below
    error = float(np.std(over - mean * under, ddof=1)) / below / len(parts) ** 0.5
    within, usual, extra = (float(stdtrit(freedom, p)) for p in (1.0 - allowance / 2.0, 0.975, POWER))
    return Row(
        *of,
        expected=expected,
        mean=mean,
        ci_low=mean - usual * error,
        ci_high=mean + usual * error,
        sees=(within + extra) * error / abs(expected),
        agrees=abs(mean - expected) <= within * error + 1e-12 * abs(expected),
    )


class Work(NamedTuple):
    """What every replication of a case needs."""

    name: str
    scenario: Scenario
    plan: Plan
    engines: tuple[str, ...]
    keys: tuple[Key, ...]


def work_of(name: str, case: Case, *, seed: int, engines: tuple[str, ...], keys: tuple[Key, ...]) -> Work:
    """A case made ready."""
    scenario = loads(scenario_text(name, case)).with_("run.seed", seed)
    return Work(name, scenario, make_plan(scenario), engines, keys)


Done = tuple[str, int, list[list[Part]], bool]
"""A case, a replication, its figures by engine, and whether all engines gave the same log."""


def replicate_all(work: Sequence[Work], replications: int, *, jobs: int | None) -> Iterator[Done]:
    """Every replication of every case as it finishes, in any order."""
    tasks = [(one, number) for one in work for number in range(replications)]
    yield from side_by_side(replicate, tasks, workers=min(jobs or default_workers(), len(tasks)))


def replicate(task: tuple[Work, int]) -> Done:
    """One replication of a case on every engine; equal logs are read once."""
    work, replication = task
    values: dict[str, list[Part]] = {}
    digests = []
    for engine in work.engines:
        log = simulate(work.scenario, replication, engine, plan=work.plan)
        digests.append(log.digest if len(work.engines) > 1 else "")
        if digests[-1] not in values:
            values[digests[-1]] = readings(log, work.keys)
    return work.name, replication, [values[digest] for digest in digests], len(values) == 1
