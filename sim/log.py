"""The event log of one replication: the only output of a run, and the only input of every measure.

Columns and order are those of `docs/model.md`, section 6. The log holds events, never summaries. What an
event means is left to the model page, what must hold for every log to `sim/invariants.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.words import EVENTS

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class Columns(NamedTuple):
    """The rows of a log, column by column, in the order (time, patient, sequence).

    `time` in days since the start. `patient`, `episode` and `stay` count from 1; 0 means "of no patient"
    (rows of a level) or "in no stay". `event` is a `sim.words.Event`; `level`, `to_level` and `reason` are
    indices into the names of the log, −1 where there is none; `value` is NaN where there is none.
    """

    time: Floats
    patient: Integers
    episode: Integers
    stay: Integers
    event: Integers
    level: Integers
    to_level: Integers
    reason: Integers
    value: Floats


def named(codes: Integers, names: tuple[str, ...]) -> "pd.Categorical":
    """The codes as a categorical of their names; a negative code is missing."""
    import pandas as pd  # noqa: PLC0415 (a simulation needs no tables)

    return pd.Categorical.from_codes(codes.tolist(), categories=pd.Index(names, dtype=object))


EVENT_COLUMNS: tuple[str, ...] = ("replication", *Columns._fields)
PATIENT_COLUMNS: tuple[str, ...] = ("patient", "key", "source", "arrived")
"""Columns of `Log.patients`; one more column per trait follows."""


@dataclass(frozen=True, eq=False)
class Log:
    """What happened in one replication, and the names needed to read it.

    The window of the measures is [`window_start`, `window_end`); the run went on to `end` (the follow-up
    included), and nothing at or after `end` is in the log. `follows_use` says whether the scenario has a
    clock for return to use after discharge; `follows_care` the same for return to care.
    """

    replication: int
    start: date
    window_start: float
    window_end: float
    end: float
    levels: tuple[str, ...]
    sources: tuple[str, ...]
    traits: tuple[str, ...]
    trait_values: tuple[tuple[str, ...], ...]
    reasons: tuple[str, ...]
    follows_use: bool
    follows_care: bool
    columns: Columns
    patient_key: Sequence[str]
    patient_source: Integers  # index into `sources`; −1 for those there on day 0
    patient_arrived: Floats
    patient_traits: Integers  # one row per patient, one column per trait; index into `trait_values`
    labels: tuple[str, ...] = ()  # names of roles, tracks and stages; `reason` numbers them after the reasons

    def __len__(self) -> int:
        return len(self.columns.time)

    @cached_property
    def events(self) -> "pd.DataFrame":
        """One row per event with names instead of numbers; columns `EVENT_COLUMNS`."""
        import pandas as pd  # noqa: PLC0415 (the same)

        columns = self.columns
        data: dict[str, Any] = {"replication": np.full(len(self), self.replication)}
        for name in ("time", "patient", "episode", "stay"):
            data[name] = getattr(columns, name)
        data["event"] = named(columns.event, EVENTS)
        data["level"] = named(columns.level, self.levels)
        data["to_level"] = named(columns.to_level, self.levels)
        data["reason"] = named(columns.reason, (*self.reasons, *self.labels))
        data["value"] = columns.value
        return pd.DataFrame(data, columns=list(EVENT_COLUMNS))

    @cached_property
    def patients(self) -> "pd.DataFrame":
        """One row per patient: number, key, source ("start" for those there on day 0), day, traits."""
        import pandas as pd  # noqa: PLC0415 (the same)

        sources = (*self.sources, "start")
        data: dict[str, Any] = {
            "patient": np.arange(1, len(self.patient_key) + 1),
            "key": pd.Series(list(self.patient_key), dtype=object),
            "source": named(
                np.where(self.patient_source < 0, len(self.sources), self.patient_source), sources
            ),
            "arrived": self.patient_arrived,
        }
        for column, (trait, values) in enumerate(zip(self.traits, self.trait_values, strict=True)):
            data[trait] = named(self.patient_traits[:, column], values)
        return pd.DataFrame(data)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the log's bytes: equal digests mean equal logs, to the last bit."""
        state = sha256()
        names = (self.levels, self.sources, self.traits, self.trait_values, self.reasons, self.labels)
        state.update(repr((self.replication, self.end, names)).encode())
        for column in self.columns:
            state.update(np.ascontiguousarray(column).tobytes())
        state.update("\n".join(self.patient_key).encode())
        for column in (self.patient_source, self.patient_arrived, self.patient_traits):
            state.update(np.ascontiguousarray(column).tobytes())
        return state.hexdigest()
