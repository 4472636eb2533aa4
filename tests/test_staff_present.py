"""Who of the staff is present when: rosters, turnover, and the draws behind it."""

import numpy as np
import pytest

from sim.plan import plan
from sim.scenario.load import loads
from sim.staff import Presence, presence

BASE = """
schema = 1
name = "staff"
run = { start = 2026-01-05, duration = %s }
arrivals.all = { per_day = 1, enters = "iop" }
[levels.iop]
length_of_stay = 5
[roles.nurse]
%s
"""
TURNOVER = """
turnover.leaves = { dist = "exponential", mean = 90 }
turnover.time_to_fill = { dist = "lognormal", p50 = 20, p75 = 40 }
"""


def present(roster: str, *, days: float = 100, replication: int = 0) -> list[tuple[float, float]]:
    """Time and FTE of each change of one role."""
    one = loads(BASE % (days, roster))
    found = presence(one, plan(one), replication=replication)
    assert all(isinstance(change, Presence) and change.role == 0 for change in found)
    return [(change.time, change.fte) for change in found]


def test_a_roster_with_dates_is_told_at_0_and_at_each_change() -> None:
    """Days from 2026-01-05: 2026-01-15 is 10. Two changes on day 30 cancel each other: 1 goes and 1 comes."""
    roster = """
    roster = [
        { positions = 2, fte = 0.5 },
        { from = 2026-01-15, fte = 0.25, until = 40 },
        { from = -3, until = 30 },
        { from = 30 },
    ]
    """
    assert present(roster) == [(0.0, 2.0), (10.0, 2.25), (40.0, 2.0)]


def test_nobody_is_there_before_the_first_comes() -> None:
    assert present("roster = [{ from = 12 }]") == [(0.0, 0.0), (12.0, 1.0)]


def test_what_comes_after_the_end_is_not_told() -> None:
    assert present("roster = [{ until = 99.5 }]", days=99.5) == [(0.0, 1.0)]


def test_one_hired_before_day_0_is_still_on_the_ramp() -> None:
    ramp = 'turnover = { leaves = 1000, time_to_fill = 1, ramp = "10 days", ramp_share = 0.4 }'
    assert present(f"roster = [{{ from = -4 }}]\n{ramp}") == [(0.0, 0.4), (6.0, 1.0)]
    assert present(f"roster = [{{}}]\n{ramp}") == [(0.0, 1.0)]


def test_the_days_in_post_before_day_0_count() -> None:
    """Hired 6 days ago for 10: gone on day 4; the next one comes on day 5 and goes on day 15."""
    found = present("roster = [{ from = -6 }]\nturnover = { leaves = 10, time_to_fill = 1 }", days=16)
    assert found == [(0.0, 1.0), (4.0, 0.0), (5.0, 1.0), (15.0, 0.0)]


def test_who_was_hired_before_day_0_has_not_left_yet() -> None:
    """Half leave after 2 days, half after 10: who came 6 days ago is one of these, and leaves on day 4."""
    leaves = '{ dist = "empirical", values = [2, 10] }'
    roster = (
        f"roster = [{{ from = -6, positions = 9 }}]\nturnover = {{ leaves = {leaves}, time_to_fill = 99 }}"
    )
    assert present(roster, days=50) == [(0.0, 9.0), (4.0, 0.0)]


def test_each_position_has_its_own_luck() -> None:
    """They leave one after the other, and none is filled again."""
    leaves = 'turnover.leaves = { dist = "exponential", mean = 90 }\nturnover.time_to_fill = 9999'
    found = present(f"roster = [{{ positions = 9 }}]\n{leaves}", days=9000)
    assert [fte for _, fte in found] == [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0]


def test_another_position_changes_nothing_for_those_before_it() -> None:
    few = present(f"roster = [{{ positions = 2 }}]\n{TURNOVER}", days=2000)
    many = present(f"roster = [{{ positions = 2 }}, {{ fte = 0.001 }}]\n{TURNOVER}", days=2000)
    assert {time for time, _ in few} < {time for time, _ in many}
    at = dict(many)
    assert all(int(at[time] + 0.5) == fte for time, fte in few)


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    roster = f"roster = [{{ positions = 5 }}]\n{TURNOVER}"
    short, long = present(roster, days=400), present(roster, days=900)
    assert long[: len(short)] == short
    assert long[len(short)][0] >= 400


def test_replications_differ() -> None:
    roster = f"roster = [{{ positions = 5 }}]\n{TURNOVER}"
    assert present(roster, replication=0) != present(roster, replication=1)


@pytest.mark.parametrize(
    "leaves", ['{ dist = "exponential", mean = 90 }', '{ dist = "uniform", low = 30, high = 150 }']
)
def test_in_the_long_run_the_share_present_is_that_of_the_time_in_post(leaves: str) -> None:
    """An alternating renewal process: 90 ÷ (90 + 30), with a time to fill of 30 days on average.

    40 positions over 30,000 days: 10,000 cycles, a standard error of about 0.3 %.
    """
    text = f"roster = [{{ positions = 40 }}]\nturnover.leaves = {leaves}\n"
    text += 'turnover.time_to_fill = { dist = "gamma", mean = 30, sd = 20 }'
    found = present(text, days=30_000)
    times = np.array([time for time, _ in found] + [30_000])
    there = np.array([fte for _, fte in found])
    assert np.sum(there * np.diff(times)) / (40 * 30_000) == pytest.approx(90 / (90 + 30), abs=0.01)
