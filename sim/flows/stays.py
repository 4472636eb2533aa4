"""What comes of a stay when nothing is ever full: how long it lasts, and the chance of every way it can end.

All clocks of a level compete, by numbers instead of chance: a stay is followed through its days on a grid of
ages, for every planned length at once, and at each step the chances of dropout, relapse, other ends, reviews
and the planned end are taken out. Rules and effects are those that the engines use. How stays follow one
another is left to `sim/flows/network.py`.

Numerically exact (to about a thousandth) with two limits, which `approximate` names: a relapse clock with a
memory that starts anew within a stay is read at the mean time since the last relapse, and days of earlier
stays that a rule or an effect asks for are taken at their mean.
"""

from collections.abc import Sequence
from math import ceil, inf, log
from typing import Literal, NamedTuple

import numpy as np

from sim.flows.lengths import COMPLETED, LONGEST, Begun, Floats, clock_key, options
from sim.rules.choices import first_rule
from sim.rules.clocks import chance_of_silence, days_until
from sim.rules.conditions import Person
from sim.tables import DISCHARGE, EXTEND, FIELD_NUMBER, NONE, STAY, Tables
from sim.words import COVARIATES, Reason

BACK = -4
"""Where the end of a temporary stay leads: back to where she came from."""

DROPOUT, RELAPSE = int(Reason.DROPOUT), int(Reason.RELAPSE)
REVIEW, DIED = int(Reason.REVIEW), int(Reason.DIED)
PROLONG = {RELAPSE: (STAY, EXTEND), REVIEW: (EXTEND,)}
"""Where a rule leads that prolongs the stay, by what asks it."""

RELAPSES_PROLONGING = 12
"""So many relapses of one stay may prolong it and be followed."""

DAYS_IN_STAY = FIELD_NUMBER - COVARIATES.index("days_in_stay")
DAYS_IN_CARE = FIELD_NUMBER - COVARIATES.index("days_in_care")
SIDES: tuple[Literal["left", "right"], ...] = ("left", "right")

RELAPSES_PER_STEP = 3
"""So many relapses of one stay within one step of ages are told apart, …"""

SELDOM = 1e-6
"""… and where fewer than this go on after one, the rest of the step is lived without a clock."""

NEGLIGIBLE = 1e-10
"""A chance that is no longer followed."""


class Way(NamedTuple):
    """One way out of a stay."""

    cause: int  # a reason of the log
    rule: int  # the rule that decided; −1 for a death and for the way back
    to: int  # a level, DISCHARGE, `DISCHARGE_AS` and a reason, or BACK
    relapses: int  # so many in this stay (the last number counted stands for more, too)


class Chances(NamedTuple):
    """For every stay begun: the chance of one way out, the days at that end, and the days then left."""

    share: Floats
    days: Floats  # share × days in care at the end
    left: Floats  # share by planned days that remained, on the grid of remaining days; one row per stay


class Course(NamedTuple):
    """What comes of all stays begun together."""

    days: Floats  # mean days in care
    ways: dict[Way, Chances]
    approximate: bool


class Level(NamedTuple):
    """Where the stays are, and how finely they are followed."""

    cell: int
    relapses_counted: int  # relapses in a stay are told apart up to this number
    left_grid: Floats  # remaining days on which the way back is kept, rising from 0


def follow(t: Tables, level: Level, people: Sequence[Person], begun: Begun) -> Course:
    """What comes of the stays begun, each followed to its end.

    A person's numbers are those at admission; relapses in the stay and its days are counted from there.
    """
    walk = _Walk(t, level, people, begun)
    for step in range(len(walk.ages) - 1):
        walk.through(step)
        if float(walk.mass.max()) < NEGLIGIBLE:
            break
    walk.end_planned(inf)
    return Course(walk.days, {way: Chances(*kept) for way, kept in walk.ways.items()}, walk.approximate)


