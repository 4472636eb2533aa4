"""The compiled engine's instants: settle, allocate, give up, on rows of numbers.

It mirrors `sim/engines/reference.py` step by step and name by name (`docs/model.md`, section 2).
"""

from math import nan

import numpy as np

from sim.kernel.acts import act, come
from sim.kernel.agenda import next_time, take_due
from sim.kernel.beginning import resume_stay, resume_wait
from sim.kernel.clinic import cell_of, draw_of_placement, new_patient, schedule, uniform
from sim.kernel.coming import advance, next_strip, open_strips
from sim.kernel.course import divert, drop, go_home, leave_line, start_patience, take_in
from sim.kernel.lines import stir
from sim.kernel.patients import Patient, Strip
from sim.kernel.recorder import record_level
from sim.kernel.sorting import order_rows, sort
from sim.kernel.staff import (
    begin_staff,
    change_staff,
    give_one_by_one,
    next_staff,
    tell_usable,
    usable_by_staff,
)
from sim.kernel.state import (
    BLOCKED,
    ENDLESS,
    FINE,
    GIVING_UP,
    LIMITS,
    NEWCOMERS,
    PATIENTS,
    PATIENTS_FULL,
    REGIME,
    ROWS,
    STATUS,
    STIRRED,
    STRIPS,
    UNORDERED,
    Agenda,
    Numbers,
    State,
)
from sim.kernel.tracks import line_of, may_exchange, may_take_in, seat_of
from sim.rules.placement import trait_value
from sim.tables import NONE, Moment
from sim.words import Event, Phase, Purpose, Reason

ROUNDS_AT_MOST = 10_000
"""As in the reference engine."""


def run(s: State) -> None:
    """Lives through one replication; `s.log` then holds what happened, `s.count` how it ended."""
    begin(s)
    s.count[UNORDERED] = len(s.beginners) > 0
    open_strips(s)
    live(s)


def begin(s: State) -> None:
    """Records how the levels start, and takes over those who are there on day 0."""
    for index in range(len(s.levels)):
        level = s.levels[index]
        record_level(s, 0.0, Event.CAPACITY, level.within, level.label, level.capacity)
        if not level.open:
            record_level(s, 0.0, Event.CLOSE, level.within, level.label, nan)
    if s.staffed:
        begin_staff(s)
    for row in range(len(s.beginners)):
        beginner = s.beginners[row]
        patient = new_patient(s, NONE)
        patient.key0, patient.key1, patient.entry = beginner.key0, beginner.key1, beginner.level
        who = s.people[row]
        who.source, who.key1, who.arrived = NONE, patient.key1, 0.0
        for trait in range(len(s.t.trait_subject)):
            s.traits[row, trait] = s.beginner_traits[row, trait]
        if beginner.waits:
            resume_wait(s, patient, beginner.level, beginner.days, beginner.track)
        else:
            resume_stay(s, patient, beginner.level, beginner.days, beginner.track)
    if s.has_tracks or s.staffed == LIMITS:
        tell_usable(s, 0.0)


def live(s: State) -> None:
    """Lives through every instant until the end."""
    dated = 0
    on_day_0 = s.count[PATIENTS] > 0
    due = next_time(s)
    while s.count[STATUS] == FINE:
        now = due
        if s.count[STRIPS] > 0 and s.coming[0].time < now:
            now = s.coming[0].time
        if dated < len(s.moments) and s.moments[dated].time < now:
            now = s.moments[dated].time
        if s.staffed:
            now = min(now, next_staff(s))
        if on_day_0:
            now, on_day_0 = 0.0, False
        if now >= s.end:
            return
        first_row = s.count[ROWS]
        while dated < len(s.moments) and s.moments[dated].time == now:
            change(s, s.moments[dated], now)
            dated += 1
        if s.staffed:
            change_staff(s, now)
        if due <= now:
            settle(s, now)
        while s.count[STRIPS] > 0 and s.coming[0].time == now:
            number = next_strip(s)
            arrive(s, s.strips[number], now)
            advance(s, number)
        due = finish_instant(s, now)
        order_rows(s, first_row)


def change(s: State, moment: Moment, now: float) -> None:
    """A dated change comes into force, or a door opens or shuts."""
    if moment.regime == NONE:
        at = s.levels[moment.level]
        at.open = moment.opens
        stir(s, s.levels[at.within])
        event = Event.OPEN if moment.opens else Event.CLOSE
        record_level(s, now, event, at.within, at.label, nan)
        return
    s.count[REGIME] = moment.regime
    tracks = len(s.levels) - s.t.levels
    for index in range(len(s.levels)):
        level = s.levels[index]
        capacity = s.t.cells[cell_of(s, level.within)].capacity
        if index >= s.t.levels:
            capacity = s.t.tracks[moment.regime * tracks + index - s.t.levels].seats
        if capacity != level.capacity:
            level.capacity = capacity
            stir(s, s.levels[level.within])
            record_level(s, now, Event.CAPACITY, level.within, level.label, capacity)


