"""What the conditions of a rule may look at: relapses, step ups, days, where from, source, episode.

Every log is worked by hand from docs/model.md, section 3 ("Stay", "What a rule may look at").
"""

from collections.abc import Callable

import pytest
from stories import rows, since

Story = Callable[..., list[str]]

ANN = "day,id,enters\n0,ann,iop\n"


def test_a_rule_may_count_the_relapses_of_this_stay(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "10 days"
        relapse = "3 days"
        on_relapse = [{ when = { relapses_in_stay = ">= 2" }, go = "discharge" }]
        """,
        ANN,
    )
    assert since(log, 3) == rows(
        """
        3 ann relapse iop
        6 ann relapse iop
        6 ann leave iop relapse
        6 ann discharge iop relapse
        """
    )


def test_relapses_of_an_earlier_stay_count_in_the_episode_and_not_in_the_stay(story: Story) -> None:
    """One relapse in php (day 3), one in iop (day 8): the second of the episode, the first of the stay."""
    log = story(
        """
        [levels.php]
        length_of_stay = "5 days"
        relapse = "3 days"
        [levels.iop]
        length_of_stay = "5 days"
        relapse = "3 days"
        on_relapse = [
          { when = { relapses_in_stay = ">= 2" }, go = "discharge:completed" },
          { when = { relapses = ">= 2" }, go = "discharge:dropout" },
        ]
        """,
        "day,id,enters\n0,ann,php\n",
    )
    assert since(log, 5) == rows(
        """
        5 ann ready php to iop completed
        5 ann request iop
        5 ann leave php completed
        5 ann admit iop 5
        8 ann relapse iop
        8 ann leave iop relapse
        8 ann discharge iop dropout
        """
    )


def test_a_rule_may_count_the_step_ups_of_the_episode(story: Story) -> None:
    log = story(
        """
        [levels.php]
        length_of_stay = "20 days"
        [levels.iop]
        length_of_stay = "10 days"
        relapse = "4 days"
        on_relapse = [
          { when = { step_ups = ">= 1" }, go = "discharge" },
          { go = "step up", for = "2 days", then = "back" },
        ]
        """,
        ANN,
    )
    assert since(log, 6) == rows(
        """
        6  ann ready php to iop completed
        6  ann request iop
        6  ann leave php completed
        6  ann admit iop 6
        10 ann relapse iop
        10 ann leave iop relapse
        10 ann discharge iop relapse
        """
    )


def test_a_rule_may_look_at_the_days_in_the_stay(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "10 days"
        relapse = "3 days"
        on_relapse = [{ when = { days_in_stay = ">= 6" }, go = "discharge" }]
        """,
        ANN,
    )
    assert since(log, 3) == rows(
        """
        3 ann relapse iop
        6 ann relapse iop
        6 ann leave iop relapse
        6 ann discharge iop relapse
        """
    )


@pytest.mark.parametrize("hold", ["0", '"1 day"', '"unlimited"'])
def test_days_in_care_count_stays_and_neither_blocked_days_nor_days_at_home(hold: str, story: Story) -> None:
    """Three days in detox, two of waiting in whatever place, four in iop: seven days in care on day 9."""
    log = story(
        f"""
        [levels.detox]
        length_of_stay = "3 days"
        hold = {hold}
        [levels.iop]
        capacity = 1
        length_of_stay = {{ by = "busy", yes = "5 days", default = "10 days" }}
        relapse = {{ by = "busy", yes = "50 days", default = "4 days" }}
        on_relapse = [
          {{ when = {{ days_in_care = "< 7" }}, go = "discharge:completed" }},
          {{ when = {{ days_in_care = "> 7" }}, go = "discharge:dropout" }},
          {{ go = "discharge" }},
        ]
        [traits.busy]
        shares = {{ no = 0.5, yes = 0.5 }}
        """,
        "day,id,enters,busy\n0,ann,detox,no\n0,zoe,iop,yes\n",
    )
    assert since(log, 9) == rows(
        """
        9 ann relapse iop
        9 ann leave iop relapse
        9 ann discharge iop relapse
        """
    )


