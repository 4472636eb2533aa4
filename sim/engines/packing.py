"""A plan as structs of arrays for the compiled engine: the tables, who comes, and room for one replication.

The tables and who comes are packed once per plan and read by every replication. What stands in the rows is
said in `sim/tables.py`, `sim/arrivals.py` and `sim/kernel/patients.py`.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from math import ceil, sqrt
from typing import Any, NamedTuple, get_args, get_type_hints

import numpy as np

from sim.arrivals import Coming, Piece, Stream
from sim.compiler.structs import CACHE_LINE, Struct, type_of
from sim.distributions import Distributions
from sim.draws import key_schedule, patient_key
from sim.engines.clinic import EPISODE_SUBJECT
from sim.engines.granted import NOTHING, Granted, granted
from sim.kernel import state as places
from sim.kernel.heap import Entry, Heap
from sim.kernel.patients import Beginner, Change, Due, Level, Patient, Strip, Who, row_of, row_of_person
from sim.log import Columns
from sim.rules import staff as rules
from sim.rules.conditions import Person
from sim.staff import Presence
from sim.start import Beginner as Present
from sim.tables import BY_NOTHING, NONE, Moment, Plan, Tables

NUMBERS = {int: np.int64, float: np.float64, bool: np.bool_}

COLUMN = {"time": np.float64, "value": np.float64}
"""The columns of a log that are not whole numbers."""

REFERRAL = np.dtype([("day", np.float64), ("key1", np.uint64), ("enters", np.int64)], align=True)


class Room(NamedTuple):
    """How many entries there is room for, where the need is not known beforehand."""

    patients: int
    rows: int
    line: int

    def larger(self, status: int) -> "Room":
        """More of what was too small."""
        if status == places.PATIENTS_FULL:
            return self._replace(patients=2 * self.patients)
        if status == places.LOG_FULL:
            return self._replace(rows=2 * self.rows)
        return self._replace(line=2 * self.line)


def room_for(plan: Plan, beginners: int) -> Room:
    """Room that is enough nearly always. What is never written to costs no memory."""
    mean = plan.coming.patients
    patients = beginners + ceil(mean + 8.0 * sqrt(mean)) + 64
    return Room(patients, rows=packed(plan).rows or 24 * patients + 1000, line=patients + 64)


class Packed:
    """What is the same in every replication of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan  # kept, so that no other plan gets its identity
        self.granted = granted(plan.tables)
        self.tables = tables(plan.tables, self.granted)
        self.coming = coming(plan.coming)
        self.looks = bool(plan.tables.tests or plan.tables.effects) or any(
            row.by != BY_NOTHING for row in (*plan.tables.choices, *plan.tables.chances)
        )
        rosters = any(label != NONE for label in plan.tables.role_label)
        limits = bool(plan.tables.needs)
        self.staffed = places.LIMITS if limits else places.ROSTER if rosters else places.NO_STAFF
        self.strips = strips(plan.coming)
        traits = len(plan.trait_names)
        given = [row.traits for row in plan.coming.referrals]
        self.referral_traits = np.array(given, dtype=np.int32).reshape(len(given), traits)
        self.moments = table(plan.moments, Moment)
        self.rows = 0  # of a log, a little more than any replication has needed so far; 0 before the first
        self.free: list[Struct] = []  # states of replications that are over, to be used again
        self.levels = levels_and_tracks(plan)


