"""Kinds of patient: as many as the rules, effects and choices of a scenario tell apart, and no more.

Two patients are of one kind if nothing that happens to them in care can depend on where they differ. How many
of each kind arrive is said here; what becomes of them is left to `sim/flows/network.py`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from math import ceil, inf, prod
from typing import NamedTuple

from sim.flows.intake import gets_through
from sim.scenario.types import Scenario
from sim.tables import (
    FIELD_FROM,
    FIELD_NUMBER,
    FIELD_SOURCE,
    NONE,
    TARGETS,
    Effect,
    Plan,
    Rule,
    Span,
    Tables,
    Test,
)
from sim.words import COVARIATES

COUNTED_AT_MOST = 6
"""Relapses, step-ups and episodes are told apart up to this number, and where nothing asks for more, less."""

OUTSIDE_STAYS = frozenset(
    TARGETS.index(name) for name in ("patience", "show_up", "enters", "return_to_use", "returns_to_care")
)
"""Targets of effects that act before or after stays."""


class Who(NamedTuple):
    """A kind of patient at the beginning of a stay."""

    traits: tuple[int, ...]  # 0 for a trait that nothing asks for
    source: int
    entry: int  # the level that her referral names; −1 where placement decides
    episode: int = 1
    relapses: int = 0
    step_ups: int = 0
    origin: int = NONE


class Looks(NamedTuple):
    """What some rules, effects and choices look at."""

    traits: frozenset[int]
    source: bool
    origin: bool
    counts: dict[str, int]  # covariate → up to which number it is told apart

    def counted(self, name: str, number: int) -> int:
        """A count as far as it is told apart; everybody is in her first episode where nothing asks."""
        first = 1 if name == "episode" else 0
        return max(first, min(number, self.counts.get(name, first)))

    def alike(self, who: Who) -> Who:
        """The kind of patient as far as these tell her apart; where her episodes begin is another matter."""
        return Who(
            tuple(value if trait in self.traits else 0 for trait, value in enumerate(who.traits)),
            who.source if self.source else 0,
            NONE,
            self.counted("episode", who.episode),
            self.counted("relapses", who.relapses),
            self.counted("step_ups", who.step_ups),
            who.origin if self.origin else NONE,
        )


class Asked(NamedTuple):
    """What a scenario looks at, in all and in the stays of each level."""

    anywhere: Looks
    at_level: tuple[Looks, ...]
    placed_like: tuple[int, ...]  # per source: the first source with the same placement

    def of_source(self, source: int) -> int:
        """A source as far as it is told apart after the arrival: by its name, or by where it places."""
        return source if self.anywhere.source else self.placed_like[source]

    def came_from(self, level: int) -> int:
        """A level of origin as far as it is told apart."""
        return level if self.anywhere.origin else NONE


def asked(t: Tables, regime: int, *, at_most: int = COUNTED_AT_MOST) -> Asked:
    """What rules, effects and choices look at; the order of lines is left out, for here nobody waits.

    Counts are told apart up to `at_most`.
    """
    every_choice = [row.by for row in (*t.choices, *t.chances)]
    anywhere = _looks(t, t.rules, t.effects, every_choice, at_most)
    away = [rule.away for rule in t.rules]
    levels = []
    for level in range(t.levels):
        number = regime * t.levels + level
        cell = t.cells[number]
        spans = t.rules_for[number * t.reasons : (number + 1) * t.reasons]
        rules = [rule for span in spans for rule in t.rules[span.first : span.last]]
        clocks = [cell.stay, cell.dropout, cell.relapse, cell.death, *away, *(rule.delay for rule in rules)]
        clocks += [row.clock for row in t.other_ends[cell.other_first : cell.other_last]]
        clocks += [row.clock for row in t.ends[cell.end_first : cell.end_last]]
        targets = [number for number in range(len(t.effects_on) // t.levels) if number not in OUTSIDE_STAYS]
        effects_on = [t.effects_on[target * t.levels + level] for target in targets]
        effects = [effect for span in effects_on for effect in t.effects[span.first : span.last]]
        choices = [_by(t, clock) for clock in clocks if clock != NONE]
        levels.append(_looks(t, rules, effects, choices, at_most))
    placed = [_placement(t, source) for source in range(t.sources)]
    return Asked(anywhere, tuple(levels), tuple(placed.index(rules) for rules in placed))


def _looks(
    t: Tables, rules: Sequence[Rule], effects: Sequence[Effect], choices: Sequence[int], at_most: int
) -> Looks:
    """What these rules and effects look at, and the traits by which choices differ."""
    conditions = [t.conditions[rule.condition] for rule in rules if rule.condition != NONE]
    tests = [test for span in conditions for test in t.tests[span.first : span.last]]
    traits = {test.field for test in tests if test.field >= 0}
    traits |= {effect.trait for effect in effects if effect.trait != NONE}
    traits |= {trait for trait in choices if trait >= 0}
    counts: dict[str, int] = {}
    for number, name in enumerate(COVARIATES):
        mine = [test for test in tests if test.field == FIELD_NUMBER - number]
        bounds = [bound for test in mine for bound in (test.low, test.high)]
        bounds += [effect.cap for effect in effects if effect.trait == NONE and effect.value == number]
        if bounds:
            finite = [min(ceil(abs(bound)) + 1, at_most) for bound in bounds if abs(bound) < inf]
            counts[name] = max(finite, default=at_most)
    fields = {test.field for test in tests}
    return Looks(frozenset(traits), FIELD_SOURCE in fields, FIELD_FROM in fields, counts)


def _by(t: Tables, clock: int) -> int:
    """The trait by which a clock differs; negative where it does not."""
    row = t.clocks[clock]
    return t.choices[row.choice].by if row.choice != NONE else t.chances[row.chance].by


def _placement(t: Tables, source: int) -> list[tuple[object, ...]]:
    """All that says where a source's patients enter, in every regime, in a form that can be compared."""
    found: list[tuple[object, ...]] = []
    for regime in range(len(t.regimes)):
        span = t.placements[regime * t.sources + source]
        for rule in t.rules[span.first : span.last]:
            tests = t.conditions[rule.condition] if rule.condition != NONE else Span(0, 0)
            looks = [_plain(t, test) for test in t.tests[tests.first : tests.last]]
            found.append((regime, looks, t.options[rule.first : rule.last]))
    return found


