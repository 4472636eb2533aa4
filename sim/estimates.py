"""What replications say together: means and their intervals, the range of single replications, pooled tables.

Two things are kept apart everywhere. `ci_low`–`ci_high` is the 95 % interval of the mean: how well the
replications pin it down; it shrinks with their number. `p05`–`p95` is the range in which single
replications lie: what one year may bring; it does not. Both cover chance in the simulation only, not doubt
about the scenario's numbers. What is measured in one replication is left to `sim/measures/`.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.errors import SimError
from sim.intervals import (
    jackknife,
    left_out,
    mean_and_half_width,
    mean_of,
    percentiles,
    pooled,
    ratio_and_half_width,
    t_points,
)
from sim.log import Floats
from sim.measures.blocking import blocked_by_table
from sim.measures.pathways import transitions_table
from sim.measures.reduce import Layout, Reduced, measure_keys, units
from sim.measures.rows import Flags
from sim.settling import settling

SUMMARY_COLUMNS: tuple[str, ...] = (
    "measure",
    "level",
    "mean",
    "ci_low",
    "ci_high",
    "p05",
    "p95",
    "replications",
    "unit",
    "note",
)
PANEL_COLUMNS: tuple[str, ...] = (
    "measure",
    "mean",
    "ci_low",
    "ci_high",
    "p05",
    "p50",
    "p80",
    "p95",
    "replications",
)
DIFFERENCE_COLUMNS: tuple[str, ...] = (
    "measure",
    "level",
    "first",
    "second",
    "difference",
    "ci_low",
    "ci_high",
    "share_second_larger",
    "share_second_smaller",
    "variance_reduction",
    "replications",
    "unit",
)

ENOUGH_FOR_WAITS = 20
"""Below so many replications the interval of a wait is unreliable: waits of one replication are skewed."""


class Estimate(NamedTuple):
    """One measure of one level over the replications."""

    mean: float
    low: float  # of its interval
    high: float
    replications: int  # those with a value


class Paired(NamedTuple):
    """Second minus first over the same replications."""

    difference: float
    low: float  # of the 95 % interval of the mean difference
    high: float
    share_second_larger: float  # of the replications
    replications: int


def summary(reduced: Sequence[Reduced]) -> pd.DataFrame:
    """Each measure and level over the replications; columns `SUMMARY_COLUMNS`, one row per measure and level.

    `mean`, `ci_low`, `ci_high`: for a share of patients the ratio of the sums over replications, with a
    jackknife interval; for anything else (a mean, a replication's quantile, a count) the mean of the
    replications, with a t interval. Intervals of shares are cut to [0, 1]. `p05`, `p95`: percentiles (type
    7) of single replications. `replications`: those with a value; where there is none, 0 and no figures;
    with fewer than 2 no interval. `note` says where an interval is unreliable, or where a level has not
    settled (see `sim/settling.py`).
    """
    values = _stacked(reduced, "value")
    ratio = _is_ratio(reduced)
    number = np.sum(~np.isnan(values), axis=0)
    mean, half = mean_and_half_width(values)
    over, under = _stacked(reduced, "numerator")[:, ratio], _stacked(reduced, "denominator")[:, ratio]
    mean[ratio], half[ratio] = ratio_and_half_width(over, under)
    layout = reduced[0].layout
    bounded = _bounded(layout)
    frame = pd.DataFrame(measure_keys(layout))
    frame["mean"] = mean
    frame["ci_low"] = np.where(bounded, np.maximum(mean - half, 0.0), mean - half)
    frame["ci_high"] = np.where(bounded, np.minimum(mean + half, 1.0), mean + half)
    frame["p05"], frame["p95"] = percentiles(values, (5, 95))
    frame["replications"] = number
    frame["unit"] = units(layout)
    frame["note"] = _notes(frame, settling(reduced), len(reduced))
    return frame[list(SUMMARY_COLUMNS)]


def replications(reduced: Sequence[Reduced]) -> pd.DataFrame:
    """Each measure and level in each replication; columns replication, measure, level, value."""
    keys = measure_keys(reduced[0].layout)
    numbers = [one.replication for one in reduced]
    return pd.DataFrame(
        {
            "replication": np.repeat(numbers, len(keys["measure"])),
            "measure": keys["measure"] * len(numbers),
            "level": keys["level"] * len(numbers),
            "value": _stacked(reduced, "value").reshape(-1),
        }
    )


def daily(reduced: Sequence[Reduced], start: date) -> pd.DataFrame:
    """Each day, level and measure over the replications: mean, and the 5, 50 and 95 % points of replications.

    Columns day, date, level, measure, mean, p05, p50, p95; `start` is the date of day 0. The band is the
    range of single replications. Empty where the number is not limited (the capacity of an unlimited
    level).
    """
    values = np.stack([one.days.reshape(-1) for one in reduced])
    frame = reduced[0].daily[["day", "level", "measure"]]
    dates = np.datetime64(start, "D") + frame["day"].to_numpy().astype("timedelta64[D]")
    frame.insert(1, "date", dates.astype("datetime64[s]"))
    frame["mean"] = mean_of(values)
    frame["p05"], frame["p50"], frame["p95"] = percentiles(values, (5, 50, 95))
    return frame


def curves(reduced: Sequence[Reduced]) -> pd.DataFrame:
    """Each curve, group and day: the mean of the replications' curves, its 95 % t interval cut to [0, 1].

    Columns curve, group, day, share, ci_low, ci_high, at_risk (added up over the replications). A curve ends
    with the last day that all replications reach which had anybody to follow: averaging those that remain
    would favour the ones that happened to end at 0 or at 1.
    """
    rows = range(len(reduced[0].layout.curves))
    if not rows:  # replications of a sweep are kept without
        return pd.DataFrame(columns=["curve", "group", "day", "share", "ci_low", "ci_high", "at_risk"])
    each = [_averaged(np.stack([one.shares[row] for one in reduced])) for row in rows]
    mean: Floats = np.concatenate([middle for middle, _ in each])
    half: Floats = np.concatenate([width for _, width in each])
    at_risk = np.zeros(reduced[0].at_risk.shape, dtype=np.int64)
    for one in reduced:
        at_risk += one.at_risk
    frame = reduced[0].curves[["curve", "group", "day"]]
    frame["share"] = mean
    frame["ci_low"], frame["ci_high"] = np.maximum(mean - half, 0.0), np.minimum(mean + half, 1.0)
    frame["at_risk"] = at_risk.reshape(-1)
    return frame[~np.isnan(mean)].reset_index(drop=True)


def transitions(reduced: Sequence[Reduced], years: float) -> pd.DataFrame:
    """Patients per year from where to where, and the share of those leaving there who go so.

    Columns from, to, patients_per_year, share. The mean over replications, whose window is `years` long.
    """
    layout = reduced[0].layout
    cells = np.sum([one.moved for one in reduced], axis=0)
    table = transitions_table(cells, layout.levels, layout.reasons)
    start, _ = np.nonzero(cells)
    patients = table.pop("patients")
    table["patients_per_year"] = patients / (len(reduced) * years)
    table["share"] = patients / cells.sum(axis=1)[start]
    return table


def blocked_by(reduced: Sequence[Reduced], years: float) -> pd.DataFrame:
    """Patient-days a year for which ready patients held a place, by level and by what they waited for.

    Columns level, waiting_for, patient_days_per_year. The mean over replications, whose window is `years`
    long.
    """
    table = blocked_by_table(np.sum([one.blocked for one in reduced], axis=0), reduced[0].layout.levels)
    table["patient_days_per_year"] = table.pop("patient_days") / (len(reduced) * years)
    return table


def panel(reduced: Sequence[Reduced], name: str, first: date) -> pd.DataFrame:
    """One panel over the replications: its keys, a `date` beside each week, then `PANEL_COLUMNS`.

    A row per key and figure. `mean` with its 95 % t interval, and the 5, 50, 80 and 95 % points (type 7) of
    single replications, of those with a value; `first` is the date on which the window begins. Raises
    KeyError where there is no such panel.
    """
    known = {one.name: place for place, one in enumerate(reduced[0].layout.panels)}
    about, place = reduced[0].layout.panels[known[name]], known[name]
    values = np.stack([one.panels[place].reshape(-1) for one in reduced])
    rows, figures = len(about.rows), len(about.figures)
    columns = zip(*about.rows, strict=True)
    keys = {key: np.repeat(column, figures) for key, column in zip(about.keys, columns, strict=False)}
    frame = pd.DataFrame(keys, columns=list(about.keys))
    if about.keys[0] == "week":
        weeks = frame["week"].to_numpy().astype("timedelta64[W]").astype("timedelta64[D]")
        frame.insert(1, "date", (np.datetime64(first, "D") + weeks).astype("datetime64[s]"))
    mean, half = mean_and_half_width(values)
    frame["measure"] = list(about.figures) * rows
    frame["mean"], frame["ci_low"], frame["ci_high"] = mean, mean - half, mean + half
    frame["p05"], frame["p50"], frame["p80"], frame["p95"] = percentiles(values, (5, 50, 80, 95))
    frame["replications"] = np.sum(~np.isnan(values), axis=0)
    return frame


def differences(first: Sequence[Reduced], second: Sequence[Reduced], *, comparisons: int = 1) -> pd.DataFrame:
    """Second minus first for each measure and level that both have, over the replications that both have.

    Columns `DIFFERENCE_COLUMNS`. The two are paired by the number of the replication, which shares its
    luck: most of what chance does cancels. A share of patients is compared as the difference of the two
    ratio estimates, with a jackknife interval that leaves a replication out of both; anything else by the
    mean of the differences, with a t interval, over the replications where both have a value. As one of
    several `comparisons` its intervals are widened so that those of one measure hold together, 95 times in
    100 (Bonferroni: each at 1 − 0.05 / comparisons). Where both are equal a replication counts neither among
    those with the second larger nor among those with it smaller. `variance_reduction` is what pairing
    brought: the variance that the difference would have without it, var(first) + var(second), over the one it
    has; so many times as many replications would be needed without it. NaN where nothing varies.
    Raises `SimError` when no replication is common to both.
    """
    confidence = 1.0 - 0.05 / comparisons
    one, two = _matched(first, second)
    a, b = _stacked(one, "value"), _stacked(two, "value")
    gap = b - a
    known = ~np.isnan(gap)
    mean, half = mean_and_half_width(gap, confidence)
    number = np.sum(known, axis=0)
    frame = pd.DataFrame(measure_keys(one[0].layout))
    centre_a, centre_b = (mean_of(np.where(known, side, np.nan)) for side in (a, b))
    is_ratio = _is_ratio(one) & _is_ratio(two)
    over_a, under_a, over_b, under_b = (
        _stacked(side, name)[:, is_ratio] for side in (one, two) for name in ("numerator", "denominator")
    )
    centre_a[is_ratio], centre_b[is_ratio] = pooled(over_a, under_a), pooled(over_b, under_b)
    mean[is_ratio] = centre_b[is_ratio] - centre_a[is_ratio]
    both = (under_a > 0) & (under_b > 0)
    without = left_out(over_b, under_b) - left_out(over_a, under_a)
    half[is_ratio] = jackknife(without, both, confidence)
    apart = np.zeros_like(half)
    for side, over, under in ((a, over_a, under_a), (b, over_b, under_b)):
        _, alone = mean_and_half_width(np.where(known, side, np.nan), confidence)
        alone[is_ratio] = jackknife(left_out(over, under), both, confidence)
        apart += alone**2
    frame["first"], frame["second"], frame["difference"] = centre_a, centre_b, mean
    frame["ci_low"], frame["ci_high"] = mean - half, mean + half
    frame["share_second_larger"] = mean_of(np.where(known, gap > 0, np.nan))
    frame["share_second_smaller"] = mean_of(np.where(known, gap < 0, np.nan))
    with np.errstate(
        divide="ignore", invalid="ignore"
    ):  # nothing left of the variance, or none to begin with
        frame["variance_reduction"] = apart / half**2
    frame["replications"] = number
    frame["unit"] = units(one[0].layout)
    return frame[list(DIFFERENCE_COLUMNS)]


def paired(a: Sequence[float] | Floats, b: Sequence[float] | Floats) -> Paired:
    """The mean of b − a with its 95 % t interval, and the share of replications in which b is larger.

    `a` and `b` hold one value per replication, in the same order; a pair counts where both have a value
    (not NaN). Source: Law 2015, Simulation Modeling and Analysis, section 10.2.1.
    """
    gap = np.asarray(b, dtype=float) - np.asarray(a, dtype=float)
    gap = gap[~np.isnan(gap)]
    if not len(gap):
        return Paired(np.nan, np.nan, np.nan, np.nan, 0)
    mean, half = mean_and_half_width(gap[:, None])
    larger = float(np.mean(gap > 0))
    return Paired(float(mean[0]), float(mean[0] - half[0]), float(mean[0] + half[0]), larger, len(gap))


def estimate(reduced: Sequence[Reduced], measure: str, level: str, *, confidence: float = 0.95) -> Estimate:
    """The mean of one measure of one level over the replications, with a two-sided interval, never cut.

    As in `summary`: a share of patients is the ratio of the sums with a jackknife interval, anything else the
    mean of the replications with a t interval; NaN where nothing is known. For a one-sided bound at the
    confidence c ask for 2c − 1. Raises KeyError when there is no such measure.
    """
    if (measure, level) not in reduced[0].layout.measures:
        raise KeyError(measure, level)
    row = [reduced[0].layout.measures.index((measure, level))]
    values, over, under = (np.stack([one.figures[row, number] for one in reduced]) for number in range(3))
    mean, half = mean_and_half_width(values, confidence)
    if not np.isnan(under).any():
        mean, half = ratio_and_half_width(over, under, confidence)
    centre, width = float(mean[0]), float(half[0])
    return Estimate(centre, centre - width, centre + width, int(np.sum(~np.isnan(values))))


def more_replications(reduced: Sequence[Reduced], measure: str, level: str, precision: float) -> int:
    """How many further replications bring the interval to ± `precision` × the mean; 0: there are enough.

    The smallest n* ≥ n with t(n* − 1, 0.975) · s / √n* ≤ precision · |mean|, less the n there are; s is the
    standard deviation of the n replications, for a share of patients √n × the jackknife standard error.
    Source: Law 2015, Simulation Modeling and Analysis, section 9.4.1. It is a forecast: run them, and look
    again. Raises `SimError` where nothing can be said: no such measure, fewer than 2 values, or a mean of
    0.
    """
    what = f"{measure} of {level or 'the whole continuum'}"
    if (measure, level) not in reduced[0].layout.measures:
        raise SimError(f"{what}: is not a measure of these replications")
    mean, low, _, number = estimate(reduced, measure, level)
    if number < 2:
        raise SimError(f"{what}: has {number} values; want 2 or more replications")
    half, wanted = mean - low, precision * abs(mean)
    if wanted == 0.0 and half > 0.0:
        raise SimError(f"{what}: its mean is 0; a share of 0 cannot be reached")
    spread = half / float(t_points(number)) * np.sqrt(number)

    def enough(n: int) -> bool:
        return bool(t_points(n) * spread <= wanted * np.sqrt(n))

    low, high = number, number
    while not enough(high):
        low, high = high + 1, 2 * high
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return high - number


def only(reduced: Reduced, measures: Sequence[tuple[str, str]]) -> Reduced:
    """The replication with only these of its measures and levels, so that little is reckoned of many."""
    return _rows(reduced, tuple(measures), [reduced.layout.measures.index(key) for key in measures])


AVERAGES = ("census", "occupancy", "in_care", "blocked", "waiting", "wait")
"""First parts of the names of measures that mean little in a level that has not settled."""


def _notes(frame: pd.DataFrame, settled: pd.DataFrame, total: int) -> list[str]:
    unsettled = {
        row.level: f"not settled: {row.change:+.1f} patients from the first half of the window to the second"
        for row in settled.itertuples()
        if not row.settled
    }
    notes = []
    for measure, level, number in zip(frame["measure"], frame["level"], frame["replications"], strict=True):
        kind = measure.split(".")[0]
        parts = []
        if number == 0:
            parts.append("no data")
        elif number == 1:
            parts.append("no interval below 2 replications")
        elif number < total:
            parts.append(f"known in {number} of {total} replications")
        if kind == "wait" and 2 <= number < ENOUGH_FOR_WAITS:
            parts.append(f"interval unreliable below {ENOUGH_FOR_WAITS} replications")
        if kind in AVERAGES and level in unsettled and number:
            parts.append(unsettled[level])
        notes.append("; ".join(parts))
    return notes


def _averaged(shares: Floats) -> tuple[Floats, Floats]:
    """The mean of one curve on each day, NaN where it has ended, and the half-width of its interval.

    Curve by curve, so that many replications need little memory.
    """
    mean, half = mean_and_half_width(shares)
    unknown = np.isnan(shares)
    mean[(unknown & ~unknown[:, :1]).any(axis=0)] = np.nan
    return mean, half


def _stacked(reduced: Sequence[Reduced], column: str) -> Floats:
    """One column of the figures: a row per replication, a column per measure and level."""
    number = ("value", "numerator", "denominator").index(column)
    return np.stack([one.figures[:, number] for one in reduced])


def _bounded(layout: Layout) -> Flags:
    """Which measures are shares that cannot leave [0, 1]: all but occupancy, after a cut of capacity."""
    kinds = zip(layout.measures, units(layout), strict=True)
    return np.array([unit == "share" and name != "occupancy" for (name, _), unit in kinds], dtype=bool)


def _is_ratio(reduced: Sequence[Reduced]) -> Flags:
    """Which rows are shares of patients, to be pooled."""
    flags: Flags = np.asarray(np.all(~np.isnan(_stacked(reduced, "denominator")), axis=0))
    return flags


def _matched(first: Sequence[Reduced], second: Sequence[Reduced]) -> tuple[list[Reduced], list[Reduced]]:
    """The replications that both have, in order, with the measures that both have."""
    sides = [{one.replication: one for one in side} for side in (first, second)]
    numbers = sorted(sides[0].keys() & sides[1].keys())
    if not numbers:
        raise SimError("the two runs: have no replication in common; want the same numbers of replications")
    places = [{key: row for row, key in enumerate(side[numbers[0]].layout.measures)} for side in sides]
    common = tuple(key for key in places[0] if key in places[1])
    one, two = (
        [_rows(side[number], common, [place[key] for key in common]) for number in numbers]
        for side, place in zip(sides, places, strict=True)
    )
    return one, two


def _rows(reduced: Reduced, measures: tuple[tuple[str, str], ...], rows: list[int]) -> Reduced:
    """The replication with these measures only, which stand in these rows."""
    return reduced._replace(layout=reduced.layout._replace(measures=measures), figures=reduced.figures[rows])
