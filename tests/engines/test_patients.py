"""A patient is the same patient in every scenario: what differs acts where it differs and nowhere else.

docs/model.md, section 4. Patients of two logs are compared by their keys, all capacities being unlimited.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from sim.engines import simulate
from sim.log import Log

if TYPE_CHECKING:
    from sim.scenario.types import Scenario

Clinic = Callable[..., "Scenario"]
Course = list[tuple[object, ...]]

COURSE = """
[run]
duration = "100 days"
seed = 11
[traits.housing]
shares = { stable = 0.7, unstable = 0.3 }
[effects.housing.unstable]
dropout = { hazard_ratio = 1.5 }
[levels.detox]
length_of_stay = { dist = "lognormal", median = 5, mean = 6 }
dropout = 0.2
completes_to = { php = 0.4, iop = 0.4, discharge = 0.2 }
show_up = { days = [0, 5], share = [0.9, 0.5] }
[levels.php]
length_of_stay = { dist = "gamma", mean = 20, sd = 8 }
dropout = { dist = "weibull", shape = 0.7, scale = 60 }
on_completion = [{ go = { iop = 0.8, discharge = 0.2 }, delay = { dist = "exponential", mean = 1 } }]
[levels.iop]
length_of_stay = { dist = "gamma", mean = 40, sd = 20 }
relapse = { dist = "exponential", mean = 40 }
on_relapse = [{ go = { "step up" = 0.5, stay = 0.5 }, for = "7 days", then = "back", extend_by = "3 days" }]
review = { every = "14 days", go = { stay = 0.8, extend = 0.1, discharge = 0.1 }, extend_by = "7 days" }
completes_to = { op = 0.7, discharge = 0.3 }
[levels.op]
length_of_stay = { dist = "exponential", mean = 60 }
dropout = 0.3
[after.default]
return_to_use = { dist = "loglogistic", median = 40, shape = 0.8 }
returns_to_care = { share = 0.5, delay = { dist = "exponential", mean = 10 } }
"""
HOME = """
[arrivals.home]
per_day = 3.0
by_weekday = [1.2, 1.1, 1.0, 1.0, 1.0, 0.4, 0.3]
enters = { detox = 0.6, iop = 0.4 }
"""
LISTED = '[arrivals.listed]\ndates = "listed.csv"\nenters = { detox = 0.6, iop = 0.4 }\n'


def courses(log: Log) -> dict[str, Course]:
    """Key of each patient → her arrival, her traits, and all her rows but the patient's number."""
    told: dict[str, Course] = {}
    keys = dict(zip(log.patients["patient"], log.patients["key"], strict=True))
    for row in log.patients.drop(columns="patient").itertuples(index=False):
        told[row.key] = [tuple(row)]
    events = log.events[log.events["patient"] > 0].drop(columns="replication").fillna({"value": -1.0})
    for row in events.astype({"level": str, "to_level": str, "reason": str}).itertuples(index=False):
        told[keys[row.patient]].append((row.time, *row[2:]))
    return told


def planned_days(log: Log) -> dict[tuple[str, int, str, int], float]:
    """(key, episode, level, how manieth stay there) → planned days."""
    keys = dict(zip(log.patients["patient"], log.patients["key"], strict=True))
    admits = log.events[log.events["event"] == "admit"]
    nth = admits.groupby(["patient", "level"], observed=True).cumcount()
    return {
        (keys[row.patient], row.episode, str(row.level), number): row.value
        for row, number in zip(admits.itertuples(index=False), nth, strict=True)
    }


def test_a_higher_rate_adds_patients_and_changes_no_other(engine: str, clinic: Clinic) -> None:
    before = courses(simulate(clinic(COURSE + HOME), engine=engine))
    more = courses(simulate(clinic(COURSE + HOME, **{"arrivals.home.per_day": 3.3}), engine=engine))
    assert len(before) > 300
    assert len(more) - len(before) == pytest.approx(30, abs=4 * 30**0.5)
    assert {key: more[key] for key in before} == before


def test_another_source_changes_no_patient_of_the_first(engine: str, clinic: Clinic) -> None:
    before = courses(simulate(clinic(COURSE + HOME), engine=engine))
    court = '[arrivals.court]\nper_day = 1.0\nenters = "iop"\n'
    both = courses(simulate(clinic(COURSE + court + HOME), engine=engine))
    assert len(both) > len(before) + 60
    assert {key: both[key] for key in before} == before


