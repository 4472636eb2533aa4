"""Time-to-event curves: Kaplan–Meier where one thing can happen, Aalen–Johansen where several compete.

Durations are in days. Someone in whom nothing happened by the end of what is known is censored. At equal
times events come before censoring: who is censored at t was at risk at t. Tied events are exact, not
jittered. Who is counted, and from when, is left to the measures.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.log import Floats, Integers
from sim.measures.rows import Flags, Numbers

_EQUAL = 1e-12
"""Shares closer than this are one share: a product of fractions misses 0.5 by less."""


class Curve(NamedTuple):
    """A step function of time since the start: one row per distinct time at which something was seen.

    `share` holds from `time` on (inclusive) until the next one, `before` before the first. `at_risk` are
    those still followed just before `time`, `events` the events at it, `gone` the events of any cause.
    `complete` says that all who were followed to the last time met an event then, so that the curve is
    known beyond it.
    """

    time: Floats
    at_risk: Integers
    events: Numbers
    gone: Numbers
    share: Floats
    before: float
    complete: bool


def kaplan_meier(durations: Floats, observed: Flags) -> Curve:
    """The share in whom the event has not happened yet.

    `durations` are the days to the event where `observed`, else the days to censoring.

    S(t) = ∏ (1 − dᵢ/nᵢ) over event times tᵢ ≤ t, with dᵢ events and nᵢ at risk. Source: Kaplan and Meier
    1958.
    """
    times, at_risk, counts = _table(durations, observed.astype(np.int64), 1)
    events = counts[0]
    return Curve(times, at_risk, events, events, _still(at_risk, events), 1.0, _complete(at_risk, events))


def aalen_johansen(durations: Floats, cause: Integers, causes: int) -> tuple[Curve, ...]:
    """For each cause 1 … `causes` the share in whom it has happened (its cumulative incidence).

    `cause` is 0 for the censored. Whoever has met one cause can meet no other.

    Fₖ(t) = Σ S(tᵢ−) dₖᵢ/nᵢ over tᵢ ≤ t, S being Kaplan–Meier for any cause. Source: Aalen and Johansen
    1978; Kalbfleisch and Prentice 2002, section 8.2.
    """
    times, at_risk, counts = _table(durations, cause, causes)
    gone = counts.sum(axis=0, dtype=np.int32)
    shares = np.cumsum(_still_before(at_risk, gone) * (counts / at_risk), axis=1)
    complete = _complete(at_risk, gone)
    return tuple(
        Curve(times, at_risk, events, gone, share, 0.0, complete)
        for events, share in zip(counts, shares, strict=True)
    )


def complement(curves: Sequence[Curve]) -> Curve:
    """The share in whom none of the causes has happened: 1 − Σ Fₖ, as Kaplan–Meier for any of them."""
    first = curves[0]
    return first._replace(events=first.gone, share=_still(first.at_risk, first.gone), before=1.0)


def greenwood(curve: Curve) -> Floats:
    """The variance of a share by Kaplan–Meier: S(t)² Σ dᵢ / (nᵢ (nᵢ − dᵢ)); NaN where the share is 0.

    Source: Greenwood 1926; Kalbfleisch and Prentice 2002, section 1.4.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = curve.events / (curve.at_risk * (curve.at_risk - curve.events))
        return curve.share**2 * np.cumsum(terms, dtype=np.float64)


def incidence_variance(curve: Curve) -> Floats:
    """The variance of a cumulative incidence: Greenwood's, by the delta method, valid with ties.

    Σ (F(t) − F(tᵢ))² dᵢ/(nᵢ(nᵢ − dᵢ)) + Σ S(tᵢ−)² dₖᵢ(nᵢ − dₖᵢ)/nᵢ³ − 2 Σ (F(t) − F(tᵢ)) S(tᵢ−) dₖᵢ/nᵢ².
    Source: Marubini and Valsecchi 1995, section 10.2.
    """
    at_risk, share = curve.at_risk, curve.share
    left = at_risk - curve.gone
    # Where all at risk met an event at once nothing follows: F(t) − F(tᵢ) is 0, so the term is too.
    weight = np.where(left > 0, curve.gone / (at_risk * np.maximum(left, 1)), 0.0)
    before = _still_before(at_risk, curve.gone)
    hazard = curve.events / at_risk
    cross = before * hazard / at_risk
    variance: Floats = np.maximum(
        share**2 * np.cumsum(weight)
        - 2.0 * share * np.cumsum(weight * share)
        + np.cumsum(weight * share**2)
        + np.cumsum(before**2 * hazard * (1.0 - hazard) / at_risk)
        - 2.0 * (share * np.cumsum(cross) - np.cumsum(cross * share)),
        0.0,
    )
    return variance


