"""How many staff a programme needs, role by role and week by week, and what it is that needs them.

Needed staff follow from census, services and moves (`docs/model.md`, section 9): nothing is drawn, and no
course turns on them. Who is present is in the log, where a scenario has rosters; the arithmetic of one need
is in `sim/staffing.py`.
"""

from collections.abc import Iterator
from itertools import pairwise
from math import floor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim import staffing
from sim.log import Floats, Integers, Log
from sim.measures import steps
from sim.measures.census import DAILY_MEASURES, daily_figures, first_day
from sim.measures.histories import histories
from sim.measures.panels import Filled, Panel
from sim.measures.remembered import remembered
from sim.measures.services import HOURS_A_DAY, NOTE_HOURS, STAFF_HOURS, service_days
from sim.measures.tidy import WHOLE, Value
from sim.scenario.roles import DRIVERS, alternatives
from sim.scenario.types import Need, Role, Scenario
from sim.words import Event

PERCENTILES = (80, 95)
"""Of the weeks of a window: a plan for four weeks in five, and for nineteen in twenty."""

FLOOR = "floor"
"""Stands beside the drivers where what binds is a rule's."""


class Needed(NamedTuple):
    """What one level needs of one role in each whole week of the window."""

    fte: Floats
    driver: Integers  # what binds, as its place in `DRIVERS`
    floor: npt.NDArray[np.bool_]  # whether that is a floor


class Present(NamedTuple):
    """Who is there of one role in each whole week, and what becomes of the hours that are short."""

    fte: Floats
    overtime: Floats  # hours
    agency: Floats  # hours


def weeks_in(log: Log) -> int:
    """How many whole weeks the window has, counted from its first whole day."""
    return (floor(log.window_end) - first_day(log)) // 7


@remembered
def needed(log: Log, scenario: Scenario) -> dict[tuple[str, str], Needed]:
    """What each level needs of each role, by (role, level), in the order of the file.

    Each need by week: posts, ratios and caseloads the mean over its days of the FTE for the census just
    before each day ends; workload and sessions the hours of the week ÷ the hours that an FTE has for them in
    a week. Of the alternatives the greatest holds, and of equal ones the first; shifts add up, and the
    greatest of them is named as what binds. Empty for a window shorter than a week.
    """
    weeks = weeks_in(log)
    if not weeks:
        return {}
    return {
        (name, level): _needed(log, scenario, role, level, weeks=weeks)
        for name, role in scenario.roles.items()
        for level in scenario.levels
        if role.needs_of(level)
    }


@remembered
def present(log: Log, scenario: Scenario) -> dict[str, Present]:
    """Who is there of each role that has a roster, in the order of the file.

    FTE: the mean over the time of each week. Of the hours short (needed less present, at net hours ÷ 52 a
    week for each FTE) `overtime_at_most` of the hours of those present are worked as overtime, the rest by
    agency.
    """
    weeks, found = weeks_in(log), {}
    demand = of_roles(log, scenario)
    for name, role in scenario.roles.items():
        rows = _staff_rows(log, name)
        if not weeks or not len(rows) or name not in demand:
            continue
        held = steps.given(log.columns.time[rows], log.columns.value[rows])
        edges = first_day(log) + 7.0 * np.arange(weeks + 1)
        there = np.array([steps.mean(*steps.clipped(held, start, end)) for start, end in pairwise(edges)])
        hours = role.net_hours / staffing.WEEKS_A_YEAR
        short = np.maximum(demand[name] - there, 0.0) * hours
        overtime = np.minimum(short, role.overtime_at_most * there * hours)
        found[name] = Present(there, overtime, short - overtime)
    return found


def of_roles(log: Log, scenario: Scenario) -> dict[str, Floats]:
    """FTE that all levels together need of each role, week by week."""
    sums: dict[str, Floats] = {}
    for (role, _), one in needed(log, scenario).items():
        sums[role] = sums.get(role, 0.0) + one.fte
    return sums


def by_week(log: Log, scenario: Scenario) -> Filled | None:
    """The panel `staff`: each role in each whole week of the window, all levels together (level "") and each.

    `needed`: FTE. `binds.<driver>`, `binds.floor`: the share of those FTE of which this driver, or a floor,
    is what binds; of one level 0 or 1; NaN where nothing is needed. Of roles with a roster, all levels
    together, beside them: `present` and `gap` (needed less present) in FTE, `overtime` and `agency` in hours.
    None where no level needs a role, or the window is shorter than a week.
    """
    known, there = needed(log, scenario), present(log, scenario)
    if not known:
        return None
    drivers = drivers_of(scenario)
    figures = (
        "needed",
        *(("present", "gap", "overtime", "agency") if there else ()),
        *(f"binds.{one}" for one in drivers),
    )
    keys, columns = [], []
    for role in dict.fromkeys(role for role, _ in known):
        rows = {level: one for (name, level), one in known.items() if name == role}
        for level in (WHOLE, *rows):
            keys.append((role, level))
            columns.append(_columns(rows, there.get(role), level, drivers=drivers, rostered=bool(there)))
    values = np.stack(columns).transpose(2, 0, 1)
    weeks = values.shape[0]
    panel = Panel(
        "staff",
        ("week", "role", "level"),
        tuple((week, *key) for week in range(weeks) for key in keys),
        figures,
    )
    return Filled(panel, values.reshape(-1, len(figures)))


