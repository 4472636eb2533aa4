"""The compiled engine: the log of the reference engine, byte for byte, many times faster.

It makes room for one replication, lets `sim/kernel/` live through it in machine code, and makes a log of the
rows that come back. Where the room turns out too small, the replication is begun anew with more.
"""

from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np

from sim.arrivals import Labels
from sim.compiler import cache, loading
from sim.compiler.alone import alone
from sim.compiler.structs import Struct
from sim.engines import growth, packing
from sim.errors import SimError
from sim.kernel import state as places
from sim.log import Columns, Log
from sim.staff import Presence
from sim.start import Beginner
from sim.tables import Plan


def simulate(
    plan: Plan, beginners: list[Beginner], staff: Sequence[Presence] = (), *, replication: int
) -> Log:
    """The log of one replication, as `sim.engines.reference.simulate`, which raises the same errors."""
    room = packing.room_for(plan, len(beginners))
    while True:
        state = packing.state(plan, beginners, staff, replication=replication, room=room)
        kernel(state)(state)
        look(plan, state)
        status = int(state.count[places.STATUS])
        if status == places.FINE:
            found = log(plan, beginners, state, replication=replication)
            packing.release(plan, state)
            return found
        if status == places.ENDLESS:
            raise SimError(endless(plan, state))
        if status == places.TOO_OFTEN:
            raise OverflowError("a patient's stays or decisions are more than an address can count")
        room = room.larger(status)
        del state  # before there is another


_kernels: dict[str, Callable[[Struct], None]] = {}
"""The compiled kernels by the layout of their state."""

_loading = Lock()


def is_loaded() -> bool:
    """Whether a kernel is ready to run."""
    return bool(_kernels)


def kernel(state: Struct) -> Callable[[Struct], None]:
    """The compiled kernel for a state of this layout, loaded from disk or compiled."""
    layout = state.struct_layout
    with _loading:
        if layout not in _kernels:
            name = f"{layout}-{loading.processor()}"
            _kernels[layout] = loading.loaded(cache.kept(name) or compiled(state, name))
    return _kernels[layout]


def compiled(state: Struct, name: str) -> cache.Code:
    """The machine code of the kernel for a state of this layout, kept on disk under the name."""
    with alone(cache.locks()):
        if code := cache.kept(name):  # another process has made it meanwhile
            return code
        from sim.compiler import twins  # noqa: PLC0415 (numba takes half a second to load)
        from sim.kernel import house  # noqa: PLC0415

        code = twins.machine_code(house.run, state, packing.kinds(state))
        cache.keep(name, code)
    return code


def endless(plan: Plan, state: Struct) -> str:
    """What to say when patients move in a loop of no duration."""
    names = [plan.level_names[level.within] for level in state.levels if level.head < level.tail]
    day = state.log.time[state.count[places.ROWS] - 1]
    return (
        f"day {day:g}: patients move without end at one instant (levels: {', '.join(names) or 'all'}); "
        "want a rule, a stay or a clock that takes time"
    )


def look(plan: Plan, state: Struct) -> None:
    """Raises `SimError` if the log will not come to an end; at the same rows as the reference engine."""
    found = state.log
    for rows in growth.looks(int(state.count[places.ROWS])):
        time, level = found.time[:rows], found.level[:rows]
        growth.check(plan, time=time, patient=found.patient[:rows], level=level)
        if state.count[places.STATUS] == places.LOG_FULL:
            growth.check_memory(plan, time=time, level=level)


def log(plan: Plan, beginners: list[Beginner], state: Struct, *, replication: int) -> Log:
    """The log of the rows that were written, in the order (time, patient, sequence)."""
    size = int(state.count[places.ROWS])
    columns = Columns._make(getattr(state.log, name)[:size] for name in Columns._fields)
    if state.count[places.UNORDERED]:
        columns = in_order(columns)
    people = np.asarray(state.people)[: state.count[places.PATIENTS]]
    there = len(beginners)
    source = people["source"].astype(np.int64)
    return Log(
        replication=replication,
        start=plan.start,
        window_start=plan.window_start,
        window_end=plan.window_end,
        end=plan.end,
        levels=plan.level_names,
        sources=plan.source_names,
        traits=plan.trait_names,
        trait_values=plan.trait_values,
        reasons=plan.reason_names,
        follows_use=plan.follows_use,
        follows_care=plan.follows_care,
        columns=columns,
        patient_key=Labels(
            plan.coming,
            [beginner.label for beginner in beginners],
            source[there:],
            people["key1"][there:].copy(),
        ),
        patient_source=source,
        patient_arrived=people["arrived"].copy(),
        labels=plan.labels,
        patient_traits=np.asarray(state.traits)[: len(people)].astype(np.int64),
    )


def in_order(found: Columns) -> Columns:
    """The rows by time, then patient, as they were written among those that are equal in both.

    Only what happened to many patients at one instant, or before day 0, is out of order.
    """
    time, patient = found.time, found.patient
    same = time[1:] == time[:-1]
    if (time[1:] < time[:-1]).any():
        order = np.lexsort((patient, time))
        return Columns._make(column[order] for column in found)
    wrong = same & (patient[1:] < patient[:-1])
    instant = np.concatenate(([0], np.cumsum(~same)))  # the number of the instant of each row
    moved = np.flatnonzero(np.isin(instant, instant[1:][wrong]))
    order = moved[np.lexsort((patient[moved], instant[moved]))]
    for column in found:
        column[moved] = column[order]
    return found
