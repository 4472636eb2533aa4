"""What one log says of the quantities of the known answers: our measures, and some that we have none for."""

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.log import Log
from sim.measures.blocking import blocked_stays
from sim.measures.census import census
from sim.measures.requests import requests
from sim.measures.stays import stays
from sim.measures.throughput import throughput
from sim.measures.waits import waits

MEASURES = {
    "census": "census.mean",
    "in_care": "in_care.mean",
    "blocked": "blocked.mean",
    "waiting": "waiting.mean",
    "wait_mean": "wait.mean",
    "p_wait": "wait.share_waiting",
    "p_renege": "reneged.share",
    "p_lost": "turned_away.share",
    "offered_wait_mean": "wait.offered.mean",
    "admissions": "admissions.per_day",
    "p_blocked": "stay.blocked.share",
    "rate_complete": "stays_ended.per_day",
}
"""The measure of the known answers → ours."""


def readings(log: Log) -> dict[str, float]:
    """Every quantity that the known answers name, by the name of its measure or else of the quantity."""
    found: dict[str, float] = {}
    tables = [function(log) for function in (census, waits, requests, throughput, stays, blocked_stays)]
    values = pd.concat([table for table in tables if len(table)], ignore_index=True)
    ours = {(row.measure, row.level): float(row.value) for row in values.itertuples()}
    for level in log.levels:
        label = level.upper() if len(level) == 1 else level
        for name, measure in MEASURES.items():
            if (measure, level) in ours:
                found[f"{label}.{name}"] = ours[measure, level]
        found |= {f"{label}.{name}": value for name, value in _of_waits(log, level)}
    first = log.levels[0]
    days = _waits(log, first)["wait"].dropna()
    found |= {f"wait percentile {q}": float(np.percentile(days, q)) for q in (50, 90, 95)}
    found["wait percentile 90"] = ours["wait.p90", first]
    found["mean wait given wait>0"] = ours["wait.waited.mean", first]
    found["mean blocked time per A stay"] = ours["stay.place.mean", first] - ours["stay.clinical.mean", first]
    found["mean occupied time of A place per stay"] = ours["stay.place.mean", first]
    label = first.upper() if len(first) == 1 else first
    found["P(wait>0)"] = found[f"{label}.p_renege"] + found[f"{label}.p_wait_admitted_of_all"]
    found |= dict(_of_census(log, first))
    inside = sum(ours["census.mean", level] + ours["waiting.mean", level] for level in log.levels)
    arrived = (log.patient_arrived >= log.window_start) & (log.patient_arrived < log.window_end)
    found["mean time in system per patient"] = (
        inside * (log.window_end - log.window_start) / float(np.sum(arrived))
    )
    return found


def _waits(log: Log, level: str) -> pd.DataFrame:
    """Requests of the window for a level: days waited by those admitted, NaN for those who were not."""
    events = log.events
    mine = events[events["level"] == level]
    asked = mine[mine["event"] == "request"][["patient", "time"]].reset_index(drop=True)
    ends = mine[mine["event"].isin(["admit", "renege", "turn_away"])].reset_index(drop=True)
    asked["nth"] = asked.groupby("patient").cumcount()
    ends["nth"] = ends.groupby("patient").cumcount()
    both = asked.merge(
        ends[["patient", "nth", "time", "event"]], on=["patient", "nth"], suffixes=("", "_end")
    )
    both = both[(both["time"] >= log.window_start) & (both["time"] < log.window_end)]
    admitted = both["event"] == "admit"
    both["days"] = both["time_end"] - both["time"]
    both["wait"] = both["days"].where(admitted)
    for trait in log.traits:
        both[trait] = log.patients.set_index("patient")[trait].reindex(both["patient"]).to_numpy()
    return both


def _of_waits(log: Log, level: str) -> Iterator[tuple[str, float]]:
    everybody = _waits(log, level)
    admitted = everybody["wait"].dropna()
    for days in (1, 5, 7, 10):
        yield f"p_wait_gt_{days}", float((admitted > days).mean())
    yield "p_wait_admitted_of_all", float((everybody["wait"] > 0).mean())
    for trait in log.traits:
        for name, group in everybody.groupby(trait, observed=True):
            yield f"{name}.wait_mean", float(group["wait"].mean())
            yield f"{name}.waiting", float(group["days"].sum() / (log.window_end - log.window_start))


def _of_census(log: Log, level: str) -> Iterator[tuple[str, float]]:
    """Shares of time with so many in places, and the census at moments, told by the rows of the log."""
    events = log.events
    mine = events[(events["level"] == level) & events["event"].isin(["admit", "leave"])]
    times = mine["time"].to_numpy()
    steps = np.where(mine["event"] == "admit", 1, -1)
    there = np.concatenate([[0], np.cumsum(steps)])
    borders = np.clip(np.concatenate([[0.0], times, [log.end]]), log.window_start, log.window_end)
    days = np.diff(borders)
    total = days.sum()
    yield "P(census=10)", float(days[there == 10].sum() / total)
    yield "P(census<=5)", float(days[there <= 5].sum() / total)
    yield "P(census<=40)", float(days[there <= 40].sum() / total)
    yield "P(census>50)", float(days[there > 50].sum() / total)
    for day in (7, 14, 30, 60, 90, 180):
        if day < log.end:
            at = int(there[np.searchsorted(times, day, side="right")])
            yield f"@{day}", float(at)
    until = np.clip(np.concatenate([[0.0], times, [log.end]]), 0.0, min(90.0, log.end))
    yield "time-average census over days 0-90", float((np.diff(until) * there).sum() / 90.0)
    yield "mean admissions by day 30", float(((steps > 0) & (times <= 30)).sum())
    yield "mean completed stays by day 30", float(((steps < 0) & (times <= 30)).sum())


def seen_by(text: str) -> list[tuple[int, str]]:
    """The patients of a line of an expected trace, each with what happens to her."""
    return [
        (int(patient), happens)
        for patient, happens in re.findall(
            r"p(\d+) (admitted|leaves|turned away|waits|reneges|->|stay complete|complete)", text
        )
    ]
