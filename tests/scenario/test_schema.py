"""The committed schema and reference are those of the types; editors accept what the program accepts."""

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sim.scenario.faults import keys_of
from sim.scenario.reference import TABLES, reference
from sim.scenario.schema import schema, schema_text

DATA = Path(__file__).parents[1] / "data"
SCENARIOS = Path(__file__).parents[2] / "scenarios"
STRICT = jsonschema.Draft202012Validator(schema())
LENIENT = jsonschema.Draft202012Validator(schema(extends=True))
FILES = [*sorted(SCENARIOS.glob("*.toml")), DATA / "everything.toml", DATA / "small.toml"]


def as_json(value: Any) -> Any:
    """The value with its dates as text, as JSON has them."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def document(path: Path) -> dict[str, Any]:
    made = as_json(tomllib.loads(path.read_text(encoding="utf-8")))
    assert isinstance(made, dict)
    return made


def test_the_committed_schemas_are_fresh() -> None:
    assert (SCENARIOS / "scenario.schema.json").read_text(encoding="utf-8") == schema_text()
    assert (SCENARIOS / "scenario.extends.schema.json").read_text(encoding="utf-8") == schema_text(
        extends=True
    )


def test_the_schemas_are_schemas() -> None:
    for text in (schema_text(), schema_text(extends=True)):
        jsonschema.Draft202012Validator.check_schema(json.loads(text))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_schema_accepts_every_scenario(path: Path) -> None:
    raw = document(path)
    validator = LENIENT if "extends" in raw else STRICT
    assert [error.message for error in validator.iter_errors(raw)] == []


@pytest.mark.parametrize(
    "damage",
    [
        {"nmae": "x"},
        {"run": {"duration": -1}},
        {"run": {"duration": "10 days", "sed": 3}},
        {"levels": {"day": {"capacity": 3}}},
        {"levels": {"day": {"length_of_stay": {"dist": "gama"}}}},
        {"levels": {"day": {"length_of_stay": {"dist": "gamma", "men": 3}}}},
        {"levels": {"day": {"length_of_stay": 5, "capacity": "many"}}},
        {"levels": {"day": {"length_of_stay": 5, "relapse": -0.5}}},
        {"arrivals": {"all": {"enters": "day"}}},
    ],
)
def test_the_schema_refuses_what_one_table_alone_shows(damage: dict[str, Any]) -> None:
    raw = document(DATA / "small.toml") | damage
    assert not STRICT.is_valid(raw)


def test_a_child_may_leave_out_what_it_inherits() -> None:
    child = {"name": "child", "extends": "small.toml", "levels": {"day": {"capacity": 3}}}
    assert LENIENT.is_valid(child)
    assert not STRICT.is_valid(child)
    assert not LENIENT.is_valid({**child, "levels": {"day": {"capcity": 3}}})


def test_the_committed_reference_is_fresh() -> None:
    assert (SCENARIOS / "README.md").read_text(encoding="utf-8") == reference()


def test_every_key_has_a_meaning_and_every_number_a_unit_or_a_plain_type() -> None:
    for table in TABLES.values():
        for key, field in zip(keys_of(table), table.model_fields.values(), strict=True):
            assert field.description, f"{table.__name__}.{key} says nothing"
            assert f"| `{key}` | " in reference()


def test_every_value_column_says_what_may_stand_there() -> None:
    assert "| ` |  |" not in reference()
    for line in reference().splitlines():
        if line.startswith("| `") and line.count(" | ") == 4:
            assert line.split(" | ")[1].strip(), line
