"""How long patients wait from asking for a level to being admitted, told in three ways.

Who leaves the line unadmitted, and how many do, is left to requests.py; how many wait at each moment to
census.py.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.log import Floats, Integers, Log
from sim.measures.histories import Outcome, days_between, histories, until, within
from sim.measures.remembered import remembered
from sim.measures.rows import Flags
from sim.measures.survival import Curve, aalen_johansen, complement, quantile, restricted_mean, share_at
from sim.measures.tidy import NamedCurve, Value, gives_curves, gives_values, groups, share

WEEK = 7.0
WHO: dict[str, str] = {
    "": "",
    "outside.": ", who asked from outside",
    "transfers.": ", who asked from a stay",
}
"""Part of the measure's name → in words."""


@gives_values
def waits(log: Log) -> Iterator[Value]:
    """Days from the request to the admission, of those who asked within the window.

    Who counts. A level's line: all who joined it in the window (by a request, or diverted to it), but for
    those waiting on day 0. A divert ends the wait in the first line and begins another in the second. The
    whole continuum: all requests made in the window; there a divert is part of the wait. "outside" are
    requests that no stay came before in the episode, "transfers" those made from a stay, whether or not the
    place was held meanwhile; the bare names take both. Everything known by the end of the log is used,
    follow-up included.

    * wait.mean, .median, .p90, .share_within_7_days (7 days or less), .share_waiting (more than none): of
      those admitted by the end of the log, zero waits included. Percentiles are of type 7.
    * wait.waited.…: of those among them who waited more than nothing.
    * wait.offered.…: of all who asked. mean: days on the waitlist until admitted or gone in any way, those
      still waiting censored (area under Kaplan–Meier up to the longest wait seen). share_within_7_days,
      median, p90: from the share admitted within so many days (Aalen–Johansen: to go unadmitted competes,
      to be waiting still is censored); the median is null where fewer than half are ever admitted, p90
      likewise.
    """
    for number, name in groups(log):
        yield from _level(log, number, name)


@gives_curves
def waits_curves(log: Log) -> Iterator[NamedCurve]:
    """Curve `admitted`: of all who asked in the window, the share admitted within so many days of asking.

    Who counts and how is that of wait.offered in `waits`, those from outside and transfers together; group:
    the level, or "" for all requests of the continuum.
    """
    for number, name in groups(log):
        yield NamedCurve("admitted", name, _admission(log, number))


class _Asked(NamedTuple):
    """Those who asked in the window, who waited least first."""

    days: Floats  # waited so far
    cause: Integers  # 1: admitted, 2: gone otherwise, 0: still waiting
    outside: Flags  # asked from outside


@remembered
def _asked(log: Log, level: int) -> _Asked:
    """Who asked for a level; for the whole continuum every request is one wait."""
    known = histories(log)
    lines = known.requests if level < 0 else known.lines
    chosen = within(lines.joined, log) & ~lines.start
    if level >= 0:
        chosen &= lines.level == level
    asked = np.flatnonzero(chosen)
    days = days_between(lines.joined[asked], until(lines.ended[asked], log.end))
    order = np.argsort(days, kind="stable")
    asked = asked[order]
    return _Asked(days[order], _CAUSE[lines.outcome[asked]], lines.from_level[asked] < 0)


_CAUSE = np.array([{Outcome.WAITING: 0, Outcome.ADMITTED: 1}.get(outcome, 2) for outcome in Outcome])
"""The cause in `_Asked` by the number of the outcome."""


@remembered
def _admission(log: Log, level: int) -> Curve:
    """The share of those who asked for a level who have been admitted, by days since they asked."""
    asked = _asked(log, level)
    return aalen_johansen(asked.days, asked.cause, 2)[0]


def _level(log: Log, number: int, name: str) -> Iterator[Value]:
    asked = _asked(log, number)
    yield from _of("wait.", name, asked.days, asked.cause, _admission(log, number))
    for who, chosen in (("outside", asked.outside), ("transfers", ~asked.outside)):
        days, cause = asked.days[chosen], asked.cause[chosen]
        yield from _of(f"wait.{who}.", name, days, cause, aalen_johansen(days, cause, 2)[0])


def _of(prefix: str, level: str, days: Floats, cause: Integers, admission: Curve) -> Iterator[Value]:
    admitted = days[cause == 1]
    waited = admitted[np.searchsorted(admitted, 0.0, side="right") :]
    yield from _of_admitted(prefix, level, admitted)
    yield share(f"{prefix}share_waiting", level, len(waited), len(admitted))
    yield from _of_admitted(f"{prefix}waited.", level, waited)
    yield Value(f"{prefix}offered.mean", level, restricted_mean(complement([admission])))
    yield Value(f"{prefix}offered.median", level, quantile(admission, 0.5))
    yield Value(f"{prefix}offered.p90", level, quantile(admission, 0.9))
    yield Value(
        f"{prefix}offered.share_within_7_days", level, float(share_at(admission, np.array([WEEK]))[0])
    )


def _of_admitted(prefix: str, level: str, days: Floats) -> Iterator[Value]:
    yield Value(f"{prefix}mean", level, float(days.mean()) if len(days) else np.nan)
    yield Value(f"{prefix}median", level, _percentile(days, 0.5))
    yield Value(f"{prefix}p90", level, _percentile(days, 0.9))
    within_week = int(np.searchsorted(days, WEEK, side="right"))
    yield share(f"{prefix}share_within_7_days", level, within_week, len(days))


def _percentile(ordered: Floats, p: float) -> float:
    """The percentile of type 7 of numbers in rising order, as numpy interpolates it; NaN of none."""
    if not len(ordered):
        return np.nan
    place = p * (len(ordered) - 1)
    low = int(place)
    part = place - low
    a, b = float(ordered[low]), float(ordered[min(low + 1, len(ordered) - 1)])
    return a + (b - a) * part if part < 0.5 else b - (b - a) * (1.0 - part)
