"""A level of care as a scenario file describes it: places, door, stay, clocks, rules and waitlist."""

import math
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, ValidationInfo, model_validator

from sim.scenario import context
from sim.scenario.choice import CLOCK_INPUT, DURATION_INPUT, ByNumber, Choice, choice, clock_or_share
from sim.scenario.conditions import Condition, condition
from sim.scenario.context import RESERVED_REASONS, Context
from sim.scenario.faults import Troubles, build, listed, nearest, shown, wrong
from sim.scenario.moves import (
    CONTINUE,
    EXTEND,
    STAY,
    Duration,
    Holding,
    Moving,
    Rule,
    Rules,
    Staying,
    StayRules,
    rules,
)
from sim.scenario.services import Services
from sim.scenario.tracks import Tracks, seats_of
from sim.scenario.values import (
    DURATION,
    SHARE,
    Count,
    Days,
    Days_,
    DaysAbove0,
    Hour,
    Says,
    Share,
    Table,
    Text,
    Weekdays,
    days,
    entries,
    items,
    key,
    name_of,
    new_name,
    share,
)


def _clock(raw: Any, info: ValidationInfo) -> Choice:
    return choice(raw, context.of(info), clock=True)


def _clock_or_share(raw: Any, info: ValidationInfo) -> float | ByNumber | Choice:
    return clock_or_share(raw, context.of(info))


Clock = Annotated[
    Choice, PlainValidator(_clock, json_schema_input_type=DURATION_INPUT), Says("duration or distribution")
]
ClockOrShare = Annotated[
    float | ByNumber | Choice,
    PlainValidator(_clock_or_share, json_schema_input_type=CLOCK_INPUT),
    Says("distribution, or a probability per stay"),
]


class End(Table):
    """One reason for which stays end, as published tables have it."""

    share: Share = key(..., "Share of the stays that end for this reason; the shares of a level sum to 1.")
    stay: Duration = key(..., "Length of the stays that end so.", unit="days")
    source: Text | None = key(None, "Where the numbers come from.")


def _level_name(raw: Any, info: ValidationInfo) -> str:
    return name_of(raw, context.of(info).levels, "level")


def _another_level(raw: Any, info: ValidationInfo) -> str:
    if raw == context.of(info).level:
        raise wrong("is the level itself", "another level")
    return _level_name(raw, info)


LevelName = Annotated[
    str, PlainValidator(_another_level, json_schema_input_type=str), Says("name of a level")
]


def _ends(raw: Any, info: ValidationInfo) -> dict[str, End]:
    known = context.of(info)
    named = entries(raw, wanted="a table of reasons, each with a share and a stay")
    troubles = Troubles()
    parsed: dict[str, End] = {}
    for name, value in named.items():
        if name not in ("completed", "dropout", "relapse"):
            troubles.take((name,), _end_name, name)
        if (end := troubles.take((name,), build, End, value, known)) is not None:
            parsed[name] = end
    total = math.fsum(end.share for end in parsed.values())
    if not named:
        troubles.add((), "is an empty table", "reasons whose shares sum to 1")
    elif len(parsed) == len(named) and abs(total - 1.0) > 1e-9:
        troubles.add((), f"shares sum to {total:.10g}", "a sum of 1")
    troubles.done()
    return parsed


def _end_name(name: str) -> None:
    if name == "died":
        raise wrong("has a key of its own", "the level's key `death`, a clock")
    new_name(name, RESERVED_REASONS, "an end of a stay")


def _other_ends(raw: Any, info: ValidationInfo) -> dict[str, float | ByNumber | Choice]:
    known = context.of(info)
    troubles = Troubles()
    parsed: dict[str, float | ByNumber | Choice] = {}
    for name, value in entries(raw, wanted="a table of clocks by name").items():
        troubles.take((name,), _end_name, name)
        if (clock := troubles.take((name,), clock_or_share, value, known)) is not None:
            parsed[name] = clock
    troubles.done()
    return parsed


def _on_other_ends(raw: Any, info: ValidationInfo) -> dict[str, tuple[Rule, ...]]:
    troubles = Troubles()
    parsed: dict[str, tuple[Rule, ...]] = {}
    for name, value in entries(raw, wanted="a table of lists of rules, by the name of the end").items():
        if (found := troubles.take((name,), rules, value, info, Rule, temporary=False)) is not None:
            parsed[name] = found
    troubles.done()
    return parsed


class ShowUp(Table):
    """The chance that one from outside comes when her place is there, by how long she waited."""

    days: Annotated[
        tuple[float, ...],
        PlainValidator(lambda raw: items(raw, days, least=1), json_schema_input_type=list[DURATION]),
        Says("list of durations"),
    ] = key(..., "Days waited: rising, the first 0; between them the share is interpolated.", unit="days")
    share: Annotated[
        tuple[float, ...],
        PlainValidator(lambda raw: items(raw, share, least=1), json_schema_input_type=list[SHARE]),
        Says("list of shares"),
    ] = key(..., "The share that shows up, one for each entry of `days`.")
    source: Text | None = key(None, "Where the numbers come from.")

    @model_validator(mode="after")
    def _check(self) -> "ShowUp":
        troubles = Troubles()
        if len(self.share) != len(self.days):
            troubles.add(("share",), f"has {len(self.share)} entries", f"{len(self.days)}, as `days` has")
        if self.days[0] != 0.0:
            troubles.add(("days", 0), f"is {self.days[0]:g}", "0: the share of those who did not wait")
        for place in range(1, len(self.days)):
            if self.days[place] <= self.days[place - 1]:
                troubles.add(("days", place), f"is {self.days[place]:g}", "more than the entry before it")
        troubles.done()
        return self


