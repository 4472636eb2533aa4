"""Rosters, turnover and needs that limit in scenario files: what is read, refused, and found odd."""

from math import inf

import pytest

from sim.errors import ScenarioError
from sim.scenario.checks import warnings
from sim.scenario.load import loads

HEAD = """
schema = 1
name = "rosters"
run = { start = 2026-01-05, duration = "28 days" }
arrivals.all = { per_day = 1, enters = "php" }
[levels.php]
length_of_stay = "14 days"
%s
[levels.iop]
length_of_stay = "14 days"
%s
[roles.nurse]
"""
WORK = '{ level = "iop", driver = "workload", per_admission = 1, limits = true }'
LIMITS = '{ level = "iop", driver = "caseload", patients_per_staff = 4, limits = true }'
IN_PHP = '{ level = "php", driver = "caseload", patients_per_staff = %s, limits = true }'


def test_what_is_left_out_of_a_roster_has_its_default() -> None:
    """2026-01-15 is day 10."""
    text = """
    roster = [{}, { fte = 0.5, positions = 3, from = 2026-01-15, until = 20.5 }]
    turnover = { leaves = { dist = "exponential", mean = 400 }, time_to_fill = "90 days", ramp = "6 weeks" }
    """
    role = loads(HEAD % ("", "") + text).roles["nurse"]
    one, more = role.roster
    assert (one.fte, one.positions, one.from_, one.until) == (1.0, 1, None, inf)
    assert (more.fte, more.positions, more.from_, more.until) == (0.5, 3, 10.0, 20.5)
    assert role.turnover is not None
    assert (role.turnover.ramp, role.turnover.ramp_share) == (42.0, 0.5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("roster = []", "roster: is an empty list"),
        ("roster = [{ fte = 0 }]", "roster.0.fte: is 0; want FTE, above 0"),
        ("roster = [{ fte = -1 }]", "roster.0.fte: is -1"),
        ("roster = [{ positions = 0 }]", "roster.0.positions: is 0; want a whole number from 1"),
        ("roster = [{ positions = 1.5 }]", "roster.0.positions: is 1.5"),
        ("roster = [{ from = 5, until = 5 }]", "roster.0.until: is not after `from`"),
        ("roster = [{ until = -1 }]", "roster.0.until: is not after the start"),
        ("roster = [{ from = true }]", "roster.0.from: is true; want a date"),
        ("roster = [{ till = 3 }]", "roster.0.till: is no key here"),
        ("turnover = { leaves = 5, time_to_fill = 5 }", "turnover: is of nobody; want a `roster`"),
        ("roster = [{}]\nturnover = { leaves = 5 }", "turnover.time_to_fill: is missing"),
        ("roster = [{}]\nturnover = { time_to_fill = 5 }", "turnover.leaves: is missing"),
        (
            "roster = [{}]\nturnover = { leaves = 5, time_to_fill = 5, ramp_share = 1.1 }",
            "turnover.ramp_share: is 1.1; want a share from 0 to 1",
        ),
        (
            'roster = [{}]\nturnover = { leaves = { by = "housing", default = 5 }, time_to_fill = 5 }',
            "turnover.leaves.by: differs by trait, but staff have none",
        ),
        (f"needs = [{LIMITS}]", "needs.0.limits: limits by a role without a roster"),
        (f"floors = [{LIMITS}]", "floors.0.limits: limits by a role without a roster"),
        (
            f"roster = [{{}}]\nneeds = [{WORK}]",
            "needs.0.limits: is true, but a need by workload follows from the week",
        ),
        (
            "roster = [{}]\n" + f"needs = [{LIMITS.replace('true', '1')}]",
            "needs.0.limits: is 1; want true or",
        ),
        (
            "roster = [{}]\n[[changes]]\non = 3\nroles.nurse.roster = []",
            "changes.0.roles: cannot change at a",
        ),
    ],
)
def test_what_is_wrong_with_a_roster_is_said(text: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(HEAD % ("", "") + text)
    faults = [str(fault).partition(": ")[2] for fault in caught.value.faults]
    assert [fault for fault in faults if fault.removeprefix("roles.nurse.").startswith(said)], faults


def odd(php: str, iop: str, role: str) -> list[str]:
    """The warnings about roles and holds."""
    found = [str(one).partition(": ")[2] for one in warnings(loads(HEAD % (php, iop) + role))]
    return [said for said in found if "roles" in said or "hold" in said]


def test_a_position_outside_the_run_is_odd() -> None:
    need = f"needs = [{LIMITS}]\n"
    assert odd("", "", need + "roster = [{}]") == []
    (said,) = odd("", "", need + "roster = [{}, { from = 28 }]")
    assert said == "roles.nurse.roster.1: is of no day of the run: it never counts"


@pytest.mark.parametrize(
    ("php", "iop", "caseload", "said"),
    [
        ('hold = "unlimited"', "", 4, ""),  # she frees as much as she needs
        ('hold = "unlimited"', "", 8, "iop, which takes more of them for each patient"),
        ('hold = "9 days"', "", 8, ""),
        ('hold = "unlimited"', 'waitlist = { transfers = "merged" }', 4, "iop: whoever waits ahead of its"),
    ],
)
def test_staff_who_are_held_by_those_who_wait_for_them_are_odd(
    php: str, iop: str, caseload: int, said: str
) -> None:
    role = f"roster = [{{}}]\nneeds = [{LIMITS}, {IN_PHP % caseload}]"
    found = odd(php, iop, role)
    if not said:
        assert found == []
    else:
        assert found[0].startswith(
            f"levels.php.hold: is without limit, and nurse limits both php and {said}"
        ), found
