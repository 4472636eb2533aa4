"""The event heap of the compiled engine: what is due, the earliest first, then the lowest number.

A binary heap in the first `size` rows of an array; how many that are is kept by the caller.
"""

from collections.abc import Sequence
from typing import Protocol


class Due(Protocol):
    """An entry: when, and who or what."""

    time: float
    number: int


Agenda = Sequence[Due]


def push(agenda: Agenda, size: int, time: float, number: int) -> None:
    """Adds an entry to an agenda of so many, which must have room for one more."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        other = agenda[above]
        if other.time < time or (other.time == time and other.number <= number):
            break
        agenda[at].time, agenda[at].number = other.time, other.number
        at = above
    agenda[at].time, agenda[at].number = time, number


def pop(agenda: Agenda, size: int) -> int:
    """Takes the first entry off an agenda of so many; its number."""
    first = agenda[0].number
    left = size - 1
    time, number = agenda[left].time, agenda[left].number
    at = 0
    while 2 * at + 1 < left:
        step = 2 * at + 1
        if step + 1 < left:
            one, other = agenda[step], agenda[step + 1]
            if other.time < one.time or (other.time == one.time and other.number < one.number):
                step += 1
        below = agenda[step]
        if time < below.time or (time == below.time and number <= below.number):
            break
        agenda[at].time, agenda[at].number = below.time, below.number
        at = step
    agenda[at].time, agenda[at].number = time, number
    return first
