"""Running a scenario: its replications in parallel, each reduced where it ran, together one `Result`.

The result does not depend on the number of jobs, on the order in which replications finish, or on how often
the run was interrupted. How replications are carried out is left to `sim/experiments/work.py`, what is
measured to `sim/measures/`, the results folder to `sim/results.py`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sim import estimates
from sim.engines import ENGINES, memory
from sim.engines.choice import Choice, choose
from sim.errors import SimError
from sim.experiments.parts import InMemory, Logs, Part, Store, log_name, part_name, unpack_part
from sim.experiments.pool import default_workers
from sim.experiments.work import Work, replicate_all
from sim.log import Log
from sim.manifest import clock
from sim.measures.reduce import Reduced
from sim.plan import plan as make_plan
from sim.scenario.types import Scenario

if TYPE_CHECKING:
    from sim.plots.figures import Plots

DAYS_PER_YEAR = 365.25

Progress = Callable[[int, int], None]
"""Called with the numbers of finished and of all replications, whenever one has finished."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, with the number of replications that were finished."""

    def __init__(self, finished: int, wanted: int) -> None:
        self.finished = finished
        self.wanted = wanted
        super().__init__(f"{finished} of {wanted} replications were finished")


@dataclass(frozen=True, eq=False)
class Result:
    """What a run of one scenario gave: tables over its replications, with the columns of the results folder.

    `logs` is empty unless they were asked for; `broken` says, where the logs were checked, which replication
    breaks what.
    """

    scenario: Scenario
    engine: str
    reduced: tuple[Reduced, ...]
    logs: Sequence[Log] = ()
    broken: tuple[tuple[int, str], ...] = ()
    wall_seconds: float = math.nan

    def summary(self) -> pd.DataFrame:
        """Every measure by level: mean, its 95 % interval, the 5–95 % range of replications, their number."""
        return self._tables["summary"].copy()

    def replications(self) -> pd.DataFrame:
        """Every measure by level in every replication."""
        return self._tables["replications"].copy()

    def daily(self) -> pd.DataFrame:
        """Census, waiting, blocked, capacity and in care at the end of every day."""
        return self._tables["daily"].copy()

    def curves(self) -> pd.DataFrame:
        """Retention, relapse-free and return-to-care curves with bands and numbers at risk."""
        return self._tables["curves"].copy()

    def transitions(self) -> pd.DataFrame:
        """Moves between levels, and in and out of the continuum, per year."""
        return self._tables["transitions"].copy()

    def blocked_by(self) -> pd.DataFrame:
        """Patient-days per year lost at one level because another is full."""
        return self._tables["blocked_by"].copy()

    @property
    def panels(self) -> tuple[str, ...]:
        """The names of the panels that the scenario gives, such as `services`."""
        return tuple(one.name for one in self.reduced[0].layout.panels)

    def panel(self, name: str) -> pd.DataFrame:
        """A panel over the replications, with the columns of its file. Raises `SimError` for one not
        there."""
        if name not in self.panels:
            there = ", ".join(self.panels) or "none: its scenario has no services, roles, intake or tracks"
            raise SimError(f"{name}: is no panel of this result; there are {there}")
        begins = self.scenario.run.start + timedelta(days=ceil(self.scenario.run.warm_up))
        return estimates.panel(self.reduced, name, begins)

    def more_replications(self, measure: str, level: str, precision: float) -> int:
        """How many more replications would bring the measure's interval to ± `precision` × its mean."""
        return estimates.more_replications(self.reduced, measure, level, precision)

    @property
    def plot(self) -> "Plots":
        """The figures, as in `result.plot.census()`."""
        from sim.plots.figures import Plots  # noqa: PLC0415 (a run without figures need not load matplotlib)

        return Plots(self)

    def write(self, folder: str | Path) -> Path:
        """The results folder, written: tables, figures, scenario, and the manifest last."""
        from sim.results import write  # noqa: PLC0415 (results know experiments, not the other way round)

        return write(self, Path(folder))

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        years = self.scenario.run.duration / DAYS_PER_YEAR
        return {
            "summary": estimates.summary(self.reduced),
            "replications": estimates.replications(self.reduced),
            "daily": estimates.daily(self.reduced, self.scenario.run.start),
            "curves": estimates.curves(self.reduced),
            "transitions": estimates.transitions(self.reduced, years),
            "blocked_by": estimates.blocked_by(self.reduced, years),
        }


