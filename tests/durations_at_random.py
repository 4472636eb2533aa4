"""Numbers, shares and durations by chance for random scenarios: every distribution, in each way to give it.

Half of the scenarios know whole days only, so that much is due at one instant. Rules are left to
tests/rules_at_random.py, the scenario around them to tests/scenarios_at_random.py.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import strategies as st

TRAITS = {"housing": ("stable", "unstable"), "need": ("low", "middle", "high"), "cover": ("public",)}

Table = dict[str, Any]


def laws(mean: float) -> dict[str, list[Table]]:
    """Each distribution in all the ways to give it, about so many days long."""
    return {
        "exponential": [{"mean": mean}, {"share": 0.3, "by_day": mean}, {"p50": mean}],
        "gamma": [
            {"mean": mean, "sd": mean / 2},
            {"shape": 0.4, "scale": mean},
            {"p10": mean / 4, "p90": 2 * mean},
            {"shape": 3, "share": 0.3, "by_day": mean},
        ],
        "lognormal": [
            {"median": mean, "mean": 1.3 * mean},
            {"mean": mean, "sd": mean},
            {"mu": 0.7, "sigma": 1.1},
            {"p25": mean / 2, "p75": 2 * mean},
        ],
        "weibull": [
            {"shape": 0.7, "scale": mean},
            {"shape": 2, "median": mean},
            {"shape": 0.6, "share": 0.16, "by_day": mean},
            {"p25": mean / 3, "p75": mean},
        ],
        "loglogistic": [
            {"median": mean, "shape": 1.2},
            {"shape": 2.5, "scale": mean},
            {"p20": mean / 2, "p80": 2 * mean},
        ],
        "triangular": [
            {"low": 0, "mode": mean, "high": 2 * mean},
            {"low": mean / 2, "mode": mean / 2, "high": 2 * mean},
        ],
        "uniform": [{"low": mean / 2, "high": mean}, {"low": 0, "high": 2 * mean}],
        "fixed": [{"value": mean}],
        "empirical": [
            {"values": [0, mean, mean, 2 * mean]},
            {"values": [mean / 2, mean], "weights": [3, 1.5]},
        ],
    }


CUTS: tuple[Callable[[float], Table], ...] = (
    lambda mean: {"max": 1.5 * mean, "min": mean / 10},
    lambda mean: {"max": mean},
    lambda mean: {"min": mean / 2},
)


@cache
def whole(low: int, high: int) -> "st.SearchStrategy[int]":
    """The whole numbers between two; made once, as that takes longer than to draw one."""
    return st.integers(low, high)


class Durations:
    """Draws numbers and durations; remembers whether days are whole, and which traits there are."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.whole = draw(st.booleans())
        self.traits = tuple(TRAITS)[: self.pick([0, 1, 2, 2, 3])]

    def number(self, low: int, high: int) -> int:
        """A whole number between two; the lower is the simpler case."""
        return self.draw(whole(low, high))

    def maybe(self, chance: float) -> bool:
        """True in about such a share; False is the simpler case."""
        return self.number(0, 99) >= 100 * (1 - chance)

    def pick(self, options: Any) -> Any:
        return options[self.number(0, len(options) - 1)]

    def some(self, options: Any, least: int, most: int) -> list[Any]:
        """Different ones of the options."""
        left = list(options)
        many = self.number(least, min(most, len(left)))
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(many)]

    def days(self, low: int = 0, high: int = 9) -> float:
        """A number of days, whole or in quarters."""
        steps = 1 if self.whole else 4
        count = self.number(low * steps, high * steps)
        return count if self.whole else count / steps

    def above_0(self, high: int) -> float:
        """The same, never 0."""
        return self.days(0, high) or 1

    def shares(self, names: Any) -> dict[str, float]:
        """Shares in twentieths that sum to 1."""
        names = list(names)
        cuts = sorted(self.number(0, 20) for _ in names[1:])
        parts = [high - low for low, high in zip([0, *cuts], [*cuts, 20], strict=True)]
        return {name: part / 20 for name, part in zip(names, parts, strict=True)}

    def chance(self) -> float:
        return self.pick([0.0, 0.1, 0.3, 0.5, 0.9, 1.0])

    # Durations

    def plain(self, low: int, high: int) -> Any:
        """A duration without `by`."""
        kinds = ["bare", "values", "fixed"] if self.whole else ["bare", "values", "law", "law", "law", "law"]
        kind = self.pick(kinds)
        if kind == "bare":
            days = self.days(low, high)
            return self.pick([f"{days} days", f"{24 * days} hours"])
        if kind == "fixed":
            return {"dist": "fixed", "value": self.days(low, high)}
        if kind == "values":
            return self.values(low, high)
        return self.law(max(1, high) * self.pick([0.3, 0.7, 1.5]))

    def values(self, low: int, high: int) -> Table:
        """One of a few numbers of days."""
        values = sorted({self.days(low, high) for _ in range(self.number(1, 3))})
        weights = {"weights": [self.pick([1, 2.5]) for _ in values]} if self.maybe(0.3) else {}
        return {"dist": "empirical", "values": values} | weights

    def law(self, mean: float) -> Table:
        """A distribution, perhaps cut."""
        known = laws(mean)
        dist = self.pick([*known, "mixture"])
        if dist == "mixture":
            return self.mixture(mean)
        made = {"dist": dist} | self.pick(known[dist])
        return made | (self.pick(CUTS)(mean) if self.maybe(0.3) else {})

    def mixture(self, mean: float) -> Table:
        """A mixture of two or three, its parts perhaps cut, itself perhaps cut."""
        known = laws(mean)
        dists = self.some([*known], 2, 3)
        parts = []
        for dist, share in self.shares(dists).items():
            cut = {"max": 3 * mean} if self.maybe(0.3) else {}
            parts.append({"dist": dist, **known[dist][0], **cut, "share": share})
        return {"dist": "mixture", "parts": parts} | ({"max": 2.5 * mean} if self.maybe(0.3) else {})

    def by_trait(self, value: Any) -> Any:
        """What `value()` gives, or a table of it by a trait."""
        if not self.traits or self.maybe(0.7):
            return value()
        trait = self.pick(self.traits)
        if self.maybe(0.3):
            return {"by": trait} | {name: value() for name in TRAITS[trait]}
        return {"by": trait, TRAITS[trait][0]: value(), "default": value()}

    def duration(self, low: int = 0, high: int = 9) -> Any:
        return self.by_trait(lambda: self.plain(low, high))

    def clock(self, low: int = 1, high: int = 15) -> Any:
        """A duration that may never ring."""
        return self.by_trait(lambda: self.maybe_never(self.plain(low, high)))

    def maybe_never(self, law: Any) -> Any:
        return {**law, "ever": 0.5} if isinstance(law, dict) and self.maybe(0.3) else law

    def clock_or_chance(self) -> Any:
        """A clock, or a probability, which may differ by trait."""
        return self.by_trait(self.chance) if self.maybe(0.5) else self.clock()
