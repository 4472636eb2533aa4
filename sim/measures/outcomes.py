"""How episodes end, and who comes back to care after the discharge.

Retention until the discharge is left to retention.py; those who never got in are left to requests.py.
"""

from collections.abc import Iterator

import numpy as np

from sim.log import Log
from sim.measures import reasons
from sim.measures.histories import days_between, histories, within
from sim.measures.remembered import remembered
from sim.measures.rows import Flags
from sim.measures.survival import Curve, aalen_johansen, share_at
from sim.measures.tidy import (
    DAYS_PER_MONTH,
    WHOLE,
    NamedCurve,
    Value,
    gives_curves,
    gives_values,
    groups,
    share,
)
from sim.words import Reason

RETURN_DAYS: tuple[int, ...] = (30, 90, 365)


@gives_values
def episodes(log: Log) -> Iterator[Value]:
    """How the episodes discharged within the window ended; only those with an admission count.

    episodes.<reason>.share: the share discharged for that reason. episodes.completed.per_month: those
    discharged as completed, a month being 365 ÷ 12 days. episodes.completed_relapse_free.per_month:
    those among them without a `relapse` in any stay of the episode. All episodes count, whenever they
    began, those of patients there on day 0 included. Whole continuum only.
    """
    known, names = histories(log).episodes, reasons.of_episodes(log)
    over = within(known.discharged, log) & ~np.isnan(known.admitted)
    total = np.count_nonzero(over)
    months = (log.window_end - log.window_start) / DAYS_PER_MONTH
    completed = over & (known.reason == Reason.COMPLETED)
    clean = completed & np.isnan(known.relapsed)
    for code, name in names.items():
        yield share(f"episodes.{name}.share", WHOLE, np.count_nonzero(over & (known.reason == code)), total)
    yield Value("episodes.completed.per_month", WHOLE, np.count_nonzero(completed) / months)
    yield Value("episodes.completed_relapse_free.per_month", WHOLE, np.count_nonzero(clean) / months)


@gives_values
def returns(log: Log) -> Iterator[Value]:
    """The share who return to care within so many days of their discharge.

    return_to_care.within_30_days, .within_90_days, .within_365_days: of the episodes with an admission that
    were discharged within the window, patients there on day 0 excepted, the share followed by a
    `return_to_care` within so many days. The discharge starts the clock, so the cohort is one of
    discharges: one of admissions would count short stays more often. Death competes (Aalen–Johansen); who
    has not returned when the log ends is censored; null beyond the longest follow-up. Level: of the last
    stay. Empty where the scenario has no clock for the return to care.
    """
    for number, name in groups(log) if log.follows_care else ():
        yield from _within(name, return_curve(log, number))


@gives_curves
def returns_curves(log: Log) -> Iterator[NamedCurve]:
    """Curve `return_to_care`: the share of `returns` by days since discharge; group: last level, or ""."""
    for number, name in groups(log) if log.follows_care else ():
        yield NamedCurve("return_to_care", name, return_curve(log, number))


def discharged(log: Log, level: int) -> Flags:
    """Which episodes are those of the cohort of `returns` whose last stay was at the level; −1: at any."""
    known = histories(log).episodes
    chosen = within(known.discharged, log) & ~np.isnan(known.admitted) & ~known.start
    return chosen if level < 0 else chosen & (known.last_level == level)


@remembered
def return_curve(log: Log, level: int) -> Curve:
    """The share who have returned to care, by days since the discharge; −1: from any level."""
    known, chosen = histories(log).episodes, discharged(log, level)
    out, back = known.discharged[chosen], known.returned[chosen]
    died = np.where(np.isnan(back), known.died[chosen], np.nan)
    until = np.fmin(np.fmin(back, died), log.end)
    cause = np.where(until == back, 1, np.where(until == died, 2, 0))
    returning, _ = aalen_johansen(days_between(out, until), cause, 2)
    return returning


def _within(level: str, curve: Curve) -> Iterator[Value]:
    shares = share_at(curve, np.array(RETURN_DAYS, dtype=float))
    for days, value in zip(RETURN_DAYS, shares, strict=True):
        yield Value(f"return_to_care.within_{days}_days", level, float(value))
