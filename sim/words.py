"""The vocabulary: events of the log, reasons, phases of a course, purposes of draws, each with its number.

Numbers are written into logs and into the addresses of random draws, so members are only ever added at
the end. What the words mean is said in `docs/model.md`; this file leaves meaning to it.
"""

from enum import IntEnum


class Event(IntEnum):
    """What one row of the log says happened (`docs/model.md`, section 6)."""

    REQUEST = 0  # asks for a level
    DIVERT = 1  # leaves one waitlist for another
    RENEGE = 2  # patience ended
    TURN_AWAY = 3  # the waitlist is over its limit
    NO_SHOW = 4  # a place was given and she did not come
    ADMIT = 5
    RELAPSE = 6  # return to use while in a stay
    REVIEW = 7
    EXTEND = 8
    AUTHORISE = 9  # reserved for payer authorisation
    READY = 10  # the clinical stay is over and a next level is wanted
    GO_HOME = 11  # gives the place up while ready, keeps her turn
    LEAVE = 12  # the place is freed
    DISCHARGE = 13  # the episode is over
    RETURN_TO_USE = 14
    RETURN_TO_CARE = 15
    DEATH = 16
    CAPACITY = 17  # of a level
    OPEN = 18  # a level's door
    CLOSE = 19  # a level's door
    INQUIRY = 20  # first contact, in a scenario with an intake
    STAGE = 21  # a stage of the intake begins
    BOOK = 22  # an appointment is given; in so many days
    LOST = 23  # leaves the intake; at which stage
    TRACK = 24  # the track of a level that she asks for
    STAFF = 25  # of a role: how many are present, in FTE
    USABLE = 26  # of a level: its usable capacity, and what binds


EVENTS: tuple[str, ...] = tuple(event.name.lower() for event in Event)
LEVEL_EVENTS = frozenset({Event.CAPACITY, Event.OPEN, Event.CLOSE, Event.STAFF, Event.USABLE})
"""Rows of no patient: of a level, of one of its tracks, or of a role."""

BINDS: tuple[str, ...] = ("place", "seat")
"""What may bind a level's usable capacity, beside the roles of its staff; a log's reasons go on with them."""

PLACE, SEAT = range(2)


class Reason(IntEnum):
    """Why a stay or an episode ended; a scenario's own named ends are numbered after these."""

    NONE = -1
    COMPLETED = 0
    DROPOUT = 1
    RELAPSE = 2
    PAYER_ENDED = 3  # reserved for payer authorisation
    RENEGED = 4
    NO_SHOW = 5
    TURNED_AWAY = 6
    DIED = 7
    REVIEW = 8  # a cause of `ready` and `leave`, never a reason of discharge
    START = 9  # an `admit` or `request` that happened before day 0
    LOST = 10  # left the intake; never a cause of the end of a stay


REASONS: tuple[str, ...] = tuple(reason.name.lower() for reason in Reason if reason >= 0)
DISCHARGE_REASONS: tuple[str, ...] = (*REASONS[: Reason.DIED + 1], REASONS[Reason.LOST])
STAY_CAUSES: tuple[str, ...] = ("completed", "dropout", "relapse", "payer_ended", "died", "review")


class Lost(IntEnum):
    """Why somebody is lost at a stage of the intake: the `value` of the event."""

    NO_APPOINTMENT = 0  # none is free soon enough
    NO_SHOW = 1  # does not come
    NO_FURTHER = 2  # comes and does not go on


class Phase(IntEnum):
    """Where a patient is in her course."""

    IN_CARE = 0  # in a stay, clinical clocks running
    DELAYED = 1  # ready, in her place, has not asked for the next level yet
    WAITING = 2  # on a waitlist, blocked or at home
    AFTER = 3  # discharged
    GONE = 4  # died, or nothing more will happen
    INTAKE = 5  # between the first contact and the request for a level


class Purpose(IntEnum):
    """What a draw decides. Four neighbours (0–3, 4–7, …) share one block of the generator.

    So what is decided together stands together: that costs a block less.
    """

    # of a stay; subject: the level
    PLANNED_STAY = 0
    DROPOUT = 1
    RELAPSE = 2
    NEXT_AT_END = 3  # which option of the rule of the end that came
    END_REASON = 4
    DELAY = 5
    AWAY = 6  # how long a temporary stay elsewhere lasts
    DEATH_IN_CARE = 7
    ON_RELAPSE = 8  # use: which relapse of this stay, from 1 on
    RELAPSE_AGAIN = 9  # use: likewise; the clock anew
    ON_REVIEW = 10  # use: which review of this stay, from 1 on
    OTHER_END = 11  # subject: the level and the name of the end
    # of a wait; subject: the level
    PATIENCE = 12
    SHOW_UP = 13
    USE_WAITING = 14
    DEATH_WAITING = 15
    # of an episode's end; subject: the clock
    RETURN_TO_USE = 16
    RETURNS_TO_CARE = 17
    RETURN_DELAY = 18
    DEATH_AFTER = 19
    # of an arrival
    ARRIVAL_GAP = 20
    ARRIVAL_HEIGHT = 21
    PLACEMENT = 22  # stay: how many episodes came before
    START_DAYS = 23  # of those in care on day 0; subject: the level
    TRAIT = 24  # subject: the trait
    # of the intake; subject: the stage; stay: the episode
    STAGE_DELAY = 28
    STAGE_COMES = 29
    STAGE_GOES_ON = 30
    # of a wait; subject: the level
    TRACK = 32
    # of a position; subject: the role; stay: which position, use: which of its holders
    TIME_IN_POST = 36
    TIME_TO_FILL = 37


OUTSIDE = "outside"
"""The word for "not from a level" in the condition `from`."""

COVARIATES: tuple[str, ...] = (
    "episode",
    "relapses",
    "step_ups",
    "relapses_in_stay",
    "days_in_stay",
    "days_in_care",
)
"""Numbers of a patient's course that conditions and effects may read, in this order."""
