"""The figure of staff: one panel per role, areas that add up, the roster only where there is one."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sim.plots.figures import draw, names

MadeUp = Callable[..., Any]
LEVELS = ("detox", "op")


@pytest.fixture
def run(made_up: MadeUp) -> Callable[..., Any]:
    """A run that needs 1.5 counsellors in detox and 2 in op for four weeks; perhaps three are there."""

    def build(*, present: bool = False) -> Any:
        found = made_up(LEVELS)
        rows = []
        for week in range(4):
            day = date(2026, 1, 19) + timedelta(weeks=week)
            for level, fte in (("", 3.5), ("detox", 1.5), ("op", 2.0)):
                rows.append((week, day, "counsellor", level, "needed", fte, fte + 1, fte + 2))
                if present:
                    there = 3.0 if level == "" else float("nan")
                    rows.append((week, day, "counsellor", level, "present", there, there, there))
        columns = ["week", "date", "role", "level", "measure", "mean", "p80", "p95"]
        table = pd.DataFrame(rows, columns=columns)
        found.panels = ("staff",)
        found.panel = lambda name: table
        found.scenario.roles = {"counsellor": SimpleNamespace(title="Counsellors")}
        return found

    return build


def test_a_run_has_the_figure_only_with_the_panel(made_up: MadeUp, run: Callable[..., Any]) -> None:
    assert "staff" not in names(made_up(LEVELS))
    assert "staff" in names(run())


def test_areas_of_levels_add_up_and_the_band_is_above(run: Callable[..., Any]) -> None:
    (ax,) = draw("staff", run()).axes
    tops = [max(path.vertices[:, 1]) for area in ax.collections for path in area.get_paths()]
    assert tops == [2.0, 3.5, 5.5]  # op, detox on it, the band up to the 95 % point
    (mean,) = ax.get_lines()
    assert set(mean.get_ydata()) == {3.5}
    # days 14 to 42 of the run, which starts on 5 January
    assert (min(mean.get_xdata()), max(mean.get_xdata())) == (14.0, 42.0)
    assert ax.get_ylabel() == "FTE"


def test_the_roster_is_drawn_and_named_where_there_is_one(run: Callable[..., Any]) -> None:
    figure = draw("staff", run(present=True))
    _, roster = figure.axes[0].get_lines()
    assert set(roster.get_ydata()) == {3.0}
    assert "present by the roster" in " ".join(text.get_text() for text in figure.texts).replace("\n", " ")
    without = draw("staff", run())
    assert "roster" not in " ".join(text.get_text() for text in without.texts)
