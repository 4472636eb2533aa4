"""Sobol indices of a sweep: those of the plan and of the report, and only where the sample is a plan."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim import sweeps
from sim.errors import ScenarioError
from sim.experiments import sobol
from sim.experiments.indices import indices_of, standard_errors
from sim.experiments.sensitivity import sensitivity
from sim.experiments.sweep import sweep
from sim.plots import figures
from sim.scenario.types import Scenario

Clinic = Callable[..., Scenario]

TEXT = """
[run]
duration = 30
replications = 3
[levels.day]
capacity = 2
length_of_stay = { dist = "exponential", mean = 3 }
[levels.evening]
length_of_stay = 2
[sweep]
grid = { "levels.day.capacity" = [1, 5] }
report = ["occupancy.day", "census.evening.mean"]
[sweep.sample]
method = "saltelli"
points = 4
ranges = { "levels.day.capacity" = [1, 4], "arrivals.all.per_day" = [0.5, 1.5] }
"""


@pytest.fixture(autouse=True)
def one_kind_of_figure_and_few_resamples(monkeypatch: Any) -> None:
    monkeypatch.setattr(figures, "KINDS", ("svg",))
    monkeypatch.setattr(sobol, "RESAMPLES", 20)


def test_a_sweep_by_saltelli_gives_the_indices_that_a_sensitivity_gives(
    clinic: Clinic, tmp_path: Path
) -> None:
    scenario = clinic(TEXT)
    with sweeps.claimed(tmp_path / "out", scenario) as store:
        swept = sweep(scenario, store, jobs=1)
        written = sweeps.write(swept, tmp_path / "out")
    assert len(swept.points) == 1 + 2 + 4 * 4
    asked = sensitivity(scenario, points=4, jobs=1).indices()
    pd.testing.assert_frame_equal(written.indices, asked)
    assert {path.name for path in (tmp_path / "out" / "figures").iterdir()} >= {"indices.svg", "lines.svg"}
    assert pd.read_csv(tmp_path / "out" / "indices.csv")["key"].tolist() == asked["key"].tolist()


def test_another_sample_has_no_indices(clinic: Clinic, tmp_path: Path) -> None:
    scenario = clinic(TEXT.replace('"saltelli"', '"sobol"'))
    with sweeps.claimed(tmp_path / "out", scenario) as store:
        swept = sweep(scenario, store, jobs=1)
        written = sweeps.write(swept, tmp_path / "out")
    assert written.indices.empty
    assert indices_of(swept, written.report).empty
    assert not (tmp_path / "out" / "indices.csv").exists()


def test_a_plan_has_a_power_of_two_of_rows(clinic: Clinic) -> None:
    with pytest.raises(ScenarioError, match=r"sweep\.sample\.points: is 12; want a power of 2"):
        clinic(TEXT.replace("points = 4", "points = 12"))


def test_a_standard_error_is_read_off_the_side_of_the_interval_that_is_not_cut() -> None:
    # t(2) = 4.303: half-widths of 0.4303 and, cut at 1 above, 0.2 of 0.8606.
    rows = pd.DataFrame(
        {"mean": [0.5, 0.8], "ci_low": [0.0697, -0.0606], "ci_high": [0.9303, 1.0], "replications": 3}
    )
    assert standard_errors(rows).tolist() == pytest.approx([0.1, 0.2], abs=1e-4)