class _ByIdentity:
    """A plan, compared by identity."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return id(self.plan)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.plan is self.plan


@lru_cache(maxsize=2)
def _packed(plan: _ByIdentity) -> Packed:
    return Packed(plan.plan)


def levels_and_tracks(plan: Plan) -> Any:
    """The levels, then all their tracks, as they are at the start."""
    t = plan.tables
    levels, tracks = t.levels, t.tracks[: t.tracks_of[-1].last]
    found = np.zeros(levels + len(tracks), row_of(Level))
    found["index"] = np.arange(len(found))
    found["within"] = [*range(levels), *(track.level for track in tracks)]
    spans = [
        (levels + span.first, levels + span.last) if span.first < span.last else (index, index + 1)
        for index, span in enumerate(t.tracks_of)
    ]
    found["first_line"][:levels] = [first for first, _ in spans]
    found["last_line"][:levels] = [last for _, last in spans]
    found["label"] = [*[NONE] * levels, *(track.label for track in tracks)]
    found["capacity"] = [cell.capacity for cell in t.cells[:levels]] + [track.seats for track in tracks]
    found["open"] = plan.open_at_start
    return found


def packed(plan: Plan) -> Packed:
    """The arrays of a plan; those of the last few plans are kept."""
    return _packed(_ByIdentity(plan))


def table(rows: Any, row: Any) -> Any:
    """A list of rows, or of plain numbers, as an array."""
    if row in NUMBERS:
        return np.array(rows, dtype=NUMBERS[row])
    return np.array([tuple(entry) for entry in rows], dtype=row_of(row))


def tables(found: Tables, known: Granted = NOTHING) -> Struct:
    """The tables of a scenario as a struct of arrays."""
    hints = get_type_hints(Tables)
    values: dict[str, Any] = {}
    for name, value in zip(Tables._fields, found, strict=True):
        if name == "distributions":
            of = get_type_hints(Distributions)
            columns = {key: table(getattr(value, key), get_args(of[key])[0]) for key in Distributions._fields}
            values[name] = Struct(known.distributions, **columns)
        elif name.endswith("_subject"):
            values[name] = np.array(value, dtype=np.uint64)
        elif hints[name] is int:
            values[name] = value
        else:
            values[name] = table(value, get_args(hints[name])[0])
    return Struct(known.tables, **values)


def coming(found: Coming) -> Struct:
    """Who comes, as a struct of arrays."""
    return Struct(
        source_subject=np.array(found.source_subject, dtype=np.uint64),
        streams=table(found.streams, Stream),
        pieces=table(found.pieces, Piece),
        daily=table(found.daily, float),
        hourly=table(found.hourly, float),
        referrals=np.array([(row.day, row.key1, row.enters) for row in found.referrals], dtype=REFERRAL),
    )


def strips(found: Coming) -> Any:
    """The strips of all sources before their first points, in the order of sources and strips."""
    rows = []
    for index, (name, stream) in enumerate(zip(found.sources, found.streams, strict=True)):
        for strip in range(stream.strips):
            rows.append((0.0, index, strip, True, patient_key(name, strip, 0)[1], -1, 0.5, stream.piece))
        if stream.referrals:
            rows.append((0.0, index, 0, False, 0, -1, 0.5, stream.piece))
    return np.array(rows, dtype=row_of(Strip))


def state(
    plan: Plan, beginners: list[Present], staff: Sequence[Presence] = (), *, replication: int, room: Room
) -> Struct:
    """Everything of one replication, before it begins; in the memory of an earlier one if there is room."""
    found = packed(plan)
    made = reused(found, room) or new_state(found, len(beginners), room=room)
    made.levels[:] = found.levels
    made.strips[:] = found.strips
    made.beginners[:] = [(*b.key, b.level, b.days, b.waits, b.track) for b in beginners]
    if beginners and plan.trait_names:
        made.beginner_traits[:] = [b.traits for b in beginners]
    made.keys[:] = key_schedule(plan.seed, replication)
    made.replace("staff", np.array(list(staff), dtype=row_of(Change)).view(np.recarray))
    made.count[:] = 0
    made.booked[:] = 0
    for name, column in columns(room.rows).items():  # of its own: they will belong to its log
        made.log.replace(name, column)
    return made


def columns(rows: int) -> dict[str, Any]:
    """Columns of a log with room for so many rows, in one block, which is given back whole and used again."""
    block = np.empty((len(Columns._fields), rows), np.int64)
    views = zip(Columns._fields, block, strict=True)
    return {name: column.view(COLUMN.get(name, np.int64)) for name, column in views}


def reused(found: Packed, room: Room) -> Struct | None:
    """The state of a replication that is over, if there is one with enough room."""
    while found.free:
        with suppress(IndexError):  # another thread may have taken the last one
            used = found.free.pop()
            if len(used.people) >= room.patients and used.room >= room.line:
                return used
    return None


def release(plan: Plan, used: Struct) -> None:
    """Keeps the memory of a replication that has come to its end for the next one."""
    found = packed(plan)
    found.rows = max(found.rows, int(1.1 * used.count[places.ROWS]) + 1000)
    for name, column in columns(0).items():  # its own belong to a log now, and go with it
        used.log.replace(name, column)
    found.free.append(used)


def new_state(found: Packed, beginners: int, *, room: Room) -> Struct:
    """Room for one replication of a plan."""
    plan = found.plan
    levels, traits, lines = len(plan.level_names), len(plan.trait_names), len(found.levels)
    stretches = 1 << max(10, min(22, (4 * room.patients).bit_length()))

    def numbers(size: int) -> Any:
        return np.zeros(size, np.int32)

    return Struct(
        found.granted.state,
        t=found.tables,
        c=found.coming,
        looks=int(found.looks),
        seen=np.zeros(1, row_of_person(traits)),
        patients=aligned(room.patients + 1, row_of(Patient, whole=np.int32)),
        spare=numbers(room.patients),
        people=np.zeros(room.patients, row_of(Who, whole=np.int32)),
        traits=np.zeros((room.patients, traits), np.int32),
        counts=np.zeros((room.patients + 1, 2 * levels), np.int32),
        has_tracks=int(lines > levels),
        levels=found.levels.copy(),
        lines=np.zeros((lines, room.line), np.int32),
        newcomers=np.zeros((lines, room.line), np.int32),
        line=numbers(room.patients + 1 if lines > levels else 1),
        seat=numbers(room.patients + 1 if lines > levels else 1),
        room=room.line,
        agenda=np.zeros(room.patients + 1, row_of(Due, whole=np.int32)),
        first=numbers(stretches + places.AHEAD),
        stretches_per_day=(stretches - 1) / plan.end,
        strips=found.strips.copy(),
        coming=np.zeros(len(found.strips), row_of(Entry)),
        log=Struct(**columns(room.rows)),
        booked=numbers(len(plan.tables.seen_on)),
        beginners=np.zeros(beginners, row_of(Beginner)),
        beginner_traits=np.zeros((beginners, traits), np.int32),
        referral_traits=found.referral_traits,
        moments=found.moments,
        staffed=found.staffed,
        staff=np.zeros(0, row_of(Change)),
        present=np.zeros(len(plan.tables.role_subject)),
        count=np.zeros(places.COUNTS, np.int64),
        settling=numbers(room.patients),
        giving_up=numbers(room.patients),
        due=numbers(room.patients),
        refused=numbers(room.line),  # with repetitions, as `newcomers`
        movers=numbers(room.patients),
        movers_to=numbers(room.patients),
        firsts=numbers(lines),
        path=numbers(lines),
        ring=numbers(lines),
        keys=np.zeros(20, np.uint64),
        block=np.zeros(4, np.uint64),
        u=np.zeros(max(traits, len(plan.tables.other_ends))),
        episode=np.uint64(EPISODE_SUBJECT),
        end=float(plan.end),
    )


def aligned(size: int, row: np.dtype[Any]) -> Any:
    """So many rows of zeros, the first of them at the beginning of a line of the processor's cache."""
    room = np.zeros(size * row.itemsize + CACHE_LINE, np.uint8)
    first = -room.ctypes.data % CACHE_LINE
    return room[first : first + size * row.itemsize].view(row)


def kinds(found: Struct) -> dict[Any, Any]:
    """What the annotations of the kernel and the rules stand for, read off a state."""
    at, tables_at = found.struct_type.at, found.t.struct_type.at
    known: dict[Any, Any] = {
        places.State: found.struct_type,
        Coming: found.c.struct_type,
        Tables: found.t.struct_type,
        Person: at["seen"][1].dtype,
        Patient: at["patients"][1].dtype,
        Level: at["levels"][1].dtype,
        Strip: at["strips"][1].dtype,
        Moment: at["moments"][1].dtype,
        rules.Levels: at["levels"][1],
        rules.Present: at["present"][1],
        Heap: at["coming"][1],
        places.Numbers: at["due"][1],
        places.Agenda: at["agenda"][1],
        Columns: found.log.struct_type,
        np.uint64: type_of(np.uint64(0)),
    }
    for name, hint in get_type_hints(Tables).items():
        value = getattr(found.t, name)
        if isinstance(value, Struct):
            known[hint] = value.struct_type
        elif isinstance(value, np.ndarray) and value.dtype.names:
            known[get_args(hint)[0]] = tables_at[name][1].dtype
    return known
