"""Every key of a scenario acts: changing any one of them changes the log.

The scenarios are those of tests/every_key/. Shares are changed as a table, moving a little from each name to
the next, so that they still sum to 1. Metadata and the number of replications are left out.
"""

import copy
import datetime
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sim.engines import simulate
from sim.scenario.load import load, loads
from sim.scenario.write import inline

FOLDER = Path(__file__).parent / "every_key"
FILES = ("full.toml", "intake.toml")
METADATA = {"schema", "name", "title", "purpose", "rationale", "source", "replications"}
REPLICATIONS = 6
WORDS = {
    "mon": "sun",
    "merged": "first",
    "last": "first",
    "back": "anew",
    "anew": "back",
    "step down": "discharge",
    "step up": "discharge",
    "unlimited": 0,
}
KEYS = {
    "name": None,
    "dist": None,
    "by": None,
    "to": "iop",
    "step_up": "detox",
    "step_down": "php",
    "enters": "php",
    "dates": None,
    "census": None,
    "option": "discharge",
}
Path_ = tuple[str | int, ...]


def changes(node: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every place of the document that can be changed on its own, with what it becomes."""
    if isinstance(node, dict):
        if is_shares(node, path):
            yield from ((path, moved) for moved in moved_shares(node))
            return
        if path and path[-1] == "ends":
            yield from ((path, moved) for moved in moved_ends(node))
        for key, value in node.items():
            if key not in METADATA and not (key == "share" and "ends" in path):
                yield from changes(value, (*path, key))
    elif isinstance(node, list) and node and isinstance(node[0], dict):
        for index, value in enumerate(node):
            yield from changes(value, (*path, index))
    elif (new := changed(node, path)) is not None:
        yield path, new


def is_shares(node: dict[str, Any], path: Path_) -> bool:
    numbers = [value for value in node.values() if isinstance(value, float)]
    return len(numbers) == len(node) > 1 and abs(sum(numbers) - 1.0) < 1e-9


def moved_shares(node: dict[str, float]) -> Iterator[dict[str, float]]:
    names = list(node)
    for name, following in zip(names, names[1:] + names[:1], strict=True):
        size = round(node[name] * 0.5, 6)
        yield node | {name: node[name] - size, following: node[following] + size}


def moved_ends(node: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for moved in moved_shares({name: end["share"] for name, end in node.items()}):
        yield {name: end | {"share": moved[name]} for name, end in node.items()}


def changed(value: Any, path: Path_) -> Any:
    key = path[-1]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return changed_number(value, str(key))
    if isinstance(value, datetime.date):
        return value + datetime.timedelta(days=9)
    if isinstance(value, str):
        return changed_text(value, str(key), path)
    if isinstance(value, list) and value:
        if isinstance(value[0], datetime.date):
            return value[1:] if len(value) > 1 else [value[0] + datetime.timedelta(days=1)]
        if isinstance(value[0], int | float):
            return (
                [value[0] * 0.5 + 0.1, *value[1:]] if key != "days" else [value[0], value[1] + 1, *value[2:]]
            )
        return value[1:]
    return None


def changed_number(value: float, key: str) -> float:
    if key in ("share", "ever", "dropout", "moved"):
        return round(value * 0.8, 6)
    if key == "max":
        return value * 0.5
    return value + 1 if isinstance(value, int) else round(value * 1.3, 6)


def changed_text(value: str, key: str, path: Path_) -> Any:
    if value in WORDS:
        return WORDS[value]
    if key in KEYS:
        return KEYS[key]
    amount, _, unit = value.partition(" ")
    if unit in ("day", "days", "hours", "weeks"):
        return f"{float(amount) + (3 if unit == 'hours' else 2):g} {unit}"
    if "when" in path or "priority" in path:
        return changed_condition(value)
    return None


def changed_condition(value: str) -> str:
    others = {"unstable": "stable", "opioids": "alcohol", "iop": "php", "community": "court", "1..2": "2..3"}
    if value in others:
        return others[value]
    sign, _, number = value.partition(" ")
    return f"{sign} {max(0.0, float(number) / 3 - 1):g}"


def put(document: dict[str, Any], path: Path_, value: Any) -> dict[str, Any]:
    new = copy.deepcopy(document)
    node: Any = new
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return new


DOCUMENTS = {name: tomllib.loads((FOLDER / name).read_text(encoding="utf-8")) for name in FILES}
CHANGES = [(name, *change) for name in FILES for change in changes(DOCUMENTS[name])]


@cache
def digest(name: str, replication: int) -> str:
    return simulate(load(FOLDER / name), replication).digest


@pytest.mark.parametrize(
    ("name", "path", "value"),
    CHANGES,
    ids=[".".join(map(str, path)) + f"={value}"[:40] for _, path, value in CHANGES],
)
def test_changing_a_key_changes_the_log(name: str, path: Path_, value: Any) -> None:
    text = "\n".join(f"{key} = {inline(part)}" for key, part in put(DOCUMENTS[name], path, value).items())
    scenario = loads(text, FOLDER)
    assert any(simulate(scenario, number).digest != digest(name, number) for number in range(REPLICATIONS))
