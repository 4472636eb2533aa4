"""Sorting in the compiled engine, in place: numbers of patients, and the rows of one instant."""

from sim.kernel.state import ROWS, UNORDERED, Numbers, State

FEW = 16
"""Up to so many are sorted by insertion, which is the fastest for few."""


def sort(numbers: Numbers, size: int) -> None:
    """Sorts the first so many numbers."""
    if size > FEW:
        heap_sort(numbers, size)
        return
    for row in range(1, size):
        number, at = numbers[row], row
        while at > 0 and numbers[at - 1] > number:
            numbers[at] = numbers[at - 1]
            at -= 1
        numbers[at] = number


def heap_sort(numbers: Numbers, size: int) -> None:
    """Sorts the first so many numbers in a time that hardly grows with their disorder."""
    for row in range(size // 2 - 1, -1, -1):
        sink(numbers, row, size)
    for last in range(size - 1, 0, -1):
        numbers[0], numbers[last] = numbers[last], numbers[0]
        sink(numbers, 0, last)


def sink(numbers: Numbers, row: int, size: int) -> None:
    """Moves a number down until none below it is greater, in a heap of so many."""
    number, at = numbers[row], row
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and numbers[below + 1] > numbers[below]:
            below += 1
        if numbers[below] <= number:
            break
        numbers[at] = numbers[below]
        at = below
    numbers[at] = number


def order_rows(s: State, first: int) -> None:
    """Brings the rows of an instant, from this one on, into the order of patients; many are left alone."""
    last = s.count[ROWS]
    if last - first > FEW:
        s.count[UNORDERED] = 1
        return
    row = first + 1
    while row < last:
        at = row
        row += 1
        while at > first and s.log.patient[at - 1] > s.log.patient[at]:
            swap(s, at)
            at -= 1


def swap(s: State, row: int) -> None:
    """Exchanges a row of the log with the one before it."""
    log, other = s.log, row - 1
    log.value[row], log.value[other] = log.value[other], log.value[row]
    log.patient[row], log.patient[other] = log.patient[other], log.patient[row]
    log.episode[row], log.episode[other] = log.episode[other], log.episode[row]
    log.stay[row], log.stay[other] = log.stay[other], log.stay[row]
    log.event[row], log.event[other] = log.event[other], log.event[row]
    log.level[row], log.level[other] = log.level[other], log.level[row]
    log.to_level[row], log.to_level[other] = log.to_level[other], log.to_level[row]
    log.reason[row], log.reason[other] = log.reason[other], log.reason[row]
