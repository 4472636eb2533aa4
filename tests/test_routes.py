"""The ways through a scenario before any run: expected flows of small networks, worked by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.routes import ROUTE_COLUMNS, routes
from sim.scenario.load import load, loads
from sim.scenario.types import Scenario

ROOT = Path(__file__).parent.parent

TWO_LEVELS = """
[arrivals.all]
per_day = 2.0
enters = { php = 0.25, iop = 0.75 }
[levels.php]
length_of_stay = "10 days"
completes_to = { iop = 0.8, discharge = 0.2 }
[levels.iop]
length_of_stay = "20 days"
dropout = 0.5
on_dropout = [{ go = { php = 0.4, discharge = 0.6 } }]
[after.completed]
returns_to_care = { share = 0.5, delay = "30 days" }
"""
"""Half of IOP drop out, of whom 40 % step up; half of those who completed come back.

With a the stays of PHP a day and b those of IOP: 0.2 a + 0.5 b complete the continuum, so 0.1 a + 0.25 b come
back. a = 0.5 + 0.2 b + 0.25 (0.1 a + 0.25 b) and b = 1.5 + 0.8 a + 0.75 (0.1 a + 0.25 b). Hence
0.975 a = 0.5 + 0.2625 b and 0.8125 b = 1.5 + 0.875 a.
"""


@pytest.fixture
def two_levels(clinic: Callable[..., Scenario]) -> Scenario:
    return clinic(TWO_LEVELS)


def stays_a_day() -> tuple[float, float]:
    """a and b of the two equations, by elimination."""
    a = (0.5 + 0.2625 * 1.5 / 0.8125) / (0.975 - 0.2625 * 0.875 / 0.8125)
    return a, (1.5 + 0.875 * a) / 0.8125


def test_every_way_has_the_flow_of_the_traffic_equations(two_levels: Scenario) -> None:
    a, b = stays_a_day()
    found = routes(two_levels)
    assert tuple(found.columns) == ROUTE_COLUMNS
    told = {(row[0], row[1], row[2]): (row[3], row[4] / 365.0) for row in found.itertuples(index=False)}
    back = 0.1 * a + 0.25 * b
    discharged = 0.2 * a + 0.8 * b
    expected = {
        ("outside", "php", ""): (0.25, 0.5),
        ("outside", "iop", ""): (0.75, 1.5),
        ("php", "iop", "completed"): (0.8, 0.8 * a),
        ("php", "discharged", "completed"): (0.2, 0.2 * a),
        ("iop", "php", "dropout"): (0.2, 0.2 * b),
        ("iop", "discharged", "completed"): (0.5, 0.5 * b),
        ("iop", "discharged", "dropout"): (0.3, 0.3 * b),
        ("discharged", "php", "return to care"): (0.25 * back / discharged, 0.25 * back),
        ("discharged", "iop", "return to care"): (0.75 * back / discharged, 0.75 * back),
    }
    assert set(told) == set(expected)
    for way, (share, per_day) in expected.items():
        assert told[way] == pytest.approx((share, per_day), rel=1e-6), way


def test_a_move_for_a_while_leads_back(clinic: Callable[..., Scenario]) -> None:
    found = routes(
        clinic("""
[arrivals.all]
per_day = 1.0
enters = "iop"
[levels.php]
length_of_stay = "10 days"
completes_to = "discharge"
[levels.iop]
length_of_stay = "20 days"
relapse = 0.5
on_relapse = [{ go = "step up", for = "7 days", then = "back" }]
""")
    )
    ways = {(row[0], row[1], row[2]) for row in found.itertuples(index=False)}
    assert ("iop", "php", "for a while") in ways
    assert ("php", "iop", "back") in ways
    assert ("iop", "php", "relapse") not in ways


def test_as_many_come_to_a_level_as_leave_it() -> None:
    found = routes(load(ROOT / "scenarios" / "baseline.toml"))
    for level in ("detox", "php", "iop", "op"):
        coming = found.loc[found["to"] == level, "per_year"].sum()
        leaving = found.loc[found["from"] == level, "per_year"].sum()
        assert coming == pytest.approx(leaving, rel=1e-6)
        assert found.loc[found["from"] == level, "share"].sum() == pytest.approx(1.0)


def test_who_asks_from_outside_and_does_not_come_is_no_show() -> None:
    found = routes(
        loads("""
schema = 1
name = "show-up"
[run]
duration = "365 days"
[arrivals.all]
per_day = 1.0
enters = "iop"
[levels.iop]
length_of_stay = "20 days"
completes_to = "op"
show_up = { days = [0], share = [0.75] }
[levels.op]
length_of_stay = "10 days"
show_up = { days = [0], share = [0.6] }
""")
    )
    told = {(row[0], row[1], row[2]): row[4] / 365.0 for row in found.itertuples(index=False)}
    assert told == pytest.approx(
        {
            ("outside", "iop", ""): 0.75,
            ("outside", "discharged", "no_show"): 0.25,
            ("iop", "op", "completed"): 0.75 * 0.6,
            ("iop", "discharged", "no_show"): 0.75 * 0.4,
            ("op", "discharged", "completed"): 0.75 * 0.6,
        },
        rel=1e-6,
    )
