"""The way in and priority populations: a handful of patients, worked by hand."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from sim.engines import simulate
from sim.log import Log
from sim.measures.funnel import FIGURES, by_month, funnel
from sim.measures.priority import notice, priority
from sim.measures.reduce import reduce
from sim.scenario.load import loads
from sim.scenario.types import Scenario

REFERRALS = """day,id,enters,injects
26,ann,iop,yes
26,bob,iop,yes
27,cam,iop,yes
28,dee,iop,yes
28,eve,iop,no
"""
HEAD = """
schema = 1
name = "way-in"
[run]
start = 2026-01-05
duration = "60 days"
[traits.injects]
shares = { no = 0.5, yes = 0.5 }
[arrivals.list]
dates = "referrals.csv"
[intake.stages.assessment]
appointments = { mon = 1, wed = 1, fri = 1 }
at_most = "5 days"
show_up = { days = [0, 3, 4], share = [1, 1, 0] }
[levels.iop]
capacity = 1
length_of_stay = "20 days"
"""
"""Day 26 is Saturday, 31 January. Appointments at 9: ann on Monday (28.375, waited 2.375 days: comes), bob on
Wednesday (30.375, 4.375 days: does not), cam on Friday (32.375, 5.375 days: more than 5, so none is given,
and she is lost at once), dee, who comes on Monday at midnight, on Friday 32.375 (4.375: does not come), and
eve is too late for any: the next is Monday 35.375. Ann is in care from day 28.375 on.
"""


class Case(NamedTuple):
    scenario: Scenario
    log: Log


@pytest.fixture
def way_in(tmp_path: Path) -> Case:
    return case(tmp_path, "")


def case(folder: Path, text: str) -> Case:
    (folder / "referrals.csv").write_text(REFERRALS, encoding="utf-8")
    top, bottom = text.split("---") if "---" in text else ("", text)
    scenario = loads(HEAD.replace('name = "way-in"', f'name = "way-in"\n{top}') + bottom, folder=folder)
    return Case(scenario, simulate(scenario, 0, "reference"))


def test_the_funnel_counts_each_inquiry_in_its_month_wherever_it_got_to(way_in: Case) -> None:
    filled = by_month(way_in.log, way_in.scenario)
    assert filled is not None
    rows = dict(zip(filled.panel.rows, filled.values, strict=True))
    told = {row: dict(zip(FIGURES, values, strict=True)) for row, values in rows.items()}
    january, february = told["2026-01", "assessment"], told["2026-02", "assessment"]
    assert (january["reached"], january["no_show"], january["no_appointment"]) == (2, 1, 0)
    assert (february["reached"], february["no_show"], february["no_appointment"]) == (3, 1, 2)
    assert told["2026-01", "inquiry"]["reached"] == 2
    assert told["2026-01", "admission"]["share"] == 0.5
    assert told["2026-02", "admission"]["share"] == 0.0
    assert told["2026-03", "inquiry"]["reached"] == 0
    assert np.isnan(told["2026-03", "inquiry"]["share"])
    assert told["all", "request"]["days_mean"] == pytest.approx(2.375)


def test_the_measures_of_the_funnel_take_the_lost_as_competing(way_in: Case) -> None:
    values = {row.measure: row.value for row in funnel(way_in.log, way_in.scenario)}
    assert values["funnel.inquiries.per_month"] == pytest.approx(5 * 365 / 12 / 60)
    assert values["funnel.admission.share"] == pytest.approx(1 / 5)
    assert values["funnel.lost.share"] == pytest.approx(4 / 5)
    assert values["funnel.open.share"] == 0.0
    assert values["funnel.admission.days.median"] == pytest.approx(2.375)
    assert values["funnel.admission.within_7_days"] == pytest.approx(1 / 5)


def test_every_inquiry_is_somewhere(way_in: Case) -> None:
    filled = by_month(way_in.log, way_in.scenario)
    assert filled is not None
    for month in ("2026-01", "2026-02", "all"):
        rows = [value for row, value in zip(filled.panel.rows, filled.values, strict=True) if row[0] == month]
        figures = [dict(zip(FIGURES, values, strict=True)) for values in rows]
        ended = sum(
            row[name]
            for row in figures
            for name in ("no_appointment", "no_show", "no_further", "left", "open")
        )
        assert ended + figures[-1]["reached"] == figures[0]["reached"]


def test_a_priority_population_is_admitted_in_time_leaves_or_is_a_breach(tmp_path: Path) -> None:
    found = case(
        tmp_path,
        """