def drivers_of(scenario: Scenario) -> tuple[str, ...]:
    """The drivers that any need of the scenario has, then `FLOOR` where there is a floor."""
    needs = [need for role in scenario.roles.values() for need in (*role.needs, *role.floors)]
    used = {need.driver for need in needs}
    has_floor = any(role.floors for role in scenario.roles.values())
    return (*(one for one in DRIVERS if one in used), *((FLOOR,) if has_floor else ()))


def staff(log: Log, scenario: Scenario) -> Iterator[Value]:
    """Staff of each role: by level, and for all levels together under level "".

    Over the whole weeks of the window:

    * staff.<role>.needed.mean: mean FTE needed; .p80, .p95: FTE that 80 and 95 % of the weeks do not exceed,
      interpolated between weeks as percentiles of type 7.
    * staff.<role>.binds.<driver>: at one level the share of the weeks with a need in which this driver binds,
      for all levels together the share of the FTE needed. `floor` beside the drivers: of which a floor is
      what binds. Null where nothing is needed.
    * Of roles with a roster, all levels together: staff.<role>.present.mean: mean FTE present;
      staff.<role>.gap.mean: needed less present; staff.<role>.short_weeks: share of weeks in which more are
      needed than present; staff.<role>.overtime.per_week, staff.<role>.agency.per_week: hours a week.
    """
    known, there = needed(log, scenario), present(log, scenario)
    drivers = drivers_of(scenario)
    for role in dict.fromkeys(role for role, _ in known):
        rows = {level: one for (name, level), one in known.items() if name == role}
        for level in (WHOLE, *rows):
            yield from _values(role, level, rows, drivers=drivers)
        if role in there:
            yield from _of_roster(role, _total(rows), there[role])


def _values(role: str, level: str, rows: dict[str, Needed], *, drivers: tuple[str, ...]) -> Iterator[Value]:
    of = rows if level == WHOLE else {level: rows[level]}
    total = _total(of)
    yield Value(f"staff.{role}.needed.mean", level, float(total.mean()))
    for percent, value in zip(PERCENTILES, np.percentile(total, PERCENTILES), strict=True):
        yield Value(f"staff.{role}.needed.p{percent}", level, float(value))
    weights = total if level == WHOLE else (total > 0.0).astype(np.float64)
    whole = float(weights.sum())
    for driver in drivers:
        bound = _shares(of, driver)[total > 0.0] @ weights[total > 0.0]
        share = float(bound) / whole if whole else np.nan
        yield Value(f"staff.{role}.binds.{driver}", level, share)


def _of_roster(role: str, total: Floats, there: Present) -> Iterator[Value]:
    gap = total - there.fte
    yield Value(f"staff.{role}.present.mean", WHOLE, float(there.fte.mean()))
    yield Value(f"staff.{role}.gap.mean", WHOLE, float(gap.mean()))
    yield Value(f"staff.{role}.short_weeks", WHOLE, float((gap > staffing.ROUNDING).mean()))
    yield Value(f"staff.{role}.overtime.per_week", WHOLE, float(there.overtime.mean()))
    yield Value(f"staff.{role}.agency.per_week", WHOLE, float(there.agency.mean()))


def _columns(
    rows: dict[str, Needed], there: Present | None, level: str, *, drivers: tuple[str, ...], rostered: bool
) -> Floats:
    """The figures of one row of the panel, week by week: figures × weeks."""
    of = rows if level == WHOLE else {level: rows[level]}
    total = _total(of)
    figures = [total]
    if rostered:
        nothing = np.full(len(total), np.nan)
        told = there if there is not None and level == WHOLE else Present(nothing, nothing, nothing)
        figures += [told.fte, total - told.fte, told.overtime, told.agency]
    figures += [_shares(of, driver) for driver in drivers]
    return np.stack(figures)


def _total(rows: dict[str, Needed]) -> Floats:
    total: Floats = np.sum([one.fte for one in rows.values()], axis=0)
    return total


