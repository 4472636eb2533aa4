"""Services: sessions, groups and hours of small scenarios, worked by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.engines import simulate
from sim.measures.reduce import reduce
from sim.measures.services import FIGURES, by_week, daily, service_days, services
from sim.scenario.load import loads
from sim.scenario.types import Scenario

REFERRALS = "day,id,enters\n0,ann,iop\n2.5,bob,iop\n"
HEAD = """
schema = 1
name = "services"
[run]
start = 2026-01-05
duration = "28 days"
[arrivals.list]
dates = "referrals.csv"
[levels.iop]
length_of_stay = "14 days"
completes_to = "discharge"
"""
"""Day 0 is a Monday. Ann is in the census of days 0 to 13, Bob of days 2 to 15."""

Offered = Callable[..., Scenario]


@pytest.fixture
def offered(tmp_path: Path) -> Offered:
    """A scenario of two patients whose level has what the text adds."""
    (tmp_path / "referrals.csv").write_text(REFERRALS, encoding="utf-8")

    def build(text: str) -> Scenario:
        return loads(HEAD + text, folder=tmp_path)

    return build


def on_days(scenario: Scenario, figure: str, service: int = 0) -> dict[int, float]:
    """One figure of one service, day by day, zeros left out."""
    found = service_days(simulate(scenario, 0, "reference"), scenario)
    column = found.figures[service, :, FIGURES.index(figure)]
    return {day: round(float(value), 9) for day, value in enumerate(column) if value}


def test_patients_are_scheduled_on_the_weekdays_of_their_phase(offered: Offered) -> None:
    scenario = offered("""
[levels.iop.services.group]
hours = 3
weekdays = ["mon", "wed", "fri"]
taper = [{ after = "1 week", weekdays = ["tue"] }]
""")
    # Ann: days 0, 2, 4, from day 7 on Tuesdays: 8. Bob, admitted on day 2: 2, 4, 7, from day 9 on: 15.
    assert on_days(scenario, "scheduled") == {0: 1, 2: 2, 4: 2, 7: 1, 8: 1, 15: 1}


def test_after_a_relapse_there_are_other_sessions_for_a_while_from_the_next_day_on(offered: Offered) -> None:
    scenario = offered("""
relapse = "8 days"
[levels.iop.services.group]
hours = 3
weekdays = ["mon", "wed", "fri"]
taper = [{ after = "1 week", weekdays = ["tue"] }]
after_relapse = { for = "2 days", weekdays = ["mon", "tue", "wed", "thu", "fri"] }
""")
    # Ann relapses on day 8, so days 9 (Wednesday) and 10 (Thursday) are added; Bob on day 10: 11 (Friday) is,
    # 12 is a Saturday.
    assert on_days(scenario, "scheduled") == {0: 1, 2: 2, 4: 2, 7: 1, 8: 1, 9: 1, 10: 1, 11: 1, 15: 1}


def test_relapses_close_together_do_not_count_a_day_twice(offered: Offered) -> None:
    scenario = offered("""
relapse = "2 days"
[levels.iop.services.visit]
hours = 1
per_week = 0
after_relapse = { for = "3 days", weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] }
""")
    # Ann relapses on days 2, 4, … 12, each before the three days of the last are over: days 3 to 13.
    # Bob at 4.5, 6.5, … 14.5: days 5 to 15.
    assert on_days(scenario, "scheduled") == {
        **dict.fromkeys((3, 4, 14, 15), 1),
        **dict.fromkeys(range(5, 14), 2),
    }


def test_sessions_by_the_week_are_spread_evenly(offered: Offered) -> None:
    scenario = offered("[levels.iop.services.individual]\nhours = 1\nper_week = 3.5\nattended = 0.9\n")
    scheduled, attended = (on_days(scenario, figure) for figure in ("scheduled", "attended"))
    assert scheduled == {**dict.fromkeys((0, 1, 14, 15), 0.5), **dict.fromkeys(range(2, 14), 1.0)}
    assert attended[5] == 0.9


def test_groups_are_as_many_as_the_scheduled_fill_and_staff_lead_groups(offered: Offered) -> None:
    text = '[levels.iop.services.group]\nhours = 3\nweekdays = ["mon"]\nattended = 0.75\nvirtual = 0.2\n'
    text += 'notes = "6 minutes"\ngroup_size = {size}\n'
    for size, groups in ((1, 2.0), (2, 1.0), (12, 1.0)):
        scenario = offered(text.format(size=size))
        assert on_days(scenario, "groups") == {0: 1.0, 7: groups, 14: 1.0}
        assert on_days(scenario, "seats") == {0: size, 7: groups * size, 14: size}
        assert on_days(scenario, "staff_hours") == {0: 3.0, 7: 3.0 * groups, 14: 3.0}
        assert on_days(scenario, "hours") == {0: 2.25, 7: 4.5, 14: 2.25}  # 3 hours × 0.75
        assert on_days(scenario, "virtual") == {0: 0.15, 7: 0.3, 14: 0.15}
        assert on_days(scenario, "note_hours") == {0: 0.075, 7: 0.15, 14: 0.075}  # 0.1 hour × 0.75


def test_without_groups_staff_lead_what_patients_attend(offered: Offered) -> None:
    scenario = offered('[levels.iop.services.individual]\nhours = 2\nweekdays = ["mon"]\nattended = 0.5\n')
    assert on_days(scenario, "staff_hours") == on_days(scenario, "hours") == {0: 1.0, 7: 2.0, 14: 1.0}
    assert on_days(scenario, "groups") == {}


def test_a_dated_change_of_a_service_holds_from_its_day_on(offered: Offered) -> None:
    scenario = offered("""