class _Walk:
    """Stays on their way. `mass[s, n]` is the chance that stay n is still on and in situation s.

    A situation is a number of relapses so far and the days by which the planned end was moved.
    """

    def __init__(self, t: Tables, level: Level, people: Sequence[Person], begun: Begun) -> None:
        self.t, self.level, self.people, self.begun = t, level, people, begun
        self.cell = level.cell
        self.ages = ages(t, level.cell, people, begun)
        self.count = len(begun.planned)
        self.situations: list[tuple[int, float]] = [(0, 0.0)]
        self.mass = np.ones((1, self.count))
        self.since = np.zeros((1, self.count))  # mean age at the last relapse
        self.days = np.zeros(self.count)
        self.ways: dict[Way, list[Floats]] = {}
        self.borders: dict[int, Floats] = {}  # per cause: ages at which its rules change their mind
        self.closely: dict[int, bool] = {}
        self.decisions: dict[tuple[int, int, int, int], list[tuple[int, int, Floats]]] = {}
        here = t.cells[self.cell]
        others = t.other_ends[here.other_first : here.other_last]
        clocks = [(here.death, DIED), (here.dropout, DROPOUT), *((o.clock, o.reason) for o in others)]
        self.causes = [cause for clock, cause in clocks if clock != NONE]
        self.hazards = [np.diff(self._hazard(clock), axis=0) for clock, _ in clocks if clock != NONE]
        self.relapse = self._hazard(here.relapse) if here.relapse != NONE else None
        self.memoryless = self.relapse is None or _is_straight(self.relapse, self.ages)
        self.again: dict[int, tuple[Floats, Floats]] = {}  # after a relapse in this step: mass, mass × age
        self.approximate = False

    def _hazard(self, clock: int) -> Floats:
        """The cumulative hazard of a clock at every age, one column per stay."""
        t, level = self.t, self.cell % self.t.levels
        if t.clocks[clock].choice == NONE:  # a probability: constant hazard over the full planned days
            first = [self.people[who] for who in self.begun.who]
            silence = [chance_of_silence(t, clock, level, person, days=0.5, planned=1.0) for person in first]
            per_day = -2.0 * np.log(np.maximum(silence, 1e-300)) / np.maximum(self.begun.full, 1e-9)
            return np.asarray(self.ages[:, None] * per_day[None, :], dtype=np.float64)
        curves: dict[tuple[int, float, float], list[float]] = {}
        keys = [clock_key(t, clock, level, person) for person in self.people]
        for key, person in zip(keys, self.people, strict=True):
            if key not in curves:
                curves[key] = [
                    chance_of_silence(t, clock, level, person, days=day, planned=1.0)
                    for day in self.ages.tolist()
                ]
        left = np.array([curves[key] for key in keys])
        hazards = np.asarray(-np.log(np.maximum(left, 1e-300)), dtype=np.float64)
        return hazards.T[:, self.begun.who]

    # ---- one step of ages

    def through(self, step: int) -> None:
        """From one age to the next: clocks that ring, reviews, planned ends."""
        stop = float(self.ages[step + 1])
        entering, begin = self.mass, np.full_like(self.mass, self.ages[step])
        self.mass = np.zeros_like(entering)
        for _ in range(RELAPSES_PER_STEP):
            self.again = {}
            self._live(step, entering, begin)
            if all(mass.max() < SELDOM for mass, _ in self.again.values()):
                break
            entering, begin = self._after_relapse()
        for row, (mass, _) in self.again.items():
            self.mass[row] += mass
        self.end_planned(stop * (1.0 - 1e-12))
        every = self.t.cells[self.cell].review_every
        if every < inf and round(stop / every) * every == stop >= self.t.cells[self.cell].minimum_stay:
            self._review(stop)
        self.end_planned(stop * (1.0 + 1e-12))

    def _live(self, step: int, mass: Floats, begin: Floats) -> None:
        """Stays live from their ages at the beginning to the end of the step, or to their planned end."""
        rows = np.flatnonzero(mass.max(axis=1) > NEGLIGIBLE).tolist()
        mass, begin, ends = mass[rows], begin[rows], self._ends()[rows]
        start, stop = self.ages[step], self.ages[step + 1]
        width = np.maximum(np.minimum(ends, stop) - begin, 0.0)
        part = width / (stop - start)
        hazard = sum((hazards[step] for hazards in self.hazards), np.zeros(self.count)) * part
        relapsing = self._relapsing(step, rows, begin, part)
        total = hazard + relapsing
        gone = -mass * np.expm1(-total)
        staying = mass - gone
        lived = np.where(total > 1e-8, gone * width / np.maximum(total, 1e-8), mass * width)
        self.days += lived.sum(axis=0)
        at = begin + np.where(gone > 0.0, (lived - staying * width) / np.maximum(gone, 1e-300), 0.0)
        per_hazard = np.where(total > 0.0, gone / np.maximum(total, 1e-300), 0.0)
        self.mass[rows] += staying
        for cause, hazards in zip(self.causes, self.hazards, strict=True):
            self._leave(cause, rows, per_hazard * part * hazards[step], at, ends)
        if self.relapse is not None:
            self._relapse(rows, per_hazard * relapsing, at, ends)

    def _after_relapse(self) -> tuple[Floats, Floats]:
        """Stays that go on after a relapse within the step, by situation, and their ages at it."""
        mass, ages_there = np.zeros_like(self.mass), np.zeros_like(self.mass)
        for row, (some, ages_times) in self.again.items():
            mass[row] = some
            ages_there[row] = ages_times / np.maximum(some, 1e-300)
        return mass, ages_there

    def _ends(self) -> Floats:
        """The planned end of every stay in every situation."""
        moved = np.array([days for _, days in self.situations])
        return np.asarray(self.begun.planned[None, :] + moved[:, None], dtype=np.float64)

    def _relapsing(self, step: int, rows: list[int], begin: Floats, part: Floats) -> Floats:
        """The hazard of a relapse in a part of a step, for these situations."""
        if self.relapse is None:
            return np.zeros_like(part)
        hazard = (self.relapse[step + 1] - self.relapse[step]) * part
        if not self.memoryless and len(self.situations) > 1:
            self.approximate = True
            until = begin + part * (self.ages[step + 1] - self.ages[step])
            for index, row in enumerate(rows):
                if self.situations[row][0]:
                    hazard[index] = self._after(until[index] - self.since[row])
                    hazard[index] -= self._after(begin[index] - self.since[row])
        return np.asarray(np.maximum(hazard, 0.0), dtype=np.float64)

    def _after(self, days: Floats) -> Floats:
        """The cumulative hazard of the relapse clock so many days after it started anew."""
        assert self.relapse is not None
        found = np.empty(self.count)
        for who in range(len(self.people)):
            mine = np.flatnonzero(self.begun.who == who)
            if len(mine):
                found[mine] = np.interp(days[mine], self.ages, self.relapse[:, mine[0]])
        return found

    def end_planned(self, age: float) -> None:
        """Planned ends up to an age."""
        ends = self._ends()
        over = np.where(ends <= age, self.mass, 0.0)
        rows = np.flatnonzero(over.max(axis=1) > 0.0).tolist()
        if not rows:
            return
        self.mass = self.mass - over
        over, ends = over[rows], ends[rows]
        if age == inf:  # what lies beyond the last age lives on to its end
            self.days += (over * np.maximum(0.0, ends - self.ages[-1])).sum(axis=0)
        for reason in np.unique(self.begun.reason):
            self._leave(int(reason), rows, over * (self.begun.reason == reason), ends, ends, planned=True)

    # ---- what the rules make of it

    def _leave(
        self, cause: int, rows: list[int], mass: Floats, at: Floats, ends: Floats, *, planned: bool = False
    ) -> None:
        """Stays that end for a cause, by situation, at these ages."""
        back = planned and cause == COMPLETED and self.begun.temporary
        if back or cause == DIED or not self._by_situation(cause):
            for relapses in {self.situations[row][0] for row in rows}:
                mine = [index for index, row in enumerate(rows) if self.situations[row][0] == relapses]
                share, days = mass[mine].sum(axis=0), (mass[mine] * at[mine]).sum(axis=0)
                if back or cause == DIED:
                    self._add(Way(cause, NONE, BACK if back else DISCHARGE, relapses), share, days)
                else:
                    for rule, to, part in self._decide(cause, relapses, share, at[0]):
                        self._add(Way(cause, rule, to, relapses), share * part, days * part)
            return
        for index, row in enumerate(rows):
            if mass[index].max() < NEGLIGIBLE:
                continue
            relapses = self.situations[row][0]
            for rule, to, part in self._decide(cause, relapses, mass[index], at[index]):
                self._keep(Way(cause, rule, to, relapses), mass[index] * part, at[index], ends[index])

    def _by_situation(self, cause: int) -> bool:
        """Whether it matters for a cause when exactly, or how long before the planned end, a stay ends."""
        if cause not in self.closely:
            span = self.t.rules_for[self.cell * self.t.reasons + cause]
            away = any(rule.away != NONE for rule in self.t.rules[span.first : span.last])
            self.closely[cause] = away or len(self._borders(cause)) > 0
        return self.closely[cause]

    def _relapse(self, rows: list[int], mass: Floats, at: Floats, ends: Floats) -> None:
        """Stays in which a relapse came: some go on, some end."""
        for index, row in enumerate(rows):
            if mass[index].max() < NEGLIGIBLE:
                continue
            before, moved = self.situations[row]
            relapses = min(before + 1, self.level.relapses_counted)
            for rule, to, share in self._decide(RELAPSE, relapses, mass[index], at[index]):
                now = mass[index] * share
                if to in (STAY, EXTEND):
                    later = moved + self.t.rules[rule].extend_by
                    to_row = self._go_on(relapses, later, now, at[index])
                    nobody = np.zeros(self.count)
                    there, ages_times = self.again.get(to_row, (nobody, nobody))
                    self.again[to_row] = (there + now, ages_times + now * at[index])
                else:
                    self._keep(Way(RELAPSE, rule, to, relapses), now, at[index], ends[index])

    def _review(self, age: float) -> None:
        """A review of all who are still there."""
        known, mass = list(self.situations), self.mass
        ends, at = self._ends(), np.full(self.count, age)
        self.mass = np.zeros_like(mass)
        for row, (relapses, moved) in enumerate(known):
            if mass[row].max() < NEGLIGIBLE:
                continue
            for rule, to, share in self._decide(REVIEW, relapses, mass[row], at):
                now = mass[row] * share
                if to in (STAY, EXTEND):
                    days = self.t.rules[rule].extend_by if to == EXTEND else 0.0
                    to_row = self._go_on(relapses, moved + days, now, self.since[row])
                    self.mass[to_row] += now
                else:
                    self._keep(Way(REVIEW, rule, to, relapses), now, at, ends[row])

    def _go_on(self, relapses: int, moved: float, mass: Floats, since: Floats) -> int:
        """The row of the situation in which stays go on, with the age at their last relapse kept there."""
        if (relapses, moved) not in self.situations:
            self.situations.append((relapses, moved))
            self.mass = np.vstack([self.mass, np.zeros(self.count)])
            self.since = np.vstack([self.since, np.zeros(self.count)])
        row = self.situations.index((relapses, moved))
        together = np.maximum(self.mass[row] + mass, 1e-300)
        self.since[row] = (self.since[row] * self.mass[row] + since * mass) / together
        return row

    def _add(self, way: Way, share: Floats, days: Floats) -> list[Floats]:
        """Adds stays that left by one way; gives what is kept of it."""
        if way not in self.ways:
            self.ways[way] = [np.zeros(self.count), np.zeros(self.count), np.zeros((0, 0))]
        kept = self.ways[way]
        kept[0] += share
        kept[1] += days
        return kept

    def _keep(self, way: Way, mass: Floats, at: Floats, ends: Floats) -> None:
        """Adds stays of one situation that left by one way, with the days they had left."""
        kept = self._add(way, mass, mass * at)
        if way.rule != NONE and self.t.rules[way.rule].away != NONE and way.to >= 0:
            if not kept[2].size:
                kept[2] = np.zeros((self.count, len(self.level.left_grid)))
            _spread(kept[2], self.level.left_grid, mass, np.maximum(0.0, ends - at))

    def _borders(self, cause: int) -> Floats:
        """Ages at which the rules of a cause change their mind."""
        if cause not in self.borders:
            carried = self.people[0].numbers[5]
            self.borders[cause] = borders(self.t, self.cell, cause, carried=carried)
        return self.borders[cause]

    def _decide(self, cause: int, relapses: int, mass: Floats, at: Floats) -> list[tuple[int, int, Floats]]:
        """Rule, destination and share among the stays, for every destination that the rules give."""
        borders = self._borders(cause)
        age = float(np.average(at, weights=mass)) if len(borders) else 0.0
        sides = [int(np.searchsorted(borders, age, side=side)) for side in SIDES]
        key = (cause, relapses, sides[0], sides[1])
        if key not in self.decisions:
            found: dict[tuple[int, int], Floats] = {}
            for index, person in enumerate(self.people):
                seen = grown(person, relapses, age)
                rules = self.t.rules_for[self.cell * self.t.reasons + cause]
                rule = first_rule(self.t, rules.first, rules.last, seen)
                for to, share in options(self.t, rule, self.cell % self.t.levels, seen):
                    shares = found.setdefault((rule, to), np.zeros(len(self.people)))
                    shares[index] += share
            self.decisions[key] = [(rule, to, shares[self.begun.who]) for (rule, to), shares in found.items()]
        return self.decisions[key]


