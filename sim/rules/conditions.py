"""Whether a condition holds for a patient at this moment.

A condition is a conjunction of tests: of traits, of where the patient comes from, of her source, and of the
numbers of her course so far. What follows from it is left to the rule that asks.
"""

from typing import NamedTuple

from sim.tables import FIELD_FROM, FIELD_NUMBER, FIELD_SOURCE, NONE, Tables


class Person(NamedTuple):
    """What rules may look at: nothing else of a patient enters a decision.

    `origin` is the level from which the current stay or wait was asked for (−1: outside); `source` −1 means
    she was there on day 0; `level` is where she is or was last. `numbers` are those of
    `sim.words.COVARIATES`, in that order: counts in this episode, days in this stay and
    in this episode's care.
    """

    traits: tuple[int, ...]
    origin: int
    source: int
    level: int
    numbers: tuple[float, ...]


def holds(t: Tables, condition: int, person: Person) -> bool:
    """Whether every test of the condition is passed; no condition (−1) always holds.

    Among the sources, those there on day 0 count as none: a condition on `source` is false for them.
    """
    if condition == NONE:
        return True
    span = t.conditions[condition]
    for row in range(span.first, span.last):
        test = t.tests[row]
        field = test.field
        if field >= 0:
            if not t.allowed[test.allowed + person.traits[field]]:
                return False
        elif field == FIELD_FROM:
            if not t.allowed[test.allowed + person.origin + 1]:
                return False
        elif field == FIELD_SOURCE:
            if person.source < 0 or not t.allowed[test.allowed + person.source]:
                return False
        else:
            number = person.numbers[FIELD_NUMBER - field]
            if number < test.low or number > test.high:
                return False
            if (number == test.low and test.low_open) or (number == test.high and test.high_open):
                return False
    return True
