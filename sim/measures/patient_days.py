"""What is told per patient-day or counted in them: average daily census, length of stay two ways, dropouts.

Programmes report these from their records, so they are given here as records count them. How full a level is
at each moment is left to census.py; how long stays last once those still going on are allowed for to
stays.py.
"""

from collections.abc import Iterator
from math import floor

import numpy as np

from sim.log import Floats, Log
from sim.measures.census import first_day
from sim.measures.histories import clinical_end, days_between, histories, until, within
from sim.measures.rows import Numbers
from sim.measures.tidy import Value, gives_values, groups, tally
from sim.words import Reason

PER_DAYS = 1000.0


@gives_values
def patient_days(log: Log) -> Iterator[Value]:
    """Average daily census, average length of stay by two ways, and dropouts per 1,000 patient-days.

    * adc: over the whole days of the window, the number of patients in a place just before midnight, as a
      mean. The day of admission counts, the day of leaving does not; a stay that begins and ends on one day
      counts for that day, as in the reports of TEDS. Null without a whole day.
    * alos.discharges, alos.discharges.median: mean and median days in the place (admitted to left) of the
      stays that left within the window, whenever they began: biased low while a programme fills up.
    * alos.little: patient-days in the place within the window ÷ admissions within the window (Little's law);
      null without an admission. Of a window much longer than the stays the two agree.
    * dropouts.per_1000_patient_days: stays whose clinical end, a dropout, lies in the window, for 1,000
      patient-days in the place within the window; null without any.

    Patients there on day 0 count, their admission does not. For the whole continuum stays at all levels are
    taken together: a patient with two stays counts as two.
    """
    stays = histories(log).stays
    left = until(stays.left, np.inf)
    whole_days = floor(log.window_end) - first_day(log)
    midnights = _by_level(_midnights(stays.admitted, left, log), stays.level, log)
    held = np.minimum(left, log.window_end) - np.maximum(stays.admitted, log.window_start)
    days = _by_level(np.maximum(held, 0.0), stays.level, log)
    admissions = tally(within(stays.admitted, log) & ~stays.start, stays.level, log)
    dropped = within(clinical_end(stays), log) & (stays.cause == Reason.DROPOUT)
    dropouts = tally(dropped, stays.level, log)
    out = np.flatnonzero(within(stays.left, log))
    lengths, at = days_between(stays.admitted[out], stays.left[out]), stays.level[out]
    for number, name in groups(log):
        own = lengths if number < 0 else lengths[at == number]
        yield Value("adc", name, midnights[number] / whole_days if whole_days > 0 else np.nan)
        yield Value("alos.discharges", name, float(own.mean()) if len(own) else np.nan)
        yield Value("alos.discharges.median", name, float(np.median(own)) if len(own) else np.nan)
        admitted = admissions[number]
        yield Value("alos.little", name, days[number] / admitted if admitted else np.nan)
        rate = PER_DAYS * dropouts[number] / days[number] if days[number] else np.nan
        yield Value("dropouts.per_1000_patient_days", name, rate)


def _midnights(admitted: Floats, left: Floats, log: Log) -> Floats:
    """On how many whole days of the window each stay counts: those whose end it sees, one at least."""
    begin = np.floor(admitted)
    end = np.maximum(np.floor(left), begin + 1.0)
    seen = np.minimum(end, floor(log.window_end)) - np.maximum(begin, first_day(log))
    counted: Floats = np.maximum(seen, 0.0)
    return counted


def _by_level(figures: Floats, level: Numbers, log: Log) -> dict[int, float]:
    """The sums of the figures by the number of the level; −1: of all of them."""
    sums = np.bincount(level, weights=figures, minlength=len(log.levels)).tolist()
    return {-1: float(sum(sums)), **dict(enumerate(sums))}
