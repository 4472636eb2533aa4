"""Roles in scenario files: what is read, and what is refused with which words."""

import pytest

from sim.errors import ScenarioError
from sim.scenario.checks import warnings
from sim.scenario.load import loads
from sim.scenario.roles import alternatives

HEAD = """
schema = 1
name = "roles"
[run]
duration = "28 days"
[arrivals.all]
per_day = 1.0
enters = "iop"
[levels.iop]
length_of_stay = "14 days"
[levels.iop.services.group]
hours = 3
weekdays = ["mon"]
group_size = 12
[levels.iop.services.individual]
hours = 1
per_week = 1
[levels.op]
length_of_stay = "14 days"
"""
NEED = "[[roles.counsellor.needs]]\n"


def faults(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        loads(HEAD + text)
    return [
        str(fault).partition(": ")[2].removeprefix("roles.counsellor").lstrip(".")
        for fault in caught.value.faults
    ]


FULL = """
[roles.counsellor]
title = "Counsellor"
paid_hours_per_week = 37.5
absent_hours_per_year = 230
meeting_hours_per_week = 5
overtime_at_most = 0.05
source = "staff records 2025"
[[roles.counsellor.needs]]
level = "iop"
driver = "workload"
services = ["group"]
per_admission = "150 minutes"
per_discharge = "1 hours"
per_patient_week = "30 minutes"
[[roles.counsellor.needs]]
level = "iop"
driver = "session"
service = "group"
facilitators = 2
[[roles.counsellor.floors]]
level = "op"
driver = "caseload"
patients_per_staff = 35
source = "N.J.A.C. 10:161B-10.1"
[[roles.tech.needs]]
level = "iop"
driver = "ratio"
patients_per_staff = 7
at_least = 1
hours_per_day = 16
shift = "day"
[[roles.tech.needs]]
level = "iop"
driver = "post"
posts = 1
hours_per_day = 8
days_per_week = 5
shift = "night"
"""


def test_what_is_given_is_read_and_written_again() -> None:
    scenario = loads(HEAD + FULL)
    role = scenario.roles["counsellor"]
    assert (role.net_hours, role.working_hours) == (52 * 37.5 - 230, 32.5 * (1 - 230 / (52 * 37.5)))
    assert [need.driver for need in role.needs_of("iop")] == ["workload", "session"]
    assert [need.driver for need in role.needs_of("op")] == ["caseload"]
    assert role.needs[0].per_admission == 150 / 1440
    assert loads(scenario.to_toml()).digest == scenario.digest
    assert warnings(scenario) == []


def test_a_productive_share_is_of_paid_hours() -> None:
    scenario = loads(HEAD + "[roles.counsellor]\nproductive_share = 0.6\nabsent_hours_per_year = 230\n")
    assert scenario.roles["counsellor"].working_hours == 24  # operations.md, 2.2: 40 h × 60 %


def test_a_productive_share_takes_the_place_of_inherited_meetings_and_the_reverse() -> None:
    scenario = loads(HEAD + FULL, sets=["roles.counsellor.productive_share=0.6"])
    assert scenario.roles["counsellor"].working_hours == 37.5 * 0.6
    back = scenario.with_("roles.counsellor.meeting_hours_per_week", 5)
    assert back.roles["counsellor"].productive_share is None


def test_shifts_are_one_alternative_beside_needs_without_a_shift() -> None:
    needs = loads(HEAD + FULL).roles
    assert alternatives(needs["counsellor"].needs) == (((0,),), ((1,),))
    assert alternatives(needs["tech"].needs) == (((0,), (1,)),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "paid_hours_per_week = 0",
            ["paid_hours_per_week: is 0; want hours a week, above 0 and at most 168"],
        ),
        ("absent_hours_per_year = -8", ["absent_hours_per_year: is -8; want hours, 0 or more"]),
        (
            "absent_hours_per_year = 2080",
            ["absent_hours_per_year: is 2080; want less than the 2080 hours paid in 52 weeks"],
        ),
        (
            "paid_hours_per_week = 20\nmeeting_hours_per_week = 20",
            ["meeting_hours_per_week: is 20; want less than the 20 hours paid in a week"],
        ),
        (
            "productive_share = 0.6\nmeeting_hours_per_week = 5",
            [
                "productive_share: stands beside `meeting_hours_per_week`; want one of them: the share "
                "leaves meetings out already"
            ],
        ),
        ("productive_share = 0", ["productive_share: is 0; want a share above 0 and at most 1"]),
        ("overtime_at_most = 1.2", ["overtime_at_most: is 1.2; want a share from 0 to 1"]),
    ],
)
def test_hours_that_cannot_be_are_refused(text: str, said: list[str]) -> None:
    assert faults(f"[roles.counsellor]\n{text}\n") == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "level = 'iop'",
            [
                "needs.0.driver: is missing; want what the need goes by: post, ratio, caseload, "
                "workload or session (the model page, section 9)"
            ],
        ),
        ("driver = 'post'", ["needs.0.level: is missing; want the level that needs the role"]),
        (
            "level = 'ipo'\ndriver = 'post'",
            ['needs.0.level: "ipo" is no level; want iop or op; did you mean "iop"?'],
        ),
        (
            "level = 'iop'\ndriver = 'ratios'\npatients_per_staff = 8",
            [
                'needs.0.driver: is "ratios"; want "post", "ratio", "caseload", "workload" or "session"; '
                'did you mean "ratio"?'
            ],
        ),
        (
            "level = 'iop'\ndriver = 'ratio'\npatients_per_staff = 0",
            ["needs.0.patients_per_staff: is 0; want patients, above 0 and at most 10000"],
        ),
        (
            "level = 'iop'\ndriver = 'ratio'",
            ["needs.0.patients_per_staff: is missing; want patients of one member of staff"],
        ),
        (
            "level = 'iop'\ndriver = 'caseload'\npatients_per_staff = 16\nhours_per_day = 8",
            ['needs.0.hours_per_day: does not belong to the driver "caseload"; want patients_per_staff'],
        ),
        (
            "level = 'iop'\ndriver = 'post'\nhours_per_day = 25\ndays_per_week = 8",
            [
                "needs.0.hours_per_day: is 25; want hours a day, above 0 and at most 24",
                "needs.0.days_per_week: is 8; want days a week, above 0 and at most 7",
            ],
        ),
        (
            "level = 'iop'\ndriver = 'workload'\nservices = ['groups']",
            [
                'needs.0.services.0: "groups" is no service of the level; did you mean "group"?',
            ],
        ),
        (
            "level = 'op'\ndriver = 'workload'",
            [
                "needs.0: asks for no work: the level has no services; want `services` of the level, "
                "per_admission, per_discharge or per_patient_week"
            ],
        ),
        (
            "level = 'iop'\ndriver = 'workload'\nper_admission = '-2 hours'",
            [
                'needs.0.per_admission: is "-2 hours"; want a number of days or text with a unit, such as '
                '"8 weeks"'
            ],
        ),
        (
            "level = 'iop'\ndriver = 'session'",
            ["needs.0.service: is missing; want the service whose groups are led"],
        ),
        (
            "level = 'iop'\ndriver = 'session'\nservice = 'individual'",
            [
                "needs.0.service: individual has no groups: each patient has sessions of her own; want a "
                "service with a `group_size`, or the driver workload"
            ],
        ),
        (
            "level = 'op'\ndriver = 'session'\nservice = 'group'",
            ['needs.0.service: "group" is no service of the level; want a service, but the level has none'],
        ),
    ],
)
def test_needs_that_cannot_be_are_refused(text: str, said: list[str]) -> None:
    assert faults(NEED + text + "\n") == said


def test_a_role_has_a_name_that_means_nothing_else() -> None:
    for name in ("place", "seat", "default"):
        with pytest.raises(ScenarioError, match="cannot name a role"):
            loads(f"{HEAD}[roles.{name}]\n")


def test_a_role_that_no_level_needs_is_warned_of() -> None:
    (one,) = warnings(loads(HEAD + "[roles.counsellor]\n"))
    assert str(one).endswith("roles.counsellor: is a role that no level needs")


def test_what_a_role_is_cannot_change_at_a_date() -> None:
    change = "[[changes]]\non = 7\nroles.counsellor.paid_hours_per_week = 20\n"
    assert faults("[roles.counsellor]\n" + change)[0].startswith("changes.0.roles: cannot change at a date")
