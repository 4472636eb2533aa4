"""How long stays last, clinically and in the place, and why they end.

Stays are cohorts by admission, unfinished ones censored; the shares of reasons are of the stays that ended.
What comes after a stay is left to pathways.py, being blocked to blocking.py.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.log import Log
from sim.measures import reasons
from sim.measures.histories import clinical_end, days_between, histories, until, within
from sim.measures.remembered import remembered
from sim.measures.rows import NONE
from sim.measures.survival import (
    Curve,
    aalen_johansen,
    complement,
    kaplan_meier,
    quantile,
    restricted_mean,
)
from sim.measures.tidy import NamedCurve, Value, gives_curves, gives_values, groups, share, tally

POSITIVE: tuple[str, ...] = ("completed", "transferred", "transferred_out")
"""Reasons for the end of a stay that count as positive; the last two are names that a scenario may give."""


@gives_values
def stays(log: Log) -> Iterator[Value]:
    """Lengths of the stays that began within the window, by level, in days, unfinished ones censored.

    stay.clinical.…: from admission to ready, or to left where no next level was wanted. stay.place.…: from
    admission to left. Patients there on day 0 count with the stays they begin later. By Kaplan–Meier,
    censored at the end of the log: .p25, .median, .p75 are the first day by which that share has ended,
    null where the log is too short to see it; .mean is the area under the curve up to the longest stay
    seen: the mean itself where the longest one has ended, else each stay counts only up to there.
    """
    for number, name in enumerate(log.levels):
        known = _lengths(log, number)
        for kind, curve in (("clinical", known.clinical), ("place", known.place)):
            yield Value(f"stay.{kind}.mean", name, restricted_mean(curve))
            yield Value(f"stay.{kind}.p25", name, quantile(curve, 0.25))
            yield Value(f"stay.{kind}.median", name, quantile(curve, 0.5))
            yield Value(f"stay.{kind}.p75", name, quantile(curve, 0.75))


@gives_curves
def stays_curves(log: Log) -> Iterator[NamedCurve]:
    """Curves of the stays that began within the window, by level (group), by days since admission.

    in_stay, in_place: share whose clinical stay goes on, and who still hold the place (Kaplan–Meier).
    ended.<reason>: share whose clinical stay has ended for that reason (Aalen–Johansen, the other reasons
    competing). Unfinished stays are censored at the end of the log.
    """
    for number, name in enumerate(log.levels):
        known = _lengths(log, number)
        yield NamedCurve("in_stay", name, known.clinical)
        yield NamedCurve("in_place", name, known.place)
        for reason, curve in zip(reasons.of_stays(log).values(), known.ended, strict=True):
            yield NamedCurve(f"ended.{reason}", name, curve)


@gives_values
def ended(log: Log) -> Iterator[Value]:
    """Why stays ended: of those whose clinical end lies in the window, the share that ended for each reason.

    ended.<reason>.share, for each level and for all levels together; positive_completion.share: completed,
    or for one of the reasons in `POSITIVE`, as TEDS counts it. The clinical end is ready, or left where no
    next level was wanted. All stays that ended count, whenever they began, those of patients there
    on day 0 included.
    """
    known, names = histories(log).stays, reasons.of_stays(log)
    over = within(clinical_end(known), log)
    totals = tally(over, known.level, log)
    by_reason = [tally(over & (known.cause == code), known.level, log) for code in names]
    for number, name in groups(log):
        for reason, counts in zip(names.values(), by_reason, strict=True):
            yield share(f"ended.{reason}.share", name, counts[number], totals[number])
        good = sum(
            counts[number]
            for reason, counts in zip(names.values(), by_reason, strict=True)
            if reason in POSITIVE
        )
        yield share("positive_completion.share", name, good, totals[number])


class _Lengths(NamedTuple):
    """What is known of the stays at one level that began within the window."""

    clinical: Curve  # the share whose clinical stay goes on
    place: Curve  # the share who still hold the place
    ended: tuple[Curve, ...]  # the share whose clinical stay has ended, by reason


@remembered
def _lengths(log: Log, level: int) -> _Lengths:
    known, names = histories(log).stays, reasons.of_stays(log)
    begun = np.flatnonzero(within(known.admitted, log) & ~known.start & (known.level == level))
    begin, over, left = known.admitted[begun], clinical_end(known)[begun], known.left[begun]
    cause = reasons.renumbered(np.where(np.isnan(over), NONE, known.cause[begun]), names)
    ended = aalen_johansen(days_between(begin, until(over, log.end)), cause, len(names))
    place = kaplan_meier(days_between(begin, until(left, log.end)), ~np.isnan(left))
    return _Lengths(complement(ended), place, ended)
