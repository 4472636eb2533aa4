"""Everything of one replication in the compiled engine, and the places of its counters.

What the rows hold is said in `patients.py`; what is done with them is left to the other files here.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sim.arrivals import Coming
from sim.kernel.heap import Heap
from sim.kernel.patients import Beginner, Change, Due, Level, Patient, Strip, Who
from sim.log import Columns
from sim.rules.conditions import Person
from sim.tables import Moment, Tables

# Places in `State.count`.
REGIME, ROWS, DUE, STRETCH, STRIPS, BLOCKED, GIVING_UP, NEWCOMERS, PATIENTS = range(9)
STATUS, UNORDERED, USED, SPARE, STIRRED, COME, COUNTS = range(9, 16)

# Why a run stopped, in `State.count[STATUS]`.
FINE, LOG_FULL, LINE_FULL, PATIENTS_FULL, ENDLESS, TOO_OFTEN = range(6)

# Of the staff, in `State.staffed`: no role has a roster, some have, and needs limit.
NO_STAFF, ROSTER, LIMITS = range(3)

AHEAD = 4
"""So many stretches of time before they are due, patients are fetched from memory."""

Numbers = npt.NDArray[np.int32]

Agenda = Sequence[Due]


class State(Protocol):
    """Everything of one replication. Arrays do not grow: a run that fills one stops, and begins anew."""

    t: Tables
    c: Coming
    looks: int  # whether any rule or effect looks at a patient
    seen: Sequence[Person]  # one row, filled anew by `seen`
    patients: Sequence[Patient]  # the first row stays empty: 0 is nobody
    spare: Numbers  # rows of those who are over
    people: Sequence[Who]  # per number of a patient, from 1 on
    traits: npt.NDArray[np.int32]  # likewise, and per trait
    counts: npt.NDArray[np.int32]  # per row: of her stays in each level so far, then of her waits for each
    has_tracks: int  # whether any level has tracks
    levels: Sequence[Level]  # then the tracks of all of them
    room: int  # of one row of `lines` or `newcomers`
    lines: npt.NDArray[np.int32]  # per level or track: rows of patients, in order
    newcomers: npt.NDArray[np.int32]  # likewise
    line: Numbers  # per row, where there are tracks: the level or track in whose line she stands
    seat: Numbers  # likewise: whose place or seat she holds
    agenda: Agenda  # per row
    first: Numbers  # per stretch of time: the row of the first patient due in it; 0 for none
    stretches_per_day: float
    strips: Sequence[Strip]
    coming: Heap  # of strips
    log: Columns  # with room for more rows than are written
    booked: Numbers  # appointments given, per stage and day
    beginners: Sequence[Beginner]
    beginner_traits: npt.NDArray[np.int32]
    referral_traits: npt.NDArray[np.int32]  # per row of `c.referrals`
    moments: Sequence[Moment]
    staffed: int  # whether a role has a roster, and whether needs limit: a word from above
    staff: Sequence[Change]  # in order, those of 0 first; `COME` of them have come
    present: npt.NDArray[np.float64]  # FTE, per role
    count: npt.NDArray[np.int64]
    # room for one instant: rows of patients, or levels
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
    block: npt.NDArray[np.uint64]  # the last one
    u: npt.NDArray[np.float64]  # room for several uniform numbers
    episode: np.uint64
    end: float
