"""Who waits where and in which order: classes, transfers, patience, limits, diverts, and who does not show up.

Every log is worked by hand from docs/model.md, section 3 ("Waitlist", "Show-up") and section 2.
"""

from collections.abc import Callable

import pytest
from stories import rows

Story = Callable[..., list[str]]


def admissions(log: list[str], level: str) -> list[str]:
    """`TIME NAME` of each admission to the level, in the order of the log."""
    return [" ".join(row.split()[:2]) for row in log if row.split()[2:4] == ["admit", level]]


# Order


def test_a_better_priority_class_goes_ahead_of_those_who_joined_before(story: Story) -> None:
    log = story(
        """
        [traits.pregnant]
        shares = { no = 0.5, yes = 0.5 }
        [levels.bed]
        capacity = 1
        length_of_stay = "2 days"
        waitlist = { priority = [{ pregnant = "yes" }] }
        """,
        """day,id,enters,pregnant
        0,ann,bed,no
        0.25,bob,bed,no
        0.5,cam,bed,yes
        0.75,dee,bed,no
        """,
    )
    assert log == rows(
        """
        0    ann request bed
        0    ann admit bed 2
        0.25 bob request bed
        0.5  cam request bed
        0.75 dee request bed
        2    ann leave bed completed
        2    ann discharge bed completed
        2    cam admit bed 2
        4    bob admit bed 2
        4    cam leave bed completed
        4    cam discharge bed completed
        6    bob leave bed completed
        6    bob discharge bed completed
        6    dee admit bed 2
        8    dee leave bed completed
        8    dee discharge bed completed
        """
    )


def test_classes_are_served_in_the_order_listed_and_the_rest_last(story: Story) -> None:
    log = story(
        """
        [traits.need]
        shares = { some = 0.4, much = 0.3, most = 0.3 }
        [levels.bed]
        capacity = 1
        length_of_stay = "1 day"
        waitlist = { priority = [{ need = "most" }, { need = "much" }] }
        """,
        """day,id,enters,need
        0,first,bed,some
        0.1,ann,bed,some
        0.2,bob,bed,much
        0.3,cam,bed,most
        0.4,dee,bed,much
        0.5,eve,bed,most
        """,
    )
    assert admissions(log, "bed") == ["0 first", "1 cam", "2 eve", "3 bob", "4 dee", "5 ann"]


def test_patients_who_joined_at_one_instant_are_served_by_their_number(story: Story) -> None:
    log = story(
        '[levels.bed]\ncapacity = 1\nlength_of_stay = "1 day"',
        "day,id,enters\n0,ann,bed\n0,bob,bed\n0,cam,bed\n0,dee,bed\n",
    )
    assert admissions(log, "bed") == ["0 ann", "1 bob", "2 cam", "3 dee"]


TRANSFER = """
[levels.a]
length_of_stay = "2 days"
hold = "unlimited"
[levels.b]
capacity = 1
length_of_stay = "4 days"
waitlist = {{ transfers = "{transfers}" }}
"""
"""Bob's stay in a ends on day 2; cam asked for b before that, dee after it."""

TRANSFER_REFERRALS = """day,id,enters
0,ann,b
0,bob,a
1,cam,b
3,dee,b
"""


@pytest.mark.parametrize(
    ("transfers", "order"),
    [
        ("first", ["0 ann", "4 bob", "8 cam", "12 dee"]),
        ("merged", ["0 ann", "4 cam", "8 bob", "12 dee"]),
        ("last", ["0 ann", "4 cam", "8 dee", "12 bob"]),
    ],
)
def test_transfers_go_before_among_or_after_those_from_outside(
    transfers: str, order: list[str], story: Story
) -> None:
    log = story(TRANSFER.format(transfers=transfers), TRANSFER_REFERRALS)
    served = sorted(admissions(log, "b"), key=lambda row: float(row.split()[0]))
    assert served == order


def test_transfers_go_first_where_nothing_else_is_said(story: Story) -> None:
    first = story(TRANSFER.format(transfers="first"), TRANSFER_REFERRALS)
    unsaid = TRANSFER.format(transfers="first").replace('waitlist = { transfers = "first" }', "")
    assert story(unsaid, TRANSFER_REFERRALS) == first


CLASSES_AND_TRANSFERS = """
[traits.pregnant]
shares = {{ no = 0.5, yes = 0.5 }}
[levels.a]
length_of_stay = "2 days"
hold = "unlimited"
[levels.b]
capacity = 1
length_of_stay = "4 days"
waitlist = {{ transfers = "{transfers}", priority = [{{ pregnant = "yes" }}] }}
"""


