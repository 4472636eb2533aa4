"""Ages of a stay at which it is looked at: a grid close enough that sums over its steps are means.

Finest where clocks ring most, with a point at every planned end, review and bound of a rule. What happens
between two ages is left to `sim/flows/stays.py`.
"""

from collections.abc import Sequence
from math import ceil, inf, log

import numpy as np

from sim.flows.decisions import borders, rules_of
from sim.flows.lengths import LONGEST, NEGLIGIBLE, Begun, Floats
from sim.rules.clocks import days_until
from sim.rules.conditions import Person
from sim.tables import EXTEND, NONE, STAY, Tables
from sim.words import Reason

PROLONG = {int(Reason.RELAPSE): (STAY, EXTEND), int(Reason.REVIEW): (EXTEND,)}
"""Where a rule leads that prolongs the stay, by what asks it."""

RELAPSES_PROLONGING = 12
"""So many relapses of one stay may prolong it and be followed."""


def ages(t: Tables, cell: int, people: Sequence[Person], begun: Begun) -> Floats:
    """Ages at which stays are looked at: planned ends, reviews, and where clocks ring most."""
    longest = float(np.max(begun.planned))
    shortest = max(1e-3, longest / 1e5)
    found = [0.0, *np.geomspace(shortest, max(longest, 2 * shortest), 60), *np.unique(begun.planned)[:400]]
    here = t.cells[cell]
    clocks = [here.death, here.dropout, here.relapse]
    clocks += [other.clock for other in t.other_ends[here.other_first : here.other_last]]
    for clock in clocks:
        if clock != NONE and t.clocks[clock].choice != NONE:
            level = cell % t.levels
            shares = np.linspace(0.02, 0.98, 13).tolist()
            rung = [days_until(t, clock, level, people[0], u=u, planned=0.0) for u in shares]
            # a clock that rings at one moment for many gets a narrow step just before it
            found += [day * part for day in rung if day < longest for part in (1.0 - 1e-9, 1.0)]
    for cause in range(t.reasons):
        found += borders(t, cell, cause, carried=people[0].numbers[5]).tolist()
    last = min(LONGEST, longest + _prolonged(t, cell))
    if last > longest:
        found += np.linspace(longest, last, 60).tolist()
    every = here.review_every
    if every < inf:
        found += [every * number for number in range(1, int(last / every) + 2)]
    return np.unique(np.array(found))


def _prolonged(t: Tables, cell: int) -> float:
    """Days by which stays are prolonged at most, but for a chance too small to be followed."""
    days = 0.0
    for cause, prolonging in PROLONG.items():
        for rule in rules_of(t, cell, cause):
            by = [option for option in t.options[rule.first : rule.last] if option.to in prolonging]
            share = min(0.95, sum(option.share for option in by))
            if rule.extend_by > 0.0 and share > 0.0:
                reviews = cause == int(Reason.REVIEW)
                times = ceil(log(NEGLIGIBLE) / log(share)) if reviews else RELAPSES_PROLONGING
                days = max(days, times * rule.extend_by)
    return days
