"""Which track of a level a patient asks for."""

from collections.abc import Callable

import pytest

from sim.rules.conditions import Person
from sim.rules.tracks import track_of
from sim.tables import NONE, Tables

SCENARIO = """
[traits.works]
shares = { yes = 0.5, no = 0.5 }
[levels.php]
length_of_stay = 5
tracks = { only = { seats = 1 } }
[levels.iop]
length_of_stay = 5
[levels.iop.tracks.day]
seats = 1
share = 3
[levels.iop.tracks.never]
seats = 1
share = 0
[levels.iop.tracks.evening]
seats = 1
when = { works = "yes" }
[levels.op]
length_of_stay = 5
[levels.home]
length_of_stay = 5
[levels.home.tracks.evening]
seats = 1
when = { works = "yes" }
[levels.home.tracks.day]
seats = 1
[arrivals.all]
per_day = 1
enters = "iop"
[[changes]]
on = 10
levels.iop.tracks.day.share = 1
"""
PHP, IOP, OP, HOME = 0, 1, 2, 3
ONLY, DAY, NEVER, EVENING, HOME_EVENING, HOME_DAY = range(6)
YES, NO = 0, 1


@pytest.mark.parametrize(
    ("regime", "level", "works", "u", "track"),
    [
        (0, PHP, NO, 0.99, ONLY),
        (0, IOP, YES, 0.0001, DAY),
        (0, IOP, YES, 0.7499, DAY),
        (0, IOP, YES, 0.7501, EVENING),
        (0, IOP, YES, 1.0 - 2.0**-53, EVENING),
        (0, IOP, NO, 0.7501, DAY),
        (1, IOP, YES, 0.4999, DAY),
        (1, IOP, YES, 0.5001, EVENING),
        (0, OP, YES, 0.5, NONE),
        (0, HOME, YES, 0.1, HOME_EVENING),
        (0, HOME, NO, 0.1, HOME_DAY),
    ],
)
def test_she_asks_for_one_of_the_tracks_that_fit_by_their_shares(
    tables: Callable[[str], Tables], regime: int, level: int, works: int, u: float, track: int
) -> None:
    person = Person((works,), NONE, 0, level, (1.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    assert track_of(tables(SCENARIO), regime, level, person, u=u) == track
