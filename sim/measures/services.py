"""What patients are offered and take up: sessions scheduled and attended, groups, hours, by day and week.

Services follow from who is in a level on which day of her stay (`docs/model.md`, section 9); nothing is
drawn. Whom the programme needs for them is left to staff.py.
"""

from collections.abc import Iterator
from datetime import timedelta
from math import floor, inf
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.log import Floats, Integers, Log
from sim.measures.census import first_day
from sim.measures.histories import histories, until
from sim.measures.panels import Filled, Panel
from sim.measures.remembered import remembered
from sim.measures.rows import by_patient
from sim.measures.tidy import Value
from sim.scenario.types import Frequency, Scenario, Service
from sim.words import Event

FIGURES: tuple[str, ...] = (
    "scheduled",
    "attended",
    "virtual",
    "groups",
    "seats",
    "hours",
    "staff_hours",
    "note_hours",
)
"""Of one service: sessions that patients are scheduled for, those they attend, of these by video; groups held
and the seats in them; hours that patients attend, hours that staff lead, hours that staff write notes."""

SCHEDULED, ATTENDED, VIRTUAL, GROUPS, SEATS, HOURS, STAFF_HOURS, NOTE_HOURS = range(len(FIGURES))

HOURS_A_DAY = 24.0


class Offer(NamedTuple):
    """One service of one level."""

    level: int
    level_name: str
    name: str


class Days(NamedTuple):
    """The services of a scenario on each whole day of the window: offers × days × `FIGURES`."""

    offers: tuple[Offer, ...]
    first: int  # day
    figures: Floats


@remembered
def service_days(log: Log, scenario: Scenario) -> Days:
    """Sessions, groups and hours of every service on every whole day of the window.

    Who is in the census of a level just before a day ends is scheduled by the phase of that day: by the whole
    days since the day of admission, or, from the day after a relapse in the stay on, by `after_relapse`. Of
    what is scheduled a share is attended. Groups are ⌈scheduled ÷ group size⌉ on days with anybody; staff
    lead the hours of groups, or the hours that patients attend alone. Dated changes of a service hold from
    their day on. Zero offers where no level has services.
    """
    offers = offers_of(scenario)
    first = first_day(log)
    days = max(floor(log.window_end) - first, 0)
    figures = np.zeros((len(offers), days, len(FIGURES)))
    starts = [day for day, _ in scenario.regimes]
    for number, (start, regime) in enumerate(scenario.regimes):
        end = starts[number + 1] if number + 1 < len(starts) else inf
        begin, stop = (int(min(max(np.ceil(day) - first, 0), days)) for day in (start, end))
        if begin == stop:
            continue
        for row, offer in enumerate(offers):
            service = regime.levels[offer.level_name].services.get(offer.name)
            if service is not None:
                scheduled = _scheduled(log, offer.level, service, days=days)
                figures[row, begin:stop] = _figures(scheduled, service)[begin:stop]
    return Days(offers, first, figures)


def daily(log: Log, scenario: Scenario) -> pd.DataFrame:
    """The same as a table: day, date, level, service, and a column for each of `FIGURES`."""
    known = service_days(log, scenario)
    days = known.first + np.arange(known.figures.shape[1])
    dates = np.datetime64(log.start, "D") + days.astype("timedelta64[D]")
    keys = {
        "day": np.tile(days, len(known.offers)),
        "date": np.tile(dates.astype("datetime64[s]"), len(known.offers)),
        "level": np.repeat([one.level_name for one in known.offers], len(days)),
        "service": np.repeat([one.name for one in known.offers], len(days)),
    }
    figures = known.figures.reshape(-1, len(FIGURES)).T
    return pd.DataFrame(keys | dict(zip(FIGURES, figures, strict=True)))


def offers_of(scenario: Scenario) -> tuple[Offer, ...]:
    """Every service of every level, in the order of the file; those that begin at a date come last."""
    return tuple(
        Offer(index, name, service)
        for index, name in enumerate(scenario.levels)
        for service in dict.fromkeys(
            service for _, regime in scenario.regimes for service in regime.levels[name].services
        )
    )


