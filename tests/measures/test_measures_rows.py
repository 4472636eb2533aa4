import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from logs import log_of

from sim.measures.rows import before, begins, behind, by_patient, in_order, put
from sim.words import EVENTS, Event

TWO = """
0 1 request a
0 2 request a
1 1 admit a
2 1 review a
3 2 renege a
3 2 discharge a reneged
5 1 leave a dropout
5 1 discharge a dropout
"""


@given(st.lists(st.sampled_from([0, 1, 2, 65535, 65536, 65537, 2**20, 2**32 - 1]), max_size=30))
def test_numbers_of_more_than_16_bits_are_ordered_and_equal_ones_stay_as_they_come(
    numbers: list[int],
) -> None:
    expected = sorted(range(len(numbers)), key=lambda place: numbers[place])  # Python's sort is stable
    assert in_order(np.array(numbers, dtype=np.int64)).tolist() == expected


def test_rows_come_patient_by_patient_without_those_of_no_consequence() -> None:
    rows = by_patient(log_of(TWO))
    assert rows.patient.tolist() == [1, 1, 1, 1, 2, 2, 2]
    assert [EVENTS[event] for event in rows.event] == [
        *("request", "admit", "leave", "discharge"),
        *("request", "renege", "discharge"),
    ]
    assert rows.time.tolist() == [0, 1, 5, 5, 0, 3, 3]
    assert rows.find(Event.RENEGE, Event.ADMIT).tolist() == [1, 5]


def test_what_follows_is_behind_and_of_the_same_patient() -> None:
    rows = by_patient(log_of(TWO))
    requests = rows.find(Event.REQUEST)
    assert rows.following(rows.find(Event.LEAVE), requests).tolist() == [2, -1]
    assert rows.following(rows.find(Event.RENEGE), requests).tolist() == [-1, 5]
    assert rows.following(requests, requests).tolist() == [-1, -1]
    assert rows.following(rows.find(Event.DEATH), requests).tolist() == [-1, -1]
    assert rows.numbered(rows.find(Event.LEAVE, Event.RENEGE)).tolist() == [-1, -1, 0, 0, 0, 1, 1]


def test_values_move_on_only_between_rows_that_belong_together() -> None:
    patient = np.array([1, 1, 2, 3, 3])
    follows = ~begins(patient)
    level = np.array([7, 8, 9, 5, 6])
    assert before(level, follows, -1).tolist() == [-1, 7, -1, -1, 5]
    assert behind(level, follows, -1).tolist() == [8, -1, -1, 6, -1]
    assert before(level[:0], follows[:0], -1).tolist() == []
    assert behind(level[:0], follows[:0], -1).tolist() == []


def test_of_several_values_for_one_place_the_last_one_counts() -> None:
    assert put(3, -1, np.array([0, 2, 2]), np.array([4, 5, 6])).tolist() == [4, -1, 6]
