"""Staff as a limit: who is present, whom they can serve, and what waits when they leave.

Every log is worked by hand from docs/model.md, section 9. The last tests hold staff against places: the same
queue, limited the one way or the other.
"""

from collections.abc import Callable

import numpy as np
import pytest
from stories import admissions, rows, since, written, written_with_staff

from sim.engines import simulate
from sim.log import Log
from sim.scenario.types import Scenario
from sim.theory import erlang_c
from sim.words import Event

Story = Callable[..., list[str]]

ONE_LEVEL = """
[levels.iop]
length_of_stay = "10 days"
[roles.counsellor]
roster = %s
[[roles.counsellor.needs]]
level = "iop"
limits = true
%s
"""


def of_staff(log: Log) -> list[str]:
    """The rows of staff and of usable capacity."""
    return [row for row in written_with_staff(log) if row.split()[1] in ("staff", "usable")]


def test_one_fte_serves_as_many_as_its_caseload_where_places_are_unlimited(story: Story) -> None:
    log = story(
        ONE_LEVEL % ("[{}]", 'driver = "caseload"\npatients_per_staff = 2'),
        "day,id,enters\n0,ann,iop\n1,bob,iop\n2,cam,iop\n3,dee,iop\n",
    )
    assert admissions(log, "iop") == ["0 ann", "1 bob", "10 cam", "11 dee"]


def test_a_ratio_is_rounded_up_to_whole_staff(happened: Callable[..., Log]) -> None:
    """One of 2080 hours for a shift of 8 × 5 days a week: 8 · 5/7 · 365 ÷ 2080 = 1.00275 FTE each.

    2.01 FTE keep two such posts staffed, which serve 2 × 3 patients; 1.51 FTE only one.
    """
    ratio = 'driver = "ratio"\npatients_per_staff = 3\nhours_per_day = 8\ndays_per_week = 5'
    log = happened(
        ONE_LEVEL % ("[{ fte = 1.51 }, { fte = 0.5, from = 2 }]", ratio), "day,id,enters\n0,ann,iop\n"
    )
    assert of_staff(log) == [
        "0 staff counsellor 1.51",
        "0 usable iop counsellor 3",
        "2 staff counsellor 2.01",
        "2 usable iop counsellor 6",
    ]


def test_a_post_that_is_short_closes_its_level(story: Story) -> None:
    """Around the clock a post takes 8760 ÷ 2080 = 4.21 FTE: 4.2 are too few."""
    log = story(
        ONE_LEVEL % ("[{ fte = 4.2 }, { fte = 0.1, from = 5 }]", 'driver = "post"'),
        "day,id,enters\n0,ann,iop\n1,bob,iop\n7,cam,iop\n",
    )
    assert admissions(log, "iop") == ["5 ann", "5 bob", "7 cam"]


def test_shifts_add_up_and_of_other_needs_the_greatest_holds(happened: Callable[..., Log]) -> None:
    """Per patient 0.25 by day and 0.125 by night (one for 4, one for 8, of 1.0 FTE each): 4 need 2, 5 need 3.

    A caseload of 2 asks for more than that: 2.5 FTE serve 5 by it, and 4 by the shifts.
    """
    hours = "hours_per_day = 5.69863013698630137"  # 5.6986 · 365 ÷ 2080 = 1 FTE
    text = ONE_LEVEL % (
        "[{ fte = 2.5 }]",
        f"""driver = "ratio"
        patients_per_staff = 4
        shift = "day"
        {hours}
        [[roles.counsellor.needs]]
        level = "iop"
        limits = true
        driver = "ratio"
        patients_per_staff = 8
        shift = "night"
        {hours}
        """,
    )
    assert of_staff(happened(text, "day,id,enters\n0,ann,iop\n"))[1] == "0 usable iop counsellor 4"
    more = (
        text
        + '[[roles.counsellor.needs]]\nlevel="iop"\nlimits=true\ndriver="caseload"\npatients_per_staff=%s\n'
    )
    assert of_staff(happened(more % 1.5, "day,id,enters\n0,ann,iop\n"))[1] == "0 usable iop counsellor 3"
    assert of_staff(happened(more % 3, "day,id,enters\n0,ann,iop\n"))[1] == "0 usable iop counsellor 4"


def test_nobody_is_moved_when_staff_leave_and_admissions_wait(story: Story) -> None:
    """Four are there when one of two leaves on day 3: eve comes when the third of them goes."""
    log = story(
        ONE_LEVEL % ("[{ until = 3 }, {}]", 'driver = "caseload"\npatients_per_staff = 2'),
        "day,id,enters\n0,ann,iop\n1,bob,iop\n2,cam,iop\n2.5,dee,iop\n4,eve,iop\n",
    )
    assert admissions(log, "iop") == ["0 ann", "1 bob", "2 cam", "2.5 dee", "12 eve"]


