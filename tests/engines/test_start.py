"""A run that starts from today's census and waitlists: what is due when, and what is reported.

Every log is worked by hand from docs/model.md, section 7.
"""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats
from stories import admissions, rows, since

from sim.log import Log

Story = Callable[..., list[str]]

CENSUS = '[start]\ncensus = "census.csv"\n'


def test_a_stay_of_fixed_length_ends_after_the_days_that_remain(story: Story) -> None:
    log = story(
        CENSUS + '[levels.php]\nlength_of_stay = "20 days"\n',
        files={"census.csv": "level,days,id\nphp,5,ann\nphp,0,bob\n"},
    )
    assert log == rows(
        """
        -5 ann admit php start 20
        0  bob admit php start 20
        15 ann leave php completed
        15 ann discharge php completed
        20 bob leave php completed
        20 bob discharge php completed
        """
    )


def test_a_stay_beyond_its_maximum_ends_on_day_0(story: Story) -> None:
    log = story(
        CENSUS + '[levels.php]\nlength_of_stay = "20 days"\n',
        files={"census.csv": "level,days,id\nphp,25,ann\nphp,20,bob\n"},
    )
    assert since(log, 0) == rows(
        """
        0 ann leave php completed
        0 ann discharge php completed
        0 bob leave php completed
        0 bob discharge php completed
        """
    )


def test_a_place_of_the_census_freed_on_day_0_is_given_on_day_0(story: Story) -> None:
    log = story(
        CENSUS + '[levels.php]\ncapacity = 1\nlength_of_stay = "20 days"\n',
        "day,id,enters\n0,bob,php\n",
        files={"census.csv": "level,days,id\nphp,25,ann\n"},
    )
    assert since(log, 0)[:4] == rows(
        """
        0 ann leave php completed
        0 ann discharge php completed
        0 bob request php
        0 bob admit php 20
        """
    )


def test_reviews_of_a_stay_under_way_come_at_multiples_of_days_since_admission(story: Story) -> None:
    log = story(
        CENSUS + '[levels.php]\nlength_of_stay = "30 days"\nreview = { every = "7 days", go = "continue" }\n',
        files={"census.csv": "level,days,id\nphp,10,ann\nphp,14,bob\n"},
    )
    assert [row for row in log if "ann review" in row] == rows(
        """
        4  ann review php
        11 ann review php
        18 ann review php
        """
    )
    assert [row for row in log if "bob review" in row and float(row.split()[0]) > 0] == rows(
        """
        7  bob review php
        14 bob review php
        """
    )


def test_other_clocks_of_a_stay_under_way_have_the_days_spent_behind_them(story: Story) -> None:
    log = story(
        CENSUS + '[levels.php]\nlength_of_stay = "30 days"\ndropout = "12 days"\n',
        files={"census.csv": "level,days,id\nphp,10,ann\n"},
    )
    assert since(log, 0) == rows(
        """
        2 ann leave php dropout
        2 ann discharge php dropout
        """
    )


def test_a_transfer_of_the_census_moves_on_as_any_other(story: Story) -> None:
    log = story(
        CENSUS
        + """
        [levels.php]
        length_of_stay = "20 days"
        hold = "2 days"
        [levels.iop]
        capacity = 1
        length_of_stay = "10 days"
        """,
        files={"census.csv": "level,days,id\nphp,15,ann\niop,2,zoe\n"},
    )
    assert log == rows(
        """
        -15 ann admit php start 20
        -2  zoe admit iop start 10
        5   ann ready php to iop completed
        5   ann request iop
        7   ann go_home php
        7   ann leave php completed
        8   ann admit iop 10
        8   zoe leave iop completed
        8   zoe discharge iop completed
        18  ann leave iop completed
        18  ann discharge iop completed
        """
    )


def test_a_census_above_the_capacity_admits_nobody_until_it_is_below(story: Story) -> None:
    log = story(
        CENSUS + '[levels.php]\ncapacity = 1\nlength_of_stay = "20 days"\n',
        "day,id,enters\n0,new,php\n",
        files={"census.csv": "level,days,id\nphp,15,ann\nphp,10,bob\n"},
    )
    assert admissions(since(log, 0), "php") == ["10 new"]


def test_a_waitlist_is_taken_over_with_the_days_waited(story: Story) -> None:
    """Bob has waited longer; both stand before eve, who asks on day 0."""
    log = story(
        """
        [start]
        waitlist = "waiting.csv"
        [levels.php]
        capacity = 1
        length_of_stay = "5 days"
        """,
        "day,id,enters\n0,eve,php\n",
        files={"waiting.csv": "level,days,id\nphp,3,ann\nphp,4,bob\n"},
    )
    assert log == rows(
        """
        -4 bob request php start
        -3 ann request php start
        0  bob admit php 5
        0  eve request php
        5  ann admit php 5
        5  bob leave php completed
        5  bob discharge php completed
        10 ann leave php completed
        10 ann discharge php completed
        10 eve admit php 5
        15 eve leave php completed
        15 eve discharge php completed
        """
    )