[priority_populations.injecting]
when = { injects = "yes" }
admit_within = "2 days"
or_within = "4 days"
interim_within = "2 days"
interim_after = "1 day"
[priority_populations.strict]
when = { injects = "yes" }
admit_within = "2 days"
""",
    )
    values = {row.measure: row.value for row in priority(found.log, found.scenario)}
    # four inject. Ann is admitted after 2.375 days: too late for two, in time for four with interim services.
    # Bob and Dee do not come after 4.375 days: their four days ran out before; Cam is lost at once.
    told = {name: values[f"priority.injecting.{name}.count"] for name in NAMES}
    assert values["priority.injecting.count"] == 4
    assert told == {"in_time": 0, "with_interim": 1, "breaches": 2, "left": 1, "open": 0}
    assert values["priority.injecting.met.share"] == pytest.approx(1 / 3)
    strict = {name: values[f"priority.strict.{name}.count"] for name in NAMES}
    assert strict == {"in_time": 0, "with_interim": 0, "breaches": 3, "left": 1, "open": 0}


NAMES = ("in_time", "with_interim", "breaches", "left", "open")


def test_interim_services_that_begin_too_late_give_no_more_time(tmp_path: Path) -> None:
    found = case(
        tmp_path,
        """
[priority_populations.injecting]
when = { injects = "yes" }
admit_within = "2 days"
or_within = "4 days"
interim_within = "2 days"
interim_after = "3 days"
""",
    )
    values = {row.measure: row.value for row in priority(found.log, found.scenario)}
    assert values["priority.injecting.with_interim.count"] == 0
    assert values["priority.injecting.breaches.count"] == 3


def test_whose_days_are_not_over_at_the_end_is_open(tmp_path: Path) -> None:
    text = """
[priority_populations.injecting]
when = { injects = "yes" }
admit_within = "14 days"
"""
    (tmp_path / "referrals.csv").write_text("day,id,enters,injects\n0,ann,iop,yes\n1,bob,iop,yes\n")
    for end, open_, breaches in ((14, 1, 0), (16, 0, 1)):
        scenario = loads(
            HEAD.replace('"60 days"', f'"{end} days"').partition("[intake")[0]
            + '[levels.iop]\ncapacity = 1\nlength_of_stay = "20 days"\n'
            + text,
            folder=tmp_path,
        )
        log = simulate(scenario, 0, "reference")
        values = {row.measure: row.value for row in priority(log, scenario)}
        # Ann is admitted at once; Bob waits since day 1, so his 14 days are over on day 15
        assert values["priority.injecting.in_time.count"] == 1
        assert values["priority.injecting.open.count"] == open_
        assert values["priority.injecting.breaches.count"] == breaches


def test_notice_is_due_from_the_first_day_at_the_share_of_places(tmp_path: Path) -> None:
    found = case(tmp_path, "notice_at = 0.9\n---\n")
    values = {row.measure: row.value for row in notice(found.log, found.scenario)}
    # Ann holds the only place from day 28.375 to 48.375
    assert values == {"notice.first_day": 28.0, "notice.days": pytest.approx(20.0)}


def test_a_scenario_without_intake_has_no_funnel(tmp_path: Path) -> None:
    (tmp_path / "referrals.csv").write_text(REFERRALS, encoding="utf-8")
    text = HEAD.partition("[intake")[0] + '[levels.iop]\nlength_of_stay = "20 days"\n'
    scenario = loads(text, folder=tmp_path)
    log = simulate(scenario, 0, "reference")
    assert list(funnel(log, scenario)) == []
    assert reduce(log, scenario).layout.panels == ()
