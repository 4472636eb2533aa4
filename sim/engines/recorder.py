"""The writing of a log: rows as they happen, sorted into the canonical order at the end."""

from math import nan
from struct import Struct

import numpy as np

from sim.arrivals import Arrival, Labels
from sim.engines import growth
from sim.engines.patients import Patient
from sim.log import Columns, Log
from sim.start import Beginner
from sim.tables import NONE, Plan
from sim.words import Event, Reason


class Recorder:
    """Collects the rows of one replication, packed as the log will hold them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rows = bytearray()
        self.look_at = growth.FIRST_LOOK * _ROW.itemsize

    def patient(
        self,
        time: float,
        event: Event,
        patient: Patient,
        level: int,
        *,
        to_level: int = NONE,
        reason: int = Reason.NONE,
        value: float = nan,
    ) -> None:
        """Writes a row of a patient. Events of the wait and after discharge belong to no stay."""
        stay = patient.stay if event in _OF_A_STAY else 0
        self.rows += _packed(
            time, patient.number, patient.episode, stay, event, level, to_level, reason, value
        )
        if len(self.rows) >= self.look_at:
            self.look()

    def level(
        self, time: float, event: Event, level: int, *, reason: int = Reason.NONE, value: float = nan
    ) -> None:
        """Writes a row of a level; `reason` names one of its tracks, a role, or what binds."""
        self.rows += _packed(time, 0, 0, 0, event, level, NONE, reason, value)
        if len(self.rows) >= self.look_at:
            self.look()

    def look(self) -> None:
        """Raises `SimError` if the log will not come to an end; looks again when it has twice the rows."""
        self.look_at *= 2
        rows = np.frombuffer(self.rows, dtype=_ROW)
        growth.check(self.plan, time=rows["time"], patient=rows["patient"], level=rows["level"])
        growth.check_memory(self.plan, time=rows["time"], level=rows["level"])

    def log(
        self,
        beginners: list[Beginner],
        arrivals: list[Arrival],
        patients: list[Patient],
        *,
        replication: int,
    ) -> Log:
        """The log of these rows, in the order (time, patient, sequence)."""
        plan = self.plan
        rows = np.frombuffer(self.rows, dtype=_ROW)
        rows = rows[np.lexsort((rows["patient"], rows["time"]))]
        sources = [arrival.source for arrival in arrivals]
        return Log(
            replication=replication,
            start=plan.start,
            window_start=plan.window_start,
            window_end=plan.window_end,
            end=plan.end,
            levels=plan.level_names,
            sources=plan.source_names,
            traits=plan.trait_names,
            trait_values=plan.trait_values,
            reasons=plan.reason_names,
            follows_use=plan.follows_use,
            follows_care=plan.follows_care,
            columns=Columns._make(np.ascontiguousarray(rows[name]) for name in Columns._fields),
            patient_key=Labels(
                plan.coming,
                [beginner.label for beginner in beginners],
                sources,
                [arrival.key[1] for arrival in arrivals],
            ),
            patient_source=np.array([NONE] * len(beginners) + sources, dtype=np.int64),
            patient_arrived=np.array(
                [0.0] * len(beginners) + [arrival.time for arrival in arrivals], dtype=np.float64
            ),
            labels=plan.labels,
            patient_traits=np.array([p.traits for p in patients], dtype=np.int64).reshape(
                len(patients), len(plan.trait_names)
            ),
        )


_OF_A_STAY = frozenset(
    {
        Event.ADMIT,
        Event.RELAPSE,
        Event.REVIEW,
        Event.EXTEND,
        Event.AUTHORISE,
        Event.READY,
        Event.GO_HOME,
        Event.LEAVE,
    }
)

_ROW = np.dtype([(name, np.float64 if name in ("time", "value") else np.int64) for name in Columns._fields])

_packed = Struct("=" + "".join("d" if _ROW[name].kind == "f" else "q" for name in Columns._fields)).pack
"""The bytes of such a row."""
