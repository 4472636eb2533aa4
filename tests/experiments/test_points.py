"""The points of a sweep: what they set, how samples are spread, and where a fault is said to be."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import ScenarioError, SimError
from sim.experiments.points import assumptions, at, points, value_at
from sim.scenario.load import load
from sim.scenario.types import Scenario

Clinic = Callable[..., Scenario]

DAY = '[levels.day]\ncapacity = 5\nlength_of_stay = { dist = "gamma", mean = 6, sd = 3 }\n'


def keys_of(scenario: Scenario) -> list[dict[str, object]]:
    return [point.keys for point in points(scenario)]


def test_a_grid_is_every_combination_after_the_scenario_itself(clinic: Clinic) -> None:
    scenario = clinic(
        DAY + '[sweep]\ngrid = { "levels.day.capacity" = [4, 6], "levels.day.length_of_stay.mean" = [5, 7] }'
    )
    a, b = "levels.day.capacity", "levels.day.length_of_stay.mean"
    assert keys_of(scenario) == [{}, {a: 4, b: 5}, {a: 4, b: 7}, {a: 6, b: 5}, {a: 6, b: 7}]
    assert [point.number for point in points(scenario)] == [0, 1, 2, 3, 4]


def test_a_point_is_the_scenario_with_its_keys_set(clinic: Clinic) -> None:
    scenario = clinic(DAY + '[sweep]\ngrid = { "levels.day.capacity" = [4, 5] }')
    made = [at(scenario, point) for point in points(scenario)]
    assert made[1].digest == scenario.with_("levels.day.capacity", 4).digest
    assert made[2].digest == made[0].digest == scenario.digest


def test_single_points_set_any_keys_a_distribution_as_a_whole(clinic: Clinic) -> None:
    scenario = clinic(
        DAY
        + "[[sweep.points]]\nlevels.day.capacity = 9\narrivals.all.per_day = 2.0\n"
        + '[[sweep.points]]\n"levels.day.capacity" = 8\n'
        + '[[sweep.points]]\nlevels.day.length_of_stay = { dist = "exponential", mean = 4 }\n'
    )
    nine, eight, other = (at(scenario, point) for point in points(scenario)[1:])
    assert (nine.levels["day"].capacity, nine.arrivals["all"].per_day) == (9, 2.0)
    assert eight.levels["day"].capacity == 8
    assert (
        other.digest == scenario.with_("levels.day.length_of_stay", {"dist": "exponential", "mean": 4}).digest
    )


@pytest.mark.parametrize("method", ["sobol", "latin-hypercube"])
def test_a_sample_has_one_value_in_every_slice_of_every_range(clinic: Clinic, method: str) -> None:
    # Both plans promise it for 16 points: each sixteenth of a range is met once (McKay, Beckman and Conover
    # 1979; Sobol 1967, a (t, m, s)-net in each single coordinate).
    scenario = clinic(
        DAY
        + f'[sweep.sample]\nmethod = "{method}"\npoints = 16\n'
        + 'ranges = { "arrivals.all.per_day" = [1, 3], "levels.day.length_of_stay.mean" = [4, 12] }'
    )
    keys = keys_of(scenario)[1:]
    for key, low, width in (("arrivals.all.per_day", 1, 2), ("levels.day.length_of_stay.mean", 4, 8)):
        slices = sorted(int((float(one[key]) - low) / width * 16) for one in keys)  # type: ignore[arg-type]
        assert slices == list(range(16))
    assert keys_of(scenario)[1:] == keys


def test_whole_numbers_of_a_range_come_equally_often_its_ends_included(clinic: Clinic) -> None:
    scenario = clinic(DAY + '[sweep.sample]\npoints = 16\nranges = { "levels.day.capacity" = [3, 6] }')
    values = [one["levels.day.capacity"] for one in keys_of(scenario)[1:]]
    assert all(isinstance(value, int) for value in values)
    assert [values.count(number) for number in (3, 4, 5, 6)] == [4, 4, 4, 4]


def test_more_points_of_a_sobol_sample_leave_the_first_as_they_were(clinic: Clinic) -> None:
    text = DAY + '[sweep.sample]\npoints = 8\nranges = { "arrivals.all.per_day" = [1, 3] }'
    few = keys_of(clinic(text))
    many = keys_of(clinic(text, **{"sweep.sample.points": 20}))
    assert many[:9] == few
    assert len(many) == 21


def test_another_seed_gives_another_sample(clinic: Clinic) -> None:
    text = DAY + '[sweep.sample]\npoints = 8\nranges = { "arrivals.all.per_day" = [1, 3] }'
    assert keys_of(clinic(text)) != keys_of(clinic(text, **{"run.seed": 2}))


def test_a_fault_of_a_point_has_the_file_and_line_of_its_key(tmp_path: Path) -> None:
    path = tmp_path / "faulty.toml"
    path.write_text(
        'schema = 1\nname = "faulty"\n[run]\nduration = 60\n[arrivals.all]\nper_day = 1\nenters = "day"\n'
        + DAY
        + '[sweep]\ngrid = { "levels.day.capcity" = [1] }\n[[sweep.points]]\nlevels.day.capacity = -3\n'
    )
    scenario = load(path)
    first, second = points(scenario)[1:]
    with pytest.raises(ScenarioError, match=rf"{path.name}:12: .*levels.day.capcity.*did you mean capacity"):
        at(scenario, first)
    with pytest.raises(ScenarioError, match=rf"{path.name}:14: .*levels.day.capacity.*is -3; want"):
        at(scenario, second)


@pytest.mark.parametrize("text", ["", "[sweep]\n"])
def test_a_scenario_without_a_sweep_is_refused(clinic: Clinic, text: str) -> None:
    with pytest.raises(SimError, match="sweep"):
        points(clinic(DAY + text))


def test_a_sweep_over_length_of_stay_says_what_a_longer_stay_carries(clinic: Clinic) -> None:
    scenario = clinic(
        DAY
        + 'dropout = 0.1\nrelapse = { dist = "exponential", mean = 50 }\nother_ends = { moved = "90 days" }\n'
        "[levels.evening]\nlength_of_stay = 5\n"
    )
    keys = ["levels.day.length_of_stay.mean", "levels.day.capacity", "levels.evening.length_of_stay"]
    assert assumptions(scenario, keys) == [
        "day: relapse, moved by a clock in days, so a longer stay carries more; "
        "dropout by a probability per stay, so a longer stay carries no more",
        "evening: nothing but the planned stay ends it",
    ]
    assert assumptions(scenario, ["levels.day.capacity", "run.seed"]) == []


def test_the_value_at_a_key_is_what_is_written_there(clinic: Clinic) -> None:
    scenario = clinic(DAY)
    assert value_at(scenario, "levels.day.length_of_stay.mean") == 6
    assert value_at(scenario, "levels.day.hold") is None
