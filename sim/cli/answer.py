"""The answer of a run on one screen, for a programme director, and the same for other programs."""

from collections.abc import Iterator
from math import isinf, isnan, nan
from typing import Any

import pandas as pd

from sim.cli.printing import number, percent, table
from sim.experiments.run import Result
from sim.start import overdue

PRECISION = 0.05
"""The half-width that is asked of the intervals of waits, as a share of the mean."""

SHORTEST_WAIT_DAYS = 0.1
"""Of shorter mean waits nobody asks for such precision."""

HEADS = (
    "level",
    "places",
    "load",
    "census",
    "p95",
    "occupied",
    "wait: mean",
    "median",
    "p90",
    "in 7 days",
    "blocked",
    "turned away",
    "gave up",
)
LEGEND = (
    "load: places that would be filled if nobody ever waited. wait: days from asking to admission.",
    "±: 95 % interval of the mean over replications; it tells of chance in the simulation only.",
)
OVER_TIME = {
    "retention": "Still in the continuum",
    "relapse_free": "No use since admission",
    "in_care": "In care, without a relapse",
}
"""Measures by days since admission → in words."""


def for_programs(result: Result, loads: pd.DataFrame) -> dict[str, Any]:
    """Name, setting, offered load, summary, replications wanted, notes, and what was found broken."""
    return {
        "scenario": result.scenario.name,
        "seed": result.scenario.run.seed,
        "replications": len(result.reduced),
        "engine": result.engine,
        "offered_load": loads,
        "summary": result.summary(),
        "more_replications": more_replications(result),
        "notes": notes(result),
        "broken": [{"replication": replication, "what": said} for replication, said in result.broken],
    }


def for_people(result: Result, loads: pd.DataFrame) -> str:
    """What a programme director asks first, level by level and then of the whole, as text."""
    figures = Figures(result.summary())
    parts = [
        heading(result),
        table(HEADS, [level_row(figures, row) for row in loads.to_dict("records")]),
        LEGEND,
        whole(figures),
        [*verdicts(loads), *overdue(result.scenario), *notes(result), *precision(result)],
    ]
    return "\n".join("\n".join(part) + "\n" for part in parts)


class Figures:
    """The means of a summary by measure and level ("" for the whole), with half their intervals."""

    def __init__(self, summary: pd.DataFrame) -> None:
        rows = summary.set_index(["measure", "level"])
        self.columns: dict[str, dict[Any, float]] = {
            name: rows[name].to_dict() for name in ("mean", "ci_low", "ci_high")
        }

    def mean(self, measure: str, level: str = "") -> float:
        """The mean over replications; NaN where there is none."""
        return self.columns["mean"].get((measure, level), nan)

    def half(self, measure: str, level: str = "") -> float:
        """Half the width of the 95 % interval; NaN where there is none."""
        low, high = (self.columns[name].get((measure, level), nan) for name in ("ci_low", "ci_high"))
        return (high - low) / 2.0

    def told(self, measure: str, level: str = "") -> str:
        """The mean ± half its interval."""
        half = self.half(measure, level)
        return number(self.mean(measure, level)) + ("" if isnan(half) else f" ±{number(half)}")

    def told_share(self, measure: str, level: str = "") -> str:
        """The same as percentages."""
        half = self.half(measure, level)
        return percent(self.mean(measure, level)) + ("" if isnan(half) else f" ±{100 * half:.1f}")


def heading(result: Result) -> list[str]:
    """What was run."""
    scenario, run = result.scenario, result.scenario.run
    count = len(result.reduced)
    return [
        f"{scenario.name}: {scenario.title}" if scenario.title else scenario.name,
        f"{count} replication{'s' * (count > 1)} of {run.duration:g} days from {run.start}"
        + (f", after {run.warm_up:g} days of warm-up" if run.warm_up else "")
        + f"; seed {run.seed}; {result.engine} engine",
    ]


def level_row(figures: Figures, load: dict[Any, Any]) -> tuple[str, ...]:
    """One level of the table."""
    level = load["level"]
    return (
        level,
        number(load["capacity"], 0),
        number(load["load"]),
        figures.told("census.mean", level),
        number(figures.mean("census.p95", level), 0),
        percent(figures.mean("occupancy", level)),
        figures.told("wait.mean", level),
        number(figures.mean("wait.median", level)),
        number(figures.mean("wait.p90", level)),
        percent(figures.mean("wait.share_within_7_days", level)),
        number(figures.mean("blocked.mean", level)),
        percent(figures.mean("turned_away.share", level)),
        percent(figures.mean("reneged.share", level)),
    )


def whole(figures: Figures) -> Iterator[str]:
    """What is said of the whole continuum."""
    yield (
        f"Completed episodes a month: {figures.told('episodes.completed.per_month')}, "
        f"without a relapse in care: {figures.told('episodes.completed_relapse_free.per_month')}"
    )
    for name, words in OVER_TIME.items():
        known = [day for day in (30, 90, 180, 365) if not isnan(figures.mean(f"{name}.day_{day}"))]
        if known:
            told = ", ".join(f"{figures.told_share(f'{name}.day_{day}')} at {day} days" for day in known)
            yield f"{words}: {told}"


def verdicts(loads: pd.DataFrame) -> list[str]:
    """What a director must know of levels that do not simply settle."""
    return [
        f"{row['level']}: {row['verdict']}"
        for row in loads.to_dict("records")
        if row["verdict"] != "settles" and not (isinf(row["capacity"]) and row["load"])
    ]


def notes(result: Result) -> list[str]:
    """What must be known of the replications, each sentence once, with the number it is true of."""
    said = [note for reduced in result.reduced for note in reduced.notes]
    many = len(result.reduced)
    return [f"{note} (in {said.count(note)} of {many} replications)" for note in dict.fromkeys(said)]


def precision(result: Result) -> Iterator[str]:
    """How many more replications the waits would need."""
    if len(result.reduced) < 2:
        yield "One replication gives no intervals; --replications 30 does."
    elif more := more_replications(result):
        told = ", ".join(f"{level} {count:,}" for level, count in more.items())
        yield f"More replications for the mean wait ± {100 * PRECISION:.0f} %: {told}."


def more_replications(result: Result) -> dict[str, int]:
    """How many more replications would bring the mean wait to ± 5 %, by level, where it is not there yet.

    Levels with hardly any wait are left out.
    """
    waits = result.summary().query(
        "measure == 'wait.mean' and replications > 1 and mean >= @SHORTEST_WAIT_DAYS"
    )
    more = {
        level: result.more_replications("wait.mean", level, PRECISION)
        for level in result.scenario.levels
        if level in set(waits["level"])
    }
    return {level: count for level, count in more.items() if count > 0}
