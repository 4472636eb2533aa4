"""The way in: of those who inquire, how many reach each stage of the intake, ask for care, and are admitted.

By the month of the inquiry, since a calendar month's admissions come from the inquiries of several. How long
people wait once they have asked for a level is left to waits.py.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

import numpy as np

from sim.log import Floats, Integers, Log
from sim.measures.histories import days_between
from sim.measures.panels import Filled, Panel
from sim.measures.remembered import remembered
from sim.measures.survival import aalen_johansen, share_at
from sim.measures.tidy import WHOLE, Value, share
from sim.scenario.types import Scenario
from sim.words import Event, Lost

INQUIRY, REQUEST, ADMISSION = "inquiry", "request", "admission"
"""The steps beside the stages of the intake."""

ALL = "all"
"""The row of the whole window, beside its months."""

FIGURES: tuple[str, ...] = (
    "reached",
    "share",
    "no_appointment",
    "no_show",
    "no_further",
    "left",
    "open",
    "days_mean",
    "days_median",
)
"""Of a step: inquiries that reached it, their share of all; those lost at it, for want of an appointment,
by not coming, by going no further; those who left the line or were refused; those still in it when the log
ends; days from the inquiry to the step."""

WITHIN_DAYS: tuple[int, ...] = (7, 14, 30)


class Ways(NamedTuple):
    """One row per inquiry made within the window, by patient and then by time.

    `reached`: inquiries × steps, the time of each, NaN where not (yet). `lost`: a `Lost`, −1 where not.
    """

    inquired: Floats
    reached: Floats
    lost: Integers
    over: Floats  # when the episode was discharged; NaN: not yet


def steps_of(scenario: Scenario) -> tuple[str, ...]:
    """The steps in order: the inquiry, the stages of the intake, the request, the admission."""
    stages = scenario.intake.stages if scenario.intake else ()
    return (INQUIRY, *stages, REQUEST, ADMISSION)


@remembered
def ways(log: Log, scenario: Scenario) -> Ways:
    """How far each inquiry of the window came, and when."""
    c, steps = log.columns, steps_of(scenario)
    key = c.patient * (int(c.episode.max(initial=0)) + 1) + c.episode
    inquiries = np.flatnonzero(c.event == Event.INQUIRY)
    inquiries = inquiries[(c.time[inquiries] >= log.window_start) & (c.time[inquiries] < log.window_end)]
    inquiries = inquiries[np.argsort(key[inquiries], kind="stable")]
    known = key[inquiries]
    reached = np.full((len(inquiries), len(steps)), np.nan)
    reached[:, 0] = c.time[inquiries]
    names = (*log.reasons, *log.labels)

    def at(event: Event, reason: int | None = None) -> tuple[Integers, Integers]:
        """The rows of an event, and which inquiry each belongs to; the first of several counts."""
        rows = np.flatnonzero((c.event == event) & (True if reason is None else c.reason == reason))[::-1]
        place = np.searchsorted(known, key[rows])
        mine = place < len(known)
        mine[mine] = known[place[mine]] == key[rows[mine]]
        return rows[mine], place[mine]

    for step, name in enumerate(steps):
        event, reason = {
            INQUIRY: (Event.INQUIRY, None),
            REQUEST: (Event.REQUEST, None),
            ADMISSION: (Event.ADMIT, None),
        }.get(name, (Event.STAGE, names.index(name) if name in names else -1))
        rows, place = at(event, reason)
        reached[place, step] = c.time[rows]
    lost, over = np.full(len(inquiries), -1), np.full(len(inquiries), np.nan)
    rows, place = at(Event.LOST)
    lost[place] = c.value[rows].astype(np.int64)
    rows, place = at(Event.DISCHARGE)
    over[place] = c.time[rows]
    return Ways(reached[:, 0], reached, lost, over)


def funnel(log: Log, scenario: Scenario) -> Iterator[Value]:
    """How the inquiries of the window fare; none without an intake. Whole continuum only.

    * funnel.inquiries.per_month: inquiries; a month is 365 ÷ 12 days.
    * funnel.<stage>.share, funnel.request.share, funnel.admission.share: of the inquiries, those that reached
      the step by the end of the log.
    * funnel.lost.share: those lost in the intake. funnel.open.share: those neither lost, nor discharged, nor
      admitted when the log ends.
    * funnel.admission.days.mean, .median: days from inquiry to admission of those admitted;
      funnel.admission.within_7_days, .within_14_days, .within_30_days: of all who inquired, with those who
      are lost, leave or are refused as competing, those still on their way as censored (Aalen–Johansen).
    """
    if scenario.intake is None:
        return
    found, steps = ways(log, scenario), steps_of(scenario)
    many = len(found.inquired)
    months = (log.window_end - log.window_start) * 12.0 / 365.0
    yield Value("funnel.inquiries.per_month", WHOLE, many / months)
    for step, name in enumerate(steps[1:], start=1):
        yield share(f"funnel.{name}.share", WHOLE, np.count_nonzero(~np.isnan(found.reached[:, step])), many)
    admitted = ~np.isnan(found.reached[:, -1])
    yield share("funnel.lost.share", WHOLE, np.count_nonzero(found.lost >= 0), many)
    still = ~admitted & np.isnan(found.over)
    yield share("funnel.open.share", WHOLE, np.count_nonzero(still), many)
    days = days_between(found.inquired, found.reached[:, -1])[admitted]
    yield Value("funnel.admission.days.mean", WHOLE, float(days.mean()) if len(days) else np.nan)
    yield Value("funnel.admission.days.median", WHOLE, float(np.median(days)) if len(days) else np.nan)
    ended = np.where(admitted, found.reached[:, -1], np.where(still, log.end, found.over))
    cause = np.where(admitted, 1, np.where(still, 0, 2))
    coming, _ = aalen_johansen(days_between(found.inquired, ended), cause, 2)
    shares = share_at(coming, np.array(WITHIN_DAYS, dtype=float))
    for within, value in zip(WITHIN_DAYS, shares, strict=True):
        yield Value(f"funnel.admission.within_{within}_days", WHOLE, float(value))


def by_month(log: Log, scenario: Scenario) -> Filled | None:
    """The panel `funnel`: each step of the way in, by the calendar month of the inquiry, and in all.

    `FIGURES` says what is told. Every inquiry counts in the month in which it was made, wherever it had got
    to when the log ended: `open` says how many were still on their way. None without an intake.
    """
    if scenario.intake is None:
        return None
    found, steps = ways(log, scenario), steps_of(scenario)
    months = months_of(log)
    of_inquiry = np.array([f"{month_at(log, time)}" for time in found.inquired], dtype=object)
    rows, values = [], []
    for month in (*months, ALL):
        mine = of_inquiry == month if month != ALL else np.ones(len(of_inquiry), dtype=bool)
        chosen = Ways(*(column[mine] for column in found))
        for step, name in enumerate(steps):
            rows.append((month, name))
            values.append(_step(chosen, step, last=step == len(steps) - 1))
    return Filled(Panel("funnel", ("month", "step"), tuple(rows), FIGURES), np.array(values))


def _step(found: Ways, step: int, *, last: bool) -> list[float]:
    """`FIGURES` of one step."""
    many = len(found.inquired)
    here = ~np.isnan(found.reached[:, step])
    stays = here if last else here & np.isnan(found.reached[:, step + 1])
    lost = [float(np.count_nonzero(stays & (found.lost == why))) for why in Lost] if not last else [0.0] * 3
    over = stays & ~np.isnan(found.over) & (found.lost < 0)
    days = days_between(found.inquired, found.reached[:, step])[here]
    return [
        float(np.count_nonzero(here)),
        np.count_nonzero(here) / many if many else np.nan,
        *lost,
        0.0 if last else float(np.count_nonzero(over)),
        0.0 if last else float(np.count_nonzero(stays & np.isnan(found.over))),
        float(days.mean()) if len(days) else np.nan,
        float(np.median(days)) if len(days) else np.nan,
    ]


def months_of(log: Log) -> tuple[str, ...]:
    """The calendar months that the window touches, as 2026-01."""
    days = range(int(log.window_start), ceil(log.window_end))
    return tuple(dict.fromkeys(month_at(log, float(day)) for day in days))


def month_at(log: Log, time: float) -> str:
    """The calendar month of a time."""
    day: date = log.start + timedelta(days=int(time))
    return f"{day.year}-{day.month:02}"