def _shares(rows: dict[str, Needed], driver: str) -> Floats:
    """The share of each week's FTE of which a driver, or a floor, is what binds; NaN where none is needed."""
    bound = np.sum(
        [
            one.fte * (one.floor if driver == FLOOR else one.driver == DRIVERS.index(driver))
            for one in rows.values()
        ],
        axis=0,
    )
    total = _total(rows)
    shares: Floats = bound / np.where(total > 0.0, total, np.nan)
    return shares


# ---- one level and role


def _needed(log: Log, scenario: Scenario, role: Role, level: str, *, weeks: int) -> Needed:
    needs = role.needs_of(level)
    each = np.stack([_fte(log, scenario, role, need, weeks=weeks) for need in needs])
    driver = np.array([DRIVERS.index(need.driver) for need in needs])
    is_floor = np.array([any(need is one for one in role.floors) for need in needs])
    sums, binding = [], []
    for shifts in alternatives(needs):
        tops = np.stack([each[list(shift)].max(axis=0) for shift in shifts])
        which = np.stack([np.array(shift)[each[list(shift)].argmax(axis=0)] for shift in shifts])
        sums.append(tops.sum(axis=0))
        binding.append(np.take_along_axis(which, tops.argmax(axis=0)[None], axis=0)[0])
    best = np.argmax(sums, axis=0)[None]
    binds = np.take_along_axis(np.stack(binding), best, axis=0)[0]
    fte = np.take_along_axis(np.stack(sums), best, axis=0)[0]
    return Needed(fte, driver[binds], is_floor[binds])


def _fte(log: Log, scenario: Scenario, role: Role, need: Need, *, weeks: int) -> Floats:
    """The FTE of one need in each week."""
    if need.driver == "workload":
        return _weekly(_work(log, scenario, need), weeks) / role.working_hours
    if need.driver == "session":
        hours = _hours(log, scenario, need.level, (need.service,), notes=False)
        return _weekly(hours, weeks) * need.facilitators / role.working_hours
    line, census = role.line(need), _census(log, scenario, need.level)
    known = np.array([staffing.fte(line, n) for n in range(int(census.max(initial=0)) + 1)])
    return _weekly(known[census.astype(np.int64)], weeks) / 7.0


def _weekly(days: Floats, weeks: int) -> Floats:
    """The sum over the days of each whole week."""
    sums: Floats = days[: 7 * weeks].reshape(weeks, 7).sum(axis=1)
    return sums


def _work(log: Log, scenario: Scenario, need: Need) -> Floats:
    """Hours of services, notes and tasks that a need by workload has on each day of the window."""
    hours = _hours(log, scenario, need.level, need.services, notes=True)
    level = list(scenario.levels).index(need.level)
    stays = histories(log).stays
    here = stays.level == level
    for each, days in (
        (need.per_admission, stays.admitted[here & ~stays.start]),
        (need.per_discharge, stays.left[here]),
    ):
        hours = hours + each * HOURS_A_DAY * _on_days(log, days, len(hours))
    return hours + need.per_patient_week * HOURS_A_DAY / 7.0 * _census(log, scenario, need.level)


def _on_days(log: Log, times: Floats, days: int) -> Integers:
    """How many of the times fall on each whole day of the window."""
    day = np.floor(times[~np.isnan(times)]).astype(np.int64) - first_day(log)
    return np.bincount(day[(day >= 0) & (day < days)], minlength=days)


def _hours(
    log: Log, scenario: Scenario, level: str, names: tuple[str | None, ...] | None, *, notes: bool
) -> Floats:
    """Hours that staff lead services of a level, and write notes, on each day; None: all services."""
    known = service_days(log, scenario)
    rows = [
        row
        for row, one in enumerate(known.offers)
        if one.level_name == level and (names is None or one.name in names)
    ]
    figures = known.figures[rows].sum(axis=0)
    hours: Floats = figures[:, STAFF_HOURS] + (figures[:, NOTE_HOURS] if notes else 0.0)
    return hours


def _census(log: Log, scenario: Scenario, level: str) -> Floats:
    """The census of a level just before each day of the window ends."""
    number = list(scenario.levels).index(level)
    census: Floats = _daily(log)[:, number, DAILY_MEASURES.index("census")]
    return census


@remembered
def _daily(log: Log) -> Floats:
    return daily_figures(log)


def _staff_rows(log: Log, role: str) -> Integers:
    """The rows of the log that say how many of a role are present."""
    if role not in log.labels:
        return np.zeros(0, dtype=np.int64)
    reason = len(log.reasons) + log.labels.index(role)
    columns = log.columns
    return np.flatnonzero((columns.event == Event.STAFF) & (columns.reason == reason))
