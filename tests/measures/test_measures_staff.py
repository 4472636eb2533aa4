"""Staff needed: small scenarios worked by hand, and the worked example of operations.md (section 2.4)."""

import copy
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.engines import simulate
from sim.log import Log
from sim.measures.reduce import reduce
from sim.measures.staff import by_week, needed, present, staff
from sim.scenario.load import loads
from sim.scenario.types import Scenario
from sim.words import Event

REFERRALS = "day,id,enters\n0,ann,iop\n2.5,bob,iop\n"
HEAD = """
schema = 1
name = "staff"
[run]
start = 2026-01-05
duration = "21 days"
[arrivals.list]
dates = "referrals.csv"
[levels.iop]
length_of_stay = "14 days"
completes_to = "discharge"
[levels.iop.services.group]
hours = 3
weekdays = ["mon", "wed", "fri"]
group_size = 8
attended = 0.5
notes = "6 minutes"
[levels.iop.services.individual]
hours = 1
weekdays = ["thu"]
notes = "12 minutes"
"""
"""Day 0 is a Monday. Ann is in the census of days 0 to 13, Bob of days 2 to 15: by week 12, 14 and 2
patient-days. Groups are on days 0, 2, 4 (1, 2, 2 patients), 7, 9, 11 (2 each) and 14 (1); Thursdays are 3 and
10 (2 patients each)."""

Offered = Callable[..., Scenario]


@pytest.fixture
def offered(tmp_path: Path) -> Offered:
    """A scenario of two patients whose level needs what the text says."""
    (tmp_path / "referrals.csv").write_text(REFERRALS, encoding="utf-8")

    def build(text: str) -> Scenario:
        return loads(HEAD + text, folder=tmp_path)

    return build


def log_of(scenario: Scenario) -> Log:
    return simulate(scenario, 0, "reference")


def weeks(scenario: Scenario, role: str = "counsellor", level: str = "iop") -> list[float]:
    return [round(float(one), 9) for one in needed(log_of(scenario), scenario)[role, level].fte]


def need(text: str, key: str = "needs") -> str:
    return f"[[roles.counsellor.{key}]]\nlevel = 'iop'\n{text}\n"


def test_posts_and_caseloads_go_by_the_daily_census(offered: Offered) -> None:
    # 8 × 5 ÷ 7 × 365 ÷ 2,080 FTE, with nobody there too
    post = round(8 * 5 / 7 * 365 / 2080, 9)
    assert weeks(offered(need('driver = "post"\nhours_per_day = 8\ndays_per_week = 5'))) == [post] * 3
    # patient-days ÷ 7 ÷ 4
    found = weeks(offered(need('driver = "caseload"\npatients_per_staff = 4')))
    assert found == [round(12 / 28, 9), 0.5, round(2 / 28, 9)]


def test_ratios_are_rounded_up_each_day(offered: Offered) -> None:
    # one with one or two patients, so 7, 7 and 2 days; one always with at_least
    text = 'driver = "ratio"\npatients_per_staff = 2\nhours_per_day = 8\n'
    factor = 8 * 365 / 2080
    assert weeks(offered(need(text))) == [round(days * factor / 7, 9) for days in (7, 7, 2)]
    assert weeks(offered(need(text + "at_least = 1"))) == [round(factor, 9)] * 3
    # one for each patient: patient-days
    single = text.replace("staff = 2", "staff = 1")
    assert weeks(offered(need(single))) == [round(days * factor / 7, 9) for days in (12, 14, 2)]


