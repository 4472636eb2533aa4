import numpy as np
from logs import log_of
from traces import holding

from sim.measures.histories import Outcome, days_between, histories

NAN = np.nan
A, B = 0, 1


def test_a_held_place_belongs_to_the_stay_until_it_is_left() -> None:
    stays = histories(holding()).stays
    np.testing.assert_array_equal(stays.patient, [1, 1, 2, 2, 3, 3])
    np.testing.assert_array_equal(stays.level, [A, B, A, B, A, B])
    np.testing.assert_array_equal(stays.from_level, [-1, A, -1, A, -1, A])
    np.testing.assert_array_equal(stays.admitted, [0, 2, 2, 7, 7, 12])
    np.testing.assert_array_equal(stays.ready, [2, NAN, 4, NAN, 9, NAN])
    np.testing.assert_array_equal(stays.left, [2, 7, 7, 12, 12, 17])
    np.testing.assert_array_equal(stays.to_level, [B, -1, B, -1, B, -1])
    np.testing.assert_array_equal(stays.next_admitted, [2, NAN, 7, NAN, 12, NAN])


def test_a_wait_while_blocked_is_a_wait_without_time_at_home() -> None:
    lines = histories(holding()).lines
    np.testing.assert_array_equal(lines.level, [A, B, A, B, A, B])
    np.testing.assert_array_equal(lines.joined, [0, 2, 0, 4, 3, 9])
    np.testing.assert_array_equal(lines.ended, [0, 2, 2, 7, 7, 12])
    np.testing.assert_array_equal(lines.ended - lines.home, [0, 0, 2, 0, 4, 0])


def test_who_goes_home_keeps_her_turn_and_waits_without_a_place_from_then() -> None:
    log = log_of("""
        0 1 request a
        0 1 admit a
        2 1 ready a ->b completed
        3 1 request b             # a day to find a place to ask
        5 1 go_home a
        5 1 leave a completed
        9 1 admit b
        """)
    known = histories(log)
    assert (known.lines.joined[1], known.lines.home[1], known.lines.ended[1]) == (3, 5, 9)
    assert (known.stays.ready[0], known.stays.asked[0], known.stays.left[0]) == (2, 3, 5)
    assert np.isnan(known.stays.left[1])


def test_a_patient_who_is_still_blocked_has_not_waited_at_home() -> None:
    log = log_of("""
        0 1 request a
        0 1 admit a
        2 1 ready a ->b completed
        2 1 request b
        """)
    lines = histories(log).lines
    assert lines.outcome[1] == Outcome.WAITING
    assert np.isnan(lines.home[1])
    assert np.isnan(lines.ended[1])


def test_a_divert_is_two_waits_in_lines_and_one_request() -> None:
    log = log_of("""
        1 1 request a
        4 1 divert a ->b
        6 1 admit b
        """)
    lines, requests = histories(log).lines, histories(log).requests
    np.testing.assert_array_equal(lines.level, [A, B])
    np.testing.assert_array_equal(lines.joined, [1, 4])
    np.testing.assert_array_equal(lines.ended, [4, 6])
    np.testing.assert_array_equal(lines.outcome, [Outcome.DIVERTED, Outcome.ADMITTED])
    assert (requests.joined[0], requests.ended[0], requests.outcome[0]) == (1, 6, Outcome.ADMITTED)
    assert len(requests.joined) == 1


def test_every_way_out_of_a_line_is_told_apart() -> None:
    log = log_of("""
        0 1 request a
        0 2 request a
        0 3 request a
        0 4 request a
        0 5 request a
        0 6 request a
        1 1 renege a
        1 1 discharge a reneged
        1 2 turn_away a
        1 2 discharge a turned_away
        1 3 no_show a
        1 3 discharge a no_show
        1 4 death
        1 4 discharge a died
        1 5 admit a
        """)
    np.testing.assert_array_equal(
        histories(log).lines.outcome,
        [
            Outcome.RENEGED,
            Outcome.TURNED_AWAY,
            Outcome.NO_SHOW,
            Outcome.DIED,
            Outcome.ADMITTED,
            Outcome.WAITING,
        ],
    )


def test_a_return_to_care_is_a_new_episode_and_asks_from_outside() -> None:
    log = log_of("""
        0 1 request a
        1 1 admit a
        3 1 relapse a
        4 1 leave a dropout
        4 1 discharge a dropout
        6 1 return_to_use
        8 1 return_to_care
        8 1 request b
        9 1 admit b
        """)
    known = histories(log)
    np.testing.assert_array_equal(known.lines.from_level, [-1, -1])
    np.testing.assert_array_equal(known.stays.from_level, [-1, -1])
    episodes = known.episodes
    np.testing.assert_array_equal(episodes.episode, [1, 2])
    np.testing.assert_array_equal(episodes.admitted, [1, 9])
    np.testing.assert_array_equal(episodes.discharged, [4, NAN])
    np.testing.assert_array_equal(episodes.returned, [8, NAN])
    np.testing.assert_array_equal(episodes.relapsed, [3, NAN])
    np.testing.assert_array_equal(episodes.first, [True, False])
    assert episodes.used[0] == 3


def test_an_episode_that_never_got_in_has_no_levels_and_is_not_the_first_with_an_admission() -> None:
    log = log_of("""
        0 1 request a
        1 1 renege a
        1 1 discharge a reneged
        3 1 return_to_care
        3 1 request a
        3 1 admit a
        """)
    episodes = histories(log).episodes
    np.testing.assert_array_equal(episodes.first_level, [-1, A])
    np.testing.assert_array_equal(episodes.last_level, [-1, A])
    np.testing.assert_array_equal(episodes.first, [False, True])
    np.testing.assert_array_equal(episodes.admitted, [NAN, 3])


def test_those_there_on_day_0_are_marked_and_began_before_it() -> None:
    log = log_of(
        """
        -7 1 admit a start
        -2 2 request a start
        1 1 leave a completed
        1 1 discharge a completed
        1 2 admit a
        """,
        start_patients=[1, 2],
    )
    known = histories(log)
    np.testing.assert_array_equal(known.stays.start, [True, False])
    np.testing.assert_array_equal(known.lines.start, [True])
    np.testing.assert_array_equal(known.episodes.start, [True, True])
    assert known.stays.admitted[0] == -7


def test_seven_days_are_seven_days_whenever_they_begin() -> None:
    begin = np.array([1.2, 1.3, 3650.7])
    assert not ((begin + 7.0) - begin == 7.0).all()
    np.testing.assert_array_equal(days_between(begin, begin + 7.0), [7.0, 7.0, 7.0])


def test_a_log_without_patients_has_empty_histories() -> None:
    known = histories(log_of(""))
    assert [len(table[0]) for table in known] == [0, 0, 0, 0]


def test_histories_are_derived_once_for_each_log() -> None:
    log = holding()
    assert histories(log) is histories(log)
    assert histories(log) is not histories(holding())
