"""From a uniform number to days: draws, chances and means of any distribution of a scenario.

A draw is the quantile function at a uniform number: monotone in it (to the last digits), never rejected,
never clipped onto a bound. In this order: hazard ratio, quantile, time ratio, cut to `min` and `max`. How a
distribution is named and fitted is left to `sim/shapes.py`, the uncut ones to `sim/uncut.py` and
`sim/families.py`, where uniforms come from to `sim/draws.py`.

Notation, with F the distribution function of the days given that the clock rings: h is the hazard ratio, r
the time ratio, E the chance that it rings at all (`ever`). G(x) = 1 − (1 − E·F(x))^h is the chance that it
has rung by x before stretching and cutting, e = G(∞). A uniform u at or above e never rings; else w = u ÷ e
is the share of rings that come earlier, g = G(min/r) + w·(G(max/r) − G(min/r)), and the draw is
r·Q((1 − (1 − g)^(1/h)) ÷ E). Beside each chance goes what is left of it (e − G), so that both ends keep
their digits. A value on `min` is within the cut.
"""

from collections.abc import Callable
from math import cosh, inf, pi, sin, sinh

from sim.families import (
    EXPONENTIAL,
    FIXED,
    GAMMA,
    LOGLOGISTIC,
    LOGNORMAL,
    MIXTURE,
    TRIANGULAR,
    UNIFORM,
    WEIBULL,
    Shape,
)
from sim.shapes import mass, shape
from sim.special import SMALLEST, exp_or_inf, expm1, log1p, log_gamma
from sim.uncut import Distributions, at_chance, chances, difference, flatten

__all__ = [
    "Distributions",
    "Shape",
    "chance_by",
    "clock_from_probability",
    "flatten",
    "mean",
    "odds",
    "quantile",
    "quantile_of",
    "shape",
    "survival",
    "value",
    "value_beyond",
]


def value(d: Distributions, i: int, u: float, hazard_ratio: float, time_ratio: float) -> float:
    """The draw of row i at the uniform u, in days; infinite when the clock never rings."""
    if hazard_ratio == 1.0 and d.plain[i]:
        return time_ratio * at_chance(d, i, u, 1.0 - u)
    e = rings(d.ever[i], hazard_ratio)
    if u >= e:
        return inf
    return at_share_of_rings(d, i, u / e, (e - u) / e, hazard_ratio, time_ratio)


def value_beyond(
    d: Distributions, i: int, u: float, hazard_ratio: float, time_ratio: float, days: float
) -> float:
    """The draw of row i at the uniform u given that the clock has not rung in `days`, counted from its start.

    Where it cannot have lasted so long, `days` itself: it rings now.
    """
    if days <= 0.0:
        return value(d, i, u, hazard_ratio, time_ratio)
    e = rings(d.ever[i], hazard_ratio)
    earlier, later = shares_of_rings(d, i, days, hazard_ratio, time_ratio, True)
    if e * later <= 0.0:
        return inf if e < 1.0 else days
    ringing = e * later / (1.0 - e + e * later)
    if u >= ringing:
        return inf
    within = earlier + later * (u / ringing)
    beyond = later * ((ringing - u) / ringing)
    return max(days, at_share_of_rings(d, i, within, beyond, hazard_ratio, time_ratio))


def survival(d: Distributions, i: int, x: float, hazard_ratio: float, time_ratio: float) -> float:
    """The chance that the clock of row i has not rung by x days, cut and `ever` included."""
    e = rings(d.ever[i], hazard_ratio)
    return 1.0 - e + e * shares_of_rings(d, i, x, hazard_ratio, time_ratio, True)[1]


def quantile(d: Distributions, i: int, u: float) -> float:
    """The days by which the share u has gone, of the uncut distribution given that it rings."""
    return at_chance(d, i, u, 1.0 - u)


def chance_by(d: Distributions, i: int, x: float) -> float:
    """The chance of at most x days, of the uncut distribution given that it rings."""
    return chances(d, i, x, True)[0]


def clock_from_probability(
    p: float, u: float, planned: float, hazard_ratio: float, time_ratio: float
) -> float:
    """The days until an end that comes before `planned` days with chance p, at constant hazard.

    planned · ln(1 − u) ÷ ln(1 − p), times the time ratio; infinite for p = 0, 0 for p = 1. A hazard ratio h
    turns u into 1 − (1 − u)^(1/h).
    """
    if p <= 0.0 or hazard_ratio <= 0.0:
        return inf
    if p >= 1.0:
        return 0.0
    return time_ratio * planned * (log1p(-u) / (hazard_ratio * log1p(-p)))


def odds(p: float, ratio: float) -> float:
    """The probability whose odds are `ratio` times those of p."""
    return p * ratio / (1.0 - p + p * ratio) if 0.0 < p < 1.0 else p


def quantile_of(found: Shape, p: float, *, hazard_ratio: float = 1.0, time_ratio: float = 1.0) -> float:
    """The days by which the share p of those for whom it rings has gone, cut and ratios included."""
    return at_share_of_rings(flatten([found]), 0, p, 1.0 - p, hazard_ratio, time_ratio)


