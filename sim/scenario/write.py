"""A scenario as text: the resolved file that runs anywhere, and the digest of what decides its logs.

The file has everything in it: inherited keys, settings from outside, the rows of every CSV beside it.
Sources are kept, comments are not.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from math import isinf
from typing import Any

from pydantic import BaseModel

from sim.scenario.choice import csv_values
from sim.scenario.context import Context
from sim.scenario.faults import Path, dotted, shown
from sim.scenario.people import Present
from sim.scenario.types import Scenario

SECTIONS = frozenset(
    {
        *("waitlist", "services", "tracks", "stages", "review", "ends", "other_ends", "on_other_ends"),
        *("show_up", "sample"),
    }
)
"""Tables within a level (or the sweep) that get a header of their own."""

IN_LISTS = frozenset(
    {
        "on_completion",
        "on_dropout",
        "on_relapse",
        "placement",
        "rules",
        "changes",
        "points",
        "needs",
        "floors",
        "roster",
    }
)
"""Lists of tables that get a header for each element."""

APART = ("traits", "effects", "arrivals", "levels", "roles", "after", "priority_populations")
"""Tables whose entries get a header each."""

METADATA = frozenset(
    {"schema_", "name", "title", "purpose", "rationale", "source", "sweep", "replications", "csv", "column"}
)
"""Fields that decide nothing in a log."""


def to_toml(scenario: Scenario) -> str:
    """The resolved scenario as a complete TOML file; reading it gives a scenario of the same digest."""
    tree = _complete(scenario)
    head = {key: value for key, value in tree.items() if not isinstance(value, dict | list)}
    order = [name for name in Scenario.model_fields if name in tree and name not in head]
    lines = [f"{key} = {inline(value)}" for key, value in head.items()]
    for name in order:
        lines += _section((name,), tree[name])
    return "\n".join(lines) + "\n"


def digest(scenario: Scenario) -> str:
    """The SHA-256 of all that decides what a replication does: metadata and replications left out."""
    state = sha256()
    later = [(day, regime) for day, regime in scenario.regimes if regime is not scenario]
    for day, regime in ((0.0, scenario), *later):
        state.update(repr((day, _canonical(regime))).encode())
    return state.hexdigest()


def inline(value: Any) -> str:
    """The value as TOML on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, float):
        if isinf(value):
            return '"unlimited"'
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        entries = ", ".join(f"{dotted((key,))} = {inline(item)}" for key, item in value.items())
        return f"{{ {entries} }}" if entries else "{}"
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], dict):
            return "[\n" + "".join(f"  {inline(item)},\n" for item in value) + "]"
        return "[" + ", ".join(inline(item) for item in value) + "]"
    return str(value)


def _quoted(text: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return (
        '"'
        + "".join(
            escapes.get(letter) or (letter if letter.isprintable() else _escaped(letter)) for letter in text
        )
        + '"'
    )


def _escaped(letter: str) -> str:
    return f"\\u{ord(letter):04X}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08X}"


def _section(path: Path, node: Any) -> Iterator[str]:
    """The lines of a table (or of a list of tables) with its header, its own keys before its sections."""
    if isinstance(node, list):
        for item in node:
            yield f"\n[[{dotted(path)}]]"
            yield from _body(path, item)
        return
    apart = len(path) == 1 and path[0] in APART
    if apart and node:
        for name, item in node.items():
            yield from _section((*path, name), item)
        return
    yield f"\n[{dotted(path)}]"
    yield from _body(path, node)


def _body(path: Path, node: dict[str, Any]) -> Iterator[str]:
    sections = []
    for name, value in node.items():
        is_rules = name in IN_LISTS and isinstance(value, list) and value and path[0] != "changes"
        is_table = name in SECTIONS and isinstance(value, dict) and path[0] not in ("changes", "start")
        if is_rules or is_table:
            sections.append((name, value))
        elif path[0] == "changes" and isinstance(value, dict):
            yield from (f"{dotted(inner)} = {inline(leaf)}" for inner, leaf in _leaves((name,), value))
        else:
            yield f"{dotted((name,))} = {inline(value)}"
    for name, value in sections:
        yield from _section((*path, name), value)


def _leaves(path: Path, node: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """The entries of a change with dotted keys, down to two names below levels, arrivals or after."""
    for name, value in node.items():
        if isinstance(value, dict) and value and len(path) < 2:
            yield from _leaves((*path, name), value)
        else:
            yield (*path, name), value


def _complete(scenario: Scenario) -> dict[str, Any]:
    """The raw tables with nothing left in other files, and the run spelt out."""
    document = scenario._origin
    known = Context(files=document.files)
    tree: dict[str, Any] = _without_csv(document.tree, known)
    run = scenario.run
    tree["run"] = {
        "start": run.start,
        "warm_up": run.warm_up,
        "duration": run.duration,
        "follow_up": run.follow_up,
        "replications": run.replications,
        "seed": run.seed,
        **tree["run"],
    }
    for name, source in scenario.arrivals.items():
        if isinstance(tree["arrivals"][name].get("dates"), str):
            tree["arrivals"][name]["dates"] = [
                {
                    "day": one.day,
                    "id": one.identity,
                    **one.traits,
                    **({"enters": one.enters} if one.enters else {}),
                }
                for one in source.referrals or ()
            ]
    for name in ("census", "waitlist"):
        if scenario.start is not None and isinstance(tree["start"].get(name), str):
            tree["start"][name] = list(_rows(getattr(scenario.start, name)))
    return tree


def _rows(people: Iterable[Present]) -> Iterator[dict[str, Any]]:
    for one in people:
        days = {} if one.days is None else {"days": one.days}
        track = {} if one.track is None else {"track": one.track}
        yield {"level": one.level, **track, **days, "id": one.identity, **one.traits}


def _without_csv(node: Any, known: Context) -> Any:
    """A plain copy in which observed values stand where a CSV was named."""
    if isinstance(node, dict):
        copy = {key: _without_csv(value, known) for key, value in node.items()}
        if node.get("dist") == "empirical" and "csv" in node:
            copy.update(csv_values(node, known))
            del copy["csv"], copy["column"]
        return copy
    return [_without_csv(item, known) for item in node] if isinstance(node, list) else node


def _canonical(value: Any) -> Any:
    """The value as nested tuples in which equal meanings look equal."""
    if isinstance(value, BaseModel):
        extra = value.__pydantic_extra__ or {}
        fields = [name for name in type(value).model_fields if name not in METADATA and name != "changes"]
        named = [(name, _canonical(getattr(value, name))) for name in fields]
        return (*named, *((name, _canonical(extra[name])) for name in sorted(extra)))
    if isinstance(value, dict):
        return tuple((key, _canonical(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return tuple(_canonical(item) for item in value)
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(float(value)) if not isinstance(value, int) or abs(value) < 2**53 else str(value)
    raise TypeError(f"no place in a digest for {shown(value)}")