def run(
    scenario: Scenario,
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: str = "auto",
    jobs: int | None = None,
    progress: Progress | None = None,
    keep_logs: bool = False,
    check: bool = False,
    store: Store | None = None,
    chosen: Callable[[Choice], None] | None = None,
) -> Result:
    """The result of running a scenario, by default with its own number of replications and its own seed.

    `jobs` is how many replications run at once, by default one per core; it changes nothing in the result.
    `keep_logs` keeps every log. `check` tests every log for what must hold of all logs. With a `store`,
    finished replications are taken from it and kept in it, so that an interrupted run can be carried on.
    `chosen` is told which engine runs, and why, before anything is simulated. Raises `SimError` for an
    unknown engine, for numbers below 1 and for more patients than memory allows, `Interrupted` on Ctrl-C.
    """
    found = run_many(
        {scenario.name: scenario},
        replications=replications,
        seed=seed,
        engine=engine,
        jobs=jobs,
        progress=progress,
        keep_logs=keep_logs,
        check=check,
        store=None if store is None else lambda _: store,
        chosen=chosen,
    )
    return found[scenario.name]


def run_many(
    scenarios: Mapping[str, Scenario],
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: str = "auto",
    jobs: int | None = None,
    progress: Progress | None = None,
    keep_logs: bool = False,
    check: bool = False,
    store: Callable[[Scenario], Store] | None = None,
    chosen: Callable[[Choice], None] | None = None,
) -> dict[str, Result]:
    """The result of each scenario by its name, all of their replications done by one set of processes.

    As `run`, which is this with one scenario; the same bytes as running them one by one, sooner: no process
    waits for the last replication of a scenario, and the engine is chosen for all. `store` gives for each
    scenario where its finished replications are kept. `progress` counts the replications of all.
    """
    if jobs is not None and jobs < 1:
        raise SimError(f"jobs: is {jobs}; want 1 or more")
    began = clock()
    wanted = {name: _with_run(one, replications, seed) for name, one in scenarios.items()}
    stores: dict[str, Store] = {name: store(one) if store else InMemory() for name, one in wanted.items()}
    parts = {
        name: {
            number: part
            for number in range(one.run.replications)
            if (part := finished(stores[name], number, check=check, keep_logs=keep_logs))
        }
        for name, one in wanted.items()
    }
    missing = {
        name: [number for number in range(one.run.replications) if number not in parts[name]]
        for name, one in wanted.items()
    }
    plans = {name: make_plan(one) for name, one in wanted.items()}
    left = sum(map(len, missing.values()))
    ahead = {name: len(missing[name]) if left else one.run.replications for name, one in wanted.items()}
    patients = sum(plans[name].coming.patients * number for name, number in ahead.items())
    choice = choose(engine, tuple(ENGINES), patients=patients)  # the same when all is there already
    workers = min(jobs or default_workers(), left)
    for name, one in wanted.items():
        if missing[name]:
            memory.check(plans[name], choice.engine, beginners=people_at_start(one), workers=workers)
    if left and chosen is not None:
        chosen(choice)
    work = [
        (Work(name, one, plans[name], choice.engine, check, keep_logs, store is not None), missing[name])
        for name, one in wanted.items()
    ]
    total = sum(one.run.replications for one in wanted.values())
    done = total - left
    try:
        for name, part, to_keep in replicate_all(work, workers=workers):
            for file, content in to_keep.items():
                stores[name].keep(file, content)
            parts[name][part.reduced.replication] = part
            done += 1
            if progress is not None:
                progress(done, total)
    except KeyboardInterrupt:
        raise Interrupted(done, total) from None
    seconds = clock() - began
    return {
        name: Result(
            scenario=one,
            engine=choice.engine,
            reduced=tuple(parts[name][number].reduced for number in range(one.run.replications)),
            logs=Logs(stores[name], one.run.replications) if keep_logs else (),
            broken=tuple(
                (number, said) for number, part in sorted(parts[name].items()) for said in part.broken or ()
            ),
            wall_seconds=seconds,
        )
        for name, one in wanted.items()
    }


def _with_run(scenario: Scenario, replications: int | None, seed: int | None) -> Scenario:
    """The scenario with so many replications and this seed, where they are given."""
    if replications is not None and replications != scenario.run.replications:
        scenario = scenario.with_("run.replications", replications)
    if seed is not None and seed != scenario.run.seed:
        scenario = scenario.with_("run.seed", seed)
    return scenario


def finished(store: Store, replication: int, *, check: bool, keep_logs: bool) -> Part | None:
    """The replication as an earlier run kept it, if that has all that is asked for now."""
    content = store.kept(part_name(replication))
    if content is None or (keep_logs and store.kept(log_name(replication)) is None):
        return None
    part = unpack_part(content)
    return None if check and part.broken is None else part


def people_at_start(scenario: Scenario) -> int:
    """How many are in care or waiting on day 0."""
    return 0 if scenario.start is None else len(scenario.start.census) + len(scenario.start.waitlist)
