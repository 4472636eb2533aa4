"""How a patient's traits and course act on a clock or a choice: the product of the effects that apply.

Three kinds: a hazard ratio h turns a survival curve S into S**h, a time ratio stretches a duration, an odds
ratio multiplies the odds of a probability or of one named option. What a ratio is, is always the scenario's
assumption. Cox (1972) for hazard ratios; accelerated failure time (Kalbfleisch and Prentice 2002, ch. 2) for
time ratios.
"""

from sim.distributions import odds
from sim.rules.conditions import Person
from sim.tables import HAZARD, NONE, ODDS, TIME, Tables


def ratio(t: Tables, kind: int, target: int, level: int, person: Person) -> float:
    """The product of all effects of one kind on a target (not on single options); 1 where there is none."""
    row = target * t.levels + level
    product = 1.0
    for effect in range(t.effect_first[row], t.effect_last[row]):
        if t.effect_kind[effect] == kind and t.effect_option[effect] == NONE_OPTION:
            product = product * _size(t, effect, person)
    return product


def hazard_and_time(t: Tables, target: int, level: int, person: Person) -> tuple[float, float]:
    """The hazard ratio and the time ratio on a clock."""
    row = target * t.levels + level
    if t.effect_first[row] == t.effect_last[row]:
        return 1.0, 1.0
    return ratio(t, HAZARD, target, level, person), ratio(t, TIME, target, level, person)


def probability(t: Tables, chance: float, target: int, level: int, person: Person) -> float:
    """A probability with the odds ratios on it."""
    row = target * t.levels + level
    if t.effect_first[row] == t.effect_last[row]:
        return chance
    return odds(chance, ratio(t, ODDS, target, level, person))


def option_ratio(t: Tables, target: int, level: int, option: int, person: Person) -> float:
    """The product of the odds ratios on one named option of a choice."""
    row = target * t.levels + level
    product = 1.0
    for effect in range(t.effect_first[row], t.effect_last[row]):
        if t.effect_kind[effect] == ODDS and t.effect_option[effect] == option:
            product = product * _size(t, effect, person)
    return product


NONE_OPTION = -(10**6)
"""The mark of an effect that names no option."""


def _size(t: Tables, effect: int, person: Person) -> float:
    """The ratio for this patient: of her trait's value, or of a number per so many, up to a cap."""
    trait = t.effect_trait[effect]
    if trait != NONE:
        return t.effect_ratio[effect] if person.traits[trait] == t.effect_value[effect] else 1.0
    number = min(person.numbers[t.effect_value[effect]], t.effect_cap[effect])
    return float(t.effect_ratio[effect] ** (number / t.effect_per[effect]))
