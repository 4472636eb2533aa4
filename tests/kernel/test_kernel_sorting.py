"""Sorting in place: any patients, by insertion where they are few and by a heap where they are many."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from sim.compiler.structs import Struct, type_of
from sim.kernel.patients import Due, row_of
from sim.kernel.sorting import FEW, FEW_ROWS, order_rows, sort
from sim.kernel.state import COUNTS, ROWS, UNORDERED, Agenda, Numbers
from sim.log import Columns

ROOM = 200
NUMBERS = st.lists(st.integers(1, 60), max_size=ROOM)


def story(s: Any) -> None:
    sort(s.agenda, s.rows, len(s.size))


def state(numbers: list[int]) -> Struct:
    """Rows of patients of these numbers, followed by others that must stay as they are."""
    agenda = np.zeros(ROOM + 1, row_of(Due, whole=np.int32))
    agenda["number"][ROOM - np.arange(ROOM)] = numbers + list(range(ROOM - len(numbers), 0, -1))
    rows = np.arange(ROOM, 0, -1, dtype=np.int32)
    return Struct(agenda=agenda, rows=rows, size=np.zeros(len(numbers), np.int64))


def in_order(made: Struct) -> list[int]:
    """The numbers of the patients in the rows, each row once."""
    assert sorted(made.rows.tolist()) == list(range(1, ROOM + 1))
    numbers: list[int] = made.agenda["number"][made.rows].tolist()
    return numbers


@example(numbers=list(range(FEW, 0, -1)))
@example(numbers=list(range(FEW + 1, 0, -1)))
@example(numbers=[3] * ROOM)
@given(numbers=NUMBERS)
def test_the_first_numbers_are_sorted_and_the_others_left_alone(numbers: list[int]) -> None:
    made = state(numbers)
    rest = in_order(made)[len(numbers) :]
    story(made)
    assert in_order(made) == sorted(numbers) + rest


def test_the_compiled_twin_sorts_alike(twin: Callable[..., None]) -> None:
    @given(numbers=NUMBERS)
    def same(numbers: list[int]) -> None:
        made = state(numbers)
        rest = in_order(made)[len(numbers) :]
        twin(story, made, {Numbers: type_of(made.rows), Agenda: type_of(made.agenda)})
        assert in_order(made) == sorted(numbers) + rest

    same()


def log_of(patients: list[int]) -> SimpleNamespace:
    """A log of two earlier rows and one row per patient at one instant; every column tells the row apart."""
    rows = np.arange(len(patients) + 2)
    columns = {name: rows + 100 * place for place, name in enumerate(Columns._fields)}
    columns["time"] = np.where(rows < 2, 0.5, 1.0)
    columns["patient"] = np.array([90, 80, *patients])
    count = np.zeros(COUNTS, np.int64)
    count[ROWS] = len(rows)
    return SimpleNamespace(log=SimpleNamespace(**columns), count=count)


@given(patients=st.lists(st.integers(1, 6), max_size=FEW_ROWS))
def test_the_rows_of_an_instant_come_in_the_order_of_patients_and_else_as_written(
    patients: list[int],
) -> None:
    s = log_of(patients)
    before = {name: column.copy() for name, column in vars(s.log).items()}
    order_rows(s, 2)
    wanted = [0, 1, *(2 + row for row in sorted(range(len(patients)), key=lambda row: patients[row]))]
    for name, column in vars(s.log).items():
        assert column.tolist() == before[name][wanted].tolist(), name
    assert s.count[UNORDERED] == 0


def test_many_rows_of_an_instant_are_left_for_later_and_said_to_be() -> None:
    s = log_of(list(range(FEW_ROWS + 1, 0, -1)))
    order_rows(s, 2)
    assert s.log.patient.tolist() == [90, 80, *range(FEW_ROWS + 1, 0, -1)]
    assert s.count[UNORDERED] == 1
