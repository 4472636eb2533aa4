"""Where a patient stands in a line.

The order is: transfers before, among or after those from outside; then the priority class; then the time
joined; then the patient's number. Nobody is ever moved once she has joined.
"""

from sim.rules.conditions import Person, holds
from sim.tables import TRANSFERS_FIRST, TRANSFERS_MERGED, Tables


def rank(t: Tables, cell: int, *, transfer: bool) -> int:
    """0 before 1: where transfers stand against those from outside."""
    order = t.cells[cell].transfers
    if order == TRANSFERS_MERGED:
        return 0
    return 0 if transfer == (order == TRANSFERS_FIRST) else 1


def priority_class(t: Tables, cell: int, person: Person) -> int:
    """The first class whose condition she meets, counted from 0; the class after the last one otherwise."""
    first, last = t.cells[cell].priority_first, t.cells[cell].priority_last
    for row in range(first, last):
        if holds(t, t.priority[row], person):
            return row - first
    return last - first
