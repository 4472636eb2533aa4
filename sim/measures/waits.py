"""How long patients wait from asking for a level to being admitted, told in three ways.

Who leaves the line unadmitted, and how many do, is left to requests.py; how many wait at each moment to
census.py.
"""

from collections.abc import Iterator

import numpy as np

from sim.log import Floats, Integers, Log
from sim.measures.histories import Outcome, Waits, days_between, histories, within
from sim.measures.rows import Flags
from sim.measures.survival import aalen_johansen, kaplan_meier, quantile, restricted_mean, share_at
from sim.measures.tidy import NamedCurve, Value, gives_curves, gives_values, groups, share

WHO: dict[str, str] = {
    "": "",
    "outside.": ", who asked from outside",
    "transfers.": ", who asked from a stay",
}
"""Part of the measure's name → in words."""

WEEK = 7.0


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
        lines, asked = _asked(log, number)
        durations, cause = _durations(lines, asked, log.end)
        yield NamedCurve("admitted", name, aalen_johansen(durations, cause, 2)[0])


def _asked(log: Log, level: int) -> tuple[Waits, Flags]:
    """The waits of a level, or the requests of the continuum, and which of them began within the window."""
    known = histories(log)
    lines = known.requests if level < 0 else known.lines
    asked = within(lines.joined, log) & ~lines.start
    return lines, asked if level < 0 else asked & (lines.level == level)


def _durations(lines: Waits, chosen: Flags, end: float) -> tuple[Floats, Integers]:
    """Days waited so far, and 1 for admitted, 2 for gone otherwise, 0 for still waiting."""
    ended = np.nan_to_num(lines.ended[chosen], nan=end)
    outcome = lines.outcome[chosen]
    cause = np.where(outcome == Outcome.ADMITTED, 1, np.where(outcome == Outcome.WAITING, 0, 2))
    return days_between(lines.joined[chosen], ended), cause


def _level(log: Log, number: int, name: str) -> Iterator[Value]:
    lines, asked = _asked(log, number)
    for who in WHO:
        chosen = asked
        if who:
            chosen = asked & ((lines.from_level < 0) == (who == "outside."))
        durations, cause = _durations(lines, chosen, log.end)
        admitted = durations[cause == 1]
        yield from _of_admitted(f"wait.{who}", name, admitted)
        yield share(f"wait.{who}share_waiting", name, np.count_nonzero(admitted > 0), len(admitted))
        yield from _of_admitted(f"wait.{who}waited.", name, admitted[admitted > 0])
        yield from _of_all(f"wait.{who}offered.", name, durations, cause)


def _of_admitted(prefix: str, level: str, days: Floats) -> Iterator[Value]:
    known = len(days) > 0
    median, p90 = np.percentile(days, (50, 90)) if known else (np.nan, np.nan)
    yield Value(f"{prefix}mean", level, float(np.mean(days)) if known else np.nan)
    yield Value(f"{prefix}median", level, float(median))
    yield Value(f"{prefix}p90", level, float(p90))
    yield share(f"{prefix}share_within_7_days", level, np.count_nonzero(days <= WEEK), len(days))


def _of_all(prefix: str, level: str, days: Floats, cause: Integers) -> Iterator[Value]:
    admission, _ = aalen_johansen(days, cause, 2)
    on_the_list = kaplan_meier(days, cause > 0)
    yield Value(f"{prefix}mean", level, restricted_mean(on_the_list))
    yield Value(f"{prefix}median", level, quantile(admission, 0.5))
    yield Value(f"{prefix}p90", level, quantile(admission, 0.9))
    yield Value(f"{prefix}share_within_7_days", level, float(share_at(admission, np.array([WEEK]))[0]))
