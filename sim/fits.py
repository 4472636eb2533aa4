"""Fits: the standard families from what people know of them, one function a way.

`WAYS` and `FROM_QUANTILES` list every way to give each family; a new way is one function and one line there.
Fits are of the uncut distribution. Numbers arrive here finite and not negative; what still cannot be is a
`ValueError` whose text is a sentence. Names, cuts, lists and mixtures are left to `sim/shapes.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import exp, inf, log, sqrt

from sim.families import (
    EXPONENTIAL,
    FIXED,
    GAMMA,
    LOGLOGISTIC,
    LOGNORMAL,
    TRIANGULAR,
    UNIFORM,
    WEIBULL,
    Shape,
    family_quantile,
)
from sim.special import gamma_quantile, log1p, normal_quantile

GAMMA_SHAPES = (1e-3, 1e6)
MEANS_AGREE_WITHIN = 0.01
CORNERS = ("low", "mode", "high")


def positive(value: float, name: str) -> float:
    """The value, which must be above 0."""
    if value <= 0.0:
        raise ValueError(f"{name} = {value:g}; want more than 0")
    return value


# --- one way each ----------------------------------------------------------------------------------------


def fixed(value: float) -> Shape:
    """Always the same number of days."""
    return Shape(FIXED, value)


def uniform(low: float, high: float) -> Shape:
    """Equally likely between two bounds."""
    if low >= high:
        raise ValueError(f"low = {low:g} must lie below high = {high:g}")
    return Shape(UNIFORM, low, high)


def triangular(low: float, mode: float, high: float) -> Shape:
    """Between two bounds, most likely at the mode."""
    if not low <= mode <= high or low == high:
        raise ValueError(f"want low ≤ mode ≤ high and low < high; have {low:g}, {mode:g}, {high:g}")
    return Shape(TRIANGULAR, low, mode, high)


def exponential(mean: float) -> Shape:
    """Constant hazard 1 ÷ mean."""
    return Shape(EXPONENTIAL, positive(mean, "mean"))


def exponential_by_share(share: float, by_day: float) -> Shape:
    """Constant hazard, by which this share has gone by this day."""
    return exponential(positive(by_day, "by_day") / -log1p(-share))


def lognormal(mu: float, sigma: float) -> Shape:
    """The logarithm of the days is normal with mean mu and standard deviation sigma."""
    return Shape(LOGNORMAL, mu, positive(sigma, "sigma"))


def lognormal_by_moments(mean: float, sd: float) -> Shape:
    """Lognormal of this mean and standard deviation."""
    variance = log1p((positive(sd, "sd") / positive(mean, "mean")) ** 2)
    return lognormal(log(mean) - 0.5 * variance, sqrt(variance))


def lognormal_by_median(median: float, mean: float) -> Shape:
    """Lognormal of this median and mean: sigma² = 2 ln(mean ÷ median)."""
    if positive(median, "median") >= mean:
        raise ValueError(f"a lognormal's mean lies above its median; have {mean:g} and {median:g}")
    return lognormal(log(median), sqrt(2.0 * log(mean / median)))


def lognormal_by_share(sigma: float, share: float, by_day: float) -> Shape:
    """Lognormal of this sigma, by which this share has gone by this day."""
    return lognormal(log(positive(by_day, "by_day")) - sigma * normal_quantile(share), sigma)


def gamma(shape: float, scale: float) -> Shape:
    """Gamma; its mean is shape × scale."""
    least, largest = GAMMA_SHAPES
    if not least <= shape <= largest:
        raise ValueError(f"a gamma of shape (mean ÷ sd)² = {shape:g}; want {least:g} to {largest:g}")
    return Shape(GAMMA, shape, positive(scale, "scale"))


def gamma_by_moments(mean: float, sd: float) -> Shape:
    """Gamma of this mean and standard deviation."""
    ratio = positive(mean, "mean") / positive(sd, "sd")
    return gamma(ratio * ratio, sd / ratio)


def gamma_by_share(shape: float, share: float, by_day: float) -> Shape:
    """Gamma of this shape, by which this share has gone by this day."""
    unit = gamma(shape, 1.0)
    return gamma(shape, positive(by_day, "by_day") / unit_quantile(unit, share))


def weibull(shape: float, scale: float) -> Shape:
    """Weibull: S(x) = exp(−(x ÷ scale)^shape); by `scale` days 63 % have gone."""
    return Shape(WEIBULL, positive(shape, "shape"), positive(scale, "scale"))


def weibull_by_median(shape: float, median: float) -> Shape:
    """Weibull of this shape and median."""
    return weibull_by_share(shape, 0.5, positive(median, "median"))


def weibull_by_share(shape: float, share: float, by_day: float) -> Shape:
    """Weibull of this shape, by which this share has gone by this day."""
    unit = weibull(shape, 1.0)
    return weibull(shape, positive(by_day, "by_day") / unit_quantile(unit, share))


def loglogistic(shape: float, scale: float) -> Shape:
    """Loglogistic: S(x) = 1 ÷ (1 + (x ÷ scale)^shape); the scale is the median."""
    return Shape(LOGLOGISTIC, positive(shape, "shape"), positive(scale, "scale"))


def loglogistic_by_share(shape: float, share: float, by_day: float) -> Shape:
    """Loglogistic of this shape, by which this share has gone by this day."""
    unit = loglogistic(shape, 1.0)
    return loglogistic(shape, positive(by_day, "by_day") / unit_quantile(unit, share))


def unit_quantile(unit: Shape, share: float) -> float:
    """The days by which the share has gone, at scale 1."""
    x = family_quantile(unit.kind, unit.a, unit.b, unit.c, share, 1.0 - share)
    if not 0.0 < x < inf:
        raise ValueError(f"shape = {unit.a:g} is too small to fix the scale by a share of {share:g}")
    return x


# --- from quantiles --------------------------------------------------------------------------------------

Pairs = Sequence[tuple[float, float]]  # chance and days, rising


def exponential_by_quantiles(pairs: Pairs, _: Mapping[str, float]) -> Shape:
    """Exponential by one quantile, or by two that agree: one number cannot meet any two."""
    means = [x / -log1p(-p) for p, x in pairs]
    if max(means) > min(means) * (1.0 + MEANS_AGREE_WITHIN):
        raise ValueError(
            f"an exponential has one number, and these quantiles ask for means of {means[0]:.4g} and "
            f"{means[-1]:.4g}; give one quantile, or another distribution"
        )
    return exponential((means[0] + means[-1]) / 2.0)


def lognormal_by_quantiles(pairs: Pairs, _: Mapping[str, float]) -> Shape:
    """Lognormal through two quantiles."""
    (p, x), (q, y) = pairs
    z = normal_quantile(p)
    sigma = log(y / x) / (normal_quantile(q) - z)
    return lognormal(log(x) - sigma * z, sigma)


def weibull_by_quantiles(pairs: Pairs, _: Mapping[str, float]) -> Shape:
    """Weibull through two quantiles."""
    (p, x), (q, y) = pairs
    return weibull_by_share(log(log1p(-q) / log1p(-p)) / log(y / x), p, x)


def loglogistic_by_quantiles(pairs: Pairs, _: Mapping[str, float]) -> Shape:
    """Loglogistic through two quantiles."""
    (p, x), (q, y) = pairs
    return loglogistic_by_share((log(q / (1.0 - q)) - log(p / (1.0 - p))) / log(y / x), p, x)


def gamma_by_quantiles(pairs: Pairs, _: Mapping[str, float]) -> Shape:
    """Gamma through two quantiles; their ratio falls as the shape grows, so the shape is found by halving."""
    (p, x), (q, y) = pairs

    def too_wide(shape: float) -> bool:
        return gamma_quantile(shape, q, 1.0 - q) * x > gamma_quantile(shape, p, 1.0 - p) * y

    low, high = log(GAMMA_SHAPES[0]), log(GAMMA_SHAPES[1])
    if too_wide(exp(high)):
        raise ValueError(
            f"no gamma is as narrow as p{100 * p:02.0f} = {x:g} and p{100 * q:02.0f} = {y:g} ask"
        )
    for _step in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if too_wide(exp(middle)) else (low, middle)
    return gamma_by_share(exp(high), q, y)


def triangular_by_quantiles(pairs: Pairs, corner: Mapping[str, float]) -> Shape:
    """Triangular through two quantiles and one corner; found by where the mode stands between the bounds."""
    if len(corner) != 1 or not set(corner) <= set(CORNERS):
        raise ValueError("a triangular has three numbers; want two quantiles with one of low, mode, high")
    ((name, at),) = corner.items()

    def corners(mode: float) -> tuple[float, float, float]:
        (p, x), (q, y) = pairs
        at_p, at_q = (family_quantile(TRIANGULAR, 0.0, mode, 1.0, u, 1.0 - u) for u in (p, q))
        width = (y - x) / (at_q - at_p)
        low = x - width * at_p
        return low, low + width * mode, low + width

    def above(mode: float) -> bool:
        return corners(mode)[CORNERS.index(name)] > at

    grid = [k / 1000.0 for k in range(1001)]
    for left, right in pairwise(grid):
        if above(left) == above(right):
            continue
        for _step in range(60):
            middle = 0.5 * (left + right)
            left, right = (middle, right) if above(middle) == above(left) else (left, middle)  # noqa: PLW2901
        low, mode, high = corners(right)
        if low >= -1e-9 * high:
            return triangular(max(0.0, low), max(0.0, low, mode), high)
    raise ValueError(f"no triangular without negative days has these quantiles and {name} = {at:g}")


# --- the tables ------------------------------------------------------------------------------------------

WAYS: dict[str, dict[tuple[str, ...], Callable[..., Shape]]] = {
    "fixed": {("value",): fixed},
    "uniform": {("low", "high"): uniform},
    "triangular": {("low", "mode", "high"): triangular},
    "exponential": {("mean",): exponential, ("share", "by_day"): exponential_by_share},
    "lognormal": {
        ("mean", "sd"): lognormal_by_moments,
        ("median", "mean"): lognormal_by_median,
        ("mu", "sigma"): lognormal,
        ("sigma", "share", "by_day"): lognormal_by_share,
    },
    "gamma": {
        ("mean", "sd"): gamma_by_moments,
        ("shape", "scale"): gamma,
        ("shape", "share", "by_day"): gamma_by_share,
    },
    "weibull": {
        ("shape", "scale"): weibull,
        ("shape", "median"): weibull_by_median,
        ("shape", "share", "by_day"): weibull_by_share,
    },
    "loglogistic": {
        ("shape", "scale"): loglogistic,
        ("shape", "median"): loglogistic,
        ("shape", "share", "by_day"): loglogistic_by_share,
    },
}

FROM_QUANTILES: dict[str, Callable[[Pairs, Mapping[str, float]], Shape]] = {
    "triangular": triangular_by_quantiles,
    "exponential": exponential_by_quantiles,
    "lognormal": lognormal_by_quantiles,
    "gamma": gamma_by_quantiles,
    "weibull": weibull_by_quantiles,
    "loglogistic": loglogistic_by_quantiles,
}
