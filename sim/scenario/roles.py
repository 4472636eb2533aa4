"""The staff of a programme as a scenario file describes it: roles, and by which drivers levels need them.

How many FTE a need comes to is arithmetic (`sim/staffing.py`); how many a run needs is measured
(`sim/measures/staff.py`). Nothing here acts on a course.
"""

from typing import Annotated, Any, Literal, get_args

from pydantic import PlainValidator, ValidationInfo

from sim.scenario import context
from sim.scenario.context import RESERVED, Context
from sim.scenario.faults import Troubles, build, keys_of, listed, nearest, shown, wrong
from sim.scenario.roster import Rosters, TurnoverTable
from sim.scenario.values import (
    Days,
    Says,
    Share,
    Table,
    Text,
    entries,
    items,
    key,
    name_of,
    new_name,
    number,
    text,
)
from sim.staffing import (
    WEEKS_A_YEAR,
    Line,
    caseload,
    net_hours,
    post,
    ratio,
    relief_factor,
    working_hours,
)

Driver = Literal["post", "ratio", "caseload", "workload", "session"]
DRIVERS: tuple[str, ...] = get_args(Driver)

BELONGS: dict[str, tuple[str, ...]] = {
    "post": ("posts", "hours_per_day", "days_per_week", "shift"),
    "ratio": ("patients_per_staff", "at_least", "hours_per_day", "days_per_week", "shift"),
    "caseload": ("patients_per_staff",),
    "workload": ("services", "per_admission", "per_discharge", "per_patient_week"),
    "session": ("service", "facilitators"),
}
"""Driver → the keys that belong to it, beside `level`, `driver` and `source`."""

WANTS: dict[str, tuple[str, str]] = {
    "ratio": ("patients_per_staff", "patients of one member of staff"),
    "caseload": ("patients_per_staff", "patients of one FTE"),
    "session": ("service", "the service whose groups are led"),
}
"""Driver → the key that it cannot do without, and what that is."""

MOST = 10_000
"""More staff, or patients of one of them, are a mistake."""


def _hours_a_week(raw: Any) -> float:
    return number(raw, low=0.0, high=168.0, above=True, wanted="hours a week, above 0 and at most 168")


def _hours(raw: Any) -> float:
    return number(raw, low=0.0, high=8784.0, wanted="hours, 0 or more")


def _hours_a_day(raw: Any) -> float:
    return number(raw, low=0.0, high=24.0, above=True, wanted="hours a day, above 0 and at most 24")


def _days_a_week(raw: Any) -> float:
    return number(raw, low=0.0, high=7.0, above=True, wanted="days a week, above 0 and at most 7")


def _patients(raw: Any) -> float:
    return number(raw, low=0.0, high=MOST, above=True, wanted=f"patients, above 0 and at most {MOST}")


def _staff(raw: Any) -> float:
    return number(raw, low=0.0, high=MOST, wanted=f"staff, 0 or more and at most {MOST}")


def _above_none(raw: Any) -> float:
    return number(raw, low=0.0, high=MOST, above=True, wanted=f"staff, above 0 and at most {MOST}")


def _productive(raw: Any) -> float:
    return number(raw, low=0.0, high=1.0, above=True, wanted="a share above 0 and at most 1")


def _number(parse: Any) -> PlainValidator:
    return PlainValidator(parse, json_schema_input_type=float)


