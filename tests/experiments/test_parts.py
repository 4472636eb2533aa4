"""Packing: what comes back is what went in, to the bit, and holds no code."""

from datetime import date

import numpy as np
import pandas as pd
from pandas.testing import assert_frame_equal

from sim.experiments.parts import InMemory, OnDisk, pack, unpack

TABLE = pd.DataFrame(
    {
        "level": pd.Categorical(["php", "iop", None], categories=["iop", "php", "op"]),
        "word": np.array(["=1+1", None, "Ø"], dtype=object),
        "value": [0.1 + 0.2, np.nan, np.inf],
        "count": np.array([1, 2, 3], dtype=np.int32),
    }
)


def test_tables_arrays_dates_and_plain_values_come_back_as_they_were() -> None:
    values = {
        "table": TABLE,
        "empty": TABLE.iloc[:0],
        "array": np.arange(3.0),
        "day": date(2026, 1, 5),
        "names": ("a", ("b", "c")),
        "nothing": None,
        "number": 0.1,
    }
    back = unpack(pack(values))
    assert list(back) == list(values)
    assert_frame_equal(back["table"], TABLE, check_exact=True)
    assert_frame_equal(back["empty"], TABLE.iloc[:0], check_index_type=False)
    assert back["array"].tobytes() == np.arange(3.0).tobytes()
    assert [back[name] for name in ("day", "names", "nothing", "number")] == [
        date(2026, 1, 5),
        ("a", ("b", "c")),
        None,
        0.1,
    ]


def test_equal_values_give_equal_bytes() -> None:
    assert pack({"table": TABLE}) == pack({"table": TABLE.copy()})


def test_a_store_gives_back_what_it_keeps_and_none_for_the_rest(tmp_path) -> None:  # type: ignore[no-untyped-def]
    content = pack({"a": 1})
    for store in (InMemory(), OnDisk(tmp_path / "new")):
        assert store.kept("a") is None
        store.keep("a", content)
        assert store.kept("a") == content
