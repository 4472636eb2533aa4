"""Whether a patient from outside comes when her place is ready.

The chance to come falls with the days waited: a table, read between its days by straight lines and beyond its
last day by its last entry (Festinger and others 2002 measured such a table). It never applies to a patient
who holds a place or was sent home from one at the end of a hold.
"""

from sim.rules.conditions import Person
from sim.rules.effects import probability
from sim.tables import Tables


def comes(t: Tables, cell: int, target: int, person: Person, *, waited: float, u: float) -> bool:
    """Whether she shows up after having waited so many days."""
    first, last = t.cells[cell].show_first, t.cells[cell].show_last
    if first == last:
        return True
    return u < probability(t, share_after(t, first, last, waited=waited), target, cell % t.levels, person)


def share_after(t: Tables, first: int, last: int, *, waited: float) -> float:
    """The share of a table, given by its rows, at so many days."""
    if waited <= t.show_up[first].days:
        return t.show_up[first].share
    for row in range(first + 1, last):
        point, before = t.show_up[row], t.show_up[row - 1]
        if waited < point.days:
            part = (waited - before.days) / (point.days - before.days)
            return before.share + part * (point.share - before.share)
    return t.show_up[last - 1].share
