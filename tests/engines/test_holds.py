"""How long a patient keeps her place while the next level is full, and where she waits.

Every log is worked by hand from docs/model.md, section 3 ("Moving on").
"""

from collections.abc import Callable

from stories import rows, since

Story = Callable[..., list[str]]


FULL_NEXT = "day,id,enters\n0,ann,a\n0,zoe,b\n"


def test_with_no_hold_she_leaves_at_once_and_waits_outside(story: Story) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = "3 days"
        [levels.b]
        capacity = 1
        length_of_stay = "10 days"
        """,
        FULL_NEXT,
    )
    assert since(log, 3) == rows(
        """
        3  ann ready a to b completed
        3  ann request b
        3  ann leave a completed
        10 ann admit b 10
        10 zoe leave b completed
        10 zoe discharge b completed
        20 ann leave b completed
        20 ann discharge b completed
        """
    )


def test_a_place_free_when_the_hold_ends_is_taken_and_she_does_not_go_home(story: Story) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = "3 days"
        hold = "7 days"
        [levels.b]
        capacity = 1
        length_of_stay = "10 days"
        """,
        FULL_NEXT,
    )
    assert since(log, 3) == rows(
        """
        3  ann ready a to b completed
        3  ann request b
        10 ann leave a completed
        10 ann admit b 10
        10 zoe leave b completed
        10 zoe discharge b completed
        20 ann leave b completed
        20 ann discharge b completed
        """
    )


def test_the_place_of_who_goes_home_is_taken_at_that_instant(story: Story) -> None:
    log = story(
        """
        [run]
        duration = "8 days"
        [levels.a]
        capacity = 1
        length_of_stay = "3 days"
        hold = "2 days"
        [levels.b]
        capacity = 1
        length_of_stay = "10 days"
        """,
        "day,id,enters\n0,ann,a\n0,zoe,b\n1,bob,a\n",
    )
    assert since(log, 3) == rows(
        """
        3 ann ready a to b completed
        3 ann request b
        5 ann go_home a
        5 ann leave a completed
        5 bob admit a 3
        """
    )


def test_who_was_sent_home_keeps_her_turn_before_transfers_that_come_later(story: Story) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = "3 days"
        hold = "4 days"
        [levels.b]
        capacity = 1
        length_of_stay = "10 days"
        """,
        "day,id,enters\n0,ann,a\n0,zoe,b\n4,bob,a\n5,out,b\n",
    )
    assert since(log, 3) == rows(
        """
        3  ann ready a to b completed
        3  ann request b
        4  bob request a
        4  bob admit a 3
        5  out request b
        7  ann go_home a
        7  ann leave a completed
        7  bob ready a to b completed
        7  bob request b
        10 ann admit b 10
        10 zoe leave b completed
        10 zoe discharge b completed
        11 bob go_home a
        11 bob leave a completed
        20 ann leave b completed
        20 ann discharge b completed
        20 bob admit b 10
        30 bob leave b completed
        30 bob discharge b completed
        30 out admit b 10
        40 out leave b completed
        40 out discharge b completed
        """
    )


BY_DESTINATION = """
[traits.next]
shares = { b = 0.4, c = 0.4, d = 0.2 }
[levels.a]
length_of_stay = "1 day"
hold = { b = "2 days", d = "unlimited", default = 0 }
on_completion = [{ when = { next = "b" }, go = "b" }, { when = { next = "c" }, go = "c" }, { go = "d" }]
[levels.b]
capacity = 0
length_of_stay = "1 day"
[levels.c]
capacity = 0
length_of_stay = "1 day"
[levels.d]
capacity = 0
length_of_stay = "1 day"
"""


def test_a_hold_may_differ_by_destination(story: Story) -> None:
    log = story(BY_DESTINATION, "day,id,enters,next\n0,ann,a,b\n0,bob,a,c\n0,cam,a,d\n")
    assert since(log, 1) == rows(
        """
        1 ann ready a to b completed
        1 ann request b
        1 bob ready a to c completed
        1 bob request c
        1 bob leave a completed
        1 cam ready a to d completed
        1 cam request d
        3 ann go_home a
        3 ann leave a completed
        """
    )


def test_the_hold_of_a_rule_overrides_that_of_the_level(story: Story) -> None:
    log = story(
        """
        [traits.urgent]
        shares = { no = 0.5, yes = 0.5 }
        [levels.a]
        length_of_stay = "1 day"
        hold = "1 day"
        on_completion = [{ when = { urgent = "yes" }, go = "b", hold = "3 days" }, { go = "b" }]
        [levels.b]
        capacity = 0
        length_of_stay = "1 day"
        """,
        "day,id,enters,urgent\n0,ann,a,yes\n0,bob,a,no\n",
    )
    assert since(log, 1) == rows(
        """
        1 ann ready a to b completed
        1 ann request b
        1 bob ready a to b completed
        1 bob request b
        2 bob go_home a
        2 bob leave a completed
        4 ann go_home a
        4 ann leave a completed
        """
    )


def test_a_rule_may_hold_nothing_where_the_level_holds(story: Story) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = "1 day"
        hold = "unlimited"
        on_completion = [{ go = "b", hold = 0 }]
        [levels.b]
        capacity = 0
        length_of_stay = "1 day"
        """,
        "day,id,enters\n0,ann,a\n",
    )
    assert since(log, 1) == rows(
        """
        1 ann ready a to b completed
        1 ann request b
        1 ann leave a completed
        """
    )


