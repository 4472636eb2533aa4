"""The agenda: whoever is due first comes first, wherever in the run, however often she is put off.

The expected answers are those of a plain table from patient to time.
"""

from collections.abc import Callable
from math import inf
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.compiler.structs import Struct, type_of
from sim.kernel.agenda import next_time, put, take, take_due
from sim.kernel.patients import Due, Patient, row_of
from sim.kernel.state import AHEAD, COUNTS, Agenda, Numbers, State

pytestmark = pytest.mark.deep  # they take long; CI runs them

END = 20.0
PATIENTS = 12
MOST = 60
PUT, TAKE, GO_ON = 0, 1, 2


class Step(NamedTuple):
    """Put a patient on the agenda so many days from now, take her off, or go on to the first time."""

    kind: int
    number: int
    days: float


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from([PUT, PUT, PUT, TAKE, GO_ON, GO_ON]),
        st.integers(1, PATIENTS),
        st.sampled_from([0.0, 0.0, 0.001, 0.25, 1.0, 1.0, 5.0, 19.0]),
    ),
    max_size=MOST,
)


def story(s: Any) -> None:
    """Carries out the steps; `found` gets each time that was gone on to, and the sum of who was due then.

    Numbers are powers of two in that sum, so that it tells who they were.
    """
    now = 0.0
    for step in range(len(s.kind)):
        number = s.number[step]
        if s.kind[step] == GO_ON:
            first = next_time(s)
            s.found[step, 0] = first
            if first < inf:
                now = first
                who = 0.0
                for row in range(take_due(s, now)):
                    who = 2.0 * PATIENTS * who + s.settling[row]
                s.found[step, 1] = who
        elif s.agenda[number].time < inf:
            if s.kind[step] == TAKE:
                take(s, number)
        elif s.kind[step] == PUT and now + s.days[step] < END:
            put(s, number, now + s.days[step])


def state(steps: list[Step], stretches: int) -> Struct:
    agenda = np.zeros(PATIENTS + 1, row_of(Due, whole=np.int32))
    agenda["time"] = inf
    agenda["number"] = range(PATIENTS + 1)
    padded = [*steps, *(Step(GO_ON, 1, 0.0) for _ in range(MOST - len(steps)))]
    return Struct(
        kind=np.array([step.kind for step in padded]),
        number=np.array([step.number for step in padded]),
        days=np.array([step.days for step in padded]),
        found=np.zeros((MOST, 2)),
        agenda=agenda,
        first=np.zeros(stretches + AHEAD, np.int32),
        stretches_per_day=(stretches - 1) / END,
        count=np.zeros(COUNTS, np.int64),
        settling=np.zeros(PATIENTS, np.int32),
        patients=np.zeros(PATIENTS + 1, row_of(Patient, whole=np.int32)),
        counts=np.zeros((PATIENTS + 1, 2), np.int32),
    )


def kinds(made: Struct) -> dict[Any, Any]:
    return {
        State: made.struct_type,
        Numbers: type_of(made.settling),
        Agenda: type_of(made.agenda),
    }


def expected(made: Struct) -> list[list[float]]:
    """The same steps on a table from patient to time."""
    due: dict[int, float] = {}
    now = 0.0
    found = []
    for kind, number, days in zip(made.kind, made.number, made.days, strict=True):
        answer = [0.0, 0.0]
        if kind == GO_ON:
            answer[0] = min(due.values(), default=inf)
            if due:
                now = answer[0]
                for who in sorted(name for name, time in due.items() if time == now):
                    answer[1] = 2.0 * PATIENTS * answer[1] + who
                    del due[who]
        elif kind == TAKE:
            due.pop(number, None)
        elif number not in due and now + days < END:
            due[number] = now + days
        found.append(answer)
    return found


@pytest.mark.parametrize("stretches", [2, 16, 1024])
def test_the_agenda_tells_the_first_time_and_who_is_due_then(stretches: int) -> None:
    @given(steps=STEPS)
    def same(steps: list[Step]) -> None:
        made = state(steps, stretches)
        story(made)
        assert made.found.tolist() == expected(made)

    same()


def test_the_compiled_agenda_tells_the_same(twin: Callable[..., None]) -> None:
    @given(steps=STEPS)
    def same(steps: list[Step]) -> None:
        made = state(steps, 16)
        twin(story, made, kinds(made))
        assert made.found.tolist() == expected(made)

    same()


def test_thousands_due_at_one_instant_come_in_the_order_of_their_numbers() -> None:
    many = 5000
    made = Struct(
        agenda=np.zeros(many + 1, row_of(Due, whole=np.int32)),
        first=np.zeros(64 + AHEAD, np.int32),
        stretches_per_day=63 / END,
        count=np.zeros(COUNTS, np.int64),
        settling=np.zeros(many, np.int32),
        patients=np.zeros(1),
        counts=np.zeros((1, 1)),
    )
    for row in range(1, many + 1):
        made.agenda[row].number = row * 6917 % many + 1
        put(made, row, 3.0)
    assert next_time(made) == 3.0
    assert take_due(made, 3.0) == many
    assert made.agenda["number"][made.settling].tolist() == list(range(1, many + 1))
    assert next_time(made) == inf
