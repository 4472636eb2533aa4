"""Sobol indices: how much of an answer's variance each key brings, alone and with all its interplay.

Points by Saltelli's plan from a Sobol sequence, indices by the estimators of Saltelli et al. (2010, Computer
Physics Communications 181, 259–270), both from `scipy.stats`, intervals by resampling the rows of the plan.
Every key is spread evenly over its range, independently of the others; the indices are about that spread.
Which keys, which ranges, and how the points are run, is left to those who call.
"""

import math
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import SimError
from sim.log import Floats

A, B = "A", "B"
"""The two independent samples; the others are A with one column of B, and named by its key."""

POINT_COLUMNS: tuple[str, ...] = ("row", "sample")
"""Columns of a plan beside one for each key."""

INDEX_COLUMNS: tuple[str, ...] = (
    "key", "first", "first_low", "first_high", "total", "total_low", "total_high", "rows",
)  # fmt: skip

TOLD_COLUMNS: tuple[str, ...] = ("measure", "level", *INDEX_COLUMNS, "noise")

RESAMPLES = 999


def saltelli(
    ranges: Mapping[str, tuple[float, float]], rows: int, *, seed: int = 1, whole: Collection[str] = ()
) -> pd.DataFrame:
    """The points of a plan: for each of the `rows`, a power of 2, as many points as there are keys, and two.

    Columns `POINT_COLUMNS` and one for each key. `sample` is "A", "B", or the key whose column is B's while
    the others are A's. Keys of `whole` take whole numbers, each of the range as often. Raises `SimError` for
    a number of rows that is no power of 2 or below 2, no keys, or a range that goes down.
    """
    from scipy.stats import qmc  # noqa: PLC0415 (long to load)

    balanced(rows)
    if not ranges:
        raise SimError("ranges: there are none; want a key with its lowest and highest value")
    keys = list(ranges)
    both = qmc.Sobol(2 * len(keys), scramble=True, seed=np.random.default_rng(seed)).random(rows)
    first, second = both[:, : len(keys)], both[:, len(keys) :]
    samples = {A: first, B: second}
    for number, key in enumerate(keys):
        samples[key] = first.copy()
        samples[key][:, number] = second[:, number]
    frame = pd.DataFrame(np.concatenate(list(samples.values())), columns=keys)
    for key, (low, high) in ranges.items():
        frame[key] = spread(frame[key].to_numpy(), low, high, whole=key in whole)
    frame.insert(0, "row", np.tile(np.arange(rows), len(samples)))
    frame.insert(1, "sample", np.repeat(list(samples), rows))
    return frame


def balanced(rows: int) -> int:
    """The number of rows, once it is one that a Sobol sequence is balanced with. Raises `SimError`."""
    if rows < 2 or rows & (rows - 1):
        raise SimError(
            f"points: is {rows}; want a power of 2, such as 64, for a Sobol sequence to be balanced"
        )
    return rows


def spread(even: Floats, low: float, high: float, *, whole: bool) -> Floats:
    """Even numbers of 0–1 as even numbers of a range. Raises `SimError` where the range goes down."""
    if low > high:
        raise SimError(f"range {low:g}..{high:g}: goes down; want the lower number first")
    if not whole:
        return low + even * (high - low)
    return np.minimum(np.floor(low + even * (math.floor(high) - low + 1.0)), math.floor(high))


def indices(points: pd.DataFrame, values: pd.Series, *, seed: int = 1) -> pd.DataFrame:
    """First-order and total indices of each key, with 95 % intervals; columns `INDEX_COLUMNS`.

    `points` is a plan, `values` the answer at each of its points, by the same index. First-order: the share
    of the variance that would vanish were the key known; total: the share that would be left were all others
    known. Intervals are percentiles of 999 resamples of the rows; they tell of the plan's size, not of the
    replications. NaN where the answer does not vary. Raises `SimError` where a value is missing.
    """
    keys = [name for name in points.columns if name not in POINT_COLUMNS]
    by_sample = points.assign(_value=values).pivot(index="row", columns="sample", values="_value")
    wanted = [A, B, *keys]
    if by_sample.reindex(columns=wanted).isna().any(axis=None):
        raise SimError("indices: a point of the plan has no answer; want one for each")
    table = by_sample[wanted].to_numpy().T
    rows = table.shape[1]
    found = np.array(_indices(table))
    low, high = _intervals(table, seed)
    if np.ptp(table[:2]) == 0.0:
        found, low, high = (part * np.nan for part in (found, low, high))
    return pd.DataFrame(
        {
            "key": keys,
            "first": found[0], "first_low": low[0], "first_high": high[0],
            "total": found[1], "total_low": low[1], "total_high": high[1],
            "rows": rows,
        },
        columns=list(INDEX_COLUMNS),
    )  # fmt: skip


def told(
    points: pd.DataFrame, means: pd.Series, errors: pd.Series, *, of: tuple[str, str], seed: int = 1
) -> pd.DataFrame:
    """The indices of one measure and level, `of`; columns `TOLD_COLUMNS`.

    `means` and their standard `errors` stand for each point of the plan, by the same index. NaN where the
    mean of a point is not known.
    """
    table = indices(points, means.fillna(0.0), seed=seed)
    if means.isna().any():
        table[list(INDEX_COLUMNS[1:-1])] = np.nan
    table["noise"] = noise_share(errors**2, means)
    table.insert(0, "measure", of[0])
    table.insert(1, "level", of[1])
    return table[list(TOLD_COLUMNS)]


def noise_share(squared_errors: pd.Series, values: pd.Series) -> float:
    """How much of the variance of the answers over the points is chance of their replications, at most.

    `squared_errors`: of each point's mean, squared. Replications that all points share cancel a part of it.
    """
    variance = float(np.var(values.to_numpy()))
    return float(squared_errors.mean()) / variance if variance else float("nan")


def _indices(table: Floats) -> tuple[Floats, Floats]:
    """First-order and total indices, from a row for A, one for B and one for each key."""
    from scipy.stats import sobol_indices  # noqa: PLC0415

    columns = np.repeat(table[2:], 2, axis=0) if len(table) == 3 else table[2:]  # it cannot do one key alone
    func: Any = {"f_A": table[:1], "f_B": table[1:2], "f_AB": columns[:, None, :]}
    found: Any = sobol_indices(func=func, n=table.shape[1])
    keys = len(table) - 2
    return found.first_order[:keys], found.total_order[:keys]


def _intervals(table: Floats, seed: int) -> tuple[Floats, Floats]:
    """The 2.5 and 97.5 % points of both indices over resampled rows, each as an array like `_indices`.

    Not scipy's own `bootstrap` of the indices, which cannot be given a seed.
    """
    chance = np.random.default_rng(seed)
    rows = table.shape[1]
    drawn = [np.array(_indices(table[:, chance.integers(rows, size=rows)])) for _ in range(RESAMPLES)]
    low, high = np.percentile(np.stack(drawn), (2.5, 97.5), axis=0)
    return low, high
