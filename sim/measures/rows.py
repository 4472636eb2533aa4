"""The rows of a log by patient, and the small steps by which tables are made of them.

Everything here takes time in proportion to the number of rows: rows are ordered by counting, and what
belongs together is found by numbering, never by searching. What the rows mean is left to histories.py.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.log import Columns, Floats, Integers, Log
from sim.words import LEVEL_EVENTS, Event

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int32]
"""Numbers of patients, episodes, levels, reasons: half as long as in the log, for there may be millions."""
NONE = -1

UNUSED = (
    *LEVEL_EVENTS,
    Event.REVIEW,
    Event.EXTEND,
    Event.AUTHORISE,
    Event.GO_HOME,
    Event.INQUIRY,
    Event.STAGE,
    Event.BOOK,
    Event.LOST,
    Event.TRACK,
)
"""Events without a part in any history: what comes of them has a row of its own."""


class Rows(NamedTuple):
    """The rows of patients that histories are made of, by patient and then in the order of the log."""

    columns: Columns
    at: Integers  # where each stands in the log
    patient: Numbers
    time: Floats
    event: npt.NDArray[np.uint16]
    by_event: tuple[Integers, ...]  # the positions of the rows of each event

    def numbers(self, column: Integers, positions: Integers) -> Numbers:
        """A column of the log at these positions of the rows."""
        return column[self.at[positions]].astype(np.int32)

    def find(self, *events: Event) -> Integers:
        """The positions of the rows of these events."""
        found = [self.by_event[event] for event in events]
        return np.sort(np.concatenate(found), kind="stable") if len(found) > 1 else found[0]

    def numbered(self, marks: Integers) -> Integers:
        """For each row how many-th of the marked positions, from 0, the last one up to it is; −1: none."""
        marked = np.zeros(len(self.at), dtype=bool)
        marked[marks] = True
        return np.cumsum(marked) - 1

    def following(self, marks: Integers, since: Integers) -> Integers:
        """For each position the first marked one behind it of the same patient; −1: none."""
        mark = np.append(marks, NONE)[self.numbered(marks)[since] + 1]
        return np.where((mark >= 0) & (self.patient[mark] == self.patient[since]), mark, NONE)


def by_patient(log: Log) -> Rows:
    """The rows of a log that histories are made of, patient by patient."""
    columns = log.columns
    used = np.ones(len(Event), dtype=bool)
    used[list(UNUSED)] = False
    at = np.flatnonzero(used[columns.event])
    at = at[in_order(columns.patient[at])]
    event = columns.event[at].astype(np.uint16)
    places = np.cumsum(np.bincount(event, minlength=len(Event)))[:-1]
    by_event = tuple(np.split(np.argsort(event, kind="stable"), places))
    patient = columns.patient[at].astype(np.int32)
    return Rows(columns, at, patient, columns.time[at], event, by_event)


def in_order(numbers: Integers) -> Integers:
    """The places of whole numbers from 0 to 2³² − 1 in rising order, equal ones as they come.

    Digit by digit, since numpy orders numbers of 16 bits by counting.
    """
    order = np.argsort(numbers.astype(np.uint16), kind="stable")  # the lower 16 bits
    if len(numbers) and int(np.max(numbers)) > 0xFFFF:
        order = order[np.argsort((numbers[order] >> 16).astype(np.uint16), kind="stable")]
    return order


def begins(*keys: npt.NDArray[Any]) -> Flags:
    """Where any of the keys is another than in the row before; the first row begins too."""
    new = np.ones(len(keys[0]), dtype=bool)
    new[1:] = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    return new


def take(column: npt.NDArray[Any], positions: Integers, missing: float) -> npt.NDArray[Any]:
    """The column at the positions; `missing` where the position is −1."""
    if not len(column):
        return np.full(len(positions), missing, dtype=column.dtype)
    return np.where(positions < 0, np.asarray(missing, dtype=column.dtype), column[positions])


def put(size: int, missing: float, places: npt.NDArray[Any], values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """So many times `missing`, but for the values at their places; of several at one place the last."""
    filled = np.full(size, missing, dtype=values.dtype)
    filled[places] = values
    return filled


def before(values: npt.NDArray[Any], follows: Flags, missing: float) -> npt.NDArray[Any]:
    """The value of the row before where a row follows on it, else `missing`. The first follows on none."""
    moved = np.full_like(values, missing)
    moved[1:][follows[1:]] = values[:-1][follows[1:]]
    return moved


def behind(values: npt.NDArray[Any], follows: Flags, missing: float) -> npt.NDArray[Any]:
    """The value of the next row where that follows on a row, else `missing`."""
    moved = np.full_like(values, missing)
    moved[:-1][follows[1:]] = values[1:][follows[1:]]
    return moved
