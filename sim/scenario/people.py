"""Single patients that a scenario names: dated referrals, and those in care or waiting on day 0.

They stand in a CSV beside the scenario or as a list of tables in it, with the same columns either way. A
trait that is not given is drawn later, like everybody's.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import floor
from typing import Any, NamedTuple

from sim.scenario.context import Context
from sim.scenario.faults import Path, Trouble, Troubles, Wrong, listed, nearest, shown, wrong
from sim.scenario.rows import Rows, identifying, rows
from sim.scenario.values import days, entries, name_of, number, whole


class Referral(NamedTuple):
    """One dated referral: day since the start, what identifies it, traits and level where given."""

    day: float
    identity: str
    traits: dict[str, str]
    enters: str | None


class Present(NamedTuple):
    """One patient there on day 0, in care or waiting; `days` so far and `track` are None where drawn."""

    level: str
    days: float | None
    traits: dict[str, str]
    identity: str
    track: str | None = None


class _Entry(NamedTuple):
    """One row, from a CSV or from the scenario file: its cells and where it stands."""

    cells: dict[str, Any]
    at: Path
    table: Rows | None
    line: int

    def trouble(self, column: str, error: Wrong) -> Iterator[Trouble]:
        """What is wrong with one cell."""
        for one in error.troubles:
            if self.table is not None:
                yield self.table.trouble(self.line, column, one.wrong, one.wanted, one.hint)
            else:
                yield one._replace(at=(*self.at, column, *one.at) if column else (*self.at, *one.at))


def referrals(raw: Any, known: Context) -> tuple[Referral, ...]:
    """The dated referrals, in the order of the file; each has `date` or `day`."""
    columns = ("date", "day", "id", "enters")
    found = _entries(raw, known, columns, "dates: the name of a CSV file, or a list of tables")
    troubles = Troubles()
    read: list[Referral] = []
    running: Counter[int] = Counter()
    ids: set[str] = set()
    for entry in found:
        errors = len(troubles.found)
        day = _take(troubles, entry, "day" if "day" in entry.cells else "date", _when, known.start)
        enters = _take(troubles, entry, "enters", lambda cell: name_of(cell, known.levels, "level"))
        traits = _traits(troubles, entry, known)
        identity = _identity(troubles, entry, ids)
        if len(troubles.found) > errors or day is None:
            continue
        running[floor(day)] += 1
        when = known.start + timedelta(days=floor(day))
        read.append(Referral(day, identity or f"{when.isoformat()}#{running[floor(day)]}", traits, enters))
    troubles.done()
    return tuple(read)


def present(raw: Any, known: Context) -> tuple[Present, ...]:
    """Those there on day 0: counts by level, the name of a CSV, or a list of tables."""
    if isinstance(raw, dict):
        return _counted(raw, known)
    wanted = "counts by level, the name of a CSV file, or a list of tables"
    found = _entries(raw, known, ("level", "track", "days", "id"), wanted)
    troubles = Troubles()
    read: list[Present] = []
    running: Counter[str] = Counter()
    ids: set[str] = set()
    for entry in found:
        errors = len(troubles.found)
        if _blank(entry.cells.get("level")):
            troubles.found += entry.trouble("level", wrong("is missing", listed(known.levels)))
        level = _take(troubles, entry, "level", lambda cell: name_of(cell, known.levels, "level"))
        tracks = known.tracks.get(level or "", ())
        track = _take(troubles, entry, "track", lambda cell, t=tracks, at=level: _track(cell, t, at))
        spent = _take(troubles, entry, "days", _days)
        traits = _traits(troubles, entry, known)
        identity = _identity(troubles, entry, ids)
        if len(troubles.found) == errors and level is not None:
            running[level] += 1
            read.append(Present(level, spent, traits, identity or f"{level}#{running[level]}", track))
    troubles.done()
    return tuple(read)


def _counted(raw: dict[str, Any], known: Context) -> tuple[Present, ...]:
    troubles = Troubles()
    read: list[Present] = []
    for name, value in entries(raw).items():
        troubles.take((name,), name_of, name, known.levels, "level")
        many = troubles.take((name,), whole, value) or 0
        if many > 10**6:
            troubles.add((name,), f"is {many}", "at most a million patients")
            many = 0
        read += [Present(name, None, {}, f"{name}#{place + 1}") for place in range(many)]
    troubles.done()
    return tuple(read)


def _entries(raw: Any, known: Context, columns: tuple[str, ...], wanted: str) -> list[_Entry]:
    """The rows of a CSV or of a list of tables, their columns checked."""
    if isinstance(raw, str):
        table = rows(raw, known)
        troubles = [
            table.trouble(table.line, "", *_unknown(column, columns, known))
            for column in table.columns
            if column not in columns and column not in known.traits
        ]
        if "date" in columns and ("date" in table.columns) + ("day" in table.columns) != 1:
            what = "has not just one of the columns `date` and `day`"
            troubles.append(table.trouble(table.line, "", what, "one of them"))
        if "level" in columns and "level" not in table.columns:
            troubles.append(table.trouble(table.line, "", "has no column `level`", "it"))
        if troubles:
            raise Wrong(*troubles)
        return [_Entry(row.cells, (), table, row.line) for row in table.rows]
    if not isinstance(raw, list | tuple):
        raise wrong(f"is {shown(raw)}", wanted)
    found = Troubles()
    for place, item in enumerate(raw):
        if not isinstance(item, dict):
            found.add((place,), f"is {shown(item)}", "a table")
            continue
        for column in item:
            if column not in columns and column not in known.traits:
                found.add((place, column), *_unknown(column, columns, known))
        if "date" in columns and ("date" in item) + ("day" in item) != 1:
            found.add((place,), "has not just one of `date` and `day`", "one of them")
    found.done()
    return [_Entry(item, (place,), None, 0) for place, item in enumerate(raw)]


def _unknown(column: str, columns: tuple[str, ...], known: Context) -> tuple[str, str, str]:
    if identifying(column):
        return f"the column {shown(column)} looks as if it identified people", "a file without it", ""
    words = (*columns, *known.traits)
    hint = nearest(column, words)
    return f"{shown(column)} is no column here", "" if hint else listed(words), hint


def _take(troubles: Troubles, entry: _Entry, column: str, parse: Any, *more: Any) -> Any:
    """What `parse` makes of a cell; None where it is blank, or wrong, which is noted."""
    cell = entry.cells.get(column)
    if column in ("day", "date") and _blank(cell):
        troubles.found += entry.trouble(column, wrong("is missing", "a date or a day"))
        return None
    if _blank(cell):
        return None
    try:
        return parse(cell, *more)
    except Wrong as error:
        troubles.found += entry.trouble(column, error)
    return None


def _blank(cell: Any) -> bool:
    return cell is None or cell == ""


def _traits(troubles: Troubles, entry: _Entry, known: Context) -> dict[str, str]:
    found = {}
    for name, values in known.traits.items():
        value = _take(troubles, entry, name, lambda cell, v=values, n=name: name_of(cell, v, f"value of {n}"))
        if value is not None:
            found[name] = value
    return found


def _identity(troubles: Troubles, entry: _Entry, ids: set[str]) -> str | None:
    if "id" not in entry.cells:
        return None
    cell = entry.cells["id"]
    if not isinstance(cell, str) or not cell:
        troubles.found += entry.trouble("id", wrong(f"is {shown(cell)}", "an id for every row, as text"))
    elif cell in ids:
        troubles.found += entry.trouble("id", wrong(f"{shown(cell)} stands twice", "each id once"))
    else:
        ids.add(cell)
        return cell
    return None


def _when(cell: Any, start: date) -> float:
    """Days since the start, from a date or a number."""
    wanted = "a date such as 2026-03-01, or a day, 0 or more"
    day: float
    if isinstance(cell, str):
        try:
            day = float((date.fromisoformat(cell) - start).days)
        except ValueError:
            try:
                day = float(cell)
            except ValueError:
                raise wrong(f"is {shown(cell)}", wanted) from None
    elif isinstance(cell, date) and not isinstance(cell, datetime):
        day = float((cell - start).days)
    else:
        day = number(cell, wanted=wanted)
    if day < 0:
        raise wrong(f"is {shown(cell)}, before the start ({start.isoformat()})", wanted)
    return number(day, low=0.0, high=3e6, wanted=wanted)


def _track(cell: Any, tracks: tuple[str, ...], level: str | None) -> str | None:
    """The track of a level; nothing where the level itself is not known."""
    return name_of(cell, tracks, f"track of {level}") if level is not None else None


def _days(cell: Any) -> float:
    if isinstance(cell, str):
        try:
            return number(float(cell), low=0.0, wanted="days, 0 or more")
        except ValueError as error:
            if isinstance(error, Wrong):
                raise
    return days(cell)