@pytest.mark.parametrize(
    ("transfers", "order"),
    [("first", ["0 ann", "4 bob", "8 cam"]), ("merged", ["0 ann", "4 cam", "8 bob"])],
)
def test_a_class_orders_within_transfers_first_and_before_transfers_merged(
    transfers: str, order: list[str], story: Story
) -> None:
    log = story(
        CLASSES_AND_TRANSFERS.format(transfers=transfers),
        "day,id,enters,pregnant\n0,ann,b,no\n0,bob,a,no\n3,cam,b,yes\n",
    )
    served = sorted(admissions(log, "b"), key=lambda row: float(row.split()[0]))
    assert served == order


def test_who_left_at_a_hold_of_0_waits_in_the_order_of_those_from_outside(story: Story) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = "2 days"
        [levels.b]
        capacity = 1
        length_of_stay = "4 days"
        """,
        "day,id,enters\n0,ann,b\n0,bob,a\n1,cam,b\n",
    )
    assert log == rows(
        """
        0  ann request b
        0  ann admit b 4
        0  bob request a
        0  bob admit a 2
        1  cam request b
        2  bob ready a to b completed
        2  bob request b
        2  bob leave a completed
        4  ann leave b completed
        4  ann discharge b completed
        4  cam admit b 4
        8  bob admit b 4
        8  cam leave b completed
        8  cam discharge b completed
        12 bob leave b completed
        12 bob discharge b completed
        """
    )


def test_a_class_may_name_the_level_a_patient_comes_from(story: Story) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = "2 days"
        [levels.b]
        capacity = 1
        length_of_stay = "4 days"
        waitlist = { priority = [{ from = "a" }] }
        """,
        "day,id,enters\n0,ann,b\n0,bob,a\n1,cam,b\n",
    )
    assert sorted(admissions(log, "b")) == ["0 ann", "4 bob", "8 cam"]


def test_a_class_may_name_the_outside(story: Story) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = "2 days"
        hold = "unlimited"
        [levels.b]
        capacity = 1
        length_of_stay = "4 days"
        waitlist = { transfers = "merged", priority = [{ from = "outside" }] }
        """,
        "day,id,enters\n0,ann,b\n0,bob,a\n3,cam,b\n",
    )
    assert sorted(admissions(log, "b")) == ["0 ann", "4 cam", "8 bob"]


# Patience


def test_patience_of_0_means_only_if_there_is_a_place_at_once(story: Story) -> None:
    log = story(
        """
        [levels.bed]
        capacity = 1
        length_of_stay = "2 days"
        waitlist = { patience = 0 }
        """,
        "day,id,enters\n0,ann,bed\n1,bob,bed\n2,cam,bed\n",
    )
    assert log == rows(
        """
        0 ann request bed
        0 ann admit bed 2
        1 bob request bed
        1 bob renege bed
        1 bob discharge bed reneged
        2 ann leave bed completed
        2 ann discharge bed completed
        2 cam request bed
        2 cam admit bed 2
        4 cam leave bed completed
        4 cam discharge bed completed
        """
    )


def test_every_wait_has_a_patience_of_its_own(story: Story) -> None:
    """Bob waits 2 days in his first episode and 1 in his second, with a patience of 2.5 days for each."""
    log = story(
        """
        [run]
        duration = "9 days"
        [levels.bed]
        capacity = 1
        length_of_stay = "2 days"
        waitlist = { patience = "2.5 days" }
        [after.completed]
        returns_to_care = { share = 1.0, delay = "1 day" }
        """,
        "day,id,enters\n0,ann,bed\n0,bob,bed\n",
    )
    assert not [row for row in log if "renege" in row]
    assert sorted(admissions(log, "bed")) == ["0 ann", "2 bob", "4 ann", "6 bob", "8 ann"]


def test_patience_is_drawn_anew_at_every_wait(story: Story) -> None:
    log = story(
        """
        [levels.bed]
        capacity = 0
        length_of_stay = "2 days"
        waitlist = { patience = { dist = "exponential", mean = 3 } }
        [after.reneged]
        returns_to_care = { share = 1.0, delay = "1 day" }
        """,
        "day,id,enters\n0,ann,bed\n",
    )
    asked = [float(row.split()[0]) for row in log if " request " in row]
    gave_up = [float(row.split()[0]) for row in log if " renege " in row]
    waits = [f"{end - begin:.3f}" for begin, end in zip(asked, gave_up, strict=False)]
    assert len(waits) > 5
    assert len(set(waits)) == len(waits)


def test_who_left_at_a_hold_of_0_loses_patience_and_who_is_blocked_does_not(story: Story) -> None:
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
        waitlist = { patience = "3 days" }
        """,
        "day,id,enters,held\n0,ann,b,no\n0,bob,a,no\n0,cam,a,yes\n",
    )
    assert log == rows(
        """
        0  ann request b
        0  ann admit b 9
        0  bob request a
        0  bob admit a 2
        0  cam request a
        0  cam admit a 2
        2  bob ready a to b completed
        2  bob request b
        2  bob leave a completed
        2  cam ready a to b completed
        2  cam request b
        5  bob renege b
        5  bob discharge b reneged
        9  ann leave b completed
        9  ann discharge b completed
        9  cam leave a completed
        9  cam admit b 9
        18 cam leave b completed
        18 cam discharge b completed
        """
    )


