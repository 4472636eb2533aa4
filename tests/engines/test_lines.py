"""In which order patients wait, and how long they are willing to: classes, transfers, patience.

Every log is worked by hand from docs/model.md, sections 2 and 3 ("Waitlist").
"""

from collections.abc import Callable

import pytest
from stories import admissions, rows

Story = Callable[..., list[str]]


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
    assert admissions(log, "b") == order


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
    assert admissions(log, "b") == order


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
    assert admissions(log, "b") == ["0 ann", "4 bob", "8 cam"]


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
    assert admissions(log, "b") == ["0 ann", "4 cam", "8 bob"]


def test_a_class_may_look_at_the_course_of_the_episode_so_far(story: Story) -> None:
    """Bob asked after zoe did, but has ten days of care behind him and she has three."""
    log = story(
        """
        [traits.long]
        shares = { no = 0.5, yes = 0.5 }
        [levels.a]
        length_of_stay = { by = "long", yes = "10 days", default = "3 days" }
        hold = "unlimited"
        [levels.b]
        capacity = 1
        length_of_stay = "12 days"
        waitlist = { priority = [{ days_in_care = ">= 10" }] }
        """,
        "day,id,enters,long\n0,ann,b,no\n0,bob,a,yes\n0,zoe,a,no\n",
    )
    assert admissions(log, "b") == ["0 ann", "12 bob", "24 zoe"]


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
    assert admissions(log, "bed") == ["0 ann", "2 bob", "4 ann", "6 bob", "8 ann"]


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
