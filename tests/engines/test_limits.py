"""Who is refused a place on a line, and who is sent to another: limits and diverts.

Every log is worked by hand from docs/model.md, sections 2 and 3 ("Waitlist").
"""

from collections.abc import Callable

from stories import admissions, rows, since

Story = Callable[..., list[str]]

# Limits


def test_with_a_limit_of_0_nobody_waits_and_a_place_freed_at_that_instant_is_given(story: Story) -> None:
    log = story(
        """
        [levels.bed]
        capacity = 1
        length_of_stay = "2 days"
        waitlist = { limit = 0 }
        """,
        "day,id,enters\n0,ann,bed\n1,bob,bed\n2,cam,bed\n",
    )
    assert log == rows(
        """
        0 ann request bed
        0 ann admit bed 2
        1 bob request bed
        1 bob turn_away bed
        1 bob discharge bed turned_away
        2 ann leave bed completed
        2 ann discharge bed completed
        2 cam request bed
        2 cam admit bed 2
        4 cam leave bed completed
        4 cam discharge bed completed
        """
    )


def test_of_newcomers_at_one_instant_the_higher_numbers_are_turned_away(story: Story) -> None:
    log = story(
        '[levels.bed]\ncapacity = 1\nlength_of_stay = "9 days"\nwaitlist = { limit = 1 }',
        "day,id,enters\n0,ann,bed\n0,bob,bed\n0,cam,bed\n0,dee,bed\n",
    )
    assert [row for row in log if "turn_away" in row] == ["0 cam turn_away bed", "0 dee turn_away bed"]


def test_a_newcomer_of_a_better_class_pushes_nobody_out(story: Story) -> None:
    log = story(
        """
        [traits.pregnant]
        shares = { no = 0.5, yes = 0.5 }
        [levels.bed]
        capacity = 1
        length_of_stay = "3 days"
        waitlist = { limit = 1, priority = [{ pregnant = "yes" }] }
        """,
        "day,id,enters,pregnant\n0,ann,bed,no\n1,bob,bed,no\n2,cam,bed,yes\n",
    )
    assert log == rows(
        """
        0 ann request bed
        0 ann admit bed 3
        1 bob request bed
        2 cam request bed
        2 cam turn_away bed
        2 cam discharge bed turned_away
        3 ann leave bed completed
        3 ann discharge bed completed
        3 bob admit bed 3
        6 bob leave bed completed
        6 bob discharge bed completed
        """
    )


def test_the_limit_counts_those_from_outside_and_not_transfers(story: Story) -> None:
    """Bob is blocked and cam was sent home: neither takes the one place on the line, which dee gets."""
    log = story(
        """
        [traits.held]
        shares = { short = 0.5, long = 0.5 }
        [levels.a]
        length_of_stay = "1 day"
        on_completion = [
          { when = { held = "long" }, go = "b", hold = "unlimited" },
          { go = "b", hold = "1 day" },
        ]
        [levels.b]
        capacity = 1
        length_of_stay = "9 days"
        waitlist = { limit = 1 }
        """,
        """day,id,enters,held
        0,ann,b,long
        0,bob,a,long
        0,cam,a,short
        3,dee,b,long
        4,eve,b,long
        """,
    )
    assert [row for row in log if "turn_away" in row] == ["4 eve turn_away b"]
    assert [row for row in log if "go_home" in row] == ["2 cam go_home a"]
    assert admissions(log, "b") == ["0 ann", "9 bob", "18 cam", "27 dee"]


def test_the_limit_counts_and_refuses_who_left_at_a_hold_of_0(story: Story) -> None:
    """Bob leaves a on day 2 and takes the place on the line before dee; cam, one day later, is refused."""
    log = story(
        """
        [levels.a]
        length_of_stay = "2 days"
        [levels.b]
        capacity = 1
        length_of_stay = "9 days"
        waitlist = { limit = 1 }
        """,
        "day,id,enters\n0,ann,b\n0,bob,a\n1,cam,a\n2.5,dee,b\n",
    )
    assert since(log, 2) == rows(
        """
        2   bob ready a to b completed
        2   bob request b
        2   bob leave a completed
        2.5 dee request b
        2.5 dee turn_away b
        2.5 dee discharge b turned_away
        3   cam ready a to b completed
        3   cam request b
        3   cam leave a completed
        3   cam turn_away b
        3   cam discharge b turned_away
        9   ann leave b completed
        9   ann discharge b completed
        9   bob admit b 9
        18  bob leave b completed
        18  bob discharge b completed
        """
    )


def test_who_gives_up_at_that_instant_leaves_room_for_a_newcomer(story: Story) -> None:
    log = story(
        """
        [levels.bed]
        capacity = 1
        length_of_stay = "9 days"
        waitlist = { limit = 1, patience = "3 days" }
        """,
        "day,id,enters\n0,ann,bed\n1,bob,bed\n4,cam,bed\n",
    )
    assert since(log, 4) == rows(
        """
        4 bob renege bed
        4 bob discharge bed reneged
        4 cam request bed
        7 cam renege bed
        7 cam discharge bed reneged
        9 ann leave bed completed
        9 ann discharge bed completed
        """
    )


