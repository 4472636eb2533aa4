"""Reviews every so many days, extensions, early moves, and the minimum stay.

Every log is worked by hand from docs/model.md, section 3 ("Stay").
"""

from collections.abc import Callable

from stories import rows, since

Story = Callable[..., list[str]]

ANN = "day,id,enters\n0,ann,iop\n"


def test_a_stay_is_reviewed_every_so_many_days(story: Story) -> None:
    log = story(
        '[levels.iop]\nlength_of_stay = "10 days"\nreview = { every = "3 days", go = "continue" }', ANN
    )
    assert log == rows(
        """
        0  ann request iop
        0  ann admit iop 10
        3  ann review iop
        6  ann review iop
        9  ann review iop
        10 ann leave iop completed
        10 ann discharge iop completed
        """
    )


def test_reviews_before_the_minimum_stay_are_skipped(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "10 days"
        minimum_stay = "5 days"
        review = { every = "3 days", go = "discharge" }
        """,
        ANN,
    )
    assert since(log, 1) == rows(
        """
        6 ann review iop
        6 ann leave iop review
        6 ann discharge iop completed
        """
    )


def test_a_review_at_the_minimum_stay_takes_place(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "10 days"
        minimum_stay = "3 days"
        review = { every = "3 days", go = "discharge" }
        """,
        ANN,
    )
    assert since(log, 1) == rows(
        """
        3 ann review iop
        3 ann leave iop review
        3 ann discharge iop completed
        """
    )


def test_a_review_may_extend_the_stay_and_comes_before_the_planned_end(story: Story) -> None:
    """Planned 6, extended on day 4 to 8; on day 8 the review is first and extends to 10, before day 12."""
    log = story(
        """
        [levels.iop]
        length_of_stay = "6 days"
        review = { every = "4 days", go = "extend", extend_by = "2 days" }
        """,
        ANN,
    )
    assert since(log, 1) == rows(
        """
        4  ann review iop
        4  ann extend iop 2
        8  ann review iop
        8  ann extend iop 2
        10 ann leave iop completed
        10 ann discharge iop completed
        """
    )


def test_a_review_at_the_planned_end_that_changes_nothing_lets_the_stay_end(story: Story) -> None:
    log = story(
        '[levels.iop]\nlength_of_stay = "6 days"\nreview = { every = "3 days", go = "continue" }', ANN
    )
    assert since(log, 1) == rows(
        """
        3 ann review iop
        6 ann review iop
        6 ann leave iop completed
        6 ann discharge iop completed
        """
    )


def test_a_review_may_step_down_early(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "10 days"
        review = { every = "3 days", go = "step down" }
        [levels.op]
        length_of_stay = "4 days"
        """,
        ANN,
    )
    assert since(log, 1) == rows(
        """
        3 ann review iop
        3 ann ready iop to op review
        3 ann request op
        3 ann leave iop review
        3 ann admit op 4
        7 ann leave op completed
        7 ann discharge op completed
        """
    )


def test_a_review_that_steps_down_keeps_the_place_for_the_hold(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "10 days"
        hold = "2 days"
        review = { every = "3 days", go = "step down" }
        [levels.op]
        capacity = 0
        length_of_stay = "4 days"
        """,
        ANN,
    )
    assert since(log, 1) == rows(
        """
        3 ann review iop
        3 ann ready iop to op review
        3 ann request op
        5 ann go_home iop
        5 ann leave iop review
        """
    )


def test_a_review_may_step_up(story: Story) -> None:
    log = story(
        """
        [levels.php]
        length_of_stay = "4 days"
        completes_to = "discharge"
        [levels.iop]
        length_of_stay = "10 days"
        review = { every = "3 days", go = "step up" }
        """,
        ANN,
    )
    assert since(log, 3) == rows(
        """
        3 ann review iop
        3 ann ready iop to php review
        3 ann request php
        3 ann leave iop review
        3 ann admit php 4
        7 ann leave php completed
        7 ann discharge php completed
        """
    )


def test_rules_of_a_review_may_look_at_the_days_in_the_stay(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "20 days"
        [levels.iop.review]
        every = "3 days"
        rules = [{ when = { days_in_stay = ">= 6" }, go = "discharge" }]
        """,
        ANN,
    )
    assert since(log, 3) == rows(
        """
        3 ann review iop
        6 ann review iop
        6 ann leave iop review
        6 ann discharge iop completed
        """
    )


def test_the_reviews_of_a_new_stay_count_from_its_admission(story: Story) -> None:
    """Php reviews its temporary stay from day 4 on; the stay she comes back to is reviewed from day 7 on."""
    log = story(
        """
        [levels.php]
        length_of_stay = "20 days"
        review = { every = "2 days", go = "continue" }
        [levels.iop]
        length_of_stay = "10 days"
        relapse = "4 days"
        on_relapse = [{ when = { relapses = "<= 1" }, go = "step up", for = "3 days", then = "back" }]
        review = { every = "3 days", go = "continue" }
        """,
        ANN,
    )
    assert [row for row in log if "review" in row] == rows(
        """
        3  ann review iop
        6  ann review php
        10 ann review iop
        13 ann review iop
        """
    )


def test_no_review_takes_place_while_she_is_blocked(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "4 days"
        hold = "unlimited"
        review = { every = "3 days", go = "continue" }
        [levels.op]
        capacity = 0
        length_of_stay = "4 days"
        """,
        ANN,
    )
    assert [row for row in log if "review" in row] == ["3 ann review iop"]


# Minimum stay


def test_a_planned_end_before_the_minimum_stay_is_moved_to_it(story: Story) -> None:
    log = story('[levels.iop]\nlength_of_stay = "2 days"\nminimum_stay = "5 days"', ANN)
    assert since(log, 1) == rows(
        """
        5 ann leave iop completed
        5 ann discharge iop completed
        """
    )


def test_a_minimum_stay_holds_back_neither_relapse_nor_dropout(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "9 days"
        minimum_stay = "7 days"
        relapse = "2 days"
        dropout = "5 days"
        """,
        ANN,
    )
    assert since(log, 1) == rows(
        """
        2 ann relapse iop
        4 ann relapse iop
        5 ann leave iop dropout
        5 ann discharge iop dropout
        """
    )


def test_a_review_that_lets_her_stay_adds_no_days(story: Story) -> None:
    """`extend_by` belongs to `extend`; after a review `stay` changes nothing."""
    log = story(
        """
        [levels.iop]
        length_of_stay = "5 days"
        review = { every = "3 days", go = "stay", extend_by = "14 days" }
        """,
        ANN,
    )
    assert since(log, 3) == rows(
        """
        3 ann review iop
        5 ann leave iop completed
        5 ann discharge iop completed
        """
    )