def test_workload_is_services_notes_and_tasks_over_the_hours_of_an_fte(offered: Offered) -> None:
    hours = "[roles.counsellor]\nmeeting_hours_per_week = 5\nabsent_hours_per_year = 208\n"
    net = 35 * 0.9
    # group: a session of 3 hours, half attend, 0.1 hour of notes each; individual: 1 hour and 0.2 each
    group = [9 + 5 * 0.05, 9 + 6 * 0.05, 3 + 1 * 0.05]
    individual = [2 * 1.2, 2 * 1.2, 0.0]
    found = weeks(offered(hours + need('driver = "workload"')))
    assert found == [round((a + b) / net, 9) for a, b in zip(group, individual, strict=True)]
    found = weeks(offered(hours + need('driver = "workload"\nservices = ["group"]')))
    assert found == [round(a / net, 9) for a in group]
    # two admissions in week 0; the ends, on days 14 and 16.5, in week 2; patient-days ÷ 7 × 0.7 hours
    text = 'driver = "workload"\nservices = ["group"]\nper_admission = "3 hours"\nper_discharge = "1 hours"\n'
    found = weeks(offered(hours + need(text + 'per_patient_week = "42 minutes"')))
    tasks = [6 + 1.2, 1.4, 2 + 0.2]
    assert found == [round((a + b) / net, 9) for a, b in zip(group, tasks, strict=True)]


def test_who_is_there_on_day_0_is_no_admission_and_what_follows_the_window_no_work(offered: Offered) -> None:
    text = 'driver = "workload"\nservices = ["group"]\nper_admission = "3 hours"\nper_discharge = "1 hours"\n'
    scenario = offered(need(text) + '[start]\ncensus = [{ level = "iop", days = 0, id = "eve" }]\n')
    with_eve = needed(log_of(scenario), scenario)["counsellor", "iop"].fte * 40
    # groups of 8 hold three as well as two: 3 hours each; notes 0.05 hours, half of 0.1, for each scheduled
    assert with_eve == pytest.approx([9 + 8 * 0.05 + 6, 9 + 9 * 0.05, 3 + 0.05 + 3])
    # a window of two weeks: the ends of days 14 and 16.5 are in the follow-up
    short = scenario.with_("run.duration", 14).with_("run.follow_up", 7)
    assert needed(log_of(short), short)["counsellor", "iop"].fte * 40 == pytest.approx(with_eve[:2])


def test_weeks_that_need_nobody_do_not_count_in_what_binds(offered: Offered) -> None:
    scenario = offered(need('driver = "caseload"\npatients_per_staff = 4')).with_("run.duration", 28)
    log = log_of(scenario)
    values = {(row.measure, row.level): row.value for row in staff(log, scenario)}
    assert values["staff.counsellor.binds.caseload", "iop"] == 1.0
    panel = by_week(log, scenario)
    assert panel is not None
    assert np.isnan(panel.values[-1, 1])


def test_sessions_need_facilitators_for_the_groups_held(offered: Offered) -> None:
    found = weeks(offered(need('driver = "session"\nservice = "group"\nfacilitators = 2')))
    assert found == [round(groups * 3 * 2 / 40, 9) for groups in (3, 3, 1)]


def test_a_productive_share_stands_for_meetings_and_absence(offered: Offered) -> None:
    share = "[roles.counsellor]\nproductive_share = 0.6\n"
    assert weeks(offered(share + need('driver = "session"\nservice = "group"')))[0] == round(9 / 24, 9)


def test_the_greatest_need_of_a_week_binds_and_floors_are_told_apart(offered: Offered) -> None:
    # groups 9, 9 and 3 hours of 24; the floor by week 12, 14 and 2 patient-days ÷ 7 ÷ 5
    text = "[roles.counsellor]\nproductive_share = 0.6\n"
    text += need('driver = "session"\nservice = "group"')
    text += need('driver = "caseload"\npatients_per_staff = 5', "floors")
    scenario = offered(text)
    assert weeks(scenario) == [0.375, 0.4, 0.125]
    log = log_of(scenario)
    found = by_week(log, scenario)
    assert found is not None
    assert found.panel.figures == ("needed", "binds.caseload", "binds.session", "binds.floor")
    assert found.panel.rows[:3] == (
        (0, "counsellor", ""),
        (0, "counsellor", "iop"),
        (1, "counsellor", ""),
    )
    assert found.values[1::2, 1:].tolist() == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    values = {(row.measure, row.level): row.value for row in staff(log, scenario)}
    assert values["staff.counsellor.binds.session", "iop"] == pytest.approx(2 / 3)
    assert values["staff.counsellor.binds.floor", ""] == pytest.approx(0.4 / 0.9)
    assert values["staff.counsellor.needed.mean", ""] == pytest.approx(0.9 / 3)
    # type 7 of 0.125, 0.375, 0.4: at 80 % 0.6 of the way from the second to the third
    assert values["staff.counsellor.needed.p80", "iop"] == pytest.approx(0.375 + 0.6 * 0.025)