def test_who_is_admitted_at_that_instant_leaves_room_for_a_newcomer(story: Story) -> None:
    log = story(
        '[levels.bed]\ncapacity = 1\nlength_of_stay = "3 days"\nwaitlist = { limit = 1 }',
        "day,id,enters\n0,ann,bed\n1,bob,bed\n3,cam,bed\n",
    )
    assert admissions(log, "bed") == ["0 ann", "3 bob", "6 cam"]


def test_a_limit_cut_by_a_dated_change_pushes_nobody_out(story: Story) -> None:
    """Three wait when the limit falls to 1; eve and fay find the line full until only one is left in it."""
    log = story(
        """
        [levels.bed]
        capacity = 1
        length_of_stay = "3 days"
        waitlist = { limit = 3 }
        [[changes]]
        on = 1
        levels.bed.waitlist.limit = 1
        """,
        """day,id,enters
        0,ann,bed
        0.5,bob,bed
        0.5,cam,bed
        0.5,dee,bed
        2,eve,bed
        8,fay,bed
        9.5,gia,bed
        """,
    )
    assert [row for row in log if "turn_away" in row] == ["2 eve turn_away bed", "8 fay turn_away bed"]
    assert admissions(log, "bed") == ["0 ann", "3 bob", "6 cam", "9 dee", "12 gia"]


# Diverts


def test_who_has_waited_so_many_days_is_diverted_and_joins_the_other_line_anew(story: Story) -> None:
    """Bob asked before cam but joins b after him, on day 2, as does dee, who has a higher number."""
    log = story(
        """
        [levels.a]
        capacity = 1
        length_of_stay = "20 days"
        completes_to = "discharge"
        waitlist = { divert = { after = "2 days", to = "b" } }
        [levels.b]
        capacity = 1
        length_of_stay = "6 days"
        """,
        "day,id,enters\n0,ann,a\n0,bob,a\n0,zoe,b\n1,cam,b\n2,dee,b\n",
    )
    assert log == rows(
        """
        0  ann request a
        0  ann admit a 20
        0  bob request a
        0  zoe request b
        0  zoe admit b 6
        1  cam request b
        2  bob divert a to b
        2  dee request b
        6  zoe leave b completed
        6  zoe discharge b completed
        6  cam admit b 6
        12 bob admit b 6
        12 cam leave b completed
        12 cam discharge b completed
        18 bob leave b completed
        18 bob discharge b completed
        18 dee admit b 6
        20 ann leave a completed
        20 ann discharge a completed
        24 dee leave b completed
        24 dee discharge b completed
        """
    )


def test_a_request_is_diverted_at_most_once(story: Story) -> None:
    log = story(
        """
        [levels.a]
        capacity = 0
        length_of_stay = "1 day"
        completes_to = "discharge"
        waitlist = { divert = { after = "1 day", to = "b" } }
        [levels.b]
        capacity = 1
        length_of_stay = "9 days"
        completes_to = "discharge"
        waitlist = { divert = { after = "1 day", to = "c" } }
        [levels.c]
        length_of_stay = "1 day"
        """,
        "day,id,enters\n0,ann,a\n0,zoe,b\n",
    )
    assert log == rows(
        """
        0  ann request a
        0  zoe request b
        0  zoe admit b 9
        1  ann divert a to b
        9  ann admit b 9
        9  zoe leave b completed
        9  zoe discharge b completed
        18 ann leave b completed
        18 ann discharge b completed
        """
    )


def test_whom_the_second_line_cannot_take_is_turned_away_there(story: Story) -> None:
    """Bob takes the free place of b before its limit may refuse him; cam finds neither place nor room."""
    log = story(
        """
        [levels.a]
        capacity = 1
        length_of_stay = "5 days"
        completes_to = "discharge"
        waitlist = { limit = 0, divert = { over_limit = true, to = "b" } }
        [levels.b]
        capacity = 1
        length_of_stay = "5 days"
        completes_to = "discharge"
        waitlist = { limit = 0, divert = { over_limit = true, to = "c" } }
        [levels.c]
        length_of_stay = "5 days"
        """,
        "day,id,enters\n0,ann,a\n0,bob,a\n0,cam,a\n",
    )
    assert log == rows(
        """
        0 ann request a
        0 ann admit a 5
        0 bob request a
        0 bob divert a to b
        0 bob admit b 5
        0 cam request a
        0 cam divert a to b
        0 cam turn_away b
        0 cam discharge b turned_away
        5 ann leave a completed
        5 ann discharge a completed
        5 bob leave b completed
        5 bob discharge b completed
        """
    )


