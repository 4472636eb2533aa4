"""Where the stays of a level go when one thing happens to them: out by the rules, or on in another situation.

A situation is a number of relapses so far and the days by which the planned end was moved. Stays are followed
as rows, one for each situation, so where they go is kept as matrices over rows. What happens to them, and
when, is left to `sim/flows/stays.py`; what rules say to `sim/flows/decisions.py`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.flows.decisions import Decision, Decisions, Moment
from sim.flows.lengths import Floats, Integers
from sim.rules.conditions import Person
from sim.tables import DISCHARGE, EXTEND, NONE, STAY, Tables
from sim.words import Reason

GOES_ON = (STAY, EXTEND)
"""Where a relapse or a review leads that does not end the stay."""

BACK = -4
"""Where the end of a temporary stay leads: back to where she came from."""

RELAPSE, REVIEW, DIED = int(Reason.RELAPSE), int(Reason.REVIEW), int(Reason.DIED)

ROOM = 16
"""So many situations have room at first."""


class Level(NamedTuple):
    """Where the stays are, and how finely they are followed."""

    cell: int
    relapses_counted: int  # relapses in a stay are told apart up to this number
    relapses_told: bool  # whether it matters after the stay how many there were
    left_grid: Floats  # remaining days on which the way back is kept, rising from 0


class Slot(NamedTuple):
    """What is told apart among stays that leave: the moment, and whether a temporary one goes back."""

    moment: Moment
    back: bool = False


class Fate:
    """What becomes of stays when one thing happens; a situation is added when it is first asked for."""

    def __init__(self) -> None:
        self.known: set[int] = set()  # situations
        self.slots: list[int] = []
        self.place: slice | list[int] = slice(0)  # the slots, as an index
        self.into = np.zeros((0, ROOM))  # [place among the slots, situation]: 1 where what leaves is added up
        self.left: dict[int, int] = {}  # situation → slot, where the days that were left are wanted
        self.going: dict[int, list[tuple[int, Floats]]] = {}  # situations after, with shares by person
        self.to: dict[bytes, tuple[Floats, Floats | None]] = {}
        """The same as matrices [situation after, situation before], one for each factor by person."""

    def make_room(self, situations: int) -> None:
        """Room in the matrices for so many situations."""
        more = situations - self.into.shape[1]
        if more > 0:
            more = max(more, self.into.shape[1])
            self.into = np.pad(self.into, ((0, 0), (0, more)))
            self.to = {name: (np.pad(to, (0, more)), share) for name, (to, share) in self.to.items()}

    def put(self, situation: int, slot: int) -> None:
        """Adds a situation: what leaves it is added up in a slot."""
        self.known.add(situation)
        if slot not in self.slots:
            self.slots.append(slot)
            first, last = self.slots[0], slot + 1
            in_a_row = self.slots == list(range(first, last))
            self.place = slice(first, last) if in_a_row else self.slots
            self.into = np.vstack([self.into, np.zeros(self.into.shape[1])])
        self.into[self.slots.index(slot), situation] = 1.0

    def lead(self, situation: int, to: int, share: Floats) -> None:
        """Lets a share, by person, of those in a situation go on in another."""
        self.going.setdefault(situation, []).append((to, share))
        alike = bool((share == share[0]).all())
        name = b"" if alike else share.tobytes()
        if name not in self.to:
            room = self.into.shape[1]
            self.to[name] = np.zeros((room, room)), None if alike else share
        self.to[name][0][to, situation] += float(share[0]) if alike else 1.0


class Fates:
    """What becomes of the stays of a level after every cause, and the situations in which they can be."""

    def __init__(self, t: Tables, level: Level, people: Sequence[Person], *, temporary: bool) -> None:
        self.t, self.level, self.temporary = t, level, temporary
        self.decisions = Decisions(t, level.cell, people)
        self.relapses, self.moved = [0], [0.0]  # by situation
        self.slots: list[Slot] = []
        self._situations = {(0, 0.0): 0}
        self._numbers: dict[Slot, int] = {}
        self._known: dict[Slot, Fate] = {}  # the moment without relapses

    def closely(self, cause: int) -> bool:
        """Whether it matters for a cause when exactly, or how long before the planned end, a stay ends."""
        rules = self.decisions.rules(cause)
        return cause != DIED and (
            any(rule.away != NONE for rule in rules) or len(self.decisions.borders(cause)) > 0
        )

    def told(self, cause: int) -> bool:
        """Whether it matters for a cause how many relapses there were."""
        return cause != DIED and (self.level.relapses_told or self.decisions.count_relapses(cause))

    def new_slot(self, slot: Slot) -> int:
        """One more slot."""
        self.slots.append(slot)
        return len(self.slots) - 1

    def at(self, slot: Slot, rows: Integers, ages: Floats | None) -> Fate:
        """What becomes of stays in these situations; the ages of each, where rules look at them."""
        if slot not in self._known:
            self._known[slot] = Fate()
        fate = self._known[slot]
        fate.make_room(len(self.moved))
        situations = rows.tolist()
        if not fate.known.issuperset(situations):
            for index, situation in enumerate(situations):
                if situation not in fate.known:
                    self._learn(fate, slot, situation, 0.0 if ages is None else float(ages[index]))
        return fate

    def decide(self, slot: Slot, age: float) -> list[Decision]:
        """The decisions of rules, or of nature."""
        everybody = np.ones(len(self.decisions.people))
        if slot.back:
            return [Decision(NONE, BACK, everybody)]
        if slot.moment.cause == DIED:
            return [Decision(NONE, DISCHARGE, everybody)]
        return self.decisions.at(slot.moment, age)

    def comes_back(self, one: Decision) -> bool:
        """Whether it leads to a temporary stay and then back here, for the days that are left."""
        if one.to < 0 or one.rule == NONE or self.temporary:
            return False
        rule = self.t.rules[one.rule]
        return rule.away != NONE and not rule.anew

    def _learn(self, fate: Fate, slot: Slot, situation: int, age: float) -> None:
        """Finds out what becomes of stays in a situation."""
        cause, relapses, moved = slot.moment.cause, self.relapses[situation], self.moved[situation]
        if cause == RELAPSE:
            relapses = min(relapses + 1, self.level.relapses_counted)
        slot = slot._replace(moment=slot.moment._replace(relapses=relapses if self.told(cause) else 0))
        if slot not in self._numbers:
            self._numbers[slot] = self.new_slot(slot)
        fate.put(situation, self._numbers[slot])
        for one in self.decide(slot, age):
            if one.to in GOES_ON:
                later = 0.0 if cause == REVIEW and one.to == STAY else self.t.rules[one.rule].extend_by
                to = self._situation(relapses, moved + later)
                fate.make_room(len(self.moved))
                fate.lead(situation, to, one.share)
            elif self.comes_back(one):
                fate.left[situation] = self._numbers[slot]

    def _situation(self, relapses: int, moved: float) -> int:
        """The row of a situation."""
        if (relapses, moved) not in self._situations:
            self._situations[relapses, moved] = len(self.moved)
            self.relapses.append(relapses)
            self.moved.append(moved)
        return self._situations[relapses, moved]
