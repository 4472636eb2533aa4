"""What follows a discharge: return to use, return to care, and what stops what.

Every log is worked by hand from docs/model.md, section 3 ("After").
"""

from collections.abc import Callable

from stories import rows, since

Story = Callable[..., list[str]]

RUN = '[run]\nduration = "{days} days"\n'
BED = '[levels.bed]\nlength_of_stay = "2 days"\n'
ANN = "day,id,enters\n0,ann,bed\n"


def told(log: list[str], day: float) -> list[str]:
    """The rows from a day on, without levels: `TIME EVENT`."""
    return [f"{row.split()[0]} {row.split()[2]}" for row in since(log, day)]


def test_a_return_to_use_is_recorded_once(story: Story) -> None:
    log = story(BED + '[after.completed]\nreturn_to_use = "3 days"\n', ANN)
    assert told(log, 2) == ["2 leave", "2 discharge", "5 return_to_use"]


def test_the_delay_of_a_return_to_care_runs_from_the_return_to_use(story: Story) -> None:
    log = story(
        RUN.format(days=9)
        + BED
        + """
        [after.completed]
        return_to_use = "3 days"
        returns_to_care = { share = 1.0, delay = "2 days" }
        """,
        ANN,
    )
    assert told(log, 2) == [
        "2 leave",
        "2 discharge",
        "5 return_to_use",
        "7 return_to_care",
        "7 request",
        "7 admit",
    ]


def test_without_a_clock_of_use_the_delay_runs_from_the_discharge(story: Story) -> None:
    log = story(
        RUN.format(days=5) + BED + '[after.completed]\nreturns_to_care = { share = 1.0, delay = "2 days" }\n',
        ANN,
    )
    assert told(log, 2) == ["2 leave", "2 discharge", "4 return_to_care", "4 request", "4 admit"]


def test_a_return_from_the_discharge_comes_before_the_use_and_cancels_it(story: Story) -> None:
    """Use would come on day 5; she is back on day 4, stays until day 6, and the next use is due on day 9."""
    log = story(
        RUN.format(days=8.5)
        + BED
        + """
        [after.completed]
        return_to_use = "3 days"
        returns_to_care = { share = 1.0, delay = "2 days", after_use = false }
        """,
        ANN,
    )
    assert told(log, 4) == [
        "4 return_to_care",
        "4 request",
        "4 admit",
        "6 leave",
        "6 discharge",
        "8 return_to_care",
        "8 request",
        "8 admit",
    ]


def test_a_return_from_the_discharge_may_come_after_the_use(story: Story) -> None:
    log = story(
        RUN.format(days=7)
        + BED
        + """
        [after.completed]
        return_to_use = "1 day"
        returns_to_care = { share = 1.0, delay = "4 days", after_use = false }
        """,
        ANN,
    )
    assert told(log, 3) == ["3 return_to_use", "6 return_to_care", "6 request", "6 admit"]


def test_who_never_returns_to_use_never_comes_back_by_it(story: Story) -> None:
    log = story(
        BED
        + """
        [after.completed]
        return_to_use = { dist = "fixed", value = 3, ever = 0 }
        returns_to_care = { share = 1.0, delay = "2 days" }
        """,
        ANN,
    )
    assert told(log, 2) == ["2 leave", "2 discharge"]


def test_a_share_of_0_never_returns(story: Story) -> None:
    log = story(
        BED
        + '[after.completed]\nreturn_to_use = "3 days"\nreturns_to_care = { share = 0, delay = "2 days" }\n',
        ANN,
    )
    assert told(log, 2) == ["2 leave", "2 discharge", "5 return_to_use"]


def test_what_follows_may_differ_by_reason_and_default_is_the_rest(story: Story) -> None:
    """Each of four leaves on day 2 in her own way; relapse and dropout have no table of their own."""
    log = story(
        """
        [traits.way]
        shares = { planned = 0.25, dropout = 0.25, relapse = 0.25, other = 0.25 }
        [levels.bed]
        length_of_stay = { by = "way", planned = "2 days", default = "9 days" }
        dropout = { by = "way", dropout = "2 days", default = "9 days" }
        relapse = { by = "way", relapse = "2 days", default = "9 days" }
        other_ends = { administrative = { by = "way", other = "2 days", default = "9 days" } }
        on_relapse = [{ go = "discharge" }]
        [after.completed]
        return_to_use = "1 day"
        [after.administrative]
        return_to_use = "3 days"
        [after.default]
        return_to_use = "5 days"
        """,
        "day,id,enters,way\n0,ann,bed,planned\n0,bob,bed,dropout\n0,cam,bed,relapse\n0,dee,bed,other\n",
    )
    assert [row.split()[:2] for row in log if "return_to_use" in row] == [
        ["3", "ann"],
        ["5", "dee"],
        ["7", "bob"],
        ["7", "cam"],
    ]


