"""What runs while a patient waits at home for the next level: patience, return to use.

Every log is worked by hand from docs/model.md, section 3 ("Moving on").
"""

from collections.abc import Callable

from stories import rows, since

Story = Callable[..., list[str]]

FULL_NEXT = "day,id,enters\n0,ann,a\n0,zoe,b\n"


def test_patience_runs_at_home_from_the_day_she_is_sent_home(story: Story) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = "2 days"
        hold = "2 days"
        [levels.b]
        capacity = 0
        length_of_stay = "10 days"
        waitlist = { patience = "3 days" }
        """,
        "day,id,enters\n0,ann,a\n",
    )
    assert since(log, 2) == rows(
        """
        2 ann ready a to b completed
        2 ann request b
        4 ann go_home a
        4 ann leave a completed
        7 ann renege b
        7 ann discharge b reneged
        """
    )


def test_who_is_sent_home_with_a_patience_of_0_gives_up_at_that_instant(story: Story) -> None:
    """A patience of 0 begins and ends when she goes home; b is full, so she gives up at that instant."""
    log = story(
        """
        [levels.a]
        length_of_stay = "2 days"
        hold = "2 days"
        [levels.b]
        capacity = 0
        length_of_stay = "10 days"
        waitlist = { patience = 0 }
        """,
        "day,id,enters\n0,ann,a\n",
    )
    assert since(log, 4) == rows(
        """
        4 ann go_home a
        4 ann leave a completed
        4 ann renege b
        4 ann discharge b reneged
        """
    )


def test_return_to_use_at_home_is_recorded_and_she_keeps_waiting(story: Story) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = "3 days"
        hold = "2 days"
        [levels.b]
        capacity = 1
        length_of_stay = "10 days"
        [after.waiting]
        return_to_use = "4 days"
        """,
        FULL_NEXT,
    )
    use = [row for row in log if "return_to_use" in row]
    assert [row.split()[:3] for row in use] == [["9", "ann", "return_to_use"]]
    assert [row for row in since(log, 3) if row not in use] == rows(
        """
        3  ann ready a to b completed
        3  ann request b
        5  ann go_home a
        5  ann leave a completed
        10 ann admit b 10
        10 zoe leave b completed
        10 zoe discharge b completed
        20 ann leave b completed
        20 ann discharge b completed
        """
    )


def test_the_clock_of_waiting_runs_for_who_left_at_a_hold_of_0_and_for_nobody_from_outside(
    story: Story,
) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = "3 days"
        [levels.b]
        capacity = 1
        length_of_stay = "10 days"
        [after.waiting]
        return_to_use = "4 days"
        """,
        FULL_NEXT + "0,out,b\n",
    )
    use = [row.split()[:3] for row in log if "return_to_use" in row]
    assert use == [["7", "ann", "return_to_use"]]


def test_the_clock_of_waiting_stops_at_admission_and_does_not_run_while_blocked(story: Story) -> None:
    """Blocked from day 3 on, home from 5, admitted on 10: neither 3 + 6 nor 5 + 6 is reached at home."""
    log = story(
        """
        [levels.a]
        length_of_stay = "3 days"
        hold = "2 days"
        [levels.b]
        capacity = 1
        length_of_stay = "10 days"
        [after.waiting]
        return_to_use = "6 days"
        """,
        FULL_NEXT,
    )
    assert not [row for row in log if "return_to_use" in row]


def test_the_clock_of_waiting_does_not_go_on_in_a_later_wait_in_her_place(story: Story) -> None:
    """At home from day 5 to 10 with a clock due on day 11; from day 20 on she is blocked in b."""
    log = story(
        """
        [levels.a]
        length_of_stay = "3 days"
        hold = "2 days"
        [levels.b]
        capacity = 1
        length_of_stay = "10 days"
        on_completion = [{ when = { from = "outside" }, go = "discharge" }, { go = "c", hold = "unlimited" }]
        [levels.c]
        capacity = 0
        length_of_stay = "10 days"
        [after.waiting]
        return_to_use = "6 days"
        """,
        FULL_NEXT,
    )
    assert "20 ann ready b to c completed" in log
    assert not [row for row in log if "return_to_use" in row]
