"""How long until a clock rings for a patient: the one way from a uniform number to a time.

A clock is a distribution (which may differ by trait) or a probability that it rings before the planned end of
the stay. When it starts and what follows is left to the decision that asks.
"""

from math import inf

from sim.distributions import clock_from_probability, survival, value, value_beyond
from sim.rules.conditions import Person
from sim.rules.effects import hazard_and_time, probability
from sim.tables import BY_LAST_LEVEL, BY_NOTHING, NONE, ByTrait, Tables


def days_until(t: Tables, clock: int, level: int, person: Person, *, u: float, planned: float) -> float:
    """Days from the start of the clock until it rings; infinite when it never does.

    `planned` (days) is the planned stay over which a probability is spread at constant hazard; clocks given
    in days ignore it. Order of effects: `docs/model.md`, section 3.
    """
    hazard_ratio, time_ratio = hazard_and_time(t, t.clocks[clock].target, level, person)
    if t.clocks[clock].choice == NONE:
        chance = _chance(t, clock, level, person)
        if planned <= 0.0:  # a stay of no length: it rings at once, or not before the end
            return 0.0 if clock_from_probability(chance, u, 1.0, hazard_ratio, time_ratio) < 1.0 else inf
        return clock_from_probability(chance, u, planned, hazard_ratio, time_ratio)
    return value(t.distributions, distribution(t, clock, person), u, hazard_ratio, time_ratio)


def days_until_beyond(
    t: Tables, clock: int, level: int, person: Person, *, u: float, planned: float, days: float
) -> float:
    """The same, given that the clock has not rung in `days`; never less than `days`."""
    hazard_ratio, time_ratio = hazard_and_time(t, t.clocks[clock].target, level, person)
    if t.clocks[clock].choice == NONE:
        chance = _chance(t, clock, level, person)
        return days + clock_from_probability(chance, u, planned, hazard_ratio, time_ratio)
    d = t.distributions
    return max(days, value_beyond(d, distribution(t, clock, person), u, hazard_ratio, time_ratio, days))


def chance_of_silence(
    t: Tables, clock: int, level: int, person: Person, *, days: float, planned: float
) -> float:
    """The chance that the clock has not rung after so many days."""
    hazard_ratio, time_ratio = hazard_and_time(t, t.clocks[clock].target, level, person)
    if t.clocks[clock].choice == NONE:
        chance = _chance(t, clock, level, person)
        if chance >= 1.0 or planned <= 0.0:
            return 0.0 if chance > 0.0 and days > 0.0 else 1.0
        return float((1.0 - chance) ** (hazard_ratio * days / (planned * time_ratio)))
    return survival(t.distributions, distribution(t, clock, person), days, hazard_ratio, time_ratio)


def distribution(t: Tables, clock: int, person: Person) -> int:
    """The distribution of a clock for this patient: the one for her trait, or the only one."""
    choice = t.choices[t.clocks[clock].choice]
    return t.option_of[choice.first + _step(choice, person)]


def chance_for(t: Tables, row: int, person: Person) -> float:
    """A probability that may differ by trait."""
    chance = t.chances[row]
    return t.chance_of[chance.first + _step(chance, person)]


def _step(row: ByTrait, person: Person) -> int:
    """Which of the values of something that differs by trait is hers."""
    if row.by == BY_NOTHING:
        return 0
    return person.level if row.by == BY_LAST_LEVEL else person.traits[row.by]


def _chance(t: Tables, clock: int, level: int, person: Person) -> float:
    """The probability of a clock given by one, with the odds ratios on it."""
    return probability(
        t, chance_for(t, t.clocks[clock].chance, person), t.clocks[clock].target, level, person
    )