def test_patience_has_the_days_waited_behind_it(story: Story) -> None:
    log = story(
        """
        [start]
        waitlist = "waiting.csv"
        [levels.php]
        capacity = 0
        length_of_stay = "5 days"
        waitlist = { patience = "7 days" }
        """,
        files={"waiting.csv": "level,days,id\nphp,3,ann\nphp,9,bob\n"},
    )
    assert since(log, 0) == rows(
        """
        0 bob renege php
        0 bob discharge php reneged
        4 ann renege php
        4 ann discharge php reneged
        """
    )


def test_who_waits_on_day_0_is_not_refused_by_the_limit(story: Story) -> None:
    log = story(
        """
        [start]
        waitlist = "waiting.csv"
        [levels.php]
        capacity = 0
        length_of_stay = "5 days"
        waitlist = { limit = 1 }
        """,
        "day,id,enters\n0,eve,php\n",
        files={"waiting.csv": "level,days,id\nphp,3,ann\nphp,9,bob\n"},
    )
    assert [row for row in log if "turn_away" in row] == ["0 eve turn_away php"]


def test_a_return_to_care_of_a_patient_of_the_census_asks_for_the_level_she_was_in(story: Story) -> None:
    log = story(
        CENSUS
        + """
        [run]
        duration = "9 days"
        [levels.php]
        length_of_stay = "20 days"
        completes_to = "discharge"
        [levels.iop]
        length_of_stay = "10 days"
        [after.completed]
        returns_to_care = { share = 1.0, delay = "2 days" }
        """,
        files={"census.csv": "level,days,id\niop,6,ann\nphp,15,bob\n"},
    )
    assert [row.split()[:4] for row in since(log, 0) if "request" in row] == [
        ["6", "ann", "request", "iop"],
        ["7", "bob", "request", "php"],
    ]


def test_the_traits_of_the_census_are_those_of_its_rows(story: Story, happened: Callable[..., Log]) -> None:
    text = CENSUS + (
        '[levels.php]\nlength_of_stay = { by = "pace", slow = "20 days", default = "10 days" }\n'
        "[traits.pace]\nshares = { slow = 0.5, quick = 0.5 }\n"
    )
    files = {"census.csv": "level,days,id,pace\nphp,5,ann,slow\nphp,5,bob,quick\n"}
    assert since(story(text, files=files), 0) == rows(
        """
        5  bob leave php completed
        5  bob discharge php completed
        15 ann leave php completed
        15 ann discharge php completed
        """
    )
    assert list(happened(text, files=files).patients["pace"]) == ["slow", "quick"]


def test_a_patient_of_the_census_came_from_no_source(happened: Callable[..., Log]) -> None:
    log = happened(
        CENSUS + '[levels.php]\nlength_of_stay = "20 days"\n',
        files={"census.csv": "level,days,id\nphp,5,ann\n"},
    )
    assert list(log.patients["source"]) == ["start"]


def test_a_census_and_a_waitlist_may_be_given_as_counts(happened: Callable[..., Log]) -> None:
    log = happened(
        """
        [run]
        duration = "1 hour"
        [start]
        census = { php = 12, iop = 22 }
        waitlist = { php = 3 }
        [levels.php]
        capacity = 12
        length_of_stay = "20 days"
        [levels.iop]
        length_of_stay = "20 days"
        """
    )
    begun = log.events[log.events["reason"] == "start"]
    assert begun.groupby(["event", "level"], observed=True).size().to_dict() == {
        ("admit", "php"): 12,
        ("admit", "iop"): 22,
        ("request", "php"): 3,
    }


@pytest.fixture
def days_spent(happened: Callable[..., Log]) -> Callable[[str], np.ndarray]:
    """A function from the table of a level to the days already spent there by 2000 patients counted in it."""

    def spent(level: str) -> np.ndarray:
        log = happened('[run]\nduration = "1 hour"\n[start]\ncensus = { php = 2000 }\n[levels.php]\n' + level)
        begun = log.events[(log.events["event"] == "admit") & (log.events["reason"] == "start")]
        assert len(begun) == 2000
        return -begun["time"].to_numpy()

    return spent


def test_days_spent_of_an_exponential_stay_are_exponential(
    days_spent: Callable[[str], np.ndarray],
) -> None:
    """The chance of still being there after x days is exp(−x/mean), and the density is proportional to it."""
    spent = days_spent('length_of_stay = { dist = "exponential", mean = 20 }')
    assert stats.kstest(spent, stats.expon(scale=20).cdf).pvalue > 0.001


def test_days_spent_of_a_fixed_stay_are_uniform(days_spent: Callable[[str], np.ndarray]) -> None:
    spent = days_spent('length_of_stay = "20 days"')
    assert stats.kstest(spent, stats.uniform(scale=20).cdf).pvalue > 0.001


