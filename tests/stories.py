"""Logs as people write them: the rows of patients as words, in the form of the examples of docs/model.md."""

import numpy as np

from sim.log import Log
from sim.words import LEVEL_EVENTS, Event


def written(log: Log) -> list[str]:
    """The rows of patients, each as `TIME NAME EVENT LEVEL [to LEVEL] [REASON] [VALUE]`.

    The name of a patient is the last part of her key: the `id` of a referral or of a row of the census.
    """
    names = dict(zip(log.patients["patient"], log.patients["key"].str.rpartition(":")[2], strict=True))
    events = log.events[log.events["patient"] > 0]
    return [" ".join(words(row, names[row["patient"]])) for row in events.to_dict("records")]


def written_with_staff(log: Log) -> list[str]:
    """The same with the rows of staff and of usable capacity, which have no name."""
    kept = log.columns.patient > 0
    kept |= np.isin(log.columns.event, [Event.STAFF, Event.USABLE])
    names = dict(zip(log.patients["patient"], log.patients["key"].str.rpartition(":")[2], strict=True))
    found = [
        " ".join(words(row, names.get(row["patient"], ""))) for row in log.events[kept].to_dict("records")
    ]
    return [" ".join(row.split()) for row in found]


def written_levels(log: Log) -> list[str]:
    """The rows of levels (capacity and doors), each as `TIME EVENT LEVEL [VALUE]`."""
    events = log.events[log.events["event"].isin([event.name.lower() for event in LEVEL_EVENTS])]
    return [" ".join(words(row, "")).replace("  ", " ") for row in events.to_dict("records")]


def rows(text: str) -> list[str]:
    """The lines of a log written by hand, spaces squeezed."""
    return [" ".join(line.split()) for line in text.strip().splitlines()]


def since(log: list[str], day: float) -> list[str]:
    """The rows at or after a day."""
    return [row for row in log if float(row.split()[0]) >= day]


def admissions(log: list[str], level: str) -> list[str]:
    """`TIME NAME` of each admission to the level, in the order of time."""
    admitted = [row.split()[:2] for row in log if row.split()[2:4] == ["admit", level]]
    return [" ".join(words) for words in sorted(admitted, key=lambda words: float(words[0]))]


def words(row: dict[str, object], name: str) -> list[str]:
    """One row of `Log.events` as words; what is missing is left out."""
    said = [f"{row['time']:g}", name, str(row["event"])]
    if isinstance(row["level"], str):
        said.append(row["level"])
    if isinstance(row["to_level"], str):
        said += ["to", row["to_level"]]
    if isinstance(row["reason"], str):
        said.append(row["reason"])
    if row["value"] == row["value"]:
        said.append(f"{row['value']:g}")
    return said
