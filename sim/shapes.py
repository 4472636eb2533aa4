"""What a person says about a distribution, turned into its parameters: `shape("gamma", mean=20, sd=8)`.

The tables `WAYS` and `FROM_QUANTILES` list every way to name each family; a new way is one function and one
line there. Fits are of the uncut distribution. What cannot be is a `ValueError` whose text is a sentence for
the person who wrote it. How a shape becomes days is left to `sim/distributions.py`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import exp, inf, isfinite, log, sqrt
from typing import Any, NamedTuple

from sim.families import (
    EMPIRICAL,
    EXPONENTIAL,
    FIXED,
    GAMMA,
    LOGLOGISTIC,
    LOGNORMAL,
    MIXTURE,
    TRIANGULAR,
    UNIFORM,
    WEIBULL,
    family_chances,
    family_quantile,
)
from sim.special import gamma_quantile, log1p, normal_quantile


class Shape(NamedTuple):
    """One distribution of days: a family with its parameters (`sim/families.py`), its cut, and `ever`."""

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


GAMMA_SHAPES = (1e-3, 1e6)
SHARES_SUM_WITHIN = 1e-9
MEANS_AGREE_WITHIN = 0.01
CORNERS = ("low", "mode", "high")
QUANTILE = re.compile(r"p(\d\d)")


def shape(dist: str, /, **parameters: Any) -> Shape:
    """The distribution of this name with these parameters, in any of the ways of `WAYS`.

    Beside its parameters: `min` and `max` (the cut), `ever` (the chance that it rings at all), `source`
    (ignored). `share` by `by_day` counts all, also those for whom it never rings: share = ever · F(by_day).
    The parts of a mixture are pairs (share, Shape) or tables with `share` and `dist`. Raises ValueError.
    """
    if dist not in FAMILIES:
        raise ValueError(f'"{dist}" is no distribution; want one of {", ".join(FAMILIES)}')
    given = {name: parameters[name] for name in parameters if name != "source"}
    low = number(given.pop("min", 0.0), "min")
    high = given.pop("max", inf)
    high = inf if high == inf else number(high, "max")
    ever = number(given.pop("ever", 1.0), "ever")
    if low > high:
        raise ValueError(f"min = {low:g} lies above max = {high:g}")
    if ever > 1.0:
        raise ValueError(f"ever = {ever:g}, but a chance lies between 0 and 1")
    found = FAMILIES[dist](dist, given, ever)._replace(low=low, high=high, ever=ever)
    if mass(found, low, high) <= 0.0:
        raise ValueError(f"no part of this {dist} distribution lies between min = {low:g} and max = {high:g}")
    return found


# --- which way it was named ------------------------------------------------------------------------------


def standard(dist: str, given: dict[str, Any], ever: float) -> Shape:
    """The shape of a standard family, from numbers."""
    numbers = {name: number(given[name], name, signed=name == "mu") for name in given}
    quantiles = {int(m[1]) / 100.0: numbers.pop(m[0]) for m in map(QUANTILE.fullmatch, given) if m}
    if 0.0 in quantiles:
        raise ValueError("p00 is no quantile of use; want p01 to p99")
    if quantiles:
        return from_quantiles(dist, quantiles, numbers)
    if "by_day" in numbers and "share" in numbers:
        numbers["share"] = share_of_rings(numbers["share"], ever)
    for names in WAYS[dist]:
        if set(names) == set(numbers):
            return WAYS[dist][names](*(numbers[name] for name in names))
    raise ValueError(f"{dist} is given {listed(numbers)}; want {wanted(dist)}")


def from_quantiles(dist: str, quantiles: Mapping[float, float], others: dict[str, float]) -> Shape:
    """The shape with these quantiles."""
    if dist not in FROM_QUANTILES:
        raise ValueError(f"{dist} cannot be given by quantiles; want {wanted(dist)}")
    few = 1 if dist == "exponential" else 2
    if not few <= len(quantiles) <= 2 or (others and dist != "triangular"):
        names = [f"p{round(100 * p):02d}" for p in quantiles]
        raise ValueError(f"{dist} is given {listed([*names, *others])}; want {wanted(dist)}")
    ordered = sorted(quantiles.items())
    for p, x in ordered:
        positive(x, f"p{round(100 * p):02d}")
    if ordered[-1][1] <= ordered[0][1] and len(ordered) == 2:
        (p, x), (q, y) = ordered
        raise ValueError(f"p{100 * p:02.0f} = {x:g} must lie below p{100 * q:02.0f} = {y:g}")
    return FROM_QUANTILES[dist](ordered, others)


def wanted(dist: str) -> str:
    """All ways to give a family, as words."""
    ways = [listed(names) for names in WAYS[dist]]
    if dist == "triangular":
        ways.append("two quantiles (such as p25 and p75) with one of low, mode, high")
    elif dist in FROM_QUANTILES:
        ways.append("two quantiles (such as p25 and p75)")
    return ", or ".join(ways)


def listed(names: Sequence[str] | Mapping[str, Any]) -> str:
    """Names in a row, as words."""
    row = list(names)
    if len(row) < 2:
        return row[0] if row else "nothing"
    return f"{', '.join(row[:-1])} and {row[-1]}"


def share_of_rings(share: float, ever: float) -> float:
    """The share among those for whom it rings at all, from the share of all."""
    if not 0.0 < share < ever:
        limit = "1" if ever == 1.0 else f"ever = {ever:g}"
        raise ValueError(f"share = {share:g} by by_day; want more than 0 and less than {limit}")
    return share / ever


# --- numbers ---------------------------------------------------------------------------------------------


def number(value: object, name: str, *, signed: bool = False) -> float:
    """The value as a finite float, 0 or more unless signed."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"{name} = {value!r}; want a number")
    if value < 0 and not signed:
        raise ValueError(f"{name} = {value:g}; want 0 or more")
    return float(value)


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
        raise ValueError(f"a triangular has three numbers; want {wanted('triangular')}")
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