def _plain(t: Tables, test: Test) -> tuple[object, ...]:
    """A test with the names it allows instead of where they stand."""
    if test.allowed == NONE:
        return (test,)
    if test.field >= 0:
        span = t.traits_of[t.sources * len(t.trait_subject) + test.field]
        many = span.last - span.first
    else:
        many = t.levels + 1 if test.field == FIELD_FROM else t.sources
    return (test.field, t.allowed[test.allowed : test.allowed + many])


def people(t: Tables, looks: Looks) -> list[Who]:
    """Every kind of patient that these tell apart."""
    traits = len(t.trait_subject)
    values = []
    for trait in range(traits):
        span = t.traits_of[t.sources * traits + trait]
        values.append(range(span.last - span.first if trait in looks.traits else 1))
    sources = range(t.sources if looks.source else 1)
    episodes = range(1, looks.counted("episode", COUNTED_AT_MOST) + 1)
    relapses = range(looks.counted("relapses", COUNTED_AT_MOST) + 1)
    step_ups = range(looks.counted("step_ups", COUNTED_AT_MOST) + 1)
    origins = range(-1, t.levels) if looks.origin else [NONE]
    return [
        Who(combination, source, NONE, episode, before, steps, origin)
        for source, episode, before, steps, origin in product(sources, episodes, relapses, step_ups, origins)
        for combination in product(*values)
    ]


def arriving(scenario: Scenario, plan: Plan, told: Asked, *, regime: int) -> list[tuple[Who, float]]:
    """Kinds of patient and how many of each ask for care a day: by `per_day`, or the mean of a file of dates.

    Those whom the intake loses are left out.
    """
    found: list[tuple[Who, float]] = []
    nothing = (NONE,) * len(plan.trait_names)
    for index, source in enumerate(scenario.arrivals.values()):
        share = gets_through(plan.tables, regime, index)
        if source.referrals is None:
            per_day = source.per_day * share
            found += _by_traits(plan.tables, told, index, nothing, enters=NONE, per_day=per_day)
            continue
        counts: defaultdict[tuple[tuple[int, ...], int], int] = defaultdict(int)
        for referral in source.referrals:
            if 0.0 <= referral.day < plan.end:
                given = tuple(
                    values.index(referral.traits[name]) if name in referral.traits else NONE
                    for name, values in zip(plan.trait_names, plan.trait_values, strict=True)
                )
                enters = NONE if referral.enters is None else plan.level_names.index(referral.enters)
                counts[given, enters] += 1
        for (given, enters), count in counts.items():
            per_day = share * count / plan.end
            found += _by_traits(plan.tables, told, index, given, enters=enters, per_day=per_day)
    return found


def _by_traits(
    t: Tables, told: Asked, source: int, given: tuple[int, ...], *, enters: int, per_day: float
) -> Iterator[tuple[Who, float]]:
    """The patients of a source by those traits that something asks for."""
    values: list[list[tuple[int, float]]] = []
    for trait, value in enumerate(given):
        span = t.traits_of[source * len(given) + trait]
        if trait not in told.anywhere.traits:
            values.append([(0, 1.0)])
        elif value != NONE:
            values.append([(value, 1.0)])
        else:
            values.append(list(enumerate(t.trait_share[span.first : span.last])))
    for combination in product(*values):
        share = prod(chance for _, chance in combination)
        if share > 0.0:
            traits = tuple(value for value, _ in combination)
            yield Who(traits, told.of_source(source), enters), per_day * share
