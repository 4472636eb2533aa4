"""Dated changes: from a scenario to the stretches of time in which it is one thing and the next.

Each change is laid over the scenario from its day until its end, and the whole is validated again, so that
every stretch is a scenario of its own. What may change is what `docs/model.md` lists, section 3.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from sim.errors import Fault
from sim.scenario.context import names_in
from sim.scenario.document import Document, List, Node, Place, merged
from sim.scenario.faults import Path, dotted, keys_of, listed, nearest
from sim.scenario.level import Level
from sim.scenario.types import Change, Scenario
from sim.scenario.values import moment

LEVEL_KEYS = frozenset(keys_of(Level)) - {"title", "source", "around_the_clock"}
SOURCE_KEYS = frozenset(
    {"per_day", "by_weekday", "by_month", "by_hour", "change_per_year", "enters", "placement"}
)
ALLOWED = (
    "capacity, seats, doors, arrival rates, distributions, probabilities, shares, limits, patience, holds "
    "and rules"
)


CHANGING = ("levels", "arrivals", "after", "intake")
"""The tables of which a change may touch something."""


class Regimes(NamedTuple):
    """The regimes of a scenario (None: the scenario itself), or what is wrong with them."""

    regimes: tuple[tuple[float, Scenario | None], ...]
    faults: list[Fault]


def regimes(document: Document) -> Regimes:
    """The days from which changes hold with the scenario then in force, day 0 first."""
    from sim.scenario.load import validated  # noqa: PLC0415 (it reads regimes in turn)

    changes = document.tree.get("changes")
    if not isinstance(changes, List) or not changes:
        return Regimes((), [])
    faults: list[Fault] = []
    allowed = List(_allowed(document, number, raw, faults) for number, raw in enumerate(changes))
    timed = _timed(document, allowed)
    days = sorted(
        {0.0, *(day for _, change, _ in timed for day in (change.on, change.until or 0.0) if day > 0)}
    )
    found: list[tuple[float, Scenario | None]] = []
    for day in days:
        tree = Node((key, value) for key, value in document.tree.items() if key != "changes")
        tree.places = dict(document.tree.places)
        in_force = [layer for _, change, layer in timed if change.on <= day and not _over(change, day)]
        for layer in in_force:
            tree = merged(tree, layer)
        if day == 0.0 and not in_force:
            found.append((0.0, None))
            continue
        made, wrong = validated(document._replace(tree=tree))
        faults += [one for one in wrong if one not in faults]
        if made is not None:
            found.append((day, made))
    return Regimes(tuple(found), faults)


def _over(change: Change, day: float) -> bool:
    return change.until is not None and change.until <= day


def _timed(document: Document, changes: List) -> list[tuple[int, Change, Node]]:
    """The changes that can be read, each with its layer, in order of their day, then of the file."""
    known = names_in(document.tree, document.files)
    found = []
    for number, raw in enumerate(changes):
        try:
            on = moment(raw["on"], known)
            until = moment(raw["until"], known) if "until" in raw else None
        except (KeyError, TypeError, ValueError):
            continue
        layer = raw.copy()
        for key in ("on", "until", "source"):
            layer.pop(key, None)
        change = Change.model_construct(on=on, until=until if until is None or until > on else None, keys={})
        found.append((number, change, _before(layer, ("changes", number))))
    return sorted(found, key=lambda one: (one[1].on, one[0]))


def _before(value: Any, path: Path) -> Any:
    """The same tables, each place marked as belonging to a change."""
    if isinstance(value, Node):
        node = Node((key, _before(item, path)) for key, item in value.items())
        node.places = {key: place._replace(before=path) for key, place in value.places.items()}
        return node
    if isinstance(value, List):
        row = List(_before(item, path) for item in value)
        row.places = [place._replace(before=path) for place in value.places]
        return row
    return value


def _allowed(document: Document, number: int, raw: Any, faults: list[Fault]) -> Any:
    """The change without the keys that no change may touch, each of which becomes a fault."""
    if not isinstance(raw, Node):
        return raw

    def refuse(node: Node, path: Path, problem: str, wanted: str = ALLOWED, hint: str = "") -> None:
        place: Place = node.places[str(path[-1])]
        where = dotted(("changes", number, *path))
        faults.append(Fault(place.file, place.line, where, problem, "" if hint else wanted, hint))

    kept = raw.copy()
    for top, table in raw.items():
        if top in ("on", "until", "source"):
            continue
        if top not in CHANGING:
            hint = "" if top in keys_of(Scenario) else nearest(top, ("on", "until", *CHANGING))
            refuse(raw, (top,), "cannot change at a date", ALLOWED, hint)
            del kept[top]
        elif not isinstance(table, Node):
            refuse(raw, (top,), "is no table", f"a table such as {top}.NAME")
            del kept[top]
        elif top == "intake":
            kept[top] = _allowed_stages(document.tree.get(top), table, refuse)
        elif top != "after":
            kept[top] = _allowed_below(document.tree.get(top), top, table, refuse)
    return kept


def _allowed_stages(base: Any, table: Node, refuse: Callable[..., None]) -> Node:
    """The entries of a change to the intake: keys of stages that are there."""
    stages = base.get("stages") if isinstance(base, dict) else None
    names = list(stages) if isinstance(stages, dict) else []
    kept = table.copy()
    for key, inner in table.items():
        if key != "stages" or not isinstance(inner, Node):
            refuse(table, ("intake", key), "cannot change at a date", "keys of `intake.stages`")
            del kept[key]
            continue
        kept[key] = rest = inner.copy()
        for name in set(inner) - set(names):
            problem = "is no stage: a change makes none"
            refuse(inner, ("intake", key, name), problem, listed(names), nearest(name, names))
            del rest[name]
    return kept


def _allowed_below(base: Any, top: str, table: Node, refuse: Callable[..., None]) -> Node:
    """The entries of a change to levels or sources that are there, with the keys that may change."""
    names = list(base) if isinstance(base, dict) else []
    what, keys = ("level", LEVEL_KEYS) if top == "levels" else ("source", SOURCE_KEYS)
    kept = table.copy()
    for name, inner in table.items():
        if name not in names:
            problem = f"is no {what}: a change makes none"
            refuse(table, (top, name), problem, listed(names), nearest(name, names))
            del kept[name]
        elif isinstance(inner, Node):
            rest = inner.copy()
            for key in set(inner) - keys:
                hint = "" if key in ("title", "traits", "dates") else nearest(key, keys)
                refuse(inner, (top, name, key), "cannot change at a date", ALLOWED, hint)
                del rest[key]
            if isinstance(rest.get("tracks"), Node):
                rest["tracks"] = _tracks_there(base[name], (top, name, "tracks"), rest["tracks"], refuse)
            kept[name] = rest
    return kept


def _tracks_there(level: Any, path: Path, tracks: Node, refuse: Callable[..., None]) -> Node:
    """The entries of a change to the tracks that a level has."""
    there = level.get("tracks") if isinstance(level, dict) else None
    names = list(there) if isinstance(there, dict) else []
    kept = tracks.copy()
    for name in tracks:
        if name not in names:
            wanted = listed(names) or "a level with tracks from the start"
            refuse(tracks, (*path, name), "is no track: a change makes none", wanted, nearest(name, names))
            del kept[name]
    return kept
