"""Structs and rows: plain and compiled code read and write the same arrays, numbers and nested structs."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.compiler.structs import Struct

ROW = np.dtype(
    [
        ("day", np.float64),
        ("level", np.int32),
        ("open", np.bool_),
        ("key", np.uint64),
        ("parts", np.int64, 3),
    ],
    align=True,
)


def state() -> Struct:
    """One array of every kind, numbers, and a struct in a struct in a struct."""
    rows = np.zeros(4, ROW)
    rows["day"], rows["level"] = (0.5, 1.5, 2.5, 3.5), (10, 11, 12, 13)
    rows["open"], rows["key"] = (True, False, True, False), [2**64 - row for row in range(1, 5)]
    rows["parts"] = np.arange(12).reshape(4, 3)
    return Struct(
        floats=np.array([0.25, -0.0, np.inf]),
        numbers=np.array([-7, 8, 9], dtype=np.int32),
        flags=np.array([True, False, True]),
        keys=np.array([2**64 - 1, 2**63, 5], dtype=np.uint64),
        table=np.arange(12, dtype=np.int32).reshape(3, 4),
        rows=rows,
        nothing=np.zeros(0),
        none_of_four=np.zeros((0, 4), np.int32),
        whole=-3,
        share=0.125,
        key=np.uint64(2**64 - 2),
        inner=Struct(value=2.5, deep=Struct(numbers=np.array([4, 5, 6]), last=7)),
        found=np.zeros(40),
        words=np.zeros(4, np.uint64),
    )


def read(s: Any) -> None:
    """Copies one of everything into `found` and `words`."""
    f = s.found
    f[0], f[1], f[2] = s.floats[0], s.floats[1], s.floats[2]
    f[3], f[4] = s.numbers[0], s.numbers[2]
    f[5], f[6] = 1.0 if s.flags[0] else 0.0, 1.0 if s.flags[1] else 0.0
    f[7], f[8], f[9] = s.table[0, 3], s.table[1, 0], s.table[2, 3]
    row = s.rows[2]
    f[10], f[11], f[12], f[13] = row.day, row.level, 1.0 if row.open else 0.0, row.parts[1]
    f[14], f[15] = s.rows[3].day, s.rows[1].level
    f[16], f[17] = s.whole, s.share
    f[18], f[19], f[20] = s.inner.value, s.inner.deep.numbers[2], s.inner.deep.last
    f[21], f[22], f[23], f[24] = len(s.floats), len(s.table), len(s.rows), len(s.inner.deep.numbers)
    f[25], f[26] = len(s.nothing), len(s.none_of_four)
    s.words[0], s.words[1], s.words[2], s.words[3] = s.keys[0], s.keys[1], s.key, row.key


READ = [
    0.25,
    0.0,
    np.inf,
    -7,
    9,
    1,
    0,
    3,
    4,
    11,
    2.5,
    12,
    1,
    7,
    3.5,
    11,
    -3,
    0.125,
    2.5,
    6,
    7,
    3,
    3,
    4,
    3,
    0,
    0,
]


def write(s: Any) -> None:
    """Changes one of everything."""
    s.floats[1] = 6.5
    s.numbers[1] += 5
    s.flags[1] = s.numbers[1] > 12
    s.keys[2] = s.keys[2] ^ s.key
    s.table[1, 2] = -s.table[2, 3]
    row = s.rows[1]
    row.day, row.level, row.open = row.day + 1.0, row.level - 20, not row.open
    row.parts[2] = 99
    s.rows[0].key = s.rows[3].key
    s.inner.deep.numbers[0] = s.inner.deep.last


@pytest.fixture(params=["plain", "compiled"])
def run(request: pytest.FixtureRequest, twin: Callable[..., None]) -> Callable[[Any, Struct], None]:
    """Runs a function on a state as it is, or its compiled twin."""

    def chosen(function: Callable[[Any], None], made: Struct) -> None:
        if request.param == "plain":
            function(made)
        else:
            twin(function, made, {})

    return chosen


def test_arrays_numbers_rows_and_nested_structs_are_read(run: Callable[[Any, Struct], None]) -> None:
    made = state()
    run(read, made)
    assert made.found[: len(READ)].tolist() == READ
    assert np.signbit(made.found[1])
    assert made.words.tolist() == [2**64 - 1, 2**63, 2**64 - 2, 2**64 - 3]


def test_what_is_written_stands_in_the_arrays_and_nowhere_else(run: Callable[[Any, Struct], None]) -> None:
    made, before = state(), state()
    run(write, made)
    assert made.floats.tolist() == [0.25, 6.5, np.inf]
    assert made.numbers.tolist() == [-7, 13, 9]
    assert made.flags.tolist() == [True, True, True]
    assert made.keys.tolist() == [2**64 - 1, 2**63, 5 ^ 2**64 - 2]
    assert made.table.tolist() == [[0, 1, 2, 3], [4, 5, -11, 7], [8, 9, 10, 11]]
    assert made.rows.day.tolist() == [0.5, 2.5, 2.5, 3.5]
    assert made.rows.level.tolist() == [10, -9, 12, 13]
    assert made.rows.open.tolist() == [True, True, True, False]
    assert made.rows.key.tolist() == [2**64 - 4, 2**64 - 2, 2**64 - 3, 2**64 - 4]
    assert made.rows.parts.tolist() == [[0, 1, 2], [3, 4, 99], [6, 7, 8], [9, 10, 11]]
    assert made.inner.deep.numbers.tolist() == [7, 5, 6]
    for name in ("found", "words"):
        assert getattr(made, name).tolist() == getattr(before, name).tolist()


def test_another_array_in_the_place_of_one_is_used_from_then_on(run: Callable[[Any, Struct], None]) -> None:
    made = state()
    old = made.numbers
    made.replace("numbers", np.array([1, 2, 3, 4], dtype=np.int32))
    run(write, made)
    assert made.numbers.tolist() == [1, 7, 3, 4]
    assert old.tolist() == [-7, 8, 9]


def test_structs_of_one_layout_share_their_code_and_others_do_not() -> None:
    one, other = state(), state()
    assert one.struct_layout == other.struct_layout
    assert one.struct_type == other.struct_type
    rows = np.zeros(3, [("day", np.float64)])
    different = [
        Struct(a=np.zeros(3)),
        Struct(b=np.zeros(3)),
        Struct(a=np.zeros(3, np.int32)),
        Struct(a=np.zeros((3, 3))),
        Struct(a=rows),
        Struct(a=rows.astype([("day", np.int64)])),
        Struct(a=1),
        Struct(a=1.0),
        Struct(a=np.uint64(1)),
        Struct(a=Struct(b=1)),
        Struct(a=Struct(b=1.0)),
        Struct(a=1, b=2),
        Struct(b=1, a=2),
        Struct({"a": 1}, a=1),
        Struct({"a": True}, a=True),
        Struct({"a": 2}, a=2),
        Struct({"a": 0.0}, a=np.zeros(3)),
        Struct({"a": {"day": 0.0}}, a=rows),
        Struct({"a": {"day": 1.0}}, a=rows),
    ]
    assert len({made.struct_layout for made in different}) == len(different)
    assert len({made.struct_type for made in different}) == len(different)


def write_what_is_known(s: Any) -> None:
    """Reads numbers of which some are known, and writes over one that is."""
    s.found[0], s.found[1], s.found[2], s.found[3] = s.whole, s.share, s.floats[1], s.numbers[2]
    row = s.rows[1]
    s.found[4], s.found[5], s.found[6] = row.day, row.level, 1.0 if row.open else 0.0
    row.day, row.level = 9.5, 20


def test_compiled_code_neither_reads_nor_writes_what_is_known(twin: Callable[..., None]) -> None:
    """So that it can be seen, the values here are others than those that are said to be known."""
    known = {"whole": 5, "floats": 0.75, "rows": {"day": 8.5, "open": True}}
    values = {name: getattr(state(), name) for name in state().struct_type.at}
    made = Struct(known, **values)
    twin(write_what_is_known, made, {})
    assert made.found[:7].tolist() == [5, 0.125, 0.75, 9, 8.5, 11, 1]
    assert made.rows.day.tolist() == [0.5, 1.5, 2.5, 3.5]
    assert made.rows.level.tolist() == [10, 20, 12, 13]


def test_an_array_with_gaps_is_refused() -> None:
    with pytest.raises(AssertionError, match="gaps"):
        Struct(gaps=np.zeros((4, 4))[:, :2])


def test_plain_names_will_do_where_nothing_is_compiled() -> None:
    plain = SimpleNamespace(**{name: getattr(state(), name) for name in state().struct_type.at})
    read(plain)
    assert plain.found[: len(READ)].tolist() == READ
