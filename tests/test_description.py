"""A scenario in words: what a person reads for each kind of value, and where it comes from."""

from collections.abc import Callable

from sim.description import description
from sim.scenario.types import Scenario

TEXT = """
[traits.housing]
shares = { stable = 0.75, unstable = 0.25 }
source = "a survey"
[effects.housing.unstable]
dropout = { hazard_ratio = 1.3, source = "a cohort" }
[effects.days_in_care]
relapse = { hazard_ratio = 0.85, per = 30, cap = 180 }
[arrivals.all]
per_day = 2
enters = { day = 0.6, evening = 0.4 }
[levels.day]
capacity = 12
admits = ["mon", "thu"]
dropout = 0.2
relapse = { dist = "exponential", mean = 100 }
hold = { evening = 3, default = 0 }
source = "the level's source"
[levels.day.length_of_stay]
by = "housing"
stable = 20
default = { dist = "uniform", low = 10, high = 30, source = "notes" }
[[levels.day.on_relapse]]
when = { relapses_in_stay = ">= 2", housing = ["unstable"] }
go = { stay = 0.9, discharge = 0.1 }
[levels.evening]
length_of_stay = 30
[levels.evening.waitlist]
limit = 4
priority = [{ from = "day" }, { housing = "unstable" }]
[levels.evening.services.group]
hours = 1.5
weekdays = ["thu", "tue"]
notes = "6 minutes"
taper = [{ after = "2 weeks", weekdays = ["tue"] }]
[[changes]]
on = 30
until = 60
levels.day.capacity = 14
"""


def test_every_kind_of_value_has_words_and_a_source(clinic: Callable[..., Scenario]) -> None:
    lines = {(line.table, line.key): (line.value, line.source) for line in description(clinic(TEXT))}
    assert lines["traits.housing", "shares"] == ("stable 75 %, unstable 25 %", "a survey")
    assert lines["effects.housing.unstable", "dropout"] == ("hazard × 1.3", "a cohort")
    assert lines["effects.days_in_care", "relapse"] == ("hazard × 0.85 per 30, up to 180", "assumed")
    assert lines["arrivals.all", "enters"] == ("day 60 %, evening 40 %", "assumed")
    day = {key: said for (table, key), said in lines.items() if table == "levels.day"}
    assert day["capacity"] == ("12", "the level's source")
    assert day["admits"] == ("mon, thu", "the level's source")
    assert day["dropout"] == ("probability 0.2 per stay", "the level's source")
    assert day["hold"] == ("3 for evening, 0 for the others", "the level's source")
    assert day["length_of_stay (housing stable)"] == ("20", "the level's source")
    # uniform between 10 and 30: mean and median 20
    assert day["length_of_stay (housing otherwise)"] == (
        "uniform, low 10, high 30 (drawn: mean 20, median 20)",
        "notes",
    )
    # an exponential of mean 100 has its median at 100 ln 2 = 69.3
    assert day["relapse"][0] == "exponential, mean 100 (drawn: mean 100, median 69.3)"
    rule = {key: said for (table, key), said in lines.items() if table == "levels.day.on_relapse.1"}
    assert rule["when"][0] == "relapses_in_stay from 2 and housing unstable"
    assert rule["go"][0] == "stay 90 %, discharge 10 %"
    assert lines["levels.evening.waitlist", "priority"][0] == "from day, housing unstable"
    assert lines["levels.evening.waitlist", "limit"][0] == "4"
    service = {key: said for (table, key), (said, _) in lines.items() if table.endswith("services.group")}
    assert service == {"hours": "1.5", "weekdays": "tue, thu", "notes": "6 minutes"}
    assert lines["levels.evening.services.group.taper.1", "weekdays"][0] == "tue"
    assert lines["changes.1", "on"][0] == "day 30 until day 60"
    assert lines["run", "replications"] == ("2", "chosen")


def test_a_role_says_what_an_fte_comes_to_and_work_is_told_in_minutes(
    clinic: Callable[..., Scenario],
) -> None:
    scenario = clinic("""
[levels.day]
length_of_stay = 20
[roles.nurse]
absent_hours_per_year = 230
meeting_hours_per_week = 4
[[roles.nurse.needs]]
level = "day"
driver = "workload"
per_admission = "90 minutes"
source = "a time study"
""")
    lines = {(line.table, line.key): (line.value, line.source) for line in description(scenario)}
    # operations.md, section 2.3: 8,760 ÷ 1,850; a week: 36 × 1,850 ÷ 2,080
    assert lines["roles.nurse", "one FTE"] == (
        "there 1,850 of 2,080 paid hours a year; 32.0 hours a week for patients and notes; "
        "a 24-hour post takes 4.74",
        "computed",
    )
    assert lines["roles.nurse.needs.1", "per_admission"] == ("90 minutes", "a time study")
