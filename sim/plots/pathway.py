"""The pathway of a scenario: levels, places, and the ways between them before anything is simulated.

Levels stand one above the other, the most intensive on top. Moves down pass at the left of the boxes, moves
up at the right; those for a while and back are dashed. Who comes from outside or back to care stands at the
left, who is discharged and why at the right. The numbers are those of `sim/routes.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import inf, isnan
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from sim.plots import style
from sim.plots.colours import INK, MUTED, OUTSIDE_GREY, level_colours, lighter, text_on
from sim.plots.style import Picture
from sim.routes import BACK_AGAIN, DISCHARGED, FOR_A_WHILE, OUTSIDE, RETURN, routes
from sim.scenario.types import Scenario
from sim.traffic import offered_load, reckon

SELDOM = 0.005
"""Moves of a smaller share of the stays of a level are left out."""

WIDTH = 10.0
ROW_POINTS, BOX_POINTS = 106.0, 58.0
BOX_HALF = 74.0
LANE_POINTS = 64.0
"""Height of a level's row and of its box, half the width of a box, how far apart moves pass each other."""

FOOT_POINTS = 6.0
SIDE_POINTS = 150.0
"""Room below for the way back to care, and at either side for words."""


class Arc(NamedTuple):
    """A way between two levels: positions of the levels, share of the stays, whether for a while, why."""

    origin: int
    to: int
    share: float
    is_while: bool
    why: tuple[str, ...]

    @property
    def is_up(self) -> bool:
        """Whether it leads to a more intensive level."""
        return self.to < self.origin

    def rows(self) -> range:
        """The rows that it passes, both ends included."""
        return range(min(self.origin, self.to), max(self.origin, self.to) + 1)


def pathway_figure(scenario: Scenario, *, day: float = 0.0) -> Picture:
    """The pathway under what is in force on a day; the same scenario gives the same bytes."""
    found = reckon(scenario, day=day)
    ways = routes(scenario, day=day, found=found)
    loads = offered_load(scenario, day=day, found=found).set_index("level")
    down, up = lanes(ways, list(loads.index))
    sides = LANE_POINTS * (_lanes_used(down) + _lanes_used(up)) + 2 * (BOX_HALF + SIDE_POINTS)
    with style.drawing():
        figure = style.picture(
            max(WIDTH, sides / 72 + 0.3),
            (ROW_POINTS * len(loads) + FOOT_POINTS) / 72 + 1.3,
            title=f"Pathway: {scenario.title or scenario.name}",
            caption="Expected from the scenario's own numbers when nothing is ever full. Percentages are of "
            "the stays of the level that an arrow leaves; solid: for good, dashed: for a while and back. "
            f"Moves of fewer than {100 * SELDOM:g} % are left out. Days are the mean time in the place.",
        )
        ax = figure.subplots()
        style.lay_out(figure)
        pathway(ways, loads, ax, titles=_titles(scenario))
        return style.settled(figure)


def pathway(ways: pd.DataFrame, loads: pd.DataFrame, ax: Axes, *, titles: Mapping[str, str]) -> Axes:
    """The ways of `sim.routes.routes` between the levels of `offered_load`, indexed by level."""
    style.blank(ax)
    levels = list(loads.index)
    width, height = style.points(ax)
    down, up = lanes(ways, levels)
    middle = width / 2 + LANE_POINTS * (_lanes_used(down) - _lanes_used(up)) / 2
    row = (height - FOOT_POINTS) / len(levels)
    drawn = _Places(width, middle, row)
    ax.set_xlim(0, width)
    ax.set_ylim(height, 0)
    colours = level_colours(levels)
    for arcs in (down, up):
        for arc, lane in arcs.items():
            _draw_arc(ax, arc, lane, places=drawn, colour=colours[levels[arc.origin]])
    for index, level in enumerate(levels):
        _draw_box(ax, drawn, index, loads.loc[level], title=titles.get(level, level), colour=colours[level])
        _draw_entry(ax, drawn, index, ways, level=level, lanes_used=_lanes_used(down))
        _draw_leaving(ax, drawn, index, ways, level=level, lanes_used=_lanes_used(up))
    _draw_return(ax, drawn, ways, rows=len(levels))
    return ax