def test_a_rule_may_look_at_where_the_stay_was_asked_for_from(story: Story) -> None:
    log = story(
        """
        [levels.detox]
        length_of_stay = "3 days"
        [levels.iop]
        length_of_stay = "10 days"
        relapse = "4 days"
        on_relapse = [
          { when = { from = "detox" }, go = "discharge:completed" },
          { when = { from = "outside" }, go = "discharge:dropout" },
        ]
        """,
        "day,id,enters\n0,ann,detox\n0,bob,iop\n",
    )
    assert [row for row in log if " discharge " in row] == rows(
        """
        4 bob discharge iop dropout
        7 ann discharge iop completed
        """
    )


def test_a_rule_may_look_at_the_source(story: Story) -> None:
    log = story(
        """
        [arrivals.court]
        dates = "court.csv"
        [arrivals.home]
        dates = "home.csv"
        [levels.iop]
        length_of_stay = "10 days"
        relapse = "4 days"
        on_relapse = [{ when = { source = "court" }, go = "discharge" }]
        """,
        files={"court.csv": "day,id,enters\n1,bob,iop\n", "home.csv": "day,id,enters\n0,ann,iop\n"},
    )
    assert since(log, 4) == rows(
        """
        4  ann relapse iop
        5  bob relapse iop
        5  bob leave iop relapse
        5  bob discharge iop relapse
        8  ann relapse iop
        10 ann leave iop completed
        10 ann discharge iop completed
        """
    )


def test_a_rule_may_look_at_the_episode(story: Story) -> None:
    log = story(
        """
        [run]
        duration = "20 days"
        [levels.iop]
        length_of_stay = "5 days"
        relapse = "4 days"
        on_relapse = [{ when = { episode = ">= 2" }, go = "discharge:dropout" }]
        [after.completed]
        returns_to_care = { share = 1.0, delay = "3 days" }
        """,
        ANN,
    )
    discharges = [row for row in log if " discharge " in row]
    assert discharges == ["5 ann discharge iop completed", "12 ann discharge iop dropout"]


def test_a_step_up_goes_to_the_level_named_as_such(story: Story) -> None:
    log = story(
        """
        [levels.residential]
        length_of_stay = "9 days"
        [levels.php]
        length_of_stay = "9 days"
        [levels.iop]
        step_up = "residential"
        length_of_stay = "10 days"
        relapse = "4 days"
        on_relapse = [{ go = "step up" }]
        """,
        ANN,
    )
    assert "4 ann ready iop to residential relapse" in log


def test_a_step_down_goes_to_the_level_named_as_such(story: Story) -> None:
    log = story(
        """
        [levels.residential]
        length_of_stay = "4 days"
        step_down = "iop"
        [levels.php]
        length_of_stay = "9 days"
        [levels.iop]
        length_of_stay = "10 days"
        """,
        "day,id,enters\n0,ann,residential\n",
    )
    assert "4 ann ready residential to iop completed" in log


def test_days_in_care_count_anew_in_a_new_episode(story: Story) -> None:
    """Five days in the first episode and four in the second: never more than five."""
    log = story(
        """
        [run]
        duration = "20 days"
        [levels.iop]
        length_of_stay = "5 days"
        relapse = "4 days"
        on_relapse = [{ when = { days_in_care = "> 5" }, go = "discharge:dropout" }]
        [after.completed]
        returns_to_care = { share = 1.0, delay = "3 days" }
        """,
        ANN,
    )
    discharges = [row for row in log if " discharge " in row]
    assert discharges == ["5 ann discharge iop completed", "13 ann discharge iop completed"]


def test_after_a_return_to_care_she_comes_from_outside(story: Story) -> None:
    """The first stay in iop was asked for from detox, the second one from outside."""
    log = story(
        """
        [run]
        duration = "20 days"
        [arrivals.home]
        dates = "home.csv"
        enters = "iop"
        placement = [{ when = { episode = 1 }, enters = "detox" }]
        [levels.detox]
        length_of_stay = "2 days"
        [levels.iop]
        length_of_stay = "5 days"
        on_completion = [{ when = { from = "outside" }, go = "discharge:dropout" }, { go = "discharge" }]
        [after.completed]
        returns_to_care = { share = 1.0, delay = "3 days" }
        """,
        files={"home.csv": "day,id\n0,ann\n"},
    )
    discharges = [row for row in log if " discharge " in row]
    assert discharges == ["7 ann discharge iop completed", "15 ann discharge iop dropout"]
