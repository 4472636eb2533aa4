"""Offered load against the known answers, against sums worked by hand, and against long simulations."""

from collections.abc import Callable
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, reject, settings
from scenarios_at_random import scenarios
from scipy.stats import norm, t

from sim.engines import simulate
from sim.errors import ScenarioError
from sim.measures.census import census
from sim.measures.throughput import throughput
from sim.scenario.load import loads
from sim.scenario.types import Scenario
from sim.traffic import LOAD_COLUMNS, SHARE_COLUMNS, ending_shares, offered_load, reckon

Clinic = Callable[..., Scenario]


def of(table: pd.DataFrame, level: str) -> Any:
    """The only row of a level."""
    (row,) = table[table["level"] == level].itertuples()
    return row


def shares(scenario: Scenario, level: str) -> dict[str, float]:
    table = ending_shares(scenario)
    mine = table[table["level"] == level]
    return dict(zip(mine["cause"], mine["share"], strict=True))


NETWORK = """
[arrivals.one]
per_day = 0.5
enters = "residential"
[arrivals.two]
per_day = 0.3
enters = "iop"
[levels.residential]
capacity = 5
length_of_stay = { dist = "exponential", mean = 6 }
completes_to = { iop = 0.6, op = 0.2, discharge = 0.2 }
[levels.iop]
capacity = 14
length_of_stay = { dist = "exponential", mean = 10 }
completes_to = { residential = 0.15, op = 0.5, discharge = 0.35 }
[levels.op]
capacity = 20
length_of_stay = { dist = "exponential", mean = 20 }
completes_to = { residential = 0.1, iop = 0.2, discharge = 0.7 }
"""


def test_a_network_with_loops_has_the_load_of_the_known_answers(clinic: Clinic) -> None:
    table = offered_load(clinic(NETWORK))
    assert tuple(table.columns) == LOAD_COLUMNS
    # case C01 of the known answers (Jackson 1957)
    for level, per_day, census_there in (
        ("residential", 0.676392572944, 4.05835543767),
        ("iop", 0.814323607427, 8.14323607427),
        ("op", 0.542440318302, 10.848806366),
    ):
        row = of(table, level)
        assert row.admissions_per_day == pytest.approx(per_day, rel=1e-9)
        assert row.load == pytest.approx(census_there, rel=1e-7)
        assert row.load_ratio == pytest.approx(census_there / row.capacity, rel=1e-7)
        assert (row.verdict, row.approximate, row.growth_per_month) == ("settles", False, 0.0)


def one_level(stay: str, rest: str = "", *, below: str = "") -> str:
    """A level of one arrival a day, with `rest` in its table."""
    return f"[levels.iop]\nlength_of_stay = {stay}\n{rest}\n{below}"


FIXED_28 = '"28 days"'


def test_dropout_before_a_fixed_end_is_worked_by_hand(clinic: Clinic) -> None:
    # constant hazard 1/40 a day over 28 days: e^−0.7 stay to the end
    found = clinic(one_level(FIXED_28, 'dropout = { dist = "exponential", mean = 40 }'))
    left = exp(-0.7)
    table = ending_shares(found)
    assert tuple(table.columns) == SHARE_COLUMNS
    by_cause = table.set_index("cause")
    assert by_cause.share["completed"] == pytest.approx(left, rel=1e-6)
    assert by_cause.mean_days["completed"] == pytest.approx(28.0, rel=1e-9)
    assert by_cause.mean_days["dropout"] == pytest.approx((40 - 68 * left) / (1 - left), rel=1e-4)
    assert of(offered_load(found), "iop").mean_stay_days == pytest.approx(40 * (1 - left), rel=1e-6)


def test_exponential_clocks_share_the_ends_by_their_rates(clinic: Clinic) -> None:
    text = one_level(
        '{ dist = "exponential", mean = 20 }',
        'dropout = { dist = "exponential", mean = 60 }\n'
        'other_ends = { administrative = { dist = "exponential", mean = 30 } }',
    )
    # rates 3, 1 and 2 per 60 days
    found = shares(clinic(text), "iop")
    assert found == pytest.approx({"completed": 1 / 2, "dropout": 1 / 6, "administrative": 1 / 3}, rel=1e-4)
    assert of(offered_load(clinic(text)), "iop").mean_stay_days == pytest.approx(10.0, rel=1e-4)


