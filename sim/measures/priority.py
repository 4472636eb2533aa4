"""Whether priority populations are admitted in time, and when a level must be reported as nearly full.

The clock runs from the first contact (`inquiry`, or `request` where there is no intake) of each episode. The
rules are the scenario's (`priority_populations`, `notice_at`); those of the block grant are in 45 CFR 96.126
and 96.131. Who is served first is left to the waitlist.
"""

from collections.abc import Iterator

import numpy as np

from sim.log import Log
from sim.measures import steps
from sim.measures.census import counts
from sim.measures.histories import days_between
from sim.measures.rows import Flags
from sim.measures.tidy import WHOLE, Value, share
from sim.scenario.types import Among, Population, Scenario
from sim.words import Event

ROUNDED = 1e-9
"""Occupancy this close below the one to be reported has reached it."""


def priority(log: Log, scenario: Scenario) -> Iterator[Value]:
    """How each priority population fares; none where the scenario has none. Whole continuum only.

    Members are the episodes whose first contact lies in the window, of patients who meet the condition; those
    there on day 0 do not count. Each is one of:

    * priority.<population>.in_time.count: admitted within `admit_within`;
    * priority.<population>.with_interim.count: admitted later, but within `or_within`, where the programme
      begins interim services in time;
    * priority.<population>.breaches.count: the days allowed ran out before she was admitted or left;
    * priority.<population>.left.count: lost, reneged, refused or dead before they ran out;
    * priority.<population>.open.count: still on her way when the log ended, the days not yet over.

    priority.<population>.count: all of them; priority.<population>.met.share: of those in time, with interim
    services and breached, the first two.
    """
    for name, population in scenario.priority_populations.items():
        yield from _population(log, name, population)


def _population(log: Log, name: str, population: Population) -> Iterator[Value]:
    c = log.columns
    belongs = members(log, population)
    key = c.patient * (int(c.episode.max(initial=0)) + 1) + c.episode
    first = np.flatnonzero(np.isin(c.event, [Event.INQUIRY, Event.REQUEST]) & (c.patient > 0))
    first = first[np.unique(key[first], return_index=True)[1]]  # the first of each episode, by its key
    came = c.time[first]
    mine = (came >= log.window_start) & (came < log.window_end) & belongs[c.patient[first] - 1]
    mine &= log.patient_source[c.patient[first] - 1] >= 0
    known, came = key[first][mine], came[mine]
    admitted, over = np.full(len(known), np.nan), np.full(len(known), np.nan)
    for event, times in ((Event.ADMIT, admitted), (Event.DISCHARGE, over)):
        rows = np.flatnonzero(c.event == event)[::-1]  # of several the first counts
        place = np.searchsorted(known, key[rows])
        here = place < len(known)
        here[here] = known[place[here]] == key[rows[here]]
        times[place[here]] = c.time[rows[here]]
    waited = days_between(came, admitted)
    gone = days_between(came, np.where(np.isnan(admitted), over, np.nan))
    allowed = population.allowed_days
    in_time = waited <= population.admit_within
    with_interim = ~in_time & (waited <= allowed)
    left = gone <= allowed
    ended = in_time | with_interim | left
    still = ~ended & np.isnan(waited) & np.isnan(gone) & (days_between(came, np.array(log.end)) <= allowed)
    breach = ~ended & ~still
    begins = f"priority.{name}"
    yield Value(f"{begins}.count", WHOLE, float(len(known)))
    for what, flags in (
        ("in_time", in_time),
        ("with_interim", with_interim),
        ("breaches", breach),
        ("left", left & ~in_time & ~with_interim),
        ("open", still),
    ):
        yield Value(f"{begins}.{what}.count", WHOLE, float(np.count_nonzero(flags)))
    met = np.count_nonzero(in_time | with_interim)
    yield share(f"{begins}.met.share", WHOLE, met, met + np.count_nonzero(breach))


def members(log: Log, population: Population) -> Flags:
    """Which patients belong to a population."""
    found = np.ones(len(log.patient_key), dtype=bool)
    for trait, test in population.when.items():
        assert isinstance(test, Among)  # the scenario was read so
        column = log.traits.index(trait)
        values = [value in test.values for value in log.trait_values[column]]
        found &= np.array(values, dtype=bool)[log.patient_traits[:, column]]
    return found


def notice(log: Log, scenario: Scenario) -> Iterator[Value]:
    """When each level reaches the occupancy that must be reported (`notice_at`); none where it is not given.

    notice.first_day: the first day of the window, counted from 0, with a census of that share of the places;
    null where there is none. notice.days: days of the window spent at or above it. Levels without limit
    have no rows.
    """
    if scenario.notice_at is None:
        return
    for number, name in enumerate(log.levels):
        held = counts(log, number)
        times = np.unique(np.concatenate([held.census.times, held.capacity.times]))
        census, places = steps.value_at(held.census, times), steps.value_at(held.capacity, times)
        if np.isinf(places).any():
            continue
        full = (census >= scenario.notice_at * places - ROUNDED).astype(np.float64)
        values, days = steps.clipped(steps.given(times, full), log.window_start, log.window_end)
        reached = np.cumsum(days) - days
        first = reached[values > 0.0]
        yield Value("notice.first_day", name, float(np.floor(first[0])) if len(first) else np.nan)
        yield Value("notice.days", name, float(np.sum(values * days)))
