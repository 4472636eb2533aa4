import numpy as np
import pytest

from sim.log import Floats
from sim.measures import steps

NAN = np.nan


def counted(starts: Floats, stops: Floats) -> steps.Steps:
    return steps.counted(steps.changes(starts, stops, np.zeros(len(starts), dtype=np.int64)))


def test_counts_of_one_time_are_one_step() -> None:
    # [0, 4), [1, 4) and [4, for ever): at 4 two go and one comes.
    held = counted(np.array([0.0, 1.0, 4.0]), np.array([4.0, 4.0, NAN]))
    np.testing.assert_array_equal(held.times, [0.0, 1.0, 4.0])
    np.testing.assert_array_equal(held.values, [1.0, 2.0, 1.0])


def test_each_group_is_counted_by_itself_and_all_together() -> None:
    starts, stops = np.array([0.0, 1.0, 2.0]), np.array([4.0, 3.0, NAN])
    changes = steps.changes(starts, stops, np.array([5, 7, 5]))
    for group, times, values in (
        (5, [0.0, 2.0, 4.0], [1.0, 2.0, 1.0]),
        (7, [1.0, 3.0], [1.0, 0.0]),
        (6, [], []),
        (-1, [0.0, 1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 2.0, 1.0]),
    ):
        held = steps.counted(changes, group)
        assert (held.times.tolist(), held.values.tolist()) == (times, values)


def test_an_interval_of_no_length_is_never_counted() -> None:
    held = counted(np.array([2.0]), np.array([2.0]))
    assert steps.largest(*steps.clipped(held, 0.0, 10.0)) == 0.0


def test_the_value_before_a_time_ignores_what_happens_at_it() -> None:
    held = counted(np.array([1.0]), np.array([3.0]))
    np.testing.assert_array_equal(steps.before(held, np.array([0.5, 1.0, 1.5, 3.0, 3.5])), [0, 0, 1, 1, 0])


@pytest.mark.parametrize(
    ("start", "end", "mean"),
    [
        (0.0, 10.0, 0.4),  # 4 of 10 days
        (3.0, 5.0, 0.5),  # one of two days
        (4.0, 9.0, 0.0),
        (-5.0, 5.0, 0.4),
        (1.0, 2.0, 1.0),
    ],
)
def test_means_are_of_the_window_alone(start: float, end: float, mean: float) -> None:
    held = counted(np.array([0.0]), np.array([4.0]))
    assert steps.mean(*steps.clipped(held, start, end)) == pytest.approx(mean, abs=1e-12)


def test_a_percentile_is_the_smallest_number_not_exceeded_for_that_share_of_time() -> None:
    # 5 days at 1, 4 days at 2, one day at 7: P(≤1) = 0.5, P(≤2) = 0.9.
    values, days = np.array([1.0, 2.0, 7.0, 1.0]), np.array([2.0, 4.0, 1.0, 3.0])
    assert steps.percentiles(values, days, (0.05, 0.5, 0.51, 0.9, 0.91)) == [1, 1, 2, 2, 7]


def test_a_value_given_at_the_start_of_the_window_replaces_an_unlimited_one() -> None:
    given = steps.given(np.array([0.0, 5.0]), np.array([np.inf, 8.0]))
    assert steps.mean(*steps.clipped(given, 5.0, 10.0)) == 8.0
    assert steps.mean(*steps.clipped(given, 4.0, 10.0)) == np.inf
