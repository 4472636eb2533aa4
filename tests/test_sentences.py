"""What answers say of staff, from a made-up summary."""

from types import SimpleNamespace
from typing import Any

import pandas as pd

from sim.scenario.load import loads
from sim.sentences import staff

SCENARIO = """
schema = 1
name = "sentences"
[run]
duration = 28
[arrivals.all]
per_day = 1
enters = "iop"
[levels.iop]
length_of_stay = 14
[levels.op]
length_of_stay = 14
[roles.counsellor]
title = "Counsellors"
needs = [
    { level = "iop", driver = "caseload", patients_per_staff = 16 },
    { level = "iop", driver = "workload", per_admission = "2 hours" },
]
floors = [{ level = "op", driver = "caseload", patients_per_staff = 35 }]
[roles.idle]
"""
FIGURES = {
    ("needed.mean", ""): (6.2, 0.3),
    ("needed.p80", ""): (7.1, 0.4),
    ("binds.caseload", "iop"): (0.92, 0.05),
    ("binds.workload", "iop"): (0.08, 0.05),
    ("binds.floor", "iop"): (0.0, 0.0),
    ("binds.caseload", "op"): (1.0, 0.0),
    ("binds.workload", "op"): (0.0, 0.0),
    ("binds.floor", "op"): (1.0, 0.0),
}
ROSTER = {
    ("present.mean", ""): (5.5, 0.2),
    ("short_weeks", ""): (0.4, 0.1),
    ("overtime.per_week", ""): (9.0, 1.0),
    ("agency.per_week", ""): (21.0, 3.0),
}


def told(figures: dict[tuple[str, str], tuple[float, float]]) -> list[str]:
    rows = [
        (f"staff.counsellor.{measure}", level, mean, mean - half, mean + half)
        for (measure, level), (mean, half) in figures.items()
    ]
    summary = pd.DataFrame(rows, columns=["measure", "level", "mean", "ci_low", "ci_high"])
    result: Any = SimpleNamespace(summary=lambda: summary, scenario=loads(SCENARIO))
    return list(staff(result))


def test_a_role_is_told_by_its_fte_and_by_what_binds_where() -> None:
    assert told(FIGURES) == [
        "Counsellors: 6.2 ±0.3 FTE needed on average, 7.1 are enough in four weeks of five; "
        "caseload binds in iop (92 % of weeks), caseload as a rule's floor binds in op"
    ]


def test_levels_with_the_same_that_binds_are_told_together() -> None:
    (said,) = told(FIGURES | {("binds.floor", "op"): (0.2, 0.1)})
    assert said.endswith("; caseload binds in iop (92 % of weeks) and op")


def test_a_roster_says_who_is_present_and_what_is_short() -> None:
    (said,) = told(FIGURES | ROSTER)
    assert said.endswith("; 5.5 present, short in 40 % of weeks: 9 hours of overtime and 21 of agency a week")
