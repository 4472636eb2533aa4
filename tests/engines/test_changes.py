"""Dated changes: on which decisions and clocks they act, from when, and until when.

Every log is worked by hand from docs/model.md, section 3 ("Dated changes").
"""

from collections.abc import Callable

import pytest
from stories import admissions, rows, since, written, written_levels

from sim.log import Log

Story = Callable[..., list[str]]


def ends(log: list[str]) -> list[str]:
    """`TIME NAME REASON` of each discharge."""
    return [" ".join([*row.split()[:2], row.split()[4]]) for row in log if " discharge " in row]


# Capacity


def test_a_cut_of_capacity_moves_nobody_out_and_lets_nobody_in_until_it_is_kept(story: Story) -> None:
    log = story(
        """
        [traits.pace]
        shares = { quick = 0.5, slow = 0.5 }
        [levels.bed]
        capacity = 2
        length_of_stay = { by = "pace", quick = "3 days", default = "5 days" }
        [[changes]]
        on = 1
        levels.bed.capacity = 1
        """,
        "day,id,enters,pace\n0,ann,bed,quick\n0,bob,bed,slow\n2,cam,bed,slow\n",
    )
    assert since(log, 2) == rows(
        """
        2  cam request bed
        3  ann leave bed completed
        3  ann discharge bed completed
        5  bob leave bed completed
        5  bob discharge bed completed
        5  cam admit bed 5
        10 cam leave bed completed
        10 cam discharge bed completed
        """
    )


def test_new_places_are_given_on_the_day_they_come(story: Story) -> None:
    log = story(
        """
        [levels.bed]
        capacity = 1
        length_of_stay = "9 days"
        [[changes]]
        on = 2026-01-07
        levels.bed.capacity = 3
        """,
        "day,id,enters\n0,ann,bed\n0,bob,bed\n0,cam,bed\n0,dee,bed\n",
    )
    assert admissions(log, "bed") == ["0 ann", "2 bob", "2 cam", "9 dee"]


def test_a_level_may_have_no_place_at_first_and_be_unlimited_later(happened: Callable[..., Log]) -> None:
    log = happened(
        """
        [run]
        duration = "10 days"
        [levels.bed]
        capacity = 0
        length_of_stay = "9 days"
        [[changes]]
        on = 1.5
        levels.bed.capacity = 1
        [[changes]]
        on = 4
        levels.bed.capacity = "unlimited"
        """,
        "day,id,enters\n0,ann,bed\n0,bob,bed\n0,cam,bed\n",
    )
    assert admissions(written(log), "bed") == ["1.5 ann", "4 bob", "4 cam"]
    assert written_levels(log) == rows("0 capacity bed 0\n1.5 capacity bed 1\n4 capacity bed inf")


def test_until_restores_the_old_value(happened: Callable[..., Log]) -> None:
    """A second place from day 1 to day 5: bob, who took it, stays, and cam meets the old capacity."""
    log = happened(
        """
        [run]
        duration = "12 days"
        [levels.bed]
        capacity = 1
        length_of_stay = "6 days"
        [[changes]]
        on = 1
        until = 5
        levels.bed.capacity = 2
        """,
        "day,id,enters\n0,ann,bed\n0,bob,bed\n3,cam,bed\n",
    )
    assert admissions(written(log), "bed") == ["0 ann", "1 bob", "7 cam"]
    assert written_levels(log) == rows("0 capacity bed 1\n1 capacity bed 2\n5 capacity bed 1")


# Clocks


def test_a_new_length_of_stay_holds_for_admissions_from_that_day_on(story: Story) -> None:
    log = story(
        """
        [levels.bed]
        length_of_stay = "5 days"
        [[changes]]
        on = 2
        levels.bed.length_of_stay = "1 day"
        """,
        "day,id,enters\n0,ann,bed\n1.5,bob,bed\n2,cam,bed\n2.5,dee,bed\n",
    )
    assert ends(log) == ["3 cam completed", "3.5 dee completed", "5 ann completed", "6.5 bob completed"]