def test_shifts_add_up_beside_needs_without_one(offered: Offered) -> None:
    day = 'driver = "ratio"\npatients_per_staff = 1\nhours_per_day = 8\nshift = "day"'
    night = 'driver = "post"\nhours_per_day = 8\nshift = "night"'
    factor = 8 * 365 / 2080
    both = [round((days / 7 + 1) * factor, 9) for days in (12, 14, 2)]
    assert weeks(offered(need(day) + need(night))) == both
    scenario = offered(need('driver = "caseload"\npatients_per_staff = 0.5') + need(day) + need(night))
    # caseload: 24 ÷ 7, 28 ÷ 7 and 4 ÷ 7; shifts 3.81, 4.21 and 1.80
    assert weeks(scenario) == both
    values = {(row.measure, row.level): row.value for row in staff(log_of(scenario), scenario)}
    # by day 12 ÷ 7 and 2 posts, by night one; with two patients by day more is needed, else by night
    assert values["staff.counsellor.binds.ratio", "iop"] == pytest.approx(2 / 3)
    assert values["staff.counsellor.binds.post", "iop"] == pytest.approx(1 / 3)


def test_levels_add_up(tmp_path: Path) -> None:
    (tmp_path / "referrals.csv").write_text(REFERRALS + "0,eve,op\n", encoding="utf-8")
    text = (
        HEAD
        + "[levels.op]\nlength_of_stay = '30 days'\n"
        + need("driver = 'caseload'\npatients_per_staff = 2")
    )
    text += need("driver = 'caseload'\npatients_per_staff = 4").replace("iop", "op")
    scenario = loads(text, folder=tmp_path)
    log = log_of(scenario)
    values = {(row.measure, row.level): row.value for row in staff(log, scenario)}
    assert values["staff.counsellor.needed.mean", "iop"] == pytest.approx(28 / 21 / 2)
    assert values["staff.counsellor.needed.mean", "op"] == pytest.approx(1 / 4)
    assert values["staff.counsellor.needed.mean", ""] == pytest.approx(28 / 21 / 2 + 1 / 4)


def test_services_of_another_level_are_not_its_work(tmp_path: Path) -> None:
    (tmp_path / "referrals.csv").write_text(REFERRALS + "0,eve,op\n", encoding="utf-8")
    text = HEAD + "[levels.op]\nlength_of_stay = '30 days'\n"
    text += "services.group = { hours = 1, weekdays = ['mon'], group_size = 8 }\n"
    text += need('driver = "session"\nservice = "group"').replace("iop", "op")
    scenario = loads(text, folder=tmp_path)
    assert weeks(scenario, level="op") == [1 / 40] * 3


def with_staff(log: Log, rows: list[tuple[float, float]]) -> Log:
    """The log with rows that say how many counsellors are present from when on."""
    columns = log.columns
    more = columns._replace(
        **{name: np.zeros(len(rows), dtype=getattr(columns, name).dtype) for name in columns._fields}
    )._replace(
        time=np.array([time for time, _ in rows]),
        value=np.array([fte for _, fte in rows]),
        event=np.full(len(rows), Event.STAFF),
        level=np.full(len(rows), -1),
        reason=np.full(len(rows), len(log.reasons)),
    )
    joined = [np.concatenate(pair) for pair in zip(columns, more, strict=True)]
    order = np.argsort(joined[0], kind="stable")
    return replace(log, columns=type(columns)(*(one[order] for one in joined)), labels=("counsellor",))


