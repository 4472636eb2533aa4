"""What rules make of an end, for all kinds of patient at once."""

from collections.abc import Callable

import pytest

from sim.flows.decisions import Decisions, Moment
from sim.plan import plan
from sim.rules.conditions import Person
from sim.scenario.types import Scenario
from sim.tables import DISCHARGE
from sim.words import Reason

Clinic = Callable[..., Scenario]
COMPLETED, RELAPSE = int(Reason.COMPLETED), int(Reason.RELAPSE)

TEXT = """
[traits.housing]
shares = { stable = 0.5, unstable = 0.5 }
[effects.housing.unstable]
"iop.completes_to" = { odds_ratio = 3.0, option = "op" }
[levels.iop]
length_of_stay = "20 days"
relapse = { dist = "exponential", mean = 30 }
completes_to = { op = 0.5, discharge = 0.5 }
on_relapse = [
    { when = { relapses_in_stay = ">= 2", days_in_stay = ">= 7" }, go = "discharge" },
    { go = "stay" },
]
[levels.op]
length_of_stay = "20 days"
"""


@pytest.fixture
def decisions(clinic: Clinic) -> Decisions:
    people = [Person((trait,), -1, 0, 0, (1.0, 0.0, 0.0, 0.0, 0.0, 0.0)) for trait in (1, 0, 1)]
    return Decisions(plan(clinic(TEXT)).tables, 0, people)


def test_shares_differ_by_trait_where_an_effect_says_so(decisions: Decisions) -> None:
    # odds 1 become 3: three quarters
    found = {one.to: one.share.tolist() for one in decisions.at(Moment(COMPLETED), 0.0)}
    assert found == {1: [0.75, 0.5, 0.75], DISCHARGE: [0.25, 0.5, 0.25]}


def test_relapses_count_only_where_rules_ask_for_them(decisions: Decisions) -> None:
    assert decisions.count_relapses(RELAPSE)
    assert not decisions.count_relapses(COMPLETED)


def test_rules_change_their_mind_at_the_bounds_of_their_conditions(decisions: Decisions) -> None:
    assert decisions.borders(RELAPSE).tolist() == [7.0]
    before, after = Moment(RELAPSE, 2, (0, 0)), Moment(RELAPSE, 2, (0, 1))
    assert [one.to for one in decisions.at(before, 6.9)] != [DISCHARGE]
    assert [one.to for one in decisions.at(after, 7.0)] == [DISCHARGE]
    assert [one.to for one in decisions.at(Moment(RELAPSE, 1, (1, 1)), 9.0)] != [DISCHARGE]
