"""Services told twice: by the arrays of the measure, and patient by patient, day by day, as the page says it.

The second way is written here, plainly, from section 9 of the model page, and shares nothing with the first
but the log and the scenario.
"""

from math import ceil, floor
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st
from scenarios_at_random import tables, text
from side_by_side import outcome, ready

from sim.engines import reference
from sim.errors import SimError
from sim.log import Log
from sim.measures.services import (
    ATTENDED,
    GROUPS,
    HOURS,
    NOTE_HOURS,
    SCHEDULED,
    STAFF_HOURS,
    Offer,
    service_days,
)
from sim.scenario.load import loads
from sim.scenario.types import Scenario, Service
from sim.words import Event

FEW_ROUNDS = 500
"""Patients who move without end are given up early."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@st.composite
def frequencies(draw: st.DrawFn, *, grouped: bool) -> dict[str, Any]:
    if not grouped and draw(st.booleans()):
        return {"per_week": draw(st.sampled_from([0, 0.5, 3]))}
    return {"weekdays": draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True))}


@st.composite
def offered(draw: st.DrawFn) -> dict[str, Any]:
    """One service: some in groups, some that taper, some with more after a relapse."""
    grouped = draw(st.booleans())
    often = frequencies(grouped=grouped)
    made = {"hours": 2, "attended": 0.75, "notes": "6 minutes"} | draw(often)
    if grouped:
        made["group_size"] = draw(st.sampled_from([1, 2, 12]))
    afters = draw(st.lists(st.sampled_from([0.5, 1, 3, 4.5, 9]), unique=True, max_size=3))
    made["taper"] = [{"after": after} | draw(often) for after in sorted(afters)]
    if draw(st.booleans()):
        made["after_relapse"] = {"for": draw(st.sampled_from([1, 2.5, 6]))} | draw(often)
    return made


@st.composite
def with_services(draw: st.DrawFn) -> str:
    """A random scenario each of whose levels has a service, which may change at a date."""
    made = draw(tables())
    for level in made["levels"].values():
        level["services"] = {"this": draw(offered())}
        if "ends" not in level and draw(st.booleans()):
            level["relapse"] = "36 hours"  # so that many are after one, or after several
    if draw(st.booleans()):
        change = {"this": {"hours": 3, "after_relapse": {"for": 2, "weekdays": ["sun"]}}}
        where = draw(st.sampled_from(list(made["levels"])))
        made.setdefault("changes", []).append({"on": 6.5, "levels": {where: {"services": change}}})
    return text(made)


class Stay(NamedTuple):
    level: int
    admitted: float
    left: float
    relapses: list[float]


def stays_of(log: Log) -> list[Stay]:
    """Every stay, read from the rows one after the other."""
    found: list[Stay] = []
    open_: dict[int, Stay] = {}
    columns = log.columns
    for time, patient, event, level in zip(
        columns.time, columns.patient, columns.event, columns.level, strict=True
    ):
        if event == Event.ADMIT:
            open_[patient] = Stay(int(level), float(time), float("inf"), [])
        elif event == Event.RELAPSE:
            open_[patient].relapses.append(float(time))
        elif event == Event.LEAVE:
            found.append(open_.pop(patient)._replace(left=float(time)))
    return found + list(open_.values())


def phase_of(stay: Stay, service: Service, day: int) -> Any:
    """How often she is seen on that day: as after a relapse, by the last phase that has begun, or as at
    first."""
    if service.after_relapse is not None:
        length = ceil(service.after_relapse.for_)
        if any(floor(time) < day <= floor(time) + length for time in stay.relapses):
            return service.after_relapse
    age = day - floor(stay.admitted)
    return next((phase for phase in reversed(service.taper) if phase.after <= age), service)


def scheduled_on(stays: list[Stay], service: Service, day: int, *, weekday: int) -> float:
    total = 0.0
    for stay in stays:
        if stay.admitted < day + 1 <= stay.left:
            phase = phase_of(stay, service, day)
            total += phase.per_week / 7 if phase.weekdays is None else weekday in phase.weekdays
    return total


def in_force(scenario: Scenario, day: int) -> Scenario:
    """The scenario as it is just after that day has begun."""
    return [regime for since, regime in scenario.regimes if since <= day][-1]  # type: ignore[return-value]


@settings(max_examples=15, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(with_services())
def test_arrays_tell_what_is_found_patient_by_patient_and_day_by_day(written: str) -> None:
    try:
        scenario = loads(written)
    except SimError:
        reject()
    (one,) = ready(scenario, replications=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference, "ROUNDS_AT_MOST", FEW_ROUNDS)
        log = outcome(one, "reference")
    if isinstance(log, str):
        reject()
    found, stays = service_days(log, scenario), stays_of(log)
    assert found.first == ceil(log.window_start)
    for row, offer in enumerate(found.offers):
        here = [stay for stay in stays if stay.level == offer.level]
        expected = [
            figures_on(scenario, offer, here, day, weekday=(log.start.weekday() + day) % 7)
            for day in range(found.first, floor(log.window_end))
        ]
        assert found.figures[row][:, TOLD] == pytest.approx(np.array(expected))


TOLD = [SCHEDULED, ATTENDED, HOURS, NOTE_HOURS, GROUPS, STAFF_HOURS]


def figures_on(
    scenario: Scenario, offer: Offer, stays: list[Stay], day: int, *, weekday: int
) -> tuple[float, ...]:
    """The figures `TOLD` of one service on one day."""
    service = in_force(scenario, day).levels[offer.level_name].services[offer.name]
    scheduled = scheduled_on(stays, service, day, weekday=weekday)
    attended = scheduled * service.attended
    groups = 0 if service.group_size is None else ceil(scheduled / service.group_size)
    led = attended * service.hours if service.group_size is None else groups * service.hours
    return scheduled, attended, attended * service.hours, attended * 0.1, groups, led
