"""Ranking and selection: which systems meet a standard, and which is the best, with a stated confidence.

Fully sequential: observations are looked at one after the other, and a system is decided as soon as the sum
of what it has shown leaves a triangle that narrows with their number. `meets` is the procedure F_B of
Andradóttir and Kim (2010, Naval Research Logistics 57, 403–421; Batur and Kim 2010, ACM TOMACS 20(3) 13) for
one constraint; `best` is KN of Kim and Nelson (2001, ACM TOMACS 11, 251–273), both with their c = 1.
Observations are taken as normal, which means of replications roughly are; systems may share their luck.
What the observations are is left to `seek.py`.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.log import Floats

BATCH = 8
"""So many observations, or half the first ones, are asked for at a time; they are looked at one by one."""


class Decision(NamedTuple):
    """Whether the mean is above 0 (None: `most` observations did not tell), and how many were looked at."""

    above: bool | None
    replications: int


class Selection(NamedTuple):
    """The system with the highest mean, whether the procedure ended by itself, how many were looked at."""

    best: int
    decided: bool
    replications: tuple[int, ...]  # of each system


def slope(first: int, wrong: float) -> float:
    """η of the papers: ½ (1 + 2η)^−((first − 1)/2) is the chance of a wrong decision."""
    return 0.5 * (float((2.0 * wrong) ** (-2.0 / (first - 1))) - 1.0)


def meets(
    observed: Callable[[int], Floats], *, tolerance: float, wrong: float, first: int, most: int
) -> Decision:
    """Whether the mean of the observations is above 0.

    Wrong with a chance of at most `wrong` where the mean is `tolerance` or more from 0; nearer to 0 either
    answer counts as right. `observed` gives the first so many observations; the variance is that of the
    `first` ones, 2 or more. For several systems at once give each `wrong` = chance of any error ÷ their
    number (Bonferroni).
    """
    seen = observed(min(first, most))
    spread = 2.0 * slope(first, wrong) * (first - 1) * float(np.var(seen[:first], ddof=1))
    number, total = first, float(np.sum(seen[:first]))
    while True:
        edge = max(0.0, spread / (2.0 * tolerance) - tolerance * number / 2.0)
        if abs(total) >= edge:
            return Decision(total >= 0.0, number)
        if number >= most:
            return Decision(None, number)
        if number >= len(seen):
            seen = observed(min(number + max(BATCH, first // 2), most))
        total += float(seen[number])
        number += 1


def best(
    observed: Callable[[int, int], Floats],
    systems: int,
    *,
    indifference: float,
    wrong: float,
    first: int,
    most: int,
) -> Selection:
    """The system with the highest mean.

    Right with a chance of at least 1 − `wrong` where the best is `indifference` or more above all others;
    else one that is within it. `observed(i, n)` gives the first n observations of system i. Where `most`
    observations do not tell, the one with the highest mean among those left.
    """
    if systems == 1:
        return Selection(0, True, (0,))
    left = list(range(systems))
    seen = {i: observed(i, first) for i in left}
    eta = slope(first, wrong / (systems - 1))
    spread = 2.0 * eta * (first - 1) * _variances(np.stack([seen[i][:first] for i in left]))
    sums = {i: float(np.sum(seen[i][:first])) for i in left}
    looked = dict.fromkeys(left, first)
    number = first
    while len(left) > 1:
        edge = np.maximum(0.0, spread / (2.0 * indifference) - indifference * number / 2.0)
        left = [i for i in left if all(sums[i] >= sums[j] - edge[i, j] for j in left if j != i)]
        over = all(edge[i, j] == 0.0 for i in left for j in left if i != j)
        if len(left) == 1 or over or number >= most:
            break
        for i in left:
            if number >= len(seen[i]):
                seen[i] = observed(i, min(number + max(BATCH, first // 2), most))
            sums[i] += float(seen[i][number])
            looked[i] = number + 1
        number += 1
    else:
        over = True
    winner = max(left, key=lambda i: sums[i])
    return Selection(winner, len(left) == 1 or over, tuple(looked[i] for i in range(systems)))


def _variances(first: Floats) -> Floats:
    """S²ᵢⱼ of KN: the variance of the difference of each two systems over their first observations."""
    gaps: Floats = first[:, None, :] - first[None, :, :]
    return np.asarray(np.var(gaps, axis=2, ddof=1))
