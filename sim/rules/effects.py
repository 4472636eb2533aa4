"""How a patient's traits and course act on a clock or a choice: the product of the effects that apply.

Three kinds: a hazard ratio h turns a survival curve S into S**h, a time ratio stretches a duration, an odds
ratio multiplies the odds of a probability or of one named option. What a ratio is, is always the scenario's
assumption. Cox (1972) for hazard ratios; accelerated failure time (Kalbfleisch and Prentice 2002, ch. 2) for
time ratios.
"""

from math import log

from sim.distributions import odds
from sim.rules.conditions import Person
from sim.tables import HAZARD, NO_OPTION, NONE, ODDS, TIME, Effect, Tables

LARGEST, LOG_OF_LARGEST = 1e100, 230.25850929940458
"""What a ratio per so many comes to at most, however many there are; floats end soon after."""


def ratio(t: Tables, kind: int, target: int, level: int, person: Person) -> float:
    """The product of all effects of one kind on a target (not on single options); 1 where there is none."""
    span = t.effects_on[target * t.levels + level]
    product = 1.0
    for row in range(span.first, span.last):
        effect = t.effects[row]
        if effect.kind == kind and effect.option == NO_OPTION:
            product = product * _size(effect, person)
    return product


def hazard_and_time(t: Tables, target: int, level: int, person: Person) -> tuple[float, float]:
    """The hazard ratio and the time ratio on a clock."""
    span = t.effects_on[target * t.levels + level]
    if span.first == span.last:
        return 1.0, 1.0
    return ratio(t, HAZARD, target, level, person), ratio(t, TIME, target, level, person)


def probability(t: Tables, chance: float, target: int, level: int, person: Person) -> float:
    """A probability with the odds ratios on it."""
    span = t.effects_on[target * t.levels + level]
    if span.first == span.last:
        return chance
    return odds(chance, ratio(t, ODDS, target, level, person))


def option_ratio(t: Tables, target: int, level: int, option: int, person: Person) -> float:
    """The product of the odds ratios on one named option of a choice."""
    span = t.effects_on[target * t.levels + level]
    product = 1.0
    for row in range(span.first, span.last):
        effect = t.effects[row]
        if effect.kind == ODDS and effect.option == option:
            product = product * _size(effect, person)
    return product


def _size(effect: Effect, person: Person) -> float:
    """The ratio for this patient: of her trait's value, or of a number per so many, up to a cap."""
    if effect.trait != NONE:
        return effect.ratio if person.traits[effect.trait] == effect.value else 1.0
    steps = min(person.numbers[effect.value], effect.cap) / effect.per
    if effect.ratio > 1.0 and steps * log(effect.ratio) > LOG_OF_LARGEST:
        return LARGEST
    return float(effect.ratio**steps)
