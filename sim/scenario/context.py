"""What a parser may need to know of the rest of the file: the names in it, and the files beside it.

The names are read from the raw tables before anything is validated, leniently, so that a rule that names an
unknown level is found even where that level's own table is faulty. Whether the tables are right is left to
the types.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pydantic import ValidationInfo

from sim.words import BINDS, DISCHARGE_REASONS

RESERVED = frozenset({
    "outside", "discharge", "stay", "continue", "extend", "start", "default", "waiting", "by", "source",
    "last_level", "none", "title",
})  # fmt: skip
"""Words that mean something else wherever a level, a source or a trait could be named."""

RESERVED_REASONS = frozenset({
    *DISCHARGE_REASONS, *BINDS, "review", "start", "default", "waiting", "source", "none",
})  # fmt: skip
"""Words that cannot name an end of a stay of the scenario's own."""


@dataclass(frozen=True)
class Context:
    """Names known while a scenario is read; `level` is the level whose table is being read, if any."""

    levels: tuple[str, ...] = ()
    traits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    services: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by level
    ends: tuple[str, ...] = ()  # the scenario's own names of ends of stays
    tracks: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by level
    step_up: dict[str, str | None] = field(default_factory=dict)
    step_down: dict[str, str | None] = field(default_factory=dict)
    start: date = date(2026, 1, 5)
    level: str | None = None
    files: dict[str, Any] = field(default_factory=dict)  # files read so far

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every reason with which an episode can end."""
        return (*DISCHARGE_REASONS, *self.ends)

    def within(self, level: str) -> "Context":
        """The same, while the table of this level is read."""
        return replace(self, level=level)


def of(info: ValidationInfo) -> Context:
    """The context that pydantic carries along; an empty one where there is none."""
    return info.context if isinstance(info.context, Context) else Context()


def names_in(tree: dict[str, Any], files: dict[str, Any]) -> Context:
    """The names in a raw scenario, whatever else may be wrong with it; `files` keeps the files it reads."""
    levels = _table(tree, "levels")
    names = tuple(levels)
    up: dict[str, str | None] = {}
    down: dict[str, str | None] = {}
    ends: dict[str, None] = {}
    services: dict[str, tuple[str, ...]] = {}
    tracks: dict[str, tuple[str, ...]] = {}
    for place, (name, table) in enumerate(levels.items()):
        level = table if isinstance(table, dict) else {}
        up[name] = _name(level.get("step_up")) or (names[place - 1] if place else None)
        down[name] = _name(level.get("step_down")) or (names[place + 1] if place + 1 < len(names) else None)
        services[name] = tuple(one for one in _table(level, "services") if one != "source")
        for key in ("other_ends", "ends"):
            ends.update(dict.fromkeys(_table(level, key)))
        tracks[name] = tuple(track for track in _table(level, "tracks") if track != "source")
    own = tuple(end for end in ends if end not in RESERVED_REASONS)
    traits = {name: tuple(_values(trait)) for name, trait in _table(tree, "traits").items()}
    start = _table(tree, "run").get("start")
    return Context(
        levels=names,
        traits=traits,
        sources=tuple(_table(tree, "arrivals")),
        services=services,
        ends=own,
        tracks=tracks,
        step_up=up,
        step_down=down,
        start=start if type(start) is date else date(2026, 1, 5),
        files=files,
    )


def _values(trait: Any) -> list[str]:
    shares = _table(trait, "shares") if isinstance(trait, dict) else {}
    return [value for value in shares if value != "source"]


def _table(tree: dict[str, Any], key: str) -> dict[str, Any]:
    value = tree.get(key)
    return value if isinstance(value, dict) else {}


def _name(value: Any) -> str | None:
    return value if isinstance(value, str) else None