def test_todays_census_may_be_above_what_staff_can_serve(happened: Callable[..., Log]) -> None:
    log = happened(
        ONE_LEVEL % ("[{}]", 'driver = "caseload"\npatients_per_staff = 2')
        + '[start]\ncensus = "census.csv"\nwaitlist = "line.csv"\n',
        files={
            "census.csv": "level,id,days\niop,ann,9\niop,bob,6\niop,cam,4\n",
            "line.csv": "level,id,days\niop,dee,1\n",
        },
    )
    assert of_staff(log) == ["0 staff counsellor 1", "0 usable iop counsellor 2"]
    assert admissions(written(log), "iop") == ["-9 ann", "-6 bob", "-4 cam", "4 dee"]


SHARED = """
[levels.php]
length_of_stay = "4 days"
hold = "unlimited"
[levels.iop]
length_of_stay = "10 days"
%s
[roles.counsellor]
roster = [{}]
[[roles.counsellor.needs]]
level = "php"
driver = "caseload"
patients_per_staff = 1
limits = true
[[roles.counsellor.needs]]
level = "iop"
driver = "caseload"
patients_per_staff = 1
limits = true
"""


def test_a_transfer_brings_the_staff_of_her_old_place_with_her(story: Story) -> None:
    """Ann steps down on day 4 with the counsellor who served her; bob waits from day 1 to 14."""
    log = story(SHARED % "", "day,id,enters\n0,ann,php\n1,bob,iop\n")
    assert admissions(log, "iop") == ["4 ann", "14 bob"]


def test_nobody_is_overtaken_by_one_whom_the_staff_could_serve(story: Story) -> None:
    """Transfers last: bob is ahead of ann, who holds the counsellor whom he needs until his patience ends."""
    line = 'waitlist = { transfers = "last", patience = "6 days" }'
    log = story(SHARED % line, "day,id,enters\n0,ann,php\n1,bob,iop\n")
    assert since(log, 5) == rows(
        """
        7 ann leave php completed
        7 ann admit iop 10
        7 bob renege iop
        7 bob discharge iop reneged
        17 ann leave iop completed
        17 ann discharge iop completed
        """
    )


def test_a_level_that_the_role_does_not_limit_stays_open(story: Story) -> None:
    log = story(
        """
        [levels.php]
        length_of_stay = "4 days"
        completes_to = "discharge"
        [levels.op]
        length_of_stay = "4 days"
        [roles.nurse]
        roster = [{ fte = 0.5 }]
        needs = [{ level = "php", driver = "post", limits = true }]
        """,
        "day,id,enters\n0,ann,php\n0,bob,op\n",
    )
    assert admissions(log, "op") == ["0 bob"]
    assert admissions(log, "php") == []


def test_places_are_given_one_at_a_time_from_the_first_level_on(story: Story) -> None:
    """Two FTE come on day 5: one for PHP, and again one for PHP; nobody is left for IOP, who came first."""
    log = story(
        """
        [levels.php]
        length_of_stay = "4 days"
        completes_to = "discharge"
        [levels.iop]
        length_of_stay = "4 days"
        [roles.counsellor]
        roster = [{ from = 5, positions = 2 }]
        [[roles.counsellor.needs]]
        level = "php"
        driver = "caseload"
        patients_per_staff = 1
        limits = true
        [[roles.counsellor.needs]]
        level = "iop"
        driver = "caseload"
        patients_per_staff = 2
        limits = true
        """,
        "day,id,enters\n0,ann,iop\n0,bob,iop\n1,cam,php\n2,dee,iop\n3,eve,php\n",
    )
    assert admissions(log, "php") == ["5 cam", "5 eve"]
    assert admissions(log, "iop") == ["9 ann", "9 bob", "9 dee"]


def test_after_each_place_the_first_level_is_looked_at_again(story: Story) -> None:
    """Ann and bob take an FTE each in PHP, half of one in IOP. On day 4 both step down, and one FTE is left.

    It is for dee in PHP, which is looked at again when bob has moved, not for cam and eve behind him.
    """
    log = story(
        """
        [levels.php]
        length_of_stay = "4 days"
        hold = "unlimited"
        [levels.iop]
        length_of_stay = "10 days"
        [roles.counsellor]
        roster = [{ positions = 2 }]
        [[roles.counsellor.needs]]
        level = "php"
        driver = "caseload"
        patients_per_staff = 1
        limits = true
        [[roles.counsellor.needs]]
        level = "iop"
        driver = "caseload"
        patients_per_staff = 2
        limits = true
        """,
        "day,id,enters\n0,ann,php\n0,bob,php\n1,cam,iop\n2,eve,iop\n3,dee,php\n",
    )
    assert admissions(log, "php") == ["0 ann", "0 bob", "4 dee"]
    assert admissions(log, "iop") == ["4 ann", "4 bob", "8 cam", "8 dee", "14 eve"]


