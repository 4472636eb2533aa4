"""Whether a run has settled: how much of its beginning to leave out, and whether it still climbs.

What is looked at is the number of patients in a level and on its waitlist at the end of each day. What is
said of a run that has not settled is left to `sim/estimates.py`, how long a warm-up must be to
`sim/experiments/warmup.py`.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.intervals import mean_and_half_width
from sim.log import Floats
from sim.measures.census import DAILY_MEASURES
from sim.measures.reduce import Reduced


def mser5(series: Sequence[float] | Floats) -> int:
    """How many observations at the start of a series to leave out, by MSER-5: a multiple of 5.

    The series is averaged in batches of 5; the cut d is the one that makes Σ (zᵢ − z̄)² / (n − d)² over the
    batches behind it smallest, the first such one; the last 5 batches are always kept. Less than 10
    batches: 0. Source: White 1997, Simulation 69(6), 323–334; batches of 5: White, Cobb and Spratt 2000;
    the last 5: Hoad, Robinson and Davies 2010, Journal of the Operational Research Society 61, 1389–1403.
    """
    count = len(series) // 5
    if count < 10:
        return 0
    batches = np.asarray(series, dtype=float)[: 5 * count].reshape(count, 5).mean(axis=1)
    batches = batches - batches.mean()
    left = np.arange(count, 0, -1)
    totals = np.cumsum(batches[::-1])[::-1]
    squares = np.cumsum(batches[::-1] ** 2)[::-1]
    statistic = np.maximum(squares - totals**2 / left, 0.0) / left**2
    return 5 * int(np.argmin(statistic[: count - 5]))


def settling(reduced: Sequence[Reduced]) -> pd.DataFrame:
    """Whether each level has settled within the window: columns level, cut_days, days, change, settled.

    The series is the number of patients in a level and on its waitlist at the end of each day; level "" is
    the sum of all. `cut_days` of the `days` MSER-5 would leave out, from the mean of the replications;
    `change` is how many more patients there are on average in the second half of the window than in the
    first. Not settled: the cut takes more than half of the days, and the 95 % t interval of the change
    leaves out 0. MSER-5 alone calls one in three slow but steady levels unsettled; with one replication it
    stands alone.
    """
    there = present(reduced)
    days = there.shape[1]
    split = max(days // 2, 1)
    halves = np.split(there, [split], axis=1) if days > 1 else (there, there)
    change = halves[1].sum(axis=1) / max(days - split, 1) - halves[0].sum(axis=1) / split
    mean, half = mean_and_half_width(change)
    steady = np.abs(mean) <= half  # never where one replication leaves the half-width unknown
    cuts = np.array([mser5(series) for series in there.mean(axis=0).T])
    return pd.DataFrame(
        {
            "level": ["", *reduced[0].layout.levels],
            "cut_days": cuts,
            "days": days,
            "change": mean,
            "settled": (cuts <= days / 2) | steady,
        }
    )


def present(reduced: Sequence[Reduced]) -> Floats:
    """Patients in or waiting for all levels together, then each of them: replications × days × these."""
    days = np.stack([one.days for one in reduced])
    each = days[..., DAILY_MEASURES.index("census")] + days[..., DAILY_MEASURES.index("waiting")]
    return np.concatenate([each.sum(axis=2, keepdims=True), each], axis=2)
