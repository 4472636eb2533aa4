"""The frames of a log: the same columns and types whether anything happened or not."""

from collections.abc import Callable

from sim.engines import simulate
from sim.log import EVENT_COLUMNS, PATIENT_COLUMNS
from sim.scenario.types import Scenario


def test_a_log_without_patients_has_the_columns_and_types_of_one_with_patients(
    clinic: Callable[..., Scenario], engine: str
) -> None:
    text = "[traits.substance]\nshares = { alcohol = 0.5, opioids = 0.5 }\n[levels.php]\nlength_of_stay = 5\n"
    full = simulate(clinic(text), engine=engine)
    empty = simulate(clinic(text, **{"arrivals.all.per_day": 0.0}), engine=engine)
    assert len(full.patients) > 0
    assert len(empty.patients) == 0
    assert list(empty.events) == list(EVENT_COLUMNS)
    assert list(empty.patients) == [*PATIENT_COLUMNS, "substance"]
    assert list(empty.patients.dtypes) == list(full.patients.dtypes)
    assert list(empty.events.dtypes) == list(full.events.dtypes)