def test_a_new_dropout_clock_holds_for_stays_that_begin_afterwards(story: Story) -> None:
    log = story(
        """
        [levels.bed]
        length_of_stay = "5 days"
        dropout = "4 days"
        [[changes]]
        on = 2
        levels.bed.dropout = "1 day"
        """,
        "day,id,enters\n0,ann,bed\n3,bob,bed\n",
    )
    assert ends(log) == ["4 ann dropout", "4 bob dropout"]


def test_a_relapse_clock_that_starts_anew_after_the_change_is_the_new_one(story: Story) -> None:
    """Begun on day 0: due on day 3 in spite of the change on day 1; begun anew on day 3: due every day."""
    log = story(
        """
        [levels.bed]
        length_of_stay = "6 days"
        relapse = "3 days"
        [[changes]]
        on = 1
        levels.bed.relapse = "1 day"
        """,
        "day,id,enters\n0,ann,bed\n",
    )
    assert [row.split()[0] for row in log if " relapse " in row] == ["3", "4", "5", "6"]


def test_a_new_patience_holds_for_waits_that_begin_afterwards(story: Story) -> None:
    log = story(
        """
        [levels.bed]
        capacity = 0
        length_of_stay = "5 days"
        waitlist = { patience = "6 days" }
        [[changes]]
        on = 2
        levels.bed.waitlist.patience = "1 day"
        """,
        "day,id,enters\n0,ann,bed\n3,bob,bed\n",
    )
    assert ends(log) == ["4 bob reneged", "6 ann reneged"]


def test_a_new_clock_after_discharge_holds_for_discharges_from_that_day_on(story: Story) -> None:
    log = story(
        """
        [levels.bed]
        length_of_stay = "1 day"
        [after.completed]
        return_to_use = "10 days"
        [[changes]]
        on = 3
        after.completed.return_to_use = "2 days"
        """,
        "day,id,enters\n0,ann,bed\n2,bob,bed\n",
    )
    assert [row.split()[:2] for row in log if "return_to_use" in row] == [["5", "bob"], ["11", "ann"]]


# Decisions


def test_a_new_rule_decides_what_comes_up_from_that_day_on_in_stays_begun_before_too(story: Story) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = "2 days"
        completes_to = "b"
        [levels.b]
        length_of_stay = "9 days"
        [[changes]]
        on = 3
        levels.a.completes_to = "discharge"
        """,
        "day,id,enters\n0,ann,a\n0.5,bob,a\n1,cam,a\n2,dee,a\n",
    )
    assert [row for row in log if " ready " in row] == rows(
        """
        2   ann ready a to b completed
        2.5 bob ready a to b completed
        """
    )
    assert "3 cam discharge a completed" in log
    assert "4 dee discharge a completed" in log


def test_a_new_hold_is_for_those_who_ask_from_that_day_on(story: Story) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = "2 days"
        hold = "5 days"
        [levels.b]
        capacity = 0
        length_of_stay = "9 days"
        [[changes]]
        on = 3
        levels.a.hold = "1 day"
        """,
        "day,id,enters\n0,ann,a\n2,bob,a\n",
    )
    assert [row for row in log if " go_home " in row] == ["5 bob go_home a", "7 ann go_home a"]


def test_a_new_limit_refuses_newcomers_from_that_day_on(story: Story) -> None:
    log = story(
        """
        [levels.bed]
        capacity = 0
        length_of_stay = "5 days"
        waitlist = { limit = 1 }
        [[changes]]
        on = 2
        levels.bed.waitlist.limit = 2
        """,
        "day,id,enters\n0,ann,bed\n1,bob,bed\n2,cam,bed\n3,dee,bed\n",
    )
    assert ends(log) == ["1 bob turned_away", "3 dee turned_away"]