def test_a_probability_keeps_its_share_whatever_the_stay(clinic: Clinic) -> None:
    text = one_level('{ dist = "gamma", mean = 50, sd = 25 }', "dropout = 0.2")
    assert shares(clinic(text), "iop")["dropout"] == pytest.approx(0.2, rel=1e-6)
    # at constant hazard the mean stay is planned · p / −ln(1 − p)
    mean = of(offered_load(clinic(text)), "iop").mean_stay_days
    assert mean == pytest.approx(50 * 0.2 / -log(0.8), rel=1e-5)


def test_a_probability_is_less_where_another_clock_competes(clinic: Clinic) -> None:
    # over the planned 30 days: hazard ln 2 in all for dropout, 1 for the other end
    text = one_level('"30 days"', 'dropout = 0.5\nother_ends = { a = { dist = "exponential", mean = 30 } }')
    total = log(2) + 1
    found = shares(clinic(text), "iop")
    assert found["dropout"] == pytest.approx(log(2) / total * (1 - exp(-total)), rel=1e-6)


def test_a_minimum_stay_moves_the_planned_end(clinic: Clinic) -> None:
    text = one_level('{ dist = "exponential", mean = 10 }', 'minimum_stay = "7 days"')
    mean = of(offered_load(clinic(text)), "iop").mean_stay_days
    assert mean == pytest.approx(7 + 10 * exp(-0.7), rel=2e-3)


def test_ends_as_published_are_taken_as_they_are(clinic: Clinic) -> None:
    text = """
[levels.op.ends]
completed = { share = 0.4, stay = { dist = "lognormal", median = 104, mean = 138 } }
dropout = { share = 0.6, stay = { dist = "lognormal", median = 45, mean = 83 } }
"""
    table = ending_shares(clinic(text)).set_index("cause")
    assert table.share.to_dict() == pytest.approx({"completed": 0.4, "dropout": 0.6}, rel=1e-9)
    assert table.mean_days.to_dict() == pytest.approx({"completed": 138, "dropout": 83}, rel=1e-6)


def test_a_mixture_and_single_values_keep_their_means(clinic: Clinic) -> None:
    values = '{ dist = "empirical", values = [7, 14, 28], weights = [1, 1, 2] }'
    assert of(offered_load(clinic(one_level(values))), "iop").load == pytest.approx(19.25, rel=1e-9)
    parts = '{ share = 0.3, dist = "fixed", value = 5 }, { share = 0.7, dist = "exponential", mean = 40 }'
    mixture = f'{{ dist = "mixture", parts = [{parts}] }}'
    assert of(offered_load(clinic(one_level(mixture))), "iop").load == pytest.approx(29.5, rel=2e-3)


def test_a_relapse_that_prolongs_the_stay(clinic: Clinic) -> None:
    # the first relapse within 20 days adds 5 days, further ones nothing
    text = one_level(
        '"20 days"',
        'relapse = { dist = "exponential", mean = 30 }\n'
        "on_relapse = [\n"
        '  { when = { relapses_in_stay = "1" }, go = "stay", extend_by = "5 days" },\n'
        '  { go = "stay" },\n'
        "]",
    )
    row = of(offered_load(clinic(text)), "iop")
    assert row.mean_stay_days == pytest.approx(20 + 5 * (1 - exp(-2 / 3)), rel=1e-4)
    assert not row.approximate


def test_a_second_relapse_soon_after_the_first_is_not_missed(clinic: Clinic) -> None:
    # relapses on 40 days are Poisson with mean 1: two or more with chance 1 − 2/e
    text = one_level(
        '"40 days"',
        'relapse = { dist = "exponential", mean = 40 }\n'
        'on_relapse = [{ when = { relapses_in_stay = ">= 2" }, go = "discharge" }, { go = "stay" }]',
    )
    assert shares(clinic(text), "iop")["relapse"] == pytest.approx(1 - 2 / exp(1), rel=1e-3)


