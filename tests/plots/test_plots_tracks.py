"""The figure of tracks: a row of panels per level that has any, one scale of patients for all of a row."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from sim.plots.figures import draw, names

MadeUp = Callable[..., Any]
LEVELS = ("php", "iop", "op")
SEATS = {("iop", "day"): 8.0, ("iop", "evening"): 3.0, ("op", "video"): float("inf")}


@pytest.fixture
def run(made_up: MadeUp) -> Any:
    """Four weeks in which two more than hold a seat wait for the evening; nobody waits elsewhere."""
    found = made_up(LEVELS)
    rows = []
    for week in range(4):
        for (level, track), seats in SEATS.items():
            waiting = 5.0 if track == "evening" else 0.0
            for measure, value in (("seats", seats), ("census", 3.0), ("waiting", waiting)):
                rows.append((week, level, track, measure, value, value - 1, value + 1))
    table = pd.DataFrame(rows, columns=["week", "level", "track", "measure", "mean", "p05", "p95"])
    found.panels = ("tracks-by-week",)
    found.panel = lambda name: table
    return found


def test_a_run_has_the_figure_only_with_the_panel(made_up: MadeUp, run: Any) -> None:
    assert "tracks-by-week" not in names(made_up(LEVELS))
    assert "tracks-by-week" in names(run)


def test_every_track_has_a_panel_beside_those_of_its_level(run: Any) -> None:
    panels = draw("tracks-by-week", run).axes
    assert len(panels) == 3
    assert panels[0].get_ylim() == panels[1].get_ylim()
    # days 14 to 42 of the run, the middles of weeks from 17.5 on
    for ax in panels:
        assert ax.get_lines()[0].get_xdata().tolist() == [17.5, 24.5, 31.5, 38.5]


def test_seats_and_lines_are_drawn_where_there_are_any(run: Any) -> None:
    """Heights of census, then of those waiting, then of the seats; the last is the bar of the heading."""
    drawn = [[line.get_ydata()[0] for line in ax.get_lines()[:-1]] for ax in draw("tracks-by-week", run).axes]
    assert drawn == [[3.0, 8.0], [3.0, 5.0, 3.0], [3.0]]


def test_nothing_stands_above_its_panel(run: Any) -> None:
    day, _, video = draw("tracks-by-week", run).axes
    assert day.get_ylim()[1] > 8.0
    assert video.get_ylim()[1] > 4.0
