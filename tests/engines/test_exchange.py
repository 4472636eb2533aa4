"""When blocked patients take one another's places, and when they do not.

Every log is worked by hand from docs/model.md, section 2 ("exchange").
"""

from collections.abc import Callable

from stories import rows, since

Story = Callable[..., list[str]]


def test_two_who_block_one_another_exchange_when_the_second_is_ready(story: Story) -> None:
    log = story(
        """
        [run]
        duration = "6 days"
        [levels.a]
        capacity = 1
        length_of_stay = "3 days"
        completes_to = "b"
        hold = "unlimited"
        [levels.b]
        capacity = 1
        length_of_stay = "5 days"
        completes_to = "a"
        hold = "unlimited"
        """,
        "day,id,enters\n0,ann,a\n0,bob,b\n",
    )
    assert since(log, 3) == rows(
        """
        3 ann ready a to b completed
        3 ann request b
        5 ann leave a completed
        5 ann admit b 5
        5 bob ready b to a completed
        5 bob request a
        5 bob leave b completed
        5 bob admit a 3
        """
    )


def test_three_in_a_ring_exchange(story: Story) -> None:
    log = story(
        """
        [run]
        duration = "5 days"
        [levels.a]
        capacity = 1
        length_of_stay = "2 days"
        completes_to = "b"
        hold = "unlimited"
        [levels.b]
        capacity = 1
        length_of_stay = "3 days"
        completes_to = "c"
        hold = "unlimited"
        [levels.c]
        capacity = 1
        length_of_stay = "4 days"
        completes_to = "a"
        hold = "unlimited"
        """,
        "day,id,enters\n0,ann,a\n0,bob,b\n0,cam,c\n",
    )
    assert since(log, 2) == rows(
        """
        2 ann ready a to b completed
        2 ann request b
        3 bob ready b to c completed
        3 bob request c
        4 ann leave a completed
        4 ann admit b 3
        4 bob leave b completed
        4 bob admit c 4
        4 cam ready c to a completed
        4 cam request a
        4 cam leave c completed
        4 cam admit a 2
        """
    )


def test_of_two_possible_partners_the_first_in_line_exchanges(story: Story) -> None:
    """Bea (since day 1) and bob (since day 2) both hold a place in b and want the one of ann in a."""
    log = story(
        """
        [run]
        duration = "5 days"
        [traits.pace]
        shares = { one = 0.4, two = 0.4, four = 0.2 }
        [levels.a]
        capacity = 1
        length_of_stay = "4 days"
        completes_to = "b"
        hold = "unlimited"
        [levels.b]
        capacity = 2
        length_of_stay = { by = "pace", one = "1 day", two = "2 days", default = "9 days" }
        completes_to = "a"
        hold = "unlimited"
        """,
        "day,id,enters,pace\n0,ann,a,four\n0,bob,b,two\n0,bea,b,one\n",
    )
    assert since(log, 1) == rows(
        """
        1 bea ready b to a completed
        1 bea request a
        2 bob ready b to a completed
        2 bob request a
        4 ann ready a to b completed
        4 ann request b
        4 ann leave a completed
        4 ann admit b 9
        4 bea leave b completed
        4 bea admit a 4
        """
    )


def test_a_ring_follows_the_lines_and_passes_nobody_who_could_move(story: Story) -> None:
    """Cam in c asked for b before ann in a did. So ben, cam and amy exchange, not ben and ann.

    From a: first in its line is ben, who holds b; first in the line of b is cam, who holds c; first in the
    line of c is amy, who holds a. Ann stays blocked.
    """
    log = story(
        """
        [run]
        duration = "3.5 days"
        [traits.next]
        shares = { a = 0.4, b = 0.4, c = 0.2 }
        [levels.a]
        capacity = 2
        length_of_stay = "2 days"
        hold = "unlimited"
        on_completion = [{ when = { next = "b" }, go = "b" }, { go = "c" }]
        [levels.b]
        capacity = 1
        length_of_stay = "3 days"
        hold = "unlimited"
        completes_to = "a"
        [levels.c]
        capacity = 1
        length_of_stay = "1 day"
        hold = "unlimited"
        completes_to = "b"
        """,
        "day,id,enters,next\n0,ann,a,b\n0,amy,a,c\n0,ben,b,a\n0,cam,c,b\n",
    )
    assert since(log, 1) == rows(
        """
        1 cam ready c to b completed
        1 cam request b
        2 ann ready a to b completed
        2 ann request b
        2 amy ready a to c completed
        2 amy request c
        3 amy leave a completed
        3 amy admit c 1
        3 ben ready b to a completed
        3 ben request a
        3 ben leave b completed
        3 ben admit a 2
        3 cam leave c completed
        3 cam admit b 3
        """
    )


def test_a_second_ring_turns_at_the_same_instant(story: Story) -> None:
    """All are ready on day 3: bob and ann exchange first, then cam and amy."""
    log = story(
        """
        [run]
        duration = "4 days"
        [traits.next]
        shares = { a = 0.4, b = 0.4, c = 0.2 }
        [levels.a]
        capacity = 2
        length_of_stay = "3 days"
        hold = "unlimited"
        on_completion = [{ when = { next = "b" }, go = "b" }, { go = "c" }]
        [levels.b]
        capacity = 1
        length_of_stay = "3 days"
        hold = "unlimited"
        completes_to = "a"
        [levels.c]
        capacity = 1
        length_of_stay = "3 days"
        hold = "unlimited"
        completes_to = "a"
        """,
        "day,id,enters,next\n0,ann,a,b\n0,amy,a,c\n0,bob,b,a\n0,cam,c,a\n",
    )
    assert since(log, 3) == rows(
        """
        3 ann ready a to b completed
        3 ann request b
        3 ann leave a completed
        3 ann admit b 3
        3 amy ready a to c completed
        3 amy request c
        3 amy leave a completed
        3 amy admit c 3
        3 bob ready b to a completed
        3 bob request a
        3 bob leave b completed
        3 bob admit a 3
        3 cam ready c to a completed
        3 cam request a
        3 cam leave c completed
        3 cam admit a 3
        """
    )


