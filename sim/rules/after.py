"""What follows a discharge: return to use, return to care, death.

By reason of discharge, and where the scenario says so by last level and traits. Return to care runs from the
return to use where that clock is given and counts; who never returns to use never comes back by it.
"""

from math import inf
from typing import NamedTuple

from sim.rules.clocks import days_until, share
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
    if t.use_clock[row] != NONE:
        use = now + days_until(t, t.use_clock[row], person.level, person, u=u_use, planned=0.0)
    if t.return_share[row] != NONE:
        clock = t.return_clock[row]
        chance = probability(
            t, share(t, t.return_share[row], person), t.clock_target[clock], person.level, person
        )
        if u_returns < chance:
            start = use if t.return_after_use[row] and t.use_clock[row] != NONE else now
            care = start + days_until(t, clock, person.level, person, u=u_delay, planned=0.0)
    if t.after_death_clock[row] != NONE:
        clock = t.after_death_clock[row]
        death = now + days_until(t, clock, person.level, person, u=u_death, planned=0.0)
    return Afterwards(use, care, death)


def anything(t: Tables, row: int) -> bool:
    """Whether the scenario has any clock after a discharge of this regime and reason."""
    return not (t.use_clock[row] == t.return_share[row] == t.after_death_clock[row] == NONE)
