"""How much of a level could be used, and what bound it: the example of docs/model.md, section 9, by hand.

PHP: 2 places usable on days 0–4, none on 4–14 (counsellor), 2 on 14–18, 1 on 18–28 (counsellor), 2 to 30.
IOP: none on 0–4 (counsellor), 4 on 4–6, none on 6–8 (counsellor), 4 on 8–14, 2 on 14–18 (again), 4 to 30.
"""

from pathlib import Path

import numpy as np
import pytest

from sim.engines import simulate
from sim.measures import usable
from sim.measures.census import daily
from sim.measures.reduce import reduce
from sim.scenario.load import loads
from sim.scenario.types import Scenario

EXAMPLE = """
schema = 1
name = "usable"
[run]
duration = "30 days"
[levels.php]
capacity = 2
length_of_stay = "4 days"
hold = "unlimited"
[levels.iop]
capacity = 4
length_of_stay = "10 days"
[levels.op]
length_of_stay = "1 days"
[arrivals.list]
dates = "referrals.csv"
[roles.counsellor]
roster = [{ until = 6 }, { from = 8 }]
[[roles.counsellor.needs]]
level = "php"
driver = "caseload"
patients_per_staff = 2
limits = true
[[roles.counsellor.needs]]
level = "iop"
driver = "caseload"
patients_per_staff = 4
limits = true
"""
REFERRALS = "day,id,enters\n0,ann,php\n0,bob,php\n0,cam,iop\n5,dee,php\n"


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    (tmp_path / "referrals.csv").write_text(REFERRALS, encoding="utf-8")
    return loads(EXAMPLE, tmp_path)


def test_days_bound_and_what_was_usable_then(scenario: Scenario) -> None:
    found = usable.binding(simulate(scenario, 0, "reference"), scenario)
    assert found is not None
    assert found.panel.rows == (
        ("php", "place"), ("php", "counsellor"), ("iop", "place"), ("iop", "counsellor"),
    )  # fmt: skip
    assert found.panel.figures == ("days", "share", "usable", "capacity")
    expected = [
        (10, 10 / 30, 2, 2),
        (20, 20 / 30, (10 * 0 + 10 * 1) / 20, 2),
        (20, 20 / 30, 4, 4),
        (10, 10 / 30, (4 * 0 + 2 * 0 + 4 * 2) / 10, 4),
    ]
    np.testing.assert_allclose(found.values, expected, rtol=1e-12)


def test_the_mean_usable_capacity_and_its_occupancy(scenario: Scenario) -> None:
    """PHP: two for 4 days, one for 4, of 30 usable days of places; IOP: three and one for 10 days, of 88."""
    values = {
        (one.measure, one.level): one.value
        for one in usable.usable(simulate(scenario, 0, "reference"), scenario)
    }
    assert values == pytest.approx(
        {
            ("usable.mean", "php"): 30 / 30,
            ("usable.occupancy", "php"): 12 / 30,
            ("usable.mean", "iop"): 88 / 30,
            ("usable.occupancy", "iop"): 40 / 88,
        }
    )


def test_the_days_show_it_for_all_levels_of_such_a_scenario(scenario: Scenario) -> None:
    """Just before midnight of day 5 and of day 6, when the counsellor leaves; OP is always usable."""
    table = daily(simulate(scenario, 0, "reference")).query("measure == 'usable' and day in (5, 6)")
    assert list(zip(table["day"], table["level"], strict=True)) == [
        (day, level) for day in (5, 6) for level in ("php", "iop", "op")
    ]
    np.testing.assert_array_equal(table["value"], [0, 4, np.nan, 0, 0, np.nan])


def test_where_nothing_limits_nothing_is_told(scenario: Scenario) -> None:
    free = scenario.with_("roles.counsellor.needs", [])
    log = simulate(free, 0, "reference")
    assert usable.binding(log, free) is None
    assert list(usable.usable(log, free)) == []
    assert "usable" not in set(daily(log)["measure"])
    assert not [name for name, _ in reduce(log, free).layout.measures if name.startswith("usable.")]
