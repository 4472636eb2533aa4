"""The writing of a log in the compiled engine: rows as they happen."""

from sim.kernel.patients import Patient
from sim.kernel.state import LOG_FULL, ROWS, STATUS, State
from sim.tables import NONE


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
    if row >= len(s.log.time):
        s.count[STATUS] = LOG_FULL
        return
    s.count[ROWS] = row + 1
    log = s.log
    log.time[row], log.value[row] = time, value
    log.patient[row], log.episode[row], log.stay[row] = patient.number, patient.episode, stay
    log.event[row], log.level[row], log.to_level[row], log.reason[row] = event, level, to_level, reason


def record_level(s: State, time: float, event: int, level: int, reason: int, value: float) -> None:
    """Writes a row of a level; `reason` names one of its tracks, a role, or what binds."""
    row = s.count[ROWS]
    if row >= len(s.log.time):
        s.count[STATUS] = LOG_FULL
        return
    s.count[ROWS] = row + 1
    log = s.log
    log.time[row], log.value[row] = time, value
    log.patient[row], log.episode[row], log.stay[row] = 0, 0, 0
    log.event[row], log.level[row], log.to_level[row], log.reason[row] = event, level, NONE, reason
