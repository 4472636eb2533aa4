"""A log that grows without end, told long before memory ends, by both engines at the same row.

Stays of a millionth of a day, one after the other, never come to the end of a run. Patients who move without
end at one instant are told by the engines themselves, the memory that an ordinary run needs by `memory.py`.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sim.engines import memory
from sim.errors import SimError
from sim.tables import NONE, Plan

FIRST_LOOK = 2**18
"""The log is looked at when it has so many rows, twice as many, and so on."""

EVENTS_AT_MOST = 100_000
"""So many a patient may have in all: three hundred years of daily reviews, or all the rounds at one instant
after which the engines say that patients move without end."""

BYTES_PER_ROW = 75.0

Days = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def looks(rows: int) -> Iterator[int]:
    """The numbers of rows, up to these, at which a log is looked at."""
    at = FIRST_LOOK
    while at <= rows:
        yield at
        at *= 2


def check(plan: Plan, *, time: Days, patient: Whole, level: Whole) -> None:
    """Raises `SimError` if a patient has more than `EVENTS_AT_MOST` of these rows, the first of a log."""
    events = np.bincount(patient)
    events[0] = 0  # those of the levels
    most = int(events.argmax())
    if events[most] > EVENTS_AT_MOST:
        raise SimError(
            f"day {time[-1]:g}: one patient has had more than {EVENTS_AT_MOST:,} events, most of them "
            f"{_where(plan, level[patient == most])}; want stays, delays or waits that last longer, "
            "or rules that come to an end"
        )


def check_memory(plan: Plan, *, time: Days, level: Whole) -> None:
    """Raises `SimError` if the memory for as many rows again as these is not free."""
    free = memory.bytes_free()
    if free is not None and free < BYTES_PER_ROW * len(time):
        raise SimError(
            f"day {time[-1]:g}: {len(time):,} events so far, most of them {_where(plan, level)}, and no "
            f"memory for as many again ({free / memory.GIB:,.1f} GiB are free); want a shorter run, fewer "
            "patients, stays that last longer, or fewer --jobs"
        )


def _where(plan: Plan, level: Whole) -> str:
    """Where most of these rows are."""
    index = int(np.bincount(level - NONE).argmax()) + NONE
    return "outside of care" if index == NONE else f"in {plan.level_names[index]}"
