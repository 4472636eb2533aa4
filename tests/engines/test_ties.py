"""What happens first when several things are due at one instant, and loops that take no time.

Every log is worked by hand from docs/model.md, section 2.
"""

from collections.abc import Callable
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from stories import admissions, rows, since

from sim.engines import simulate
from sim.errors import SimError

if TYPE_CHECKING:
    from sim.scenario.types import Scenario

Story = Callable[..., list[str]]

ANN = "day,id,enters\n0,ann,iop\n"

DUE = {
    "death": ('death = "5 days"', "5 ann death iop"),
    "dropout": ('dropout = "5 days"\non_dropout = [{ go = "discharge" }]', "5 ann leave iop dropout"),
    "relapse": ('relapse = "5 days"\non_relapse = [{ go = "discharge" }]', "5 ann relapse iop"),
    "other end": ('other_ends = { administrative = "5 days" }', "5 ann leave iop administrative"),
    "review": ('review = { every = "5 days", go = "discharge" }', "5 ann review iop"),
    "planned end": ('length_of_stay = "5 days"', "5 ann leave iop completed"),
}
"""What may be due on day 5, in the order of the page; each ends the stay, so that only the first acts."""


@pytest.mark.parametrize(("first", "second"), list(combinations(DUE, 2)))
def test_of_two_things_due_at_one_instant_the_page_says_which_is_first(
    first: str, second: str, story: Story
) -> None:
    level = "\n".join(DUE[what][0] for what in (second, first))
    if "planned end" not in (first, second):
        level += '\nlength_of_stay = "50 days"'
    log = story(f"[levels.iop]\n{level}\n", ANN)
    assert DUE[first][1] in log
    assert DUE[second][1] not in log
    assert log[-1].split()[:3] == ["5", "ann", "discharge"]


def test_what_does_not_end_the_stay_lets_the_others_act(story: Story) -> None:
    """Relapse and review are both answered by staying; then comes the planned end."""
    log = story(
        """
        [levels.iop]
        length_of_stay = "5 days"
        relapse = "5 days"
        review = { every = "5 days", go = "continue" }
        """,
        ANN,
    )
    assert since(log, 5) == rows(
        """
        5 ann relapse iop
        5 ann review iop
        5 ann leave iop completed
        5 ann discharge iop completed
        """
    )


def test_a_planned_end_moved_at_the_instant_it_was_due_is_not_due_any_more(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "5 days"
        relapse = "5 days"
        on_relapse = [{ when = { relapses = 1 }, go = "stay", extend_by = "2 days" }]
        """,
        ANN,
    )
    assert since(log, 5) == rows(
        """
        5 ann relapse iop
        5 ann extend iop 2
        7 ann leave iop completed
        7 ann discharge iop completed
        """
    )


def test_an_other_end_due_with_a_relapse_that_is_survived_acts(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "9 days"
        relapse = "5 days"
        other_ends = { administrative = "5 days" }
        """,
        ANN,
    )
    assert since(log, 5) == rows(
        """
        5 ann relapse iop
        5 ann leave iop administrative
        5 ann discharge iop administrative
        """
    )


def test_many_who_come_and_go_on_whole_days_are_served_by_number(story: Story) -> None:
    """Sixty ask on day 0 for ten places of one day: ten a day in the order of their numbers."""
    people = "".join(f"0,p{number:02},bed\n" for number in range(60))
    log = story('[levels.bed]\ncapacity = 10\nlength_of_stay = "1 day"\n', "day,id,enters\n" + people)
    assert admissions(log, "bed") == [f"{number // 10} p{number:02}" for number in range(60)]


def test_a_place_freed_and_asked_for_on_the_same_whole_day_is_used_every_day(story: Story) -> None:
    """One asks each day for one place of one day: nobody ever waits, even with no line."""
    people = "".join(f"{number},p{number},bed\n" for number in range(20))
    log = story(
        '[levels.bed]\ncapacity = 1\nlength_of_stay = "1 day"\nwaitlist = { limit = 0, patience = 0 }\n',
        "day,id,enters\n" + people,
    )
    assert admissions(log, "bed") == [f"{number} p{number}" for number in range(20)]


def test_stays_of_no_length_let_a_line_pass_at_one_instant(story: Story) -> None:
    log = story(
        "[levels.bed]\ncapacity = 1\nlength_of_stay = 0\n",
        "day,id,enters\n0,ann,bed\n0,bob,bed\n0,cam,bed\n",
    )
    assert log == rows(
        """
        0 ann request bed
        0 ann admit bed 0
        0 ann leave bed completed
        0 ann discharge bed completed
        0 bob request bed
        0 bob admit bed 0
        0 bob leave bed completed
        0 bob discharge bed completed
        0 cam request bed
        0 cam admit bed 0
        0 cam leave bed completed
        0 cam discharge bed completed
        """
    )


def test_who_waits_for_nothing_gives_up_before_a_stay_of_no_length_ends(story: Story) -> None:
    """Ann's stay ends in the next round of the instant; bob and cam gave up in the first."""
    log = story(
        "[levels.bed]\ncapacity = 1\nlength_of_stay = 0\nwaitlist = { patience = 0 }\n",
        "day,id,enters\n0,ann,bed\n0,bob,bed\n0,cam,bed\n",
    )
    assert [row for row in log if " renege " in row] == ["0 bob renege bed", "0 cam renege bed"]


def test_a_way_through_several_levels_may_take_no_time(story: Story) -> None:
    log = story(
        """
        [levels.a]
        length_of_stay = 0
        [levels.b]
        capacity = 1
        length_of_stay = 0
        hold = "unlimited"
        [levels.c]
        capacity = 1
        length_of_stay = "2 days"
        """,
        "day,id,enters\n1,ann,a\n",
    )
    assert log == rows(
        """
        1 ann request a
        1 ann admit a 0
        1 ann ready a to b completed
        1 ann request b
        1 ann leave a completed
        1 ann admit b 0
        1 ann ready b to c completed
        1 ann request c
        1 ann leave b completed
        1 ann admit c 2
        3 ann leave c completed
        3 ann discharge c completed
        """
    )


LOOPS = {
    "one level": '[levels.a]\nlength_of_stay = 0\ncompletes_to = "a"',
    "two levels": """
        [levels.a]
        length_of_stay = 0
        completes_to = "b"
        [levels.b]
        length_of_stay = 0
        completes_to = "a"
        """,
    "relapses": '[levels.a]\nlength_of_stay = 5\nrelapse = "0 days"',
    "two levels that hold": """
        [levels.a]
        length_of_stay = 0
        completes_to = "b"
        hold = "unlimited"
        [levels.b]
        length_of_stay = 0
        completes_to = "a"
        hold = "unlimited"
        """,
    "returns after a stay": """
        [levels.a]
        length_of_stay = 0
        [after.completed]
        returns_to_care = { share = 1.0, delay = 0 }
        """,
    "returns after giving up": """
        [levels.a]
        capacity = 0
        length_of_stay = 1
        waitlist = { patience = 0 }
        [after.reneged]
        returns_to_care = { share = 1.0, delay = 0 }
        """,
}


@pytest.mark.parametrize("loop", LOOPS)
def test_a_loop_of_no_duration_is_an_error(loop: str, engine: str, clinic: "Callable[..., Scenario]") -> None:
    with pytest.raises(SimError, match=r"no duration|takes no time|for ever|without end"):
        simulate(clinic(LOOPS[loop]), engine=engine)
