"""The intake in both engines: traces worked by hand; appointments by an independent recursion."""

import heapq
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from stories import written

from sim.engines import simulate
from sim.invariants import broken
from sim.log import Log
from sim.scenario.load import loads
from sim.scenario.types import Scenario
from sim.words import Event

HEAD = """
schema = 1
name = "intake"
[run]
start = 2026-01-05
duration = "40 days"
[arrivals.list]
dates = "referrals.csv"
[levels.iop]
length_of_stay = "2 days"
"""
"""Day 0 is a Monday."""


def log_of(folder: Path, engine: str, text: str, *, days: tuple[float, ...] = (0.0,)) -> Log:
    rows = "".join(f"{day},p{place},iop\n" for place, day in enumerate(days))
    (folder / "referrals.csv").write_text("day,id,enters\n" + rows, encoding="utf-8")
    log = simulate(loads(HEAD + text, folder=folder), engine=engine)
    assert broken(log) == []
    return log


def test_a_stage_lasts_its_delay_and_the_next_begins_at_once(tmp_path: Path, engine: str) -> None:
    text = '[intake.stages.call]\ndelay = "6 hours"\n[intake.stages.papers]\ndelay = "2 days"\n'
    assert written(log_of(tmp_path, engine, text))[:5] == [
        "0 p0 inquiry",
        "0 p0 stage call",
        "0.25 p0 stage papers",
        "2.25 p0 request iop",
        "2.25 p0 admit iop 2",
    ]


def test_appointments_are_given_in_order_on_days_that_have_some(tmp_path: Path, engine: str) -> None:
    text = """
[intake.stages.visit]
appointments = { mon = 1, thu = 2 }
at = "12 hours"
notice = "1 day"
closed = [2026-01-15]
"""
    rows = written(log_of(tmp_path, engine, text, days=(0.0, 0.0, 0.0, 7.25)))
    # notice of a day: nobody today; two on Thursday 3, one on Monday 7; Thursday 10 is closed, Monday 14 next
    assert [row for row in rows if "book" in row] == [
        "0 p0 book visit 3.5",
        "0 p1 book visit 3.5",
        "0 p2 book visit 7.5",
        "7.25 p3 book visit 7.25",
    ]


def test_who_would_wait_too_long_is_lost_at_once(tmp_path: Path, engine: str) -> None:
    text = '[intake.stages.visit]\nappointments = { tue = 1 }\nat = "0 hours"\nat_most = "8 days"\n'
    rows = written(log_of(tmp_path, engine, text, days=(0.0, 0.0, 0.0)))
    assert "0 p1 book visit 8" in rows
    assert [row for row in rows if "lost" in row] == ["0 p2 lost visit 0", "0 p2 discharge iop lost"]


def test_a_walk_in_is_seen_when_the_door_is_open_next(tmp_path: Path, engine: str) -> None:
    text = '[intake.stages.door]\nwalk_in = ["mon", "wed"]\nat = "9 hours"\nuntil = "15 hours"\n'
    rows = written(log_of(tmp_path, engine, text, days=(0.25, 0.5, 0.625, 1.0)))
    # before nine: at nine; at noon: now; at three the door has shut: on Wednesday, as who comes on Tuesday
    assert [row for row in rows if "book" in row] == [
        "0.25 p0 book door 0.125",
        "0.5 p1 book door 0",
        "0.625 p2 book door 1.75",
        "1 p3 book door 1.375",
    ]
    assert "0.5 p1 admit iop 2" in rows


def test_a_dated_change_acts_on_what_is_decided_after_it(tmp_path: Path, engine: str) -> None:
    text = """
[intake.stages.visit]
appointments = { mon = 1, tue = 1, wed = 1 }
at = "0 hours"
[[changes]]
on = 1
intake.stages.visit.share = 0.0
"""
    rows = written(log_of(tmp_path, engine, text, days=(0.0, 0.0)))
    assert "0 p0 admit iop 2" in rows
    assert "1 p1 lost visit 2" in rows  # her appointment stands, and the new share decides


def test_those_who_return_pass_the_intake_again_only_if_told_so(tmp_path: Path, engine: str) -> None:
    text = """
[intake]
returns = {returns}
[intake.stages.call]
delay = "1 day"
[after.completed]
returns_to_care = {{ share = 1.0, delay = "3 days" }}
"""
    again = [
        [
            row
            for row in written(log_of(tmp_path, engine, text.format(returns=told)))
            if row.startswith(("6 ", "7 "))
        ]
        for told in ("false", "true")
    ]
    assert again[0][1:3] == ["6 p0 request iop", "6 p0 admit iop 2"]
    assert again[1][1:] == ["6 p0 inquiry", "6 p0 stage call", "7 p0 request iop", "7 p0 admit iop 2"]


def test_who_is_lost_may_come_back_as_told_for_the_lost(tmp_path: Path, engine: str) -> None:
    text = """
[intake.stages.call]
share = 0.0
[after.lost]
returns_to_care = { share = 1.0, delay = "4 days" }
"""
    rows = written(log_of(tmp_path, engine, text))
    assert rows[:6] == [
        "0 p0 inquiry",
        "0 p0 stage call",
        "0 p0 lost call 2",
        "0 p0 discharge iop lost",
        "4 p0 return_to_care",
        "4 p0 request iop",
    ]


def test_only_the_named_sources_pass_the_intake(clinic: "Callable[..., Scenario]", engine: str) -> None:
    scenario = clinic("""
[arrivals.phone]
per_day = 1.0
enters = "iop"
[arrivals.court]
per_day = 1.0
enters = "iop"
[intake]
sources = ["phone"]
[intake.stages.call]
[levels.iop]
length_of_stay = "2 days"
""")
    log = simulate(scenario, engine=engine)
    inquired = set(log.columns.patient[log.columns.event == Event.INQUIRY] - 1)
    assert {log.sources[log.patient_source[patient]] for patient in inquired} == {"phone"}
    assert len(inquired) == np.count_nonzero(log.patient_source == log.sources.index("phone"))


@pytest.mark.parametrize("per_day", [0.5, 0.9])
def test_waits_for_an_appointment_are_those_of_a_queue_served_once_a_day(
    clinic: "Callable[..., Scenario]", engine: str, per_day: float
) -> None:
    """One appointment at midnight every day: an inquiry takes the first midnight that nobody has."""
    scenario = clinic(
        f"""
[arrivals.phone]
per_day = {per_day}
enters = "iop"
[intake.stages.visit]
appointments = {{ mon = 1, tue = 1, wed = 1, thu = 1, fri = 1, sat = 1, sun = 1 }}
at = "0 hours"
[levels.iop]
length_of_stay = "2 days"
""",
        **{"run.duration": 2000.0},
    )
    log = simulate(scenario, engine=engine)
    c = log.columns
    asked, booked = c.time[c.event == Event.INQUIRY], c.time[c.event == Event.BOOK]
    waits = c.value[c.event == Event.BOOK]
    free, expected = [float(day) for day in range(3000)], []
    heapq.heapify(free)
    for time in np.sort(asked):
        while free[0] < time:  # nobody took it in time
            heapq.heappop(free)
        expected.append(heapq.heappop(free) - time)
    np.testing.assert_allclose(waits, expected, atol=1e-9)
    assert np.array_equal(asked, booked)
