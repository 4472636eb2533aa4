"""What a person says about a distribution, turned into its parameters: `shape("gamma", mean=20, sd=8)`.

Which parameters go together is in the tables of `sim/fits.py`. What cannot be is a `ValueError` whose text is
a sentence for the person who wrote it. How a shape becomes days is left to `sim/distributions.py`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from math import inf, isfinite
from typing import Any

from sim.families import EMPIRICAL, FIXED, MIXTURE, Shape, family_chances
from sim.fits import FROM_QUANTILES, WAYS, positive

__all__ = ["FAMILIES", "Shape", "mass", "shape"]

SHARES_SUM_WITHIN = 1e-9
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
    if dist == "exponential":
        ways.append("one quantile (such as p50)")
    elif dist == "triangular":
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
