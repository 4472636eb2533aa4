"""What an intake lets through before any run: the share of a source's patients, and the load of appointments.

Losses by trait are taken at the source's shares, show-up at that of a patient who did not wait: like the
other flows, these are of a world in which nobody waits. How the waits themselves lose patients, a run tells.
"""

from typing import NamedTuple

from sim.scenario.types import Scenario
from sim.tables import BY_NOTHING, NONE, Plan, Tables


class StageLoad(NamedTuple):
    """One stage of the intake with appointments: what comes to it, and what it has, a week."""

    stage: str
    patients: float
    appointments: float

    @property
    def settles(self) -> bool:
        """Whether there are more appointments than patients who want one."""
        return self.patients < self.appointments


def gets_through(t: Tables, regime: int, source: int, *, episode: int = 1) -> float:
    """The share of a source (−1: there on day 0) that passes the intake, or does not have to."""
    share = 1.0
    if len(t.stage_label) and t.passes[2 * (source + 1) + (1 if episode > 1 else 0)]:
        for stage in range(len(t.stage_label)):
            share *= goes_on(t, regime, source, stage)
    return share


def goes_on(t: Tables, regime: int, source: int, stage: int) -> float:
    """The share of those of a source who begin a stage at once that goes on from it."""
    row = t.stages[regime * len(t.stage_label) + stage]
    comes = t.show_up[row.show_first].share if row.show_first < row.show_last else 1.0
    chance = t.chances[row.goes_on]
    if chance.by == BY_NOTHING:
        return comes * t.chance_of[chance.first]
    span = t.traits_of[(source if source != NONE else t.sources) * len(t.trait_subject) + chance.by]
    shares = t.trait_share[span.first : span.last]
    return comes * sum(share * t.chance_of[chance.first + value] for value, share in enumerate(shares))


def takes_means(t: Tables) -> bool:
    """Whether what an intake lets through is only about right.

    It is where losses depend on waits or on traits, and where some of those who return pass it and some do
    not: sources that place alike are told apart no further.
    """
    by_wait_or_trait = any(
        row.show_first < row.show_last or t.chances[row.goes_on].by != BY_NOTHING for row in t.stages
    )
    return by_wait_or_trait or len(set(t.passes[1::2])) > 1


def stage_loads(scenario: Scenario, plan: Plan) -> list[StageLoad]:
    """Each stage with appointments, as on day 0: first contacts only, returns to care left out."""
    if scenario.intake is None:
        return []
    t, coming = plan.tables, dict.fromkeys(scenario.intake.stages, 0.0)
    for index, source in enumerate(scenario.arrivals.values()):
        if not t.passes[2 * (index + 1)]:
            continue
        people = source.per_day if source.referrals is None else len(source.referrals) / plan.end
        for stage, at in enumerate(coming):
            coming[at] += people
            people *= goes_on(t, 0, index, stage)
    return [
        StageLoad(name, 7.0 * coming[name], float(sum(stage.appointments)))
        for name, stage in scenario.intake.stages.items()
        if stage.appointments is not None
    ]
