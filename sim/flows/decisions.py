"""What the rules of a level make of an end, a relapse or a review, as shares for every kind of patient.

Rules and effects are those that the engines use; asked once for all who do not differ in what these look at.
When stays come to a decision, and what follows, is left to `sim/flows/stays.py`.
"""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

import numpy as np

from sim.flows.lengths import Floats, options
from sim.rules.choices import first_rule
from sim.rules.conditions import Person
from sim.tables import FIELD_FROM, FIELD_NUMBER, FIELD_SOURCE, NONE, Rule, Tables, Test
from sim.words import COVARIATES

DAYS_IN_STAY = FIELD_NUMBER - COVARIATES.index("days_in_stay")
DAYS_IN_CARE = FIELD_NUMBER - COVARIATES.index("days_in_care")
RELAPSES = tuple(COVARIATES.index(name) for name in ("relapses", "relapses_in_stay"))


class Moment(NamedTuple):
    """When a decision is taken, as far as rules tell it apart."""

    cause: int
    relapses: int = 0  # in the stay, where that matters
    sides: tuple[int, int] = (0, 0)  # between which bounds on the age its rules stand


class Decision(NamedTuple):
    """One destination that a rule gives."""

    rule: int
    to: int
    share: Floats  # per kind of patient


class Seen(NamedTuple):
    """What the rules of a cause look at."""

    traits: tuple[int, ...]
    numbers: tuple[int, ...]  # places in the numbers of a person
    origin: bool
    source: bool

    def of(self, person: Person, numbers: Sequence[float]) -> tuple[object, ...]:
        """The person as they see her."""
        return (
            tuple(person.traits[trait] for trait in self.traits),
            tuple(numbers[place] for place in self.numbers),
            person.origin if self.origin else NONE,
            person.source if self.source else NONE,
        )


class Decisions:
    """The decisions of one level for some kinds of patient, remembered."""

    def __init__(self, t: Tables, cell: int, people: Sequence[Person]) -> None:
        self.t, self.cell, self.people = t, cell, people
        self._known: dict[Moment, list[Decision]] = {}
        self._borders: dict[int, Floats] = {}
        self._seen: dict[int, Seen] = {}
        self._models: dict[int, tuple[list[Person], list[int]]] = {}
        self._asked: dict[tuple[int, tuple[object, ...]], tuple[int, list[tuple[int, float]]]] = {}

    def rules(self, cause: int) -> list[Rule]:
        """The rules that decide after a cause."""
        return rules_of(self.t, self.cell, cause)

    def count_relapses(self, cause: int) -> bool:
        """Whether relapses so far change what the rules of a cause make of it."""
        return any(place in RELAPSES for place in self._looks(cause).numbers)

    def borders(self, cause: int) -> Floats:
        """Ages at which the rules of a cause change their mind."""
        if cause not in self._borders:
            carried = self.people[0].numbers[5]
            self._borders[cause] = borders(self.t, self.cell, cause, carried=carried)
        return self._borders[cause]

    def at(self, moment: Moment, age: float) -> list[Decision]:
        """Rule, destination and share for every destination; the age counts where rules look at it."""
        if moment not in self._known:
            cause, relapses, _ = moment
            age = age if len(self.borders(cause)) else 0.0
            models, alike = self._alike(cause)
            found: dict[tuple[int, int], Floats] = {}
            for index, person in enumerate(models):
                rule, shares = self._ask(cause, person, grown(person, relapses, age))
                for to, share in shares:
                    of_all = found.setdefault((rule, to), np.zeros(len(models)))
                    of_all[index] += share
            self._known[moment] = [Decision(rule, to, share[alike]) for (rule, to), share in found.items()]
        return self._known[moment]

    def _alike(self, cause: int) -> tuple[list[Person], list[int]]:
        """One person of each kind that the rules of a cause tell apart, and for everybody of which she is."""
        if cause not in self._models:
            seen = [self._looks(cause).of(person, person.numbers) for person in self.people]
            kinds = {kind: number for number, kind in enumerate(dict.fromkeys(seen))}
            models = [self.people[seen.index(kind)] for kind in kinds]
            self._models[cause] = models, [kinds[kind] for kind in seen]
        return self._models[cause]

    def _ask(
        self, cause: int, person: Person, numbers: tuple[float, ...]
    ) -> tuple[int, list[tuple[int, float]]]:
        """The rule for a person with these numbers, and its destinations with their shares."""
        key = (cause, self._looks(cause).of(person, numbers))
        if key not in self._asked:
            seen = person._replace(numbers=numbers)
            span = self.t.rules_for[self.cell * self.t.reasons + cause]
            rule = first_rule(self.t, span.first, span.last, seen)
            self._asked[key] = rule, options(self.t, rule, self.cell % self.t.levels, seen)
        return self._asked[key]

    def _looks(self, cause: int) -> Seen:
        """What the conditions of the rules, and the effects on their options, look at."""
        if cause not in self._seen:
            t, rules = self.t, self.rules(cause)
            spans = [t.effects_on[rule.target * t.levels + self.cell % t.levels] for rule in rules]
            effects = [effect for span in spans for effect in t.effects[span.first : span.last]]
            fields = {test.field for test in tests_of(t, rules)}
            traits = {field for field in fields if field >= 0}
            traits |= {effect.trait for effect in effects if effect.trait != NONE}
            numbers = {FIELD_NUMBER - field for field in fields if field <= FIELD_NUMBER}
            numbers |= {effect.value for effect in effects if effect.trait == NONE}
            self._seen[cause] = Seen(
                tuple(sorted(traits)), tuple(sorted(numbers)), FIELD_FROM in fields, FIELD_SOURCE in fields
            )
        return self._seen[cause]


def rules_of(t: Tables, cell: int, cause: int) -> list[Rule]:
    """The rules of a level that decide after a cause."""
    span = t.rules_for[cell * t.reasons + cause]
    return t.rules[span.first : span.last]


def tests_of(t: Tables, rules: Sequence[Rule]) -> list[Test]:
    """All that the conditions of these rules test."""
    spans = [t.conditions[rule.condition] for rule in rules if rule.condition != NONE]
    return [test for span in spans for test in t.tests[span.first : span.last]]


def borders(t: Tables, cell: int, cause: int, *, carried: float) -> Floats:
    """Ages at which the rules of a cause change their mind: bounds on days in the stay, or in care.

    `carried`: days of earlier stays of the episode.
    """
    tests = tests_of(t, rules_of(t, cell, cause))
    found = [bound for test in tests if test.field == DAYS_IN_STAY for bound in (test.low, test.high)]
    found += [
        bound - carried for test in tests if test.field == DAYS_IN_CARE for bound in (test.low, test.high)
    ]
    return np.unique([age for age in found if 0.0 <= age < inf])


def grown(person: Person, relapses: int, age: float) -> tuple[float, ...]:
    """The numbers of the patient so many relapses and days after her admission."""
    episode, before, step_ups, _, _, days = person.numbers
    return episode, before + relapses, step_ups, float(relapses), age, days + age
