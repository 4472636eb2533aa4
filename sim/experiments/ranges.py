"""Keys and the ranges they go through, as people write them, and the scenario at a point of them.

Ranges say what is doubted. What is done with them is left to `sensitivity.py`.
"""

import math
import re
from collections.abc import Mapping

from sim.differences import keys as keys_of
from sim.errors import ScenarioError, SimError
from sim.scenario.faults import nearest, shown
from sim.scenario.types import Scenario

Ranges = Mapping[str, tuple[float, float]]
"""Key → lowest and highest value."""


def checked(scenario: Scenario, ranges: Ranges | None) -> dict[str, tuple[float, float]]:
    """The ranges, once every end of them makes a scenario; by default those of the scenario's sweep."""
    sample = scenario.sweep.sample if scenario.sweep else None
    chosen = dict(ranges if ranges is not None else sample.ranges if sample else {})
    if not chosen:
        raise SimError(
            "ranges: there are none; want KEY=LOW..HIGH, or a [sweep] with a sample and its ranges"
        )
    for key, (low, high) in chosen.items():
        if low >= high:
            raise SimError(f"{key}: goes from {low:g} to {high:g}; want the lower number first")
        for end in (low, high):
            scenario.with_(key, end)
    return chosen


def whole_keys(scenario: Scenario, ranges: Ranges) -> frozenset[str]:
    """The keys that take whole numbers only."""
    return frozenset(
        key for key, (low, _) in ranges.items() if not _takes(scenario, key, math.floor(low) + 0.5)
    )


def range_of(text: str, scenario: Scenario) -> tuple[str, tuple[float, float]]:
    """The key and the range of `KEY=LOW..HIGH`, or of `KEY=20%`: a fifth less and more than it is now.

    Raises `SimError`.
    """
    key, _, said = text.partition("=")
    key = key.strip()
    number = r"[-+]?\d+(?:\.\d+)?"
    if found := re.fullmatch(rf"\s*({number})\s*\.\.\s*({number})\s*", said):
        return key, (float(found[1]), float(found[2]))
    if not (found := re.fullmatch(rf"\s*(?:±|\+-)?\s*({number})\s*%\s*", said)):
        raise SimError(
            f"range {text!r}: is not understood; want KEY=LOW..HIGH, or KEY=20% for a fifth each way"
        )
    known = keys_of(scenario)
    now = known.get(key)
    if isinstance(now, bool) or not isinstance(now, int | float):
        hint = nearest(key, known) if now is None else ""
        wrong = "is no key of this scenario" if now is None else f"is {shown(now)}, not a number"
        raise SimError(f"range {text!r}: {key} {wrong}" + (f"; did you mean {hint}?" if hint else ""))
    share = float(found[1]) / 100.0
    ends = (now * (1.0 - share), now * (1.0 + share))
    if not _takes(scenario, key, math.floor(now) + 0.5):
        return key, (float(math.ceil(ends[0] - 1e-9)), float(math.floor(ends[1] + 1e-9)))
    return key, (float(f"{ends[0]:.12g}"), float(f"{ends[1]:.12g}"))


def at(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario at a point: each key at its value."""
    for key, value in values.items():
        scenario = scenario.with_(key, value)
    return scenario


def _takes(scenario: Scenario, key: str, value: float) -> bool:
    try:
        scenario.with_(key, value)
    except ScenarioError:
        return False
    return True
