"""A new episode begins anew: nothing of how the last one ended is left over.

Every log is worked by hand from docs/model.md, section 3 ("After").
"""

from collections.abc import Callable

from stories import rows, since

Story = Callable[..., list[str]]


def test_a_temporary_stay_that_never_began_is_forgotten(story: Story) -> None:
    """She gave up waiting for the two days of php; back on day 6, she has the whole ten days of iop."""
    log = story(
        """
        [run]
        duration = "17 days"
        [levels.php]
        capacity = 0
        length_of_stay = "20 days"
        waitlist = { patience = "1 day" }
        [levels.iop]
        length_of_stay = "10 days"
        relapse = "4 days"
        on_relapse = [{ when = { episode = 1 }, go = "step up", for = "2 days", then = "back" }]
        [after.reneged]
        returns_to_care = { share = 1.0, delay = "1 day" }
        """,
        "day,id,enters\n0,ann,iop\n",
    )
    assert since(log, 5) == rows(
        """
        5  ann renege php
        5  ann discharge php reneged
        6  ann return_to_care
        6  ann request iop
        6  ann admit iop 10
        10 ann relapse iop
        14 ann relapse iop
        16 ann leave iop completed
        16 ann discharge iop completed
        """
    )


def test_a_new_request_may_be_diverted_again(story: Story) -> None:
    log = story(
        """
        [run]
        duration = "8 days"
        [levels.a]
        capacity = 0
        length_of_stay = "5 days"
        waitlist = { divert = { after = "2 days", to = "b" } }
        [levels.b]
        capacity = 0
        length_of_stay = "5 days"
        waitlist = { patience = "1 day" }
        [after.reneged]
        returns_to_care = { share = 1.0, delay = "2 days" }
        """,
        "day,id,enters\n0,ann,a\n",
    )
    assert log == rows(
        """
        0 ann request a
        2 ann divert a to b
        3 ann renege b
        3 ann discharge b reneged
        5 ann return_to_care
        5 ann request a
        7 ann divert a to b
        """
    )


def test_who_was_a_transfer_asks_from_outside_when_she_returns(story: Story) -> None:
    """Sent home on day 2 as a transfer; back on day 5 she is one too many, for zed waits since day 1."""
    log = story(
        """
        [run]
        duration = "8 days"
        [levels.a]
        length_of_stay = "1 day"
        hold = "1 day"
        [levels.b]
        capacity = 0
        length_of_stay = "5 days"
        waitlist = { limit = 1, patience = { by = "who", ann = "2 days", default = "9 days" } }
        [traits.who]
        shares = { ann = 0.5, zed = 0.5 }
        [arrivals.home]
        dates = "home.csv"
        enters = "b"
        placement = [{ when = { who = "ann", episode = 1 }, enters = "a" }]
        [after.reneged]
        returns_to_care = { share = 1.0, delay = "1 day" }
        """,
        files={"home.csv": "day,id,who\n0,ann,ann\n1,zed,zed\n"},
    )
    assert [row for row in since(log, 2) if " ann " in row] == rows(
        """
        2 ann go_home a
        2 ann leave a completed
        4 ann renege b
        4 ann discharge b reneged
        5 ann return_to_care
        5 ann request b
        5 ann turn_away b
        5 ann discharge b turned_away
        """
    )


def test_a_return_to_care_cancels_the_use_even_where_she_waits(story: Story) -> None:
    """Discharged on day 2 with use due on day 5, back on day 4, and on the line until day 7."""
    log = story(
        """
        [run]
        duration = "9 days"
        [levels.a]
        capacity = 1
        length_of_stay = { by = "who", ann = "2 days", default = "5 days" }
        [traits.who]
        shares = { ann = 0.5, zed = 0.5 }
        [after.completed]
        return_to_use = "3 days"
        returns_to_care = { share = 1.0, delay = "2 days", after_use = false }
        """,
        "day,id,enters,who\n0,ann,a,ann\n2,zed,a,zed\n",
    )
    assert [row for row in since(log, 3) if " ann " in row] == rows(
        """
        4 ann return_to_care
        4 ann request a
        7 ann admit a 2
        """
    )


def test_the_clock_of_waiting_ends_with_the_wait(story: Story) -> None:
    """At home from day 1 with use due on day 5; on day 3 she gives up, and nothing follows that."""
    log = story(
        """
        [levels.a]
        length_of_stay = "1 day"
        [levels.b]
        capacity = 0
        length_of_stay = "5 days"
        waitlist = { patience = "2 days" }
        [after.waiting]
        return_to_use = "4 days"
        """,
        "day,id,enters\n0,ann,a\n",
    )
    assert since(log, 2) == rows(
        """
        3 ann renege b
        3 ann discharge b reneged
        """
    )
