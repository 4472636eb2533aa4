"""Figures read off a log worked out by hand: the census of a day, the wait of one class, our measures."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.engines import simulate
from sim.measures.histories import histories
from sim.scenario.load import loads
from sim.verify.cases import CASES, scenario_text
from sim.verify.readings import readings

TEXT = """
[run]
duration = 20
[traits.urgency]
shares = { urgent = 0.5, routine = 0.5 }
[arrivals.file]
enters = "a"
dates = [
  { day = 1, id = "p1", urgency = "routine" },
  { day = 2, id = "p2", urgency = "routine" },
  { day = 3, id = "p3", urgency = "urgent" },
  { day = 18, id = "p4", urgency = "urgent" },
  { day = 19, id = "p5", urgency = "routine" },
]
[levels.a]
capacity = 1
length_of_stay = 4
waitlist = { priority = [{ urgency = "urgent" }] }
"""


def test_waits_by_class_and_the_census_of_a_day_are_those_worked_by_hand(
    clinic: Callable[..., Any], engine: str
) -> None:
    # p1 days 1–5; p3 overtakes p2 and has days 5–9, p2 9–13, p4 18–22; p5 waits when the log ends
    log = simulate(clinic(TEXT), engine=engine)
    keys = [
        ("wait.urgent.mean", "a"),  # (2 + 0) / 2
        ("wait.routine.mean", "a"),  # (0 + 7) / 2
        ("wait.mean", "a"),  # 9 days, 4 patients
        ("wait.waited.mean", "a"),  # 2 of them waited
        ("wait.share_waiting", "a"),
        ("census.day_1", "a"),  # just before p1 comes
        ("census.day_2", "a"),
        ("census.day_13", "a"),  # just before p2 leaves
        ("census.day_15", ""),
        ("census.mean", "a"),  # 12 days and 2 of 20
    ]
    want = [(2, 2), (7, 2), (9, 4), (9, 2), (2, 4), (0, 1), (1, 1), (1, 1), (0, 1), (0.7, 1)]
    assert readings(log, keys) == [pytest.approx(part) for part in want]


def test_a_mean_over_patients_counts_them_whatever_came_of_them(
    clinic: Callable[..., Any], engine: str
) -> None:
    # p1 has days 1–5; p2 waits 3 days and has 5–9; p3 gives up after 3.5 days; p4 comes and begins on day 18
    text = TEXT.replace('priority = [{ urgency = "urgent" }]', "patience = 3.5, limit = 9")
    text = text.replace('  { day = 19, id = "p5", urgency = "routine" },\n', "")
    log = simulate(clinic(text), engine=engine)
    keys = [
        ("wait.mean", "a"),
        ("wait.offered.mean", "a"),
        ("stay.clinical.mean", "a"),
        ("reneged.share", "a"),
    ]
    found = readings(log, keys)
    # the stay of p4 is cut off by the end of the log, and censored
    assert found[0] == pytest.approx((3, 3))
    assert found[1] == pytest.approx((6.5, 4))
    assert found[2][0] / found[2][1] == pytest.approx(4)
    assert found[2][1] == pytest.approx(3 / 20)
    assert found[3] == (1, 4)


def test_a_class_of_whom_nobody_came_gives_nothing(clinic: Callable[..., Any], engine: str) -> None:
    log = simulate(clinic(TEXT.replace('"urgent" }', '"routine" }')), engine=engine)
    assert readings(log, [("wait.urgent.mean", "a")]) == [(0.0, 0.0)]


@pytest.mark.parametrize("case", CASES)
def test_nobody_waits_for_half_as_long_as_the_follow_up(case: str, engine: str) -> None:
    # so who asked on the last day of the window is answered before the log ends
    scenario = loads(scenario_text(case, CASES[case]._replace(days=400)))
    log = simulate(scenario, replication=0, engine=engine)
    lines = histories(log).lines
    answered = lines.joined < log.window_end
    assert np.max(lines.ended[answered] - lines.joined[answered]) <= CASES[case].follow_up / 2
