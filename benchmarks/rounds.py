"""How contenders are timed against each other, and what is made of the figures.

Every round runs all contenders in turn, forwards and backwards alternately, so that a machine that slows down
slows all of them. A time is CPU time; a comparison is the median of the ratios within the rounds, with the
smallest and the largest. What is run is left to the other files of this folder.
"""

import gc
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import process_time
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Sample(NamedTuple):
    """One timed run: its CPU seconds, and how many rows of the log and patients it made."""

    seconds: float
    rows: int
    patients: int


class Spread(NamedTuple):
    """The median of some figures, the smallest, the largest, and how many they are."""

    middle: float
    low: float
    high: float
    number: int


Contender = Callable[[int], Sample]
"""Runs the replication of this number and says what it took."""


def paired(contenders: Mapping[str, Contender], rounds: int) -> dict[str, list[Sample]]:
    """The samples of every contender, one a round; round r runs replication r, in turning order."""
    samples: dict[str, list[Sample]] = {name: [] for name in contenders}
    for number in range(rounds):
        for name in in_turn(list(contenders), number):
            gc.collect()  # what others left is not this one's to tidy up; nor is it done between short runs
            samples[name].append(contenders[name](number))
    return samples


def in_turn(contenders: Sequence[T], number: int) -> Sequence[T]:
    """The contenders forwards in rounds 0, 2, 4, … and backwards in the others."""
    return contenders if number % 2 == 0 else contenders[::-1]


def timed(act: Callable[[], tuple[int, int]]) -> Sample:
    """One sample of a function of this process that gives back numbers of rows and patients."""
    began = process_time()
    rows, patients = act()
    return Sample(process_time() - began, rows, patients)


def steady(samples: Sequence[Sample]) -> Sample:
    """The sample in the middle, by seconds a row: for runs too short to be measured once."""
    return sorted(samples, key=lambda sample: sample.seconds / sample.rows)[len(samples) // 2]


def spread(values: Sequence[float]) -> Spread:
    """Median, smallest, largest and number of the values; there must be one at least."""
    return Spread(median(values), min(values), max(values), len(values))


def seconds_per_row(samples: Sequence[Sample]) -> Spread:
    """CPU seconds a row of the log."""
    return spread([sample.seconds / sample.rows for sample in samples])


def seconds_per_patient(samples: Sequence[Sample]) -> Spread:
    """CPU seconds a patient."""
    return spread([sample.seconds / sample.patients for sample in samples])


def ratio(over: Sequence[Sample], under: Sequence[Sample]) -> Spread:
    """How many times the second's time a row the first takes: the spread of the ratios within the rounds."""
    pairs = zip(over, under, strict=True)
    return spread([(a.seconds / a.rows) / (b.seconds / b.rows) for a, b in pairs])
