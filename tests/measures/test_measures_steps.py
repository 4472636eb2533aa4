import numpy as np
import pytest

from sim.measures import steps

NAN = np.nan


def test_counts_of_one_time_are_one_step() -> None:
    # [0, 4), [1, 4) and [4, for ever): at 4 two go and one comes.
    counted = steps.counted(np.array([0.0, 1.0, 4.0]), np.array([4.0, 4.0, NAN]))
    np.testing.assert_array_equal(counted.times, [0.0, 1.0, 4.0])
    np.testing.assert_array_equal(counted.values, [1.0, 2.0, 1.0])


def test_an_interval_of_no_length_is_never_counted() -> None:
    counted = steps.counted(np.array([2.0]), np.array([2.0]))
    assert steps.largest(*steps.clipped(counted, 0.0, 10.0)) == 0.0


def test_the_value_before_a_time_ignores_what_happens_at_it() -> None:
    counted = steps.counted(np.array([1.0]), np.array([3.0]))
    np.testing.assert_array_equal(steps.before(counted, np.array([0.5, 1.0, 1.5, 3.0, 3.5])), [0, 0, 1, 1, 0])


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
    counted = steps.counted(np.array([0.0]), np.array([4.0]))
    assert steps.mean(*steps.clipped(counted, start, end)) == pytest.approx(mean, abs=1e-12)


def test_a_percentile_is_the_smallest_number_not_exceeded_for_that_share_of_time() -> None:
    # 5 days at 1, 4 days at 2, one day at 7: P(≤1) = 0.5, P(≤2) = 0.9.
    values, days = np.array([1.0, 2.0, 7.0, 1.0]), np.array([2.0, 4.0, 1.0, 3.0])
    assert steps.percentiles(values, days, (0.05, 0.5, 0.51, 0.9, 0.91)) == [1, 1, 2, 2, 7]


def test_a_value_given_at_the_start_of_the_window_replaces_an_unlimited_one() -> None:
    given = steps.given(np.array([0.0, 5.0]), np.array([np.inf, 8.0]))
    assert steps.mean(*steps.clipped(given, 5.0, 10.0)) == 8.0
    assert steps.mean(*steps.clipped(given, 4.0, 10.0)) == np.inf
