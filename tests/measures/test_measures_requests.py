import numpy as np
import pytest
from hypothesis import given, settings
from logs import Row, any_rows, figure, log_of, log_of_rows
from traces import no_waiting, patience

from sim.measures.requests import OUTCOMES, requests

LEVELS = ("a", "b", "c")


def test_who_finds_no_room_is_turned_away() -> None:
    table = requests(no_waiting())
    assert figure(table, "asked.count", "a") == 4
    assert figure(table, "turned_away.count", "a") == 1
    assert figure(table, "turned_away.share", "a") == pytest.approx(1 / 4, abs=1e-9)
    assert figure(table, "admitted.count", "a") == 3


def test_who_gives_up_has_reneged() -> None:
    table = requests(patience())
    assert figure(table, "reneged.count", "a") == 1
    assert figure(table, "reneged.share", "a") == pytest.approx(1 / 3, abs=1e-9)
    assert figure(table, "admitted.count", "a") == 2


def test_transfers_count_at_the_level_they_ask_for_and_not_for_the_whole() -> None:
    log = log_of("""
        0 1 request a
        0 1 admit a
        2 1 ready a ->b completed
        2 1 request b
        2 1 leave a completed
        5 1 renege b
        5 1 discharge b reneged
        """)
    table = requests(log)
    assert figure(table, "reneged.share", "b") == 1.0
    assert figure(table, "asked.count") == 1
    assert figure(table, "reneged.count") == 0
    assert figure(table, "admitted.count") == 1


def test_a_divert_ends_in_one_line_and_the_whole_sees_what_came_of_it() -> None:
    log = log_of("""
        1 1 request a
        1 1 divert a ->b
        1 1 turn_away b
        1 1 discharge b turned_away
        """)
    table = requests(log)
    assert figure(table, "diverted.share", "a") == 1.0
    assert figure(table, "turned_away.share", "b") == 1.0
    assert figure(table, "turned_away.share") == 1.0
    assert "diverted.share" not in set(table[table["level"] == ""]["measure"])


def test_who_still_waits_at_the_end_of_the_log_is_unresolved() -> None:
    log = log_of("8 1 request a\n9 2 request a\n11 2 admit a", window=(0, 10), end=15.0)
    table = requests(log)
    assert figure(table, "unresolved.share", "a") == pytest.approx(1 / 2, abs=1e-9)
    assert figure(table, "admitted.share", "a") == pytest.approx(1 / 2, abs=1e-9)


def test_the_window_takes_its_first_moment_and_not_its_last() -> None:
    log = log_of("5 1 request a\n10 2 request a", window=(5, 10), end=20.0)
    assert figure(requests(log), "asked.count", "a") == 1


def test_nobody_asked_gives_counts_of_zero_and_no_shares() -> None:
    table = requests(log_of(""))
    assert figure(table, "asked.count", "a") == 0
    assert np.isnan(figure(table, "reneged.share", "a"))


@settings(max_examples=40)
@given(any_rows(levels=LEVELS))
def test_every_request_ends_in_exactly_one_way(rows: list[Row]) -> None:
    log = log_of_rows(rows, levels=LEVELS, window=(0.0, 200.0), end=300.0)
    table = requests(log)
    for level in ("", *LEVELS):
        outcomes = [name for name in OUTCOMES if level or name != "diverted"]
        ways = sum(figure(table, f"{name}.count", level) for name in outcomes)
        assert ways == figure(table, "asked.count", level)
    joined = sum(1 for _, _, event, *_ in rows if event in ("request", "divert"))
    assert sum(figure(table, "asked.count", level) for level in LEVELS) == joined
