"""How many patients move through: requests, admissions, ended stays and discharges per day and per month."""

from collections.abc import Iterator

import numpy as np

from sim.log import Log
from sim.measures.histories import clinical_end, histories, within
from sim.measures.tidy import DAYS_PER_MONTH, Value, gives_values, groups, tally

PERIODS: dict[str, float] = {"per_day": 1.0, "per_month": DAYS_PER_MONTH}
"""Name of the period → its days."""


@gives_values
def throughput(log: Log) -> Iterator[Value]:
    """What happened within the window, per day and per month (365 ÷ 12 days), patients of day 0 included.

    * asked: requests for the level and diverts to it; whole: requests that no stay came before in the
      episode.
    * admissions: to the level; whole: first admissions of episodes.
    * stays_ended: clinical ends of stays (ready, or left where no next level was wanted); whole: of all
      levels.
    * discharges: of episodes with an admission, by the level of the last stay; whole: all of them.

    Whoever was admitted, or asked, before day 0 did so before the window.
    """
    known = histories(log)
    stays, lines, requests, cases = known
    asked = within(lines.joined, log) & ~lines.start
    from_outside = within(requests.joined, log) & ~requests.start & (requests.from_level < 0)
    admitted = within(stays.admitted, log) & ~stays.start
    out = within(cases.discharged, log) & ~np.isnan(cases.admitted)
    counts = {
        "asked": tally(asked, lines.level, log, whole=from_outside),
        "admissions": tally(admitted, stays.level, log, whole=admitted & (stays.from_level < 0)),
        "stays_ended": tally(within(clinical_end(stays), log), stays.level, log),
        "discharges": tally(out, cases.last_level, log),
    }
    days = log.window_end - log.window_start
    for number, name in groups(log):
        for what, count in counts.items():
            for period, length in PERIODS.items():
                yield Value(f"{what}.{period}", name, count[number] * length / days)
