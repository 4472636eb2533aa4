"""The tracks of levels in the compiled engine: which line a patient stands in, and which seat she holds.

It mirrors the methods of those names in `sim/engines/clinic.py` and `sim/engines/course.py`. Without tracks
every level has one line, of its own number, and nothing is looked up.
"""

from math import nan

from sim.kernel.clinic import draw_of_wait, seen_at
from sim.kernel.patients import Level, Patient
from sim.kernel.recorder import record
from sim.kernel.state import REGIME, State
from sim.rules.tracks import track_of
from sim.tables import NONE
from sim.words import Event, Purpose


def line_of(s: State, patient: Patient) -> int:
    """The number of the level or track in whose line she stands."""
    return int(s.line[patient.row]) if s.has_tracks else patient.wants


def seat_of(s: State, patient: Patient) -> int:
    """The number of the level or track whose place or seat she holds."""
    return int(s.seat[patient.row]) if s.has_tracks and patient.level != NONE else patient.level


def may_take_in(s: State, line: Level) -> bool:
    """Whether a place of the level is free, and a seat of the track, and the doors are open."""
    if s.has_tracks:
        level = s.levels[line.within]
        if not level.open or level.census >= level.capacity:
            return False
    return bool(line.open and line.census < line.capacity)


def may_exchange(s: State, line: Level) -> bool:
    """Whether the doors are open and nobody is too many, so that one may come where another goes."""
    if s.has_tracks:
        level = s.levels[line.within]
        if not level.open or level.census > level.capacity:
            return False
    return bool(line.open and line.census <= line.capacity)


def want(s: State, patient: Patient, level: int, now: float, track: int) -> None:
    """A wait for a level begins: in its only line, or in that of the track she asks for."""
    patient.wants = level
    s.counts[patient.row, s.t.levels + level] += 1
    if not s.has_tracks:
        return
    s.line[patient.row] = level
    tracks = s.t.tracks_of[level]
    if tracks.first == tracks.last:
        return
    if track == NONE:
        u = draw_of_wait(s, patient, Purpose.TRACK)
        track = track_of(s.t, s.count[REGIME], level, seen_at(s, patient, now), u=u)
    s.line[patient.row] = s.t.levels + track
    record(s, now, Event.TRACK, patient, level, NONE, s.t.tracks[track].label, nan, 0)


def fill_place(s: State, patient: Patient, line: int) -> None:
    """Gives her a place of a level, and a seat where the line is that of a track."""
    if not s.has_tracks:
        s.levels[line].census += 1
        return
    s.seat[patient.row] = line
    level = s.levels[line].within
    s.levels[level].census += 1
    if line != level:
        s.levels[line].census += 1


def free_seat(s: State, patient: Patient) -> None:
    """Frees her seat, where she holds one beside her place."""
    seat = s.seat[patient.row]
    if seat != patient.level:
        s.levels[seat].census -= 1