def lanes(ways: pd.DataFrame, levels: Sequence[str]) -> tuple[dict[Arc, int], dict[Arc, int]]:
    """The moves down and the moves up, each with the lane in which it passes the boxes; short ones inside."""
    found = sorted(_arcs(ways, levels), key=lambda arc: (len(arc.rows()), arc))
    sides: tuple[dict[Arc, int], dict[Arc, int]] = ({}, {})
    for arc in found:
        side = sides[arc.is_up]
        taken = {lane for other, lane in side.items() if set(other.rows()[:-1]) & set(arc.rows()[:-1])}
        is_next = not arc.is_up and len(arc.rows()) == 2 and not arc.is_while
        free = (lane for lane in range(0 if is_next else 1, len(side) + 2) if lane not in taken)
        side[arc] = next(free)
    return sides


def _lanes_used(arcs: dict[Arc, int]) -> int:
    return max(arcs.values(), default=0)


def _arcs(ways: pd.DataFrame, levels: Sequence[str]) -> Iterator[Arc]:
    between = ways[ways["from"].isin(levels) & ways["to"].isin(levels) & (ways["why"] != BACK_AGAIN)]
    between = between.assign(is_while=between["why"] == FOR_A_WHILE)
    for (origin, to, is_while), rows in between.groupby(["from", "to", "is_while"], sort=False):
        share = float(rows["share"].sum())
        if share >= SELDOM and origin != to:
            why = tuple(rows.loc[rows["share"] >= SELDOM, "why"]) or (rows["why"].iloc[0],)
            yield Arc(levels.index(origin), levels.index(to), share, bool(is_while), why)


class _Places:
    """Where things stand, in points from the top left."""

    def __init__(self, width: float, middle: float, row: float) -> None:
        self.width, self.middle, self.row = width, middle, row
        self.left, self.right = middle - BOX_HALF, middle + BOX_HALF

    def centre(self, index: int) -> float:
        """The middle of a level's box, from the top."""
        return self.row * index + BOX_POINTS / 2 + 4

    def top(self, index: int) -> float:
        """The upper edge of a level's box."""
        return self.centre(index) - BOX_POINTS / 2

    def bottom(self, index: int) -> float:
        """The lower edge of a level's box."""
        return self.centre(index) + BOX_POINTS / 2


def _titles(scenario: Scenario) -> dict[str, str]:
    return {name: level.title or name for name, level in scenario.levels.items()}


def _draw_box(
    ax: Axes, places: _Places, index: int, load: "pd.Series[float]", *, title: str, colour: str
) -> None:
    ax.add_patch(
        FancyBboxPatch(
            (places.left, places.top(index)), 2 * BOX_HALF, BOX_POINTS,
            boxstyle="round,pad=0,rounding_size=5", facecolor=colour, edgecolor="none", zorder=3,
        )
    )  # fmt: skip
    capacity = float(load["capacity"])
    room = "unlimited places" if capacity == inf else f"{style.number(capacity)} places"
    name = style.wrapped(title, (2 * BOX_HALF - 12) / 72, points=style.TEXT_POINTS, bold=True)
    ink = text_on(colour)
    ax.text(places.middle, places.top(index) + 5, name, color=ink, ha="center", va="top", fontweight="bold",
            zorder=4)  # fmt: skip
    days = float(load["mean_stay_days"])
    said = room if isnan(days) else f"{room} · {style.number(days)} days"
    ax.text(places.middle, places.bottom(index) - 5, said, color=ink, ha="center", va="bottom",
            fontsize=style.SMALL_POINTS, zorder=4)  # fmt: skip