def test_the_gap_to_the_roster_is_overtime_first_then_agency(offered: Offered) -> None:
    text = "[roles.counsellor]\nabsent_hours_per_year = 208\novertime_at_most = 0.1\n"
    scenario = offered(text + need('driver = "caseload"\npatients_per_staff = 1'))
    # half an FTE for 3.5 days, then 2 FTE: 1.25 in the first week
    log = with_staff(log_of(scenario), [(0.0, 0.5), (3.5, 2.0), (14.0, 0.0)])
    found = present(log, scenario)["counsellor"]
    assert found.fte == pytest.approx([1.25, 2.0, 0.0])
    hours = (2080 - 208) / 52  # 36 a week
    short = [12 / 7 - 1.25, 0.0, 2 / 7]
    assert found.overtime == pytest.approx([0.125 * hours, 0.0, 0.0])
    assert found.agency == pytest.approx([(short[0] - 0.125) * hours, 0.0, short[2] * hours])
    values = {(row.measure, row.level): row.value for row in staff(log, scenario)}
    assert values["staff.counsellor.gap.mean", ""] == pytest.approx((28 / 7 - 3.25) / 3)
    assert values["staff.counsellor.short_weeks", ""] == pytest.approx(2 / 3)
    panel = by_week(log, scenario)
    assert panel is not None
    gap = panel.panel.figures.index("gap")
    assert panel.values[::2, gap] == pytest.approx([12 / 7 - 1.25, 0.0, 2 / 7])
    assert np.isnan(panel.values[1::2, gap]).all()


def test_without_a_roster_no_gap_is_told(offered: Offered) -> None:
    scenario = offered(need('driver = "caseload"\npatients_per_staff = 1'))
    found = by_week(log_of(scenario), scenario)
    assert found is not None
    assert found.panel.figures == ("needed", "binds.caseload")
    assert not [row for row in staff(log_of(scenario), scenario) if "gap" in row.measure]


def test_a_scenario_without_roles_has_neither_rows_nor_panel(clinic: Callable[..., Scenario]) -> None:
    scenario = clinic('[levels.op]\nlength_of_stay = "3 days"\n')
    log = log_of(scenario)
    assert list(staff(log, scenario)) == []
    assert reduce(log, scenario).layout.measures == reduce(log).layout.measures


# ---- the worked example of operations.md, section 2.4

EXAMPLE = """
schema = 1
name = "example"
[run]
start = 2026-01-05
duration = "14 days"
[arrivals.list]
dates = [{admitted}]
[start]
census = [{census}]
[levels.iop]
capacity = 36
length_of_stay = "56 days"
completes_to = "discharge"
[levels.iop.services.group]
hours = 3
weekdays = ["mon", "wed", "fri"]
group_size = 12
notes = "6 minutes"
[levels.iop.services.individual]
hours = 1
per_week = 1
attended = 0.9
notes = "10 minutes"
[levels.iop.services.family]
hours = 1
per_week = 0.25
notes = "10 minutes"
[roles.counsellor]
absent_hours_per_year = 239.2
meeting_hours_per_week = 5
[[roles.counsellor.needs]]
level = "iop"
driver = "workload"
per_admission = "150 minutes"
per_patient_week = "30 minutes"
[[roles.counsellor.floors]]
level = "iop"
driver = "caseload"
patients_per_staff = 24
"""
"""What the text gives: 36 clients, 3 groups × 3 sessions × 3 hours, an individual hour a week at 90 %,
monthly family, 4.5 intakes a week × 2.5 hours, group notes of 6 minutes, plan review every 14 days,
utilisation review every 7, 5 hours a week of meetings, absence of 11.5 % (of 2,080 hours).

What it leaves open, assumed: everyone comes to the groups; a family session is an hour every four weeks;
notes of other sessions 10 minutes; a plan review 30 minutes and a utilisation review 15, so 30 minutes a week
for each patient."""


