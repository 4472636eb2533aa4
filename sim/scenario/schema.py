"""The JSON Schema of scenario files, made from the types, for editors that complete and check as one types.

It describes one table at a time; what only the program knows (that shares sum to 1, that a level named
elsewhere exists) is left to `sim check`. Dates are strings in JSON; an editor for TOML takes them as dates.
"""

import json
import math
from typing import Any

from sim.scenario.choice import QUANTILE
from sim.scenario.types import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NOISE = ("title", "unit")
"""What pydantic adds to every entry and no editor needs."""


def schema(*, extends: bool = False) -> dict[str, Any]:
    """The schema of a complete scenario file; with `extends`, of one that inherits the rest from another."""
    made: dict[str, Any] = _tidy(Scenario.model_json_schema(by_alias=True, mode="validation"))
    tables = made["$defs"]
    for name in ("Distribution", "Part"):
        inner = tables[name].pop("additionalProperties")
        tables[name] |= {"patternProperties": {QUANTILE: inner}, "additionalProperties": False}
    tables["Level"]["anyOf"] = [{"required": ["length_of_stay"]}, {"required": ["ends"]}]
    tables["Source"]["anyOf"] = [{"required": ["per_day"]}, {"required": ["dates"]}]
    if extends:
        for table in tables.values():
            table.pop("required", None)
            table.pop("anyOf", None)
        made["required"] = ["name", "extends"]
        one = {"type": "string"}
        inherits = {
            "description": "A scenario file of the same folder or below it, or several of them.",
            "anyOf": [one, {"items": one, "minItems": 1, "type": "array", "uniqueItems": True}],
        }
        made["properties"] = {"extends": inherits, **made["properties"]}
    return {"$schema": DIALECT, "title": "Scenario", **made}


def schema_text(*, extends: bool = False) -> str:
    """The schema as it is written to a file."""
    return json.dumps(schema(extends=extends), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _tidy(value: Any, *, names: bool = False) -> Any:
    """The schema without noise, without null (TOML has none) and without defaults that JSON cannot say.

    `names`: the keys of the table are names of keys, not words of the schema.
    """
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    if not isinstance(value, dict):
        return value
    made: dict[str, Any] = {}
    for key, item in value.items():
        if not names and (key in NOISE or (key == "default" and not _sayable(item))):
            continue
        made[key] = _tidy(item, names=not names and key in ("properties", "$defs"))
    options = made.get("anyOf")
    if not names and isinstance(options, list):
        kept = [option for option in options if option != {"type": "null"}]
        if len(kept) == 1:
            del made["anyOf"]
            made = {**kept[0], **made}
        else:
            made["anyOf"] = kept
    return made


def _sayable(value: Any) -> bool:
    return value not in (None, {}, [], ()) and not (isinstance(value, float) and not math.isfinite(value))


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for name, inherits in (("scenario.schema.json", False), ("scenario.extends.schema.json", True)):
        path = Path(sys.argv[1]) / name
        path.write_text(schema_text(extends=inherits), encoding="utf-8", newline="\n")
