"""Everything of one replication in the compiled engine, and the places of its counters.

What the rows hold is said in `patients.py`; what is done with them is left to the other files here.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sim.arrivals import Coming
from sim.kernel.heap import Heap
from sim.kernel.patients import Beginner, Due, Level, Patient, Strip
from sim.log import Columns
from sim.rules.conditions import Person
from sim.tables import Moment, Tables

# Places in `State.count`.
REGIME, ROWS, DUE, STRETCH, STRIPS, BLOCKED, GIVING_UP, NEWCOMERS, PATIENTS = range(9)
STATUS, UNORDERED, COUNTS = 9, 10, 11

# Why a run stopped, in `State.count[STATUS]`.
FINE, LOG_FULL, LINE_FULL, PATIENTS_FULL, ENDLESS, TOO_OFTEN = range(6)

Numbers = npt.NDArray[np.int32]


class State(Protocol):
    """Everything of one replication. Arrays do not grow: a run that fills one stops, and begins anew."""

    t: Tables
    c: Coming
    looks: int  # whether any rule or effect looks at a patient
    seen: Sequence[Person]  # one row, filled anew by `seen`
    patients: Sequence[Patient]
    traits: npt.NDArray[np.int32]  # per patient and trait
    stays: npt.NDArray[np.int32]  # per patient and level, so far
    waits: npt.NDArray[np.int32]
    levels: Sequence[Level]
    room: int  # of one row of `lines` or `newcomers`
    lines: npt.NDArray[np.int32]  # per level: numbers of patients, in order
    newcomers: npt.NDArray[np.int32]  # per level
    agenda: Sequence[Due]  # per patient
    first: Numbers  # per stretch of time: the first of the patients due in it; 0 for none
    stretches_per_day: float
    strips: Sequence[Strip]
    coming: Heap  # of strips
    log: Columns  # with room for more rows than are written
    beginners: Sequence[Beginner]
    beginner_traits: npt.NDArray[np.int32]
    referral_traits: npt.NDArray[np.int32]  # per row of `c.referrals`
    moments: Sequence[Moment]
    count: npt.NDArray[np.int64]
    # room for one instant
    settling: Numbers
    giving_up: Numbers
    due: Numbers
    refused: Numbers
    movers: Numbers
    movers_to: Numbers
    firsts: Numbers
    path: Numbers
    ring: Numbers
    # draws
    keys: npt.NDArray[np.uint64]
    at: npt.NDArray[np.uint64]  # the address of the last block
    block: npt.NDArray[np.uint64]
    episode: np.uint64
    end: float