def test_reviews_that_end_stays(clinic: Clinic) -> None:
    # reviews at 10, 20 and 30 days, the last before the planned end: 0.1, 0.09, 0.081 are discharged there
    text = one_level('"30 days"', 'review = { every = "10 days", go = { stay = 0.9, discharge = 0.1 } }')
    found = clinic(text)
    assert shares(found, "iop")["review"] == pytest.approx(0.271, rel=1e-9)
    assert of(offered_load(found), "iop").load == pytest.approx(0.1 * 10 + 0.09 * 20 + 0.81 * 30, rel=1e-9)


def test_reviews_that_prolong_stays(clinic: Clinic) -> None:
    # every prolonged stay reaches one more review: 10 + 7 · (1/2 + 1/4 + …) days
    text = one_level(
        '"10 days"',
        'review = { every = "7 days", go = { stay = 0.5, extend = 0.5 }, extend_by = "7 days" }',
    )
    assert of(offered_load(clinic(text)), "iop").load == pytest.approx(17.0, rel=1e-6)


def test_reviews_before_the_minimum_stay_are_skipped(clinic: Clinic) -> None:
    text = one_level(
        '"30 days"',
        'minimum_stay = "15 days"\nreview = { every = "10 days", go = { stay = 0.9, discharge = 0.1 } }',
    )
    assert of(offered_load(clinic(text)), "iop").load == pytest.approx(0.1 * 20 + 0.9 * 30, rel=1e-9)


def test_a_review_on_the_very_day_of_a_bound_is_on_its_far_side(clinic: Clinic) -> None:
    # on day 20 all who have not dropped out are discharged: e^−20/21 of one half, e^−34/21 of the other
    text = (
        "[traits.housing]\nshares = { stable = 0.5, unstable = 0.5 }\n"
        "[effects.housing.unstable]\ndropout = { hazard_ratio = 1.7 }\n"
    ) + one_level(
        '"30 days"',
        'dropout = { dist = "exponential", mean = 21 }\n'
        '[[levels.iop.review.rules]]\nwhen = { days_in_stay = ">= 20" }\ngo = "discharge"\n'
        '[[levels.iop.review.rules]]\ngo = "stay"\n',
        below='[levels.iop.review]\nevery = "10 days"\n',
    )
    by_hand = (exp(-20 / 21) + exp(-34 / 21)) / 2
    assert shares(clinic(text), "iop")["review"] == pytest.approx(by_hand, rel=1e-6)


STEP_UP = """
[arrivals.all]
per_day = 1.0
enters = "iop"
[levels.php]
length_of_stay = "20 days"
[levels.iop]
length_of_stay = "40 days"
relapse = { dist = "exponential", mean = 50 }
on_relapse = [{ go = "step up", for = "7 days", then = "WAY" }]
"""


def test_a_step_up_for_a_while_and_back_with_the_days_that_remained(clinic: Clinic) -> None:
    # the 40 days of IOP are lived in all, and the relapses on them are Poisson with mean 0.8
    table = offered_load(clinic(STEP_UP.replace("WAY", "back")))
    assert of(table, "iop").load == pytest.approx(40.0, rel=2e-3)
    assert of(table, "iop").admissions_per_day == pytest.approx(1.8, rel=2e-3)
    assert of(table, "php").admissions_per_day == pytest.approx(0.8, rel=3e-3)
    assert of(table, "php").mean_stay_days == pytest.approx(7.0, rel=1e-9)


def test_a_step_up_for_a_while_and_back_to_a_new_stay(clinic: Clinic) -> None:
    # a stay without relapse has chance e^−0.8, so there are e^0.8 stays on average
    table = offered_load(clinic(STEP_UP.replace("WAY", "anew")))
    assert of(table, "iop").admissions_per_day == pytest.approx(exp(0.8), rel=1e-6)
    assert of(table, "php").load == pytest.approx(7 * (exp(0.8) - 1), rel=1e-6)


