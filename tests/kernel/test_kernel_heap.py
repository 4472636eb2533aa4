"""The heap of the strips: the earliest first, equal times in the order of their numbers.

The expected order is that of Python's `heapq` on pairs of time and number.
"""

import heapq
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.compiler.structs import Struct, type_of
from sim.kernel.heap import Entry, Heap, pop, push
from sim.kernel.patients import row_of

MOST = 40
POP = -1.0
STEPS = st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.0, 2.0, 7.25, POP, POP]), max_size=MOST)
"""A time to push, or `POP`."""


def story(s: Any) -> None:
    """Pushes and pops step by step, then pops what is left; `taken` gets the numbers as they come."""
    size = found = 0
    for step in range(len(s.steps)):
        if s.steps[step] >= 0.0:
            push(s.heap, size, s.steps[step], step)
            size += 1
        elif size > 0:
            s.taken[found] = pop(s.heap, size)
            found += 1
            size -= 1
    while size > 0:
        s.taken[found] = pop(s.heap, size)
        found += 1
        size -= 1


def state(steps: list[float]) -> Struct:
    padded = np.array(steps + [POP] * (MOST - len(steps)))
    return Struct(steps=padded, heap=np.zeros(MOST, row_of(Entry)), taken=np.full(MOST, -1, np.int64))


def by_heapq(steps: list[float]) -> list[int]:
    heap: list[tuple[float, int]] = []
    taken = []
    for number, time in enumerate(steps):
        if time >= 0.0:
            heapq.heappush(heap, (time, number))
        elif heap:
            taken.append(heapq.heappop(heap)[1])
    return taken + [heapq.heappop(heap)[1] for _ in range(len(heap))]


@given(steps=STEPS)
def test_numbers_come_off_the_heap_as_from_heapq(steps: list[float]) -> None:
    made = state(steps)
    story(made)
    expected = by_heapq(steps)
    assert made.taken.tolist() == expected + [-1] * (MOST - len(expected))


def test_the_compiled_heap_gives_the_same_numbers(twin: Callable[..., None]) -> None:
    @given(steps=STEPS)
    def same(steps: list[float]) -> None:
        made = state(steps)
        twin(story, made, {Heap: type_of(made.heap)})
        expected = by_heapq(steps)
        assert made.taken.tolist() == expected + [-1] * (MOST - len(expected))

    same()


@pytest.mark.parametrize("many", [1, 2, 3, 1000])
def test_so_many_equal_times_come_in_the_order_of_their_numbers(many: int) -> None:
    heap = np.zeros(many, row_of(Entry)).view(np.recarray)
    for size, number in enumerate(reversed(range(many))):
        push(heap, size, 1.0, number)
    assert [pop(heap, many - taken) for taken in range(many)] == list(range(many))
