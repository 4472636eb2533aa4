"""The picture of transitions: how many patients a year come to each level, from where, and where they go.

Reads `transitions.csv` (columns from, to, patients_per_year). Widths are patients a year on one scale for the
whole picture; step ups are hatched. Where bars and ribbons stand is decided in `flows.py`.
"""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from sim.plots import style
from sim.plots.colours import INK, MUTED, OUTSIDE_GREY, lighter
from sim.plots.flows import LEFT, MIDDLE, RIGHT, Bar, Flows, Move, Ribbon, flows, kind, moves
from sim.plots.setting import Setting

_LETTERS = (25, 23, 27)
"""How many letters of a name fit a line, by column."""
_PALER = {"in": 0.42, "out": 0.58, "down": 0.3, "up": 0.3, "same": 0.3}
"""How far each kind of ribbon is mixed with white."""
_SIDE_SHARE, _STOP_SHARE, _BAR_SHARE = 0.185, 0.17, 0.012
"""Shares of the width: labels at either side, the middle column, the bars at the sides."""


def transitions(table: pd.DataFrame, ax: Axes, *, setting: Setting) -> Axes:
    """Three columns (comes from, level, goes to) joined by ribbons as wide as patients a year."""
    style.blank(ax)
    all_moves = moves(table)
    if not all_moves:
        return style.nothing(ax, "no patients moved")
    width, height = style.points(ax)
    head = 24.0
    drawn = flows(all_moves, setting.levels, height=height - head, lines=_lines)
    ax.set_xlim(0, width)
    ax.set_ylim(height - head, -head)
    edges = _Edges(width)
    for ribbon in sorted(drawn.ribbons, key=lambda ribbon: ribbon.kind == "up"):
        _draw_ribbon(ax, ribbon, edges=edges, setting=setting)
    for bar in drawn.bars:
        _draw_bar(ax, bar, edges=edges, setting=setting, moves=all_moves)
    for x, words, side in zip(
        (edges.bar_left, edges.stop_left, edges.bar_right),
        ("comes from", "level of care", "goes to"),
        ("right", "left", "left"),
        strict=True,
    ):
        ax.text(x, -head, words, ha=side, va="top", fontweight="bold")
    return ax


def rows_wanted(table: pd.DataFrame, *, setting: Setting) -> int:
    """Names in the fullest column: what the height of a figure is made from."""
    drawn = flows(moves(table), setting.levels, height=1000.0, lines=_lines) if len(table) else None
    return max(_count(drawn, column) for column in (LEFT, MIDDLE, RIGHT)) if drawn and drawn.bars else 1


class _Edges:
    """Where the columns begin and end, in points from the left."""

    def __init__(self, width: float) -> None:
        self.bar_left = width * _SIDE_SHARE
        self.from_left = width * (_SIDE_SHARE + _BAR_SHARE)
        self.stop_left = width * (0.5 - _STOP_SHARE / 2)
        self.stop_right = width * (0.5 + _STOP_SHARE / 2)
        self.to_right = width * (1 - _SIDE_SHARE - _BAR_SHARE)
        self.bar_right = width * (1 - _SIDE_SHARE)


def _count(drawn: Flows, column: int) -> int:
    return sum(_lines(column, bar.name) for bar in drawn.bars if bar.column == column)


def _wrapped(column: int, name: str) -> str:
    """The name in lines; underscores are spaces, and a hyphen may end a line."""
    return textwrap.fill(name.replace("_", " "), _LETTERS[column])


def _lines(column: int, name: str) -> int:
    return _wrapped(column, f"{name} 0000").count("\n") + 1


def _colour(name: str, setting: Setting) -> str:
    return setting.colour(name) if name in setting.levels else OUTSIDE_GREY


def _draw_ribbon(ax: Axes, ribbon: Ribbon, *, edges: _Edges, setting: Setting) -> None:
    left, right = (
        (edges.from_left, edges.stop_left) if ribbon.column == LEFT else (edges.stop_right, edges.to_right)
    )
    colour = lighter(_colour(ribbon.left, setting), _PALER[ribbon.kind])
    bend = (left + right) / 2
    a, b, high = ribbon.left_top, ribbon.right_top, ribbon.height
    points = [
        (left, a), (bend, a), (bend, b), (right, b),
        (right, b + high), (bend, b + high), (bend, a + high), (left, a + high), (left, a),
    ]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    shape = Path(points, codes)
    ax.add_patch(PathPatch(shape, facecolor=colour, edgecolor=colour, linewidth=0.4, alpha=0.8))
    if ribbon.kind == "up":
        ax.add_patch(PathPatch(shape, facecolor="none", edgecolor="white", hatch="//////", linewidth=0))
        ax.add_patch(
            PathPatch(shape, facecolor="none", edgecolor=_colour(ribbon.left, setting), linewidth=0.8)
        )


def _draw_bar(ax: Axes, bar: Bar, *, edges: _Edges, setting: Setting, moves: list[Move]) -> None:
    left, right = (
        (edges.bar_left, edges.from_left),
        (edges.stop_left, edges.stop_right),
        (edges.to_right, edges.bar_right),
    )[bar.column]
    colour = _colour(bar.name, setting)
    ax.add_patch(Rectangle((left, bar.top), right - left, bar.height, facecolor=colour, edgecolor=colour,
                           linewidth=0.4))  # fmt: skip
    words = _wrapped(bar.column, f"{bar.name}  {style.number(bar.patients)}")
    if bar.column == MIDDLE:
        ax.text(left, bar.label, words, va="top", fontsize=style.SMALL_POINTS, fontweight="bold")
        return
    ups = sum(m.patients for m in moves if m.to == bar.name and kind(m, setting.levels) == "up")
    if bar.column == RIGHT and ups:
        words += f" ({style.number(ups)} up)"
    beside = left - 5 if bar.column == LEFT else right + 5
    ax.text(beside, bar.label, words, va="center", ha="right" if bar.column == LEFT else "left",
            fontsize=style.SMALL_POINTS, color=INK if bar.name in setting.levels else MUTED)  # fmt: skip
