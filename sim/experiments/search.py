"""The search for the first value that meets a target: by halving, or each value decided by selection.

The variants and their replications are remembered, so that none is run twice and values meet the same
replications. What is made of the search is left to `seek.py`.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sim.errors import SimError
from sim.experiments import selection
from sim.experiments.parts import InMemory, Store
from sim.experiments.run import Progress, run
from sim.experiments.targets import MEETS, UNKNOWN, UNSURE, Target, Told, beyond, told
from sim.log import Floats
from sim.measures.reduce import Reduced
from sim.scenario.types import Scenario
from sim.student import t_point

MORE = 16
"""A value is run up to so many times the replications it starts with, until they tell."""
TURNS = 0.99
"""A curve turns where a paired difference goes the other way, with this confidence."""
NOTHING = 1e-9
"""A difference below this is one of rounding."""


class How(NamedTuple):
    """With what replications run, as for `sim.run`.

    `store` gives, for each variant, where its finished replications are kept.
    """

    engine: str = "auto"
    jobs: int | None = None
    progress: Progress | None = None
    store: Callable[[Scenario], Store] | None = None


class Runs:
    """The replications of each value of the key: remembers them, and runs none twice."""

    def __init__(self, scenario: Scenario, key: str, how: How) -> None:
        self.scenario, self.key, self.how = scenario, key, how
        self.first = scenario.run.replications
        if self.first < 2:
            raise SimError(f"replications: is {self.first}; want 2 or more, to have intervals")
        self.most = MORE * self.first
        self.engine = how.engine
        self._variants: dict[int, Scenario] = {}
        self._stores: dict[int, Store] = {}
        self._kept: dict[int, tuple[Reduced, ...]] = {}

    def variant(self, value: int) -> Scenario:
        """The scenario with the key at this value. Raises `ScenarioError` where it cannot be."""
        if value not in self._variants:
            self._variants[value] = self.scenario.with_(self.key, value)
        return self._variants[value]

    def of(self, value: int, number: int) -> tuple[Reduced, ...]:
        """The first so many replications of a value."""
        kept = self._kept.get(value, ())
        if len(kept) < number:
            if value not in self._stores:
                variant = self.variant(value)
                self._stores[value] = self.how.store(variant) if self.how.store else InMemory()
            kept = self._kept[value] = self._run(self.variant(value), number, self._stores[value])
        return kept[:number]

    def fresh(self, value: int, seed: int, number: int) -> tuple[Reduced, ...]:
        """So many replications of a value that the search has not seen: those of another seed."""
        variant = self.variant(value).with_("run.seed", seed)
        return self._run(variant, number, self.how.store(variant) if self.how.store else None)

    def _run(self, variant: Scenario, number: int, store: Store | None) -> tuple[Reduced, ...]:
        result = run(
            variant,
            replications=number,
            engine=self.how.engine,
            jobs=self.how.jobs,
            progress=self.how.progress,
            store=store,
        )
        self.engine = result.engine
        return result.reduced


class NotKnown(Exception):  # noqa: N818 (where it is caught it reads as a sentence)
    """A replication has no value of the measure, so that selection cannot look at it."""


class Search:
    """A search along values, the wanted end first: remembers what was told of each."""

    def __init__(self, runs: Runs, target: Target, confidence: float, values: list[int]) -> None:
        self.runs, self.target, self.confidence, self.values = runs, target, confidence, values
        self.seen: dict[int, Told] = {}
        self.undecided: list[int] = []  # by selection, with all the replications there may be
        self.unknown: list[int] = []  # to selection: some replication has no value

    def decide(self, value: int) -> bool:
        """Whether a value meets the target; replications are doubled until they tell, or there are enough."""
        number = self.runs.first
        while True:
            self._note(value, number)
            if self.seen[value].verdict not in (UNSURE, UNKNOWN) or number >= self.runs.most:
                return self.seen[value].verdict == MEETS
            number = min(2 * number, self.runs.most)

    def halved(self) -> int | None:
        """The first value that meets the target, if all behind one that does meet it too; by bisection."""
        values = self.values
        if self.decide(values[0]):
            return values[0]
        if len(values) == 1 or not self.decide(values[-1]):
            for quarter in (1, 2, 3):  # in case the curve turns between the ends, which `turn` then sees
                self.decide(values[quarter * (len(values) - 1) // 4])
            return None
        misses, meets = 0, len(values) - 1
        while meets - misses > 1:
            middle = (misses + meets) // 2
            misses, meets = (misses, middle) if self.decide(values[middle]) else (middle, meets)
        return values[meets]

    def turn(self) -> str:
        """Where the curve goes down between two values seen and up between two others; "" where it does not.

        By paired differences over the replications that both have.
        """
        values = sorted(self.seen)
        ways = {}
        for one, other in pairwise(values):
            number = min(self.seen[one].replications, self.seen[other].replications)
            if number < 2:
                continue
            gaps, scale = beyond(self.runs.of(one, number), self.target)
            others, _ = beyond(self.runs.of(other, number), self.target, scale=scale)
            mean, low, high = _interval(others - gaps)
            if (low > 0.0 or high < 0.0) and abs(mean) > NOTHING:  # neither where something is not known
                ways[mean > 0.0] = f"from {one} to {other}"
        if len(ways) < 2:
            return ""
        return f"{self.target.measure} comes nearer to the target {ways[True]} and goes away {ways[False]}"

    def selected(self, tolerance: float) -> int | None:
        """The first value that meets the target by the procedure F_B, each value from the first decided."""
        wrong = (1.0 - self.confidence) / len(self.values)
        for value in self.values:
            try:
                found = selection.meets(
                    lambda number, value=value: self._beyond(value, number),  # type: ignore[misc]
                    tolerance=tolerance,
                    wrong=wrong,
                    first=self.runs.first,
                    most=self.runs.most,
                )
            except NotKnown:
                self.unknown.append(value)
                self._note(value, self.runs.first)
                continue
            self._note(value, found.replications)
            if found.above is None:
                self.undecided.append(value)
            if found.above:
                return value
        return None

    def nearest(self, indifference: float) -> tuple[int | None, bool]:
        """The value that comes nearest to the target, by KN after `selected`, and whether that is sure."""
        values = [value for value in self.values if value not in self.unknown]
        if not values:
            return None, True
        found = selection.best(
            lambda system, number: self._beyond(values[system], number),
            len(values),
            indifference=indifference,
            wrong=1.0 - self.confidence,
            first=self.runs.first,
            most=self.runs.most,
        )
        return values[found.best], found.decided

    def _beyond(self, value: int, number: int) -> Floats:
        _, scale = beyond(self.runs.of(value, self.runs.first), self.target)
        gaps, _ = beyond(self.runs.of(value, number), self.target, scale=scale)
        if np.isnan(gaps).any():
            raise NotKnown
        return gaps

    def _note(self, value: int, number: int) -> None:
        """Remembers what is told of a value, unless more replications have told it before."""
        if value not in self.seen or self.seen[value].replications < number:
            self.seen[value] = told(self.runs.of(value, number), self.target, confidence=self.confidence)


def _interval(gaps: Floats) -> tuple[float, float, float]:
    """The mean of the gaps and its interval at `TURNS`."""
    mean, spread = float(np.mean(gaps)), float(np.std(gaps, ddof=1)) / math.sqrt(len(gaps))
    half = t_point(len(gaps) - 1, TURNS) * spread
    return mean, mean - half, mean + half