[levels.iop.services.group]
hours = 3
weekdays = ["mon", "tue"]
[[changes]]
on = 2026-01-13
until = 2026-01-20
levels.iop.services.group.hours = 2
""")
    # Mondays and Tuesdays: days 0, 1, 7 before the change, 8 and 14 within it, 15 after it
    assert on_days(scenario, "hours") == {0: 3.0, 1: 3.0, 7: 6.0, 8: 4.0, 14: 2.0, 15: 3.0}


def test_a_week_without_groups_is_a_dated_change(offered: Offered) -> None:
    scenario = offered("""
[levels.iop.services.group]
hours = 3
weekdays = ["mon", "wed"]
group_size = 8
[[changes]]
on = 2026-01-12
until = 2026-01-19
levels.iop.services.group.per_week = 0
""")
    # the week from day 7 to day 13 is closed; Ann leaves on day 14, Bob on day 16.5
    assert on_days(scenario, "groups") == {0: 1, 2: 1, 14: 1}


def test_a_change_within_a_day_holds_from_the_next_day_on(offered: Offered) -> None:
    scenario = offered("""
[levels.iop.services.visit]
hours = 1
per_week = 7
[[changes]]
on = 8.5
levels.iop.services.visit.hours = 2
""")
    hours = on_days(scenario, "hours")
    assert (hours[8], hours[9]) == (2.0, 4.0)  # two patients


def test_the_days_are_a_table_too(offered: Offered) -> None:
    scenario = offered("""
[levels.iop.services.group]
hours = 3
weekdays = ["mon"]
group_size = 12
[levels.iop.services.individual]
hours = 1
weekdays = ["tue"]
attended = 0.5
""")
    table = daily(simulate(scenario, 0, "reference"), scenario)
    assert list(table.columns) == ["day", "date", "level", "service", *FIGURES]
    assert len(table) == 2 * 28
    tuesday = table[(table["date"] == "2026-01-13") & (table["service"] == "individual")].iloc[0]
    assert (tuesday["day"], tuesday["level"]) == (8, "iop")
    assert (tuesday["scheduled"], tuesday["attended"], tuesday["hours"]) == (2, 1, 1)


def test_a_window_within_one_day_has_no_days(offered: Offered) -> None:
    text = '[levels.iop.services.group]\nhours = 3\nweekdays = ["mon"]\n'
    brief = offered(text).with_("run.warm_up", 0.5).with_("run.duration", 0.2)
    log = simulate(brief, 0, "reference")
    assert len(daily(log, brief)) == 0
    assert reduce(log, brief).panels == ()
    assert np.isnan([row.value for row in services(log, brief)]).all()


def test_a_blocked_patient_goes_on_with_the_services_of_her_level(tmp_path: Path) -> None:
    (tmp_path / "referrals.csv").write_text("day,id,enters\n0,zoe,op\n0,ann,iop\n", encoding="utf-8")
    scenario = loads(
        HEAD.replace('completes_to = "discharge"', 'hold = "unlimited"')
        + """
