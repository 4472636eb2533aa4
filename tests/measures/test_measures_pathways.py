import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from logs import Row, any_rows, figure, log_of, log_of_rows
from traces import holding, patience

from sim.measures.histories import histories
from sim.measures.pathways import moves, onward, transitions

LEVELS = ("a", "b", "c")

UP_AND_DOWN = """
0  1 request b
0  1 admit b
3  1 ready b ->a relapse
3  1 request a
3  1 leave b relapse
3  1 admit a
10 1 ready a ->b completed
10 1 request b
10 1 leave a completed
18 1 admit b
30 1 leave b completed
30 1 discharge b completed
"""


def patients(table: pd.DataFrame, origin: str, target: str) -> int:
    rows = table[(table["from"] == origin) & (table["to"] == target)]
    return int(rows["patients"].sum())


def test_transitions_follow_the_patient_from_outside_to_the_discharge() -> None:
    table = transitions(log_of(UP_AND_DOWN, window=(0, 40)))
    assert len(table) == 4
    for origin, target in (("outside", "b"), ("b", "a"), ("a", "b"), ("b", "completed")):
        assert patients(table, origin, target) == 1


def test_who_never_got_in_goes_from_outside_to_the_reason() -> None:
    assert patients(transitions(patience()), "outside", "reneged") == 1


def test_who_gives_up_waiting_for_the_next_level_leaves_from_the_last_one() -> None:
    log = log_of("""
        0 1 request a
        0 1 admit a
        2 1 ready a ->b completed
        2 1 request b
        2 1 leave a completed
        5 1 renege b
        5 1 discharge b reneged
        """)
    assert patients(transitions(log), "a", "reneged") == 1


def test_only_what_happens_within_the_window_is_a_transition_and_day_0_is_none() -> None:
    log = log_of(
        """
        0 1 admit a start
        4 1 leave a completed
        4 1 discharge a completed
        """,
        start_patients=[1],
    )
    table = transitions(log)
    assert patients(table, "a", "completed") == 1
    assert len(table) == 1
    assert len(transitions(log_of(UP_AND_DOWN, window=(20, 25), end=40))) == 0


def test_step_ups_are_counted_against_all_stays_that_ended() -> None:
    table = moves(log_of(UP_AND_DOWN, window=(0, 40)))
    assert figure(table, "step_ups.per_100_stays", "b") == pytest.approx(50.0, abs=1e-9)  # 1 of 2
    assert figure(table, "step_ups.per_100_stays", "a") == 0.0
    assert figure(table, "step_ups.per_100_stays") == pytest.approx(100 / 3, abs=1e-9)


def test_step_down_is_captured_within_the_days_and_not_before() -> None:
    table = moves(log_of(UP_AND_DOWN, window=(0, 40)))  # ready on day 10, admitted on day 18
    assert figure(table, "step_down.within_7_days", "a") == 0.0
    assert figure(table, "step_down.within_14_days", "a") == 1.0
    assert np.isnan(figure(table, "step_down.within_7_days", "b"))  # nobody there wants a lower level


def test_a_capture_on_the_last_day_counts() -> None:
    log = log_of(
        """
        0 1 request a
        0 1 admit a
        1.3 1 ready a ->b completed
        1.3 1 request b
        1.3 1 leave a completed
        8.3 1 admit b
        """,
        window=(0, 40),
    )
    assert figure(moves(log), "step_down.within_7_days", "a") == 1.0


def test_who_cannot_be_followed_long_enough_does_not_count() -> None:
    # Ready on days 2, 4 and 9; the log ends on day 20, so the last cannot be followed for 14 days.
    table = moves(holding())
    followed = table[(table["measure"] == "step_down.within_14_days") & (table["level"] == "a")]
    assert followed["denominator"].tolist() == [2]
    assert figure(table, "step_down.within_7_days", "a") == 1.0


def test_who_is_diverted_to_another_level_has_not_been_captured() -> None:
    log = log_of(
        """
        0 1 request a
        0 1 admit a
        2 1 ready a ->b completed
        2 1 request b
        2 1 leave a completed
        3 1 divert b ->c
        4 1 admit c
        """,
        levels="a b c",
        window=(0, 40),
    )
    assert figure(moves(log), "step_down.within_7_days", "a") == 0.0


@settings(max_examples=40)
@given(any_rows(levels=LEVELS))
def test_who_goes_into_a_level_comes_out_of_it_or_is_still_on_her_way(rows: list[Row]) -> None:
    log = log_of_rows(rows, levels=LEVELS, window=(0.0, 200.0), end=300.0)
    table = transitions(log)
    last: dict[int, str] = {}
    for _, patient, event, level, *_ in sorted(rows, key=lambda row: row[:2]):
        if event == "admit":
            last[patient] = level
        if event == "discharge":
            last.pop(patient, None)
    for level in LEVELS:
        inside = table[table["to"] == level]["patients"].sum()
        out = table[table["from"] == level]["patients"].sum()
        assert inside - out == sum(1 for where in last.values() if where == level)


def test_the_time_to_the_next_level_is_split_into_blocked_and_gap() -> None:
    log = log_of(
        """
        0  1 request a
        0  1 admit a
        3  1 ready a ->b completed    # two days in her old place, then five at home
        3  1 request b
        5  1 go_home a
        5  1 leave a completed
        10 1 admit b
        20 1 leave b dropout
        20 1 discharge b dropout
        1  2 request a
        1  2 admit a
        6  2 ready a ->b completed    # one day, then straight on
        6  2 request b
        7  2 leave a completed
        7  2 admit b
        2  3 request a
        2  3 admit a
        8  3 ready a ->b completed    # has not got there
        8  3 request b
        2  4 request a
        2  4 admit a
        9  4 ready a ->b dropout      # no completer
        9  4 request b
        9  4 leave a dropout
        9  4 admit b
        """,
        window=(0, 40),
    )
    table = onward(log)
    assert figure(table, "to_next_level.blocked.mean", "a") == pytest.approx((2 + 1) / 2)
    assert figure(table, "to_next_level.gap.mean", "a") == pytest.approx((5 + 0) / 2)
    assert figure(table, "to_next_level.days.mean", "a") == pytest.approx((7 + 1) / 2)
    assert figure(table, "to_next_level.days.mean") == pytest.approx(4.0)
    assert np.isnan(figure(table, "to_next_level.days.mean", "b"))


@settings(max_examples=20)
@given(any_rows())
def test_blocked_and_gap_add_up_to_the_time_from_ready_to_admitted(rows: list[Row]) -> None:
    log = log_of_rows(rows, levels=LEVELS, window=(3.0, 23.0), end=31.0)
    stays = histories(log).stays
    here = (stays.cause == 0) & (stays.ready >= 3) & (stays.ready < 23)
    days = (stays.next_admitted - stays.ready)[here]
    days = days[~np.isnan(days)]
    found = figure(onward(log), "to_next_level.days.mean")
    assert found == pytest.approx(days.mean()) if len(days) else np.isnan(found)
