"""What the intake decides: who passes it, whether she comes to a stage, and whether she goes on.

Delays, appointments and the show-up table are the scenario's. Which appointment is free is bookkeeping, and
left to the engines.
"""

from sim.rules.clocks import chance_for
from sim.rules.conditions import Person
from sim.rules.show_up import share_after
from sim.tables import Tables


def passes(t: Tables, source: int, episode: int) -> bool:
    """Whether one of a source (−1: there on day 0) passes the intake before she asks in this episode."""
    if len(t.stage_label) == 0:
        return False
    return t.passes[2 * (source + 1) + (1 if episode > 1 else 0)]


def stage_row(t: Tables, regime: int, stage: int) -> int:
    """The row of a stage under a regime."""
    return regime * len(t.stage_label) + stage


def turns_up(t: Tables, row: int, *, waited: float, u: float) -> bool:
    """Whether she comes to a stage that began so many days ago; always where it has no table."""
    first, last = t.stages[row].show_first, t.stages[row].show_last
    return first == last or u < share_after(t, first, last, waited=waited)


def goes_on(t: Tables, row: int, person: Person, *, u: float) -> bool:
    """Whether one who came goes on to the next stage, or to a level."""
    return u < chance_for(t, t.stages[row].goes_on, person)
