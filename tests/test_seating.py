"""The share of those who ask for each track, worked by hand."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from sim.seating import seating, verdict
from sim.traffic import offered_load

if TYPE_CHECKING:
    from sim.scenario.types import Scenario

SCENARIO = """
[traits.hours]
shares = { day = 0.6, either = 0.4 }
[traits.age]
shares = { adult = 0.75, young = 0.25 }
[arrivals.all]
per_day = 2.0
enters = "iop"
[levels.iop]
length_of_stay = "10 days"
[levels.iop.tracks.day]
seats = 12
[levels.iop.tracks.evening]
seats = 2
share = 3
when = { hours = "either" }
[levels.iop.tracks.young]
seats = "unlimited"
share = 4
when = { age = "young" }
"""


def test_tracks_share_those_who_ask_by_the_traits_of_all_patients(
    clinic: "Callable[..., Scenario]",
) -> None:
    """Adults by day (0.45) ask for the day, the young (0.15) by 1:4; either: adults (0.30) by 1:3, the young
    (0.10) by 1:3:4. Day 0.45 + 0.03 + 0.075 + 0.0125 = 0.5675, evening 0.225 + 0.0375 = 0.2625, young
    0.12 + 0.05. The load is 2 a day for 10 days each: 20.
    """
    scenario = clinic(SCENARIO)
    found = seating(scenario, offered_load(scenario))
    assert [one.share for one in found] == pytest.approx([0.5675, 0.2625, 0.17])
    assert [one.load for one in found] == pytest.approx([11.35, 5.25, 3.4])
    assert [bool(verdict(one)) for one in found] == [False, True, False]


def test_a_scenario_without_tracks_has_none(clinic: "Callable[..., Scenario]") -> None:
    scenario = clinic("[levels.iop]\nlength_of_stay = '10 days'\n")
    assert seating(scenario, offered_load(scenario)) == []
