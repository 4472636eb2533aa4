"""When the door of a level or of a track is open: admitting weekdays or cohorts, closed dates, an hour.

A door opens at its hour on an admitting day and shuts at the end of that day; days in a row without an hour
join into one opening. A place that falls free while it is shut waits.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from sim.scenario.types import Level, Track

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


class Swing(NamedTuple):
    """A door that opens or shuts, at a time in days since the start."""

    time: float
    opens: bool


def always_open(level: Level | Track) -> bool:
    """Whether the door of this level never shuts."""
    return (
        level.admits_on is None
        and tuple(sorted(level.admits)) == EVERY_DAY
        and not level.closed
        and level.opens_at == 0.0
    )


def admits_on_day(level: Level | Track, day: date) -> bool:
    """Whether the level admits at all on a calendar day."""
    if day in level.closed:
        return False
    if level.admits_on is not None:
        return day in level.admits_on
    return day.weekday() in level.admits


def swings(
    level_at: Callable[[float], Level | Track], start: date, *, end: float, changes: list[float]
) -> list[Swing]:
    """Every opening and shutting in [0, end), in order; the first row says how the door stands at 0.

    `level_at(time)` is the level as the scenario has it at that time, `changes` the times at which that
    differs; a change acts at once.
    """
    found: list[Swing] = []
    for time, opens in _states(level_at, start, end=end, changes=changes):
        if not found or found[-1].opens != opens:
            found.append(Swing(time, opens))
    return found


def _states(
    level_at: Callable[[float], Level | Track], start: date, *, end: float, changes: list[float]
) -> Iterator[Swing]:
    """The state of the door at every time at which it might differ."""
    if all(always_open(level_at(time)) for time in [0.0, *changes]):
        yield Swing(0.0, True)
        return
    for day in range(ceil(end)):
        times = {float(day)}
        times.update(time for time in changes if day <= time < day + 1)
        times.update(
            day + level_at(time).opens_at for time in [float(day), *changes] if day <= time < day + 1
        )
        today = start + timedelta(days=day)
        for time in sorted(times):
            level = level_at(time)
            yield Swing(time, admits_on_day(level, today) and time >= day + level.opens_at)
