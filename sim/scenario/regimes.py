"""Dated changes: from a scenario to the stretches of time in which it is one thing and the next.

Each change is laid over the scenario from its day until its end, and the whole is validated again, so that
every stretch is a scenario of its own. What may change is what `docs/model.md` lists, section 3.
"""

from typing import Any, NamedTuple

from sim.errors import Fault
from sim.scenario.context import names_in
from sim.scenario.document import Document, List, Node, Place, merged
from sim.scenario.faults import Path, dotted, keys_of, listed, nearest
from sim.scenario.level import Level
from sim.scenario.types import Change, Scenario, moment

LEVEL_KEYS = frozenset(keys_of(Level)) - {"title", "source"}
SOURCE_KEYS = frozenset(
    {"per_day", "by_weekday", "by_month", "by_hour", "change_per_year", "enters", "placement"}
)
ALLOWED = (
    "capacity, doors, arrival rates, distributions, probabilities, shares, limits, patience, holds and rules"
)


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
    faults = [fault for number, raw in enumerate(changes) for fault in _forbidden(document, number, raw)]
    if faults:
        return Regimes((), faults)
    timed = _timed(document, changes)
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
        except (KeyError, ValueError):
            continue
        layer = Node((key, value) for key, value in raw.items() if key not in ("on", "until", "source"))
        layer.places = dict(raw.places)
        change = Change.model_construct(on=on, until=until, keys={})
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


def _forbidden(document: Document, number: int, raw: Any) -> list[Fault]:
    """Faults for the keys of one change that no change may touch."""
    if not isinstance(raw, Node):
        return []
    tree = document.tree
    faults: list[Fault] = []

    def refuse(node: Node, path: Path, problem: str, wanted: str, hint: str = "") -> None:
        place: Place = node.places[str(path[-1])]
        where = dotted(("changes", number, *path))
        faults.append(Fault(place.file, place.line, where, problem, "" if hint else wanted, hint))

    for top, table in raw.items():
        if top in ("on", "until", "source"):
            continue
        if top not in ("levels", "arrivals", "after"):
            hint = nearest(top, ("on", "until", "levels", "arrivals", "after"))
            known_key = top in keys_of(Scenario)
            refuse(raw, (top,), "cannot change at a date", ALLOWED, "" if known_key else hint)
            continue
        if not isinstance(table, Node):
            refuse(raw, (top,), "is no table", f"a table such as {top}.NAME")
            continue
        if top == "after":
            continue
        base = tree.get(top)
        names = list(base) if isinstance(base, dict) else []
        keys = LEVEL_KEYS if top == "levels" else SOURCE_KEYS
        for name, inner in table.items():
            if name not in names:
                what = "level" if top == "levels" else "source"
                refuse(
                    table,
                    (top, name),
                    f"is no {what}: a change makes none",
                    listed(names),
                    nearest(name, names),
                )
            elif isinstance(inner, Node):
                for key in inner:
                    if key not in keys:
                        hint = "" if key in ("title", "traits", "dates") else nearest(key, keys)
                        refuse(inner, (top, name, key), "cannot change at a date", ALLOWED, hint)
    return faults
