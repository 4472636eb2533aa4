"""Scenario files as plain tables that remember where each entry was written: reading, inheriting, setting.

A `Node` is a dict and a `Row` a list whose entries carry a `Place`; a child's entries lie over its parent's,
`--set` and dated changes over both. What the entries mean is left to the types.
"""

import os
import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from sim.errors import Fault, ScenarioError
from sim.scenario.choice import Distribution
from sim.scenario.faults import Path as Steps
from sim.scenario.faults import dotted, shown
from sim.scenario.positions import positions
from sim.scenario.rows import Beside


class Place(NamedTuple):
    """Where an entry was written; `before` is the path of the dated change that it belongs to, if any."""

    file: str
    line: int
    before: Steps = ()


class Node(dict[str, Any]):
    """A table; `places` holds the place of each key."""

    def __init__(self, entries: Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__(entries)
        self.places: dict[str, Place] = {}

    def copy(self) -> "Node":
        """A table of its own with the same entries and places."""
        node = Node(self.items())
        node.places = dict(self.places)
        return node


class List(list[Any]):
    """A list; `places` holds the place of each element."""

    def __init__(self, entries: Iterable[Any] = ()) -> None:
        super().__init__(entries)
        self.places: list[Place] = []


class Document(NamedTuple):
    """A resolved scenario before validation: its tables, where the file stands, the files it has read."""

    tree: Node
    label: str
    folder: Path
    files: dict[str, Any]


# --- reading --------------------------------------------------------------------------------------------


def read(path: Path, label: str) -> Document:
    """The tables of a file with all that it inherits; raises `ScenarioError`."""
    return Document(_inherit(_text(path, label), path, label), label, path.parent, {})


def parse(text: str, label: str, folder: Path) -> Document:
    """The tables of a text that stands, as it were, in a folder."""
    return Document(_inherit(text, folder / "<text>", label), label, folder, {})


def _text(path: Path, label: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problem, wanted = "there is no such file", "a scenario file"
    except IsADirectoryError:
        problem, wanted = "is a folder", "a scenario file"
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ScenarioError(
            [Fault(label, line, "", "is not text in UTF-8", "a file saved as UTF-8")]
        ) from None
    except (OSError, ValueError) as error:
        problem, wanted = f"cannot be read: {getattr(error, 'strerror', None) or error}", "a scenario file"
    raise ScenarioError([Fault(label, 0, "", problem, wanted)])


def _tables(text: str, label: str, folder: Path) -> Node:
    """The tables of one file, each entry with its place."""
    text = text.removeprefix("\ufeff")
    try:
        raw = tomllib.loads(text)
        lines = positions(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        where = re.search(r"\(at line (\d+), column \d+\)|\(at end of document\)", message)
        line = int(where[1]) if where and where[1] else text.count("\n") + 1
        problem = message[: where.start()].strip() if where else message
        raise ScenarioError(
            [Fault(label, line, "", f"is no TOML: {problem[0].lower()}{problem[1:]}")]
        ) from None
    except RecursionError:
        raise ScenarioError([Fault(label, 1, "", "is nested too deeply", "a scenario file")]) from None
    except ValueError as error:
        raise ScenarioError([Fault(label, 1, "", f"is no TOML: {error}")]) from None
    top = Place(label, 1)
    node = _placed(raw, (), lines, top)
    assert isinstance(node, Node)
    _mark_files(node, folder, os.path.dirname(label))  # noqa: PTH120 (a label need not be a path)
    return node


def _placed(raw: Any, path: Steps, lines: dict[Steps, int], place: Place) -> Any:
    """The same value as a Node or a List where it is a table or a list."""
    if isinstance(raw, dict):
        node = Node()
        for key, value in raw.items():
            here = place._replace(line=lines.get((*path, key), place.line))
            node.places[key] = here
            node[key] = _placed(value, (*path, key), lines, here)
        return node
    if isinstance(raw, list):
        row = List()
        for number, value in enumerate(raw):
            here = place._replace(line=lines.get((*path, number), place.line))
            row.places.append(here)
            row.append(_placed(value, (*path, number), lines, here))
        return row
    return raw


def _mark_files(node: Any, folder: Path, shown_folder: str, *, depth: int = 0) -> None:
    """Gives the names of files the folder of the file in which they are written."""
    if isinstance(node, List):
        for item in node:
            _mark_files(item, folder, shown_folder, depth=depth + 1)
    if not isinstance(node, Node):
        return
    for key, value in node.items():
        if isinstance(value, str) and key in ("csv", "dates", "census", "waitlist"):
            node[key] = Beside(value, folder, os.path.join(shown_folder, value))  # noqa: PTH118 (the same)
        elif isinstance(value, Node | List):
            _mark_files(value, folder, shown_folder, depth=depth + 1)


def _inherit(text: str, path: Path, label: str) -> Node:
    """The tables of a file laid over those of the files it extends, the later over the earlier."""
    tree, *above = _layers(text, path, label, chain=[], known=set())
    for own in above:
        tree.pop("name", None)
        tree = merged(tree, own)
    return tree


def _layers(text: str, path: Path, label: str, *, chain: list[Path], known: set[Path]) -> list[Node]:
    """The tables of the files that a file extends, each file once, the lowest first, and its own last.

    A file that two others extend lies below both: the second does not undo what the first has changed.
    """
    own, layers = _tables(text, label, path.parent), []
    chain = [*chain, path.resolve()]
    if "extends" in own:
        place, names = own.places["extends"], own.pop("extends")
        several = isinstance(names, List)
        if several and not names:
            raise ScenarioError([Fault(place.file, place.line, "extends", "is an empty list", _PARENT)])
        found: list[Path] = []
        for number, name in enumerate(names if several else [names]):
            spot, key = (names.places[number], f"extends.{number}") if several else (place, "extends")
            where = Fault(spot.file, spot.line, key, "")
            parent, real = _parent(name, path, where, chain=chain)
            if real in found:
                raise ScenarioError([where._replace(wrong=f"{shown(name)} stands twice", wanted="each once")])
            found.append(real)
            if real not in known:
                shown_parent = os.path.join(os.path.dirname(label), name)  # noqa: PTH118, PTH120 (a label need not be a path)
                inner = _text(parent, shown_parent)
                layers += _layers(inner, parent, shown_parent, chain=chain, known=known)
    known.add(path.resolve())
    return [*layers, own]


_PARENT = "the name of a scenario file of the same folder or below it"


def _parent(name: Any, path: Path, where: Fault, *, chain: list[Path]) -> tuple[Path, Path]:
    """A file that another extends, as it was named and where it really is."""

    def fault(problem: str, wanted: str = _PARENT) -> ScenarioError:
        return ScenarioError([where._replace(wrong=problem, wanted=wanted)])

    if not isinstance(name, str) or not name.strip() or "\0" in name:
        raise fault(f"is {shown(name)}")
    parent = path.parent / name
    folder = path.parent.resolve()
    try:
        real = parent.resolve()
    except (OSError, RuntimeError):
        raise fault(f"{shown(name)} cannot be followed") from None
    if Path(name).is_absolute() or not real.is_relative_to(folder):
        raise fault(f"{shown(name)} leads out of the folder")
    if real in chain:
        round_trip = [*chain[chain.index(real) :], real]
        raise fault(f"goes round in a circle: {' → '.join(file.name for file in round_trip)}", "an end to it")
    if not real.is_file():
        raise fault(f"there is no file {shown(name)}")
    return parent, real


# --- laying one table over another ----------------------------------------------------------------------

REPLACES: dict[str, tuple[str, ...]] = {
    "ends": ("length_of_stay", "dropout", "other_ends"),
    "length_of_stay": ("ends",),
    "admits": ("admits_on",),
    "admits_on": ("admits",),
    "weekdays": ("per_week",),
    "walk_in": ("appointments", "notice", "at_most"),
    "appointments": ("walk_in", "until"),
    "per_week": ("weekdays",),
    "per_day": ("dates",),
    "dates": ("per_day", "by_weekday", "by_month", "by_hour", "change_per_year"),
    "completes_to": ("on_completion",),
    "go": ("rules",),
    "productive_share": ("meeting_hours_per_week",),
    "meeting_hours_per_week": ("productive_share",),
    "values": ("csv", "column"),
    "csv": ("values", "weights"),
}
"""A key laid over a table → the keys that it takes the place of, because the two cannot stand together."""

NOT_PARAMETERS = frozenset({"dist", "source", "min", "max", "ever"})


def merged(below: Node, above: Node) -> Node:
    """A table laid over another: tables merge, everything else replaces."""
    if _another_kind(below, above):
        return above
    node = below.copy()
    for key in _replaced(below, above):
        del node[key], node.places[key]
    for key, value in above.items():
        under = node.get(key)
        both = isinstance(under, Node) and isinstance(value, Node)
        node[key] = merged(under, value) if both else value  # type: ignore[arg-type]
        node.places[key] = above.places[key]
    return _ordered(node, list(above)) if set(node) == set(above) else node


def _ordered(node: Node, keys: list[str]) -> Node:
    """The same table in another order: a table that names every entry decides their order."""
    other = Node((key, node[key]) for key in keys)
    other.places = node.places
    return other


def _another_kind(below: Node, above: Node) -> bool:
    """Whether the upper table stands for itself: a plain distribution over one by trait, or the reverse."""
    return ("by" in above and above["by"] != below.get("by")) or ("dist" in above and "by" in below)


def _replaced(below: Node, above: Node) -> set[str]:
    """The keys of the lower table that cannot stand beside those of the upper one."""
    gone = {old for key in above for old in REPLACES.get(key, ()) if old in below and old not in above}
    if "dist" in below and "dist" in above:
        mine = set(above) - NOT_PARAMETERS
        theirs = set(below) - NOT_PARAMETERS
        if above["dist"] != below["dist"] or not mine <= theirs:
            gone |= theirs - set(above)
    return gone


# --- setting one key ------------------------------------------------------------------------------------

_KEY = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([^\s."\'=]+))\s*')
NAMED = ("levels", "traits", "arrivals", "roles")
"""Tables of things with names: `--set` below a name that is not there is a slip, not a new thing."""


def steps_of(key: str) -> list[str] | None:
    """The names of a dotted key; None when it is no key."""
    names: list[str] = []
    at = 0
    while match := _KEY.match(key, at):
        names.append(next(group for group in match.groups() if group is not None))
        at = match.end()
        if at == len(key):
            return names
        if key[at] != ".":
            return None
        at += 1
    return None


def value_of(text: str) -> Any:
    """The value in a `--set`: TOML where it is TOML, else the bare text."""
    try:
        raw = tomllib.loads("value = " + text)
    except (ValueError, RecursionError):
        return text
    return raw["value"] if set(raw) == {"value"} else text


def with_key(document: Document, key: str, value: Any, *, file: str) -> Document:
    """The document with one key set; raises `ScenarioError` where the key leads through a plain value."""
    names = steps_of(key)

    def fault(problem: str, wanted: str = "", hint: str = "") -> ScenarioError:
        return ScenarioError([Fault(file, 0, "", problem, wanted, hint)])

    if not names:
        raise fault("is no key", "names with dots between them, such as levels.php.capacity=20")
    if names[0] == "extends":
        raise fault("cannot be set", "a key of the scenario")
    place = Place(file, 0)
    layer = _placed(_plain(value), (), {}, place)
    if isinstance(layer, Node | List):
        _mark_files(layer, document.folder, os.path.dirname(document.label))  # noqa: PTH120
    elif isinstance(layer, str) and names[-1] in ("csv", "dates", "census", "waitlist"):
        shown_name = os.path.join(os.path.dirname(document.label), layer)  # noqa: PTH118, PTH120
        layer = Beside(layer, document.folder, shown_name)
    return document._replace(tree=_set(document.tree, names, layer, place, fault, ()))


def _set(node: Any, names: list[str], value: Any, place: Place, fault: Any, path: Steps) -> Any:
    """A copy of the table or list with the value at the path below it."""
    name, *rest = names
    if isinstance(node, List):
        if not name.isdecimal() or int(name) >= len(node):
            raise fault(f"{dotted(path)} is a list of {len(node)}", "a place in it, counted from 0")
        row = List(node)
        row.places = list(node.places)
        number = int(name)
        row[number] = _set(node[number], rest, value, place, fault, (*path, number)) if rest else value
        row.places[number] = place
        return row
    if not isinstance(node, Node):
        raise fault(
            f"{dotted(path)} is {shown(node)} and has no key {shown(name)}",
            "a table to be written there first",
        )
    if rest and name not in node and path and path[0] in NAMED and len(path) == 1:
        from sim.scenario.faults import listed, nearest  # noqa: PLC0415

        hint = nearest(name, node)
        raise fault(
            f"{dotted((*path, name))} is not there",
            "" if hint else listed(node) or "it set as a whole table first",
            hint,
        )
    upper = Node()
    upper[name] = _set(node.get(name, Node()), rest, value, place, fault, (*path, name)) if rest else value
    upper.places[name] = place
    copy = node.copy()
    for gone in _replaced(node, upper) if not rest else ():
        del copy[gone], copy.places[gone]
    copy[name] = upper[name]
    copy.places[name] = node.places.get(name, place) if rest else place
    return copy


def _plain(value: Any) -> Any:
    """The value as TOML would give it: infinity becomes "unlimited", numbers of numpy plain numbers."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bool | str | int | date | datetime | time):
        return value
    if isinstance(value, Distribution):
        return {
            key: _plain(item) for key, item in value.model_dump(by_alias=True, exclude_unset=True).items()
        }
    if hasattr(value, "item"):
        value = value.item()
    return "unlimited" if value == float("inf") else value


# --- finding places -------------------------------------------------------------------------------------


def place_of(tree: Any, path: Steps, top: Place) -> Place:
    """The place of the entry at a path, or of the nearest table around it."""
    place = top
    for step in path:
        if isinstance(tree, Node) and step in tree:
            place = tree.places.get(str(step), place)
        elif isinstance(tree, List) and isinstance(step, int) and step < len(tree):
            place = tree.places[step]
        else:
            break
        tree = tree[step]
    return place
