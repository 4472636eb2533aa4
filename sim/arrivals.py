"""Who asks for care and when: the patients of every source in one replication, in order of time.

Each source is a plane of points of unit density over time × rate, made in strips one patient a day high. A
point at time t and height y is a patient where y lies below the source's rate at t. So a higher rate has more
patients and moves none of the others (`docs/model.md`, section 3). A source with dates gives its patients
itself. What patients are like and where they enter is drawn later, by the rules.
"""

from calendar import isleap, monthrange
from datetime import timedelta
from math import ceil, floor, fsum, inf
from typing import NamedTuple

from sim.draws import Draws, patient_key, referral_key
from sim.scenario.types import Referral, Scenario, Source
from sim.special import log1p
from sim.words import Purpose

YEAR_DAYS = 365.0


class Arrival(NamedTuple):
    """One patient who comes from a source, before anything about her is drawn."""

    time: float  # days since the start
    source: int  # index into the scenario's sources
    key: tuple[int, int]  # of all her draws (`sim/draws.py`)
    label: str  # the key as the log writes it: "community:3:17", "court:r-104"
    traits: tuple[int, ...]  # given by the file of dates, in the order of the scenario; −1 where not given
    enters: int  # the level given by the file of dates; −1 where not given


class Piece(NamedTuple):
    """The rate of one source while one set of numbers holds: day × hour × growth."""

    since: float
    until: float
    first_day: int
    daily: tuple[float, ...]  # patients per day, on each day from `first_day` on
    hourly: tuple[float, ...]  # factor of each hour; the mean is 1
    growth: float  # factor per year


def arrivals(scenario: Scenario, *, replication: int, end: float) -> list[Arrival]:
    """All patients with 0 ≤ time < end, by time, then source, then strip or row, then point."""
    draws = Draws(scenario.run.seed, replication)
    found: list[tuple[float, int, int, int, Arrival]] = []
    for index, (name, source) in enumerate(scenario.arrivals.items()):
        for row, referral in enumerate(source.referrals or ()):
            if 0.0 <= referral.day < end:
                found.append((referral.day, index, row, 0, referred(scenario, index, name, referral)))
        found += points(scenario, name, draws, index=index, end=end)
    return [entry[4] for entry in sorted(found, key=lambda entry: entry[:4])]


def rate(scenario: Scenario, source: str, time: float) -> float:
    """Patients per day of a source at a moment, dated changes included."""
    day, regime = [entry for entry in scenario.regimes if entry[0] <= time or entry[0] <= 0.0][-1]
    return rate_at(piece(scenario, regime.arrivals[source], since=day, first_day=floor(time), days=1), time)


def points(
    scenario: Scenario, name: str, draws: Draws, *, index: int, end: float
) -> list[tuple[float, int, int, int, Arrival]]:
    """The points of a source's plane that lie below its rate, with what they are sorted by."""
    pieces = pieces_until(scenario, name, end)
    nobody = (-1,) * len(scenario.traits)
    found = []
    for strip in range(ceil(max(highest(part) for part in pieces))):
        source, first = patient_key(name, strip, 0)  # the point stands in the lowest bits of the second word
        time, point, at = 0.0, 0, 0
        while True:
            time -= log1p(-draws.uniform(source, first + point, 0, Purpose.ARRIVAL_GAP, 0, 0))
            if time >= end:
                break
            while time >= pieces[at].until:
                at += 1
            height = strip + draws.uniform(source, first + point, 0, Purpose.ARRIVAL_HEIGHT, 0, 0)
            if height < rate_at(pieces[at], time):
                arrival = Arrival(time, index, (source, first + point), f"{name}:{strip}:{point}", nobody, -1)
                found.append((time, index, strip, point, arrival))
            point += 1
    return found


def referred(scenario: Scenario, index: int, name: str, referral: Referral) -> Arrival:
    """The patient of one dated referral."""
    traits = tuple(
        list(trait.shares).index(referral.traits[word]) if word in referral.traits else -1
        for word, trait in scenario.traits.items()
    )
    enters = -1 if referral.enters is None else list(scenario.levels).index(referral.enters)
    key = referral_key(name, referral.identity)
    return Arrival(referral.day, index, key, f"{name}:{referral.identity}", traits, enters)


# --- rates -----------------------------------------------------------------------------------------------


def pieces_until(scenario: Scenario, name: str, end: float) -> list[Piece]:
    """The rate of a source from day 0 to the end, one piece for each set of numbers in force."""
    regimes = [entry for entry in scenario.regimes if entry[0] < end]
    stops = [day for day, _ in regimes[1:]] + [inf]
    return [
        piece(
            scenario,
            regime.arrivals[name],
            since=since,
            until=until,
            first_day=floor(since),
            days=ceil(min(until, end)) - floor(since),
        )
        for (since, regime), until in zip(regimes, stops, strict=True)
    ]


def piece(
    scenario: Scenario, source: Source, *, since: float, until: float = inf, first_day: int, days: int
) -> Piece:
    """The rate of a source on so many days from `first_day` on, under one set of numbers."""
    hourly = (1.0,) * 24 if source.by_hour is None else scaled(source.by_hour)
    weekly = (1.0,) * 7 if source.by_weekday is None else scaled(source.by_weekday)
    monthly: dict[int, tuple[float, ...]] = {}
    daily = []
    for day in range(first_day, first_day + days):
        date = scenario.run.start + timedelta(days=day)
        if date.year not in monthly:
            monthly[date.year] = month_factors(source.by_month, date.year)
        daily.append(source.per_day * weekly[date.weekday()] * monthly[date.year][date.month - 1])
    return Piece(since, until, first_day, tuple(daily), hourly, 1.0 + source.change_per_year)


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


def rate_at(part: Piece, time: float) -> float:
    """Patients per day at a moment within a piece."""
    day = floor(time)
    here = part.daily[day - part.first_day] * part.hourly[int((time - day) * 24.0)]
    return here if part.growth == 1.0 else here * grown(part, time)


def grown(part: Piece, time: float) -> float:
    """The factor by which a rate has grown since day 0."""
    factor: float = part.growth ** (time / YEAR_DAYS)
    return factor


def highest(part: Piece) -> float:
    """A bound of the rate within a piece."""
    last = part.first_day + len(part.daily)
    return (
        max(part.daily, default=0.0) * max(part.hourly) * max(grown(part, part.first_day), grown(part, last))
    )