def mean(found: Shape, *, hazard_ratio: float = 1.0, time_ratio: float = 1.0) -> float:
    """The mean days of those for whom it rings, cut and ratios included; infinite under too heavy a tail.

    Good to 1e-10, but for a mixture under a hazard ratio, where three digits are promised.
    """
    ever = found.ever if 0.0 < found.ever < 1.0 and hazard_ratio != 1.0 else 1.0
    h = hazard_ratio if found.ever > 0.0 else 1.0
    found = found._replace(ever=ever)
    if found.high == inf and ever == 1.0 and heavy(found, h):
        return inf
    if h == 1.0 and found.low <= 0.0 and found.high == inf and found.kind in MEANS:
        return time_ratio * MEANS[found.kind](found.a, found.b, found.c)
    if h == 1.0 and found.kind == MIXTURE:
        return mean_of_mixture(found, time_ratio)
    return mean_by_quadrature(found, h, time_ratio)


# --- rings, cut and stretched ----------------------------------------------------------------------------


def at_share_of_rings(
    d: Distributions, i: int, within: float, beyond: float, hazard_ratio: float, time_ratio: float
) -> float:
    """The days by which the share `within` of all rings of row i has come; beyond = 1 − within."""
    ever = d.ever[i]
    if hazard_ratio == 1.0 and d.low[i] <= 0.0 and d.high[i] == inf:
        return time_ratio * at_chance(d, i, within, beyond)
    g_low, left_low = rung(ever, *chances_at_low(d, i, time_ratio), hazard_ratio)
    g_high, left_high = rung(ever, *chances_at_high(d, i, time_ratio), hazard_ratio)
    span = difference(g_low, left_low, g_high, left_high)
    if span <= 0.0:
        return d.low[i] if g_low > left_low else d.high[i]
    g = g_low + within * span
    left = left_high + beyond * span
    if g <= left:
        below = below_where_rung(ever, g, hazard_ratio)
        above = 1.0 - below
    else:
        above = above_where_left(ever, left, hazard_ratio)
        below = 1.0 - above
    return min(d.high[i], max(d.low[i], time_ratio * at_chance(d, i, below, above)))


def shares_of_rings(
    d: Distributions, i: int, x: float, hazard_ratio: float, time_ratio: float, inclusive: bool
) -> tuple[float, float]:
    """The shares of all rings of row i by x days, and later; if not inclusive, before x and from x on."""
    if x < d.low[i]:
        return 0.0, 1.0
    if x > d.high[i] or (x == d.high[i] and inclusive):
        return 1.0, 0.0
    ever = d.ever[i]
    g_low, left_low = rung(ever, *chances_at_low(d, i, time_ratio), hazard_ratio)
    g_high, left_high = rung(ever, *chances_at_high(d, i, time_ratio), hazard_ratio)
    span = difference(g_low, left_low, g_high, left_high)
    if span <= 0.0:
        return (1.0, 0.0) if g_low > left_low else (0.0, 1.0)
    g, left = rung(ever, *chances(d, i, x / time_ratio, inclusive), hazard_ratio)
    return (
        max(0.0, difference(g_low, left_low, g, left) / span),
        max(0.0, difference(g, left, g_high, left_high) / span),
    )


def chances_at_low(d: Distributions, i: int, time_ratio: float) -> tuple[float, float]:
    """The uncut chances before the lower cut and from it on."""
    if time_ratio == 1.0 or d.low[i] <= 0.0:
        return d.before_low[i], d.from_low[i]
    return chances(d, i, d.low[i] / time_ratio, False)


def chances_at_high(d: Distributions, i: int, time_ratio: float) -> tuple[float, float]:
    """The uncut chances up to the upper cut and beyond it."""
    if time_ratio == 1.0 or d.high[i] == inf:
        return d.by_high[i], d.after_high[i]
    return chances(d, i, d.high[i] / time_ratio, True)


# --- hazard ratio and `ever` -----------------------------------------------------------------------------


def rings(ever: float, hazard_ratio: float) -> float:
    """e: the chance that a clock rings at all."""
    if hazard_ratio == 1.0:
        return ever
    if hazard_ratio <= 0.0:
        return 0.0
    return 1.0 if ever >= 1.0 else -expm1(hazard_ratio * log1p(-ever))


def rung(ever: float, below: float, above: float, hazard_ratio: float) -> tuple[float, float]:
    """G and e − G where F is `below` and 1 − F `above`: the chances of ringing so far, and later."""
    if hazard_ratio == 1.0:
        return ever * below, ever * above
    left = to_ring(ever, above, hazard_ratio)
    if below > above:
        return rings(ever, hazard_ratio) - left, left
    return -expm1(hazard_ratio * log1p(-ever * below)), left


def to_ring(ever: float, above: float, hazard_ratio: float) -> float:
    """e − G where 1 − F is `above`: the chance of ringing, but later."""
    if ever >= 1.0:
        return power(above, hazard_ratio)
    never = power(1.0 - ever, hazard_ratio)
    if never < SMALLEST:
        return power(1.0 - ever + ever * above, hazard_ratio)
    return never * expm1(hazard_ratio * log1p(ever * above / (1.0 - ever)))