def by_week(log: Log, scenario: Scenario) -> Filled | None:
    """The panel `services`: each service in each whole week of the window, sums over its days.

    Beside `FIGURES`: `fill`, the seats of groups that are attended; NaN without a group. None where no level
    has services, or the window is shorter than a week.
    """
    known = service_days(log, scenario)
    weeks = known.figures.shape[1] // 7
    if not known.offers or not weeks:
        return None
    sums = known.figures[:, : 7 * weeks].reshape(len(known.offers), weeks, 7, -1).sum(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        in_groups = np.where(sums[..., SEATS] > 0.0, sums[..., ATTENDED], np.nan)
        fill = in_groups / sums[..., SEATS]
    values = np.concatenate([sums, fill[..., None]], axis=2).transpose(1, 0, 2)
    rows = tuple((week, one.level_name, one.name) for week in range(weeks) for one in known.offers)
    panel = Panel("services", ("week", "level", "service"), rows, (*FIGURES, "fill"))
    return Filled(panel, values.reshape(len(rows), -1))


def services(log: Log, scenario: Scenario) -> Iterator[Value]:
    """Sessions, hours and groups of each level that has services, and of all of them together.

    * services.scheduled.per_week, services.attended.per_week: sessions; services.hours.per_week: hours that
      patients attend; services.groups.per_week: groups held; services.staff_hours.per_week: hours led by
      staff, notes included. Sums over the whole days of the window × 7 ÷ their number; null without any.
    * services.hours.per_patient_week: attended hours × 7 ÷ patient-days of the daily census; null without
      any.
    * services.group_fill: sessions attended in groups ÷ seats in the groups held; null without a group.
    """
    known = service_days(log, scenario)
    if not known.offers:
        return
    of_levels: dict[str, list[int]] = {}
    for row, one in enumerate(known.offers):
        of_levels.setdefault(one.level_name, []).append(row)
    for name, rows in (("", list(range(len(known.offers)))), *of_levels.items()):
        levels = sorted({known.offers[row].level for row in rows})
        yield from _values(log, known.figures[rows], name, levels=levels)


def _values(log: Log, figures: Floats, level: str, *, levels: list[int]) -> Iterator[Value]:
    days = figures.shape[1]
    sums = figures.sum(axis=(0, 1))
    weekly = {
        "scheduled": sums[SCHEDULED],
        "attended": sums[ATTENDED],
        "hours": sums[HOURS],
        "groups": sums[GROUPS],
        "staff_hours": sums[STAFF_HOURS] + sums[NOTE_HOURS],
    }
    for name, total in weekly.items():
        yield Value(f"services.{name}.per_week", level, float(total) * 7.0 / days if days else np.nan)
    patients = sum(float(_present(log, number, days=days).sum()) for number in levels)
    per_patient = float(sums[HOURS]) * 7.0 / patients if patients else np.nan
    yield Value("services.hours.per_patient_week", level, per_patient)
    in_groups = figures[..., ATTENDED][figures[..., SEATS] > 0.0].sum()
    fill = float(in_groups / sums[SEATS]) if sums[SEATS] else np.nan
    yield Value("services.group_fill", level, fill)


def _figures(scheduled: Floats, service: Service) -> Floats:
    """`FIGURES` for each day, from the sessions scheduled on it."""
    found = np.zeros((len(scheduled), len(FIGURES)))
    attended = scheduled * service.attended
    found[:, SCHEDULED], found[:, ATTENDED] = scheduled, attended
    found[:, VIRTUAL] = attended * service.virtual
    found[:, HOURS] = attended * service.hours
    found[:, NOTE_HOURS] = attended * (service.notes * HOURS_A_DAY)
    if service.group_size is None:
        found[:, STAFF_HOURS] = found[:, HOURS]
    else:
        found[:, GROUPS] = np.ceil(scheduled / service.group_size)
        found[:, SEATS] = found[:, GROUPS] * service.group_size
        found[:, STAFF_HOURS] = found[:, GROUPS] * service.hours
    return found


# ---- who is in which phase


class _Stays(NamedTuple):
    """The stays of a level: the whole days of the window on which they are in the census, counted from 0."""

    begin: Integers
    end: Integers
    admitted: Integers  # day of admission; before the window below 0
    number: Integers  # among all stays


def _scheduled(log: Log, level: int, service: Service, *, days: int) -> Floats:
    """The sessions of a service that all patients of the level are scheduled for, day by day."""
    stays = _stays(log, level, days=days)
    edges = [0.0, *(phase.after for phase in service.taper), inf]
    phases: list[Frequency] = [service, *service.taper]
    relapsed = _relapsed(log, level, service, days=days) if service.after_relapse else None
    total = np.zeros(days)
    for phase, low, high in zip(phases, edges, edges[1:], strict=False):
        there = _counted(*_part(stays.begin, stays.end, stays.admitted, low, high), days=days)
        if relapsed is not None:
            there -= _counted(*_part(*relapsed, low, high), days=days)
        total += there * _sessions(log, phase, days=days)
    if relapsed is not None and service.after_relapse is not None:
        there = _counted(relapsed[0], relapsed[1], days=days)
        total += there * _sessions(log, service.after_relapse, days=days)
    return total


def _part(
    begin: Integers, end: Integers, admitted: Integers, low: float, high: float
) -> tuple[Integers, Integers]:
    """The part of each stretch of days in which the stay is from `low` to below `high` days old."""
    first = np.maximum(begin, admitted + int(np.ceil(low)))
    last = end if high == inf else np.minimum(end, admitted + int(np.ceil(high)))
    return first, np.maximum(first, last)


def _counted(begin: Integers, end: Integers, *, days: int) -> Floats:
    """How many stretches [begin, end) each of so many days lies in."""
    steps = np.bincount(np.minimum(begin, days), minlength=days + 1)
    steps -= np.bincount(np.minimum(end, days), minlength=days + 1)
    return np.cumsum(steps)[:days].astype(np.float64)


@remembered
def _stays(log: Log, level: int, *, days: int) -> _Stays:
    """The stays of a level that are in the census just before any day of the window ends."""
    stays, first = histories(log).stays, first_day(log)
    number = np.flatnonzero(stays.level == level)
    admitted = np.floor(stays.admitted[number]).astype(np.int64) - first
    left = np.floor(until(stays.left[number], log.end + 1.0)).astype(np.int64) - first
    begin, end = np.clip(admitted, 0, days), np.clip(left, 0, days)
    there = begin < end
    return _Stays(begin[there], end[there], admitted[there], number[there])


def _present(log: Log, level: int, *, days: int) -> Floats:
    """The daily census of a level."""
    stays = _stays(log, level, days=days)
    return _counted(stays.begin, stays.end, days=days)


def _relapsed(log: Log, level: int, service: Service, *, days: int) -> tuple[Integers, Integers, Integers]:
    """Stretches of days after a relapse in a stay, none overlapping, and when each stay was admitted."""
    assert service.after_relapse is not None
    stays = _stays(log, level, days=days)
    at, stay = _relapses(log)
    place = np.searchsorted(stays.number, stay)
    here = place < len(stays.number)
    here[here] = stays.number[place[here]] == stay[here]
    place, begin = place[here], at[here] + 1
    end = begin + int(np.ceil(service.after_relapse.for_))
    again = np.zeros(len(place), dtype=bool)
    again[1:] = place[1:] == place[:-1]
    begin[again] = np.maximum(begin[again], end[:-1][again[1:]])
    begin = np.clip(begin, stays.begin[place], stays.end[place])
    end = np.clip(end, begin, stays.end[place])
    return begin, end, stays.admitted[place]


@remembered
def _relapses(log: Log) -> tuple[Integers, Integers]:
    """Each relapse in a stay: the day from the start of the window, and the number of the stay."""
    rows = by_patient(log)
    relapse, admit = rows.find(Event.RELAPSE), rows.find(Event.ADMIT)
    stay = rows.numbered(admit)[relapse]
    return np.floor(rows.time[relapse]).astype(np.int64) - first_day(log), stay


def _sessions(log: Log, phase: Frequency, *, days: int) -> Floats:
    """How many sessions each patient of a phase has on each day of the window."""
    if phase.weekdays is None:
        return np.full(days, (phase.per_week or 0.0) / 7.0)
    monday = (log.start + timedelta(days=first_day(log))).weekday()
    weekday = (monday + np.arange(days)) % 7
    return np.isin(weekday, phase.weekdays).astype(np.float64)
