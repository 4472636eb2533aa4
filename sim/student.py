"""The points of Student's t, for intervals of means: the 97.5 % point for those of 95 %.

Exact sums for whole degrees of freedom, so that a command need not load a library for a handful of numbers.
What the intervals are of is left to `sim/estimates.py`.
"""

from functools import lru_cache
from math import atan, cos, exp, lgamma, log, pi, sin, sqrt

MOST = 1000
"""Up to so many degrees of freedom the sums are taken; they grow longer with them."""


@lru_cache(maxsize=4096)
def t_point(freedom: int, confidence: float = 0.95) -> float:
    """The t between whose negative and itself 95 % lie, with so many degrees of freedom, 1 or more.

    Another share is the `confidence`. That, and more than `MOST` degrees, is left to scipy. Else by
    Newton's method from the normal point, which lies below: the chance is concave in t, so the steps never
    go too far. Good to 1e-14.
    """
    if freedom > MOST or confidence != 0.95:
        from scipy.special import stdtrit  # noqa: PLC0415 (seldom needed, and long to load)

        return float(stdtrit(freedom, 0.5 + 0.5 * confidence))
    t = 1.959963984540054
    for _ in range(50):
        step = (0.95 - chance_within(t, freedom)) / (2.0 * density(t, freedom))
        t += step
        if abs(step) < 1e-15 * t:
            break
    return t


def chance_within(t: float, freedom: int) -> float:
    """The chance of a value between −t and t (Abramowitz and Stegun, 26.7.3 and 26.7.4)."""
    angle = atan(t / sqrt(freedom))
    square = cos(angle) ** 2
    if freedom % 2 == 0:
        return sin(angle) * _series(square, 1, freedom - 2)
    more = sin(angle) * cos(angle) * _series(square, 2, freedom - 2) if freedom > 1 else 0.0
    return 2.0 / pi * (angle + more)


def density(t: float, freedom: int) -> float:
    """The density of Student's t."""
    half = 0.5 * freedom
    constant = lgamma(half + 0.5) - lgamma(half) - 0.5 * log(pi * freedom)
    return exp(constant - (half + 0.5) * log(1.0 + t * t / freedom))


def _series(square: float, first: int, last: int) -> float:
    """1 + first/(first + 1) · square + first·(first + 2)/((first + 1)·(first + 3)) · square² + …"""
    total = term = 1.0
    for above in range(first, last, 2):
        term *= above / (above + 1.0) * square
        total += term
    return total
