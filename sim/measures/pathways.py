"""How patients move between levels: transitions, step-ups, and whether completers reach the next level.

Levels stand in order, the most intensive first: a step up goes to a level earlier in that order.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.log import Integers, Log
from sim.measures.histories import clinical_end, days_between, histories, within
from sim.measures.rows import NONE
from sim.measures.tidy import Value, gives_values, groups, named, share, tally
from sim.words import OUTSIDE, Reason

TRANSITION_COLUMNS: tuple[str, ...] = ("from", "to", "patients")
CAPTURE_DAYS: tuple[int, ...] = (7, 14)


@gives_values
def moves(log: Log) -> Iterator[Value]:
    """How often stays end in a step up, and how soon completers are admitted to the next level.

    * step_ups.per_100_stays: of the stays whose clinical end lies in the window, 100 × those after which a
      more intensive level was wanted (for good or for a while) ÷ all of them.
    * step_down.within_7_days, step_down.within_14_days: of the stays completed in the window after which a
      less intensive level was wanted, the share followed by the admission to that level, in the same
      episode, within so many days of being ready (that day included). Stays whose patient was ready less
      than so many days before the end of the log do not count: nobody can know yet.
    """
    known = histories(log).stays
    end = clinical_end(known)
    over = within(end, log)
    wanted = known.to_level != NONE
    up = over & wanted & (known.to_level < known.level)
    down = over & wanted & (known.to_level > known.level) & (known.cause == Reason.COMPLETED)
    reached = down & (known.next_level == known.to_level)
    days, days_followed = (
        days_between(end, known.next_admitted),
        days_between(end, np.full(len(end), log.end)),
    )
    counts = {"step_ups.per_100_stays": (100, up, over)}
    for limit in CAPTURE_DAYS:
        followed = down & (days_followed >= limit)
        counts[f"step_down.within_{limit}_days"] = (1, followed & reached & (days <= limit), followed)
    told = {
        measure: (times, tally(some, known.level, log), tally(of, known.level, log))
        for measure, (times, some, of) in counts.items()
    }
    for number, name in groups(log):
        for measure, (times, some, of) in told.items():
            yield share(measure, name, times * some[number], of[number])


@gives_values
def onward(log: Log) -> Iterator[Value]:
    """How long completers who went on took to the next level: in the old place, and between the two places.

    to_next_level.days.mean, and its parts to_next_level.blocked.mean (ready to left) and
    to_next_level.gap.mean (left to admitted), which add up to it. Of the stays completed within the window
    after which another level was wanted, those followed by an admission in the same episode by the end of
    the log, after a divert too. How many do not get there is left to `moves`.
    """
    known = histories(log).stays
    wanted = within(known.ready, log) & (known.cause == Reason.COMPLETED)
    went = np.flatnonzero(wanted & ~np.isnan(known.next_admitted))
    level = known.level[went]
    blocked = days_between(known.ready[went], known.left[went])
    gap = days_between(known.left[went], known.next_admitted[went])
    for number, name in groups(log):
        own = slice(None) if number < 0 else level == number
        parts = [float(days[own].mean()) if len(days[own]) else np.nan for days in (blocked, gap)]
        yield Value("to_next_level.days.mean", name, sum(parts))
        yield Value("to_next_level.blocked.mean", name, parts[0])
        yield Value("to_next_level.gap.mean", name, parts[1])


def transitions(log: Log) -> pd.DataFrame:
    """How many patients went from where to where within the window; columns `TRANSITION_COLUMNS`.

    `from` is "outside" or a level, `to` a level or the reason of the discharge; only pairs that occur. As
    `transition_counts`.
    """
    return transitions_table(transition_counts(log), log.levels, log.reasons)


def transition_counts(log: Log) -> Integers:
    """How many patients went from where to where within the window.

    A row for "outside" and each level they came from, a column for each level and each reason of discharge
    they went to. An admission counts when it takes place, from the level of the stay before it in the
    episode, else from outside; a discharge counts when it takes place, from the level of the last stay of
    the episode, or from outside where there was none.
    """
    known = histories(log)
    stays, episodes = known.stays, known.episodes
    count = len(log.levels)
    shape = (1 + count, count + len(log.reasons))
    admitted = within(stays.admitted, log) & ~stays.start
    discharged = within(episodes.discharged, log)
    origin = np.concatenate((stays.from_level[admitted], episodes.last_level[discharged])) + 1
    target = np.concatenate((stays.level[admitted], count + episodes.reason[discharged]))
    return np.bincount(origin * shape[1] + target, minlength=shape[0] * shape[1]).reshape(shape)


def transitions_table(cells: Integers, levels: tuple[str, ...], reasons: tuple[str, ...]) -> pd.DataFrame:
    """The counts of `transition_counts` as a table with `TRANSITION_COLUMNS`."""
    start, to = np.nonzero(cells)
    return pd.DataFrame(
        {
            "from": named(start, (OUTSIDE, *levels)),
            "to": named(to, (*levels, *reasons)),
            "patients": cells[start, to],
        },
        columns=list(TRANSITION_COLUMNS),
    )
