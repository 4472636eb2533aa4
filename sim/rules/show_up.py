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
    first, last = t.show_first[cell], t.show_last[cell]
    if first == last:
        return True
    return u < probability(t, _share(t, first, last, waited=waited), target, cell % t.levels, person)


def _share(t: Tables, first: int, last: int, *, waited: float) -> float:
    """The table's share at so many days."""
    if waited <= t.show_days[first]:
        return t.show_share[first]
    for row in range(first + 1, last):
        day, before = t.show_days[row], t.show_days[row - 1]
        if waited < day:
            part = (waited - before) / (day - before)
            return t.show_share[row - 1] + part * (t.show_share[row] - t.show_share[row - 1])
    return t.show_share[last - 1]