def test_a_divert_after_days_does_not_divert_over_the_limit(story: Story) -> None:
    log = story(
        """
        [levels.a]
        capacity = 0
        length_of_stay = "5 days"
        completes_to = "discharge"
        waitlist = { limit = 1, divert = { after = "3 days", to = "b" } }
        [levels.b]
        length_of_stay = "5 days"
        """,
        "day,id,enters\n0,ann,a\n1,bob,a\n",
    )
    assert log == rows(
        """
        0 ann request a
        1 bob request a
        1 bob turn_away a
        1 bob discharge a turned_away
        3 ann divert a to b
        3 ann admit b 5
        8 ann leave b completed
        8 ann discharge b completed
        """
    )


def test_a_divert_over_the_limit_leaves_those_within_it_waiting(story: Story) -> None:
    log = story(
        """
        [levels.a]
        capacity = 0
        length_of_stay = "5 days"
        completes_to = "discharge"
        waitlist = { limit = 1, divert = { over_limit = true, to = "b" } }
        [levels.b]
        length_of_stay = "5 days"
        """,
        "day,id,enters\n0,ann,a\n1,bob,a\n",
    )
    assert log == rows(
        """
        0 ann request a
        1 bob request a
        1 bob divert a to b
        1 bob admit b 5
        6 bob leave b completed
        6 bob discharge b completed
        """
    )


def test_who_is_diverted_has_a_new_patience(story: Story) -> None:
    log = story(
        """
        [levels.a]
        capacity = 0
        length_of_stay = "5 days"
        completes_to = "discharge"
        waitlist = { patience = "5 days", divert = { after = "2 days", to = "b" } }
        [levels.b]
        capacity = 0
        length_of_stay = "5 days"
        waitlist = { patience = "4 days" }
        """,
        "day,id,enters\n0,ann,a\n",
    )
    assert log == rows(
        """
        0 ann request a
        2 ann divert a to b
        6 ann renege b
        6 ann discharge b reneged
        """
    )


def test_who_gives_up_when_a_divert_is_due_is_not_diverted(story: Story) -> None:
    log = story(
        """
        [levels.a]
        capacity = 0
        length_of_stay = "5 days"
        completes_to = "discharge"
        waitlist = { patience = "2 days", divert = { after = "2 days", to = "b" } }
        [levels.b]
        length_of_stay = "5 days"
        """,
        "day,id,enters\n0,ann,a\n",
    )
    assert log == rows(
        """
        0 ann request a
        2 ann renege a
        2 ann discharge a reneged
        """
    )


def test_who_left_at_a_hold_of_0_may_be_diverted_and_who_is_blocked_is_not(story: Story) -> None:
    log = story(
        """
        [traits.held]
        shares = { no = 0.5, yes = 0.5 }
        [levels.a]
        length_of_stay = "2 days"
        on_completion = [{ when = { held = "yes" }, go = "b", hold = "unlimited" }, { go = "b" }]
        [levels.b]
        capacity = 1
        length_of_stay = "9 days"
        completes_to = "discharge"
        waitlist = { divert = { after = "1 day", to = "c" } }
        [levels.c]
        length_of_stay = "1 day"
        """,
        "day,id,enters,held\n0,ann,b,no\n0,bob,a,no\n0,cam,a,yes\n",
    )
    assert since(log, 2) == rows(
        """
        2  bob ready a to b completed
        2  bob request b
        2  bob leave a completed
        2  cam ready a to b completed
        2  cam request b
        3  bob divert b to c
        3  bob admit c 1
        4  bob leave c completed
        4  bob discharge c completed
        9  ann leave b completed
        9  ann discharge b completed
        9  cam leave a completed
        9  cam admit b 9
        18 cam leave b completed
        18 cam discharge b completed
        """
    )


def test_who_is_diverted_on_her_way_back_has_an_ordinary_stay_there(story: Story) -> None:
    """The six days that remained belong to iop; in op she is given the eight of op."""
    log = story(
        """
        [traits.who]
        shares = { ann = 0.5, zed = 0.5 }
        [levels.php]
        length_of_stay = "20 days"
        [levels.iop]
        capacity = 1
        length_of_stay = { by = "who", zed = "30 days", default = "10 days" }
        relapse = { by = "who", zed = "50 days", default = "4 days" }
        on_relapse = [{ go = "step up", for = "2 days", then = "back" }]
        waitlist = { divert = { after = "5 days", to = "op" } }
        [levels.op]
        length_of_stay = "8 days"
        """,
        "day,id,enters,who\n0,ann,iop,ann\n1,zed,iop,zed\n",
    )
    assert [row for row in since(log, 6) if " ann " in row] == rows(
        """
        6  ann ready php to iop completed
        6  ann request iop
        6  ann leave php completed
        11 ann divert iop to op
        11 ann admit op 8
        19 ann leave op completed
        19 ann discharge op completed
        """
    )
