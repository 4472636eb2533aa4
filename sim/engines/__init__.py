"""Engines: from a scenario and a replication number to the log of events.

`simulate` is the way in; `ENGINES` is the table of engines. All engines give the same log, byte for byte.
Which of them is the faster choice for some work is left to `sim/engines/choice.py`.
"""

from collections.abc import Sequence
from typing import Protocol

from sim import start
from sim.engines import choice, memory, reference
from sim.log import Log
from sim.plan import plan as make_plan
from sim.scenario.types import Scenario
from sim.staff import Presence, presence
from sim.tables import Plan


class Engine(Protocol):
    """From a plan, those there on day 0 and the staff who come and go to the log of one replication."""

    def __call__(
        self, plan: Plan, beginners: list[start.Beginner], staff: Sequence[Presence], /, *, replication: int
    ) -> Log:
        """The log."""
        ...


def _compiled(
    plan: Plan, beginners: list[start.Beginner], staff: Sequence[Presence], /, *, replication: int
) -> Log:
    from sim.engines import compiled  # noqa: PLC0415 (numba takes half a second to load)

    return compiled.simulate(plan, beginners, staff, replication=replication)


ENGINES: dict[str, Engine] = {"reference": reference.simulate, "compiled": _compiled}
"""Every engine by name; `auto` chooses among them."""


def simulate(
    scenario: Scenario, replication: int = 0, engine: str = "auto", *, plan: Plan | None = None
) -> Log:
    """The log of one replication of a scenario.

    `plan` saves the work of `sim.plan.plan` when many replications of one scenario are run. Raises
    `SimError` for an unknown engine, for one that cannot run here, or for patients who move in a loop of no
    duration.
    """
    made = make_plan(scenario) if plan is None else plan
    there = start.beginners(scenario, made, replication=replication)
    name = choose(engine, made).engine
    memory.check(made, name, beginners=len(there), workers=1)
    staff = presence(scenario, made, replication=replication)
    return ENGINES[name](made, there, staff, replication=replication)


def prepare(engine: str, plan: Plan) -> None:
    """Makes an engine ready for this plan in this process, and in those forked from it."""
    if engine == choice.COMPILED:
        from sim.engines import compiled, packing  # noqa: PLC0415 (the same)

        compiled.kernel(packing.state(plan, [], replication=0, room=packing.room_for(plan, 0)))


def choose(engine: str, plan: Plan, *, replications: int = 1) -> choice.Choice:
    """The engine that a name stands for; `auto` is the one that finishes so many replications first.

    Raises `SimError` for an unknown engine, or for one that cannot run here.
    """
    return choice.choose(engine, tuple(ENGINES), patients=plan.coming.patients * replications)