@pytest.mark.parametrize("removed", [0, 17, 59])
def test_removing_one_referral_changes_nobody_else(
    removed: int, engine: str, clinic: Clinic, tmp_path: object
) -> None:
    lines = [f"{number // 3},r{number}" for number in range(60)]

    def with_lines(kept: list[str]) -> dict[str, Course]:
        (tmp_path / "listed.csv").write_text("day,id\n" + "\n".join(kept) + "\n", encoding="utf-8")
        return courses(simulate(clinic(COURSE + LISTED), engine=engine))

    everyone = with_lines(lines)
    others = with_lines(lines[:removed] + lines[removed + 1 :])
    gone = next(key for key in everyone if key.endswith(f":r{removed}"))
    assert len(everyone[gone]) > 1
    del everyone[gone]
    assert others == everyone


def test_a_level_nobody_is_sent_to_changes_nothing(engine: str, clinic: Clinic) -> None:
    """Between php and iop, whose ways are all by name or by `step_up`."""
    named = (COURSE + HOME).replace("[levels.iop]", '[levels.iop]\nstep_up = "php"')
    extra = named.replace("[levels.iop]", "[levels.halfway]\nlength_of_stay = 9\n[levels.iop]")
    before = courses(simulate(clinic(named), engine=engine))
    assert courses(simulate(clinic(extra), engine=engine)) == before


def test_a_level_renamed_shifts_no_draw_of_another(engine: str, clinic: Clinic) -> None:
    before = planned_days(simulate(clinic(COURSE + HOME), engine=engine))
    renamed = (COURSE + HOME).replace("levels.op]", "levels.aftercare]").replace("{ op =", "{ aftercare =")
    after = planned_days(simulate(clinic(renamed), engine=engine))
    both = [stay for stay in before if stay in after]
    assert len(both) > 400
    assert [after[stay] for stay in both] == [before[stay] for stay in both]
    moved = [(*stay[:2], "aftercare", stay[3]) for stay in before if stay[2] == "op"]
    assert not [stay for stay in moved if stay in after and after[stay] == before[(*stay[:2], "op", stay[3])]]


def test_a_longer_stay_in_one_level_changes_nothing_before_it(engine: str, clinic: Clinic) -> None:
    before = courses(simulate(clinic(COURSE + HOME), engine=engine))
    longer = courses(simulate(clinic(COURSE + HOME, **{"levels.iop.length_of_stay.mean": 60}), engine=engine))
    assert before.keys() == longer.keys()
    for key, course in before.items():
        asked = [number for number, row in enumerate(course) if "request" in row and "iop" in row]
        until = asked[0] if asked else len(course)
        assert longer[key][:until] == course[:until]
    assert longer != before


def test_a_higher_probability_adds_to_those_it_strikes(engine: str, clinic: Clinic) -> None:
    def dropped_out(probability: float) -> set[tuple[object, ...]]:
        log = simulate(clinic(COURSE + HOME, **{"levels.detox.dropout": probability}), engine=engine)
        keys = dict(zip(log.patients["patient"], log.patients["key"], strict=True))
        told = log.events[(log.events["level"] == "detox") & (log.events["stay"] == 1)]
        ends = told[(told["event"] == "leave") & (told["reason"] == "dropout")]
        return {keys[patient] for patient in ends["patient"]}

    few, many = dropped_out(0.2), dropped_out(0.4)
    assert few < many
    assert len(many) > 1.5 * len(few)


def test_replications_may_be_run_in_any_order(engine: str, clinic: Clinic) -> None:
    scenario = clinic(COURSE + HOME)
    forwards = [simulate(scenario, replication=number, engine=engine).digest for number in (0, 1, 2)]
    backwards = [simulate(scenario, replication=number, engine=engine).digest for number in (2, 1, 0)]
    assert forwards == backwards[::-1]
    assert len(set(forwards)) == 3


def test_two_runs_give_the_same_bytes_and_two_seeds_do_not(engine: str, clinic: Clinic) -> None:
    digest = simulate(clinic(COURSE + HOME), engine=engine).digest
    assert simulate(clinic(COURSE + HOME), engine=engine).digest == digest
    assert simulate(clinic(COURSE + HOME, **{"run.seed": 12}), engine=engine).digest != digest


def test_a_longer_run_begins_with_the_shorter_one(engine: str, clinic: Clinic) -> None:
    shorter = simulate(clinic(COURSE + HOME), engine=engine).events
    longer = simulate(clinic(COURSE + HOME, **{"run.duration": 130}), engine=engine).events
    first = longer[longer["time"] < 100].reset_index(drop=True)
    assert first.equals(shorter)