def test_traits_are_mixed_by_their_shares(clinic: Clinic) -> None:
    text = """
[traits.housing]
shares = { stable = 0.75, unstable = 0.25 }
[effects.housing.unstable]
dropout = { hazard_ratio = 2.0 }
""" + one_level(FIXED_28, 'dropout = { dist = "exponential", mean = 40 }')
    by_hand = 0.75 * exp(-0.7) + 0.25 * exp(-1.4)
    assert shares(clinic(text), "iop")["completed"] == pytest.approx(by_hand, rel=1e-6)


PLACED = """
[traits.substance]
shares = { alcohol = 0.5, opioids = 0.5 }
[arrivals.self]
per_day = 1.0
enters = { detox = 0.2, op = 0.8 }
placement = [{ when = { substance = "opioids" }, enters = "detox" }]
[arrivals.court]
per_day = 2.0
enters = "op"
traits = { substance = { opioids = 0.1, alcohol = 0.9 } }
[levels.detox]
length_of_stay = "5 days"
show_up = { days = [0, 7], share = [0.8, 0.1] }
on_completion = [
    { when = { source = "self", substance = "opioids" }, go = { op = 0.5, discharge = 0.5 } },
    { go = "discharge" },
]
[levels.op]
length_of_stay = { by = "substance", opioids = "10 days", default = "20 days" }
"""


def test_placement_show_up_and_conditions_on_source_are_kept_apart(clinic: Clinic) -> None:
    table = offered_load(clinic(PLACED))
    # asked of detox: all 0.5 with opioids and 0.2 of 0.5 with alcohol; four in five come
    assert of(table, "detox").admissions_per_day == pytest.approx(0.8 * 0.6, rel=1e-9)
    # OP: 0.4 with alcohol and 0.8 · 0.5 · 0.5 with opioids of the first source, 1.8 and 0.2 of the second
    assert of(table, "op").admissions_per_day == pytest.approx(2.6, rel=1e-9)
    assert of(table, "op").load == pytest.approx(20 * 2.2 + 10 * 0.4, rel=1e-9)


def test_a_condition_on_where_she_comes_from_is_exact(clinic: Clinic) -> None:
    text = """
[arrivals.all]
per_day = 1.0
enters = { php = 0.5, iop = 0.5 }
[levels.php]
length_of_stay = "10 days"
completes_to = "iop"
[levels.iop]
length_of_stay = "20 days"
on_completion = [{ when = { from = "php" }, go = "op" }, { go = "discharge" }]
[levels.op]
length_of_stay = "30 days"
"""
    assert of(offered_load(clinic(text)), "op").admissions_per_day == pytest.approx(0.5, rel=1e-9)


def test_a_condition_on_relapses_of_the_episode_is_exact(clinic: Clinic) -> None:
    # each IOP stay of 10 days has a relapse with chance p; the second one of the episode ends it
    text = """
[levels.iop]
length_of_stay = "10 days"
relapse = { dist = "exponential", mean = 20 }
completes_to = "iop"
on_relapse = [{ when = { relapses = ">= 2" }, go = "discharge" }, { go = "iop" }]
"""
    p = 1 - exp(-0.5)
    row = of(offered_load(clinic(text)), "iop")
    assert row.admissions_per_day == pytest.approx(2 / p, rel=1e-6)
    assert row.load == pytest.approx(40.0, rel=1e-6)  # two relapses, 20 days each


def test_a_condition_on_days_in_the_stay_is_exact(clinic: Clinic) -> None:
    # dropout between day 4 and day 10 has chance e^−0.4 − e^−1
    text = one_level(
        '"10 days"',
        'dropout = { dist = "exponential", mean = 10 }\n'
        'completes_to = "discharge"\n'
        'on_dropout = [{ when = { days_in_stay = ">= 4" }, go = "op" }, { go = "discharge" }]',
        below='[levels.op]\nlength_of_stay = "5 days"\n',
    )
    row = of(offered_load(clinic(text)), "op")
    assert row.admissions_per_day == pytest.approx(exp(-0.4) - exp(-1), rel=1e-6)