[levels.iop.services.group]
hours = 3
weekdays = ["mon"]
[levels.op]
capacity = 1
length_of_stay = "21 days"
""",
        folder=tmp_path,
    )
    assert on_days(scenario, "scheduled") == {0: 1, 7: 1, 14: 1}  # ready on day 14, left on day 21


def test_weeks_add_up_days_and_measures_are_told_by_week(offered: Offered) -> None:
    scenario = offered("""
[levels.iop.services.group]
hours = 3
weekdays = ["mon", "wed", "fri"]
group_size = 4
attended = 0.5
[levels.iop.services.individual]
hours = 1
weekdays = ["thu"]
""")
    log = simulate(scenario, 0, "reference")
    reduced = reduce(log, scenario)
    (panel,) = reduced.layout.panels
    assert panel.keys == ("week", "level", "service")
    assert panel.rows[:3] == ((0, "iop", "group"), (0, "iop", "individual"), (1, "iop", "group"))
    group = dict(zip(panel.figures, reduced.panels[0][0], strict=True))
    # first week: 1 + 2 + 2 patients on Monday, Wednesday, Friday, one group of four seats each time
    assert (group["scheduled"], group["groups"], group["seats"]) == (5, 3, 12)
    assert group["fill"] == pytest.approx(2.5 / 12)
    assert np.isnan(dict(zip(panel.figures, reduced.panels[0][1], strict=True))["fill"])
    values = {(row.measure, row.level): row.value for row in services(log, scenario)}
    # group: days 0, 2, 4, 7, 9, 11, 14 with 1, 2, 2, 2, 2, 2, 1 patients; Thursdays 3 and 10 with 2
    assert values["services.scheduled.per_week", "iop"] == pytest.approx((12 + 4) / 4)
    # patient-days: 14 each; hours 12 × 0.5 × 3 + 4 × 1
    assert values["services.hours.per_patient_week", ""] == pytest.approx(22 * 7 / 28)


def test_a_scenario_without_services_has_neither_rows_nor_panel(clinic: Offered) -> None:
    scenario = clinic('[levels.op]\nlength_of_stay = "3 days"\n')
    log = simulate(scenario, 0, "reference")
    assert list(services(log, scenario)) == []
    reduced = reduce(log, scenario)
    assert reduced.layout.panels == ()
    assert reduced.layout.measures == reduce(log).layout.measures


# ---- every key acts

KEYS = {
    "hours": 2,
    "weekdays": ["mon", "tue"],
    "group_size": 1,
    "attended": 0.6,
    "virtual": 0.5,
    "notes": "7 minutes",
    "taper": [{"after": "5 days", "weekdays": ["thu", "sat"]}],
    "after_relapse": {"for": "2 days", "weekdays": ["thu", "wed", "fri"]},
    "taper.0.after": "6 days",
    "taper.0.weekdays": ["sat"],
    "after_relapse.for": "6 days",
    "after_relapse.weekdays": ["wed", "thu"],
}
"""A key of the service below, and what it becomes."""


@pytest.mark.parametrize(("key", "value"), KEYS.items(), ids=list(KEYS))
def test_changing_a_key_of_a_service_changes_the_panel(key: str, value: Any, offered: Offered) -> None:
    scenario = offered("""
relapse = "7 days"
[levels.iop.services.group]
hours = 3
weekdays = ["mon", "wed", "fri"]
group_size = 12
attended = 0.7
virtual = 0.3
notes = "6 minutes"
taper = [{ after = "5 days", weekdays = ["tue", "sat"] }]
after_relapse = { for = "2 days", weekdays = ["wed", "sun"] }
""")
    changed = scenario.with_(f"levels.iop.services.group.{key}", value)
    before, after = (by_week(simulate(one, 0, "reference"), one) for one in (scenario, changed))
    assert before is not None and after is not None
    assert not np.array_equal(before.values, after.values, equal_nan=True)


def test_changing_the_sessions_a_week_changes_the_panel(offered: Offered) -> None:
    scenario = offered("[levels.iop.services.visit]\nhours = 1\nper_week = 1\n")
    changed = scenario.with_("levels.iop.services.visit.per_week", 2)
    before, after = (by_week(simulate(one, 0, "reference"), one) for one in (scenario, changed))
    assert before is not None and after is not None
    assert after.values[:, 0].sum() == pytest.approx(2 * before.values[:, 0].sum())
