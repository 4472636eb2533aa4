"""The draws of the kernel: blocks and numbers are those of numpy's Philox, plain and compiled."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from sim import draws
from sim.compiler.structs import Struct
from sim.kernel.clinic import philox, uniform
from sim.kernel.state import COUNTS, FINE, STATUS, TOO_OFTEN, State

SEED, REPLICATION = 20260105, 3
EDGES = (0, 1, 2**32 - 1, 2**32, 2**63, 2**64 - 1)


def blocks(s: Any) -> None:
    """The block of every counter."""
    for row in range(len(s.of)):
        philox(s, s.counters[row, 0], s.counters[row, 1], s.counters[row, 2], s.counters[row, 3])
        for lane in range(4):
            s.words[row, lane] = s.block[lane]


def numbers(s: Any) -> None:
    """The number at every address."""
    for row in range(len(s.of)):
        key0, key1, subject = s.counters[row, 0], s.counters[row, 1], s.counters[row, 2]
        s.of[row] = uniform(s, key0, key1, subject, s.purpose[row], s.stay[row], s.use[row])


@pytest.fixture(params=["plain", "compiled"])
def run(request: pytest.FixtureRequest, twin: Callable[..., None]) -> Callable[..., None]:
    """Runs a function on a state as it is, or its compiled twin."""

    def plainly(function: Callable[[Any], None], state: Struct) -> None:
        with np.errstate(over="ignore"):  # words of 64 bits wrap around
            function(state)

    def compiled(function: Callable[[Any], None], state: Struct) -> None:
        twin(function, state, {State: state.struct_type, np.uint64: np_uint64()})

    return plainly if request.param == "plain" else compiled


def np_uint64() -> Any:
    from numba.core import types  # noqa: PLC0415 (the plain tests need no numba)

    return types.uint64


def state() -> Struct:
    """Five hundred addresses, the edges of every word among them."""
    some = np.random.Generator(np.random.PCG64(1))
    counters = some.integers(0, 2**64, (500, 4), dtype=np.uint64)
    for row, word in enumerate(EDGES):
        counters[row] = word
        counters[10 + row, row % 4] = word
    return Struct(
        counters=counters,
        purpose=some.integers(0, 25, 500),
        stay=some.integers(0, 5, 500),
        use=some.integers(0, 5, 500),
        words=np.zeros((500, 4), np.uint64),
        of=np.zeros(500),
        keys=np.array(draws.key_schedule(SEED, REPLICATION), dtype=np.uint64),
        block=np.zeros(4, np.uint64),
        count=np.zeros(COUNTS, np.int64),
    )


def numpy_blocks(counters: Any) -> Iterator[list[int]]:
    """numpy counts up before it makes a block, so it is set one step back."""
    for row in counters.tolist():
        before = (sum(word << 64 * place for place, word in enumerate(row)) - 1) % 2**256
        words = np.array([before >> 64 * place & 2**64 - 1 for place in range(4)], dtype=np.uint64)
        key = np.array([SEED, REPLICATION], dtype=np.uint64)
        yield np.random.Philox(key=key, counter=words).random_raw(4).tolist()


def test_a_block_of_the_kernel_is_numpys_and_that_of_the_draws(run: Callable[..., None]) -> None:
    made = state()
    run(blocks, made)
    assert made.words.tolist() == list(numpy_blocks(made.counters))
    keys = draws.key_schedule(SEED, REPLICATION)
    for row, words in zip(made.counters.tolist(), made.words.tolist(), strict=True):
        assert list(draws.philox(*row, keys)) == words


def test_a_number_of_the_kernel_is_that_of_the_draws(run: Callable[..., None]) -> None:
    made = state()
    for row in range(2, 500, 5):  # neighbours share an address, or all but the purpose
        made.counters[row] = made.counters[row - 1]
        made.stay[row], made.use[row] = made.stay[row - 1], made.use[row - 1]
    run(numbers, made)
    for row, (key0, key1, subject, _) in enumerate(made.counters.tolist()):
        address = int(made.purpose[row]), int(made.stay[row]), int(made.use[row])
        assert made.of[row] == draws.uniform(SEED, REPLICATION, (key0, key1), subject, *address)
    assert made.count[STATUS] == FINE


@pytest.mark.parametrize(("stay", "use"), [(2**24, 0), (0, 2**24)])
def test_a_count_that_does_not_fit_into_an_address_stops_the_run(
    stay: int, use: int, run: Callable[..., None]
) -> None:
    made = state()
    made.stay[7], made.use[7] = stay, use
    run(numbers, made)
    assert made.count[STATUS] == TOO_OFTEN
