"""The lines of the levels and tracks in the compiled engine: who stands where, as in the reference engine.

A line stands in order in one row of `State.lines`, from its head to its tail, and walks along it.
"""

from sim.compiler.native import fetch
from sim.kernel.patients import Level, Patient
from sim.kernel.state import BLOCKED, LINE_FULL, STATUS, STIRRED, State
from sim.tables import NONE


def join_line(s: State, level: Level, patient: Patient) -> None:
    """Puts her in the line at her turn."""
    index = level.index
    if level.tail == s.room:  # the line has walked to the end of its row: back to the start
        size = level.tail - level.head
        if 2 * size > s.room:
            s.count[STATUS] = LINE_FULL
            return
        for step in range(size):
            s.lines[index, step] = s.lines[index, level.head + step]
        level.head, level.tail = 0, size
    at = level.tail
    if at > level.head and not is_before(s.patients[s.lines[index, at - 1]], patient):
        at = place_in_line(s, level, patient)
    for step in range(level.tail, at, -1):
        s.lines[index, step] = s.lines[index, step - 1]
    s.lines[index, at] = patient.row
    level.tail += 1
    stir(s, s.levels[level.within])
    if patient.level != NONE:
        level.blocked += 1
        s.count[BLOCKED] += 1
    if not patient.transfer:
        level.outside += 1


def stir(s: State, level: Level) -> None:
    """Says that the level is to be looked at when places are given."""
    if not level.stirred:
        level.stirred = True
        s.count[STIRRED] += 1


def part_from_line(s: State, level: Level, patient: Patient) -> None:
    """Takes her out of the line."""
    index = level.index
    if s.lines[index, level.head] == patient.row:
        level.head += 1
        if level.head < level.tail:
            fetch(s.patients, s.lines[index, level.head])
    else:
        at = place_in_line(s, level, patient)
        level.tail -= 1
        for step in range(at, level.tail):
            s.lines[index, step] = s.lines[index, step + 1]
    if patient.level != NONE:
        level.blocked -= 1
        s.count[BLOCKED] -= 1
    if not patient.transfer:
        level.outside -= 1


def place_in_line(s: State, level: Level, patient: Patient) -> int:
    """Where in the line she stands, or would."""
    index = level.index
    low, high = level.head, level.tail
    while low < high:
        middle = (low + high) >> 1
        if is_before(s.patients[s.lines[index, middle]], patient):
            low = middle + 1
        else:
            high = middle
    return low


def is_before(other: Patient, patient: Patient) -> bool:
    """Whether another stands before a patient by her turn."""
    if other.rank != patient.rank:
        return other.rank < patient.rank
    if other.priority != patient.priority:
        return other.priority < patient.priority
    if other.joined != patient.joined:
        return other.joined < patient.joined
    return other.number < patient.number