DELAY = """
[levels.a]
capacity = 1
length_of_stay = "2 days"
hold = {hold}
on_completion = [{{ go = "b", delay = "1.5 days" }}]
[levels.b]
capacity = 1
length_of_stay = "10 days"
"""


def test_a_delay_passes_in_the_old_place_before_she_asks(story: Story) -> None:
    log = story(DELAY.format(hold=0), "day,id,enters\n0,ann,a\n0,bob,a\n")
    assert since(log, 2)[:8] == rows(
        """
        2   ann ready a to b completed
        3.5 ann request b
        3.5 ann leave a completed
        3.5 ann admit b 10
        3.5 bob admit a 2
        5.5 bob ready a to b completed
        7   bob request b
        7   bob leave a completed
        """
    )


def test_a_hold_counts_from_the_request_after_the_delay(story: Story) -> None:
    log = story(DELAY.format(hold='"2 days"'), "day,id,enters\n0,ann,a\n0,zoe,b\n")
    assert since(log, 2)[:5] == rows(
        """
        2   ann ready a to b completed
        3.5 ann request b
        5.5 ann go_home a
        5.5 ann leave a completed
        10  ann admit b 10
        """
    )


def test_no_clinical_clock_runs_during_a_delay_or_while_blocked(story: Story) -> None:
    """She is ready on day 2; reviews, relapse, dropout and death were due from day 3 on."""
    log = story(
        """
        [levels.a]
        length_of_stay = "2 days"
        hold = "unlimited"
        dropout = "5 days"
        relapse = "4 days"
        death = "6 days"
        review = { every = "3 days", go = "discharge" }
        on_completion = [{ go = "b", delay = "1.5 days" }]
        [levels.b]
        capacity = 1
        length_of_stay = "10 days"
        """,
        "day,id,enters\n0,ann,a\n0,zoe,b\n",
    )
    assert since(log, 2)[:4] == rows(
        """
        2   ann ready a to b completed
        3.5 ann request b
        10  ann leave a completed
        10  ann admit b 10
        """
    )


def test_a_rule_that_names_the_level_she_is_in_makes_her_leave_and_ask_anew(story: Story) -> None:
    """Bob asked for the place before her, so he gets it, whatever hold the level gives."""
    log = story(
        """
        [run]
        duration = "5 days"
        [levels.a]
        capacity = 1
        length_of_stay = "2 days"
        completes_to = "a"
        hold = "unlimited"
        """,
        "day,id,enters\n0,ann,a\n1,bob,a\n",
    )
    assert log == rows(
        """
        0 ann request a
        0 ann admit a 2
        1 bob request a
        2 ann ready a to a completed
        2 ann request a
        2 ann leave a completed
        2 bob admit a 2
        4 ann admit a 2
        4 bob ready a to a completed
        4 bob request a
        4 bob leave a completed
        """
    )


def test_a_rule_may_share_patients_among_levels_and_discharge_by_shares_of_1(story: Story) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = "1 day"
        completes_to = { b = 0, c = 1.0 }
        [levels.b]
        length_of_stay = "1 day"
        [levels.c]
        length_of_stay = "1 day"
        """,
        "day,id,enters\n0,ann,a\n",
    )
    assert since(log, 1) == rows(
        """
        1 ann ready a to c completed
        1 ann request c
        1 ann leave a completed
        1 ann admit c 1
        2 ann leave c completed
        2 ann discharge c completed
        """
    )


def test_a_chain_of_blocked_patients_moves_at_one_instant(story: Story) -> None:
    """When zoe leaves c, bob moves to c, ann to b and eve into a, all on day 9."""
    log = story(
        """
        [run]
        duration = "10 days"
        [levels.a]
        capacity = 1
        length_of_stay = "1 day"
        hold = "unlimited"
        [levels.b]
        capacity = 1
        length_of_stay = "1 day"
        hold = "unlimited"
        [levels.c]
        capacity = 1
        length_of_stay = "9 days"
        """,
        "day,id,enters\n0,ann,a\n0,bob,b\n0,zoe,c\n3,eve,a\n",
    )
    assert since(log, 1) == rows(
        """
        1 ann ready a to b completed
        1 ann request b
        1 bob ready b to c completed
        1 bob request c
        3 eve request a
        9 ann leave a completed
        9 ann admit b 1
        9 bob leave b completed
        9 bob admit c 9
        9 zoe leave c completed
        9 zoe discharge c completed
        9 eve admit a 1
        """
    )
