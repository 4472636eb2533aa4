"""What is legal but odd is warned of with its line, and a sound scenario gives no warning."""

from pathlib import Path

import pytest

from sim.scenario.checks import warnings
from sim.scenario.load import load, loads

DATA = Path(__file__).parents[1] / "data"
SCENARIOS = Path(__file__).parents[2] / "scenarios"
TWO = """\
schema = 1
name = "two"
[run]
duration = 100
[arrivals.all]
per_day = 1
enters = "day"
[levels.day]
capacity = 5
length_of_stay = "5 days"
[levels.night]
capacity = 4
length_of_stay = { dist = "exponential", mean = 9 }
"""


def warned(text: str, old: str = "", new: str = "") -> list[str]:
    assert old in text
    return [str(one).removeprefix("<text>:") for one in warnings(loads(text.replace(old, new, 1), DATA))]


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.toml")), ids=lambda path: path.stem)
def test_our_own_scenarios_have_nothing_odd(path: Path) -> None:
    assert [str(one) for one in warnings(load(path))] == []


def test_a_sound_scenario_gives_no_warning() -> None:
    assert warned(TWO) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("duration = 100", "duration = 100\nreplications = 3",
         "5: run.replications: is 3: below 20 the intervals of waits are unreliable"),
        ("capacity = 4", "capacity = 0", "12: levels.night.capacity: is 0: nobody is ever admitted"),
        ('"5 days"', '"5 days"\ncompletes_to = "discharge"',
         "12: levels.night: is a level that nobody reaches"),
        ("per_day = 1", "per_day = 0", "8: levels.day: is a level that nobody reaches"),
        ("mean = 9", "mean = 9, max = 3",
         "13: levels.night.length_of_stay: is mostly cut: 72 % lie outside min and max"),  # exp(-1/3) = 0.717
        ("mean = 9", "mean = 9, min = 9",
         "13: levels.night.length_of_stay: is mostly cut: 63 % lie outside min and max"),  # 1 - exp(-1)
        ('"5 days"', '"5 days"\non_completion = [{ go = "night" }, { go = "discharge" }]',
         "11: levels.day.on_completion.1: never acts: a rule before it always applies"),
        ('"5 days"', '"5 days"\non_completion = [{ go = "night" }]\ncompletes_to = "night"',
         "12: levels.day.completes_to: never acts: a rule always applies before it"),
        ('enters = "day"', 'enters = "day"\nplacement = [{ enters = "night" }]',
         "7: arrivals.all.enters: never acts: the last placement rule always applies"),
        ('"5 days"', '"5 days"\non_dropout = [{ go = "night" }]',
         "11: levels.day.on_dropout: never acts: the level has no `dropout`"),
        ('"5 days"', '"5 days"\nrelapse = 0.1\non_relapse = [{ go = "night", extend_by = 3 }]',
         "12: levels.day.on_relapse.0.extend_by: never acts: nobody stays or extends by this rule"),
        ('"5 days"', '"5 days"\non_completion = [{ go = "discharge", hold = 3 }]',
         "11: levels.day.on_completion.0.hold: never acts: the rule leads to no level"),
        ('"5 days"', '"5 days"\nwaitlist.divert = { over_limit = true, to = "night" }',
         "11: levels.day.waitlist.divert.over_limit: never acts: the waitlist has no limit"),
        ('"5 days"', '"5 days"\nadmits_on = [2025-01-01]',
         "11: levels.day.admits_on: has no date within the run: nobody is ever admitted"),
        ("[run]", "[effects.episode]\ndropout = { hazard_ratio = 2 }\n[run]",
         "4: effects.episode.dropout: acts on nothing: no such clock or choice is set"),
        ("[run]", "[start]\ncensus = { day = 6 }\n[run]",
         "4: start.census: has 6 patients in day, which has 5 places: nobody is admitted at first"),
        ("[run]", "[start]\ncensus = { day = 2 }\n[run]\nwarm_up = 9",
         "6: run.warm_up: leaves out the first days after a census that was counted today"),
        ("[run]", "[[changes]]\non = 100\nlevels.day.capacity = 3\n[run]",
         "4: changes.0.on: comes after the end of the run: the change never acts"),
    ],
)  # fmt: skip
def test_what_is_odd_is_warned_of(old: str, new: str, line: str) -> None:
    assert line in warned(TWO, old, new)


def test_holds_without_limit_that_form_a_ring_are_named() -> None:
    ring = TWO.replace('"5 days"', '"5 days"\nhold = "unlimited"')
    assert warned(ring) == []  # one way only
    ring = ring.replace("mean = 9 }", 'mean = 9 }\nhold = { day = "unlimited" }\ncompletes_to = "day"')
    assert warned(ring) == [
        "11: levels.day.hold: is without limit, as is that of night: full levels can lock",
        "15: levels.night.hold: is without limit, as is that of day: full levels can lock",
    ]
    assert warned(ring.replace("capacity = 4\n", "")) == []  # a level that is never full locks nobody
