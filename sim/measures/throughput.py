"""How many patients move through: requests, admissions, ended stays and discharges per day and per month."""

from collections.abc import Iterator

import numpy as np

from sim.log import Log
from sim.measures.histories import clinical_end, histories, within
from sim.measures.tidy import DAYS_PER_MONTH, Value, gives_values, groups

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
    stays, lines, cases = known.stays, known.lines, known.episodes
    asked = within(lines.joined, log) & ~lines.start
    admitted = within(stays.admitted, log) & ~stays.start
    over = within(clinical_end(stays), log)
    out = within(cases.discharged, log) & ~np.isnan(cases.admitted)
    asked_whole = within(known.requests.joined, log) & ~known.requests.start & (known.requests.from_level < 0)
    days = log.window_end - log.window_start
    for number, name in groups(log):
        whole = number < 0
        counts = {
            "asked": np.count_nonzero(asked_whole if whole else asked & (lines.level == number)),
            "admissions": np.count_nonzero(
                admitted & (stays.from_level < 0 if whole else stays.level == number)
            ),
            "stays_ended": np.count_nonzero(over if whole else over & (stays.level == number)),
            "discharges": np.count_nonzero(out if whole else out & (cases.last_level == number)),
        }
        for what, count in counts.items():
            for period, length in PERIODS.items():
                yield Value(f"{what}.{period}", name, count * length / days)
