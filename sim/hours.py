"""How many hours of services a week a patient is offered, phase by phase of her stay, before any run.

Beside each level whose title names its ASAM level stands the band of hours that goes with it. What patients
attend follows from who is there, and is left to `sim/measures/services.py`.
"""

import re
from math import inf
from typing import NamedTuple

from sim.scenario.services import Frequency, Service
from sim.scenario.types import Scenario

BANDS: dict[str, tuple[float, float]] = {"1": (0.0, 9.0), "2.1": (9.0, 19.0), "2.5": (20.0, inf)}
"""Hours a week of an adult by ASAM level: below 9; 9 to 19; 20 or more. As in 77 Ill. Adm. Code 2060.410 and
Virginia 12VAC35-105, read 2026-11-22; other states differ, and those of residential levels do so widely."""


class Offered(NamedTuple):
    """What one level offers each patient from some day of her stay on."""

    level: str
    from_day: float
    hours: float  # a week
    after_relapse: float | None  # the same for a while after a relapse; None where that changes nothing
    band: str  # the ASAM level and its hours in words; "" where the title names none with a band
    within: bool  # whether the hours are in the band; True where there is none


def hours_a_week(scenario: Scenario) -> list[Offered]:
    """A row for each phase of each level that has services, as they are on day 0."""
    found = []
    for name, level in scenario.levels.items():
        services = level.services.values()
        days = sorted({0.0, *(phase.after for service in services for phase in service.taper)})
        asam = _asam(level.title or "")
        for day in days if services else ():
            hours = sum(service.hours * _a_week(_phase(service, day)) for service in services)
            relapsed = sum(
                service.hours * _a_week(service.after_relapse or _phase(service, day)) for service in services
            )
            answers = any(service.after_relapse for service in services)
            band, within = _band(asam, hours)
            found.append(Offered(name, day, hours, relapsed if answers else None, band, within))
    return found


def _phase(service: Service, day: float) -> Frequency:
    """The last phase of a service that has begun by that day of the stay."""
    return next((phase for phase in reversed(service.taper) if phase.after <= day), service)


def _a_week(often: Frequency) -> float:
    return (often.per_week or 0.0) if often.weekdays is None else float(len(often.weekdays))


def _asam(title: str) -> str:
    """The ASAM level that a title names; empty where it names none."""
    found = re.search(r"\bASAM (\d(?:\.\d)?)(?![\d.]*\d)", title)
    return found.group(1) if found else ""


def _band(asam: str, hours: float) -> tuple[str, bool]:
    if asam not in BANDS:
        return "", True
    low, high = BANDS[asam]
    if not low:
        return f"ASAM {asam}: below {high:g}", hours < high
    words = f"{low:g} or more" if high == inf else f"{low:g} to {high:g}"
    return f"ASAM {asam}: {words}", low <= hours <= high
