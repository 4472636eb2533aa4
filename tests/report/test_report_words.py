"""Numbers, intervals and differences in words: what a reader is told, worked by hand."""

import math

import pytest

from sim.report.words import NARROW, difference_sentence, figure, listed, signed, span, with_interval

NAN = math.nan
MINUS = "\N{MINUS SIGN}"


def row(difference: float, low: float, high: float, *, larger: int, smaller: int, unit: str = "days") -> dict:
    """A paired difference of ten replications from a baseline of 2."""
    return {
        "baseline": 2.0, "value": 2.0 + difference, "difference": difference, "ci_low": low, "ci_high": high,
        "share_larger": larger / 10, "share_smaller": smaller / 10, "replications": 10, "unit": unit,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (350.84, "patients", "351"),
        (4.69, "patients", "4.7"),
        (0.387, "days", "0.39"),
        (8.0, "patients", "8"),
        (0.0, "patients", "0"),
        (0.7572, "share", f"76{NARROW}%"),
        (0.0512, "share", f"5.1{NARROW}%"),
        (NAN, "days", "–"),
        (math.inf, "places", "unlimited"),
    ],
)
def test_a_figure_has_as_many_digits_as_say_something(value: float, unit: str, told: str) -> None:
    assert figure(value, unit) == told


def test_an_interval_is_told_with_the_digits_that_tell_its_ends_apart() -> None:
    assert span(346.9, 354.8, "") == "347 to 355"
    assert span(1.358, 1.862, "days") == "1.4 to 1.9"
    assert span(0.7368, 0.7776, "share") == f"73.7 to 77.8{NARROW}%"
    assert span(NAN, NAN, "") == "–"


def test_an_end_that_is_not_zero_is_not_told_as_zero() -> None:
    assert span(0.01, 0.95, "") == "0.01 to 0.95"


def test_a_mean_and_its_interval_have_the_same_digits() -> None:
    assert with_interval(7.0688, 6.974, 7.164, "") == "7.07 (6.97 to 7.16)"
    assert with_interval(36.0, 36.0, 36.0, "") == "36"
    assert with_interval(36.4, NAN, NAN, "") == "36.4"


def test_a_sure_fall_is_told_by_its_size_and_the_replications_that_agree() -> None:
    said = difference_sentence("The wait", row(-0.8, -0.9, -0.7, larger=0, smaller=10), of=" days")
    assert said == (
        "The wait falls from 2 to 1.2 days, by 0.80 (95 % interval 0.70 to 0.90), and is lower in 10 of 10 "
        "paired replications."
    )


def test_what_chance_can_do_is_called_so() -> None:
    said = difference_sentence("The wait", row(0.1, -0.2, 0.4, larger=6, smaller=4))
    assert said == (
        "The wait is 2.1, against 2: no difference that can be told apart from chance (95 % interval of the "
        f"difference {MINUS}0.2 to 0.4; higher in 6 and lower in 4 of 10 paired replications)."
    )


def test_equal_replications_are_called_the_same() -> None:
    said = difference_sentence("The wait", row(0.0, 0.0, 0.0, larger=0, smaller=0))
    assert said == "The wait is 2 in both, the same in each of 10 replications."


def test_a_difference_of_shares_is_told_in_percentage_points() -> None:
    one = row(0.031, 0.024, 0.036, larger=10, smaller=0, unit="share")
    assert signed(one) == "+3.1"
    assert "by 3.1 percentage points (95 % interval 2.4 to 3.6)" in difference_sentence("The share", one)


def test_names_are_listed_as_in_a_sentence() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
