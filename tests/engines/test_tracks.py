"""Tracks: which one a patient asks for, whose line she stands in, and what she waits beside.

Every log is worked by hand from docs/model.md, section 9. Day 0 is Monday 2026-01-05.
"""

from collections.abc import Callable

from stories import admissions, rows, since, written, written_levels

from sim.log import Log

Story = Callable[..., list[str]]

ASKS = """
[traits.asks]
shares = { day = 0.5, evening = 0.5 }
[levels.iop]
length_of_stay = "4 days"
%s
[levels.iop.tracks.day]
seats = 1
when = { asks = "day" }
[levels.iop.tracks.evening]
seats = 1
when = { asks = "evening" }
"""


def test_nobody_takes_the_free_seat_of_another_track(story: Story) -> None:
    log = story(ASKS % "", "day,id,enters,asks\n0,ann,iop,day\n1,bob,iop,day\n2,cam,iop,evening\n")
    assert admissions(log, "iop") == ["0 ann", "2 cam", "4 bob"]


def test_a_place_of_the_level_is_needed_beside_a_seat(story: Story) -> None:
    log = story(ASKS % "capacity = 1", "day,id,enters,asks\n0,ann,iop,day\n1,bob,iop,evening\n")
    assert admissions(log, "iop") == ["0 ann", "4 bob"]


def test_the_one_place_that_falls_free_goes_to_the_first_track_whoever_came_first(story: Story) -> None:
    """Ann leaves on day 4: both tracks have a free seat, and the line of the first is looked at first."""
    log = story(
        ASKS % "capacity = 1",
        "day,id,enters,asks\n0,ann,iop,day\n1,bob,iop,evening\n2,cam,iop,day\n",
    )
    assert admissions(log, "iop") == ["0 ann", "4 cam", "8 bob"]


def test_a_limit_counts_the_line_of_each_track(story: Story) -> None:
    log = story(
        ASKS % "waitlist = { limit = 1 }",
        """day,id,enters,asks
        0,ann,iop,day
        1,bob,iop,day
        2,cam,iop,day
        2,dee,iop,evening
        3,eve,iop,evening
        """,
    )
    assert [row for row in log if "turn_away" in row] == ["2 cam turn_away iop"]
    assert admissions(log, "iop") == ["0 ann", "2 dee", "4 bob", "6 eve"]


def test_over_a_limit_the_last_of_that_line_is_refused_not_the_last_of_the_level(story: Story) -> None:
    """On day 3 cam is one too many for the day; dee, who comes after her, is the first for the evening."""
    log = story(
        ASKS % "waitlist = { limit = 1 }",
        """day,id,enters,asks
        0,ann,iop,day
        0,zoe,iop,evening
        1,bob,iop,day
        3,cam,iop,day
        3,dee,iop,evening
        """,
    )
    assert [row for row in log if "turn_away" in row] == ["3 cam turn_away iop"]
    assert admissions(log, "iop") == ["0 ann", "0 zoe", "4 bob", "4 dee"]


def test_a_door_of_a_track_keeps_out_its_own_patients_only(happened: Callable[..., Log]) -> None:
    """The evening track admits on Thursdays: day 3, from its midnight to the next."""
    log = happened(ASKS % "" + 'admits = ["thu"]\n', "day,id,enters,asks\n0,ann,iop,evening\n1,bob,iop,day\n")
    assert admissions(written(log), "iop") == ["1 bob", "3 ann"]
    assert written_levels(log)[:7] == rows("""
        0 capacity iop 2
        0 capacity iop day 1
        0 capacity iop evening 1
        0 close iop evening
        0 usable iop place 2
        3 open iop evening
        4 close iop evening
        """)


def test_the_doors_of_level_and_track_must_both_be_open(story: Story) -> None:
    """The level admits on Wednesdays and Thursdays (days 2 and 3), the evening track on Thursdays."""
    log = story(
        ASKS % 'admits = ["wed", "thu"]' + 'admits = ["mon", "thu"]\n',
        "day,id,enters,asks\n0,ann,iop,evening\n0,bob,iop,day\n",
    )
    assert admissions(log, "iop") == ["2 bob", "3 ann"]


def test_dated_changes_move_seats_between_tracks(happened: Callable[..., Log]) -> None:
    change = """
        [[changes]]
        on = 2
        levels.iop.tracks.day.seats = 0
        levels.iop.tracks.evening.seats = 2
        """
    log = happened(
        ASKS % "capacity = 3" + change,
        "day,id,enters,asks\n0,ann,iop,day\n1,bob,iop,day\n1,cam,iop,evening\n1,dee,iop,evening\n",
    )
    assert admissions(written(log), "iop") == ["0 ann", "1 cam", "2 dee"]
    assert since(written_levels(log), 0) == rows("""
        0 capacity iop 3
        0 capacity iop day 1
        0 capacity iop evening 1
        0 usable iop seat 2
        2 capacity iop day 0
        2 capacity iop evening 2
        """)


