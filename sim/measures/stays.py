"""How long stays last, clinically and in the place, and why they end.

Stays are cohorts by admission, unfinished ones censored; the shares of reasons are of the stays that ended.
What comes after a stay is left to pathways.py, being blocked to blocking.py.
"""

from collections.abc import Iterator

import numpy as np

from sim.log import Floats, Log
from sim.measures import reasons
from sim.measures.histories import Stays, clinical_end, days_between, histories, within
from sim.measures.rows import Flags
from sim.measures.survival import aalen_johansen, kaplan_meier, quantile, restricted_mean
from sim.measures.tidy import NamedCurve, Value, gives_curves, gives_values, groups, share


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
        yield from _lengths(log, number, name)


@gives_curves
def stays_curves(log: Log) -> Iterator[NamedCurve]:
    """Curves of the stays that began within the window, by level (group), by days since admission.

    in_stay, in_place: share whose clinical stay goes on, and who still hold the place (Kaplan–Meier).
    ended.<reason>: share whose clinical stay has ended for that reason (Aalen–Johansen, the other reasons
    competing). Unfinished stays are censored at the end of the log.
    """
    known, names = histories(log).stays, reasons.of_stays(log)
    for number, name in enumerate(log.levels):
        chosen = _begun(known, log, number)
        clinical, over = _durations(known.admitted[chosen], clinical_end(known)[chosen], log)
        place, left = _durations(known.admitted[chosen], known.left[chosen], log)
        yield NamedCurve("in_stay", name, kaplan_meier(clinical, over))
        yield NamedCurve("in_place", name, kaplan_meier(place, left))
        cause = reasons.renumbered(np.where(over, known.cause[chosen], -1), names)
        for reason, curve in zip(names.values(), aalen_johansen(clinical, cause, len(names)), strict=True):
            yield NamedCurve(f"ended.{reason}", name, curve)


@gives_values
def ended(log: Log) -> Iterator[Value]:
    """Why stays ended: of those whose clinical end lies in the window, the share that ended for each reason.

    ended.<reason>.share, for each level and for all levels together. The clinical end is ready, or left
    where no next level was wanted. All stays that ended count, whenever they began, those of patients there
    on day 0 included.
    """
    known, names = histories(log).stays, reasons.of_stays(log)
    over = within(clinical_end(known), log)
    for number, name in groups(log):
        chosen = over if number < 0 else over & (known.level == number)
        cause, total = known.cause[chosen], np.count_nonzero(chosen)
        for code, reason in names.items():
            yield share(f"ended.{reason}.share", name, np.count_nonzero(cause == code), total)


def _begun(known: Stays, log: Log, level: int) -> Flags:
    chosen: Flags = within(known.admitted, log) & ~known.start & (known.level == level)
    return chosen


def _durations(begin: Floats, end: Floats, log: Log) -> tuple[Floats, Flags]:
    """Days until the end, or until the end of the log where it has not come; and whether it has."""
    return days_between(begin, np.nan_to_num(end, nan=log.end)), ~np.isnan(end)


def _lengths(log: Log, level: int, name: str) -> Iterator[Value]:
    known = histories(log).stays
    chosen = _begun(known, log, level)
    for kind, end in (("clinical", clinical_end(known)), ("place", known.left)):
        curve = kaplan_meier(*_durations(known.admitted[chosen], end[chosen], log))
        yield Value(f"stay.{kind}.mean", name, restricted_mean(curve))
        yield Value(f"stay.{kind}.p25", name, quantile(curve, 0.25))
        yield Value(f"stay.{kind}.median", name, quantile(curve, 0.5))
        yield Value(f"stay.{kind}.p75", name, quantile(curve, 0.75))
