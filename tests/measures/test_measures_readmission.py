from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from logs import Row, any_rows, log_of, log_of_rows

from sim.errors import SimError
from sim.log import Log
from sim.measures.histories import histories
from sim.measures.readmission import readmission
from sim.scenario.load import loads
from sim.scenario.types import Scenario

LEVELS = "detox rehab iop"
SCENARIO = """
schema = 1
name = "three"
run = { duration = "100 days" }
arrivals.all = { per_day = 1, enters = "detox" }
[levels.detox]
length_of_stay = 5
around_the_clock = true
[levels.rehab]
length_of_stay = 20
around_the_clock = true
[levels.iop]
length_of_stay = 50
"""


def three() -> Scenario:
    return loads(SCENARIO)


def told(log: Log) -> dict[str, tuple[float, float]]:
    """By level how many were readmitted, of how many."""
    return {row.level: (row.numerator, row.denominator) for row in readmission(log, three())}


def log(text: str, end: float = 200.0) -> Log:
    return log_of(text, levels=LEVELS, window=(0.0, 100.0), end=end)


def stay(patient: int, level: str, begin: float, end: float, cause: str = "completed") -> str:
    """The rows of one episode with a single stay."""
    back = "" if (patient, begin) == (patient, 0.0) else f"{begin} {patient} return_to_care {level}\n"
    return back + (
        f"{begin} {patient} request {level}\n{begin} {patient} admit {level}\n"
        f"{end} {patient} leave {level} {cause}\n{end} {patient} discharge {level} {cause}\n"
    )


def test_who_is_back_at_the_same_level_within_30_dates_is_readmitted() -> None:
    early, late = stay(1, "detox", 0.0, 5.9) + stay(1, "detox", 35.1, 40.0), stay(2, "detox", 0.0, 5.1)
    late += stay(2, "detox", 36.0, 40.0)
    # patient 1: out on day 5, in on day 35, 30 dates later; her second stay is not followed by another.
    # patient 2: out on day 5, in on day 36, 31 dates later.
    assert told(log(early + late))["detox"] == (1.0, 4.0)


def test_who_is_back_on_the_next_date_is_readmitted_and_on_the_same_date_transferred() -> None:
    next_date = stay(1, "detox", 0.0, 5.9) + stay(1, "detox", 6.1, 9.0)
    same_date = stay(2, "detox", 0.0, 5.1) + stay(2, "detox", 5.9, 9.0)
    assert told(log(next_date + same_date))["detox"] == (1.0, 3.0)


def test_a_less_intensive_24_hour_level_is_no_readmission_and_a_more_intensive_one_is() -> None:
    down = stay(1, "detox", 0.0, 5.0) + stay(1, "rehab", 10.0, 20.0)
    up = stay(2, "rehab", 0.0, 5.0) + stay(2, "detox", 10.0, 20.0)
    assert told(log(down + up)) == {"": (1.0, 4.0), "detox": (0.0, 2.0), "rehab": (1.0, 2.0)}


def test_a_level_by_day_is_neither_a_discharge_nor_a_readmission() -> None:
    assert told(log(stay(1, "detox", 0.0, 5.0) + stay(1, "iop", 10.0, 20.0))) == {
        "": (0.0, 1.0), "detox": (0.0, 1.0), "rehab": (0.0, 0.0),
    }  # fmt: skip


def test_a_return_after_a_day_level_in_between_is_a_readmission() -> None:
    between = stay(1, "iop", 6.0, 9.0) + stay(1, "detox", 12.0, 14.0)
    assert told(log(stay(1, "detox", 0.0, 5.0) + between))["detox"] == (1.0, 2.0)


DIRECT = """
0   1 request detox
0   1 admit detox
5   1 ready detox ->rehab completed
5   1 request rehab
5.2 1 leave detox completed
5.2 1 admit rehab
20  1 leave rehab completed
20  1 discharge rehab completed
"""


def test_a_direct_transfer_is_one_stay() -> None:
    assert told(log(DIRECT)) == {"": (0.0, 1.0), "detox": (0.0, 0.0), "rehab": (0.0, 1.0)}


def test_behind_a_direct_transfer_a_later_readmission_is_still_found() -> None:
    assert told(log(DIRECT + stay(1, "detox", 30.0, 33.0)))["rehab"] == (1.0, 1.0)


def test_who_died_in_the_stay_or_cannot_be_followed_is_left_out() -> None:
    assert told(log(stay(1, "detox", 0.0, 5.0, "died")))["detox"] == (0.0, 0.0)
    assert told(log(stay(1, "detox", 0.0, 90.0), end=121.0))["detox"] == (0.0, 1.0)
    assert told(log(stay(1, "detox", 0.0, 90.0), end=120.5))["detox"] == (0.0, 0.0)


def test_without_a_24_hour_level_there_are_no_rows() -> None:
    scenario = loads(SCENARIO.replace("around_the_clock = true", ""))
    assert list(readmission(log(stay(1, "detox", 0.0, 5.0)), scenario)) == []


def by_hand(log: Log) -> tuple[int, int]:
    """Readmitted and discharged, all 24-hour levels, found patient by patient."""
    stays = histories(log).stays
    again = of = 0
    for row in range(len(stays.patient)):
        out, level = stays.left[row], stays.level[row]
        if level == 2 or np.isnan(out) or not 3 <= out < 23 or np.floor(out) + 31 > log.end:
            continue
        others = [
            (np.floor(stays.admitted[later]) - np.floor(out), stays.level[later])
            for later in range(row + 1, len(stays.patient))
            if stays.patient[later] == stays.patient[row] and stays.level[later] != 2
        ]
        if others and others[0][0] <= 0:
            continue
        of += 1
        again += any(1 <= days <= 30 and other <= level for days, other in others)
    return again, of


@settings(max_examples=50)
@given(any_rows(levels=("detox", "rehab", "iop")))
def test_readmissions_are_those_found_patient_by_patient(rows: list[Row]) -> None:
    made = log_of_rows(rows, levels=("detox", "rehab", "iop"), window=(3.0, 23.0), end=45.0)
    assert told(made)[""] == by_hand(made)


def test_a_scenario_file_cannot_change_it_at_a_date(clinic: Callable[..., Scenario]) -> None:
    with pytest.raises(SimError, match="around_the_clock: cannot change at a date"):
        clinic("[levels.a]\nlength_of_stay = 5\n[[changes]]\non = 5\nlevels.a.around_the_clock = true\n")