class Review(Table):
    """What is decided every so many days of a stay."""

    every: DaysAbove0 = key(..., "Days between reviews.", unit="days")
    go: Staying | None = key(
        None,
        "What is decided: shares among stay, extend, steps, levels and discharge. Where no rule applies.",
    )
    extend_by: Days = key(0.0, "Days that `extend` adds to the planned stay.", unit="days")
    rules: StayRules = key((), "Rules, tried before `go`; the first that applies decides.")
    source: Text | None = key(None, "Where the numbers come from.")

    @classmethod
    def together(cls, raw: dict[str, Any], known: Context, troubles: Troubles) -> None:
        """Notes a review that decides nothing."""
        if "go" not in raw and not raw.get("rules"):
            troubles.add(("go",), "is missing", "what is decided, or `rules`")

    @model_validator(mode="after")
    def _check(self) -> "Review":
        if self.go is not None and "extend" in self.go and not self.extend_by > 0:
            raise wrong("extends by nothing", "`extend_by` above 0", at=("go",))
        return self


class Divert(Table):
    """Sends some of those waiting from outside to another level."""

    after: DaysAbove0 = key(math.inf, "Days of waiting after which she is sent on; never if not given.",
                            unit="days")  # fmt: skip
    over_limit: bool = key(False, "Whether those over the limit are sent on instead of turned away.")
    to: LevelName = key(..., "The level she is sent to.")
    source: Text | None = key(None, "Where the numbers come from.")

    @model_validator(mode="after")
    def _check(self) -> "Divert":
        if math.isinf(self.after) and not self.over_limit:
            raise wrong("never diverts anybody", "`after`, or `over_limit = true`")
        return self


def _priority(raw: Any, info: ValidationInfo) -> tuple[Condition, ...]:
    return items(raw, lambda item: condition(item, context.of(info)))


class Waitlist(Table):
    """Those who asked for a level and have not been admitted: how many, how patient, in which order."""

    limit: Count = key(
        math.inf, "How many from outside may wait; 0: none. Others are turned away.", unit="patients"
    )
    patience: Clock | None = key(None, "Days after which one without a place gives up; never if not given.",
                                 unit="days")  # fmt: skip
    transfers: Literal["first", "merged", "last"] = key(
        "first", "Where those stand who come from another level: before, among or after those from outside."
    )
    priority: Annotated[
        tuple[Condition, ...],
        PlainValidator(_priority, json_schema_input_type=list[dict[str, str | float | list[str]]]),
        Says("list of conditions"),
    ] = key((), "Classes, the best first; those who fit none come last.")
    divert: Divert | None = key(None, "Sends some of those waiting to another level.")
    source: Text | None = key(None, "Where the numbers come from.")