def _yes_or_no(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise wrong(f"is {shown(raw)}", "true or false")
    return raw


LIMITING = "true only where the driver is post, ratio or caseload"

Limits = Annotated[bool, PlainValidator(_yes_or_no, json_schema_input_type=bool), Says("true or false")]
Hours = Annotated[float, _number(_hours), Says("hours")]
Staff = Annotated[float, _number(_staff), Says("number")]


def _shift(raw: Any) -> str:
    new_name(text(raw), (), "a shift")
    return str(raw)


def _level(raw: Any, info: ValidationInfo) -> str:
    return name_of(raw, context.of(info).levels, "level")


_TEXT = {"json_schema_input_type": str}


class Need(Table):
    """Why a level needs a role, and by what the number of staff goes: its driver."""

    level: Annotated[str, PlainValidator(_level, **_TEXT), Says("name of a level")] = key(
        ..., "The level that needs the role."
    )
    driver: Driver = key(
        ..., "What the need goes by: post, ratio, caseload, workload or session (the model page, section 9)."
    )
    posts: Annotated[float, _number(_above_none), Says("number above 0")] = key(
        1.0, "Post: how many are staffed, whoever is there.", unit="posts"
    )
    patients_per_staff: Annotated[float, _number(_patients), Says("number above 0")] | None = key(
        None, "Ratio, caseload: patients of one member of staff. Required for both.", unit="patients"
    )
    at_least: Staff = key(0.0, "Ratio: so many are there however few the patients.", unit="staff")
    hours_per_day: Annotated[float, _number(_hours_a_day), Says("hours above 0")] = key(
        24.0, "Post, ratio: hours a day that are staffed.", unit="hours"
    )
    days_per_week: Annotated[float, _number(_days_a_week), Says("number above 0")] = key(
        7.0, "Post, ratio: days a week that are staffed.", unit="days"
    )
    shift: Annotated[str, PlainValidator(_shift, **_TEXT), Says("text")] | None = key(
        None, "Post, ratio: a name; needs of a level with different shifts add up."
    )
    services: (
        Annotated[
            tuple[str, ...],
            PlainValidator(lambda raw: items(raw, text, least=1), json_schema_input_type=list[str]),
            Says("list of names of services"),
        ]
        | None
    ) = key(None, "Workload: the services of the level that the role gives; default all of them.")
    per_admission: Days = key(0.0, "Workload: time for each admission.", unit="days")
    per_discharge: Days = key(0.0, "Workload: time for each stay that ends.", unit="days")
    per_patient_week: Days = key(
        0.0, "Workload: time a week for each patient: plans, reviews, calls.", unit="days"
    )
    service: Text | None = key(None, "Session: the service whose groups are led. Required.")
    facilitators: Annotated[float, _number(_above_none), Says("number above 0")] = key(
        1.0, "Session: how many of the role lead one group.", unit="staff"
    )
    limits: Limits = key(
        False, "Post, ratio, caseload: whether nobody is admitted whom the staff present cannot serve."
    )
    source: Text | None = key(None, "Where the numbers come from.")

    @classmethod
    def together(cls, raw: dict[str, Any], known: Context, troubles: Troubles) -> None:
        """Notes keys of another driver, keys that are missing, and services that the level has not."""
        driver = raw.get("driver")
        if driver not in DRIVERS:
            return
        mine = BELONGS[driver]
        for name in raw:
            if name in keys_of(cls) and name not in (*mine, *COMMON):
                troubles.add((name,), f'does not belong to the driver "{driver}"', listed(mine))
        if driver in WANTS and WANTS[driver][0] not in raw:
            wanted, what = WANTS[driver]
            troubles.add((wanted,), "is missing", what)
        there = known.services.get(raw["level"], ()) if isinstance(raw.get("level"), str) else ()
        if driver in ("workload", "session") and raw.get("limits") is True:
            troubles.add(("limits",), f"is true, but a need by {driver} follows from the week", LIMITING)
        if driver == "workload":
            _workload(raw, there, troubles)
        if driver == "session" and isinstance(led := raw.get("service"), str):
            _known_service(("service",), led, there, troubles)


COMMON = ("level", "driver", "limits", "source")
"""Keys of a need whatever its driver."""


def _workload(raw: dict[str, Any], there: tuple[str, ...], troubles: Troubles) -> None:
    """Notes services that the level has not, and work that is none."""
    named = raw.get("services")
    for place, name in enumerate(named if isinstance(named, list | tuple) else ()):
        if isinstance(name, str):
            _known_service(("services", place), name, there, troubles)
    tasks = ("per_admission", "per_discharge", "per_patient_week")
    if named is None and not there and not any(name in raw for name in tasks):
        what = "asks for no work: the level has no services"
        troubles.add((), what, f"`services` of the level, {listed(tasks)}")


def _known_service(at: tuple[str | int, ...], name: str, there: tuple[str, ...], troubles: Troubles) -> None:
    if name not in there:
        hint = nearest(name, there)
        wanted = "" if hint else listed(there) or "a service, but the level has none"
        troubles.add(at, f"{shown(name)} is no service of the level", wanted, hint and shown(hint))


def _needs(raw: Any, info: ValidationInfo) -> tuple[Need, ...]:
    return items(raw, lambda item: build(Need, item, context.of(info)))


Needs = Annotated[
    tuple[Need, ...],
    PlainValidator(_needs, json_schema_input_type=list[Need]),
    Says("list of tables"),
]


class Role(Table):
    """One kind of staff: the hours of a full-time equivalent (FTE), and what needs it."""

    title: Text | None = key(None, "How figures and tables call the role.")
    paid_hours_per_week: Annotated[float, _number(_hours_a_week), Says("hours above 0")] = key(
        40.0, "Hours a week for which one FTE is paid.", unit="hours"
    )
    absent_hours_per_year: Hours = key(
        0.0, "Paid hours of a year that one FTE is not there: leave, sickness, training.", unit="hours"
    )
    meeting_hours_per_week: Hours = key(
        0.0, "Hours a week in meetings and supervision, for neither patients nor notes.", unit="hours"
    )
    productive_share: Annotated[float, _number(_productive), Says("share above 0")] | None = key(
        None, "Instead of meetings and absence: share of paid hours for patients, notes and tasks."
    )
    overtime_at_most: Share = key(
        0.0, "Share of the hours of those present that may be worked as overtime; the rest is agency."
    )
    needs: Needs = key((), "What needs the role, level by level, each by a driver.")
    floors: Needs = key(
        (), "Needs that a rule sets, such as a state's ratio: they hold beside `needs`; presets name them."
    )
    roster: Rosters = key(
        (), "Who is there: positions, each with its FTE and, if they are not always there, their dates."
    )
    turnover: TurnoverTable | None = key(
        None, "How positions fall vacant and are filled again. Without it whoever is there stays."
    )
    source: Text | None = key(None, "Where the numbers come from.")

    @classmethod
    def together(cls, raw: dict[str, Any], known: Context, troubles: Troubles) -> None:
        """Notes hours of which none is left, a productive share beside meetings, limits without a roster."""
        _roster(raw, troubles)
        if "productive_share" in raw and "meeting_hours_per_week" in raw:
            troubles.add(
                ("productive_share",),
                "stands beside `meeting_hours_per_week`",
                "one of them: the share leaves meetings out already",
            )
        paid = _read(raw, "paid_hours_per_week", 40.0)
        absent, meetings = (_read(raw, f"{name}", 0.0) for name in ("absent_hours_per_year", MEETINGS))
        if absent >= WEEKS_A_YEAR * paid > 0:
            troubles.add(
                ("absent_hours_per_year",),
                f"is {absent:g}",
                f"less than the {WEEKS_A_YEAR * paid:g} hours paid in 52 weeks",
            )
        if meetings >= paid > 0:
            troubles.add((MEETINGS,), f"is {meetings:g}", f"less than the {paid:g} hours paid in a week")

    @property
    def net_hours(self) -> float:
        """Hours a year that one FTE is there."""
        return net_hours(paid_per_week=self.paid_hours_per_week, absent_per_year=self.absent_hours_per_year)

    @property
    def working_hours(self) -> float:
        """Hours a week that one FTE has for patients, notes and tasks."""
        if self.productive_share is not None:
            return self.paid_hours_per_week * self.productive_share
        return working_hours(
            paid_per_week=self.paid_hours_per_week,
            absent_per_year=self.absent_hours_per_year,
            meetings_per_week=self.meeting_hours_per_week,
        )

    def needs_of(self, level: str) -> tuple[Need, ...]:
        """All that the level needs of the role, floors last."""
        return tuple(need for need in (*self.needs, *self.floors) if need.level == level)

    def line(self, need: Need) -> Line:
        """The need as a line of `sim/staffing.py`; of the drivers post, ratio and caseload only."""
        relief = relief_factor(
            hours_per_day=need.hours_per_day, days_per_week=need.days_per_week, net=self.net_hours
        )
        if need.driver == "post":
            return post(posts=need.posts, relief=relief)
        assert need.patients_per_staff is not None
        if need.driver == "caseload":
            return caseload(patients_per_staff=need.patients_per_staff)
        return ratio(patients_per_staff=need.patients_per_staff, at_least=need.at_least, relief=relief)


def _roster(raw: dict[str, Any], troubles: Troubles) -> None:
    """Notes turnover of nobody, and needs that limit where nobody says who is there."""
    if "roster" in raw:
        return
    wanted = "a `roster`: who is there"
    if "turnover" in raw:
        troubles.add(("turnover",), "is of nobody", wanted)
    for name in ("needs", "floors"):
        needs = raw.get(name)
        for place, need in enumerate(needs if isinstance(needs, list | tuple) else ()):
            if isinstance(need, dict) and need.get("limits") is True:
                troubles.add((name, place, "limits"), "limits by a role without a roster", wanted)


MEETINGS = "meeting_hours_per_week"


def _read(raw: dict[str, Any], name: str, default: float) -> float:
    """A number of the raw table; the default where it is none."""
    value = raw.get(name, default)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default


def alternatives(needs: tuple[Need, ...]) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """The needs of one level and role, by their places, as `sim.staffing.Lines` are nested.

    A need without a shift stands for itself. Those with shifts are together one alternative, in which the
    shifts add up and within a shift the greatest holds.
    """
    alone = tuple(((place,),) for place, need in enumerate(needs) if need.shift is None)
    shifts = dict.fromkeys(need.shift for need in needs if need.shift is not None)
    together = tuple(
        tuple(place for place, need in enumerate(needs) if need.shift == shift) for shift in shifts
    )
    return (*alone, together) if together else alone


def _roles(raw: Any, info: ValidationInfo) -> dict[str, Role]:
    known = context.of(info)
    troubles = Troubles()
    parsed: dict[str, Role] = {}
    for name, value in entries(raw, wanted="a table of roles by name").items():
        troubles.take((name,), new_name, name, ROLES_RESERVED, "a role")
        if (role := troubles.take((name,), build, Role, value, known)) is not None:
            parsed[name] = role
    troubles.done()
    return parsed


ROLES_RESERVED = frozenset({*RESERVED, "place", "seat"})
"""Words that no role can be called by: those that bind a level beside its roles, too."""

Roles = Annotated[
    dict[str, Role],
    PlainValidator(_roles, json_schema_input_type=dict[str, Role | str]),
    Says("table of roles"),
]
