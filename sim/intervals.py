"""Means and shares over replications with their intervals: the arithmetic, one column per figure.

A row is a replication, NaN what it does not know. Intervals are those of Student's t for means, of the
jackknife for shares of patients; they cover chance in the simulation only. What the columns are, and what is
said of them, is left to `sim/estimates.py`.
"""

import numpy as np

from sim.log import Floats, Integers
from sim.measures.rows import Flags
from sim.student import t_point


def mean_and_half_width(values: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The mean of each column and the half-width of its t interval, over what is known."""
    known = ~np.isnan(values)
    number = known.sum(axis=0)
    mean = mean_of(values)
    squares = np.where(known, values - mean, 0.0) ** 2
    deviation = np.sqrt(squares.sum(axis=0) / np.maximum(number - 1, 1))
    return mean, t_points(number, confidence) * deviation / np.sqrt(np.maximum(number, 1))


def ratio_and_half_width(over: Floats, under: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The ratio of the sums of each column and the half-width of its jackknife interval."""
    return pooled(over, under), jackknife(left_out(over, under), under > 0, confidence)


def jackknife(without: Floats, counts: Flags, confidence: float = 0.95) -> Floats:
    """The half-width of the interval, from the estimates without each replication in turn.

    The variance is (n − 1)/n × the sum of their squares about their mean. Replications that do not count
    (nothing below) are not among the n. Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap,
    section 11.2.
    """
    number = counts.sum(axis=0)
    without = np.where(counts, without, np.nan)
    squares = np.where(counts, without - mean_of(without), 0.0) ** 2
    variance = squares.sum(axis=0) * (number - 1) / np.maximum(number, 1)
    half: Floats = t_points(number, confidence) * np.sqrt(np.maximum(variance, 0.0))
    return half


def mean_of(values: Floats) -> Floats:
    """The mean of each column over what is known; NaN where nothing is."""
    known = ~np.isnan(values)
    number = known.sum(axis=0)
    mean: Floats = np.where(known, values, 0.0).sum(axis=0) / np.where(number > 0, number, np.nan)
    return mean


def pooled(over: Floats, under: Floats) -> Floats:
    """The ratio of the sums of each column; NaN where nothing is below."""
    total = under.sum(axis=0)
    ratio: Floats = over.sum(axis=0) / np.where(total > 0, total, np.nan)
    return ratio


def left_out(over: Floats, under: Floats) -> Floats:
    """The ratio of the sums of each column without each row in turn."""
    rest = under.sum(axis=0) - under
    ratio: Floats = (over.sum(axis=0) - over) / np.where(rest > 0, rest, np.nan)
    return ratio


def t_points(number: int | Integers, confidence: float = 0.95) -> Floats:
    """The upper point of Student's t for so many values; NaN below 2."""
    count = np.asarray(number)
    points = np.full(count.shape, np.nan)
    for some in np.unique(count[count >= 2]).tolist():
        points[count == some] = t_point(some - 1, confidence)
    return points


def percentiles(values: Floats, percent: tuple[int, ...]) -> Floats:
    """Percentiles of type 7 of each column over what is known, one row per percentile."""
    result = np.full((len(percent), values.shape[1]), np.nan)
    known = ~np.isnan(values)
    whole, some = known.all(axis=0), known.any(axis=0)
    if whole.any():
        result[:, whole] = np.percentile(values[:, whole], percent, axis=0)
    for column in np.flatnonzero(some & ~whole):
        result[:, column] = np.percentile(values[known[:, column], column], percent)
    return result
