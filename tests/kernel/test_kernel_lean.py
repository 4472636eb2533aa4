"""The code for lean scenarios: what it leaves out never happens in them, and the logs stay the same."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import uncompiled
from side_by_side import difference, outcome, ready

from sim.engines.granted import LEAN, NOTHING, ORDINARY, granted
from sim.plan import plan
from sim.scenario.load import load
from sim.scenario.types import Scenario

PLAIN = Path(__file__).parents[2] / "benchmarks" / "plain.toml"

BUSY = """
[run]
duration = "40 days"
[start]
census = "census.csv"
waitlist = "waitlist.csv"
[arrivals.walk_in]
per_day = 3
enters = { bed = 0.6, day = 0.4 }
[arrivals.list]
dates = "referrals.csv"
[levels.bed]
capacity = 2
admits = ["mon", "tue", "thu"]
length_of_stay = { dist = "empirical", values = [0, 1, 2], weights = [1, 2, 2] }
completes_to = { "step down" = 0.7, discharge = 0.3 }
[levels.bed.waitlist]
patience = "2 days"
[levels.day]
capacity = 4
length_of_stay = { dist = "gamma", mean = 9, sd = 5 }
relapse = { dist = "weibull", shape = 0.7, scale = 8 }
on_relapse = [{ go = { "step up" = 0.5, stay = 0.5 } }]
[levels.day.waitlist]
patience = { dist = "weibull", shape = 0.6, scale = 2 }
[after.default]
returns_to_care = { share = 0.6, delay = { dist = "exponential", mean = 3 } }
[[changes]]
on = 12
levels.bed.capacity = 0
[[changes]]
on = 20
levels.bed.capacity = 3
"""
"""All that a lean scenario may have: census, dated referrals, doors, dated changes, ties, stays of 0 days."""


@pytest.fixture
def busy(clinic: Callable[..., Scenario], tmp_path: Path) -> Scenario:
    (tmp_path / "census.csv").write_text("level,days\nbed,1\nday,3\nday,0\n")
    (tmp_path / "waitlist.csv").write_text("level,days\nday,2\nbed,0\n")
    (tmp_path / "referrals.csv").write_text("day,id,enters\n0,ann,bed\n3,bob,day\n3,cam,bed\n")
    return clinic(BUSY)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """No patient is ever given another value than the known one, in the kernel with the compiler off."""
    write = uncompiled.Row.__setattr__

    def look(self: Any, name: str, value: Any) -> None:
        known = LEAN.state["patients"]
        if "days_set" in self.record.dtype.names and name in known:
            assert value == known[name], f"{name} = {value}"
        write(self, name, value)

    monkeypatch.setattr(uncompiled.Row, "__setattr__", look)


@pytest.mark.usefixtures("watched")
def test_what_is_left_out_for_lean_scenarios_never_happens_in_them(busy: Scenario) -> None:
    for one in ready(busy, replications=3):
        assert granted(one.plan.tables) is LEAN
        log = uncompiled.log_of(one)
        assert not (differs := difference(outcome(one, "reference"), log)), differs


def test_the_compiled_engine_gives_the_same_logs_of_lean_scenarios(busy: Scenario) -> None:
    for one in ready(busy, replications=20):
        differs = difference(outcome(one, "reference"), outcome(one, "compiled"))
        assert not differs, differs


def test_the_plain_network_is_lean_and_the_baseline_is_not() -> None:
    assert granted(plan(load(PLAIN)).tables) is LEAN
    assert granted(plan(load(PLAIN.parents[1] / "scenarios" / "baseline.toml")).tables) is ORDINARY


def test_one_level_and_a_stay_are_lean(clinic: Callable[..., Scenario]) -> None:
    assert granted(plan(clinic("[levels.day]\nlength_of_stay = 3\n")).tables) is LEAN


@pytest.mark.parametrize(
    "more",
    [
        "length_of_stay = 3\nhold = '1 day'",
        "length_of_stay = 3\ndropout = { share = 0.1, by_day = 3, dist = 'exponential' }",
        "length_of_stay = 3\nreview = { every = '7 days', go = 'stay' }",
        "length_of_stay = 3\nminimum_stay = '1 day'",
        "length_of_stay = { dist = 'exponential', mean = 3, max = 9 }",
        "length_of_stay = 3\nwaitlist.limit = 3",
        "length_of_stay = 3\nwaitlist.transfers = 'merged'",
    ],
)
def test_with_any_of_the_rest_no_scenario_is_lean(clinic: Callable[..., Scenario], more: str) -> None:
    assert granted(plan(clinic(f"[levels.day]\n{more}\n")).tables) is ORDINARY


@pytest.mark.parametrize(
    "more",
    [
        "tracks.evening.seats = 3",
        "[intake.stages.call]\nshare = 0.8",
        "[roles.nurse]\nroster = [{ fte = 1 }]",
    ],
)
def test_tracks_intake_and_staff_take_the_whole_kernel(clinic: Callable[..., Scenario], more: str) -> None:
    with_more = clinic(f"[levels.day]\nlength_of_stay = 3\n{more}\n")
    assert granted(plan(with_more).tables) is NOTHING
