"""Services in scenario files: what is read, and what is refused with which words."""

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import loads

HEAD = """
schema = 1
name = "services"
[run]
duration = "28 days"
[arrivals.all]
per_day = 1.0
enters = "iop"
[levels.iop]
length_of_stay = "14 days"
[levels.iop.services.group]
"""


def faults(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        loads(HEAD + text)
    place = "levels.iop.services.group"
    return [str(fault).partition(": ")[2].removeprefix(place).lstrip(".") for fault in caught.value.faults]


def test_what_is_given_is_read_in_days_hours_and_weekdays() -> None:
    scenario = loads(
        HEAD
        + """
hours = 3
weekdays = ["fri", "mon"]
group_size = 12
notes = "6 minutes"
taper = [{ after = "4 weeks", weekdays = ["mon"] }]
after_relapse = { for = "2 weeks", weekdays = ["tue"] }
"""
    )
    service = scenario.levels["iop"].services["group"]
    assert (service.hours, service.weekdays, service.group_size) == (3.0, (0, 4), 12)
    assert service.notes == pytest.approx(0.1 / 24)
    assert (service.attended, service.virtual) == (1.0, 0.0)
    assert [(phase.after, phase.weekdays) for phase in service.taper] == [(28.0, (0,))]
    assert service.after_relapse is not None
    assert (service.after_relapse.for_, service.after_relapse.weekdays) == (14.0, (1,))
    assert loads(scenario.to_toml()).digest == scenario.digest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("weekdays = ['mon']", ["hours: is missing; want length of one session"]),
        ("hours = 0\nper_week = 1", ["hours: is 0; want hours, above 0 and at most 24"]),
        ("hours = -3\nper_week = 1", ["hours: is -3; want hours, above 0 and at most 24"]),
        ("hours = 25\nper_week = 1", ["hours: is 25; want hours, above 0 and at most 24"]),
        ("hours = 1", ["weekdays: is missing; want the weekdays of a session, or `per_week`"]),
        (
            "hours = 1\nper_week = 1\nweekdays = ['mon']",
            ["per_week: stands beside `weekdays`; want one of them"],
        ),
        ("hours = 1\nper_week = 71", ["per_week: is 71; want sessions a week, from 0 to 70"]),
        (
            "hours = 1\nweekdays = ['mo']",
            ['weekdays.0: is "mo"; want mon, tue, wed, thu, fri, sat or sun; did you mean "mon"?'],
        ),
        ("hours = 1\nweekdays = []", ["weekdays: is an empty list; want at least one entry"]),
        ("hours = 1\nper_week = 1\nattended = 1.2", ["attended: is 1.2; want a share from 0 to 1"]),
        (
            "hours = 1\nweekdays = ['mon']\ngroup_size = 0",
            ["group_size: is 0; want a whole number, 1 or more"],
        ),
        (
            "hours = 1\nper_week = 1\ngroup_size = 8",
            ["per_week: has no weekday on which the group meets; want `weekdays`, or 0 for no group"],
        ),
        (
            "hours = 1\nper_week = 1\ntaper = [{ after = 7, per_week = 1 }, { after = 7, per_week = 2 }]",
            ["taper.1.after: is 7 days; want more than the entry before it"],
        ),
        (
            "hours = 1\nper_week = 1\ntaper = [{ after = 0, per_week = 1 }]",
            [
                "taper.0.after: is 0; want a duration: days as a number, above 0, or text with a unit "
                'such as "8 weeks"'
            ],
        ),
        (
            "hours = 1\nper_week = 1\nafter_relapse = { per_week = 1 }",
            ["after_relapse.for: is missing; want for so many days, from the day after the relapse"],
        ),
    ],
)
def test_bad_input_is_named(text: str, said: list[str]) -> None:
    assert faults(text) == said


def test_a_service_has_a_name_that_means_nothing_else() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(HEAD.replace("services.group", "services.by") + "hours = 1\nper_week = 1\n")
    assert "cannot name a service" in str(caught.value.faults[0])


def test_a_change_may_take_weekdays_from_a_service_and_give_them_back() -> None:
    text = HEAD + 'hours = 3\nweekdays = ["mon"]\ngroup_size = 8\n'
    closed = "[[changes]]\non = 7\nuntil = 14\nlevels.iop.services.group.per_week = 0\n"
    regimes = loads(text + closed).regimes
    services = [(day, regime.levels["iop"].services["group"]) for day, regime in regimes]
    assert [(day, one.weekdays, one.per_week) for day, one in services] == [
        (0.0, (0,), None),
        (7.0, None, 0.0),
        (14.0, (0,), None),
    ]


def test_a_setting_takes_the_place_of_how_often_was_given_before() -> None:
    scenario = loads(HEAD + "hours = 1\nper_week = 1\n").with_("levels.iop.services.group.weekdays", ["tue"])
    service = scenario.levels["iop"].services["group"]
    assert (service.weekdays, service.per_week) == ((1,), None)