def test_delays_count_as_days_in_the_place(clinic: Clinic) -> None:
    text = """
[levels.php]
length_of_stay = "10 days"
on_completion = [{ go = { op = 0.5, discharge = 0.5 }, delay = { dist = "exponential", mean = 3 } }]
[levels.op]
length_of_stay = "30 days"
"""
    assert of(offered_load(clinic(text)), "php").mean_stay_days == pytest.approx(11.5, rel=1e-6)


def test_returns_to_care_add_to_the_load(clinic: Clinic) -> None:
    text = one_level(
        '"10 days"',
        below="""
[after.completed]
return_to_use = { dist = "exponential", mean = 50, ever = 0.5 }
returns_to_care = { share = 0.4, delay = { dist = "exponential", mean = 30 } }
""",
    )
    found = clinic(text)
    # in the long run two in five of the half who use again come back
    assert of(offered_load(found), "iop").admissions_per_day == pytest.approx(1 / (1 - 0.2), rel=1e-6)
    straight = clinic(text.replace("share = 0.4,", "share = 0.4, after_use = false,"))
    assert of(offered_load(straight), "iop").admissions_per_day == pytest.approx(1 / (1 - 0.4), rel=1e-6)
    soon = offered_load(straight, within=30.0)
    assert of(soon, "iop").admissions_per_day == pytest.approx(1 / (1 - 0.4 * (1 - exp(-1))), rel=2e-2)


def test_who_dies_after_discharge_does_not_come_back(clinic: Clinic) -> None:
    text = one_level(
        '"10 days"',
        below="""
[after.completed]
returns_to_care = { share = 1.0, delay = { dist = "exponential", mean = 30 } }
death = { dist = "exponential", mean = 10 }
""",
    )
    # the return comes first with chance 10 / 40
    assert of(offered_load(clinic(text)), "iop").admissions_per_day == pytest.approx(4 / 3, rel=1e-5)


def test_a_later_episode_may_be_another(clinic: Clinic) -> None:
    text = one_level(
        '"10 days"',
        'on_completion = [{ when = { episode = "1" }, go = "iop2" }, { go = "discharge" }]',
        below="""
[levels.iop2]
length_of_stay = "10 days"
[after.completed]
returns_to_care = { share = 0.5, delay = "30 days" }
""",
    )
    table = offered_load(clinic(text))
    assert of(table, "iop").admissions_per_day == pytest.approx(2.0, rel=1e-9)
    assert of(table, "iop2").admissions_per_day == pytest.approx(1.0, rel=1e-9)


def test_days_in_care_are_taken_at_their_mean_and_it_says_so(clinic: Clinic) -> None:
    text = """
[levels.php]
length_of_stay = "10 days"
completes_to = "iop"
[levels.iop]
length_of_stay = "20 days"
on_completion = [{ when = { days_in_care = ">= 25" }, go = "op" }, { go = "discharge" }]
[levels.op]
length_of_stay = "30 days"
"""
    row = of(offered_load(clinic(text)), "op")
    assert row.admissions_per_day == pytest.approx(1.0, rel=1e-9)
    assert row.approximate


def test_dated_referrals_arrive_at_their_mean_rate(tmp_path: Path) -> None:
    (tmp_path / "court.csv").write_text("day,enters\n1,a\n2,b\n3,b\n200,b\n", encoding="utf-8")
    text = """
schema = 1
name = "dated"
[run]
duration = "100 days"
[arrivals.court]
dates = "court.csv"
enters = "a"
[levels.a]
length_of_stay = "4 days"
completes_to = "discharge"
[levels.b]
length_of_stay = "6 days"
"""
    table = offered_load(loads(text, tmp_path))
    assert of(table, "a").load == pytest.approx(0.01 * 4)
    assert of(table, "b").load == pytest.approx(0.02 * 6)


