"""What must hold of staff and usable capacity: the example of docs/model.md, broken in one place.

Day 0: two are admitted to PHP and IOP is closed by the counsellor; cam waits. Day 4: all three are in IOP.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.engines import simulate
from sim.invariants import NO_IDLE_PLACE, NOT_MORE_USABLE, ROWS, USABLE, broken
from sim.log import Log
from sim.scenario.load import loads
from sim.words import Event

EXAMPLE = """
schema = 1
name = "staff"
run = { duration = "30 days" }
arrivals.list = { dates = "referrals.csv" }
[levels.php]
capacity = 2
length_of_stay = "4 days"
hold = "unlimited"
[levels.iop]
capacity = 4
length_of_stay = "10 days"
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
PHP, IOP = 0, 1


@pytest.fixture
def log(tmp_path: Path) -> Log:
    text = "day,id,enters\n0,ann,php\n0,bob,php\n0,cam,iop\n5,dee,php\n"
    (tmp_path / "referrals.csv").write_text(text, encoding="utf-8")
    found = simulate(loads(EXAMPLE, tmp_path), 0, "reference")
    assert broken(found) == []
    return found


def with_usable(log: Log, level: int, day: float, value: float) -> Log:
    """The log with another usable capacity of a level, on a day that states one; the last of these."""
    c = log.columns
    row = np.flatnonzero((c.event == Event.USABLE) & (c.level == level) & (c.time == day))[-1]
    values = c.value.copy()
    values[row] = value
    return replace(log, columns=c._replace(value=values))


def without(log: Log, event: Event, level: int, day: float) -> Log:
    """The log without the rows of an event of a level on a day."""
    c = log.columns
    kept = ~((c.event == event) & (c.level == level) & (c.time == day))
    return replace(log, columns=type(c)._make(column[kept] for column in c))


@pytest.mark.parametrize(
    ("level", "day", "value", "rule", "said"),
    [
        (IOP, 4, 5, NOT_MORE_USABLE, "level iop, day 4: has 5 of 4 places usable"),
        (PHP, 14, 0, NOT_MORE_USABLE, "level php, day 14: has 0 of 2 places usable"),
        (
            IOP,
            0,
            1,
            NO_IDLE_PLACE,
            "patient 3, day 0: waits for iop, which has 0 in 4 places and an open door",
        ),
        (IOP, 18, 0.5, ROWS, "patient 0, day 18: usable"),
        (IOP, 18, -1, ROWS, "patient 0, day 18: usable"),
    ],
)
def test_a_usable_capacity_that_cannot_be_is_found(
    log: Log, level: int, day: float, value: float, rule: str, said: str
) -> None:
    found = broken(with_usable(log, level, day, value))
    assert [one for one in found if one.startswith(said) and one.endswith(rule)], found


def test_an_admission_beyond_what_staff_can_serve_is_found(log: Log) -> None:
    """Dee is admitted to IOP on day 18, where places bind; the counsellor would leave room for nobody."""
    c = log.columns
    rows = (c.event == Event.USABLE) & (c.level == IOP) & (c.time == 18)
    reason, value = c.reason.copy(), c.value.copy()
    reason[rows], value[rows] = c.reason[c.event == Event.STAFF][0], 0.0
    (found,) = broken(replace(log, columns=c._replace(reason=reason, value=value)))
    assert found == f"patient 4, day 18: admitted to iop, census 1 with 0 places usable; but {USABLE}"


def test_a_usable_capacity_is_stated_from_day_0_on(log: Log) -> None:
    found = broken(without(log, Event.USABLE, IOP, 0.0))
    assert [one for one in found if one.startswith("level iop, day 0: does not state its usable capacity")]


def test_rows_of_staff_name_a_role_and_rows_of_usable_capacity_what_binds(log: Log) -> None:
    for event in (Event.STAFF, Event.USABLE):
        reason = np.where(log.columns.event == event, -1, log.columns.reason)
        found = broken(replace(log, columns=log.columns._replace(reason=reason)))
        assert all("the role, or what binds, is missing" in one for one in found)
        assert found
