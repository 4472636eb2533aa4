"""Whether all who run the plain network say the same of it: counts, census, waits, within chance.

The yardsticks draw other numbers than the engines do, so their logs differ and only their statistics agree.
How they are compared: means over replications, their difference in standard errors of the difference.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import hypot, inf, sqrt
from statistics import fmean, stdev
from typing import NamedTuple

import numpy as np
from contenders import Rows

from sim.words import Event

LEVELS = ("detox", "php", "iop", "op")
COUNTED = ("REQUEST", "RENEGE", "ADMIT", "RELAPSE", "READY", "LEAVE", "DISCHARGE")


class Difference(NamedTuple):
    """One statistic of two contenders: both means, and their difference in standard errors."""

    what: str
    first: str
    second: str
    of_first: float
    of_second: float
    errors: float


def statistics(rows: Rows, days: float) -> dict[str, float]:
    """What one replication says: patients, rows, events, mean census and waits by level.

    Census is the mean over `days`; `waits` the mean days from request to admission of all admitted, `waited`
    the share of them who waited.
    """
    time, event, level = rows.time, rows.event, rows.level
    found = {"patients": float(rows.patients), "rows": float(len(time))}
    found["return_to_care"] = float(np.count_nonzero(event == Event.RETURN_TO_CARE))
    admitted, waits = waits_of_admitted(rows)
    for index, name in enumerate(LEVELS):
        here = level == index
        for word in COUNTED:
            found[f"{name}.{word.lower()}"] = float(np.count_nonzero(here & (event == Event[word])))
        remaining = days - time
        came = remaining[here & (event == Event.ADMIT)].sum()
        left = remaining[here & (event == Event.LEAVE)].sum()
        found[f"{name}.census"] = float(came - left) / days
        own = waits[admitted == index]
        found[f"{name}.waits"] = float(own.mean()) if len(own) else 0.0
        found[f"{name}.waited"] = float((own > 0.0).mean()) if len(own) else 0.0
    return found


def waits_of_admitted(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """The level of every admission, and the days since the patient's last request before it."""
    chosen = np.isin(rows.event, (Event.REQUEST, Event.ADMIT))
    time, patient, event, level = (column[chosen] for column in rows[:4])
    order = np.argsort(patient, kind="stable")  # by patient; within a patient as they happened
    time, event, level = time[order], event[order], level[order]
    at = np.flatnonzero(event == Event.ADMIT)
    return level[at], time[at] - time[at - 1]


def compare(found: Mapping[str, Sequence[dict[str, float]]]) -> list[Difference]:
    """Every statistic of every two contenders; `found` holds, by name, the statistics of replications."""
    differences = []
    for first, second in combinations(found, 2):
        for what in found[first][0]:
            a = [of_one[what] for of_one in found[first]]
            b = [of_one[what] for of_one in found[second]]
            error = errors(a, b)
            differences.append(Difference(what, first, second, fmean(a), fmean(b), error))
    return differences


def errors(a: Sequence[float], b: Sequence[float]) -> float:
    """How many standard errors of their difference two means lie apart; without any spread 0 or infinite."""
    apart = abs(fmean(a) - fmean(b))
    error = hypot(stdev(a) / sqrt(len(a)), stdev(b) / sqrt(len(b)))
    if error == 0.0:
        return 0.0 if apart == 0.0 else inf
    return apart / error
