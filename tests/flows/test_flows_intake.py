"""What an intake lets through before any run: shares worked by hand."""

from collections.abc import Callable

import pytest

from sim.flows.intake import stage_loads
from sim.plan import plan
from sim.scenario.types import Scenario
from sim.traffic import offered_load

TEXT = """
[traits.housing]
shares = { stable = 0.75, unstable = 0.25 }
[arrivals.phone]
per_day = 4.0
enters = "iop"
[arrivals.court]
per_day = 1.0
enters = "iop"
[intake]
sources = ["phone"]
[intake.stages.call]
share = { by = "housing", stable = 0.8, unstable = 0.4 }
[intake.stages.visit]
appointments = { mon = 9, thu = 9 }
show_up = { days = [0, 5], share = [0.5, 0.2] }
share = 0.9
[levels.iop]
length_of_stay = "10 days"
"""


@pytest.fixture
def scenario(clinic: "Callable[..., Scenario]") -> Scenario:
    return clinic(TEXT)


def test_the_load_of_a_level_is_of_those_whom_the_intake_lets_through(scenario: Scenario) -> None:
    # 4 × (0.75 × 0.8 + 0.25 × 0.4) × 0.5 × 0.9 = 1.26 a day, and 1 from the court, for ten days each
    (row,) = offered_load(scenario).to_dict("records")
    assert row["admissions_per_day"] == pytest.approx(2.26, rel=1e-6)
    assert row["load"] == pytest.approx(22.6, rel=1e-6)
    assert row["approximate"]


def test_the_load_of_a_stage_is_of_those_who_begin_it(scenario: Scenario) -> None:
    (visit,) = stage_loads(scenario, plan(scenario))
    assert visit.patients == pytest.approx(7 * 4 * 0.7)  # a week
    assert visit.appointments == 18
    assert not visit.settles


def test_returns_that_pass_the_intake_again_are_thinned_by_it(clinic: "Callable[..., Scenario]") -> None:
    text = """
[arrivals.phone]
per_day = 1.0
enters = "iop"
[intake]
returns = {returns}
[intake.stages.call]
share = 0.5
[levels.iop]
length_of_stay = "10 days"
[after.completed]
returns_to_care = {{ share = 0.5, delay = "10 days" }}
"""
    # a = 0.5 + 0.5 a without, a = 0.5 + 0.25 a with the intake on returns
    for returns, admissions in (("false", 1.0), ("true", 0.5 / 0.75)):
        (row,) = offered_load(clinic(text.format(returns=returns))).to_dict("records")
        assert row["admissions_per_day"] == pytest.approx(admissions, rel=1e-6)
