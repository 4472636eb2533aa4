"""`sim check FILE…`: faults, oddities, and offered load against capacity."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pandas as pd

from sim.cli import options
from sim.cli.main import BAD_INPUT, DONE
from sim.cli.printing import print_json, table
from sim.errors import ScenarioError
from sim.flows.intake import stage_loads
from sim.full_roster import served
from sim.hours import hours_a_week
from sim.scenario.checks import warnings
from sim.scenario.load import load
from sim.scenario.types import Scenario
from sim.seating import seating, verdict
from sim.sentences import number, percent
from sim.start import overdue
from sim.traffic import ending_shares, offered_load, reckon


@click.command()
@options.scenario_files
@options.sets
@options.quiet
@options.as_json
def command(files: tuple[Path, ...], sets: tuple[str, ...], quiet: bool, as_json: bool) -> int:
    """Find all faults of scenarios; where there are none, set offered load against capacity.

    Offered load is the number of places that would be filled if nobody ever had to wait; where it is above
    capacity the line grows without end. Warnings name what is legal but odd; they do not fail the check.
    """
    found = {file: examined(file, sets, loads=as_json or not quiet) for file in files}
    for file, one in found.items():
        for fault in one["faults"]:
            click.echo(fault, err=True)
        if not (quiet or as_json or one["faults"]):
            click.echo("\n".join(told(file, one)))
    if as_json:
        print_json([{"file": str(file), **one} for file, one in found.items()])
    return BAD_INPUT if any(one["faults"] for one in found.values()) else DONE


def examined(file: Path, sets: tuple[str, ...], *, loads: bool) -> dict[str, Any]:
    """Faults and warnings of one scenario; of one without faults, with `loads`, also loads and ways out."""
    try:
        scenario = load(file, sets=list(sets))
        check_points(scenario)
    except ScenarioError as error:
        return {"faults": [str(fault) for fault in error.faults], "warnings": []}
    found: dict[str, Any] = {
        "faults": [],
        "warnings": [str(one) for one in warnings(scenario)] + overdue(scenario),
    }
    if loads:
        flows = reckon(scenario)
        found |= {
            "offered_load": offered_load(scenario, found=flows),
            "endings": ending_shares(scenario, found=flows),
        }
        if stages := stage_loads(scenario, flows.plan):
            found["intake"] = [one._asdict() | {"settles": one.settles} for one in stages]
        if tracks := seating(scenario, found["offered_load"]):
            found["tracks"] = [one._asdict() | {"verdict": verdict(one)} for one in tracks]
        if offered := hours_a_week(scenario):
            found["services"] = [one._asdict() for one in offered]
        if limited := list(served(scenario, found["offered_load"])):
            found["staff"] = [one._asdict() for one in limited]
    return found


def check_points(scenario: Scenario) -> None:
    """Raises `ScenarioError` with the faults of the points of its sweep, if it has any."""
    sweep = scenario.sweep
    if sweep is not None and (sweep.grid or sweep.points or sweep.sample):
        from sim.experiments.points import points  # noqa: PLC0415 (only a sweep needs them)
        from sim.experiments.sweep import digests_of  # noqa: PLC0415

        digests_of(scenario, points(scenario))


def told(file: Path, one: dict[str, Any]) -> Iterator[str]:
    """The findings of a scenario without faults, for people."""
    yield f"{file}: ok"
    heads = ("level", "admissions a day", "mean stay", "offered load", "places", "load / places", "")
    yield from table(
        heads, [load_row(row) for row in one["offered_load"].to_dict("records")], to_the_left=(0, 6)
    )
    for row in one.get("intake", ()):
        yield stage_row(row)
    if "tracks" in one:
        yield ""
        yield "Who asks for which track, by the traits of all patients:"
        about = ("track", "of those who ask", "offered load", "seats", "load / seats", "")
        yield from table(about, [track_row(row) for row in one["tracks"]], to_the_left=(0, 5))
    for row in one.get("staff", ()):
        yield staff_row(row)
    yield ""
    yield "How stays end, all clocks competing, and after how many days on average:"
    yield from endings(one["endings"])
    if "services" in one:
        yield ""
        yield "Hours of services a week that each patient is offered, from a day of her stay on:"
        columns = ("level", "from day", "hours a week", "after a relapse", "")
        yield from table(columns, [hours_row(row) for row in one["services"]], to_the_left=(0, 4))
    yield from (f"warning: {said}" for said in one["warnings"])


def load_row(row: dict[Any, Any]) -> tuple[str, ...]:
    """One level's load, and what it means."""
    return (
        row["level"],
        number(row["admissions_per_day"], 2),
        number(row["mean_stay_days"]),
        number(row["load"]),
        number(row["capacity"], 0),
        "–" if row["capacity"] == float("inf") else percent(row["load_ratio"]),
        row["verdict"],
    )


def stage_row(row: dict[str, Any]) -> str:
    """What comes to a stage of the intake, beside its appointments."""
    so = "" if row["settles"] else "; this never settles: the next free appointment moves ever further away"
    return (
        f"{row['stage']}: {number(row['patients'])} patients a week for "
        f"{number(row['appointments'], 0)} appointments{so}"
    )


def track_row(row: dict[str, Any]) -> tuple[str, ...]:
    """One track's load, and what it means."""
    seats = row["seats"]
    return (
        f"{row['level']}: {row['track']}",
        percent(row["share"]),
        number(row["load"]),
        number(seats, 0),
        percent(row["load"] / seats) if 0 < seats < float("inf") else "–",
        row["verdict"],
    )


def staff_row(row: dict[str, Any]) -> str:
    """What the full roster serves of one level, beside its load."""
    of = "" if row["capacity"] == float("inf") else f" of {number(row['capacity'], 0)}"
    within = "within that" if row["load"] <= row["usable"] else "more than that"
    return (
        f"{row['level']}: the full roster serves {number(row['usable'], 0)}{of} places ({row['role']}) while "
        f"the other levels are at their load; its own load of {number(row['load'])} is {within}"
    )


def hours_row(row: dict[str, Any]) -> tuple[str, ...]:
    """One phase of a level's services, and the band of hours of its ASAM level."""
    relapsed = row["after_relapse"]
    return (
        row["level"],
        f"{row['from_day']:g}",
        number(row["hours"]),
        "–" if relapsed is None else number(relapsed),
        row["band"] + ("" if row["within"] else ": these are outside"),
    )


def endings(shares: pd.DataFrame) -> Iterator[str]:
    """One line per level: the causes with their shares and mean days."""
    width = max((len(str(level)) for level in shares["level"]), default=0)
    for level, rows in shares.groupby("level", sort=False):
        said = [
            f"{row['cause']} {percent(row['share'])} ({number(row['mean_days'])})"
            for row in rows.to_dict("records")
        ]
        yield f"{str(level).ljust(width)}  {', '.join(said)}"
