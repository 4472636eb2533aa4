"""When a level admits: weekdays, an hour of opening, cohorts, closed dates, and what waits at a shut door.

Every log is worked by hand from docs/model.md. Day 0 is Monday 2026-01-05.
"""

from collections.abc import Callable

import pytest
from stories import rows, written, written_levels

from sim.log import Log

Story = Callable[..., list[str]]


def admitted(log: list[str]) -> dict[str, float]:
    """Name → day of her first admission."""
    days: dict[str, float] = {}
    for row in log:
        time, name, event = row.split()[:3]
        if event == "admit":
            days.setdefault(name, float(time))
    return days


def test_admission_waits_for_the_next_admitting_weekday(story: Story) -> None:
    """Open all Monday and Thursday: days 0, 3, 7, 10, … At the instant it shuts, nobody enters."""
    log = story(
        '[levels.bed]\nadmits = ["mon", "thu"]\nlength_of_stay = "1 day"',
        """day,id,enters
        0,ann,bed
        0.5,bob,bed
        1,cam,bed
        3,dee,bed
        3.75,eve,bed
        4,fay,bed
        """,
    )
    assert admitted(log) == {"ann": 0, "bob": 0.5, "cam": 3, "dee": 3, "eve": 3.75, "fay": 7}


def test_a_door_opens_at_its_hour_and_shuts_at_midnight(story: Story) -> None:
    log = story(
        '[levels.bed]\nopens_at = "9 hours"\nlength_of_stay = "1 hour"',
        "day,id,enters\n0,ann,bed\n0.375,bob,bed\n0.9,cam,bed\n1,dee,bed\n",
    )
    assert admitted(log) == {"ann": 0.375, "bob": 0.375, "cam": 0.9, "dee": 1.375}


def test_the_hour_of_opening_holds_on_admitting_days_only(story: Story) -> None:
    log = story(
        '[levels.bed]\nadmits = ["tue"]\nopens_at = "12 hours"\nlength_of_stay = "1 hour"',
        "day,id,enters\n0.6,ann,bed\n1.6,bob,bed\n2,cam,bed\n",
    )
    assert admitted(log) == {"ann": 1.5, "bob": 1.6, "cam": 8.5}


def test_a_cohort_starts_on_its_listed_dates_only(story: Story) -> None:
    """2026-01-12 is day 7, 2026-02-09 is day 35."""
    log = story(
        '[levels.bed]\nadmits_on = [2026-01-12, 2026-02-09]\nlength_of_stay = "1 day"',
        "day,id,enters\n3,ann,bed\n7.5,bob,bed\n8,cam,bed\n36,dee,bed\n",
    )
    assert admitted(log) == {"ann": 7, "bob": 7.5, "cam": 35}


def test_nobody_is_admitted_on_a_closed_date(story: Story) -> None:
    log = story(
        '[levels.bed]\nclosed = [2026-01-06, 2026-01-07]\nlength_of_stay = "1 day"',
        "day,id,enters\n0.5,ann,bed\n1,bob,bed\n1.5,cam,bed\n3,dee,bed\n",
    )
    assert admitted(log) == {"ann": 0.5, "bob": 3, "cam": 3, "dee": 3}


def test_a_place_that_falls_free_while_the_door_is_shut_waits(story: Story) -> None:
    """The place is free from Wednesday (day 2) on; the door opens on Monday (day 7)."""
    log = story(
        '[levels.bed]\ncapacity = 1\nadmits = ["mon", "tue"]\nlength_of_stay = "2 days"',
        "day,id,enters\n0,ann,bed\n1,bob,bed\n3,cam,bed\n",
    )
    assert log == rows(
        """
        0  ann request bed
        0  ann admit bed 2
        1  bob request bed
        2  ann leave bed completed
        2  ann discharge bed completed
        3  cam request bed
        7  bob admit bed 2
        9  bob leave bed completed
        9  bob discharge bed completed
        14 cam admit bed 2
        16 cam leave bed completed
        16 cam discharge bed completed
        """
    )


def test_a_transfer_is_blocked_by_a_shut_door_and_leaves_through_an_open_one(story: Story) -> None:
    log = story(
        """
        [levels.a]
        admits = ["mon"]
        length_of_stay = "2 days"
        hold = "unlimited"
        [levels.b]
        admits = ["fri"]
        length_of_stay = "1 day"
        """,
        "day,id,enters\n0,ann,a\n",
    )
    assert log == rows(
        """
        0 ann request a
        0 ann admit a 2
        2 ann ready a to b completed
        2 ann request b
        4 ann leave a completed
        4 ann admit b 1
        5 ann leave b completed
        5 ann discharge b completed
        """
    )


def test_patience_and_limit_run_at_a_shut_door(story: Story) -> None:
    log = story(
        """
        [levels.bed]
        admits = ["thu"]
        length_of_stay = "1 day"
        waitlist = { limit = 1, patience = "2 days" }
        """,
        "day,id,enters\n0,ann,bed\n1,bob,bed\n2,cam,bed\n",
    )
    assert log == rows(
        """
        0 ann request bed
        1 bob request bed
        1 bob turn_away bed
        1 bob discharge bed turned_away
        2 ann renege bed
        2 ann discharge bed reneged
        2 cam request bed
        3 cam admit bed 1
        4 cam leave bed completed
        4 cam discharge bed completed
        """
    )


def test_who_gives_up_when_the_door_opens_is_admitted(story: Story) -> None:
    log = story(
        '[levels.bed]\nadmits = ["thu"]\nlength_of_stay = "1 day"\nwaitlist = { patience = "3 days" }',
        "day,id,enters\n0,ann,bed\n",
    )
    assert admitted(log) == {"ann": 3}


RUN = '[run]\nduration = "10 days"\n'


@pytest.mark.parametrize(
    ("door", "changes"),
    [
        ("", "0 capacity bed 4"),
        (
            'admits = ["mon", "tue"]',
            """
            0 capacity bed 4
            2 close bed
            7 open bed
            9 close bed
            """,
        ),
        (
            'admits = ["tue"]\nopens_at = "6 hours"',
            """
            0 capacity bed 4
            0 close bed
            1.25 open bed
            2 close bed
            8.25 open bed
            9 close bed
            """,
        ),
        (
            "closed = [2026-01-05, 2026-01-07]",
            """
            0 capacity bed 4
            0 close bed
            1 open bed
            2 close bed
            3 open bed
            """,
        ),
        (
            "admits_on = [2026-01-08, 2026-01-09]",
            """
            0 capacity bed 4
            0 close bed
            3 open bed
            5 close bed
            """,
        ),
    ],
)
def test_the_log_says_when_a_door_opens_and_shuts(
    door: str, changes: str, happened: Callable[..., Log]
) -> None:
    log = happened(
        f'{RUN}[levels.bed]\ncapacity = 4\nlength_of_stay = "1 day"\n{door}', "day,id,enters\n9.5,ann,bed\n"
    )
    assert written_levels(log) == rows(changes)


def test_rows_of_levels_are_of_no_patient(happened: Callable[..., Log]) -> None:
    log = happened('[levels.bed]\nadmits = ["tue"]\nlength_of_stay = "1 day"', "day,id,enters\n0,ann,bed\n")
    assert set(log.events.loc[log.events["patient"] == 0, "event"]) == {"capacity", "open", "close"}
    assert written(log)[:2] == ["0 ann request bed", "1 ann admit bed 1"]