# Limit


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
    assert sorted(admissions(log, "b")) == ["0 ann", "18 cam", "27 dee", "9 bob"]


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
    assert [row for row in log if float(row.split()[0]) >= 2] == rows(
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
    assert [row for row in log if float(row.split()[0]) >= 4] == rows(
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
    """Bob asked before cam but joins b after him, on day 2, at the same instant as dee, who has a higher number."""
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
    assert [row for row in log if float(row.split()[0]) >= 2] == rows(
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


# Show-up


def test_who_does_not_show_up_passes_the_place_on_at_the_same_instant(story: Story) -> None:
    """After 3 days of waiting nobody shows up, within half a day all do."""
    log = story(
        """
        [levels.bed]
        capacity = 1
        length_of_stay = "3 days"
        show_up = { days = [0, 1, 3], share = [1, 1, 0] }
        """,
        "day,id,enters\n0,ann,bed\n0,bob,bed\n2.5,cam,bed\n",
    )
    assert log == rows(
        """
        0   ann request bed
        0   ann admit bed 3
        0   bob request bed
        2.5 cam request bed
        3   ann leave bed completed
        3   ann discharge bed completed
        3   bob no_show bed
        3   bob discharge bed no_show
        3   cam admit bed 3
        6   cam leave bed completed
        6   cam discharge bed completed
        """
    )


def test_show_up_never_applies_to_those_who_hold_a_place(story: Story) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = "1 day"
        hold = "unlimited"
        [levels.b]
        capacity = 1
        length_of_stay = "2 days"
        show_up = { days = [0, 1], share = [0, 0] }
        """,
        "day,id,enters\n0,ann,a\n0,bob,a\n0,zoe,b\n",
    )
    assert log == rows(
        """
        0 ann request a
        0 ann admit a 1
        0 bob request a
        0 bob admit a 1
        0 zoe request b
        0 zoe no_show b
        0 zoe discharge b no_show
        1 ann ready a to b completed
        1 ann request b
        1 ann leave a completed
        1 ann admit b 2
        1 bob ready a to b completed
        1 bob request b
        3 ann leave b completed
        3 ann discharge b completed
        3 bob leave a completed
        3 bob admit b 2
        5 bob leave b completed
        5 bob discharge b completed
        """
    )


def test_show_up_applies_to_who_left_at_a_hold_of_0(story: Story) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = "1 day"
        [levels.b]
        length_of_stay = "2 days"
        show_up = { days = [0, 1], share = [0, 0] }
        """,
        "day,id,enters\n0,ann,a\n",
    )
    assert log == rows(
        """
        0 ann request a
        0 ann admit a 1
        1 ann ready a to b completed
        1 ann request b
        1 ann leave a completed
        1 ann no_show b
        1 ann discharge b no_show
        """
    )


@pytest.mark.parametrize(
    ("days_waited", "share"), [(0, 0.9), (2.5, 0.75), (5, 0.6), (7.5, 0.4), (10, 0.2), (14, 0.2)]
)
def test_the_chance_to_show_up_is_interpolated_in_the_days_waited(
    days_waited: float, share: float, story: Story
) -> None:
    """All 1000 arrive before the door first opens on day 20; 4 standard errors around the table's value."""
    people = "".join(f"{20 - days_waited},p{number},bed\n" for number in range(1000))
    log = story(
        """
        [levels.bed]
        admits_on = [2026-01-25]
        length_of_stay = "1 day"
        show_up = { days = [0, 5, 10], share = [0.9, 0.6, 0.2] }
        """,
        "day,id,enters\n" + people,
    )
    showed = len(admissions(log, "bed"))
    assert showed + sum(" no_show bed" in row for row in log if " discharge " not in row) == 1000
    assert abs(showed / 1000 - share) < 4 * (share * (1 - share) / 1000) ** 0.5
