"""How stays follow one another when nothing is ever full: the traffic equations of a whole scenario.

Patients are told apart by all that the scenario's rules and effects ask for (traits, source, the level they
come from, episode, relapses and step-ups so far) and by how their stay began: anew, for a while, or back with
the days that remained. What comes of each stay is taken from `sim/flows/stays.py`; here the stays are linked,
from the arrivals through moves, temporary stays and the way back, to discharge and return to care, and the
linear equations are solved (Jackson 1957). What the flows mean for places and lines is left to
`sim/traffic.py`.
"""

from collections import defaultdict
from collections.abc import Iterator
from math import inf
from typing import NamedTuple

import numpy as np

from sim.flows.fates import BACK, DIED, REVIEW, Level
from sim.flows.intake import gets_through, takes_means
from sim.flows.kinds import COUNTED_AT_MOST, Who, arriving, asked, people
from sim.flows.lanes import left_grid
from sim.flows.lengths import COMPLETED, LONGEST, Begun, Floats, Nodes, clock_key, new_stays, options
from sim.flows.links import Links, in_the_long_run
from sim.flows.stays import Course, Way, follow
from sim.rules.choices import first_rule
from sim.rules.clocks import chance_for, chance_of_silence
from sim.rules.conditions import Person
from sim.rules.effects import probability
from sim.rules.stay import is_step_up, place_hold
from sim.scenario.types import Scenario
from sim.tables import DISCHARGE, DISCHARGE_AS, NONE, TARGETS, Plan
from sim.words import Reason

SHOW_UP = TARGETS.index("show_up")
NO_SHOW = int(Reason.NO_SHOW)

MANY_PEOPLE, MANY_STATES = 200, 8_000
COUNTED = (COUNTED_AT_MOST, 2, 0)
"""How far counts are told apart: the first that makes no more kinds of patient and stay, else the last."""


class State(NamedTuple):
    """A kind of stay, or a kind of discharge."""

    kind: str  # "new", "away", "back", or "after"
    level: int
    who: Who
    rule: int = NONE  # of an away stay: the rule that sent her; after: the reason of discharge
    back_to: int = NONE
    left: int = NONE  # index on the grid of remaining days; −1: a new stay


class Onward(NamedTuple):
    """What becomes of one stay of a kind, by way out."""

    days: float
    ways: dict[Way, tuple[float, float, Floats]]  # share, share × days, shares by days left


class Flows(NamedTuple):
    """The long run of a scenario without limits: stays a day of every kind."""

    plan: Plan
    states: list[State]
    per_day: Floats  # stays begun (or discharges)
    from_outside: Floats  # stays a day that arrivals begin
    onward: Links
    days: Floats  # mean days in the place, delays included
    ways: list[dict[Way, tuple[float, float, Floats]]]
    approximate: bool


def flows(scenario: Scenario, plan: Plan, *, day: float = 0.0, within: float = inf) -> Flows:
    """The flows under what is in force on a day; returns to care count that come within so many days.

    Where telling apart all that is asked for would make too many kinds, counts are told apart less far.
    """
    regime = max((i for i, row in enumerate(plan.tables.regimes) if row.day <= day), default=0)
    in_force = scenario.regimes[regime][1]
    for at_most in COUNTED:
        network = _Network(plan, regime, within, at_most=at_most)
        if at_most and max(map(len, network.people)) > MANY_PEOPLE:
            continue
        arrivals = arriving(in_force, plan, network.asked, regime=regime)
        found = network.solve(arrivals, limit=MANY_STATES if at_most else None)
        if found is not None:
            break
    assert found is not None
    if network.asks_for_days:  # days of earlier stays are not told apart: taken at their mean
        network.carried = _carried(found, plan.tables.levels)
        network.forget()
        found = network.solve(arrivals) or found
    return found


