"""Where places are lost to patients who are ready to move on, and because which other level has none."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.log import Floats, Log
from sim.measures.histories import clinical_end, days_between, histories, until, within
from sim.measures.tidy import Value, gives_values, groups, named, share, tally

BLOCKED_BY_COLUMNS: tuple[str, ...] = ("level", "waiting_for", "patient_days")
DELAY = "placement delay"
"""Stands in the place of a level: ready, but she has not asked for the next level yet."""


@gives_values
def blocked_stays(log: Log) -> Iterator[Value]:
    """How many stays end with the patient kept in her place.

    stay.blocked.share: of the stays whose clinical end (ready, or left) lies in the window, the share whose
    place was freed later than that, or not yet by the end of the log. All stays count, those that end with
    the discharge and those of patients there on day 0 included.
    """
    stays = histories(log).stays
    end = clinical_end(stays)
    ended = within(end, log)
    kept = ended & ~(days_between(end, stays.left) == 0.0)
    blocked, all_ended = tally(kept, stays.level, log), tally(ended, stays.level, log)
    for number, name in groups(log):
        yield share("stay.blocked.share", name, blocked[number], all_ended[number])


def blocked_by(log: Log) -> pd.DataFrame:
    """Patient-days in the window for which ready patients held a place, by level and by the level awaited.

    Columns `BLOCKED_BY_COLUMNS`; only pairs that occur. As `blocked_days`.
    """
    return blocked_by_table(blocked_days(log), log.levels)


def blocked_days(log: Log) -> Floats:
    """Patient-days in the window for which ready patients held a place: level × level awaited, then `DELAY`.

    A patient is blocked from ready to left. The days from ready to her request (a rule's `delay`) are not the
    next level's doing and stand under "placement delay"; so the rows of a level add up to its blocked days.
    """
    stays = histories(log).stays
    ready = np.flatnonzero(~np.isnan(stays.ready))
    left = until(stays.left[ready], np.inf)
    asked = np.fmin(until(stays.asked[ready], np.inf), left)
    size = len(log.levels) + 1
    row = stays.level[ready] * size
    cells = np.bincount(
        np.concatenate((row + stays.to_level[ready], row + size - 1)),
        weights=np.concatenate(
            (_days_in_window(asked, left, log), _days_in_window(stays.ready[ready], asked, log))
        ),
        minlength=len(log.levels) * size,
    )
    return cells.reshape(-1, size).astype(np.float64)


def blocked_by_table(cells: Floats, levels: tuple[str, ...]) -> pd.DataFrame:
    """The days of `blocked_days` as a table with `BLOCKED_BY_COLUMNS`."""
    level, waiting_for = np.nonzero(cells)
    return pd.DataFrame(
        {
            "level": named(level, levels),
            "waiting_for": named(waiting_for, (*levels, DELAY)),
            "patient_days": cells[level, waiting_for],
        },
        columns=list(BLOCKED_BY_COLUMNS),
    )


def _days_in_window(start: Floats, end: Floats, log: Log) -> Floats:
    days: Floats = np.minimum(end, log.window_end) - np.maximum(start, log.window_start)
    return np.maximum(0.0, days)
