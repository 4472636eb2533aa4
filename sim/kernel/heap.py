"""A binary heap of times and numbers, for the few strips of patients to come: the earliest first.

It stands in the first `size` rows of an array; how many that are is kept by the caller. Equal times come in
the order of their numbers.
"""

from collections.abc import Sequence
from typing import Protocol


class Entry(Protocol):
    """When, and what."""

    time: float
    number: int


Heap = Sequence[Entry]


def push(heap: Heap, size: int, time: float, number: int) -> None:
    """Adds an entry to a heap of so many, which must have room for one more."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        other = heap[above]
        if other.time < time or (other.time == time and other.number <= number):
            break
        heap[at].time, heap[at].number = other.time, other.number
        at = above
    heap[at].time, heap[at].number = time, number


def pop(heap: Heap, size: int) -> int:
    """Takes the first entry off a heap of so many; its number."""
    first = heap[0].number
    left = size - 1
    time, number = heap[left].time, heap[left].number
    at = 0
    while 2 * at + 1 < left:
        step = 2 * at + 1
        if step + 1 < left:
            one, other = heap[step], heap[step + 1]
            if other.time < one.time or (other.time == one.time and other.number < one.number):
                step += 1
        below = heap[step]
        if time < below.time or (time == below.time and number <= below.number):
            break
        heap[at].time, heap[at].number = below.time, below.number
        at = step
    heap[at].time, heap[at].number = time, number
    return first