def _draw_arc(ax: Axes, arc: Arc, lane: int, *, places: _Places, colour: str) -> None:
    """One way, past the boxes in its lane; straight down to the next level in lane 0."""
    if lane == 0:
        start, end = places.bottom(arc.origin), places.top(arc.to)
        points = [(places.middle, start), (places.middle, end)]
        codes = [Path.MOVETO, Path.LINETO]
        label_at = (places.middle + 5, (start + end) / 2)
    else:
        side = 1 if arc.is_up else -1
        edge = places.right if arc.is_up else places.left
        # leaves in the direction of the goal, arrives from that of the origin
        away = -1 if arc.is_up else 1
        start, end = places.centre(arc.origin) + away * 14, places.centre(arc.to) - away * 14
        reach = edge + side * lane * LANE_POINTS
        points = [(edge, start), (reach, start), (reach, start), (reach, (start + end) / 2),
                  (reach, end), (reach, end), (edge, end)]  # fmt: skip
        codes = [Path.MOVETO, *[Path.CURVE4] * 6]
        gap = (arc.origin + arc.to - 1) // 2  # between two rows, where no arrow from outside passes
        label_at = (reach, (places.bottom(gap) + places.top(gap + 1)) / 2)
    ax.add_patch(
        FancyArrowPatch(
            path=Path(points, codes),
            arrowstyle="<|-|>" if arc.is_while else "-|>",
            mutation_scale=9,
            linewidth=0.8 + 5.0 * arc.share,
            linestyle=(0, (3, 2)) if arc.is_while else "-",
            color=lighter(colour, 0.15),
            shrinkA=0,
            shrinkB=0,
            joinstyle="miter",
            zorder=2,
        )
    )
    ax.text(*label_at, _told(arc), ha="left" if lane == 0 else "center", va="center", zorder=5,
            fontsize=style.SMALL_POINTS, linespacing=1.15,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0})  # fmt: skip


def _told(arc: Arc) -> str:
    """The share, and why where it is not only that stays are completed."""
    said = _share(arc.share)
    if arc.why == ("completed",):
        return said
    why = ", ".join(name.replace("_", " ") for name in arc.why)
    return f"{said}\n{style.wrapped(why, 0.9, points=style.SMALL_POINTS)}"


def _share(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.1 else style.percent(share)


def _draw_entry(
    ax: Axes, places: _Places, index: int, ways: pd.DataFrame, *, level: str, lanes_used: int
) -> None:
    """Who comes to the level from outside, and who comes back to care."""
    to = ways[ways["to"] == level]
    words = {OUTSIDE: "from outside", DISCHARGED: RETURN}
    said = [
        f"{style.number(float(rows['per_year'].sum()))} a year {words[origin]}"
        for origin in (OUTSIDE, DISCHARGED)
        if len(rows := to[to["from"] == origin])
    ]
    if said:
        y, left = places.centre(index), places.left - lanes_used * LANE_POINTS
        _straight(ax, (left - 28, y), (places.left, y))
        ax.text(
            left - 32, y, "\n".join(said), ha="right", va="center", fontsize=style.SMALL_POINTS, color=INK
        )


def _draw_leaving(
    ax: Axes, places: _Places, index: int, ways: pd.DataFrame, *, level: str, lanes_used: int
) -> None:
    """Who leaves the continuum from the level, and why."""
    leaving = ways[(ways["from"] == level) & (ways["to"] == DISCHARGED)]
    if leaving.empty:
        return
    y, right = places.centre(index), places.right + lanes_used * LANE_POINTS
    _straight(ax, (places.right, y), (right + 28, y))
    rows = leaving[leaving["share"] >= SELDOM].sort_values("share", ascending=False, kind="stable")
    columns = zip(rows["share"], rows["why"], strict=True)
    said = [f"{_share(float(share))} {str(why).replace('_', ' ')}" for share, why in columns]
    ax.text(right + 32, y, "\n".join(said), ha="left", va="center", fontsize=style.SMALL_POINTS, color=INK)


def _draw_return(ax: Axes, places: _Places, ways: pd.DataFrame, *, rows: int) -> None:
    """The way back: from all discharges, under the levels, to those who ask again."""
    again = ways[ways["from"] == DISCHARGED]
    if again.empty:
        return
    y = places.row * rows - 6.0
    points = [(places.width - 60, y - 18), (places.width - 60, y), (60, y), (60, y - 18)]
    ax.add_patch(
        FancyArrowPatch(path=Path(points), arrowstyle="-|>", mutation_scale=9, color=OUTSIDE_GREY,
                        linewidth=1.2, shrinkA=0, shrinkB=0, zorder=1)
    )  # fmt: skip
    share, many = float(again["share"].sum()), style.number(float(again["per_year"].sum()))
    ax.text(places.middle, y, f"{_share(share)} of those discharged return to care: {many} a year",
            ha="center", va="center", fontsize=style.SMALL_POINTS, color=MUTED,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 3.0})  # fmt: skip


def _straight(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    ax.add_patch(
        FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=9, color=OUTSIDE_GREY, linewidth=1.0,
                        shrinkA=0, shrinkB=0, zorder=1)
    )  # fmt: skip
