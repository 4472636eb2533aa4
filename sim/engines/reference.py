"""The reference engine, on SimPy: the statement of the model.

It answers what happens, and when; every choice is a rule of `sim/rules/`, every draw an address of
`sim/draws.py`. SimPy only wakes the engine: due times are computed once, carried on the agenda, and taken
from it, so that what is due at one time is handled at one instant. At each instant: settle, allocate, give up
(`docs/model.md`, section 2).
"""

from collections.abc import Generator, Sequence
from typing import Any

import simpy

from sim.arrivals import Arrival, arrivals
from sim.draws import Draws
from sim.engines.acts import Acts
from sim.engines.beginning import resume_stay, resume_wait
from sim.engines.patients import WAITING, Level, Patient
from sim.engines.recorder import Recorder
from sim.errors import SimError
from sim.log import Log
from sim.rules import placement
from sim.staff import Presence
from sim.start import Beginner
from sim.tables import NONE, Plan
from sim.words import Event, Purpose, Reason

ROUNDS_AT_MOST = 10_000
"""Rounds at one instant after which patients are taken to move without end."""


def simulate(
    plan: Plan, beginners: list[Beginner], staff: Sequence[Presence] = (), *, replication: int
) -> Log:
    """The log of one replication; `beginners` are in care or waiting on day 0, `staff` come and go.

    Raises `SimError` when patients move in a loop of no duration, or the log grows without end.
    """
    coming = list(arrivals(plan.coming, seed=plan.seed, replication=replication, end=plan.end))
    recorder = Recorder(plan)
    house = House(plan, Draws(plan.seed, replication), recorder, staff)
    house.begin(beginners)
    environment = simpy.Environment()
    environment.process(house.live(environment, coming))
    environment.run()
    return recorder.log(beginners, coming, house.patients, replication=replication)


