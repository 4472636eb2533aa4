"""Who is readmitted to a 24-hour level within a month: told where a scenario says which levels those are.

Returns to care of any kind after the end of an episode are left to outcomes.py.
"""

from collections.abc import Iterator

import numpy as np

from sim.log import Log
from sim.measures.histories import histories, within
from sim.measures.tidy import WHOLE, Value, share, tally
from sim.scenario.types import Scenario
from sim.words import Reason

READMISSION_DAYS = 30


def readmission(log: Log, scenario: Scenario) -> Iterator[Value]:
    """Of those discharged from a 24-hour level, the share who are back in one within 30 days.

    readmission.within_30_days, for each level with `around_the_clock = true` and for all of these together;
    empty where there is none. Of the stays that left such a level within the window, the share whose patient
    was admitted to the same or a more intensive 24-hour level 1 to 30 dates later, in whichever episode.
    Direct transfers are merged: a stay followed by another at a 24-hour level on the date on which it was
    left is no discharge. Not counted either: who died in the stay, and stays left so late that 30 further
    dates are not within the log.
    """
    levels = [number for number, name in enumerate(log.levels) if scenario.levels[name].around_the_clock]
    if not levels:
        return
    known = histories(log).stays
    here = np.flatnonzero(np.isin(known.level, levels))
    patient, level = known.patient[here], known.level[here]
    admitted, left = np.floor(known.admitted[here]), np.floor(known.left[here])
    follows = patient[1:] == patient[:-1]
    transferred = np.zeros(len(here), dtype=bool)
    transferred[:-1] = follows & (admitted[1:] <= left[:-1])
    seen = left + READMISSION_DAYS + 1 <= log.end
    out = within(known.left[here], log) & ~transferred & (known.cause[here] != Reason.DIED) & seen
    back = np.zeros(len(here), dtype=bool)
    for later in range(1, len(here)):
        days = np.where(patient[later:] == patient[:-later], admitted[later:] - left[:-later], np.inf)
        if not np.any(days <= READMISSION_DAYS):
            break
        soon = (days >= 1.0) & (days <= READMISSION_DAYS)
        back[:-later] |= soon & (level[later:] <= level[:-later])
    of, again = tally(out, level, log), tally(out & back, level, log)
    for number, name in ((-1, WHOLE), *((number, log.levels[number]) for number in levels)):
        yield share("readmission.within_30_days", name, again[number], of[number])
