"""What follows a discharge: return to use, return to care, death.

By reason of discharge, and where the scenario says so by last level and traits. Return to care runs from the
return to use where that clock is given and counts; who never returns to use never comes back by it.
"""

from math import inf
from typing import NamedTuple

from sim.rules.clocks import chance_for, days_until
from sim.rules.conditions import Person
from sim.rules.effects import probability
from sim.tables import NONE, Tables


class Afterwards(NamedTuple):
    """Due times, in days since the scenario's start; infinite where it never happens."""

    use: float
    care: float
    death: float


def afterwards(
    t: Tables,
    row: int,
    person: Person,
    *,
    now: float,
    u_use: float,
    u_returns: float,
    u_delay: float,
    u_death: float,
) -> Afterwards:
    """When she returns to use, returns to care and dies, for a discharge at `now`.

    `row` = regime * reasons + reason. All clocks are independent; that a death or a return to care silences
    the others is the engine's part.
    """
    use = care = death = inf
    follows = t.afters[row]
    if follows.use != NONE:
        use = now + days_until(t, follows.use, person.level, person, u=u_use, planned=0.0)
    if follows.returns != NONE:
        target = t.clocks[follows.delay].target
        chance = chance_for(t, follows.returns, person)
        if u_returns < probability(t, chance, target, person.level, person):
            start = use if follows.after_use and follows.use != NONE else now
            care = start + days_until(t, follows.delay, person.level, person, u=u_delay, planned=0.0)
    if follows.death != NONE:
        death = now + days_until(t, follows.death, person.level, person, u=u_death, planned=0.0)
    return Afterwards(use, care, death)


def anything(t: Tables, row: int) -> bool:
    """Whether the scenario has any clock after a discharge of this regime and reason."""
    follows = t.afters[row]
    return not (follows.use == follows.returns == follows.death == NONE)
