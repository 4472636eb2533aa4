"""Every measure by name: its unit, what it means, and the function whose docstring defines it.

To add a measure, give its function a row and this table a line. `<reason>` stands for a reason of the log.
What needs services, roles or an intake stands in a table of its own: its functions are told the scenario too.
The documentation of the measures is made from this table.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple, cast

from sim.measures import (
    blocking,
    census,
    funnel,
    outcomes,
    pathways,
    patient_days,
    priority,
    readmission,
    requests,
    retention,
    services,
    staff,
    stays,
    throughput,
    tracks,
    usable,
    waits,
)
from sim.measures.panels import Fill
from sim.measures.tidy import OfScenario, Table


class Measure(NamedTuple):
    """One measure: `name` as in the results, `unit`, `meaning` in a phrase, and what computes it."""

    name: str
    unit: str
    meaning: str
    function: Callable[..., Any]  # a `Table`, or `OfScenario`


def _of_waits() -> Iterator[Measure]:
    """The measures of waits: three groups of patients, each told in three ways."""
    ways = {
        "": "of those admitted, zero waits included",
        "waited.": "of those admitted who waited at all",
        "offered.": "of all who asked, admitted or not",
    }
    for who, of_whom in waits.WHO.items():
        for way, told in ways.items():
            name = f"wait.{who}{way}"
            yield Measure(f"{name}mean", "days", f"mean wait {told}{of_whom}", waits.waits)
            yield Measure(f"{name}median", "days", f"median wait {told}{of_whom}", waits.waits)
            yield Measure(f"{name}p90", "days", f"90th percentile of the wait {told}{of_whom}", waits.waits)
            meaning = f"share admitted within 7 days {told}{of_whom}"
            yield Measure(f"{name}share_within_7_days", "share", meaning, waits.waits)
        meaning = f"share of those admitted who waited at all{of_whom}"
        yield Measure(f"wait.{who}share_waiting", "share", meaning, waits.waits)


def _of_stays() -> Iterator[Measure]:
    kinds = {
        "clinical": "length of stay, admission to ready or left",
        "place": "time in the place, admission to left",
    }
    figures = {
        "mean": "mean",
        "p25": "lower quartile of the",
        "median": "median",
        "p75": "upper quartile of the",
    }
    for kind, of_what in kinds.items():
        for figure, word in figures.items():
            yield Measure(f"stay.{kind}.{figure}", "days", f"{word} {of_what}", stays.stays)


def _of_requests() -> Iterator[Measure]:
    yield Measure("asked.count", "requests", "who asked within the window", requests.requests)
    became = {
        "admitted": "were admitted",
        "diverted": "were diverted to another line",
        "reneged": "gave up waiting",
        "turned_away": "were turned away",
        "no_show": "did not come when a place was given",
        "died_waiting": "died waiting",
        "unresolved": "still wait at the end of the log",
    }
    for outcome, words in became.items():
        yield Measure(f"{outcome}.count", "requests", f"how many of them {words}", requests.requests)
        yield Measure(f"{outcome}.share", "share", f"share of them who {words}", requests.requests)


def _of_throughput() -> Iterator[Measure]:
    counted = {
        "asked": "requests",
        "admissions": "admissions",
        "stays_ended": "clinical ends of stays",
        "discharges": "discharges of admitted patients",
    }
    for name, what in counted.items():
        yield Measure(f"{name}.per_day", "per day", f"{what} per day", throughput.throughput)
        yield Measure(f"{name}.per_month", "per month", f"{what} per month", throughput.throughput)


def _of_patient_days() -> Iterator[Measure]:
    figures = {
        "adc": ("patients", "average daily census, counted at midnight"),
        "alos.discharges": ("days", "mean days in the place of the stays that left"),
        "alos.discharges.median": ("days", "median days in the place of the stays that left"),
        "alos.little": ("days", "patient-days ÷ admissions"),
        "dropouts.per_1000_patient_days": ("per 1,000 days", "dropouts for 1,000 patient-days"),
    }
    for name, (unit, meaning) in figures.items():
        yield Measure(name, unit, meaning, patient_days.patient_days)


def _of_the_way_on() -> Iterator[Measure]:
    parts = {
        "days": "ready to admitted at the next level, of completers who went on",
        "blocked": "the part of it in the old place",
        "gap": "the part of it without a place",
    }
    for name, meaning in parts.items():
        yield Measure(f"to_next_level.{name}.mean", "days", f"mean days: {meaning}", pathways.onward)


def _of_cohorts() -> Iterator[Measure]:
    for day in retention.DAYS:
        meaning = f"share still in the continuum {day} days after the first admission"
        yield Measure(f"retention.day_{day}", "share", meaning, retention.retention)
    yield Measure("episode.days.mean", "days", "first admission to discharge, mean", retention.retention)
    yield Measure("episode.days.median", "days", "first admission to discharge, median", retention.retention)
    for day in retention.DAYS:
        meaning = f"share without any use {day} days after the first admission"
        yield Measure(f"relapse_free.day_{day}", "share", meaning, retention.relapse_free)
    for day in retention.DAYS:
        meaning = f"share without relapse {day} days after the first admission, while in care"
        yield Measure(f"in_care.day_{day}", "share", meaning, retention.relapse_free)
    for days in outcomes.RETURN_DAYS:
        meaning = f"share who return to care within {days} days of the discharge"
        yield Measure(f"return_to_care.within_{days}_days", "share", meaning, outcomes.returns)


def _of_services() -> Iterator[Measure]:
    weekly = {
        "scheduled": ("sessions", "sessions scheduled"),
        "attended": ("sessions", "sessions attended"),
        "hours": ("hours", "hours of services that patients attend,"),
        "groups": ("groups", "groups held"),
        "staff_hours": ("hours", "hours of services led by staff, notes included,"),
    }
    for name, (unit, what) in weekly.items():
        yield Measure(f"services.{name}.per_week", unit, f"{what} a week", services.services)
    yield Measure(
        "services.hours.per_patient_week", "hours", "attended hours a week of a patient", services.services
    )
    yield Measure(
        "services.group_fill", "share", "attended in groups ÷ seats in the groups held", services.services
    )


def _of_staff() -> Iterator[Measure]:
    known = {
        "needed.mean": ("FTE", "mean FTE needed"),
        "needed.p80": ("FTE", "FTE needed that four weeks in five do not exceed"),
        "needed.p95": ("FTE", "FTE needed that nineteen weeks in twenty do not exceed"),
        "binds.<driver>": ("share", "share of weeks, of all levels together of FTE, in which it binds"),
        "present.mean": ("FTE", "mean FTE present by the roster"),
        "gap.mean": ("FTE", "FTE needed less FTE present, mean"),
        "short_weeks": ("share", "share of weeks in which more are needed than present"),
        "overtime.per_week": ("hours", "hours short worked as overtime, a week"),
        "agency.per_week": ("hours", "hours short worked by agency, a week"),
    }
    for name, (unit, meaning) in known.items():
        yield Measure(f"staff.<role>.{name}", unit, meaning, staff.staff)


def _of_the_way_in() -> Iterator[Measure]:
    of = funnel.funnel
    yield Measure("funnel.inquiries.per_month", "per month", "first contacts per month", of)
    yield Measure("funnel.<step>.share", "share", "share of the inquiries that reach the step", of)
    yield Measure("funnel.admission.days.mean", "days", "mean days from inquiry to admission", of)
    yield Measure("funnel.admission.days.median", "days", "median days from inquiry to admission", of)
    for days in funnel.WITHIN_DAYS:
        meaning = f"share of all who inquired admitted within {days} days"
        yield Measure(f"funnel.admission.within_{days}_days", "share", meaning, of)
    of, whose = priority.priority, "of the priority population"
    yield Measure("priority.<population>.count", "episodes", f"first contacts {whose}", of)
    became = {
        "in_time": "admitted within the days first allowed",
        "with_interim": "admitted later, with interim services in time",
        "breaches": "not admitted within the days allowed",
        "left": "who left before the days were over",
        "open": "still on their way, the days not over",
    }
    for name, words in became.items():
        yield Measure(f"priority.<population>.{name}.count", "episodes", f"those {whose} {words}", of)
    yield Measure("priority.<population>.met.share", "share", f"share {whose} whose rule was met", of)
    of, share = priority.notice, "the share of places to be reported"
    yield Measure("notice.first_day", "day", f"first day of the window at {share}", of)
    yield Measure("notice.days", "days", f"days at or above {share}", of)


OF_SCENARIOS: tuple[Measure, ...] = (
    Measure(
        "readmission.within_30_days",
        "share",
        "share back in a 24-hour level 1 to 30 days after leaving one",
        readmission.readmission,
    ),
    *_of_services(),
    *_of_staff(),
    Measure("usable.mean", "places", "mean of what places, seats and staff present allow", usable.usable),
    Measure("usable.occupancy", "ratio", "patient-days of the place ÷ days of usable places", usable.usable),
    *_of_the_way_in(),
)
"""Measures of scenarios that have what they are of."""

PANELS: tuple[Fill, ...] = (
    services.by_week,
    staff.by_week,
    tracks.tracks,
    tracks.by_week,
    usable.binding,
    funnel.by_month,
)
"""The functions that give panels, in the order of their files."""

MEASURES: tuple[Measure, ...] = (
    Measure("census.mean", "patients", "mean census: patients holding a place", census.census),
    Measure("census.p05", "patients", "census exceeded all but 5 % of the time", census.census),
    Measure("census.p50", "patients", "census not exceeded half of the time", census.census),
    Measure("census.p90", "patients", "census not exceeded 90 % of the time", census.census),
    Measure("census.p95", "patients", "census not exceeded 95 % of the time", census.census),
    Measure("census.max", "patients", "highest census", census.census),
    Measure("occupancy", "share", "patient-days of the place ÷ days of places", census.census),
    Measure("capacity.mean", "places", "mean number of places", census.census),
    Measure("in_care.mean", "patients", "mean number whose clinical stay goes on", census.census),
    Measure("blocked.mean", "patients", "mean number ready and still holding the place", census.census),
    Measure("blocked.share", "share", "share of the census that is blocked", census.census),
    Measure("stay.blocked.share", "share", "share of ended stays kept in the place", blocking.blocked_stays),
    Measure("waiting.mean", "patients", "mean number on the waitlist, holding no place", census.census),
    Measure("waiting.p50", "patients", "waitlist not exceeded half of the time", census.census),
    Measure("waiting.p95", "patients", "waitlist not exceeded 95 % of the time", census.census),
    Measure("waiting.max", "patients", "longest waitlist", census.census),
    *_of_waits(),
    *_of_requests(),
    *_of_throughput(),
    *_of_stays(),
    Measure("ended.<reason>.share", "share", "share of ended stays that ended so", stays.ended),
    Measure(
        "positive_completion.share", "share", "share of ended stays completed or transferred", stays.ended
    ),
    *_of_patient_days(),
    Measure(
        "step_ups.per_100_stays",
        "per 100 stays",
        "stays that end in a step up, per 100 ended",
        pathways.moves,
    ),
    Measure(
        "step_down.within_7_days", "share", "completers admitted to the next level in 7 days", pathways.moves
    ),
    Measure(
        "step_down.within_14_days",
        "share",
        "completers admitted to the next level in 14 days",
        pathways.moves,
    ),
    *_of_the_way_on(),
    *_of_cohorts(),
    Measure("episodes.<reason>.share", "share", "share of discharges for that reason", outcomes.episodes),
    Measure("episodes.completed.per_month", "per month", "completed episodes per month", outcomes.episodes),
    Measure(
        "episodes.completed_relapse_free.per_month",
        "per month",
        "completed episodes without a relapse in care, per month",
        outcomes.episodes,
    ),
)

CURVES: dict[str, Table] = {
    "admitted": waits.waits_curves,
    "in_stay, in_place, ended.<reason>": stays.stays_curves,
    "retention, relapse_free or in_care, discharged.<reason>": retention.retention_curves,
    "return_to_care": outcomes.returns_curves,
}
"""Names of curves → the function that gives them."""

FUNCTIONS = cast("tuple[Table, ...]", tuple(dict.fromkeys(one.function for one in MEASURES)))
"""Each function of the table once, in its order."""

FUNCTIONS_OF_SCENARIOS = cast(
    "tuple[OfScenario, ...]", tuple(dict.fromkeys(one.function for one in OF_SCENARIOS))
)
"""Likewise."""


@lru_cache(maxsize=1024)
def measure(name: str) -> Measure:
    """The measure of that name; `ended.dropout.share` is found as `ended.<reason>.share`. Raises KeyError."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    for pattern, found in _PATTERNS:
        if pattern.fullmatch(name):
            return found
    raise KeyError(name)


def documentation() -> str:
    """A Markdown table of all measures: name, unit, meaning, and where it is defined."""
    lines = ["| measure | unit | meaning | defined in |", "|---|---|---|---|"]
    for one in (*MEASURES, *OF_SCENARIOS):
        place = f"{one.function.__module__.replace('.', '/')}.py, `{one.function.__name__}`"
        lines.append(f"| `{one.name}` | {one.unit} | {one.meaning} | {place} |")
    return "\n".join(lines) + "\n"


_BY_NAME = {one.name: one for one in (*MEASURES, *OF_SCENARIOS)}

_PATTERNS = [
    (re.compile(re.sub(r"<\w+>", r"[\\w-]+", one.name.replace(".", r"\."))), one)
    for one in _BY_NAME.values()
    if "<" in one.name
]
