"""Who asks for care and when: the patients of every source in one replication, in order of time.

Each source is a plane of points of unit density over time × rate, made in strips one patient a day high. A
point at time t and height y is a patient where y lies below the source's rate at t. So a higher rate has more
patients and moves none of the others (`docs/model.md`, section 3). A source with dates gives its patients
itself. What patients are like and where they enter is drawn later, by the rules.
"""

from calendar import isleap, monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from heapq import merge
from math import ceil, floor, fsum, inf
from typing import Any, NamedTuple, overload

import numpy.typing as npt

from sim.draws import POINT_BITS, REFERRAL, Draws, patient_key, referral_key, subject
from sim.scenario.types import Referral, Scenario, Source
from sim.special import log1p
from sim.words import Purpose

YEAR_DAYS = 365.0
POINTS = (1 << POINT_BITS) - 1


class Arrival(NamedTuple):
    """One patient who comes from a source, before anything about her is drawn."""

    time: float  # days since the start
    source: int  # index into the scenario's sources
    key: tuple[int, int]  # of all her draws (`sim/draws.py`)
    traits: tuple[int, ...]  # given by the file of dates, in the order of the scenario; −1 where not given
    enters: int  # the level given by the file of dates; −1 where not given


class Piece(NamedTuple):
    """The rate of one source while one set of numbers holds: day × hour × growth."""

    since: float
    until: float
    first_day: int
    daily: int  # where its patients per day, from `first_day` on, begin in `daily`
    hourly: int  # where its factors of the 24 hours, whose mean is 1, begin in `hourly`
    growth: float  # factor per year


class Stream(NamedTuple):
    """One source: so many strips of points under a rate, or the dated referrals of a file."""

    strips: int
    piece: int  # its first in `pieces`
    referral: int  # its first in `referrals`
    referrals: int  # how many


class Referred(NamedTuple):
    """A dated referral that comes before the end of the run."""

    day: float
    key1: int  # the second word of her key
    enters: int
    traits: tuple[int, ...]


class Coming(NamedTuple):
    """Who comes, as far as it is the same in every replication; each table a list of rows or of numbers."""

    sources: tuple[str, ...]
    source_subject: list[int]  # the first word of their patients' keys
    streams: list[Stream]  # per source
    pieces: list[Piece]
    daily: list[float]
    hourly: list[float]
    referrals: list[Referred]  # of each source in order of time
    identities: dict[tuple[int, int], str]  # of referrals, by key
    patients: float  # about how many


def coming(scenario: Scenario, *, end: float) -> Coming:
    """All rates and dated referrals of a scenario from day 0 to the end."""
    found = Coming(tuple(scenario.arrivals), [], [], [], [], [], [], {}, 0.0)
    patients = 0.0
    for name, source in scenario.arrivals.items():
        found.source_subject.append(subject(name))
        first = len(found.pieces)
        highest, mean = add_pieces(found, scenario, name, end=end)
        referrals = add_referrals(found, scenario, name, source.referrals or (), end=end)
        found.streams.append(Stream(ceil(highest), first, len(found.referrals) - referrals, referrals))
        patients += mean + referrals
    return found._replace(patients=patients)


def arrivals(found: Coming, *, seed: int, replication: int, end: float) -> Iterator[Arrival]:
    """All patients with 0 ≤ time < end, by time, then source, then strip or row, then point."""
    draws = Draws(seed, replication)
    lines: list[Iterable[Arrival]] = []
    for index, stream in enumerate(found.streams):
        lines += [points(found, draws, index=index, strip=strip, end=end) for strip in range(stream.strips)]
        lines.append(referred(found, index))
    return merge(*lines, key=_time)


def _time(arrival: Arrival) -> float:
    return arrival.time


def rate(scenario: Scenario, source: str, time: float) -> float:
    """Patients per day of a source at a moment, dated changes included."""
    found = coming(scenario, end=max(time, 0.0) + 1.0)
    at = found.streams[found.sources.index(source)].piece
    while time >= found.pieces[at].until:
        at += 1
    return rate_at(found, at, time)


def points(found: Coming, draws: Draws, *, index: int, strip: int, end: float) -> Iterator[Arrival]:
    """The points of one strip of a source's plane that lie below its rate, in order of time."""
    source, first = patient_key(found.sources[index], strip, 0)  # the point stands in the lowest bits
    time, point, at = 0.0, 0, found.streams[index].piece
    while True:
        time -= log1p(-draws.uniform(source, first + point, 0, Purpose.ARRIVAL_GAP, 0, 0))
        if time >= end:
            return
        while time >= found.pieces[at].until:
            at += 1
        height = strip + draws.uniform(source, first + point, 0, Purpose.ARRIVAL_HEIGHT, 0, 0)
        if height < rate_at(found, at, time):
            yield Arrival(time, index, (source, first + point), (), -1)
        point += 1


def referred(found: Coming, index: int) -> Iterator[Arrival]:
    """The dated referrals of a source."""
    stream = found.streams[index]
    for row in found.referrals[stream.referral : stream.referral + stream.referrals]:
        yield Arrival(row.day, index, (found.source_subject[index], row.key1), row.traits, row.enters)


