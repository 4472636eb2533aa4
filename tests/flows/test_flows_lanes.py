"""Lanes: who shares one, and what is added up of those that leave."""

import numpy as np
import pytest

from sim.flows.lanes import ALONE, Lanes, Sums, applied, left_grid
from sim.flows.lengths import Begun

ANSWERS = np.array([0, 0, 0, 1])
BEGUN = Begun(
    who=ANSWERS,
    planned=np.array([30.0, 10.0, 20.0, 15.0]),
    full=np.array([30.0, 10.0, 20.0, 15.0]),
    reason=np.zeros(4, dtype=np.int64),
    weight=np.array([0.5, 0.2, 0.3, 1.0]),
    answer=ANSWERS,
)
"""Three stays of the first kind of patient, one of the second."""

NONE_OVER = np.zeros(2, dtype=bool)


def test_stays_share_a_lane_until_the_first_of_them_ends() -> None:
    lanes = Lanes(BEGUN, ANSWERS)
    assert lanes.weight.tolist() == [1.0, 1.0]
    assert lanes.planned.tolist() == [np.inf, 15.0]
    assert lanes.ending(9.9).tolist() == []
    assert lanes.ending(10.0).tolist() == [1]
    came = lanes.split(lanes.ending(10.0), NONE_OVER)
    assert came.tolist() == [0, 1, 0]
    assert lanes.weight == pytest.approx([0.8, 1.0, 0.2])
    assert lanes.planned.tolist() == [np.inf, 15.0, 10.0]
    assert lanes.many.tolist() == [2.0, 1.0, 1.0]


def test_lanes_that_are_over_or_have_no_stays_are_taken_away() -> None:
    lanes = Lanes(BEGUN, ANSWERS)
    came = lanes.split(lanes.ending(30.0), np.array([False, True]))
    assert came.tolist() == [0, 0, 0]  # the shared lane has nobody left, that of the second kind is over
    assert sorted(zip(lanes.planned, lanes.weight, strict=True)) == [(10.0, 0.2), (20.0, 0.3), (30.0, 0.5)]


def test_a_shared_lane_that_is_over_takes_those_who_wait_in_it_away() -> None:
    lanes = Lanes(BEGUN, ANSWERS)
    lanes.split(lanes.ending(0.0), np.array([True, False]))
    assert lanes.answer.tolist() == [1]
    assert lanes.ending(100.0).tolist() == []


def test_what_leaves_is_added_up_by_weight() -> None:
    lanes = Lanes(BEGUN, ANSWERS)
    sums = Sums(lanes, left_grid(40.0))
    sums.add(slice(0, 1), np.array([[[0.1, 0.2]], [[1.0, 2.0]]]))
    sums.settle()
    lanes.split(lanes.ending(10.0), NONE_OVER)
    sums.begin_again()
    sums.add(slice(0, 1), np.array([[[0.0, 0.0, 0.5]], [[0.0, 0.0, 5.0]]]))  # of the stay of weight 0.2
    sums.settle()
    assert sums.total[:, 0].tolist() == [pytest.approx([0.1 + 0.2 * 0.5, 0.2]), pytest.approx([2.0, 2.0])]


def test_days_left_are_spread_between_two_points_of_the_grid_and_keep_their_mean() -> None:
    lanes = Lanes(BEGUN, ANSWERS)
    sums = Sums(lanes, left_grid(100.0))  # 0, 1, 4, 9, 16, 25, 36, …
    # half of all leave at 3 days: 27, 7, 17 and 12 are left
    sums.keep({0: 5}, np.array([0]), np.array([[0.5, 0.5]]), np.array([[3.0, 3.0]]), [0.0])
    sums.settle()
    found = sums.by_days_left(5)
    first = {
        4.0: 0.2 * 2 / 5,
        9.0: 0.2 * 3 / 5,
        16.0: 0.3 * 8 / 9,
        25.0: 0.3 * 1 / 9 + 0.5 * 9 / 11,
        36.0: 0.5 * 2 / 11,
    }
    assert found[0] == pytest.approx([0.5 * first.get(round(day, 9), 0.0) for day in left_grid(100.0)])
    assert found @ left_grid(100.0) == pytest.approx([0.5 * (0.5 * 27 + 0.2 * 7 + 0.3 * 17), 0.5 * 12])


def test_more_days_than_the_grid_has_count_as_its_last() -> None:
    lanes = Lanes(BEGUN, ANSWERS)
    sums = Sums(lanes, left_grid(10.0))  # …, 8.1, 10
    # 29, 9 and 19 days are left: a half and 0.3 at the end, 0.2 between the last two points
    sums.keep({0: 0}, np.array([0]), np.array([[1.0, 0.0]]), np.array([[1.0, 0.0]]), [0.0])
    sums.settle()
    assert sums.by_days_left(0)[0] == pytest.approx([0.0] * 9 + [0.2 * 1.0 / 1.9, 0.8 + 0.2 * 0.9 / 1.9])


def test_a_matrix_is_applied_in_blocks_as_in_one() -> None:
    lanes = ALONE // 6 + 5  # more than one block of a matrix of two by three
    matrix = np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]])
    rows = np.arange(2.0 * 3 * lanes).reshape(2, 3, lanes)
    assert (applied(matrix, rows)[1, 0] == rows[1, 0] + 2 * rows[1, 2]).all()
    assert (applied(matrix, rows)[0, 1] == 3 * rows[0, 1]).all()
