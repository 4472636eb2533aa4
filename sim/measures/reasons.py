"""Which of a log's reasons can end a stay, and which an episode: the rows and curves that every log has.

A reason that nobody met is a share of zero, not a missing row, so that replications have the same rows.
"""

import numpy as np

from sim.log import Integers, Log
from sim.measures.rows import Numbers
from sim.words import Reason

NEVER_ENDS_A_STAY = frozenset(
    {Reason.RENEGED, Reason.NO_SHOW, Reason.TURNED_AWAY, Reason.START, Reason.PAYER_ENDED, Reason.LOST}
)
NEVER_ENDS_AN_EPISODE = frozenset({Reason.REVIEW, Reason.START, Reason.PAYER_ENDED, Reason.LOST})
"""`payer_ended` stands in both because it is reserved: no engine gives it yet."""


def of_stays(log: Log) -> dict[int, str]:
    """The reasons for which a stay can end: number → name."""
    return {code: name for code, name in enumerate(log.reasons) if code not in NEVER_ENDS_A_STAY}


def of_episodes(log: Log) -> dict[int, str]:
    """The reasons of discharge: number → name."""
    return {code: name for code, name in enumerate(log.reasons) if code not in NEVER_ENDS_AN_EPISODE}


def renumbered(codes: Numbers, reasons: dict[int, str]) -> Integers:
    """The codes as 1, 2, … in the order of `reasons`; 0 where there is none (−1)."""
    number = np.zeros(max(reasons) + 2, dtype=np.int64)
    number[list(reasons)] = np.arange(1, len(reasons) + 1)
    return number[codes]