def test_what_follows_may_differ_by_last_level_and_by_trait(story: Story) -> None:
    log = story(
        """
        [traits.housing]
        shares = { stable = 0.5, unstable = 0.5 }
        [levels.a]
        length_of_stay = "2 days"
        completes_to = "discharge"
        [levels.b]
        length_of_stay = "2 days"
        [after.completed]
        return_to_use = { by = "last_level", a = "1 day", default = "5 days" }
        returns_to_care = { share = { by = "housing", unstable = 1.0, default = 0 }, delay = "1 day" }
        [run]
        duration = "8.5 days"
        """,
        "day,id,enters,housing\n0,ann,a,stable\n0,bob,b,unstable\n",
    )
    assert [row.split()[:3] for row in log if "return" in row] == [
        ["3", "ann", "return_to_use"],
        ["7", "bob", "return_to_use"],
        ["8", "bob", "return_to_care"],
    ]


def test_those_who_never_got_a_place_have_clocks_after_discharge_too(story: Story) -> None:
    log = story(
        """
        [run]
        duration = "6 days"
        [levels.bed]
        capacity = 0
        length_of_stay = "2 days"
        waitlist = { limit = 1, patience = "2 days" }
        [after.reneged]
        return_to_use = "1 day"
        [after.turned_away]
        returns_to_care = { share = 1.0, delay = "4 days" }
        """,
        "day,id,enters\n0,ann,bed\n1,bob,bed\n",
    )
    assert [row.split()[:3] for row in log] == [
        ["0", "ann", "request"],
        ["1", "bob", "request"],
        ["1", "bob", "turn_away"],
        ["1", "bob", "discharge"],
        ["2", "ann", "renege"],
        ["2", "ann", "discharge"],
        ["3", "ann", "return_to_use"],
        ["5", "bob", "return_to_care"],
        ["5", "bob", "request"],
    ]


def test_a_return_to_care_is_a_new_episode_with_counts_of_its_own(story: Story) -> None:
    """One step up in each episode: the rule for a second one in an episode never comes to pass."""
    log = story(
        """
        [run]
        duration = "17 days"
        [levels.php]
        length_of_stay = "2 days"
        completes_to = "discharge"
        [levels.iop]
        length_of_stay = "9 days"
        relapse = "3 days"
        on_relapse = [{ when = { step_ups = ">= 1" }, go = "discharge:dropout" }, { go = "step up" }]
        [after.completed]
        returns_to_care = { share = 1.0, delay = "1 day" }
        """,
        "day,id,enters\n0,ann,iop\n",
    )
    assert [row for row in log if " discharge " in row] == rows(
        """
        5  ann discharge php completed
        11 ann discharge php completed
        """
    )


def test_a_return_to_care_is_placed_by_the_rules_of_placement(story: Story) -> None:
    """The first episode asks for a, later ones for b, by the rules of the source, first match first."""
    log = story(
        """
        [run]
        duration = "8 days"
        [levels.a]
        length_of_stay = "2 days"
        completes_to = "discharge"
        [levels.b]
        length_of_stay = "2 days"
        [arrivals.list]
        dates = "list.csv"
        enters = "a"
        placement = [{ when = { episode = ">= 2" }, enters = "b" }]
        [after.completed]
        returns_to_care = { share = 1.0, delay = "3 days" }
        """,
        files={"list.csv": "day,id\n0,ann\n"},
    )
    assert [row for row in log if " request " in row] == ["0 ann request a", "5 ann request b"]


def test_nothing_at_or_after_the_end_is_in_the_log(story: Story) -> None:
    scenario = BED + '[after.completed]\nreturn_to_use = "3 days"\n'
    referrals = ANN + "5,bob,bed\n"
    assert since(story(RUN.format(days=5) + scenario, referrals), 5) == []
    assert told(story(RUN.format(days=5.5) + scenario, referrals), 5) == [
        "5 return_to_use",
        "5 request",
        "5 admit",
    ]


def test_a_stay_that_ends_at_the_end_of_the_run_is_unfinished_in_the_log(story: Story) -> None:
    log = story(RUN.format(days=2) + BED, ANN)
    assert log == rows("0 ann request bed\n0 ann admit bed 2")


def test_the_run_goes_on_through_the_follow_up(story: Story) -> None:
    run = '[run]\nwarm_up = "1 day"\nduration = "2 days"\nfollow_up = "3 days"\n'
    log = story(run + BED, ANN + "5.5,bob,bed\n6,cam,bed\n")
    assert [row for row in log if " request " in row] == ["0 ann request bed", "5.5 bob request bed"]
