"""The answer of a run on one screen, for a programme director, and the same for other programs."""

from collections.abc import Iterator
from math import isnan, nan
from typing import Any

import pandas as pd

from sim.cli.printing import number, percent, table
from sim.experiments.run import Result
from sim.theory import offered_load

PRECISION = 0.05
"""The interval of a wait that is asked about: ± 5 % of the mean."""

HEADS = (
    "level",
    "places",
    "load",
    "census",
    "p95",
    "occupied",
    "wait median",
    "p90",
    "within 7 d",
    "blocked",
    "turned away",
    "gave up",
)


def for_programs(result: Result) -> dict[str, Any]:
    """Name, setting, offered load, summary, and what was found broken."""
    run = result.scenario.run
    return {
        "scenario": result.scenario.name,
        "seed": run.seed,
        "replications": run.replications,
        "engine": result.engine,
        "offered_load": offered_load(result.scenario),
        "summary": result.summary(),
        "more_replications": {level: more_for_wait(result, level) for level in result.scenario.levels},
        "notes": notes(result),
        "broken": [{"replication": number, "what": said} for number, said in result.broken],
    }


def for_people(result: Result) -> str:
    """What a programme director asks first, level by level and then of the whole, as text."""
    figures = Figures(result.summary())
    scenario, run = result.scenario, result.scenario.run
    loads = offered_load(scenario).set_index("level")
    lines = [
        scenario.title or scenario.name,
        f"{run.replications} replications of {run.duration:g} days after {run.warm_up:g} days of warm-up, "
        f"from {run.start}, seed {run.seed}",
        "",
        *table(HEADS, [level_row(figures, level, loads.loc[level]) for level in scenario.levels]),
        "",
        *whole(figures),
        "",
        *(
            f"{level}: {loads.loc[level, 'verdict']}"
            for level in scenario.levels
            if loads.loc[level, "verdict"]
        ),
        *notes(result),
        *precision(result),
    ]
    return "\n".join(lines)


class Figures:
    """The means of a summary by measure and level, and the half-widths of their intervals."""

    def __init__(self, summary: pd.DataFrame) -> None:
        rows = summary.set_index(["measure", "level"])
        self.columns: dict[str, dict[Any, float]] = {
            name: rows[name].to_dict() for name in ("mean", "ci_low", "ci_high")
        }

    def mean(self, measure: str, level: str = "") -> float:
        """The mean over replications; NaN where there is none."""
        return self._of(measure, level, "mean")

    def spread(self, measure: str, level: str = "") -> float:
        """Half the width of the 95 % interval; NaN where there is none."""
        return (self._of(measure, level, "ci_high") - self._of(measure, level, "ci_low")) / 2.0

    def _of(self, measure: str, level: str, column: str) -> float:
        return self.columns[column].get((measure, level), nan)

    def told(self, measure: str, level: str = "", *, digits: int = 1) -> str:
        """The mean ± half the interval."""
        mean, spread = self.mean(measure, level), self.spread(measure, level)
        return number(mean, digits) + ("" if isnan(spread) else f" ±{number(spread, digits)}")

    def told_share(self, measure: str, level: str = "") -> str:
        """The mean share ± half the interval, as percentages."""
        mean, spread = self.mean(measure, level), self.spread(measure, level)
        return percent(mean) + ("" if isnan(spread) else f" ±{100 * spread:.1f}")


def level_row(figures: Figures, level: str, load: "pd.Series[Any]") -> tuple[str, ...]:
    """One level of the table."""
    return (
        level,
        number(load["capacity"], 0),
        number(load["load"]),
        figures.told("census.mean", level),
        number(figures.mean("census.p95", level), 0),
        percent(figures.mean("occupancy", level)),
        figures.told("wait.median", level) + " d",
        number(figures.mean("wait.p90", level)) + " d",
        percent(figures.mean("wait.share_within_7_days", level)),
        number(figures.mean("blocked.mean", level)),
        percent(figures.mean("turned_away.share", level)),
        percent(figures.mean("reneged.share", level)),
    )


def whole(figures: Figures) -> Iterator[str]:
    """What is said of the whole continuum."""
    yield (
        f"Completed episodes a month: {figures.told('episodes.completed.per_month')}; "
        f"without a relapse in care: {figures.told('episodes.completed_relapse_free.per_month')}"
    )
    for name, words in (
        ("retention", "Still in the continuum"),
        ("relapse_free", "No use since admission"),
        ("in_care", "In care, without relapse"),
    ):
        days = (30, 90, 180, 365)
        if any(not isnan(figures.mean(f"{name}.day_{day}")) for day in days):
            told = ", ".join(f"{figures.told_share(f'{name}.day_{day}')} after {day} days" for day in days)
            yield f"{words}: {told}"


def notes(result: Result) -> list[str]:
    """What a reader must know of the replications, each sentence once with how many it is true of."""
    said = [note for reduced in result.reduced for note in reduced.notes]
    return [
        f"{note} (in {said.count(note)} of {len(result.reduced)} replications)"
        for note in dict.fromkeys(said)
    ]


def precision(result: Result) -> Iterator[str]:
    """How many more replications the waits would need."""
    more = {level: more_for_wait(result, level) for level in result.scenario.levels}
    wanted = max(more.values(), default=0)
    if result.scenario.run.replications < 2:
        yield "One replication tells nothing of chance: no intervals. Use --replications 30."
    elif wanted > 0:
        level = max(more, key=lambda name: more[name])
        yield (
            f"To know every mean wait to ± {100 * PRECISION:.0f} %: about {wanted} more replications "
            f"(for {level}); --replications {result.scenario.run.replications + wanted} adds them."
        )


def more_for_wait(result: Result, level: str) -> int:
    """How many more replications would bring the mean wait of a level to ± 5 %."""
    return result.more_replications("wait.mean", level, PRECISION)
