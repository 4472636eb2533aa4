"""Who an arriving patient is and which level she asks for first.

Traits are drawn once, from the shares of her source or else of the population. Placement is an ordered list
of rules, then shares. Whether the level has room is left to the waitlist.
"""

from sim.rules.choices import choose, first_rule
from sim.rules.conditions import Person
from sim.tables import Tables


def trait_value(t: Tables, source: int, trait: int, *, u: float) -> int:
    """The value of a trait; `source` −1 takes the population's shares."""
    traits = len(t.trait_subject)
    row = (source if source >= 0 else t.sources) * traits + trait
    first, last = t.traits_of[row].first, t.traits_of[row].last
    below = 0.0
    for value in range(first, last - 1):
        below = below + t.trait_share[value]
        if u < below:
            return value - first
    return last - first - 1


def first_level(t: Tables, regime: int, person: Person, *, u: float) -> int:
    """The level that a patient from outside asks for, by her source's placement rules and shares."""
    rules = t.placements[regime * t.sources + person.source]
    rule = first_rule(t, rules.first, rules.last, person)
    return choose(t, rule, 0, person, u=u)