Numbers = Sequence[int] | npt.NDArray[Any]


class Labels(Sequence[str]):
    """The keys of patients as the log writes them: "community:3:17", "court:r-104", "start:a-7"."""

    def __init__(self, found: Coming, there: Sequence[str], source: Numbers, key1: Numbers) -> None:
        self._found, self._there, self._source, self._key1 = found, there, source, key1

    def __len__(self) -> int:
        return len(self._there) + len(self._source)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[row] for row in range(*at.indices(len(self)))]
        at = range(len(self))[at]
        if at < len(self._there):
            return self._there[at]
        source, key1 = int(self._source[at - len(self._there)]), int(self._key1[at - len(self._there)])
        name = self._found.sources[source]
        if key1 & REFERRAL:
            return f"{name}:{self._found.identities[source, key1]}"
        return f"{name}:{key1 >> POINT_BITS}:{key1 & POINTS}"


# --- rates -----------------------------------------------------------------------------------------------


def rate_at(found: Coming, piece: int, time: float) -> float:
    """Patients per day at a moment within a piece."""
    part = found.pieces[piece]
    day = floor(time)
    hour = int((time - day) * 24.0)
    here = found.daily[part.daily + day - part.first_day] * found.hourly[part.hourly + hour]
    return here if part.growth == 1.0 else here * grown(part.growth, time)


def grown(growth: float, time: float) -> float:
    """The factor by which a rate has grown since day 0."""
    return float(growth ** (time / YEAR_DAYS))


def add_pieces(found: Coming, scenario: Scenario, name: str, *, end: float) -> tuple[float, float]:
    """Adds the rate of a source, one piece for each set of numbers in force.

    A bound of the rate, and about how many patients it brings.
    """
    regimes = [entry for entry in scenario.regimes if entry[0] < end]
    stops = [day for day, _ in regimes[1:]] + [inf]
    highest = mean = 0.0
    for (since, regime), until in zip(regimes, stops, strict=True):
        source = regime.arrivals[name]
        first_day, days = floor(since), ceil(min(until, end)) - floor(since)
        growth = 1.0 + source.change_per_year
        daily = rates_of_days(scenario, source, first_day=first_day, days=days)
        hourly = (1.0,) * 24 if source.by_hour is None else scaled(source.by_hour)
        found.pieces.append(Piece(since, until, first_day, len(found.daily), len(found.hourly), growth))
        found.daily.extend(daily)
        found.hourly.extend(hourly)
        most = max(grown(growth, first_day), grown(growth, first_day + days))
        highest = max(highest, max(daily, default=0.0) * max(hourly) * most)
        mean += fsum(here * grown(growth, first_day + day) for day, here in enumerate(daily))
    return highest, mean


def add_referrals(
    found: Coming, scenario: Scenario, name: str, referrals: Sequence[Referral], *, end: float
) -> int:
    """Adds the dated referrals of a source in order of time; how many."""
    index, before = found.sources.index(name), len(found.referrals)
    values = {word: list(trait.shares) for word, trait in scenario.traits.items()}
    for referral in sorted(referrals, key=lambda referral: referral.day):
        if 0.0 <= referral.day < end:
            traits = tuple(
                values[word].index(referral.traits[word]) if word in referral.traits else -1
                for word in scenario.traits
            )
            enters = -1 if referral.enters is None else list(scenario.levels).index(referral.enters)
            key1 = referral_key(name, referral.identity)[1]
            found.referrals.append(Referred(referral.day, key1, enters, traits))
            found.identities[index, key1] = referral.identity
    return len(found.referrals) - before


def rates_of_days(scenario: Scenario, source: Source, *, first_day: int, days: int) -> list[float]:
    """Patients per day of a source on so many days from `first_day` on, under one set of numbers."""
    weekly = (1.0,) * 7 if source.by_weekday is None else scaled(source.by_weekday)
    monthly: dict[int, tuple[float, ...]] = {}
    daily = []
    for day in range(first_day, first_day + days):
        date = scenario.run.start + timedelta(days=day)
        if date.year not in monthly:
            monthly[date.year] = month_factors(source.by_month, date.year)
        daily.append(source.per_day * weekly[date.weekday()] * monthly[date.year][date.month - 1])
    return daily


def scaled(weights: tuple[float, ...]) -> tuple[float, ...]:
    """The weights with a mean of 1."""
    mean = fsum(weights) / len(weights)
    return tuple(weight / mean for weight in weights)


def month_factors(weights: tuple[float, ...] | None, year: int) -> tuple[float, ...]:
    """The factor of each month; their mean over the days of this calendar year is 1."""
    if weights is None:
        return (1.0,) * 12
    days = [monthrange(year, month)[1] for month in range(1, 13)]
    mean = fsum(weight * length for weight, length in zip(weights, days, strict=True)) / (365 + isleap(year))
    return tuple(weight / mean for weight in weights)
