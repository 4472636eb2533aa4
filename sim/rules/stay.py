"""How a stay is planned: its length, and how it will end where a level is given by its ends.

The other clocks of a stay are started by the engine through `sim/rules/clocks.py`; the earliest acts.
"""

from sim.rules.choices import make_room, remaining
from sim.rules.clocks import chance_of_silence, days_until, days_until_beyond
from sim.rules.conditions import Person
from sim.rules.effects import option_ratio
from sim.tables import NONE, Tables
from sim.words import Reason

COMPLETED = int(Reason.COMPLETED)


def planned_end(
    t: Tables, cell: int, person: Person, *, ends_target: int, u_reason: float, u_days: float, days: float
) -> tuple[float, int]:
    """Planned days from admission, and the reason for which the stay would then end.

    `days` already spent (0 for a new stay): everything is drawn given that the stay has lasted so long. A
    minimum stay moves a planned completion to it, never another reason.
    """
    level = cell % t.levels
    clock, reason = t.cells[cell].stay, COMPLETED
    if clock == NONE:
        row = _end(t, cell, person, ends_target=ends_target, u=u_reason, days=days)
        clock, reason = t.ends[row].clock, t.ends[row].reason
    if days > 0.0:
        planned = days_until_beyond(t, clock, level, person, u=u_days, planned=0.0, days=days)
    else:
        planned = days_until(t, clock, level, person, u=u_days, planned=0.0)
    if reason == COMPLETED and planned < t.cells[cell].minimum_stay:
        planned = t.cells[cell].minimum_stay
    return planned, reason


def _end(t: Tables, cell: int, person: Person, *, ends_target: int, u: float, days: float) -> int:
    """The row of the end that is to come, by its share among those that can still come."""
    level = cell % t.levels
    first, last = t.cells[cell].end_first, t.cells[cell].end_last
    scale = 1.0
    for row in range(first, last):
        size = option_ratio(t, ends_target, level, t.ends[row].reason, person)
        scale = scale * make_room(t.ends[row].share * scale, size)[1]
    left = 0.0  # of all ends, by the days already spent
    if days > 0.0:
        so_far = 1.0
        for row in range(first, last):
            size = option_ratio(t, ends_target, level, t.ends[row].reason, person)
            share, others = make_room(t.ends[row].share * so_far, size)
            so_far = so_far * others
            silent = chance_of_silence(t, t.ends[row].clock, level, person, days=days, planned=0.0)
            left = left + share * remaining(scale, so_far) * silent
    below, so_far = 0.0, 1.0
    chosen = first
    for row in range(first, last):
        size = option_ratio(t, ends_target, level, t.ends[row].reason, person)
        share, others = make_room(t.ends[row].share * so_far, size)
        so_far = so_far * others
        weight = share * remaining(scale, so_far)
        if left > 0.0:  # else no days are spent, or all ends are past and each is as likely as ever
            silent = chance_of_silence(t, t.ends[row].clock, level, person, days=days, planned=0.0)
            weight = weight * silent / left
        if weight > 0.0:
            chosen = row
            below = below + weight
            if u < below:
                return row
    return chosen


def place_hold(t: Tables, cell: int, rule: int, destination: int) -> float:
    """Days for which she keeps her place while the destination is full; 0 = leaves at once.

    The rule's own hold comes before the level's. To ask anew for the level she is in, she leaves it.
    """
    if destination == cell % t.levels:
        return 0.0
    if rule != NONE and t.rules[rule].hold != NONE:
        return t.hold_days[t.rules[rule].hold + destination]
    return t.hold_days[t.cells[cell].hold + destination]


def is_step_up(t: Tables, cell: int, destination: int) -> bool:
    """Whether a move counts as a step up: to a level earlier in the order, or named as the step up."""
    return destination < cell % t.levels or destination == t.cells[cell].step_up