# ---------------------------------------------------------------------------------------------- the grid


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
    for cause in (RELAPSE, REVIEW):
        span = t.rules_for[cell * t.reasons + cause]
        for rule in t.rules[span.first : span.last]:
            by = [option for option in t.options[rule.first : rule.last] if option.to in PROLONG[cause]]
            share = min(0.95, sum(option.share for option in by))
            if rule.extend_by > 0.0 and share > 0.0:
                times = ceil(log(NEGLIGIBLE) / log(share)) if cause == REVIEW else RELAPSES_PROLONGING
                days = max(days, times * rule.extend_by)
    return days


def borders(t: Tables, cell: int, cause: int, *, carried: float) -> Floats:
    """Ages at which the rules of a cause change their mind: bounds on days in the stay, or in care.

    `carried`: days of earlier stays of the episode.
    """
    rules = t.rules_for[cell * t.reasons + cause]
    conditions = [rule.condition for rule in t.rules[rules.first : rules.last] if rule.condition != NONE]
    spans = [t.conditions[condition] for condition in conditions]
    tests = [test for span in spans for test in t.tests[span.first : span.last]]
    found = [bound for test in tests if test.field == DAYS_IN_STAY for bound in (test.low, test.high)]
    found += [
        bound - carried for test in tests if test.field == DAYS_IN_CARE for bound in (test.low, test.high)
    ]
    return np.unique([age for age in found if 0.0 <= age < inf])


def grown(person: Person, relapses: int, age: float) -> Person:
    """The patient so many relapses and days after her admission."""
    episode, before, step_ups, _, _, days = person.numbers
    return person._replace(numbers=(episode, before + relapses, step_ups, float(relapses), age, days + age))


def _is_straight(hazard: Floats, at: Floats) -> bool:
    """Whether a cumulative hazard grows evenly: the clock has no memory."""
    expected = np.outer(at / at[-1], hazard[-1])
    return bool(np.allclose(hazard, expected, rtol=1e-6, atol=1e-9))


def _spread(rows: Floats, grid: Floats, mass: Floats, left: Floats) -> None:
    """Adds mass to the two neighbours of the days left on a grid, so that their mean is kept."""
    left = np.clip(left, grid[0], grid[-1])
    upper = np.clip(np.searchsorted(grid, left, side="right"), 1, len(grid) - 1)
    part = (left - grid[upper - 1]) / (grid[upper] - grid[upper - 1])
    stays = np.arange(len(mass))
    rows[stays, upper - 1] += mass * (1.0 - part)
    rows[stays, upper] += mass * part