def test_what_is_in_force_on_a_day_is_what_counts(clinic: Clinic) -> None:
    found = clinic(one_level('"10 days"') + "[[changes]]\non = 100\nlevels.iop.length_of_stay = 20\n")
    assert of(offered_load(found), "iop").load == pytest.approx(10.0)
    assert of(offered_load(found, day=99.0), "iop").load == pytest.approx(10.0)
    assert of(offered_load(found, day=100.0), "iop").load == pytest.approx(20.0)


# ------------------------------------------------------------------------------------------------ verdicts

TWO = """
[levels.php]
capacity = 10
length_of_stay = "20 days"
[levels.iop]
capacity = 30
length_of_stay = "40 days"
"""


def test_a_line_that_never_settles_is_named_with_its_growth(clinic: Clinic) -> None:
    # PHP lets through 0.5 a day of 1; IOP would need 40 places for all, and has 30 for the 20 it gets
    table = offered_load(clinic(TWO))
    php, iop = of(table, "php"), of(table, "iop")
    assert php.load_ratio == pytest.approx(2.0)
    assert php.growth_per_month == pytest.approx(0.5 * 365 / 12, rel=1e-6)
    assert php.verdict == "this never settles: the line of php grows by 15 patients a month"
    assert iop.load == pytest.approx(40.0)
    assert iop.growth_per_month == 0.0
    assert iop.verdict == "never settles once the levels before iop let their patients through"


def test_without_arrivals_nobody_reaches_a_level(clinic: Clinic) -> None:
    found = clinic("[start]\ncensus = { iop = 3 }\n" + one_level('"10 days"'))
    assert of(offered_load(found), "iop").verdict == "nobody reaches iop"
    assert len(ending_shares(found)) == 0


def test_patients_who_never_leave_are_named(clinic: Clinic) -> None:
    row = of(offered_load(clinic(one_level('"10 days"', 'completes_to = "iop"'))), "iop")
    assert row.verdict == "this never settles: patients go round through iop and never leave"
    assert (row.load, row.mean_stay_days) == (np.inf, pytest.approx(10.0))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"levels.php.capacity": 40}, "settles"),
        ({"levels.php.capacity": 21}, "not stationary: 95% of capacity and a line without limit or patience"),
        ({"levels.php.capacity": "unlimited"}, "unlimited: nobody waits for a place"),
        ({"levels.php.capacity": 0}, "php has no places: nobody is ever admitted"),
        (
            {"levels.php.waitlist.limit": 5},
            "more ask than there are places: about 50% give up or are turned away",
        ),
        (
            {"levels.php.waitlist.patience": 5},
            "more ask than there are places: about 50% give up or are turned away",
        ),
        ({"arrivals.all.enters": "iop"}, "nobody reaches php"),
    ],
)
def test_the_verdict_says_what_the_load_means(clinic: Clinic, changes: dict[str, Any], words: str) -> None:
    assert of(offered_load(clinic(TWO, **changes)), "php").verdict == words


# --------------------------------------------------------------------------------------------- simulations