class _Network:
    """Kinds of stay found so far and what follows each."""

    def __init__(self, plan: Plan, regime: int, within: float, *, at_most: int) -> None:
        self.plan, self.regime, self.within = plan, regime, within
        self.t = t = plan.tables
        self.asked = asked(t, regime, at_most=at_most)
        self.looks = self.asked.anywhere
        self.asks_for_days = "days_in_care" in self.looks.counts
        self.coarse = at_most < COUNTED[0]
        self.nodes = Nodes(t)
        self.carried = [0.0] * t.levels
        self.people = [people(t, looks) for looks in self.asked.at_level]
        self.numbers: list[dict[Who, int]] = [{} for _ in self.people]  # by all that is known of her
        self.number_of = [{who: index for index, who in enumerate(kinds)} for kinds in self.people]
        self.forget()

    def forget(self) -> None:
        """Drops every answer, to be found anew."""
        self.courses: dict[tuple[str, int, int], Course] = {}
        self.grids: dict[int, Floats] = {}
        self.known: dict[tuple[str, int, int, int, int], Onward] = {}
        self.ever: dict[tuple[object, ...], float] = {}
        self.approximate = self.asks_for_days or self.coarse or takes_means(self.t)

    def solve(self, arrivals: list[tuple[Who, float]], *, limit: int | None = None) -> Flows | None:
        """Links all kinds of stay that the arriving patients can come to, and solves for the flows.

        None where there would be more kinds than `limit`.
        """
        outside: defaultdict[State, float] = defaultdict(float)
        for who, per_day in arrivals:
            for state, share in self.enter(who):
                outside[state] += share * per_day
        number: dict[State, int] = {state: index for index, state in enumerate(outside)}
        states = list(outside)
        rows: list[int] = []
        columns: list[int] = []
        shares: list[float] = []
        for index, state in enumerate(states):  # grows while it is read
            if limit is not None and len(states) > limit:
                return None
            for follower, share in self.followers(state):
                column = number.setdefault(follower, len(states))
                if column == len(states):
                    states.append(follower)
                rows.append(index)
                columns.append(column)
                shares.append(share)
        links = Links(np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64), np.array(shares))
        begun = np.array([outside.get(state, 0.0) for state in states])
        return Flows(
            self.plan,
            states,
            in_the_long_run(links, begun),
            begun,
            links,
            np.array([self.place_days(state) for state in states]),
            [self.onward(state).ways if state.kind != "after" else {} for state in states],
            self.approximate,
        )

    def person(self, who: Who, level: int, *, admitted: bool = True) -> Person:
        """What rules see of her."""
        days = self.carried[level] if admitted else 0.0
        numbers = (float(who.episode), float(who.relapses), float(who.step_ups), 0.0, 0.0, days)
        return Person(who.traits, who.origin, who.source, level, numbers)

    # ---- what follows

    def enter(self, who: Who) -> list[tuple[State, float]]:
        """The stays with which an episode begins: by placement, or where the referral says."""
        span = self.t.placements[self.regime * self.t.sources + who.source]
        if who.entry != NONE and (who.episode == 1 or span.first == span.last):
            return self.asks(who, who.entry, 1.0, from_outside=True)
        person = self.person(who, NONE, admitted=False)
        rule = first_rule(self.t, span.first, span.last, person)
        found: list[tuple[State, float]] = []
        for to, share in options(self.t, rule, 0, person):
            found += self.asks(who, to, share, from_outside=True)
        return found

    def asks(
        self, who: Who, level: int, share: float, *, from_outside: bool, state: State | None = None
    ) -> list[tuple[State, float]]:
        """The stay that follows a request, less those who do not show up where nobody waits."""
        follower = state or State("new", level, who)
        cell = self.t.cells[self.regime * self.t.levels + level]
        if not from_outside or cell.show_first == cell.show_last:
            return [(follower, share)]
        at_once = self.t.show_up[cell.show_first].share
        comes = probability(self.t, at_once, SHOW_UP, level, self.person(who, level, admitted=False))
        lost = State("after", level, who if who.origin == NONE else who._replace(origin=NONE), NO_SHOW)
        return [(follower, share * comes), (lost, share * (1.0 - comes))]

    def followers(self, state: State) -> Iterator[tuple[State, float]]:
        """Kinds of stay and discharge that may follow, with their chances."""
        if state.kind == "after":
            who = state.who
            again = who._replace(
                episode=self.looks.counted("episode", who.episode + 1), relapses=0, step_ups=0, origin=NONE
            )
            returns = self.chance_of_return(state)
            returns *= gets_through(self.t, self.regime, who.source, episode=2)
            if returns > 0.0:
                for follower, share in self.enter(again):
                    yield follower, share * returns
            return
        for way, (share, _, left) in self.onward(state).ways.items():
            yield from self.by_way(state, way, share, left)

    def by_way(self, state: State, way: Way, share: float, left: Floats) -> Iterator[tuple[State, float]]:
        """What follows a stay that ended by one way."""
        if way.cause == DIED:
            return
        if way.to == BACK:
            who = self._later(state, way.relapses, origin=self.asked.came_from(state.level))
            kind = State("back", state.back_to, who, left=state.left) if state.left != NONE else None
            at_once = self._leaves_at_once(state.level, NONE, state.back_to)
            yield from self.asks(who, state.back_to, share, from_outside=at_once, state=kind)
            return
        if way.to < 0:
            cause = COMPLETED if way.cause == REVIEW else way.cause
            reason = cause if way.to == DISCHARGE else DISCHARGE_AS - way.to
            yield State("after", state.level, self._later(state, way.relapses, origin=NONE), reason), share
            return
        cell = self.regime * self.t.levels + state.level
        step_ups = int(is_step_up(self.t, cell, way.to))
        who = self._later(state, way.relapses, step_ups, origin=self.asked.came_from(state.level))
        at_once = self._leaves_at_once(state.level, way.rule, way.to)
        for kind, part in self._moves(state, way, who, share, left):
            yield from self.asks(who, way.to, part, from_outside=at_once, state=kind)

    def _later(self, state: State, relapses: int, step_ups: int = 0, *, origin: int) -> Who:
        """The kind of patient after so many relapses in a stay, and perhaps a step up."""
        who, counted = state.who, self.looks.counted
        return Who(
            who.traits,
            who.source,
            who.entry,
            who.episode,
            counted("relapses", who.relapses + relapses) if relapses else who.relapses,
            counted("step_ups", who.step_ups + step_ups) if step_ups else who.step_ups,
            origin,
        )

    def _leaves_at_once(self, level: int, rule: int, to: int) -> bool:
        """Whether she gives up her place at once when she asks for another, and so may not show up there."""
        return place_hold(self.t, self.regime * self.t.levels + level, rule, to) <= 0.0

    def _moves(
        self, state: State, way: Way, who: Who, share: float, left: Floats
    ) -> Iterator[tuple[State, float]]:
        """The stays elsewhere that a move leads to: for good, or for a while with the days that are left."""
        rule = self.t.rules[way.rule]
        if rule.away == NONE:
            yield State("new", way.to, who), share
        elif state.kind == "away":  # sent on from a temporary stay: the way back stays what it was
            yield State("away", way.to, who, way.rule, state.back_to, state.left), share
        elif rule.anew:
            yield State("away", way.to, who, way.rule, state.level), share
        else:
            for index in np.flatnonzero(left > 0.0):
                yield State("away", way.to, who, way.rule, state.level, int(index)), float(left[index])

    def chance_of_return(self, state: State) -> float:
        """The chance that a discharged patient ever comes back (within the days that count)."""
        t = self.t
        follows = t.afters[self.regime * t.reasons + state.rule]
        if follows.returns == NONE:
            return 0.0
        person = self.person(state.who, state.level)
        chance = chance_for(t, follows.returns, person)
        chance = probability(t, chance, t.clocks[follows.delay].target, state.level, person)
        clocks = [follows.delay]
        if follows.after_use and follows.use != NONE:
            clocks.append(follows.use)
        keys = [clock_key(t, clock, state.level, person) for clock in clocks]
        if follows.death != NONE:
            keys.append(clock_key(t, follows.death, state.level, person))
        known = (follows.death == NONE, *keys)
        if known not in self.ever:
            self.ever[known] = self._rings(clocks, follows.death, state.level, person)
        return chance * self.ever[known]

    def _rings(self, clocks: list[int], death: int, level: int, person: Person) -> float:
        """The chance that these clocks ring one after the other, before that of death and in time."""
        t, chance = self.t, 1.0
        if self.within == inf and death == NONE:
            for clock in clocks:
                silent = chance_of_silence(t, clock, level, person, days=LONGEST, planned=1.0)
                chance *= 1.0 - silent
            return chance
        days, weights = np.zeros(1), np.ones(1)
        for clock in clocks:
            more, shares = self.nodes(clock, level, person)
            days = np.add.outer(days, more).ravel()
            weights = np.multiply.outer(weights, shares).ravel()
        weights = np.where(days < min(LONGEST, self.within), weights, 0.0)
        if death != NONE:
            for index in np.flatnonzero(weights):
                weights[index] *= chance_of_silence(
                    t, death, level, person, days=float(days[index]), planned=1.0
                )
        return float(weights.sum())

    # ---- stays

    def place_days(self, state: State) -> float:
        """Mean days in the place: in care, and the delay before the next level is asked for."""
        if state.kind == "after":
            return 0.0
        found = self.onward(state)
        delays = 0.0
        for way, (share, _, _) in found.ways.items():
            clock = self.t.rules[way.rule].delay if way.rule != NONE and way.to >= 0 else NONE
            if clock != NONE:
                delays += share * self.nodes.mean(clock, state.level, self.person(state.who, state.level))
        return found.days + delays

    def onward(self, state: State) -> Onward:
        """What becomes of a stay of this kind."""
        kind, level, who, rule, _, left = state
        mine = self._number(who, level)
        key = (kind, level, mine, rule, left if kind == "back" else 0)
        if key not in self.known:
            course = self._course(state)
            if kind == "back":
                mine = mine * len(self.grids[level]) + left
            empty = np.zeros(0)
            ways = {
                way: (
                    float(chances.share[mine]),
                    float(chances.days[mine]),
                    chances.left[mine] if chances.left.size else empty,
                )
                for way, chances in course.ways.items()
                if chances.share[mine] > 0.0
            }
            self.known[key] = Onward(float(course.days[mine]), ways)
        return self.known[key]

    def _number(self, who: Who, level: int) -> int:
        """The number of a kind of patient among those told apart in the stays of a level."""
        numbers = self.numbers[level]
        if who not in numbers:
            numbers[who] = self.number_of[level][self.asked.at_level[level].alike(who)]
        return numbers[who]

    def _course(self, state: State) -> Course:
        """What becomes of all stays that begin in the same way at a level."""
        key = (state.kind, state.level, state.rule if state.kind == "away" else NONE)
        if key not in self.courses:
            t, cell = self.t, self.regime * self.t.levels + state.level
            people = [self.person(who, state.level) for who in self.people[state.level]]
            begun = new_stays(self.nodes, cell, people)
            grid = self._grid(state.level, begun)
            if state.kind == "back":
                begun = self._back(state.level, people, begun, grid)
            elif state.kind == "away":
                begun = self._away(state, cell, people, begun)
            counts = self.asked.at_level[state.level].counts
            told = self.looks.counts.get("relapses", 0)
            counted = max(counts.get("relapses_in_stay", 0), told)
            course = follow(t, Level(cell, counted, told > 0, grid), people, begun)
            self.approximate |= course.approximate
            self.courses[key] = course
        return self.courses[key]

    def _grid(self, level: int, begun: Begun) -> Floats:
        """Remaining days on which the way back to a level is kept."""
        if level not in self.grids:
            longest = float(np.max(begun.planned[begun.weight > 1e-4], initial=1.0))
            self.grids[level] = left_grid(1.2 * longest)
        return self.grids[level]

    def _back(self, level: int, people: list[Person], new: Begun, grid: Floats) -> Begun:
        """Stays that go on with the days that remained."""
        who = np.repeat(np.arange(len(people)), len(grid))
        planned = np.tile(grid, len(people))
        means = np.bincount(new.who, new.weight * new.full) / np.bincount(new.who, new.weight)
        cell = self.t.cells[self.regime * self.t.levels + level]
        if any(
            clock != NONE and self.t.clocks[clock].choice == NONE for clock in (cell.dropout, cell.relapse)
        ):
            self.approximate = True  # the probability is spread over the mean planned stay, not her own
        each = np.arange(len(who))
        return Begun(who, planned, means[who], np.full(len(who), COMPLETED), np.ones(len(who)), each)

    def _away(self, state: State, cell: int, people: list[Person], new: Begun) -> Begun:
        """Temporary stays: of the days the rule gives, unless the level's own ends come first."""
        rule, shortest = self.t.rules[state.rule], self.t.cells[cell].minimum_stay
        parts: list[tuple[Floats, Floats, Floats, Floats]] = []
        for index, person in enumerate(people):
            days, shares = self.nodes(rule.away, state.back_to, person)
            mine = np.flatnonzero(new.who == index)
            if (new.reason[mine] == COMPLETED).all():
                planned, reason, share = np.maximum(days, shortest), np.full(len(days), COMPLETED), shares
            else:
                own, known = np.repeat(new.planned[mine], len(days)), np.tile(days, len(mine))
                why = np.repeat(new.reason[mine], len(days))
                first = (why == COMPLETED) | (known <= own)
                planned = np.where(first, np.maximum(known, shortest), own)
                reason = np.where(first, COMPLETED, why)
                share = np.multiply.outer(new.weight[mine], shares).ravel()
            parts.append((np.full(len(planned), index), planned, reason, share))
        who, planned, reason, share = (np.concatenate(column) for column in zip(*parts, strict=True))
        who, reason = who.astype(np.int64), reason.astype(np.int64)
        return Begun(who, planned, planned, reason, share, who, temporary=True)


def _carried(found: Flows, levels: int) -> list[float]:
    """Mean days of earlier stays of the episode with which patients come to each level."""
    moved, spent, total = np.zeros((levels, levels)), np.zeros(levels), np.zeros(levels)
    for index, state in enumerate(found.states):
        if state.kind != "after":
            total[state.level] += found.per_day[index]
            spent[state.level] += found.per_day[index] * found.days[index]
    for a, b, share in zip(*(column.tolist() for column in found.onward), strict=True):
        one, other = found.states[a], found.states[b]
        if "after" not in (one.kind, other.kind):
            moved[one.level, other.level] += found.per_day[a] * share
    begun = np.maximum(total, 1e-300)
    carried = np.zeros(levels)
    for _ in range(50):
        carried = (carried + spent / begun) @ moved / begun
    return [float(days) for days in carried]
