"""Which patients a condition holds for."""

from collections.abc import Callable
from typing import Any

import pytest

from sim.rules.conditions import holds
from sim.tables import Tables

SCENARIO = """
[traits.housing]
shares = {{ stable = 0.5, shelter = 0.3, street = 0.2 }}
[arrivals.home]
per_day = 1
enters = "a"
[arrivals.court]
per_day = 1
enters = "a"
[levels.a]
length_of_stay = 5
on_completion = [{{ when = {{ {condition} }}, go = "b" }}]
[levels.b]
length_of_stay = 5
"""
STABLE, SHELTER, STREET = range(3)
HOME, COURT, DAY_0 = 0, 1, -1
OUTSIDE, A, B = -1, 0, 1


@pytest.mark.parametrize(
    ("condition", "traits", "course", "held"),
    [
        ("", (STREET,), {}, True),
        ('housing = "street"', (STREET,), {}, True),
        ('housing = "street"', (STABLE,), {}, False),
        ('housing = ["shelter", "street"]', (SHELTER,), {}, True),
        ('housing = ["shelter", "street"]', (STABLE,), {}, False),
        ('from = "outside"', (STABLE,), {"origin": OUTSIDE}, True),
        ('from = "outside"', (STABLE,), {"origin": A}, False),
        ('from = ["b", "outside"]', (STABLE,), {"origin": B}, True),
        ('source = "court"', (STABLE,), {"source": COURT}, True),
        ('source = "court"', (STABLE,), {"source": HOME}, False),
        ('source = ["home", "court"]', (STABLE,), {"source": DAY_0}, False),
        ('relapses = ">= 2"', (STABLE,), {"relapses": 2}, True),
        ('relapses = ">= 2"', (STABLE,), {"relapses": 1}, False),
        ('relapses = "> 2"', (STABLE,), {"relapses": 2}, False),
        ('step_ups = "< 1"', (STABLE,), {"step_ups": 1}, False),
        ('step_ups = "<= 1"', (STABLE,), {"step_ups": 1}, True),
        ("relapses_in_stay = 2", (STABLE,), {"relapses_in_stay": 2, "relapses": 5}, True),
        ('episode = "2..4"', (STABLE,), {"episode": 4}, True),
        ('episode = "2..4"', (STABLE,), {"episode": 5}, False),
        ('days_in_stay = ">= 7", days_in_care = "< 30"', (STABLE,), {"days_in_stay": 7}, True),
        ('days_in_stay = ">= 7", days_in_care = "< 30"', (STABLE,), {"days_in_stay": 6.9}, False),
        (
            'days_in_stay = ">= 7", days_in_care = "< 30"',
            (STABLE,),
            {"days_in_stay": 7, "days_in_care": 30},
            False,
        ),
    ],
)
def test_a_condition_holds_when_all_its_tests_are_passed(
    condition: str,
    traits: tuple[int, ...],
    course: dict[str, Any],
    held: bool,
    tables: Callable[[str], Tables],
    person: Callable[..., Any],
) -> None:
    t = tables(SCENARIO.format(condition=condition))
    rule = next(rule for rule in t.rules if t.options[rule.first].to == B)
    assert holds(t, rule.condition, person(*traits, **course)) is held