class Level(Table):
    """A level of care. Levels stand in the order of the file, the most intensive first."""

    title: Text | None = key(None, "How figures and tables call the level.")
    around_the_clock: bool = key(
        False, "Whether it is a 24-hour level: readmissions are told of these. It changes no course."
    )
    capacity: Count = key(
        math.inf, 'Places: a whole number, or "unlimited"; default the seats of its tracks.', unit="patients"
    )
    admits: Weekdays = key(
        (0, 1, 2, 3, 4, 5, 6), "Weekdays on which patients are admitted; default every day."
    )
    admits_on: Days_ | None = key(None, "The only dates on which patients are admitted: cohorts.")
    opens_at: Hour = key(
        0.0, "Time of an admitting day from which patients are admitted; default the whole day.", unit="days"
    )
    closed: Days_ = key((), "Dates on which nobody is admitted.")
    length_of_stay: Duration | None = key(
        None, "Planned length of stay. Required, unless `ends` is given.", unit="days"
    )
    ends: (
        Annotated[
            dict[str, End],
            PlainValidator(_ends, json_schema_input_type=dict[str, End | str]),
            Says("table of reasons"),
        ]
        | None
    ) = key(None, "Instead of clocks: shares of reasons, each with its own stay.")
    dropout: ClockOrShare | None = key(
        None, "When the patient leaves against advice: a clock from admission, or a probability per stay.",
        unit="days",
    )  # fmt: skip
    relapse: ClockOrShare | None = key(
        None, "When the patient returns to use in the stay: a clock, or a probability per stay.", unit="days"
    )
    death: Clock | None = key(None, "A clock from admission; nobody dies where it is not given.", unit="days")
    other_ends: Annotated[
        dict[str, float | ByNumber | Choice],
        PlainValidator(_other_ends, json_schema_input_type=dict[str, CLOCK_INPUT | str]),
        Says("table of clocks"),
    ] = key({}, "Further clocks by name, each ending the stay for that reason.", unit="days")
    minimum_stay: Days = key(
        0.0, "Planned ends are moved to it and reviews before it skipped; other clocks act.", unit="days"
    )
    completes_to: Moving | None = key(
        None, 'Where a completed stay leads; default "step down", from the last level "discharge".'
    )
    on_completion: Rules = key((), "Rules for completed stays, tried before `completes_to`.")
    on_dropout: Rules = key((), "Rules for dropouts; where none applies, discharge.")
    on_relapse: StayRules = key((), "Rules for relapses in the stay; where none applies, she stays.")
    on_other_ends: Annotated[
        dict[str, tuple[Rule, ...]],
        PlainValidator(_on_other_ends, json_schema_input_type=dict[str, list[Rule] | str]),
        Says("table of lists of rules"),
    ] = key({}, "Rules for the other ends, by name; where none applies, discharge.")
    hold: Holding = key(
        {"default": 0.0}, "How long a place is kept while the next level is full; 0: leaves at once.",
        unit="days",
    )  # fmt: skip
    show_up: ShowUp | None = key(None, "The chance that one from outside comes when her place is there.")
    step_up: LevelName | None = key(None, 'Where "step up" leads; default the level before it.')
    step_down: LevelName | None = key(None, 'Where "step down" leads; default the level after it.')
    review: Review | None = key(None, "Periodic reviews of the stay.")
    waitlist: Waitlist = Field(default_factory=Waitlist, description="The level's waitlist.")
    services: Services = key(
        {}, "What patients of the level are offered, by name: groups, individual sessions, …"
    )
    tracks: Tracks = key({}, "Seats within the level with lines of their own, by name.")
    source: Text | None = key(None, "Where the level's numbers come from.")

    @classmethod
    def together(cls, raw: dict[str, Any], known: Context, troubles: Troubles) -> None:
        """Notes a stay that is missing or given twice, a door given twice, and rules for ends never named."""
        if "ends" not in raw and "length_of_stay" not in raw:
            troubles.add(("length_of_stay",), "is missing", "the planned length of stay, or `ends`")
        if "ends" in raw:
            for name in ("length_of_stay", "dropout", "other_ends"):
                if raw.get(name):
                    troubles.add(
                        (name,), "stands beside `ends`", "one of them: `ends` has the stays and reasons"
                    )
            if isinstance(raw["ends"], dict) and "relapse" in raw["ends"]:
                if "relapse" in raw:
                    troubles.add(("relapse",), "is a clock beside an end of that name", "one of them")
                _refuse_staying(raw.get("on_relapse"), troubles)
        if "admits" in raw and "admits_on" in raw:
            troubles.add(("admits_on",), "stands beside `admits`", "weekdays or dates")
        named = [raw[name] for name in ("other_ends", "ends") if isinstance(raw.get(name), dict)]
        ends = [
            name
            for table in named
            for name in table
            if name not in ("source", "completed", "dropout", "relapse")
        ]
        rules_for = raw.get("on_other_ends")
        for name in rules_for if isinstance(rules_for, dict) else ():
            if name not in ends and name != "source":
                hint = nearest(name, ends)
                wanted = "" if hint else listed(ends) or "an end named in `other_ends`"
                troubles.add(("on_other_ends", name), "is no end of this level", wanted, hint)


def _refuse_staying(rules_for: Any, troubles: Troubles) -> None:
    """Notes each relapse rule by which a patient would stay whose stay a relapse has ended."""
    for number, rule in enumerate(rules_for if isinstance(rules_for, list | tuple) else ()):
        to = rule.get("go") if isinstance(rule, dict) else None
        for name in (STAY, CONTINUE, EXTEND):
            if name == to or (isinstance(to, dict) and name in to):
                what = f'"{name}" is not possible here: `ends` says that a relapse ends the stay'
                troubles.add(("on_relapse", number, "go"), what, "a level, a step or discharge")


def levels(raw: Any, info: ValidationInfo) -> dict[str, Level]:
    """The levels by name, in order."""
    known = context.of(info)
    if not isinstance(raw, dict):
        raise wrong(f"is {shown(raw)}", "a table of levels")
    if not raw:
        raise wrong("is an empty table", "at least one level")
    troubles = Troubles()
    parsed: dict[str, Level] = {}
    for name, value in raw.items():
        troubles.take((name,), new_name, name, context.RESERVED, "a level")
        level = troubles.take((name,), build, Level, value, known.within(name))
        if level is not None:
            parsed[name] = _as_large_as_its_tracks(level)
    troubles.done()
    return parsed


def _as_large_as_its_tracks(level: Level) -> Level:
    """The level; where it has tracks and no capacity of its own, with their seats."""
    if level.tracks and math.isinf(level.capacity):
        return level.model_copy(update={"capacity": seats_of(level.tracks)})
    return level


Levels = Annotated[
    dict[str, Level], PlainValidator(levels, json_schema_input_type=dict[str, Level]), Says("table of levels")
]
