"""Engines: from a scenario and a replication number to the log of events.

`simulate` is the way in; `ENGINES` is the table of engines. All engines give the same log, byte for byte.
"""

from typing import Protocol

from sim import arrivals, start
from sim.engines import reference
from sim.errors import SimError
from sim.log import Log
from sim.plan import plan as make_plan
from sim.scenario.types import Scenario
from sim.tables import Plan


class Engine(Protocol):
    """From a plan, those there on day 0 and those to come, to the log of one replication."""

    def __call__(
        self,
        plan: Plan,
        beginners: list[start.Beginner],
        coming: list[arrivals.Arrival],
        /,
        *,
        replication: int,
    ) -> Log:
        """The log."""
        ...


ENGINES: dict[str, Engine] = {"reference": reference.simulate}
"""Every engine by name; `auto` chooses among them."""


def chosen(engine: str) -> str:
    """The engine that a name stands for. Raises `SimError` for an unknown one."""
    if engine == "auto":
        return "reference"
    if engine not in ENGINES:
        raise SimError(f"engine {engine!r} is not known; want one of {', '.join(('auto', *ENGINES))}")
    return engine


def simulate(
    scenario: Scenario, replication: int = 0, engine: str = "auto", *, plan: Plan | None = None
) -> Log:
    """The log of one replication of a scenario.

    `plan` saves the work of `sim.plan.plan` when many replications of one scenario are run. Raises
    `SimError` for an unknown engine or for patients who move in a loop of no duration.
    """
    made = make_plan(scenario) if plan is None else plan
    there = start.beginners(scenario, made, replication=replication)
    coming = arrivals.arrivals(scenario, replication=replication, end=made.end)
    return ENGINES[chosen(engine)](made, there, coming, replication=replication)
