"""The standard families of distributions: chance from days, and days from chance, each from both tails.

A family is a number and up to three parameters (the table below); `Shape` is one with all that a scenario
says of it. Computed here is only the bare family: steps and mixtures are left to `sim/uncut.py`, cuts, ratios
and `ever` to `sim/distributions.py`, names to `sim/shapes.py`, fits to `sim/fits.py`. Written as flat ifs
over numbers, so that a compiled twin can repeat it line by line.
"""

from math import exp, inf, log, sqrt
from typing import NamedTuple

from sim.special import (
    exp_or_inf,
    expm1,
    gamma_chances,
    gamma_quantile,
    log1p,
    normal_below,
    normal_quantile,
)

# number           a          b                              c
EXPONENTIAL = 0  # mean
LOGNORMAL = 1  #   mu         sigma
GAMMA = 2  #       shape      scale
WEIBULL = 3  #     shape      scale (by which 63 % have gone)
LOGLOGISTIC = 4  # shape      median
UNIFORM = 5  #     low        high
TRIANGULAR = 6  #  low        mode                           high
FIXED = 7  #       value
EMPIRICAL = 8  #   a list of values and weights
MIXTURE = 9  #     a list of shares and parts


class Shape(NamedTuple):
    """One distribution of days: a family with its parameters, its cut, and `ever`."""

    kind: int
    a: float = 0.0
    b: float = 0.0
    c: float = 0.0
    low: float = 0.0  # `min`
    high: float = inf  # `max`
    ever: float = 1.0  # the chance that the clock rings at all
    values: tuple[float, ...] = ()  # of an empirical one, rising
    weights: tuple[float, ...] = ()  # the chance of at most that value; the last is exactly 1
    parts: tuple[tuple[float, "Shape"], ...] = ()  # of a mixture: share and part


def family_quantile(kind: int, a: float, b: float, c: float, below: float, above: float) -> float:
    """The days by which the share `below` has gone; `above` is 1 − below, with the digits below lacks."""
    if kind == EXPONENTIAL:
        if below < 0.1:
            return -a * log1p(-below)
        return -a * log(above) if above > 0.0 else inf
    if kind == FIXED:
        return a
    if below <= 0.0:
        return a if kind >= UNIFORM else 0.0
    if above <= 0.0:
        return inf if kind < UNIFORM else b if kind == UNIFORM else c
    if kind == LOGNORMAL:
        z = normal_quantile(below) if below <= above else -normal_quantile(above)
        return exp_or_inf(a + b * z)
    if kind == GAMMA:
        return b * gamma_quantile(a, below, above)
    if kind == WEIBULL:
        hazard = -log1p(-below) if below < 0.1 else -log(above)
        return b * exp_or_inf(log(hazard) / a)
    if kind == LOGLOGISTIC:
        return b * exp_or_inf((log(below) - log(above)) / a)
    if kind == UNIFORM:
        return a + (b - a) * below if below <= above else b - (b - a) * above
    if below * (c - a) <= b - a:
        return a + sqrt(below * (c - a) * (b - a))
    return c - sqrt(above * (c - a) * (c - b))


def family_chances(kind: int, a: float, b: float, c: float, x: float) -> tuple[float, float]:
    """The chance of at most x days, and the chance of more."""
    if kind == FIXED:
        return (1.0, 0.0) if x >= a else (0.0, 1.0)
    if x <= 0.0:
        return 0.0, 1.0
    if x == inf:
        return 1.0, 0.0
    if kind == EXPONENTIAL:
        return -expm1(-x / a), exp(-x / a)
    if kind == LOGNORMAL:
        z = (log(x) - a) / b
        return normal_below(z), normal_below(-z)
    if kind <= LOGLOGISTIC and x / b <= 0.0:  # so small a number that it vanishes beside the scale
        return 0.0, 1.0
    if kind == GAMMA:
        return gamma_chances(a, x / b)
    if kind == WEIBULL:
        hazard = exp_or_inf(a * log(x / b))
        return -expm1(-hazard), exp(-hazard)
    if kind == LOGLOGISTIC:
        logit = a * log(x / b)
        return 1.0 / (1.0 + exp_or_inf(-logit)), 1.0 / (1.0 + exp_or_inf(logit))
    if kind == UNIFORM:
        return ramp_below(a, b, x), ramp_below(-b, -a, -x)
    return triangle_below(a, b, c, x), triangle_below(-c, -b, -a, -x)


def ramp_below(low: float, high: float, x: float) -> float:
    """The chance that a uniform is at most x."""
    return 0.0 if x <= low else 1.0 if x >= high else (x - low) / (high - low)


def triangle_below(low: float, mode: float, high: float, x: float) -> float:
    """The chance that a triangular is at most x."""
    if x <= low:
        return 0.0
    if x >= high:
        return 1.0
    if x <= mode:
        return (x - low) * (x - low) / ((high - low) * (mode - low))
    return 1.0 - (high - x) * (high - x) / ((high - low) * (high - mode))
