"""The writing of a log in the compiled engine: rows as they happen."""

from sim.kernel.patients import Patient
from sim.kernel.state import LOG_FULL, ROWS, STATUS, State
from sim.tables import NONE
from sim.words import Reason


def record(
    s: State,
    time: float,
    event: int,
    patient: Patient,
    level: int,
    to_level: int,
    reason: int,
    value: float,
    stay: int,
) -> None:
    """Writes a row of a patient; `stay` is 0 for events of the wait and after discharge."""
    row = s.count[ROWS]
    if row >= len(s.log):
        s.count[STATUS] = LOG_FULL
        return
    s.count[ROWS] = row + 1
    line = s.log[row]
    line.time, line.value = time, value
    line.patient, line.episode, line.stay = patient.number, patient.episode, stay
    line.event, line.level, line.to_level, line.reason = event, level, to_level, reason


def record_level(s: State, time: float, event: int, level: int, value: float) -> None:
    """Writes a row of a level."""
    row = s.count[ROWS]
    if row >= len(s.log):
        s.count[STATUS] = LOG_FULL
        return
    s.count[ROWS] = row + 1
    line = s.log[row]
    line.time, line.value = time, value
    line.patient, line.episode, line.stay = 0, 0, 0
    line.event, line.level, line.to_level, line.reason = event, level, NONE, Reason.NONE