BOTH_WAYS = """
[levels.a]
capacity = 1
length_of_stay = "3 days"
completes_to = "b"
hold = "unlimited"
waitlist = { transfers = "last" }
[levels.b]
capacity = 1
length_of_stay = "3 days"
completes_to = "a"
hold = "unlimited"
"""


def test_an_exchange_uses_no_free_place_and_leaves_those_ahead_where_they_were(story: Story) -> None:
    """Zed, from outside, is ahead of bob in the line of a (transfers last); he waits before and after."""
    log = story('[run]\nduration = "5 days"\n' + BOTH_WAYS, "day,id,enters\n0,ann,a\n0,bob,b\n1,zed,a\n")
    assert since(log, 1) == rows(
        """
        1 zed request a
        3 ann ready a to b completed
        3 ann request b
        3 ann leave a completed
        3 ann admit b 3
        3 bob ready b to a completed
        3 bob request a
        3 bob leave b completed
        3 bob admit a 3
        """
    )


def test_there_is_no_exchange_through_a_shut_door(story: Story) -> None:
    """B admits on Mondays only: the two are blocked from day 3 until day 7."""
    log = story(
        '[run]\nduration = "8 days"\n' + BOTH_WAYS + 'admits = ["mon"]\n',
        "day,id,enters\n0,ann,a\n0,bob,b\n",
    )
    assert since(log, 3) == rows(
        """
        3 ann ready a to b completed
        3 ann request b
        3 bob ready b to a completed
        3 bob request a
        7 ann leave a completed
        7 ann admit b 3
        7 bob leave b completed
        7 bob admit a 3
        """
    )


def test_there_is_no_exchange_with_a_level_above_its_capacity(story: Story) -> None:
    """A is cut to 1 on day 2 and holds two until amy, who stays 5 days, has gone; then the ring turns."""
    log = story(
        """
        [run]
        duration = "6 days"
        [traits.long]
        shares = { no = 0.5, yes = 0.5 }
        [levels.a]
        capacity = 2
        length_of_stay = { by = "long", yes = "5 days", default = "3 days" }
        hold = "unlimited"
        on_completion = [{ when = { long = "yes" }, go = "discharge" }, { go = "b" }]
        [levels.b]
        capacity = 1
        length_of_stay = "3 days"
        completes_to = "a"
        hold = "unlimited"
        [[changes]]
        on = 2
        levels.a.capacity = 1
        """,
        "day,id,enters,long\n0,ann,a,no\n0,amy,a,yes\n0,bob,b,no\n",
    )
    assert since(log, 3) == rows(
        """
        3 ann ready a to b completed
        3 ann request b
        3 bob ready b to a completed
        3 bob request a
        5 ann leave a completed
        5 ann admit b 3
        5 amy leave a completed
        5 amy discharge a completed
        5 bob leave b completed
        5 bob admit a 3
        """
    )


def test_who_was_sent_home_holds_no_place_and_cannot_exchange_it(story: Story) -> None:
    """Ann goes home on day 4 and zed gets her place; bob, ready on day 5, finds nobody to exchange with."""
    log = story(
        """
        [run]
        duration = "6 days"
        [levels.a]
        capacity = 1
        length_of_stay = "3 days"
        completes_to = "b"
        hold = "1 day"
        [levels.b]
        capacity = 1
        length_of_stay = "5 days"
        completes_to = "a"
        hold = "unlimited"
        """,
        "day,id,enters\n0,ann,a\n0,bob,b\n1,zed,a\n",
    )
    assert since(log, 4) == rows(
        """
        4 ann go_home a
        4 ann leave a completed
        4 zed admit a 3
        5 bob ready b to a completed
        5 bob request a
        """
    )


def test_an_exchange_lets_an_allocation_follow(story: Story) -> None:
    """Ann and bob exchange; her stay in b has no length, so she gets into c at that instant."""
    log = story(
        """
        [run]
        duration = "5 days"
        [levels.a]
        capacity = 1
        length_of_stay = "3 days"
        completes_to = "b"
        hold = "unlimited"
        [levels.b]
        capacity = 1
        hold = "unlimited"
        on_completion = [{ when = { from = "a" }, go = "c" }, { go = "a" }]
        length_of_stay = { by = "quick", yes = 0, default = "3 days" }
        [levels.c]
        length_of_stay = "9 days"
        [traits.quick]
        shares = { no = 0.5, yes = 0.5 }
        """,
        "day,id,enters,quick\n0,ann,a,yes\n0,bob,b,no\n1,eve,b,no\n",
    )
    assert since(log, 3) == rows(
        """
        3 ann ready a to b completed
        3 ann request b
        3 ann leave a completed
        3 ann admit b 0
        3 ann ready b to c completed
        3 ann request c
        3 ann leave b completed
        3 ann admit c 9
        3 bob ready b to a completed
        3 bob request a
        3 bob leave b completed
        3 bob admit a 3
        3 eve admit b 3
        """
    )
