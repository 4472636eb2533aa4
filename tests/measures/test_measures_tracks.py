"""What is told of each track: seats, census, waits, and how long it is full beside a free seat."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.engines import simulate
from sim.measures.reduce import reduce
from sim.measures.tracks import FIGURES, by_week, tracks

if TYPE_CHECKING:
    from sim.scenario.types import Scenario

SCENARIO = """
[run]
start = 2026-01-05
duration = "20 days"
[traits.asks]
shares = { day = 0.4, evening = 0.3, cohort = 0.3 }
[levels.iop]
capacity = 3
length_of_stay = "6 days"
[levels.iop.tracks.day]
seats = 1
when = { asks = "day" }
[levels.iop.tracks.evening]
seats = 2
when = { asks = "evening" }
[levels.iop.tracks.cohort]
seats = 2
when = { asks = "cohort" }
admits_on = [2026-01-12]
[arrivals.list]
enters = "iop"
dates = [
  { day = 0, asks = "day" },
  { day = 1, asks = "day" },
  { day = 1, asks = "evening" },
  { day = 2, asks = "cohort" },
  { day = 3, asks = "cohort" },
  { day = 8, asks = "evening" },
]
"""
"""The example of docs/model.md, section 9: the day seat is held on days 0 to 12, an evening seat on days
1 to 7 and 12 to 18, both seats of the cohort on days 7 to 13."""

BUSY = """
[run]
duration = "120 days"
warm_up = "9 days"
[traits.works]
shares = { yes = 0.6, no = 0.4 }
[levels.php]
capacity = 6
length_of_stay = "9 days"
hold = "5 days"
[levels.iop]
capacity = 14
length_of_stay = { dist = "exponential", mean = "14 days" }
relapse = 0.3
on_relapse = [{ go = "step up", for = "4 days", then = "back" }]
waitlist = { limit = 4, patience = "9 days" }
[levels.iop.tracks.day]
seats = 9
when = { works = "no" }
[levels.iop.tracks.evening]
seats = 7
[arrivals.all]
per_day = 1.4
enters = { php = 0.4, iop = 0.6 }
[start]
census = { iop = 9, php = 3 }
waitlist = { iop = 2 }
[[changes]]
on = 60
levels.iop.tracks.evening.seats = 5
"""


def test_the_example_of_the_model_page_is_told_as_counted_by_hand(clinic: "Callable[..., Scenario]") -> None:
    """Of 20 days; waits are 0 and 5, 0 and 4, 5 and 4 days."""
    scenario = clinic(SCENARIO)
    filled = tracks(simulate(scenario), scenario)
    assert filled is not None
    assert filled.panel.rows == (("iop", "day"), ("iop", "evening"), ("iop", "cohort"))
    expected = {
        "seats": [1, 2, 2],
        "census": [0.6, 0.6, 0.6],
        "occupancy": [0.6, 0.3, 0.3],
        "waiting": [5 / 20, 4 / 20, (5 + 4) / 20],
        "asked": [2, 2, 2],
        "admitted": [2, 2, 2],
        "wait_mean": [2.5, 2.0, 4.5],
        "wait_median": [2.5, 2.0, 4.5],
        "wait_p90": [4.5, 3.6, 4.9],
        "turned_away": [0, 0, 0],
        "gave_up": [0, 0, 0],
        "full_beside_free": [12 / 20, 0, 6 / 20],
    }
    assert tuple(expected) == FIGURES
    assert filled.values == pytest.approx(np.array(list(expected.values())).T)


def test_weeks_are_told_one_by_one(clinic: "Callable[..., Scenario]") -> None:
    """Week 0: day seat full, evening seat held for 6 of 7 days. Week 1 ends on day 14."""
    scenario = clinic(SCENARIO)
    filled = by_week(simulate(scenario), scenario)
    assert filled is not None
    assert filled.panel.rows[:4] == (
        (0, "iop", "day"),
        (0, "iop", "evening"),
        (0, "iop", "cohort"),
        (1, "iop", "day"),
    )
    assert filled.values[:, 1] == pytest.approx([1, 6 / 7, 0, 5 / 7, 2 / 7, 12 / 7])
    assert filled.values[:, 2] == pytest.approx([5 / 7, 0, 9 / 7, 0, 4 / 7, 0])


def test_tracks_together_are_their_level(clinic: "Callable[..., Scenario]") -> None:
    """Census, occupancy by seats, waiting, and those who asked, in a level that everything happens to."""
    scenario = clinic(BUSY)
    for replication in range(3):
        log = simulate(scenario, replication)
        reduced = reduce(log, scenario)
        names = [one.name for one in reduced.layout.panels]
        found = dict(zip(FIGURES, reduced.panels[names.index("tracks")].T, strict=True))
        values = reduced.values
        of_level = values[values["level"] == "iop"].set_index("measure")["value"]
        assert found["census"].sum() == pytest.approx(of_level["census.mean"])
        assert of_level["occupancy"] == pytest.approx(of_level["census.mean"] / 14)
        assert found["waiting"].sum() == pytest.approx(of_level["waiting.mean"])
        assert found["seats"][1] == pytest.approx((7 * 51 + 5 * 69) / 120)
        together = (found["wait_mean"] * found["admitted"]).sum() / found["admitted"].sum()
        assert together == pytest.approx(of_level["wait.mean"])
        refused = (found["turned_away"] * found["asked"]).sum()
        assert refused == pytest.approx(of_level["turned_away.count"])


def test_a_scenario_without_tracks_has_no_such_panel(clinic: "Callable[..., Scenario]") -> None:
    scenario = clinic("[levels.iop]\nlength_of_stay = '6 days'\n")
    log = simulate(scenario)
    assert tracks(log, scenario) is None
    assert by_week(log, scenario) is None