def below_where_rung(ever: float, g: float, hazard_ratio: float) -> float:
    """F where G is g."""
    if hazard_ratio == 1.0:
        return g / ever
    return -expm1(log1p(-g) / hazard_ratio) / ever


def above_where_left(ever: float, left: float, hazard_ratio: float) -> float:
    """1 − F where e − G is `left`."""
    if hazard_ratio == 1.0:
        return left / ever
    if ever >= 1.0:
        return power(left, 1.0 / hazard_ratio)
    never = power(1.0 - ever, hazard_ratio)
    if never < SMALLEST:
        return max(0.0, power(left, 1.0 / hazard_ratio) - (1.0 - ever)) / ever
    return (1.0 - ever) * expm1(log1p(left / never) / hazard_ratio) / ever


def power(x: float, y: float) -> float:
    """x to the y, for 0 ≤ x ≤ 1 and y > 0."""
    return x**y if x > 0.0 else 0.0


# --- means -----------------------------------------------------------------------------------------------

MEANS: dict[int, Callable[[float, float, float], float]] = {
    EXPONENTIAL: lambda mean, _, __: mean,
    LOGNORMAL: lambda mu, sigma, _: exp_or_inf(mu + 0.5 * sigma * sigma),
    GAMMA: lambda shape, scale, _: shape * scale,
    WEIBULL: lambda shape, scale, _: scale * exp_or_inf(log_gamma(1.0 + 1.0 / shape)),
    LOGLOGISTIC: lambda shape, median, _: median * (pi / shape) / sin(pi / shape),
    UNIFORM: lambda low, high, _: 0.5 * (low + high),
    TRIANGULAR: lambda low, mode, high: (low + mode + high) / 3.0,
    FIXED: lambda value, _, __: value,
}
"""The textbook means, uncut and without a hazard ratio."""


def heavy(found: Shape, hazard_ratio: float) -> bool:
    """Whether the uncut tail is too heavy for a mean: only a loglogistic's can be."""
    if found.kind == MIXTURE:
        return any(heavy(part, hazard_ratio) for _, part in found.parts if part.high == inf)
    return found.kind == LOGLOGISTIC and found.a * hazard_ratio <= 1.0


def mean_of_mixture(found: Shape, time_ratio: float) -> float:
    """The mean of a mixture: those of its parts, weighed by what the cut leaves of each."""
    total = weights = 0.0
    for share, part in found.parts:
        low, high = max(part.low, found.low / time_ratio), min(part.high, found.high / time_ratio)
        weight = share * mass(part, low, high) / mass(part, part.low, part.high)
        if weight > 0.0:
            weights += weight
            total += weight * mean(part._replace(low=low, high=high))
    return time_ratio * total / weights if weights > 0.0 else quantile_of(found, 0.5, time_ratio=time_ratio)


def mean_by_quadrature(found: Shape, hazard_ratio: float, time_ratio: float) -> float:
    """The mean as the integral of the quantile function, jump by jump and smooth piece by smooth piece."""
    d = flatten([found])
    breaks = {time_ratio * x for x in corners(found)}
    if found.kind == MIXTURE:
        breaks |= {
            quantile_of(found, k / 32, hazard_ratio=hazard_ratio, time_ratio=time_ratio) for k in range(1, 32)
        }
    total = 0.0
    left = (0.0, 1.0)  # the shares of rings up to here and from here on
    for x in [*sorted(x for x in breaks if found.low <= x <= found.high), inf]:
        before = shares_of_rings(d, 0, x, hazard_ratio, time_ratio, False) if x < inf else (1.0, 0.0)
        if before[1] < left[1]:
            total += piece(d, left, before, hazard_ratio, time_ratio)
        left = shares_of_rings(d, 0, x, hazard_ratio, time_ratio, True) if x < inf else before
        if left[1] < before[1]:
            total += x * difference(*before, *left)
    return total


def piece(
    d: Distributions,
    left: tuple[float, float],
    right: tuple[float, float],
    hazard_ratio: float,
    time_ratio: float,
) -> float:
    """The integral of the quantile function of row 0 between two shares of rings, by tanh–sinh quadrature."""
    span = difference(*left, *right)
    total = 0.0
    for k in range(-96, 97):
        s = 0.5 * pi * sinh(k / 16.0)
        y, rest = 1.0 / (1.0 + exp_or_inf(-2.0 * s)), 1.0 / (1.0 + exp_or_inf(2.0 * s))
        weight = pi * cosh(k / 16.0) * y * rest / 16.0
        x = at_share_of_rings(d, 0, left[0] + span * y, right[1] + span * rest, hazard_ratio, time_ratio)
        total += weight * x if 0.0 < x < inf else 0.0
    return span * total


def corners(found: Shape) -> list[float]:
    """The days at which the quantile function jumps or bends."""
    if found.kind == MIXTURE:
        return [x for _, part in found.parts for x in (*corners(part), part.low, part.high) if x < inf]
    if found.kind in (UNIFORM, FIXED, TRIANGULAR):
        return [found.a, found.b, found.c]
    return list(found.values)
