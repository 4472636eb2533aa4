"""Which keys differ between two scenarios, extends and defaults resolved."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sim.scenario.types import Scenario


class Difference(NamedTuple):
    """One key and its two values; None where the key is not set."""

    key: str
    old: Any
    new: Any


def differences(old: Scenario, new: Scenario) -> list[Difference]:
    """Every key whose value differs, in the order of the old scenario, then what only the new one has."""
    before, after = keys(old), keys(new)
    return [
        Difference(key, before.get(key), after.get(key))
        for key in {**before, **after}
        if before.get(key) != after.get(key)
    ]


def keys(scenario: Scenario) -> dict[str, Any]:
    """Dotted key → value, of the resolved scenario; elements of lists of tables are numbered from 0."""
    return dict(flattened(tomllib.loads(scenario.to_toml()), ""))


def flattened(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    """The keys and values below a value; a list of plain values is one value."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from flattened(item, f"{key}.{name}" if key else name)
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for position, item in enumerate(value):
            yield from flattened(item, f"{key}.{position}")
    else:
        yield key, value