# --- lists and mixtures ----------------------------------------------------------------------------------


def empirical(_: str, given: dict[str, Any], __: float) -> Shape:
    """The values themselves, each with its weight."""
    unknown = set(given) - {"values", "weights"}
    if unknown or "values" not in given:
        raise ValueError(f"empirical is given {listed(sorted(given))}; want values, or values and weights")
    values = [number(value, "values") for value in given["values"]]
    weights = [number(weight, "weights") for weight in given.get("weights") or [1.0] * len(values)]
    if not values:
        raise ValueError("values is empty; want at least one number")
    if len(weights) != len(values):
        raise ValueError(f"{len(weights)} weights for {len(values)} values; want one each")
    by_value: dict[float, float] = {}
    for value, weight in sorted(zip(values, weights, strict=True)):
        if weight > 0.0:
            by_value[value] = by_value.get(value, 0.0) + weight
    running = 0.0
    reached = []
    for weight in by_value.values():
        running += weight
        reached.append(running)
    if running <= 0.0:
        raise ValueError("all weights are 0; want at least one above 0")
    return Shape(EMPIRICAL, values=tuple(by_value), weights=tuple(chance / running for chance in reached))


def mixture(_: str, given: dict[str, Any], __: float) -> Shape:
    """Each part with its share; a mixture among the parts is dissolved into its own."""
    if set(given) != {"parts"} or not given["parts"]:
        raise ValueError(f"mixture is given {listed(sorted(given))}; want parts = [{{ share, dist, … }}]")
    parts: list[tuple[float, Shape]] = []
    total = 0.0
    for share, part in map(share_and_part, given["parts"]):
        total += share
        if part.ever < 1.0:
            raise ValueError("ever belongs to the whole mixture; want it beside parts, not in a part")
        if part.kind == MIXTURE and (part.low > 0.0 or part.high < inf):
            raise ValueError("a mixture within a mixture cannot be cut; want min and max in its parts")
        parts += [(share * of, piece) for of, piece in part.parts] or [(share, part)]
    if abs(total - 1.0) > SHARES_SUM_WITHIN:
        raise ValueError(f"the shares of the parts add up to {total:.10g}; want 1")
    return Shape(MIXTURE, parts=tuple((share / total, part) for share, part in parts if share > 0.0))


def share_and_part(part: Any) -> tuple[float, Shape]:
    """One part of a mixture, from a table or as a pair."""
    if not isinstance(part, Mapping):
        return number(part[0], "share"), part[1]
    if "by_day" in part:
        raise ValueError("in a part, share is its share of the mixture; by_day cannot be used there")
    if "share" not in part or "dist" not in part:
        raise ValueError(f"a part is given {listed(sorted(part))}; want share and dist")
    rest = {name: part[name] for name in part if name not in ("share", "dist")}
    return number(part["share"], "share"), shape(part["dist"], **rest)


def mass(found: Shape, low: float, high: float) -> float:
    """The chance between two bounds, both included, given that it rings."""
    if found.kind == MIXTURE:
        total = 0.0
        for share, part in found.parts:
            total += share * mass(part, max(low, part.low), min(high, part.high))
        return total
    if found.kind == FIXED:
        return 1.0 if low <= found.a <= high else 0.0
    if found.kind == EMPIRICAL:
        return 1.0 if any(low <= value <= high for value in found.values) else 0.0
    below_low, above_low = family_chances(found.kind, found.a, found.b, found.c, low)
    below_high, above_high = family_chances(found.kind, found.a, found.b, found.c, high)
    return max(below_high - below_low, above_low - above_high) if low <= high else 0.0


# --- the tables ------------------------------------------------------------------------------------------

FAMILIES: dict[str, Callable[[str, dict[str, Any], float], Shape]] = {
    "fixed": standard,
    "uniform": standard,
    "triangular": standard,
    "exponential": standard,
    "lognormal": standard,
    "gamma": standard,
    "weibull": standard,
    "loglogistic": standard,
    "empirical": empirical,
    "mixture": mixture,
}

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