EVERYTHING = """
[run]
warm_up = "400 days"
duration = "1600 days"
seed = 5
[traits.substance]
shares = { alcohol = 0.6, opioids = 0.4 }
[traits.housing]
shares = { stable = 0.8, unstable = 0.2 }
[effects.substance.opioids]
dropout = { hazard_ratio = 1.6 }
"iop.completes_to" = { odds_ratio = 2.0, option = "step down" }
[effects.housing.unstable]
length_of_stay = { time_ratio = 1.2 }
returns_to_care = { odds_ratio = 1.5 }
[arrivals.all]
per_day = 2.0
enters = { detox = 0.3, iop = 0.7 }
[levels.detox]
length_of_stay = { dist = "lognormal", median = 5, mean = 6.3, min = 1, max = 21 }
dropout = { dist = "weibull", shape = 0.6, share = 0.16, by_day = 5 }
completes_to = { php = 0.5, iop = 0.2, discharge = 0.3 }
[levels.php]
length_of_stay = { dist = "gamma", mean = 20, sd = 8 }
dropout = 0.2
review = { every = "7 days", go = { stay = 0.8, extend = 0.15, "step down" = 0.05 }, extend_by = "7 days" }
on_completion = [{ go = { iop = 0.8, discharge = 0.2 }, delay = { dist = "exponential", mean = 0.5 } }]
[levels.iop]
length_of_stay = { dist = "gamma", mean = 50, sd = 25 }
minimum_stay = "10 days"
dropout = { dist = "exponential", mean = 90 }
relapse = { dist = "exponential", mean = 40 }
other_ends = { administrative = { dist = "exponential", mean = 300 } }
[[levels.iop.on_relapse]]
when = { relapses_in_stay = ">= 2" }
go = { "step up" = 0.5, stay = 0.4, discharge = 0.1 }
for = "7 days"
then = "back"
[[levels.iop.on_relapse]]
when = { step_ups = ">= 1" }
go = { php = 0.3, stay = 0.7 }
[[levels.iop.on_relapse]]
go = "stay"
extend_by = "5 days"
[levels.op.ends]
completed = { share = 0.6, stay = { dist = "lognormal", median = 40, mean = 50 } }
dropout = { share = 0.4, stay = { dist = "lognormal", median = 20, mean = 30 } }
[after.default]
return_to_use = { dist = "exponential", mean = 40, ever = 0.8 }
returns_to_care = { share = 0.3, delay = { dist = "exponential", mean = 20 } }
"""


def simulated(scenario: Scenario, replications: int) -> dict[tuple[str, str], tuple[float, float]]:
    """Mean and standard error over replications of census and admissions per day, by level."""
    found: dict[tuple[str, str], list[float]] = {}
    for number in range(replications):
        log_of_run = simulate(scenario, replication=number)
        for table in (census(log_of_run), throughput(log_of_run)):
            for row in table.itertuples():
                if row.measure in ("census.mean", "admissions.per_day") and row.level:
                    found.setdefault((row.measure, row.level), []).append(float(row.value))
    return {
        key: (float(np.mean(values)), float(np.std(values, ddof=1) / len(values) ** 0.5))
        for key, values in found.items()
    }


def agrees(scenario: Scenario, replications: int) -> None:
    seen = simulated(scenario, replications)
    within = t.ppf(norm.cdf(3.5), replications - 1)  # as rare as 3.5 standard errors of many replications
    for row in offered_load(scenario).itertuples():
        load, load_error = seen["census.mean", row.level]
        rate, rate_error = seen["admissions.per_day", row.level]
        # the reckoning itself is good to a few thousandths
        assert abs(load - row.load) < within * load_error + 0.004 * row.load, (row.level, load, row.load)
        assert abs(rate - row.admissions_per_day) < within * rate_error + 0.004 * rate, (row.level, rate, row)


def test_a_scenario_with_everything_carries_the_load_that_was_reckoned(clinic: Clinic) -> None:
    agrees(clinic(EVERYTHING, **{"run.warm_up": 250, "run.duration": 250}), 6)


@pytest.mark.deep
def test_a_scenario_with_everything_carries_the_load_in_a_long_simulation(clinic: Clinic) -> None:
    agrees(clinic(EVERYTHING, **{"run.duration": 10_000}), 12)


def test_shares_sum_to_one(clinic: Clinic) -> None:
    for _, mine in ending_shares(clinic(EVERYTHING)).groupby("level"):
        assert mine["share"].sum() == pytest.approx(1.0, abs=1e-6)


@settings(max_examples=8)
@given(scenarios())
def test_any_scenario_can_be_reckoned(text: str) -> None:
    try:
        found = loads(text, Path())
    except ScenarioError:
        reject()  # a loop of no duration
    flows = reckon(found)
    for _, mine in ending_shares(found, found=flows).groupby("level"):
        assert mine["share"].sum() == pytest.approx(1.0, abs=1e-4)
    table = offered_load(found, found=flows)
    assert (table["load"] >= 0.0).all()
    assert (table["growth_per_month"] >= 0.0).all()
