"""Who does not come when a place is given, and what becomes of the place.

Every log is worked by hand from docs/model.md, sections 2 and 3 ("Waitlist").
"""

from collections.abc import Callable

import pytest
from stories import admissions, rows

Story = Callable[..., list[str]]


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


def test_show_up_does_not_apply_to_who_was_sent_home_at_the_end_of_a_hold(story: Story) -> None:
    """She is still a transfer, not one from outside."""
    log = story(
        """
        [levels.a]
        length_of_stay = "1 day"
        hold = "1 day"
        [levels.b]
        admits_on = [2026-01-09]
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
        2 ann go_home a
        2 ann leave a completed
        4 ann admit b 2
        6 ann leave b completed
        6 ann discharge b completed
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
