"""The kernel as plain Python, on arrays that refuse what compiled code takes without looking.

Compiled code reads and writes wherever an index leads. Here an index before the first entry or behind the
last is an error, in every array of a state and of its tables.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
from side_by_side import Ready

from sim.compiler.structs import Struct
from sim.engines import compiled, packing
from sim.kernel import house
from sim.kernel import state as places
from sim.log import Log


def log_of(one: Ready, room: packing.Room | None = None) -> Log | str:
    """The log that the kernel writes; like the compiled engine it begins anew where the room is too small."""
    room = room or packing.room_for(one.plan, len(one.there))
    while True:
        state = packing.state(one.plan, one.there, one.staff, replication=one.replication, room=room)
        with np.errstate(over="ignore"):  # the generator's words wrap around
            house.run(checked(state))
        status = state.count[places.STATUS]
        if status == places.FINE:
            return compiled.log(one.plan, one.there, state, replication=one.replication)
        if status == places.ENDLESS:
            return compiled.endless(one.plan, state)
        room = room.larger(status)


def checked(struct: Struct) -> Any:
    """The same struct, its arrays checked."""
    return SimpleNamespace(**{name: guarded(getattr(struct, name)) for name in struct.struct_type.at})


def guarded(value: Any) -> Any:
    """The value as checked rows, arrays and structs hold it."""
    if isinstance(value, Struct):
        return checked(value)
    if isinstance(value, np.ndarray):
        return Checked(value)
    return Row(value) if isinstance(value, np.record) else value


class Checked:
    """An array with indices from 0 on."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, at: Any) -> Any:
        self.look(at)
        return guarded(self.values[at])

    def __setitem__(self, at: Any, value: Any) -> None:
        self.look(at)
        self.values[at] = value

    def look(self, at: Any) -> None:
        """Raises where the index is outside."""
        indices = at if isinstance(at, tuple) else (at,)
        if not all(0 <= index < size for index, size in zip(indices, self.values.shape, strict=True)):
            raise IndexError(f"{at} in an array of {self.values.shape}")


class Row:
    """A row of an array, its own arrays checked."""

    def __init__(self, record: Any) -> None:
        object.__setattr__(self, "record", record)

    def __getattr__(self, name: str) -> Any:
        return guarded(getattr(self.record, name))

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.record, name, value)
