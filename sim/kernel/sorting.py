"""Sorting in the compiled engine, in place: patients by their numbers, and the log's rows of one instant."""

from typing import Any

from sim.kernel.state import ROWS, UNORDERED, Agenda, Numbers, State

FEW = 16
"""Up to so many are sorted by insertion, which is the fastest for few."""

FEW_ROWS = 100
"""Likewise, of the log: they are nearly in order."""

Column = Any
"""One of the log, of floats or of whole numbers."""


def sort(agenda: Agenda, rows: Numbers, size: int) -> None:
    """Sorts the first so many rows of patients by the numbers of the patients."""
    if size > FEW:
        heap_sort(agenda, rows, size)
        return
    at = 1
    while at < size:
        row, to = rows[at], at
        while to > 0 and agenda[rows[to - 1]].number > agenda[row].number:
            rows[to] = rows[to - 1]
            to -= 1
        rows[to] = row
        at += 1


def heap_sort(agenda: Agenda, rows: Numbers, size: int) -> None:
    """The same, in a time that hardly grows with the disorder."""
    for at in range(size // 2 - 1, -1, -1):
        sink(agenda, rows, at, size)
    for last in range(size - 1, 0, -1):
        rows[0], rows[last] = rows[last], rows[0]
        sink(agenda, rows, 0, last)


def sink(agenda: Agenda, rows: Numbers, at: int, size: int) -> None:
    """Moves a row down until no patient below it has a greater number, in a heap of so many."""
    row = rows[at]
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and agenda[rows[below + 1]].number > agenda[rows[below]].number:
            below += 1
        if agenda[rows[below]].number <= agenda[row].number:
            break
        rows[at] = rows[below]
        at = below
    rows[at] = row


def order_rows(s: State, first: int) -> None:
    """Brings the rows of an instant, from this one on, into the order of patients; many are left alone."""
    last = s.count[ROWS]
    if last - first > FEW_ROWS:
        s.count[UNORDERED] = 1
        return
    log, row = s.log, first + 1
    while row < last:
        at, patient = row, log.patient[row]
        while at > first and log.patient[at - 1] > patient:
            at -= 1
        if at < row:
            move_up(log.value, row, at)
            move_up(log.patient, row, at)
            move_up(log.episode, row, at)
            move_up(log.stay, row, at)
            move_up(log.event, row, at)
            move_up(log.level, row, at)
            move_up(log.to_level, row, at)
            move_up(log.reason, row, at)
        row += 1


def move_up(column: Column, row: int, to: int) -> None:
    """Moves an entry of a column up to an earlier row, and those between them down by one."""
    value, at = column[row], row
    while at > to:
        column[at] = column[at - 1]
        at -= 1
    column[to] = value
