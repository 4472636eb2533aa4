"""The answer of a run on one screen, for a programme director, and the same for other programs."""

from typing import Any

import pandas as pd

from sim.cli.printing import table
from sim.experiments.run import Result
from sim.sentences import (
    OF_SERVICES,
    Figures,
    more_replications,
    notes,
    number,
    percent,
    precision,
    staff,
    usable,
    verdicts,
    way_in,
    whole,
)
from sim.start import overdue

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
TRACK_HEADS = (
    "track",
    "seats",
    "census",
    "occupied",
    "waiting",
    "wait: mean",
    "median",
    "p90",
    "turned away",
    "gave up",
    "full beside a free seat",
)
LEGEND = (
    "load: places that would be filled if nobody ever waited. wait: days from asking to admission.",
    "±: 95 % interval of the mean over replications; it tells of chance in the simulation only.",
)


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
        *filter(None, [tracks(result)]),
        whole(figures),
        *services(figures, result),
        *filter(None, [[*way_in(result), *staff(result), *usable(result)]]),
        [*verdicts(loads), *overdue(result.scenario), *notes(result), *precision(result)],
    ]
    return "\n".join("\n".join(part) + "\n" for part in parts)


def services(figures: Figures, result: Result) -> list[list[str]]:
    """What a week of services comes to, level by level; nothing where no level has any."""
    levels = [name for name in result.scenario.levels if figures.has("services.hours.per_week", name)]
    rows = [
        (
            level,
            *(
                (figures.told_share if measure == "services.group_fill" else figures.told)(measure, level)
                for measure in OF_SERVICES
            ),
        )
        for level in levels
    ]
    return [table(("services a week", *OF_SERVICES.values()), rows)] if rows else []


def tracks(result: Result) -> list[str]:
    """A table of the tracks of all levels; nothing where there are none."""
    if "tracks" not in result.panels:
        return []
    panel = result.panel("tracks").set_index(["level", "track", "measure"])["mean"]
    rows = []
    for level, track in dict.fromkeys((level, track) for level, track, _ in panel.index):
        mean = {figure: float(panel[level, track, figure]) for figure in panel[level, track].index}
        days = [number(mean[figure]) for figure in ("seats", "census")]
        waits = [number(mean[figure]) for figure in ("waiting", "wait_mean", "wait_median", "wait_p90")]
        shares = [percent(mean[figure]) for figure in ("turned_away", "gave_up", "full_beside_free")]
        rows.append((f"{level}: {track}", *days, percent(mean["occupancy"]), *waits, *shares))
    return table(TRACK_HEADS, rows)


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