def settle(s: State, now: float) -> None:
    """Step 1: everything of patients that is due now. Frees places, gives none."""
    for row in range(take_due(s, now)):
        patient = s.patients[s.settling[row]]
        act(s, patient, now)
        schedule(s, patient, now)


def arrive(s: State, strip: Strip, now: float) -> None:
    """A new patient with her traits asks for her first level."""
    row = s.count[PATIENTS]
    if row >= len(s.people):
        s.count[STATUS] = PATIENTS_FULL
        return
    patient = new_patient(s, strip.source)
    patient.key0 = np.uint64(s.c.source_subject[strip.source])
    if strip.is_rate:
        patient.key1, patient.u_next = strip.first + np.uint64(strip.point), strip.u_first
    else:
        referral = s.c.streams[strip.source].referral + strip.point
        patient.key1 = np.uint64(s.c.referrals[referral].key1)
        patient.entry, patient.u_next = s.c.referrals[referral].enters, draw_of_placement(s, patient)
        for trait in range(len(s.t.trait_subject)):
            s.traits[row, trait] = s.referral_traits[referral, trait]
    who = s.people[row]
    who.source, who.key1, who.arrived = strip.source, patient.key1, now
    for trait in range(len(s.t.trait_subject)):
        subject = np.uint64(s.t.trait_subject[trait])
        s.u[trait] = uniform(s, patient.key0, patient.key1, subject, Purpose.TRAIT, 0, 0)
    for trait in range(len(s.t.trait_subject)):
        if s.traits[row, trait] == NONE:
            s.traits[row, trait] = trait_value(s.t, patient.source, trait, u=s.u[trait])
    come(s, patient, now)
    schedule(s, patient, now)


def finish_instant(s: State, now: float) -> float:
    """Steps 2 and 3, and the whole again as long as anything is due now; when somebody is due next."""
    due = now
    for _ in range(ROUNDS_AT_MOST):
        allocate(s, now)
        changed = give_up(s, now)
        due = next_time(s)
        if (not changed and due > now) or s.count[STATUS] != FINE:
            break
        settle(s, now)
    else:
        s.count[STATUS] = ENDLESS
        record_level(s, now, Event.CAPACITY, NONE, Reason.NONE, nan)  # says when; no log is made
    if s.count[NEWCOMERS] > 0:
        s.count[NEWCOMERS] = index = 0
        while index < len(s.levels):
            s.levels[index].newcomers = s.levels[index].impatient = 0
            index += 1
    if s.has_tracks or s.staffed == LIMITS:
        tell_usable(s, now)
    return due


def allocate(s: State, now: float) -> None:
    """Step 2: free places to the heads of the lines until nothing moves, then a ring, and again.

    Where nobody joined and no place fell free since the last look, nobody moves, and it need not look.
    """
    while True:
        if s.staffed == LIMITS:
            give_one_by_one(s, now)
        while s.count[STIRRED] > 0:
            index = 0
            while index < s.t.levels:
                level = s.levels[index]
                if level.stirred:
                    level.stirred = False
                    s.count[STIRRED] -= 1
                    line = level.first_line
                    while line < level.last_line:
                        serve(s, line, now)
                        line += 1
                index += 1
        size = ring(s)
        if size == 0:
            return
        for step in range(size):
            take_in(s, s.patients[s.ring[step]], now)


def serve(s: State, index: int, now: float) -> None:
    """Takes in from the head of a line as long as there is a place, and a seat, for her."""
    line = s.levels[index]
    while line.head < line.tail and may_take_in(s, line):
        take_in(s, s.patients[s.lines[index, line.head]], now)


def ring(s: State) -> int:
    """Finds blocked patients who can exchange places in a circle; how many, their rows in `s.ring`."""
    kept = 0
    if s.count[BLOCKED] == 0:
        return 0
    for index in range(len(s.levels)):
        level = s.levels[index]
        level.kept = level.blocked > 0 and may_exchange(s, level)
        if level.kept and s.staffed == LIMITS:
            within = s.levels[level.within]
            served, _ = usable_by_staff(s, within, within.capacity)
            level.kept = within.census <= served
        if level.kept:
            kept += 1
    while kept > 0:
        struck = 0
        for index in range(len(s.levels)):
            if s.levels[index].kept:
                s.firsts[index] = first_holder(s, index)
        for index in range(len(s.levels)):
            if s.levels[index].kept and s.firsts[index] == NONE:
                s.levels[index].kept = False
                struck += 1
        kept -= struck
        if struck == 0:
            break
    if kept == 0:
        return 0
    index = first_kept(s)
    size = 0
    while True:
        for step in range(size):
            if s.path[step] == index:  # the circle closes here
                for at in range(step, size):
                    s.ring[at - step] = s.firsts[s.path[at]]
                return size - step
        s.path[size] = index
        size += 1
        index = seat_of(s, s.patients[s.firsts[index]])


