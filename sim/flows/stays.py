"""What comes of a stay when nothing is ever full: how long it lasts, and the chance of every way it can end.

All clocks of a level compete, by numbers instead of chance: a stay is followed through its days on a grid of
ages, for every planned length at once, and at each step the chances of dropout, relapse, other ends, reviews
and the planned end are taken out. Rules and effects are those that the engines use (`sim/flows/fates.py`).
How stays follow one another is left to `sim/flows/network.py`.

Numerically exact (to about a thousandth) with two limits, which `approximate` names: a relapse clock with a
memory that starts anew within a stay is read at the mean time since the last relapse, and days of earlier
stays that a rule or an effect asks for are taken at their mean.
"""

from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple

import numpy as np

from sim.flows.ages import ages
from sim.flows.decisions import Moment
from sim.flows.fates import DIED, GOES_ON, RELAPSE, REVIEW, Fate, Fates, Level, Slot
from sim.flows.hazards import Hazards, hazard
from sim.flows.lanes import Lanes, Sums, applied
from sim.flows.lengths import COMPLETED, NEGLIGIBLE, Begun, Floats, Integers
from sim.rules.conditions import Person
from sim.tables import NONE, Tables
from sim.words import Reason

DROPOUT = int(Reason.DROPOUT)

RELAPSES_PER_STEP = 3
"""So many relapses of one stay within one step of ages are told apart, …"""

SELDOM = 1e-6
"""… and where fewer than this go on after one, the rest of the step is lived without a clock."""

SMALL = 1e-300


class Way(NamedTuple):
    """One way out of a stay."""

    cause: int  # a reason of the log
    rule: int  # the rule that decided; −1 for a death and for the way back
    to: int  # a level, DISCHARGE, `DISCHARGE_AS` and a reason, or BACK
    relapses: int  # so many in this stay, where it matters (the last number counted stands for more, too)


class Chances(NamedTuple):
    """For every answer: the chance of one way out, the days at that end, and the days then left."""

    share: Floats
    days: Floats  # share × days in care at the end
    left: Floats  # share by planned days that remained, on the grid of remaining days; one row per answer


class Course(NamedTuple):
    """What comes of all stays begun together, the weighted sum of those of each answer."""

    days: Floats  # mean days in care
    ways: dict[Way, Chances]
    approximate: bool


def follow(t: Tables, level: Level, people: Sequence[Person], begun: Begun) -> Course:
    """What comes of the stays begun, each followed to its end.

    A person's numbers are those at admission; relapses in the stay and its days are counted from there.
    """
    walk = _Walk(t, level, people, begun)
    for step in range(len(walk.ages) - 1):
        walk.through(step)
        if float(walk.mass.max(initial=0.0)) < NEGLIGIBLE:
            break
    walk.finish()
    return walk.course()


class _Happening(NamedTuple):
    """What becomes of some rows to which something happens at one moment."""

    fate: Fate
    rows: Integers  # situations
    both: Floats  # [2, row, lane]: chances, and chances × ages
    at: Floats  # ages


