"""Finished replications kept in a folder, so that nothing is computed twice.

One file per replication, and one per log, written whole as soon as it is finished and readable without
running code from it (numpy arrays, no pickle). What to run, and what to make of it, is left to
`sim/experiments/run.py`.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol, overload

import numpy as np
import numpy.typing as npt
from numpy.lib.format import write_array

from sim.errors import SimError
from sim.files import write_whole
from sim.log import Columns, Log
from sim.measures.panels import Panel
from sim.measures.reduce import Layout, Reduced, shared

Arrays = dict[str, npt.NDArray[Any]]
PANEL = "panel_"
"""How the names of the arrays of panels begin."""

ABOUT = "about"
"""The array that says, as JSON, what the others are."""


class Part(NamedTuple):
    """One finished replication: its measures, and what is broken in its log (None: not asked)."""

    reduced: Reduced
    broken: tuple[str, ...] | None


class Store(Protocol):
    """Keeps bytes by name."""

    def keep(self, name: str, content: bytes) -> None:
        """Keep the content."""

    def kept(self, name: str) -> bytes | None:
        """The content of that name; None when there is none."""


class InMemory(dict[str, bytes]):
    """A store that lasts as long as the program."""

    keep = dict.__setitem__
    kept = dict.get


class OnDisk:
    """A store in a folder, which outlives the program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, name: str, content: bytes) -> None:
        """Keep the content. Raises `SimError` when the folder cannot be written."""
        write_whole(self.folder / f"{name}.npz", content)

    def kept(self, name: str) -> bytes | None:
        """The content of that name; None when there is none, or a damaged one."""
        path = self.folder / f"{name}.npz"
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SimError(f"{path}: cannot be read: {error.strerror}") from error
        return content if zipfile.is_zipfile(io.BytesIO(content)) else None


class Logs(Sequence[Log]):
    """The logs kept in a store, replication by replication, each read when it is asked for."""

    def __init__(self, store: Store, replications: int) -> None:
        self.store = store
        self.replications = replications

    def __len__(self) -> int:
        return self.replications

    @overload
    def __getitem__(self, index: int) -> Log: ...
    @overload
    def __getitem__(self, index: slice) -> list[Log]: ...
    def __getitem__(self, index: int | slice) -> Log | list[Log]:
        """The log of one replication, or of several."""
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(self.replications))]
        content = self.store.kept(log_name(range(self.replications)[index]))
        if content is None:
            raise IndexError(f"the log of replication {index} was not kept")
        return unpack_log(content)


def part_name(replication: int) -> str:
    """The name under which a replication's measures are kept."""
    return f"{replication:06d}"


def log_name(replication: int) -> str:
    """The name under which a replication's log is kept."""
    return f"{replication:06d}-log"


def pack_part(part: Part) -> bytes:
    """The part as the bytes of an `.npz` file."""
    layout = np.frombuffer(_layout_text(part.reduced.layout), dtype=np.uint8)
    values = part.reduced._asdict()
    panels = {f"{PANEL}{place}": one for place, one in enumerate(values.pop("panels"))}
    return pack(values | panels | {"layout": layout, "broken": part.broken})


def unpack_part(content: bytes) -> Part:
    """The part that was packed."""
    values = unpack(content)
    broken = values.pop("broken")
    layout = _layout_of(values.pop("layout").tobytes())
    panels = tuple(values.pop(f"{PANEL}{place}") for place in range(len(layout.panels)))
    return Part(Reduced(layout=layout, panels=panels, **values), broken)


