"""Logs written by hand: a line per row, so that a test shows the whole history it is about.

`time patient event [level] [->level] [reason] [=value]`, in the order of the log. Patient 0 is the level
itself. Stays and episodes number themselves: a stay begins at `admit`, an episode at the `request` after a
`return_to_care`.
"""

from collections.abc import Sequence
from datetime import date
from math import inf, nan

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from sim.log import Columns, Log
from sim.words import EVENTS, REASONS

Row = tuple[float, int, str, str, str, str, float]


def log_of(
    text: str,
    *,
    levels: str = "a b",
    window: tuple[float, float] = (0.0, 10.0),
    end: float | None = None,
    start_patients: Sequence[int] = (),
    follows: bool = True,
    capacity: dict[str, float] | None = None,
    replication: int = 0,
) -> Log:
    """The log of the rows in the text; levels without a capacity row or entry are unlimited."""
    names = tuple(levels.split())
    rows = [parsed(line, names) for line in text.splitlines() if line.strip()]
    capacities = dict.fromkeys(names, inf) | (capacity or {})
    first = [(0.0, 0, "capacity", name, "", "", value) for name, value in capacities.items()]
    return log_of_rows(
        [*first, *rows],
        levels=names,
        window=window,
        end=window[1] if end is None else end,
        start_patients=start_patients,
        follows=follows,
        replication=replication,
    )


def parsed(line: str, levels: tuple[str, ...]) -> Row:
    """One row from its line; what follows a # is a comment."""
    time, patient, event, *rest = line.split("#", maxsplit=1)[0].split()
    level = to_level = reason = ""
    value = nan
    for word in rest:
        if word.startswith("->"):
            to_level = word[2:]
        elif word.startswith("="):
            value = float(word[1:])
        elif word in levels:
            level = word
        else:
            reason = word
    return float(time), int(patient), event, level, to_level, reason, value


def log_of_rows(
    rows: Sequence[Row],
    *,
    levels: tuple[str, ...],
    window: tuple[float, float],
    end: float,
    start_patients: Sequence[int] = (),
    follows: bool = True,
    replication: int = 0,
) -> Log:
    """The log of rows in any order of patients; rows of one patient and time keep theirs."""
    ordered = sorted(rows, key=lambda row: (row[0], row[1]))
    reasons = (*REASONS, "administrative")
    stay: dict[int, int] = {}
    episode: dict[int, int] = {}
    lines: list[tuple[float, ...]] = []
    arrived: dict[int, float] = {}
    for time, patient, event, level, to_level, reason, value in ordered:
        if patient:
            arrived.setdefault(patient, time)
            if event == "return_to_care":
                episode[patient] = episode.get(patient, 1) + 1
            if event == "admit":
                stay[patient] = stay.get(patient, 0) + 1
        lines.append(
            (
                time,
                patient,
                episode.get(patient, 1) if patient else 0,
                stay.get(patient, 0),
                EVENTS.index(event),
                levels.index(level) if level else -1,
                levels.index(to_level) if to_level else -1,
                reasons.index(reason) if reason else -1,
                value,
            )
        )
    table = np.array(lines, dtype=float).reshape(-1, len(Columns._fields))
    whole = [table[:, column].astype(np.int64) for column in range(1, 8)]
    patients = max(arrived, default=0)
    return Log(
        replication=replication,
        start=date(2026, 1, 5),
        window_start=window[0],
        window_end=window[1],
        end=end,
        levels=levels,
        sources=("all",),
        traits=(),
        trait_values=(),
        reasons=reasons,
        follows_use=follows,
        follows_care=follows,
        columns=Columns(table[:, 0], *whole, table[:, 8]),
        patient_key=tuple(f"all:0:{number}" for number in range(patients)),
        patient_source=np.array([-1 if p + 1 in start_patients else 0 for p in range(patients)], dtype=int),
        patient_arrived=np.array([arrived.get(p + 1, nan) for p in range(patients)]),
        patient_traits=np.zeros((patients, 0), dtype=np.int64),
    )


@st.composite
def any_rows(draw: st.DrawFn, *, levels: tuple[str, ...] = ("a", "b", "c"), patients: int = 8) -> list[Row]:
    """The rows of some patients with any legal course, in whole days: many things happen at one time.

    Capacity and order on the waitlists are not looked at: no measure depends on them.
    """
    rows: list[Row] = [(0.0, 0, "capacity", level, "", "", inf) for level in levels]
    days = st.integers(0, 6)
    for patient in range(1, draw(st.integers(1, patients)) + 1):
        time = float(draw(st.integers(0, 20)))
        level = draw(st.sampled_from(levels))
        rows.append((time, patient, "request", level, "", "", nan))
        held = ""  # the level whose place she keeps while she waits
        for _ in range(4):
            time += draw(days)
            if held and draw(st.booleans()):  # the hold ends before the next place is free
                rows.append((time, patient, "go_home", held, "", "", nan))
                rows.append((time, patient, "leave", held, "", "completed", nan))
                held = ""
                time += draw(days)
            way = draw(
                st.sampled_from(("admit", "admit", "renege", "turn_away", "no_show", "wait", "divert"))
            )
            if way == "wait":
                break
            if way == "divert" and not held:
                to = draw(st.sampled_from(levels))
                rows.append((time, patient, "divert", level, to, "", nan))
                level, time = to, time + draw(days)
                way = "admit"
            if way in ("renege", "turn_away", "no_show") and not held:
                reason = {"renege": "reneged", "turn_away": "turned_away"}.get(way, way)
                rows.append((time, patient, way, level, "", "", nan))
                rows.append((time, patient, "discharge", level, "", reason, nan))
                break
            if held:
                rows.append((time, patient, "leave", held, "", "completed", nan))
            rows.append((time, patient, "admit", level, "", "", 5.0))
            time += draw(days)
            what = draw(st.sampled_from(("move", "move", "leave", "stay")))
            if what == "stay":
                break
            if what == "leave":
                reason = draw(st.sampled_from(("completed", "dropout", "administrative")))
                rows.append((time, patient, "leave", level, "", reason, nan))
                rows.append((time, patient, "discharge", level, "", reason, nan))
                break
            to = draw(st.sampled_from(levels))
            rows.append((time, patient, "ready", level, to, "completed", nan))
            time += draw(st.sampled_from((0, 0, 1)))
            rows.append((time, patient, "request", to, "", "", nan))
            held, level = level, to
    return rows


def figure(table: pd.DataFrame, measure: str, level: str = "") -> float:
    """The one value of that measure and level."""
    rows = table[(table["measure"] == measure) & (table["level"] == level)]
    (value,) = rows["value"]
    return float(value)


def point(table: pd.DataFrame, curve: str, day: int, group: str = "") -> float:
    """The one share of that curve and group on that day."""
    rows = table[(table["curve"] == curve) & (table["group"] == group) & (table["day"] == day)]
    (share,) = rows["share"]
    return float(share)