class _Walk:
    """Stays on their way. `mass[s, lane]`: the chance that one of the lane is still on and in situation s."""

    def __init__(self, t: Tables, level: Level, people: Sequence[Person], begun: Begun) -> None:
        self.begun, self.here = begun, t.cells[level.cell]
        self.ages = ages(t, level.cell, people, begun)
        self.fates = Fates(t, level, people, temporary=begun.temporary)
        others = t.other_ends[self.here.other_first : self.here.other_last]
        clocks = [(self.here.death, DIED), (self.here.dropout, DROPOUT)]
        clocks = [(clock, cause) for clock, cause in clocks if clock != NONE]
        clocks += [(other.clock, other.reason) for other in others]
        clocks.sort(key=lambda one: self.fates.closely(one[1]))
        self.causes = [cause for _, cause in clocks]
        self.relapses = self.here.relapse != NONE
        numbers = [clock for clock, _ in clocks] + ([self.here.relapse] if self.relapses else [])
        found = [hazard(t, clock, level.cell % t.levels, people, begun, self.ages) for clock in numbers]
        self.hazards = Hazards(found, self.ages, relapse=self.relapses)
        like = begun.answer * len(people) + begun.who
        if self.hazards.per_day:  # stays of other lengths have other hazards
            like = like * len(like) + np.unique(begun.full, return_inverse=True)[1]
        self.lanes = Lanes(begun, like)
        self.sums = Sums(self.lanes, level.left_grid)
        self.mass = np.ones((1, len(self.lanes.model)))
        self.since = np.zeros_like(self.mass)  # mean age at the last relapse, kept for a clock with a memory
        self.until = self.lanes.planned[None, :]  # planned ends
        self.reasons = np.unique(begun.reason).tolist()
        self.planned_closely = any(self.fates.closely(reason) for reason in self.reasons)
        self.open = [
            cause for cause in self.causes if not self.fates.closely(cause)
        ]  # first among the causes
        told = any(self.fates.told(cause) for cause in self.open)
        self.groups = level.relapses_counted + 1 if told else 1  # by relapses, where that matters
        for cause in self.open:
            for relapses in range(self.groups):
                self.fates.new_slot(Slot(Moment(cause, relapses)))
        self.approximate = False

    # ---- one step of ages

    def through(self, step: int) -> None:
        """From one age to the next: clocks that ring, reviews, planned ends."""
        stop = float(self.ages[step + 1])
        self._split(self.lanes.ending(stop * (1.0 + 1e-12)), tidy=step % 8 == 0)
        hazards = self.hazards.during(step, self.lanes)
        entering, self.mass = self.mass, np.zeros(self.mass.shape)
        again = self._live(step, entering, None, hazards)
        for _ in range(RELAPSES_PER_STEP - 1):
            if again is None or np.maximum.reduce(again[0], axis=None) < SELDOM:
                break
            again = self._live(step, again[0], again[1], hazards)
        if again is not None:
            self.mass += again[0]
        every = self.here.review_every
        due = every < inf and round(stop / every) * every == stop >= self.here.minimum_stay
        if due or self.planned_closely:
            self._end_planned(stop * (1.0 - 1e-12))
        if due:
            self._review(stop)
        self._end_planned(stop * (1.0 + 1e-12))

    def finish(self) -> None:
        """What is left lives on to its planned end."""
        self._split(self.lanes.waiting, tidy=True)
        self._end_planned(inf)
        self.sums.settle()

    def _split(self, ending: Integers, *, tidy: bool) -> None:
        """Lanes of their own for stays that will end, and no more lanes for those that have."""
        if not len(ending) and not tidy:
            return
        over = self.mass.max(axis=0) == 0.0
        if not len(ending) and not over.any():
            return
        self.sums.settle()
        came = self.lanes.split(ending, over)
        self.sums.begin_again()
        self.mass, self.since = self.mass[:, came], self.since[:, came]
        self.until = self.lanes.planned + np.array(self.fates.moved)[:, None]

    def _live(self, step: int, mass: Floats, relapsed: Floats | None, hazards: Floats) -> Floats | None:
        """Stays live from the beginning of a step to its end, or to their planned end.

        `relapsed`: they begin after a relapse within the step, at these ages × chances. Gives those that go
        on after one, [2, situation, lane]: chances, and chances × ages at it.
        """
        (rows,) = (np.maximum.reduce(mass, axis=1) > NEGLIGIBLE).nonzero()
        if not len(rows):
            return None
        mass = mass[rows]
        start, stop = self.ages[step], self.ages[step + 1]
        begin = start if relapsed is None else relapsed[rows] / np.maximum(mass, SMALL)
        width = np.minimum(self.until[rows], stop)
        width -= begin
        np.maximum(width, 0.0, out=width)
        part = width / (stop - start)
        relapsing = None
        if self.hazards.memory and len(self.until) > 1:
            relapsing = self._relapsing(step, rows, begin, part, hazards[-1])
            total = np.add.reduce(hazards[:-1], axis=0) * part + relapsing
        else:
            total = np.add.reduce(hazards, axis=0) * part
        gone = np.expm1(-total)
        gone *= mass  # below 0, as it goes
        staying = mass + gone
        each = gone / np.minimum(-total, -SMALL)  # by hazard
        lived = np.where(total > 1e-8, each * width, mass * width)
        self.sums.days_here += np.add.reduce(lived, axis=0)
        lived -= staying * width
        lived /= np.minimum(gone, -SMALL)
        at = begin - lived
        if relapsed is None:
            self.mass[rows] = staying
        else:
            self.mass[rows] += staying
        both = np.empty((2, *mass.shape))
        np.multiply(each, part, out=both[0])
        np.multiply(both[0], at, out=both[1])
        self._leave_unseen(rows, both, hazards)
        for index in range(len(self.open), len(self.causes)):
            self._leave(self.causes[index], rows, both * hazards[index], at)
        if not self.relapses:
            return None
        if relapsing is not None:
            each *= relapsing
            return self._leave(RELAPSE, rows, np.stack([each, each * at]), at)
        both *= hazards[-1]
        return self._leave(RELAPSE, rows, both, at)

    def _relapsing(
        self, step: int, rows: Integers, begin: Floats | float, part: Floats, hazard: Floats
    ) -> Floats:
        """The hazard of a relapse in a part of a step, by a clock with a memory."""
        self.approximate = True
        found = hazard * part
        first = np.broadcast_to(begin, part.shape)
        until = first + part * (self.ages[step + 1] - self.ages[step])
        for index, row in enumerate(rows.tolist()):
            if self.fates.relapses[row]:
                found[index] = self.hazards.relapse_by(until[index] - self.since[row], self.lanes)
                found[index] -= self.hazards.relapse_by(first[index] - self.since[row], self.lanes)
        return np.maximum(found, 0.0)

    def _end_planned(self, age: float) -> None:
        """Planned ends up to an age."""
        if self.lanes.all_shared:
            return
        over = np.where(self.until <= age, self.mass, 0.0)
        if not over.any():
            return
        self.mass = self.mass - over
        if age == inf:  # what lies beyond the last age lives on to its end
            self.sums.days_here += (over * np.maximum(0.0, self.until - self.ages[-1])).sum(axis=0)
        rows = np.flatnonzero(over.max(axis=1) > 0.0)
        over = over[rows]
        at = np.where(over > 0.0, self.until[rows], 0.0)
        for reason in self.reasons:
            share = over * (self.lanes.reason == reason)
            self._leave(reason, rows, np.stack([share, share * at]), at, planned=True)

    def _review(self, age: float) -> None:
        """A review of all who are still there."""
        rows, mass = np.arange(len(self.mass)), self.mass
        self.mass = np.zeros_like(mass)
        goes_on = self._leave(REVIEW, rows, np.stack([mass, mass * age]), np.full_like(mass, age))
        if goes_on is not None:
            self.mass += goes_on[0]

    # ---- what the rules make of it

    def _leave_unseen(self, rows: Integers, both: Floats, hazards: Floats) -> None:
        """Stays that end for causes of which only sums are wanted."""
        number = len(self.open)
        if not number:
            return
        if self.groups == 1:
            by_group = np.add.reduce(both, axis=1, keepdims=True)
        else:
            group = np.array(self.fates.relapses)[rows]
            by_group = applied((group == np.arange(self.groups)[:, None]).astype(np.float64), both)
        sums = by_group[:, None] * hazards[:number, None]
        self.sums.add(slice(0, number * self.groups), sums.reshape(2, number * self.groups, -1))

    def _leave(
        self, cause: int, rows: Integers, both: Floats, at: Floats, *, planned: bool = False
    ) -> Floats | None:
        """Stays to which something happens, by situation and lane: some end, some go on.

        `both`: chances, and chances × ages. Those that go on: the same two, by all situations.
        """
        back = planned and cause == COMPLETED and self.begun.temporary
        prolongs = cause in (RELAPSE, REVIEW) and not planned
        if prolongs or (not back and self.fates.closely(cause)):
            kept = np.maximum.reduce(both[0], axis=1) >= NEGLIGIBLE
            if not kept.all():
                rows, both, at = rows[kept], both[:, kept], at[kept]
                if not len(rows):
                    return None
        found = list(self._happenings(cause, rows, both, at, back=back))
        for fate, some, share, when in found:
            self.sums.add(fate.place, applied(fate.into[:, some], share))
            if fate.left:
                self.sums.keep(fate.left, some, share[0], when, self.fates.moved)
        return self._go_on(cause, found) if prolongs else None

    def _happenings(
        self, cause: int, rows: Integers, both: Floats, at: Floats, *, back: bool
    ) -> Iterator[_Happening]:
        """The fates of these rows, by moment as far as rules tell it apart."""
        borders = self.fates.decisions.borders(cause)
        if not len(borders) or cause == DIED or back:
            yield _Happening(self.fates.at(Slot(Moment(cause), back), rows, None), rows, both, at)
            return
        ages = self._mean_ages(both[0], at)
        left, right = (
            np.searchsorted(borders, ages, side="left"),
            np.searchsorted(borders, ages, side="right"),
        )
        sides = list(zip(left.tolist(), right.tolist(), strict=True))
        for side in dict.fromkeys(sides):
            mine = np.flatnonzero([other == side for other in sides])
            fate = self.fates.at(Slot(Moment(cause, sides=side)), rows[mine], ages[mine])
            yield _Happening(fate, rows[mine], both[:, mine], at[mine])

    def _mean_ages(self, share: Floats, at: Floats) -> Floats:
        """The mean age in each situation; exact where it is the same for all."""
        there = share > 0.0
        least = np.where(there, at, inf).min(axis=1)
        most = np.where(there, at, -inf).max(axis=1)
        weights = share * self.lanes.many
        mean = (weights * at).sum(axis=1) / np.maximum(weights.sum(axis=1), SMALL)
        return np.asarray(np.clip(mean, np.minimum(least, most), most), dtype=np.float64)

    def _go_on(self, cause: int, found: Sequence[_Happening]) -> Floats | None:
        """Stays that go on after a relapse or a review, by situation."""
        count, lanes = len(self.fates.moved), len(self.lanes.model)
        if count > len(self.mass):
            more = np.zeros((count - len(self.mass), lanes))
            self.mass, self.since = np.vstack([self.mass, more]), np.vstack([self.since, more])
            self.until = self.lanes.planned + np.array(self.fates.moved)[:, None]
        if self.hazards.memory:
            self._remember(cause, found)
        on: Floats | None = None
        for fate, rows, both, _ in found:
            fate.make_room(count)
            for to, share in fate.to.values():
                more = applied(to[:count, rows], both if share is None else both * share[self.lanes.who])
                on = more if on is None else on + more
        return on

    def _remember(self, cause: int, found: Sequence[_Happening]) -> None:
        """The mean age at the last relapse in the situations in which stays go on."""
        held = self.mass if cause == RELAPSE else np.zeros_like(self.mass)
        for fate, rows, both, at in found:
            for index, row in enumerate(rows.tolist()):
                for to, part in fate.going.get(row, ()):
                    now = both[0][index] * part[self.lanes.who]
                    last = at[index] if cause == RELAPSE else self.since[row]
                    together = np.maximum(held[to] + now, SMALL)
                    self.since[to] = (self.since[to] * held[to] + last * now) / together
                    if cause == REVIEW:
                        held[to] += now

    def course(self) -> Course:
        """What has come of the stays."""
        sums, fates = self.sums, self.fates
        who = np.zeros(sums.answers, dtype=np.int64)
        who[self.begun.answer] = self.begun.who
        ways: dict[Way, Chances] = {}
        for number, slot in enumerate(fates.slots):
            share, days = sums.total[:, number]
            left = sums.by_days_left(number)
            relapses = slot.moment.relapses if fates.level.relapses_told else 0
            for one in fates.decide(slot, 0.0):
                if one.to in GOES_ON:
                    continue
                part = one.share[who]
                back_for = left * part[:, None] if fates.comes_back(one) else np.zeros((0, 0))
                found = Chances(share * part, days * part, back_for)
                way = Way(slot.moment.cause, one.rule, one.to, relapses)
                if way in ways:
                    found = Chances(*(a + b for a, b in zip(ways[way], found, strict=True)))
                ways[way] = found
        return Course(sums.days, ways, self.approximate)