def pack_many(reduced: Sequence[Reduced]) -> bytes:
    """Replications of one scenario, without their curves, as the bytes of one `.npz` file.

    A seventh of what they take one by one: no curves, and days as the change from the day before, in whole
    numbers, which they are.
    """
    values: dict[str, Any] = {
        name: np.stack([getattr(one, name) for one in reduced]) for name in ("figures", "moved", "blocked")
    }
    days = np.stack([one.days for one in reduced])
    known = ~np.isnan(days)
    whole = np.where(known, days, -1.0).astype(np.int32)
    if np.array_equal(whole[known], days[known]) and not (whole[known] < 0).any():
        days = np.moveaxis(np.diff(whole, axis=1, prepend=0), 1, -1)
        values["day_changes"] = days.astype(np.int16 if np.abs(days).max(initial=0) < 2**15 else np.int32)
    else:
        values["days"] = days
    values["figures"] = np.ascontiguousarray(np.moveaxis(values["figures"], 0, -1))
    for place in range(len(reduced[0].panels)):
        values[f"{PANEL}{place}"] = np.stack([one.panels[place] for one in reduced])
    layout = reduced[0].layout._replace(curves=())
    return pack(
        values
        | {"layout": np.frombuffer(_layout_text(layout), dtype=np.uint8)}
        | {"replications": [one.replication for one in reduced], "notes": [one.notes for one in reduced]}
    )


def unpack_many(content: bytes) -> list[Reduced]:
    """The replications that were packed together."""
    values = unpack(content)
    layout = _layout_of(values["layout"].tobytes())
    if "days" in values:
        days = values["days"]
    else:
        whole = np.cumsum(np.moveaxis(values["day_changes"], -1, 1), axis=1, dtype=np.int64)
        days = np.where(whole < 0, np.nan, whole.astype(np.float64))
    nothing = np.zeros((0, 0))
    return [
        Reduced(
            replication=number,
            layout=layout,
            figures=np.ascontiguousarray(values["figures"][..., place]),
            days=days[place],
            shares=nothing,
            at_risk=nothing.astype(np.int32),
            moved=values["moved"][place],
            blocked=values["blocked"][place],
            notes=notes,
            panels=tuple(values[f"{PANEL}{number}"][place] for number in range(len(layout.panels))),
        )
        for place, (number, notes) in enumerate(zip(values["replications"], values["notes"], strict=True))
    ]


def with_shared_layout(part: Part) -> Part:
    """The part as another process made it, with the layout that equal ones share here."""
    reduced = part.reduced
    return part._replace(reduced=reduced._replace(layout=shared(reduced.layout)))


@lru_cache(maxsize=64)
def _layout_text(layout: Layout) -> bytes:
    return json.dumps(layout).encode()


@lru_cache(maxsize=64)
def _layout_of(text: bytes) -> Layout:
    known = Layout(*frozen(json.loads(text)))
    return shared(known._replace(panels=tuple(Panel(*one) for one in known.panels)))


def pack_log(log: Log) -> bytes:
    """The log as the bytes of an `.npz` file."""
    values = {field.name: getattr(log, field.name) for field in fields(log) if field.name != "columns"}
    return pack(values | {"patient_key": tuple(log.patient_key)} | log.columns._asdict())


def unpack_log(content: bytes) -> Log:
    """The log that was packed."""
    values = unpack(content)
    columns = Columns(*(values.pop(name) for name in Columns._fields))
    return Log(columns=columns, **values)


def pack(values: Mapping[str, Any]) -> bytes:
    """Named arrays, dates and plain values as the bytes of an `.npz` file; equal values give equal bytes.

    numpy would compress harder, which takes three times as long for a seventh less.
    """
    arrays: Arrays = {}
    about: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, np.ndarray):
            about[name] = {"array": str(value.dtype)}
            arrays[name] = value
        elif isinstance(value, date):
            about[name] = {"date": value.isoformat()}
        else:
            about[name] = {"value": value}
    buffer = io.BytesIO()
    arrays[ABOUT] = np.array(json.dumps(about))
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, array in arrays.items():
            with file.open(f"{name}.npy", "w") as place:
                write_array(place, np.asanyarray(array), allow_pickle=False)
    return buffer.getvalue()


def unpack(content: bytes) -> dict[str, Any]:
    """The named values that were packed; lists come back as tuples."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    values: dict[str, Any] = {}
    for name, what in json.loads(str(arrays[ABOUT])).items():
        if "array" in what:
            values[name] = arrays[name]
        elif "date" in what:
            values[name] = date.fromisoformat(what["date"])
        else:
            values[name] = frozen(what["value"])
    return values


def frozen(value: Any) -> Any:
    """The value with tuples for lists, however deep."""
    return tuple(frozen(item) for item in value) if isinstance(value, list) else value
