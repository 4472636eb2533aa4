"""The known answers, and the translation of their neutral terms into scenario files."""

import json
from pathlib import Path
from typing import Any

from sim.scenario.load import loads
from sim.scenario.types import Scenario

FILE = Path(__file__).parent / "known_answers.json"
CASES: dict[str, dict[str, Any]] = {
    case["id"]: case for case in json.loads(FILE.read_text(encoding="utf-8"))["cases"]
}


def expected(case: str) -> list[dict[str, Any]]:
    """The rows of what is expected of a case: quantity, value and, for most, a measure."""
    rows: list[dict[str, Any]] = CASES[case]["expected"]
    return rows


def scenario_of(case: str, folder: Path, *, run: dict[str, Any]) -> Scenario:
    """The scenario of a case, with the keys of `run` in its table of that name; files go to the folder."""
    inputs = CASES[case]["inputs"]
    text = [
        'schema = 1\nname = "known-answer"',
        _table("run", run),
        *_classes(inputs),
        *_arrivals(inputs, folder),
        *(_level(level, inputs) for level in inputs["levels"]),
    ]
    return loads("\n".join(text), folder)


def name_of(level: str) -> str:
    """The name of a level in the scenario and its log."""
    return level.lower()


def _table(name: str, keys: dict[str, Any]) -> str:
    return "\n".join([f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in keys.items())])


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def _priorities(inputs: dict[str, Any]) -> list[str]:
    """The classes of patients, best first: named ones, or the numbers that a trace gives its patients."""
    named = sorted(inputs.get("classes", []), key=lambda entry: entry["priority"])
    numbered = sorted({patient["priority"] for patient in inputs["arrivals"] if "priority" in patient})
    return [entry["name"] for entry in named] or [f"p{number}" for number in numbered]


def _classes(inputs: dict[str, Any]) -> list[str]:
    names = _priorities(inputs)
    shares = {name: 1.0 / len(names) for name in names}
    return [_table("traits.urgency", {"shares": shares})] if names else []


def _arrivals(inputs: dict[str, Any], folder: Path) -> list[str]:
    if "rate" in inputs["arrivals"][0]:
        return [
            _table(
                f"arrivals.source{index}",
                {
                    "per_day": source["rate"],
                    "enters": name_of(source["level"]),
                    **({"traits": {"urgency": {source["class"]: 1.0}}} if "class" in source else {}),
                },
            )
            for index, source in enumerate(inputs["arrivals"])
        ]
    classes = "priority" in inputs["arrivals"][0]
    rows = ["id,day,urgency" if classes else "id,day"]
    for patient in inputs["arrivals"]:
        row = f"{patient['patient']},{patient['t']}"
        rows.append(f"{row},p{patient['priority']}" if classes else row)
    (folder / "referrals.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    first = name_of(inputs["levels"][0]["name"])
    return [_table("arrivals.file", {"dates": "referrals.csv", "enters": first})]


def _level(level: dict[str, Any], inputs: dict[str, Any]) -> str:
    stay, goes, holds = _ending(level)
    keys: dict[str, Any] = {
        "capacity": "unlimited" if level["servers"] is None else level["servers"],
        "length_of_stay": stay,
        "completes_to": goes,
        "hold": "unlimited" if holds else 0,
    }
    line: dict[str, Any] = {}
    if level.get("waitlist") is not None:
        line["limit"] = level["waitlist"]
    if "patience" in level:
        line["patience"] = level["patience"]
    names = _priorities(inputs)
    if names:
        line["priority"] = [{"urgency": name} for name in names]
    name = f"levels.{name_of(level['name'])}"
    return "\n".join([_table(name, keys), *([_table(f"{name}.waitlist", line)] if line else [])])


def _ending(level: dict[str, Any]) -> tuple[Any, dict[str, float], bool]:
    """Length of stay, where it leads, and whether the place is held meanwhile."""
    if "los" in level:
        target = level.get("next", "exit")
        to = "discharge" if target == "exit" else name_of(target.split()[0])
        return level["los"], {to: 1.0}, "(hold)" in target
    (clock,) = level["clocks"]
    assert clock["cause"] == "complete"
    goes = {
        "discharge" if way["to"] == "exit" else name_of(way["to"]): way["prob"] for way in clock["routing"]
    }
    return clock["dist"], goes, any(way.get("mode") == "hold" for way in clock["routing"])