def test_a_divert_that_was_begun_leads_where_it_did_when_she_asked(story: Story) -> None:
    """Ann asked before there was a divert, Bob while it led to the den, Cam while it led to the nest."""
    log = story(
        """
        [levels.bed]
        capacity = 0
        length_of_stay = "1 day"
        [levels.den]
        length_of_stay = "1 day"
        completes_to = "discharge"
        [levels.nest]
        length_of_stay = "1 day"
        [[changes]]
        on = 2
        until = 6
        levels.bed.waitlist.divert = { after = 3, to = "den" }
        [[changes]]
        on = 4
        until = 6
        levels.bed.waitlist.divert.to = "nest"
        """,
        "day,id,enters\n1,ann,bed\n3,bob,bed\n5,cam,bed\n",
    )
    assert [row for row in log if "divert" in row or "admit" in row] == rows(
        """
        6 bob divert bed to den
        6 bob admit den 1
        8 cam divert bed to nest
        8 cam admit nest 1
        """
    )


def test_new_closed_dates_shut_the_door(story: Story) -> None:
    """2026-01-07 and 08 are days 2 and 3."""
    log = story(
        """
        [levels.bed]
        length_of_stay = "1 day"
        [[changes]]
        on = 1
        levels.bed.closed = [2026-01-07, 2026-01-08]
        """,
        "day,id,enters\n1.5,ann,bed\n2.5,bob,bed\n",
    )
    assert admissions(log, "bed") == ["1.5 ann", "4 bob"]


def test_new_admitting_weekdays_hold_from_that_day_on(happened: Callable[..., Log]) -> None:
    """Every day until Wednesday (day 2), Mondays only from then: shut on day 2, open on day 7, shut on 8."""
    log = happened(
        """
        [run]
        duration = "10 days"
        [levels.bed]
        length_of_stay = "1 day"
        [[changes]]
        on = 2
        levels.bed.admits = ["mon"]
        """,
        "day,id,enters\n1,ann,bed\n2,bob,bed\n",
    )
    assert admissions(written(log), "bed") == ["1 ann", "7 bob"]
    assert written_levels(log) == rows("0 capacity bed inf\n2 close bed\n7 open bed\n8 close bed")


def test_several_changes_act_each_from_its_day(story: Story) -> None:
    log = story(
        """
        [levels.bed]
        length_of_stay = "5 days"
        [[changes]]
        on = 4
        levels.bed.length_of_stay = "1 day"
        [[changes]]
        on = 2
        until = 3
        levels.bed.length_of_stay = "2 days"
        """,
        "day,id,enters\n0,ann,bed\n2,bob,bed\n3,cam,bed\n4,dee,bed\n",
    )
    assert ends(log) == ["4 bob completed", "5 ann completed", "5 dee completed", "8 cam completed"]


def test_a_change_on_day_0_holds_from_the_start(story: Story) -> None:
    log = story(
        """
        [levels.bed]
        length_of_stay = "5 days"
        [[changes]]
        on = 2026-01-05
        levels.bed.length_of_stay = "1 day"
        """,
        "day,id,enters\n0,ann,bed\n",
    )
    assert ends(log) == ["1 ann completed"]


@pytest.mark.parametrize("factor", [0.0, 3.0])
def test_a_new_rate_of_arrivals_holds_from_that_day_on_and_leaves_earlier_patients_alone(
    factor: float, happened: Callable[..., Log]
) -> None:
    plain = """
        [run]
        duration = "60 days"
        [arrivals.all]
        per_day = 5
        enters = "bed"
        [levels.bed]
        length_of_stay = 1
    """
    before = happened(plain).patients
    after = happened(plain + f"\n[[changes]]\non = 30\narrivals.all.per_day = {5 * factor}\n").patients
    early = before["arrived"] < 30
    assert list(after.loc[after["arrived"] < 30, "key"]) == list(before.loc[early, "key"])
    later = set(after.loc[after["arrived"] >= 30, "key"])
    if factor == 0:
        assert not later
    else:
        assert later >= set(before.loc[~early, "key"])
        assert abs(len(later) - 450) < 4 * 450**0.5