def test_36_iop_clients_need_3_7_fte_by_workload_and_1_5_by_ratio() -> None:
    # 9 in two weeks: one leaves after 56 days whenever one comes, so that 36 are there every night
    days = [place * 14 / 9 + 0.05 for place in range(9)]
    admitted = ", ".join(f'{{ day = {day}, id = "n{n}", enters = "iop" }}' for n, day in enumerate(days))
    stayed = [56 - (place * 14 / 9 + 0.01) for place in range(36)]
    census = ", ".join(f'{{ level = "iop", days = {one}, id = "c{n}" }}' for n, one in enumerate(stayed))
    scenario = loads(EXAMPLE.format(admitted=admitted, census=census))
    log = log_of(scenario)
    values = {(row.measure, row.level): row.value for row in staff(log, scenario)}
    reduced = reduce(log, scenario)
    figures = dict(zip(reduced.layout.measures, reduced.figures[:, 0], strict=True))
    assert reduced.days[:, 0, 0].tolist() == [36] * 14
    assert figures["services.groups.per_week", "iop"] == 9
    # direct: groups 27, individual 32.4, family 9, intakes 11.25 = 79.65; the text: 80
    # indirect: group notes 10.8, others 5.4 + 1.5, reviews 18 = 35.7; the text: 36
    direct = 27 + 32.4 + 9 + 11.25
    indirect = 10.8 + 5.4 + 1.5 + 18
    assert (round(direct), round(indirect)) == (80, 36)
    wanted = (direct + indirect) / (35 * 0.885)
    assert values["staff.counsellor.needed.mean", "iop"] == pytest.approx(wanted)
    assert round(values["staff.counsellor.needed.mean", "iop"], 1) == 3.7
    assert values["staff.counsellor.binds.workload", "iop"] == 1.0
    ratio_only = scenario.with_("roles.counsellor.needs", [])
    assert needed(log_of(ratio_only), ratio_only)["counsellor", "iop"].fte == pytest.approx(1.5)


# ---- every key acts

FULL = """
[roles.counsellor]
paid_hours_per_week = 38.0
absent_hours_per_year = 230.0
meeting_hours_per_week = 5.0
[[roles.counsellor.needs]]
level = "iop"
driver = "workload"
services = ["group", "individual"]
per_admission = "2 hours"
per_discharge = "2 hours"
per_patient_week = "2 hours"
[roles.lead]
productive_share = 0.6
[[roles.lead.needs]]
level = "iop"
driver = "session"
service = "group"
facilitators = 2.0
[roles.tech]
[[roles.tech.needs]]
level = "iop"
driver = "ratio"
patients_per_staff = 1.0
at_least = 1.0
hours_per_day = 8.0
days_per_week = 5.0
shift = "day"
[[roles.tech.needs]]
level = "iop"
driver = "post"
posts = 2.0
hours_per_day = 8.0
days_per_week = 5.0
shift = "night"
[[roles.nurse.floors]]
level = "iop"
driver = "caseload"
patients_per_staff = 3.0
"""
TEXTS = {"2 hours": "3 hours", "day": "night"}
FIXED = {"level", "driver", "service"}


def changes(node: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    """Every value that can be changed on its own, with what it becomes."""
    if isinstance(node, dict):
        return [
            one for key, value in node.items() if key not in FIXED for one in changes(value, (*path, key))
        ]
    if isinstance(node, list) and node and isinstance(node[0], dict):
        return [one for place, value in enumerate(node) for one in changes(value, (*path, place))]
    if isinstance(node, list):
        return [(path, node[1:])]
    if isinstance(node, str):
        return [(path, TEXTS[node])] if node in TEXTS else []
    return [(path, round(node * 0.8, 3) if path[-1] != "at_least" else node + 1)]


CHANGES = changes(tomllib.loads(FULL))


@pytest.mark.parametrize(("path", "value"), CHANGES, ids=[".".join(map(str, one)) for one, _ in CHANGES])
def test_changing_a_key_of_a_role_changes_the_panel(
    path: tuple[str | int, ...], value: Any, offered: Offered
) -> None:
    changed = copy.deepcopy(tomllib.loads(FULL))
    node: Any = changed
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    scenario = offered(FULL)
    before, after = (
        by_week(log_of(one), one) for one in (scenario, scenario.with_("roles", changed["roles"]))
    )
    assert before is not None
    assert after is not None
    assert not np.array_equal(before.values, after.values)
