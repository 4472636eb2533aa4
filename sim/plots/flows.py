"""Where patients come from and go to: the bars and ribbons behind the picture of transitions.

Three columns. In the middle stand the levels, most intensive on top; at the left what their patients came
from (sources, other levels), at the right where they went (other levels, reasons of discharge). A move
between two levels is drawn twice, leaving one and arriving at the other, so that moves back up the continuum
need no loops. This file decides places in points from the top left; ink is left to `transitions.py`.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd

LEFT, MIDDLE, RIGHT = 0, 1, 2
NEVER_ADMITTED = "never admitted"
"""The middle stop of those who came and left without being admitted anywhere."""

LINE_POINTS = 11.0
_GAP_POINTS = 9.0
_WIDEST_GAP_POINTS = 30.0


class Move(NamedTuple):
    """Patients a year going from one name to another."""

    origin: str
    to: str
    patients: float


class Bar(NamedTuple):
    """One name in one column: its patients a year, the top of its label, the top and height of its bar."""

    column: int
    name: str
    patients: float
    label: float
    top: float
    height: float


class Ribbon(NamedTuple):
    """Patients between the middle column and a side; `kind` is one of in, out, down, up, same."""

    column: int
    left: str
    right: str
    kind: str
    patients: float
    left_top: float
    right_top: float
    height: float


class Flows(NamedTuple):
    """All bars and ribbons, and how many points of height one patient a year takes."""

    bars: tuple[Bar, ...]
    ribbons: tuple[Ribbon, ...]
    points_per_patient: float


def moves(transitions: pd.DataFrame) -> list[Move]:
    """The moves of the table that anybody made."""
    columns = zip(transitions["from"], transitions["to"], transitions["patients_per_year"], strict=True)
    return [Move(str(a), str(b), float(patients)) for a, b, patients in columns if patients > 0]


def kind(move: Move, levels: Sequence[str]) -> str:
    """Whether the move leads in, out, down, up, or to the same level again."""
    if move.origin not in levels:
        return "in"
    if move.to not in levels:
        return "out"
    step = levels.index(move.to) - levels.index(move.origin)
    return "same" if step == 0 else "down" if step > 0 else "up"


def flows(
    all_moves: Sequence[Move], levels: Sequence[str], *, height: float, lines: Callable[[int, str], int]
) -> Flows:
    """Bars and ribbons filling the height; `lines` says how many lines of type a name takes in a column."""
    halves = _halves(all_moves, levels)
    columns = [_columns(halves, levels, column=column) for column in (LEFT, MIDDLE, RIGHT)]
    heights = [
        [LINE_POINTS * lines(column, name) for name, _ in names] for column, names in enumerate(columns)
    ]
    scale = min(
        _scale(names, rows, above=column == MIDDLE, height=height)
        for column, (names, rows) in enumerate(zip(columns, heights, strict=True))
    )
    bars: list[Bar] = []
    for column, (names, rows) in enumerate(zip(columns, heights, strict=True)):
        bars += _bars(column, names, rows, scale=scale, height=height)
    return Flows(tuple(bars), tuple(_ribbons(halves, bars, scale=scale)), scale)


class _Half(NamedTuple):
    """One side of a stop in the middle: the name outside it, the stop, and how many pass."""

    column: int
    side: str
    stop: str
    kind: str
    patients: float


def _halves(all_moves: Sequence[Move], levels: Sequence[str]) -> list[_Half]:
    """Each move as it arrives at its level from the left and as it leaves its level to the right."""
    patients: dict[tuple[int, str, str, str], float] = {}
    for move in all_moves:
        what = kind(move, levels)
        leaves_at_once = what == "in" and move.to not in levels
        if what != "out":
            half = (LEFT, move.origin, NEVER_ADMITTED if leaves_at_once else move.to, what)
            patients[half] = patients.get(half, 0.0) + move.patients
        if what != "in" or leaves_at_once:
            stop, what = (NEVER_ADMITTED, "out") if leaves_at_once else (move.origin, what)
            half = (RIGHT, move.to, stop, what)
            patients[half] = patients.get(half, 0.0) + move.patients
    return [_Half(*half, count) for half, count in patients.items()]


def _columns(halves: Sequence[_Half], levels: Sequence[str], *, column: int) -> list[tuple[str, float]]:
    """Names of the column from the top with their patients; only those that somebody passes."""
    if column == MIDDLE:
        through = {
            stop: max(_total(halves, column=LEFT, stop=stop), _total(halves, column=RIGHT, stop=stop))
            for stop in (*levels, NEVER_ADMITTED)
        }
        return [(stop, patients) for stop, patients in through.items() if patients > 0]
    totals: dict[str, float] = {}
    for half in halves:
        if half.column == column:
            totals[half.side] = totals.get(half.side, 0.0) + half.patients
    others = sorted(set(totals) - set(levels), key=lambda name: (name != "completed", -totals[name], name))
    inside = [level for level in levels if level in totals]
    order = others + inside if column == LEFT else inside + others
    return [(name, totals[name]) for name in order]


def _total(halves: Sequence[_Half], *, column: int, stop: str) -> float:
    return sum(half.patients for half in halves if half.column == column and half.stop == stop)


def _slot(patients: float, row: float, *, scale: float, above: bool) -> float:
    """The height a name takes: in the middle its label stands above the bar, else beside it."""
    return row + 3 + patients * scale if above else max(row, patients * scale)


def _scale(names: Sequence[tuple[str, float]], rows: Sequence[float], *, above: bool, height: float) -> float:
    """The largest height per patient at which the column fits."""
    low, high = 0.0, height / max(1e-9, sum(patients for _, patients in names))
    for _ in range(50):
        middle = (low + high) / 2
        used = sum(
            _slot(patients, row, scale=middle, above=above)
            for (_, patients), row in zip(names, rows, strict=True)
        )
        if used + _GAP_POINTS * (len(names) - 1) <= height:
            low = middle
        else:
            high = middle
    return low


def _bars(
    column: int, names: Sequence[tuple[str, float]], rows: Sequence[float], *, scale: float, height: float
) -> list[Bar]:
    above = column == MIDDLE
    slots = [
        _slot(patients, row, scale=scale, above=above) for (_, patients), row in zip(names, rows, strict=True)
    ]
    room = (height - sum(slots)) / max(1, len(names) - 1)
    gap = min(room, _WIDEST_GAP_POINTS)
    top = max(0.0, (height - sum(slots) - gap * (len(names) - 1)) / 2)
    bars = []
    for (name, patients), row, slot in zip(names, rows, slots, strict=True):
        bar = patients * scale
        bar_top = top + row + 3 if above else top + (slot - bar) / 2
        bars.append(Bar(column, name, patients, top if above else top + slot / 2, bar_top, bar))
        top += slot + gap
    return bars


def _ribbons(halves: Sequence[_Half], bars: Sequence[Bar], *, scale: float) -> list[Ribbon]:
    """Ribbons in the order of the bars at both ends, so that as few as possible cross."""
    place = {(bar.column, bar.name): position for position, bar in enumerate(bars)}
    side_used = {key: bars[position].top for key, position in place.items()}
    stop_used = {(half.column, half.stop): bars[place[MIDDLE, half.stop]].top for half in halves}
    at_side: dict[_Half, float] = {}
    at_stop: dict[_Half, float] = {}
    for half in sorted(halves, key=lambda half: (place[half.column, half.side], place[MIDDLE, half.stop])):
        at_side[half] = side_used[half.column, half.side]
        side_used[half.column, half.side] += half.patients * scale
    for half in sorted(halves, key=lambda half: (place[MIDDLE, half.stop], place[half.column, half.side])):
        at_stop[half] = stop_used[half.column, half.stop]
        stop_used[half.column, half.stop] += half.patients * scale
    return [
        Ribbon(
            half.column,
            half.side if half.column == LEFT else half.stop,
            half.stop if half.column == LEFT else half.side,
            half.kind,
            half.patients,
            at_side[half] if half.column == LEFT else at_stop[half],
            at_stop[half] if half.column == LEFT else at_side[half],
            half.patients * scale,
        )
        for half in halves
    ]
