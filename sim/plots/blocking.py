"""The blocked-by matrix: in which level patient-days are lost because which other level is full.

Reads `blocked_by.csv` (columns level, waiting_for, patient_days_per_year). Every cell carries its number;
shade only leads the eye. Why a level is full is left to the census.
"""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from sim.plots import style
from sim.plots.colours import INK, MUTED, OUTSIDE_GREY, lighter
from sim.plots.setting import Setting

DARKEST = "#929aa3"
"""Shade of the fullest cell: a grey, since colours belong to levels, and light enough for black type."""
EMPTY = "#f7f8f9"


def blocked_by(table: pd.DataFrame, ax: Axes, *, setting: Setting) -> Axes:
    """A matrix of patient-days a year: rows hold the place, columns are waited for, sums at the right.

    What is waited for and is no level (a delay of placement) stands after the levels.
    """
    lost = _lost(table)
    rows = [level for level in setting.levels if any(row == level for row, _ in lost)]
    others = sorted({column for _, column in lost} - set(setting.levels))
    columns = [name for name in (*setting.levels, *others) if any(column == name for _, column in lost)]
    if not lost:
        style.blank(ax)
        return style.nothing(ax, "nobody was blocked")
    most = max(lost.values())
    for y, row in enumerate(rows):
        for x, column in enumerate(columns):
            _cell(ax, x, y, lost.get((row, column), 0.0), most=most, same=row == column)
        total = sum(days for (level, _), days in lost.items() if level == row)
        ax.text(len(columns) + 0.5, y + 0.5, style.number(total), ha="center", va="center", fontweight="bold")
    ax.set_xlim(0, len(columns) + 1)
    ax.set_ylim(len(rows), 0)
    _name(ax, rows=rows, columns=columns, setting=setting)
    return ax


def blocked_size(table: pd.DataFrame, *, setting: Setting) -> tuple[int, int]:
    """How many rows and columns the matrix has, the column of sums included."""
    lost = _lost(table)
    return len({row for row, _ in lost}), len({column for _, column in lost}) + 1


def _lost(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Patient-days a year by (where, waiting for), only where there are any."""
    columns = zip(table["level"], table["waiting_for"], table["patient_days_per_year"], strict=True)
    return {(str(row), str(column)): float(days) for row, column, days in columns if days > 0}


def _cell(ax: Axes, x: float, y: float, days: float, *, most: float, same: bool) -> None:
    shade = lighter(DARKEST, 0.85 * (1 - days / most)) if days else EMPTY
    ax.add_patch(Rectangle((x, y), 1, 1, facecolor=shade, edgecolor="white", linewidth=2))
    words = style.number(days) if days else "" if same else "·"
    ax.text(x + 0.5, y + 0.5, words, ha="center", va="center", color=INK if days else MUTED)


def _colour(name: str, setting: Setting) -> str:
    return setting.colour(name) if name in setting.levels else OUTSIDE_GREY


def _name(ax: Axes, *, rows: list[str], columns: list[str], setting: Setting) -> None:
    """Names beside rows and above columns, each with a bar in the level's colour."""
    turned = max(len(column) for column in columns) > 9
    ax.set_xticks(
        [x + 0.5 for x in range(len(columns) + 1)],
        [*columns, "all levels"],
        rotation=40 if turned else 0,
        ha="left" if turned else "center",
        rotation_mode="anchor",
    )
    ax.set_yticks([y + 0.5 for y in range(len(rows))], rows)
    ax.tick_params(length=0, pad=8, labelcolor=INK, top=True, labeltop=True, bottom=False, labelbottom=False)
    ax.xaxis.set_label_position("top")
    ax.set_xlabel("waiting for a place in", labelpad=8)
    ax.set_ylabel("ready to leave, still in", labelpad=8)
    for spine in ax.spines.values():
        spine.set_visible(False)
    across, down = ax.get_xaxis_transform(), ax.get_yaxis_transform()
    for x, column in enumerate(columns):
        ax.plot([x + 0.04, x + 0.96], [1, 1], transform=across, color=_colour(column, setting), linewidth=4,
                clip_on=False, zorder=5)  # fmt: skip
    for y, row in enumerate(rows):
        ax.plot([0, 0], [y + 0.04, y + 0.96], transform=down, color=setting.colour(row), linewidth=4,
                clip_on=False, zorder=5)  # fmt: skip