def band(curve: Curve, variance: Floats, z: float = 1.959963984540054) -> tuple[Floats, Floats]:
    """The pointwise confidence limits on the log(−log) scale, which keeps them inside (0, 1).

    `z` is the normal quantile, 95 % unless told. Where the share is 0 or 1 the band is not known: NaN.
    Source: Kalbfleisch and Prentice 2002, section 1.4 (survival); Collett 2015, section 12.3 (incidence).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = z * np.sqrt(variance) / (curve.share * np.abs(np.log(curve.share)))
        low, high = curve.share ** np.exp(spread), curve.share ** np.exp(-spread)
    inner = (curve.share > _EQUAL) & (curve.share < 1.0 - _EQUAL)
    return np.where(inner, low, np.nan), np.where(inner, high, np.nan)


def share_at(curve: Curve, days: Floats) -> Floats:
    """The share at each of the days since the start, events on that day included.

    NaN beyond the longest follow-up, unless nobody was left to follow there because all had met an event.
    """
    return _share(curve, days, np.searchsorted(curve.time, days, side="right"))


def at_risk_at(curve: Curve, days: Floats) -> Integers:
    """How many are still followed just before each of the days since the start."""
    return np.concatenate((curve.at_risk, [0]))[np.searchsorted(curve.time, days)]


def read_off(curves: Sequence[Curve], days: Floats) -> tuple[Floats, Integers]:
    """The shares of many curves at the days, and those at risk: a row per curve, a column per day.

    Neighbours of the same people, such as those of competing causes, have the same times: they are looked up
    once.
    """
    shares = np.empty((len(curves), len(days)))
    at_risk = np.empty((len(curves), len(days)), dtype=np.int64)
    for row, curve in enumerate(curves):
        if row and curve.time is curves[row - 1].time:
            at_risk[row] = at_risk[row - 1]
        else:
            seen = np.searchsorted(curve.time, days, side="right")
            at_risk[row] = at_risk_at(curve, days)
        shares[row] = _share(curve, days, seen)
    return shares, at_risk


def events_by(curve: Curve, days: Floats) -> Integers:
    """How many events there were up to each of the days, that day included."""
    return np.append(0, np.cumsum(curve.events))[np.searchsorted(curve.time, days, side="right")]


def quantile(curve: Curve, p: float) -> float:
    """The first time by which a share `p` has met the event; NaN when the curve does not get there."""
    share = 1.0 - curve.share if curve.before else curve.share  # never falls
    reached = np.searchsorted(share, p - _EQUAL)
    return float(curve.time[reached]) if reached < len(share) else np.nan


def restricted_mean(curve: Curve, until: float | None = None) -> float:
    """The area under a survival curve from 0 to `until`, by default to the longest time followed, in days.

    It is the mean duration, each counted up to `until` at most; where the last one followed met the event it
    is the whole mean. NaN without data.
    """
    if not len(curve.time):
        return np.nan
    stop = curve.time[-1] if until is None else until
    edges = np.concatenate(([0.0], np.minimum(curve.time, stop), [stop]))
    return float(np.sum(np.diff(edges) * np.concatenate(([1.0], curve.share))))


def _share(curve: Curve, days: Floats, seen: Integers) -> Floats:
    """The share at each of the days, by which so many times of the curve have been seen."""
    share = np.concatenate(([curve.before], curve.share))[seen]
    if not curve.complete:
        share[days > (curve.time[-1] if len(curve.time) else -np.inf)] = np.nan
    return share


def _still(at_risk: Integers, gone: Numbers) -> Floats:
    """Kaplan–Meier: the share left after each time."""
    return np.cumprod(1.0 - gone / at_risk, dtype=np.float64)


def _still_before(at_risk: Integers, gone: Numbers) -> Floats:
    """Kaplan–Meier just before each time."""
    return np.concatenate(([1.0], _still(at_risk, gone)[:-1]))[: len(gone)]


def _complete(at_risk: Integers, gone: Numbers) -> bool:
    return bool(len(at_risk)) and bool(at_risk[-1] == gone[-1])


def _table(durations: Floats, cause: Integers, causes: int) -> tuple[Floats, Integers, Numbers]:
    """Distinct times, those at risk just before each, and events by cause (one row per cause)."""
    order = np.argsort(durations, kind="stable")  # quick where they are in order already
    ordered = durations[order]
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    first = np.flatnonzero(new)
    cells = cause[order] * len(first) + np.cumsum(new) - 1
    counts = np.bincount(cells, minlength=(causes + 1) * len(first)).reshape(causes + 1, len(first))
    return ordered[first], len(durations) - first, counts[1:].astype(np.int32)
