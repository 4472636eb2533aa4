"""How long patients stay in the continuum, and how long without use: curves from the first admission.

The cohort is the same for both: patients whose first admission lies in the window. What follows a discharge
is left to outcomes.py, single stays to stays.py.
"""

from collections.abc import Iterator

import numpy as np

from sim.log import Floats, Log
from sim.measures import reasons
from sim.measures.histories import days_between, histories, until, within
from sim.measures.remembered import remembered
from sim.measures.rows import Flags
from sim.measures.survival import (
    Curve,
    aalen_johansen,
    complement,
    quantile,
    restricted_mean,
    share_at,
)
from sim.measures.tidy import NamedCurve, Value, gives_curves, gives_values, groups

DAYS: tuple[int, ...] = (30, 90, 180, 365)


def cohort(log: Log, level: int) -> Flags:
    """Which episodes are those of the cohort: the patient's first with an admission, begun in the window.

    Patients there on day 0 are never in it. Only those whose first admission was to the level; −1: to any.
    """
    known = histories(log).episodes
    chosen = known.first & ~known.start & within(known.admitted, log)
    return chosen if level < 0 else chosen & (known.first_level == level)


@gives_values
def retention(log: Log) -> Iterator[Value]:
    """The share of the cohort still in the continuum so many days after the first admission.

    retention.day_30, .day_90, .day_180, .day_365: not discharged by then, wherever they are: in care,
    blocked, or waiting at home for the next level. The reasons of discharge, death among them, compete
    (Aalen–Johansen); who is still there when the log ends is censored; null beyond the longest follow-up. A
    later return to care changes nothing. episode.days.mean, .median: days from the first admission to the
    discharge of the episode, from the same curve (mean: the area up to the longest episode seen). Level: of
    the first admission.
    """
    for number, name in groups(log):
        still = complement(discharge_curves(log, number))
        yield from _days("retention", name, still)
        yield Value("episode.days.mean", name, restricted_mean(still))
        yield Value("episode.days.median", name, quantile(still, 0.5))


@gives_values
def relapse_free(log: Log) -> Iterator[Value]:
    """The share of the cohort without any use so many days after the first admission.

    relapse_free.day_30 …: neither a `relapse` in a stay nor a `return_to_use`, while waiting at home or
    after the discharge, by then; later episodes count on. Death competes: who died without use never used.
    Who has not used when the log ends is censored. Where the scenario has no clock for return to use after
    discharge the measure is in_care.day_30 … instead: no relapse by then, censored at the discharge too
    (use at the very moment of the discharge counts). Level: of the first admission.
    """
    for number, name in groups(log):
        yield from _days(_use_name(log), name, use_curve(log, number))


@gives_curves
def retention_curves(log: Log) -> Iterator[NamedCurve]:
    """Curves of the cohort by days since the first admission; group: its level, or "" for all.

    retention and relapse_free (or in_care) as in the functions of these names; discharged.<reason>: the share
    discharged for that reason, for all together; they and retention add up to one.
    """
    for number, name in groups(log):
        by_reason = discharge_curves(log, number)
        yield NamedCurve("retention", name, complement(by_reason))
        yield NamedCurve(_use_name(log), name, use_curve(log, number))
        if number < 0:
            for reason, curve in zip(reasons.of_episodes(log).values(), by_reason, strict=True):
                yield NamedCurve(f"discharged.{reason}", name, curve)


@remembered
def discharge_curves(log: Log, level: int) -> tuple[Curve, ...]:
    """Per reason of discharge the share of the cohort discharged for it, by days since first admission."""
    known, names, chosen = histories(log).episodes, reasons.of_episodes(log), cohort(log, level)
    days = days_between(known.admitted[chosen], until(known.discharged[chosen], log.end))
    return aalen_johansen(days, reasons.renumbered(known.reason[chosen], names), len(names))


@remembered
def use_curve(log: Log, level: int) -> Curve:
    """The share of the cohort without use, by days since the first admission."""
    known, chosen = histories(log).episodes, cohort(log, level)
    used, died = known.used[chosen], known.died[chosen]
    last = np.full(len(used), log.end)
    if not log.follows_use:
        last = np.fmin(last, known.discharged[chosen])
    followed = np.fmin(np.fmin(used, died), last)
    cause = np.where(used == followed, 1, np.where(died == followed, 2, 0))
    using, _ = aalen_johansen(days_between(known.admitted[chosen], followed), cause, 2)
    return using._replace(share=1.0 - using.share, before=1.0)


def _use_name(log: Log) -> str:
    return "relapse_free" if log.follows_use else "in_care"


def _days(name: str, level: str, curve: Curve) -> Iterator[Value]:
    shares: Floats = share_at(curve, np.array(DAYS, dtype=float))
    for day, share in zip(DAYS, shares, strict=True):
        yield Value(f"{name}.day_{day}", level, float(share))