def test_a_ring_waits_until_the_staff_are_there(story: Story) -> None:
    """Ann and bob hold one another's place. One of two counsellors is gone from day 2 to 5."""
    log = story(
        """
        [levels.a]
        capacity = 1
        length_of_stay = "3 days"
        completes_to = "b"
        hold = "unlimited"
        [levels.b]
        capacity = 1
        length_of_stay = "30 days"
        completes_to = "a"
        relapse = 3
        on_relapse = [{ go = "a", hold = "unlimited" }]
        [roles.counsellor]
        roster = [{}, { until = 2 }, { from = 5 }]
        [[roles.counsellor.needs]]
        level = "a"
        driver = "caseload"
        patients_per_staff = 1
        limits = true
        [[roles.counsellor.needs]]
        level = "b"
        driver = "caseload"
        patients_per_staff = 1
        limits = true
        [run]
        duration = "6 days"
        """.replace("relapse = 3\n", 'relapse = "3 days"\n'),
        "day,id,enters\n0,ann,a\n0,bob,b\n",
    )
    assert [row for row in since(log, 4) if "admit" in row] == ["5 ann admit b 30", "5 bob admit a 3"]


def test_a_newcomer_counts_in_part_until_the_ramp_is_over(happened: Callable[..., Log]) -> None:
    """She leaves after 10 days, the position is vacant for 5, her successor counts half for 4."""
    log = happened(
        """
        [levels.iop]
        length_of_stay = "10 days"
        [roles.nurse]
        roster = [{ fte = 0.8 }]
        turnover = { leaves = 10, time_to_fill = 5, ramp = 4, ramp_share = 0.5 }
        [run]
        duration = "31 days"
        """,
        "day,id,enters\n0,ann,iop\n",
    )
    assert of_staff(log) == [
        "0 staff nurse 0.8",
        "10 staff nurse 0",
        "15 staff nurse 0.4",
        "19 staff nurse 0.8",
        "25 staff nurse 0",
        "30 staff nurse 0.4",
    ]


TWO_LEVELS = """
[levels.php]
capacity = 3
length_of_stay = { dist = "exponential", mean = 9 }
[levels.iop]
capacity = 4
length_of_stay = { dist = "exponential", mean = 12 }
[run]
duration = "200 days"
"""
ROLE = """
[roles.counsellor]
roster = [{ positions = 3 }]
turnover = { leaves = { dist = "exponential", mean = 50 }, time_to_fill = 20 }
needs = [{ level = "iop", driver = "caseload", patients_per_staff = 1, limits = false }]
"""


def test_a_roster_without_limits_is_told_and_changes_nothing(
    clinic: Callable[..., Scenario], engine: str
) -> None:
    with_staff, without = (simulate(clinic(TWO_LEVELS + role), engine=engine) for role in (ROLE, ""))
    assert written(with_staff) == written(without)
    assert (with_staff.columns.event == Event.STAFF).sum() > 5
    assert not (with_staff.columns.event == Event.USABLE).any()


# ---- staff against places

QUEUE = """
[run]
duration = "%s days"
[levels.iop]
%s
length_of_stay = { dist = "exponential", mean = 10 }
[arrivals.all]
per_day = 0.6
enters = "iop"
"""
TWO_FTE = """
[roles.counsellor]
roster = [{ positions = 2 }]
needs = [{ level = "iop", driver = "caseload", patients_per_staff = 4, limits = true }]
"""


def test_two_fte_with_four_each_are_eight_places(clinic: Callable[..., Scenario], engine: str) -> None:
    by_staff = simulate(clinic(QUEUE % (400, "") + TWO_FTE), engine=engine)
    by_places = simulate(clinic(QUEUE % (400, "capacity = 8")), engine=engine)
    assert written(by_staff) == written(by_places)
    assert len(by_places) > 500


def test_they_are_the_textbook_queue_of_eight_servers(clinic: Callable[..., Scenario]) -> None:
    """Erlang C: with 6 erlangs for 8 servers the mean wait is C ÷ (8 − 6) of a stay of 10 days: 1.8 days."""
    scenario = clinic(QUEUE % (20_000, "") + TWO_FTE)
    waits = [mean_wait(simulate(scenario, number, "compiled")) for number in range(10)]
    expected = 10.0 * erlang_c(8, 6.0) / (8 - 6)
    error = np.std(waits, ddof=1) / np.sqrt(len(waits))
    assert abs(np.mean(waits) - expected) < 3.5 * error
    assert error < 0.05 * expected


def mean_wait(log: Log) -> float:
    """Mean days from request to admission of those admitted."""
    c = log.columns
    size = len(log.patient_key) + 1
    asked, came = np.full(size, np.nan), np.full(size, np.nan)
    asked[c.patient[c.event == Event.REQUEST]] = c.time[c.event == Event.REQUEST]
    came[c.patient[c.event == Event.ADMIT]] = c.time[c.event == Event.ADMIT]
    return float(np.nanmean(came - asked))


@pytest.mark.parametrize("capacity", [5, 12])
def test_the_lesser_of_places_and_staff_holds(
    clinic: Callable[..., Scenario], engine: str, capacity: int
) -> None:
    both = simulate(clinic(QUEUE % (200, f"capacity = {capacity}") + TWO_FTE), engine=engine)
    alone = simulate(clinic(QUEUE % (200, f"capacity = {min(capacity, 8)}")), engine=engine)
    assert written(both) == written(alone)
    binds = "place" if capacity < 8 else "counsellor"
    assert of_staff(both)[-1] == f"0 usable iop {binds} {min(capacity, 8)}"