def test_days_spent_allow_for_dropout(days_spent: Callable[[str], np.ndarray]) -> None:
    """Dropout at a rate of 1/20 and a stay of 20 days: density ∝ exp(−x/20) on [0, 20)."""
    spent = days_spent('length_of_stay = "20 days"\ndropout = { dist = "exponential", mean = 20 }')
    assert stats.kstest(spent, stats.truncexpon(b=1, scale=20).cdf).pvalue > 0.001


def test_days_spent_allow_for_relapses_by_the_share_that_leaves(
    days_spent: Callable[[str], np.ndarray],
) -> None:
    """Relapses at a rate of 1/10, half of which end the stay, and dropout at 1/20: together 1/10."""
    spent = days_spent(
        """
        length_of_stay = { dist = "fixed", value = 30 }
        dropout = { dist = "exponential", mean = 20 }
        relapse = { dist = "exponential", mean = 10 }
        on_relapse = [{ go = { stay = 0.5, discharge = 0.5 } }]
        """
    )
    assert stats.kstest(spent, stats.truncexpon(b=3, scale=10).cdf).pvalue > 0.001


def test_the_rest_of_an_exponential_stay_under_way_is_exponential(happened: Callable[..., Log]) -> None:
    """Memoryless: however long each of the 2000 has been there, the rest has the mean of the whole."""
    log = happened(
        """
        [run]
        duration = "400 days"
        [start]
        census = { php = 2000 }
        [levels.php]
        length_of_stay = { dist = "exponential", mean = 20 }
        """
    )
    left = log.events.loc[log.events["event"] == "leave", "time"]
    assert len(left) == 2000
    assert stats.kstest(left, stats.expon(scale=20).cdf).pvalue > 0.001


def test_a_gamma_stay_under_way_has_its_law_given_the_days_spent(happened: Callable[..., Log]) -> None:
    """All 1000 have been there 10 days: P(rest > x) = S(10 + x) / S(10)."""
    census = "level,days,id\n" + "".join(f"php,10,p{number}\n" for number in range(1000))
    log = happened(
        """
        [run]
        duration = "400 days"
        [start]
        census = "census.csv"
        [levels.php]
        length_of_stay = { dist = "gamma", shape = 3, scale = 5 }
        """,
        files={"census.csv": census},
    )
    whole = stats.gamma(3, scale=5)
    left = log.events.loc[log.events["event"] == "leave", "time"]
    assert len(left) == 1000
    assert stats.kstest(left, lambda x: 1 - whole.sf(10 + x) / whole.sf(10)).pvalue > 0.001


def test_effects_of_the_course_are_those_of_the_day_a_clock_started(story: Story) -> None:
    """On the day of her admission she had no days in care: dropout is due 30 days after it, on day 20."""
    log = story(
        CENSUS
        + """
        [levels.php]
        length_of_stay = "90 days"
        dropout = "30 days"
        [effects.days_in_care]
        dropout = { time_ratio = 2, per = "10 days" }
        """,
        files={"census.csv": "level,days,id\nphp,10,ann\n"},
    )
    assert since(log, 0) == rows(
        """
        20 ann leave php dropout
        20 ann discharge php dropout
        """
    )


def test_a_stay_of_no_length_counted_in_the_census_ends_on_day_0(happened: Callable[..., Log]) -> None:
    log = happened("[start]\ncensus = { php = 3 }\n[levels.php]\nlength_of_stay = 0\n")
    ends = log.events[log.events["event"] == "leave"]
    assert list(ends["time"]) == [0, 0, 0]


def test_a_census_may_begin_on_day_0_above_capacity_and_behind_a_shut_door(story: Story) -> None:
    """She was admitted before the run begins, so that neither the cut nor the door concerns her."""
    log = story(
        CENSUS + '[levels.php]\ncapacity = 0\nadmits = ["tue"]\nlength_of_stay = "20 days"\n',
        files={"census.csv": "level,days,id\nphp,0,ann\n"},
    )
    assert log == rows(
        """
        0  ann admit php start 20
        20 ann leave php completed
        20 ann discharge php completed
        """
    )


def test_who_has_waited_longer_than_the_days_of_a_divert_is_diverted_on_day_0(story: Story) -> None:
    log = story(
        """
        [start]
        waitlist = "waiting.csv"
        [levels.php]
        capacity = 0
        length_of_stay = "5 days"
        completes_to = "discharge"
        waitlist = { divert = { after = "4 days", to = "iop" } }
        [levels.iop]
        length_of_stay = "5 days"
        """,
        files={"waiting.csv": "level,days,id\nphp,3,ann\nphp,9,bob\n"},
    )
    assert since(log, 0) == rows(
        """
        0 bob divert php to iop
        0 bob admit iop 5
        1 ann divert php to iop
        1 ann admit iop 5
        5 bob leave iop completed
        5 bob discharge iop completed
        6 ann leave iop completed
        6 ann discharge iop completed
        """
    )