def first_kept(s: State) -> int:
    """The number of the first line that may be part of a circle, in level order, then track order."""
    for index in range(s.t.levels):
        for line in range(s.levels[index].first_line, s.levels[index].last_line):
            if s.levels[line].kept:
                return line
    return NONE


def first_holder(s: State, index: int) -> int:
    """The row of the first in the line who holds a place (or a seat) in one of those kept; −1 if none."""
    level = s.levels[index]
    for at in range(level.head, level.tail):
        row = int(s.lines[index, at])
        holds = seat_of(s, s.patients[row])
        if holds != NONE and s.levels[holds].kept:
            return row
    return NONE


def give_up(s: State, now: float) -> bool:
    """Step 3, once: patience and holds that end, diverts, limits. Whether anything changed."""
    if s.count[NEWCOMERS] > 0:
        start_patience_of_newcomers(s, now)
    size = s.count[GIVING_UP]
    if size == 0 and s.count[NEWCOMERS] == 0:
        return False
    s.count[GIVING_UP] = 0
    for row in range(size):
        s.due[row] = s.giving_up[row]
        s.patients[s.due[row]].gives_up = False
    sort(s.agenda, s.due, size)
    changed = False
    movers = index = 0
    while index < len(s.levels):
        if size > 0 or s.levels[index].newcomers > 0:
            here, movers = give_up_at(s, index, size, movers, now)
            changed = changed or here
        index += 1
    for row in range(movers):
        divert(s, s.patients[s.movers[row]], s.movers_to[row], now)
        changed = True
    return changed


def give_up_at(s: State, index: int, size: int, movers: int, now: float) -> tuple[bool, int]:
    """What so many of `s.due` give up in one line; whether anything changed, and how many move on so far."""
    changed = False
    for row in range(size):
        patient = s.patients[s.due[row]]
        if waits_in(s, patient, index) and patient.patience_due <= now:
            drop(s, patient, Event.RENEGE, Reason.RENEGED, now)
            changed = True
    for row in range(size):
        patient = s.patients[s.due[row]]
        if waits_in(s, patient, index) and patient.hold_due <= now and patient.level != NONE:
            go_home(s, patient, now)
            changed = True
    for row in range(size):
        patient = s.patients[s.due[row]]
        if waits_in(s, patient, index) and patient.divert_due <= now:
            leave_line(s, patient)
            s.movers[movers], s.movers_to[movers] = patient.row, patient.divert_to
            movers += 1
    refused, movers = trim(s, index, movers, now)
    return changed or refused, movers


def start_patience_of_newcomers(s: State, now: float) -> None:
    """Draws how long those will wait who joined at this instant and were given no place."""
    index = 0
    while index < len(s.levels):
        level = s.levels[index]
        while level.impatient < level.newcomers:
            patient = s.patients[s.newcomers[index, level.impatient]]
            if is_new(s, patient, index, now):
                start_patience(s, patient, now)
                schedule(s, patient, now)
            level.impatient += 1
        index += 1


def waits_in(s: State, patient: Patient, index: int) -> bool:
    """Whether she stands in the line of this number."""
    return bool(patient.phase == Phase.WAITING and line_of(s, patient) == index)


def is_new(s: State, patient: Patient, index: int, now: float) -> bool:
    """Whether she joined a line from outside at this instant, and still stands in it."""
    return waits_in(s, patient, index) and not patient.transfer and patient.joined == now


def trim(s: State, index: int, movers: int, now: float) -> tuple[bool, int]:
    """Refuses newcomers from outside, the last first, while the line is over its limit."""
    level = s.levels[index]
    cell = s.t.cells[cell_of(s, level.within)]
    excess = level.outside - cell.limit
    if excess <= 0 or level.newcomers == 0:
        return False, movers
    waiting = 0
    for row in range(level.newcomers):
        patient = s.patients[s.newcomers[index, row]]
        if is_new(s, patient, index, now):
            s.refused[waiting] = patient.row
            waiting += 1
    waiting = sorted_once(s.agenda, s.refused, waiting)
    refused = int(min(excess, float(waiting)))
    for row in range(waiting - 1, waiting - 1 - refused, -1):
        patient = s.patients[s.refused[row]]
        if cell.divert_over_limit and not patient.diverted:
            leave_line(s, patient)
            s.movers[movers], s.movers_to[movers] = patient.row, cell.divert_to
            movers += 1
        else:
            drop(s, patient, Event.TURN_AWAY, Reason.TURNED_AWAY, now)
    return refused > 0, movers


def sorted_once(agenda: Agenda, rows: Numbers, size: int) -> int:
    """Sorts the first so many rows by their patients' numbers and drops repetitions; how many are left."""
    sort(agenda, rows, size)
    left = 0
    for at in range(size):
        if at == 0 or rows[at] != rows[at - 1]:
            rows[left] = rows[at]
            left += 1
    return left
