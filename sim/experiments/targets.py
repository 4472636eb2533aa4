"""Targets as people write them, `wait.php.share_within_7_days >= 0.9`, and whether replications meet them.

With confidence c means: the one-sided bound of the mean at c (Student's t; for a share of patients the
jackknife) lies beyond the target. A target is missed where the opposite bound does not reach it; between the
two the replications do not tell. What is varied to meet it is left to `seek.py`.
"""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim import estimates
from sim.errors import SimError
from sim.log import Floats
from sim.measures.names import find, spelled
from sim.measures.reduce import Layout, Reduced

GRAMMAR = "MEASURE.LEVEL.STATISTIC >= NUMBER (or <=), such as wait.php.share_within_7_days >= 0.9"

MEETS, MISSES, UNSURE, UNKNOWN = "meets", "misses", "unsure", "unknown"
"""What replications say of a target; unknown: fewer than 2 of them have a value."""


class Target(NamedTuple):
    """A measure of a level that is to be at least, or at most, a number."""

    measure: str
    level: str
    at_least: bool
    number: float

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        return f"{spelled(self.measure, self.level)} {sign} {self.number:g}"


class Told(NamedTuple):
    """What replications say of a target: the mean, its one-sided bounds, and the verdict.

    `low` and `high` are each passed with the chance 1 − confidence; together a two-sided interval at 2c − 1.
    """

    mean: float
    low: float
    high: float
    replications: int
    verdict: str


def target_of(text: str, layout: Layout) -> Target:
    """The target that a text names, of a scenario with this layout. Raises `SimError`."""
    name, at_least, number = parts_of(text)
    return Target(*find(name, layout.measures), at_least, number)


def parts_of(text: str) -> tuple[str, bool, float]:
    """The name, whether at least (else at most), and the number. Raises `SimError` for anything else."""
    found = re.fullmatch(
        r"\s*([\w.\- ]+?)\s*(>=|<=|>|<|≥|≤)\s*([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)\s*(%?)\s*", text
    )
    if not found:
        raise SimError(f"target {text!r}: is not understood; want {GRAMMAR}")
    name, sign, number, percent = found.groups()
    return name, sign in (">=", ">", "≥"), float(number) / (100.0 if percent else 1.0)


def told(reduced: Sequence[Reduced], target: Target, *, confidence: float) -> Told:
    """What the replications say of the target, with this confidence on one side."""
    mean, low, high, number = estimates.estimate(
        reduced, target.measure, target.level, confidence=2.0 * confidence - 1.0
    )
    good, bad = (low, high) if target.at_least else (high, low)
    sign = 1.0 if target.at_least else -1.0
    if math.isnan(low):
        verdict = UNKNOWN
    elif sign * (good - target.number) >= 0.0:
        verdict = MEETS
    elif sign * (bad - target.number) < 0.0:
        verdict = MISSES
    else:
        verdict = UNSURE
    return Told(mean, low, high, number, verdict)


def beyond(reduced: Sequence[Reduced], target: Target, *, scale: float | None = None) -> tuple[Floats, float]:
    """How far each replication lies beyond the target, above 0 where it meets it, and the scale used.

    A share of patients is a ratio of sums, which meets the target exactly where Σ (over − number × under)
    does: that, divided by the mean of what is below (`scale`, when it is known from the first replications).
    NaN where a replication has no value.
    """
    row = reduced[0].layout.measures.index((target.measure, target.level))
    value, over, under = np.stack([one.figures[row] for one in reduced]).T
    sign = 1.0 if target.at_least else -1.0
    if np.isnan(under).any():
        gap, scale = value - target.number, 1.0
    else:
        scale = scale or float(np.mean(under)) or 1.0
        gap = (over - target.number * under) / scale
    return sign * gap, scale
