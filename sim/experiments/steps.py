"""Scenarios that are one small step away: one more place, a day of stay, a tenth more demand, any number.

A step is taken at each level (or source) in turn, the rest left as it is; where a dated change sets the same
key, the step is taken there too, so that the place that is added stays. What comes of a step is left to
`margins.py`.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from math import log
from typing import Any, NamedTuple

from sim.differences import flattened
from sim.distributions import mean
from sim.errors import SimError
from sim.scenario.choice import Distribution
from sim.scenario.faults import nearest, shown
from sim.scenario.types import Scenario
from sim.scenario.values import days

GRAMMAR = (
    "place, stay or demand, or one of them or a key of the scenario with a step, as in place=+2, stay=-3, "
    "demand=+25% or levels.php.capacity=+4"
)
QUANTILE = re.compile(r"p\d\d")
IN_DAYS = frozenset(
    {"value", "low", "mode", "high", "mean", "sd", "median", "scale", "by_day", "values", "min", "max"}
)
"""Parameters of a distribution that grow with it."""


class By(NamedTuple):
    """How far to step: so much more, or so many per cent more."""

    amount: float
    percent: bool

    def of(self, old: float) -> float:
        """The number after the step, to twelve digits."""
        return float(f"{old * (1.0 + self.amount / 100.0) if self.percent else old + self.amount:.12g}")

    def __str__(self) -> str:
        return f"{self.amount:+g}{' %' if self.percent else ''}"


class Step(NamedTuple):
    """One step: where (a level, a source or a key), what it changes in words, and the scenario after it."""

    at: str
    what: str
    scenario: Scenario


class Steps(NamedTuple):
    """The steps of one unit: in words what each is, the steps, and why some were not taken."""

    words: str
    steps: tuple[Step, ...]
    left_out: tuple[str, ...]


def steps(scenario: Scenario, unit: str = "place") -> Steps:
    """The steps of a unit: one more place, a day less of stay, 10 % more demand, each in turn, or one key.

    `unit` is a word of `UNITS` or a key of the scenario, then "=" and the step: `place=+2`, `demand=-10%`.
    The words alone stand for +1 place, −1 day, +10 %. Raises `SimError` for an unknown word or key, a step
    that is none, or where there is nothing to step.
    """
    word, sign, text = unit.partition("=")
    word = word.strip()
    if word in UNITS:
        found = UNITS[word](scenario, by_of(unit, text) if sign else None)
    elif sign:
        found = of_key(scenario, word, by_of(unit, text))
    else:
        hint = nearest(word, UNITS)
        raise SimError(
            f"unit {unit!r}: is not known; " + (f"did you mean {hint}?" if hint else f"want {GRAMMAR}")
        )
    if not found.steps:
        raise SimError(f"unit {unit!r}: nothing can be stepped: {'; '.join(found.left_out)}")
    return found


def of_places(scenario: Scenario, by: By | None) -> Steps:
    """More places, at each level that has a limit."""
    by = by or By(1.0, False)
    more = "one more place" if by == By(1.0, False) else f"{by} places"
    return each(
        scenario,
        {name: f"levels.{name}.capacity" for name in scenario.levels},
        by,
        words=f"{more} at each level in turn",
        without="is unlimited",
    )


def of_demand(scenario: Scenario, by: By | None) -> Steps:
    """More arrivals, of each source that has a rate."""
    by = by or By(10.0, True)
    return each(
        scenario,
        {name: f"arrivals.{name}.per_day" for name in scenario.arrivals},
        by,
        words=f"{by} {'of requests' if by.percent else 'requests a day'} from each source in turn",
        without="has dates, not a rate",
    )


def of_stays(scenario: Scenario, by: By | None) -> Steps:
    """Planned stays that are longer or shorter on average, in proportion, at each level that plans them."""
    by = by or By(-1.0, False)
    taken, left_out = [], []
    tree = tomllib.loads(scenario.to_toml())
    for name in scenario.levels:
        planned = tree["levels"][name].get("length_of_stay")
        if planned is None:
            left_out.append(f"{name} plans no stays")
            continue
        made = scenario.with_(f"levels.{name}.length_of_stay", stretched(planned, by, name))
        changes, touched = deepcopy(tree.get("changes", [])), False
        for change in changes:
            here = change.get("levels", {}).get(name, {})
            if "length_of_stay" in here:
                here["length_of_stay"] = stretched(here["length_of_stay"], by, name, before=planned)
                touched = True
        made = made.with_("changes", changes) if touched else made
        taken.append(Step(name, f"planned stay {by}{'' if by.percent else ' days'} on average", made))
    words = f"{by}{' of' if by.percent else ' days of'} planned stay at each level in turn"
    return Steps(words, tuple(taken), tuple(left_out))


UNITS: dict[str, Callable[[Scenario, By | None], Steps]] = {
    "place": of_places,
    "stay": of_stays,
    "demand": of_demand,
}
"""Word → the steps it stands for."""


def of_key(scenario: Scenario, key: str, by: By) -> Steps:
    """One step of one key."""
    known = dict(flattened(tomllib.loads(scenario.to_toml()), ""))
    if key not in known:
        hint = nearest(key, known)
        raise SimError(
            f"unit {key}: is no key of this scenario" + (f"; did you mean {hint}?" if hint else "")
        )
    return each(
        scenario, {key: key}, by, words=f"{key} {by}", without=f"is {shown(known[key])}, not a number"
    )


def each(scenario: Scenario, keys: Mapping[str, str], by: By, *, words: str, without: str) -> Steps:
    """A step of each of these keys that holds a number, in turn; of the others it is said what they are."""
    tree = tomllib.loads(scenario.to_toml())
    known = dict(flattened(tree, ""))
    taken, left_out = [], []
    for name, key in keys.items():
        old = known.get(key)
        if isinstance(old, bool) or not isinstance(old, int | float):
            left_out.append(f"{name} {without}")
            continue
        new = stepped(key, old, by)
        made = scenario.with_(key, new)
        changes, touched = deepcopy(tree.get("changes", [])), False
        for place, value in changed_there(changes, key):
            place[key.rpartition(".")[2]], touched = stepped(key, value, by), True
        made = made.with_("changes", changes) if touched else made
        taken.append(Step(name, f"{key} {old:g} → {new:g}", made))
    return Steps(words, tuple(taken), tuple(left_out))


def changed_there(changes: list[dict[str, Any]], key: str) -> Iterator[tuple[dict[str, Any], float]]:
    """The table and the number of every dated change that sets the key."""
    *path, last = key.split(".")
    for change in changes:
        table: Any = change
        for name in path:
            table = table.get(name, {}) if isinstance(table, dict) else {}
        if isinstance(table, dict) and isinstance(table.get(last), int | float):
            yield table, table[last]


def stepped(key: str, old: float, by: By) -> float:
    """The number after the step; a whole one stays whole. Raises `SimError` where it would not."""
    new = by.of(old)
    if isinstance(old, int) and key.endswith(".capacity"):
        if new != int(new):
            raise SimError(f"{key}: would be {new:g} after a step of {by}; want a step to a whole number")
        return int(new)
    return int(new) if isinstance(old, int) and new == int(new) else new


def stretched(raw: Any, by: By, level: str, *, before: Any = None) -> Any:
    """The planned stay as a scenario says it, every distribution of it longer on average by the step.

    `before` is what a dated change may say only a part of.
    """
    if isinstance(raw, dict) and "by" in raw:
        options = {name: part for name, part in raw.items() if name not in ("by", "source")}
        return raw | {name: stretched(part, by, level) for name, part in options.items()}
    if not isinstance(raw, dict):
        return by_factor(raw, factor(days(raw), by, level))
    whole = raw if "dist" in raw or not isinstance(before, dict) else before | raw
    return by_factor(raw, factor(mean(Distribution.model_validate(whole).shape), by, level))


def factor(mean_days: float, by: By, level: str) -> float:
    """By what a duration is multiplied so that its mean takes the step."""
    new = by.of(mean_days)
    if new <= 0.0 or not mean_days > 0.0:
        raise SimError(
            f"levels.{level}.length_of_stay: has a mean of {mean_days:g} days; want a shorter step"
        )
    return new / mean_days


def by_factor(raw: Any, ratio: float) -> Any:
    """A duration, or a distribution of them, as a scenario says it, every day of it so many times as long."""
    if isinstance(raw, list):
        return [by_factor(item, ratio) for item in raw]
    if not isinstance(raw, dict):
        return float(f"{days(raw) * ratio:.12g}")
    longer = {
        name: by_factor(value, ratio)
        if name in IN_DAYS or name == "parts" or QUANTILE.fullmatch(name)
        else value
        for name, value in raw.items()
    }
    if "mu" in raw:
        longer["mu"] = raw["mu"] + log(ratio)
    return longer


def by_of(unit: str, text: str) -> By:
    """The step in a text: `+2`, `-1`, `+10%`."""
    found = re.fullmatch(r"\s*([+-]?\d+(?:\.\d+)?)\s*(%?)\s*", text)
    if not found or float(found[1]) == 0.0:
        raise SimError(f"unit {unit!r}: {text.strip()!r} is no step; want one such as +1, -0.5 or +10%")
    return By(float(found[1]), bool(found[2]))