class House(Acts):
    """All levels and patients of one replication, and the agenda of what is due."""

    def begin(self, beginners: list[Beginner]) -> None:
        """Records how the levels start, and takes over those who are there on day 0."""
        for level in self.levels:
            self.record.level(0.0, Event.CAPACITY, level.within, reason=level.label, value=level.capacity)
            if not level.open:
                self.record.level(0.0, Event.CLOSE, level.within, reason=level.label)
        self.staff.change(0.0)
        for beginner in beginners:
            patient = Patient(
                len(self.patients) + 1, beginner.key, NONE, beginner.traits, entry=beginner.level
            )
            self.patients.append(patient)
            if beginner.waits:
                resume_wait(self, patient, beginner.level, days=beginner.days, track=beginner.track)
            else:
                level = self.levels[beginner.level]
                resume_stay(self, patient, level, days=beginner.days, track=beginner.track)
        self.tell_usable(0.0)

    def live(
        self, environment: simpy.Environment, patients: list[Arrival]
    ) -> Generator[simpy.Event, Any, None]:
        """The SimPy process: sleeps until the next instant, and lives through it."""
        coming, dated = iter(patients), iter(self.plan.moments)
        arrival, moment = next(coming, None), next(dated, None)
        on_day_0 = bool(self.patients)
        while True:
            now = min(self.next_time(), self.staff.next_time())
            if arrival is not None and arrival.time < now:
                now = arrival.time
            if moment is not None and moment.time < now:
                now = moment.time
            if on_day_0:  # free places meet those who wait on day 0
                now, on_day_0 = 0.0, False
            if now >= self.plan.end:
                return
            yield environment.timeout(max(0.0, now - environment.now))
            while moment is not None and moment.time == now:
                self.change(moment.regime, moment.level, opens=moment.opens, now=now)
                moment = next(dated, None)
            self.staff.change(now)
            self.settle(now)
            while arrival is not None and arrival.time == now:
                self.arrive(arrival, now)
                arrival = next(coming, None)
            self.finish_instant(now)

    def change(self, regime: int, index: int, *, opens: bool, now: float) -> None:
        """A dated change comes into force, or a door opens or shuts."""
        if regime == NONE:
            level = self.levels[index]
            level.open = opens
            event = Event.OPEN if opens else Event.CLOSE
            self.record.level(now, event, level.within, reason=level.label)
            return
        self.regime = regime
        tracks = len(self.levels) - self.t.levels
        for level in self.levels:
            cell = self.t.cells[self.cell(level.within)]
            level.limit = cell.limit
            capacity = cell.capacity
            if level.index >= self.t.levels:
                capacity = self.t.tracks[regime * tracks + level.index - self.t.levels].seats
            if level.capacity != capacity:
                level.capacity = capacity
                self.record.level(now, Event.CAPACITY, level.within, reason=level.label, value=capacity)

    def settle(self, now: float) -> None:
        """Step 1: everything of patients that is due now. Frees places, gives none."""
        for patient in self.take_due(now):
            self.act(patient, now)
            self.schedule(patient, now)

    def arrive(self, arrival: Arrival, now: float) -> None:
        """A new patient with her traits asks for her first level."""
        t, (key0, key1) = self.t, arrival.key
        traits = list(arrival.traits) or [NONE] * len(t.trait_subject)
        for trait, given in enumerate(traits):
            if given == NONE:
                u = self.draws.uniform(key0, key1, t.trait_subject[trait], Purpose.TRAIT, 0, 0)
                traits[trait] = placement.trait_value(t, arrival.source, trait, u=u)
        patient = Patient(
            len(self.patients) + 1, arrival.key, arrival.source, tuple(traits), entry=arrival.enters
        )
        self.patients.append(patient)
        self.come(patient, now)
        self.schedule(patient, now)

    def finish_instant(self, now: float) -> None:
        """Steps 2 and 3, and the whole again as long as anything is due at the same time."""
        for _ in range(ROUNDS_AT_MOST):
            self.allocate(now)
            changed = self.give_up(now)
            if not changed and self.next_time() > now:
                break
            self.settle(now)
        else:
            names = ", ".join(self.plan.level_names[level.within] for level in self.levels if level.line)
            raise SimError(
                f"day {now:g}: patients move without end at one instant (levels: {names or 'all'}); "
                "want a rule, a stay or a clock that takes time"
            )
        self.newcomers.clear()
        self.impatient = 0
        self.tell_usable(now)

    def allocate(self, now: float) -> None:
        """Step 2: free places to the heads of the lines until nothing moves, then a ring, and again."""
        while True:
            while self.give_places(now):
                pass
            ring = self.ring()
            if not ring:
                return
            for patient in ring:
                self.take_in(patient, now)

    def give_places(self, now: float) -> bool:
        """All free places, line by line; whether there were any. Where staff limit, only the first."""
        moved = False
        for line in self.lines():
            while line.line and self.may_take_in(line):
                self.take_in(line.line[0][1], now)
                moved = True
                if self.staff.limits:
                    return True
        return moved

    def ring(self) -> list[Patient]:
        """Blocked patients who can exchange places in a circle; empty when there is none."""
        kept = {line.index: line for line in self.lines() if line.blocked and self.may_exchange(line)}
        while kept:
            firsts = {index: _first_holder(level, kept) for index, level in kept.items()}
            struck = [index for index, patient in firsts.items() if patient is None]
            if not struck:
                break
            for index in struck:
                del kept[index]
        if not kept:
            return []
        path: list[int] = []
        index = next(iter(kept))
        while index not in path:
            path.append(index)
            holder = firsts[index]
            assert holder is not None
            index = holder.seat
        return [holder for at in path[path.index(index) :] if (holder := firsts[at]) is not None]

    def give_up(self, now: float) -> bool:
        """Step 3, once: patience and holds that end, diverts, limits. Whether anything changed."""
        self.start_patience_of_newcomers(now)
        crowded = [line for line in self.levels if line.outside > line.limit]
        if not self.giving_up and not (crowded and self.newcomers):
            return False
        due = sorted(self.giving_up, key=_number)
        self.giving_up.clear()
        changed = False
        movers: list[tuple[Patient, int]] = []
        for line in self.lines():
            here = [p for p in due if p.phase == WAITING and p.line == line.index]
            for patient in [p for p in here if p.patience_due <= now]:
                self.drop(patient, Event.RENEGE, Reason.RENEGED, now)
                changed = True
            for patient in [p for p in here if p.hold_due <= now and p.level != NONE]:
                self.go_home(patient, now)
                changed = True
            for patient in [p for p in here if p.divert_due <= now and p.phase == WAITING]:
                self.leave_line(patient)
                movers.append((patient, patient.divert_to))
            if self.trim(line, movers, now):
                changed = True
        for patient, to in movers:
            self.divert(patient, to, now)
            changed = True
        return changed

    def start_patience_of_newcomers(self, now: float) -> None:
        """Draws how long those will wait who joined at this instant and were given no place."""
        for patient in self.newcomers[self.impatient :]:
            if _is_new(patient):
                self.start_patience(patient, now)
                self.schedule(patient, now)
        self.impatient = len(self.newcomers)

    def trim(self, line: Level, movers: list[tuple[Patient, int]], now: float) -> bool:
        """Refuses newcomers from outside, the last first, while the line is over its limit."""
        if line.outside <= line.limit:
            return False
        cell = self.t.cells[self.cell(line.within)]
        waiting = {p for p in self.newcomers if _is_new(p) and p.line == line.index}
        excess = int(min(line.outside - line.limit, len(waiting)))
        refused = sorted(waiting, key=_number, reverse=True)[:excess]
        for patient in refused:
            if cell.divert_over_limit and not patient.diverted:
                self.leave_line(patient)
                movers.append((patient, cell.divert_to))
            else:
                self.drop(patient, Event.TURN_AWAY, Reason.TURNED_AWAY, now)
        return bool(refused)


def _is_new(patient: Patient) -> bool:
    """Whether one who joined a line from outside at this instant still stands in it."""
    return patient.phase == WAITING and not patient.transfer


def _first_holder(level: Level, kept: dict[int, Level]) -> Patient | None:
    """The first in the line who holds a place (or a seat) in one of those kept."""
    return next((patient for _, patient in level.line if patient.seat in kept), None)


def _number(patient: Patient) -> int:
    return patient.number
