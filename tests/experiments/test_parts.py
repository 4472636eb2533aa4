"""Packing: what comes back is what went in, to the bit, and holds no code."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from sim import engines
from sim.experiments.parts import (
    InMemory,
    OnDisk,
    Part,
    pack,
    pack_many,
    pack_part,
    unpack,
    unpack_many,
    unpack_part,
)
from sim.measures.reduce import reduce
from sim.scenario.types import Scenario

FIGURES = np.array([[0.1 + 0.2, np.nan], [np.inf, -0.0]])


def test_arrays_dates_and_plain_values_come_back_as_they_were() -> None:
    values: dict[str, Any] = {
        "array": FIGURES,
        "turned": FIGURES.T,
        "empty": np.empty((0, 7)),
        "counts": np.array([1, 2, 3], dtype=np.int32),
        "day": date(2026, 1, 5),
        "names": ("a", ("b", "c")),
        "nothing": None,
        "number": 0.1,
    }
    back = unpack(pack(values))
    assert list(back) == list(values)
    for name in ("array", "turned", "empty", "counts"):
        before, after = values[name], back[name]
        assert (after.dtype, after.shape) == (before.dtype, before.shape)
        assert after.tobytes() == before.tobytes()
    assert [back[name] for name in ("day", "names", "nothing", "number")] == [
        date(2026, 1, 5),
        ("a", ("b", "c")),
        None,
        0.1,
    ]


def test_equal_values_give_equal_bytes() -> None:
    assert pack({"array": FIGURES}) == pack({"array": FIGURES.copy()})


def test_a_store_gives_back_what_it_keeps_and_none_for_the_rest(tmp_path) -> None:  # type: ignore[no-untyped-def]
    content = pack({"a": 1})
    for store in (InMemory(), OnDisk(tmp_path / "new")):
        assert store.kept("a") is None
        store.keep("a", content)
        assert store.kept("a") == content


def test_panels_come_back_as_they_were_alone_and_with_others(clinic: Callable[..., Scenario]) -> None:
    scenario = clinic("""
[run]
duration = 14
[levels.day]
length_of_stay = { dist = "exponential", mean = 6 }
[levels.day.services.group]
hours = 2
weekdays = ["mon"]
group_size = 4
[levels.day.services.single]
hours = 1
per_week = 0.7
""")
    whole = [reduce(engines.simulate(scenario, number, "reference"), scenario) for number in range(3)]
    (panel,) = whole[0].layout.panels
    assert panel.rows == tuple((week, "day", name) for week in (0, 1) for name in ("group", "single"))
    alone = [unpack_part(pack_part(Part(one, None))).reduced for one in whole]
    for back in (alone, unpack_many(pack_many(whole))):
        for one, other in zip(whole, back, strict=True):
            assert other.layout.panels == (panel,)
            assert other.panels[0].tobytes() == one.panels[0].tobytes()
