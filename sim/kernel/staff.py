"""Who of the staff is present in the compiled engine, and what places, seats and staff make usable.

It mirrors `sim/engines/staffing.py` and `usable` of `sim/engines/clinic.py`. What comes and goes is looked at
only where a role has a roster, what staff can serve only where needs limit (`State.staffed`).
"""

from math import inf

from sim.kernel.course import take_in
from sim.kernel.patients import Level
from sim.kernel.recorder import record_level
from sim.kernel.state import COME, LIMITS, STIRRED, State
from sim.kernel.tracks import may_take_in
from sim.rules.staff import fits, usable
from sim.tables import NONE
from sim.words import PLACE, SEAT, Event


def next_staff(s: State) -> float:
    """When the number of those present changes next; infinite when never."""
    come = s.count[COME]
    return s.staff[come].time if come < len(s.staff) else inf


def begin_staff(s: State) -> None:
    """Those who are there at the start."""
    for role in range(len(s.present)):
        s.present[role] = 0.0
    change_staff(s, 0.0)


def change_staff(s: State, now: float) -> None:
    """Those who come and go now."""
    while next_staff(s) <= now:
        change = s.staff[s.count[COME]]
        s.count[COME] += 1
        s.present[change.role] = change.fte
        record_level(s, now, Event.STAFF, NONE, s.t.role_label[change.role], change.fte)


def usable_by_staff(s: State, level: Level, at_most: float) -> tuple[float, int]:
    """How many the level may hold, as long as all others stay as they are, and the role that binds; or −1."""
    if s.staffed == LIMITS and s.t.limited[level.index]:
        return usable(s.t, s.levels, s.present, level.index, at_most)
    return at_most, NONE


def tell_usable(s: State, now: float) -> None:
    """Records the usable capacity of the levels with tracks, or limited by staff, where it is new."""
    for index in range(s.t.levels):
        level = s.levels[index]
        if level.first_line == index and not s.t.limited[index]:
            continue
        seats = 0.0
        for line in range(level.first_line, level.last_line):
            seats += s.levels[line].capacity
        most, binds = level.capacity, s.t.reasons + PLACE
        if seats < most:
            most, binds = seats, s.t.reasons + SEAT
        served, role = usable_by_staff(s, level, most)
        if role != NONE:
            most, binds = served, s.t.role_label[role]
        if most != level.usable or binds != level.binds:
            level.usable, level.binds = most, binds
            record_level(s, now, Event.USABLE, index, binds, most)


def give_one_by_one(s: State, now: float) -> None:
    """Places one at a time, each of the first line in order whose head may be taken in and can be served."""
    index = 0
    while index < s.t.levels:
        level = s.levels[index]
        index += 1
        if serve_one(s, level, now):
            index = 0
    for index in range(s.t.levels):
        s.levels[index].stirred = False
    s.count[STIRRED] = 0


def serve_one(s: State, level: Level, now: float) -> bool:
    """Takes in the head of the first line of a level where that can be; whether there was one."""
    for index in range(level.first_line, level.last_line):
        line = s.levels[index]
        if line.head < line.tail and may_take_in(s, line):
            patient = s.patients[s.lines[index, line.head]]
            if fits(s.t, s.levels, s.present, level.index, patient.level):
                take_in(s, patient, now)
                return True
    return False