def test_those_there_on_day_0_hold_the_seats_of_their_tracks(story: Story) -> None:
    """Pat's traits say day, her row says evening: the census knows better."""
    log = story(
        ASKS % "" + '[start]\ncensus = "census.csv"\nwaitlist = "line.csv"\n',
        "day,id,enters,asks\n1,ann,iop,evening\n",
        files={
            "census.csv": "level,track,days,id,asks\niop,evening,1,pat,day\niop,,2,quy,day\n",
            "line.csv": "level,track,days,id,asks\niop,day,3,ray,evening\n",
        },
    )
    assert log[:6] == rows("""
        -3 ray request iop start
        -3 ray track iop day
        -2 quy track iop day
        -2 quy admit iop start 4
        -1 pat track iop evening
        -1 pat admit iop start 4
        """)
    assert admissions(log, "iop")[2:] == ["2 ray", "3 ann"]


PAIR = """
[traits.asks]
shares = { day = 0.5, evening = 0.5 }
[levels.a]
capacity = 1
length_of_stay = "3 days"
completes_to = "iop"
hold = "unlimited"
[levels.iop]
length_of_stay = "3 days"
completes_to = "a"
hold = "unlimited"
[levels.iop.tracks.day]
seats = 1
when = { asks = "day" }
[levels.iop.tracks.evening]
seats = 1
when = { asks = "evening" }
"""


def test_two_exchange_places_where_the_one_holds_the_seat_that_the_other_wants(story: Story) -> None:
    log = story(PAIR, "day,id,enters,asks\n0,ann,a,day\n0,bob,iop,day\n0,cam,iop,evening\n")
    assert admissions(log, "iop")[:3] == ["0 bob", "0 cam", "3 ann"]
    assert admissions(log, "a")[:2] == ["0 ann", "3 bob"]


def test_no_ring_is_made_of_seats_of_different_tracks(story: Story) -> None:
    """On day 3 ann wants dee's day seat, and bob ann's place: but bob's is an evening seat.

    On day 5 dee is ready too, and holds what ann wants: these two exchange.
    """
    log = story(
        PAIR,
        "day,id,enters,asks\n0,ann,a,day\n0,bob,iop,evening\n2,dee,iop,day\n",
    )
    assert admissions(log, "iop")[:3] == ["0 bob", "2 dee", "5 ann"]
    assert admissions(log, "a")[:2] == ["0 ann", "5 dee"]


def test_a_temporary_stay_comes_back_to_a_track_she_matches(story: Story) -> None:
    log = story(
        """
        [run]
        duration = "20 days"
        [levels.php]
        length_of_stay = "9 days"
        [levels.iop]
        length_of_stay = "10 days"
        relapse = "4 days"
        on_relapse = [{ when = { relapses = "<= 1" }, go = "step up", for = "2 days", then = "back" }]
        [levels.iop.tracks.only]
        seats = 1
        """,
        "day,id,enters\n0,ann,iop\n",
    )
    assert log == rows("""
        0 ann request iop
        0 ann track iop only
        0 ann admit iop 10
        4 ann relapse iop
        4 ann ready iop to php relapse
        4 ann request php
        4 ann leave iop relapse
        4 ann admit php 2
        6 ann ready php to iop completed
        6 ann request iop
        6 ann track iop only
        6 ann leave php completed
        6 ann admit iop 6
        10 ann relapse iop
        12 ann leave iop completed
        12 ann discharge iop completed
        """)


def test_without_a_hold_the_track_is_named_before_she_leaves(story: Story) -> None:
    log = story(
        """
        [run]
        duration = "6 days"
        [levels.a]
        length_of_stay = "3 days"
        [levels.iop]
        length_of_stay = "10 days"
        tracks = { only = { seats = 1 } }
        """,
        "day,id,enters\n0,ann,a\n",
    )
    assert since(log, 3) == rows("""
        3 ann ready a to iop completed
        3 ann request iop
        3 ann track iop only
        3 ann leave a completed
        3 ann admit iop 10
        """)


def test_a_divert_leads_to_a_track_of_the_other_level(story: Story) -> None:
    log = story(
        """
        [run]
        duration = "3 days"
        [levels.a]
        capacity = 0
        length_of_stay = "3 days"
        waitlist = { limit = 0, divert = { over_limit = true, to = "iop" } }
        [levels.iop]
        length_of_stay = "10 days"
        tracks = { only = { seats = 1 } }
        """,
        "day,id,enters\n0,ann,a\n",
    )
    assert log == rows("""
        0 ann request a
        0 ann divert a to iop
        0 ann track iop only
        0 ann admit iop 10
        """)


def test_shares_decide_among_the_tracks_that_fit(happened: Callable[..., Log]) -> None:
    """Of 2000 patients a quarter may ask for nights too: 1500 × 3/4 + 500 × 3/6 = 1375 ask for the day.

    Standard deviation below sqrt(2000/4) = 22.4; four of them are 90.
    """
    log = happened(
        """
        [run]
        duration = "2000 days"
        [traits.works]
        shares = { yes = 0.25, no = 0.75 }
        [arrivals.all]
        per_day = 1.0
        enters = "iop"
        [levels.iop]
        length_of_stay = "2 days"
        [levels.iop.tracks.day]
        seats = "unlimited"
        share = 3
        [levels.iop.tracks.evening]
        seats = "unlimited"
        [levels.iop.tracks.night]
        seats = "unlimited"
        share = 2
        when = { works = "yes" }
        """
    )
    asked = log.events[log.events["event"] == "track"].merge(log.patients, on="patient")
    assert abs(len(asked) - 2000) < 180
    assert abs((asked["reason"] == "day").mean() - 1375 / 2000) < 0.045
    assert set(asked[asked["reason"] == "night"]["works"]) == {"yes"}
