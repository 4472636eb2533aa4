"""`sim sweep FILE`: every point of a scenario's `[sweep]`, with the same replications."""

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from math import isnan
from pathlib import Path
from typing import Any

import click
import pandas as pd

from sim import sweeps
from sim.cli import options
from sim.cli.main import DONE
from sim.cli.printing import duration, print_json, progress, table
from sim.cli.run import told
from sim.engines import ENGINES
from sim.errors import SimError
from sim.experiments.cluster import on_cluster
from sim.experiments.points import assumptions
from sim.experiments.run import Interrupted
from sim.experiments.sweep import Ahead, Swept, sweep
from sim.measures.names import spelled
from sim.scenario.load import load
from sim.sentences import number

MOST_ROWS = 40
"""Points that are printed; `report.csv` has all."""


@click.command()
@options.scenario_file
@options.sets
@options.replications
@options.seed
@options.engine(list(ENGINES))
@options.jobs
@options.out_of("results/<name>-sweep")
@click.option(
    "--backend",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="Where the work is done: by processes of this machine, or by the workers of a Dask scheduler.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Address of the Dask scheduler, as in tcp://host:8786.")
@click.option(
    "--local-cluster",
    "cluster",
    metavar="N",
    type=click.IntRange(min=1),
    help="Start a Dask scheduler and N workers on this machine, to try it out.",
)
@click.option(
    "--shard",
    metavar="K/N",
    default="1/1",
    help="Do the K-th of N parts of the points, into a store of its own; `sim merge` joins them.",
)
@options.replace
@options.quiet
@options.as_json
def command(
    file: Path,
    sets: tuple[str, ...],
    replications: int | None,
    seed: int | None,
    out: Path | None,
    shard: str,
    replace: bool,
    quiet: bool,
    as_json: bool,
    **how: Any,
) -> int:
    """Run every point of the scenario's [sweep] and the scenario itself, all with the same luck.

    What is finished is kept in one file of the results folder; an interrupted or killed sweep is carried on
    by the same command, and more points or replications add to what is there. Intervals (±) are 95 % of the
    mean over replications: they tell of chance in the simulation, not of doubt about the numbers put in.
    """
    scenario = load(file, sets=options.with_run(sets, replications=replications, seed=seed))
    part = shard_of(shard)
    folder = out or Path("results") / f"{scenario.name}-sweep"
    try:
        with (
            workers(how.pop("backend"), how.pop("scheduler"), how.pop("cluster")) as elsewhere,
            sweeps.claimed(folder, scenario, replace=replace, shard=part) as store,
        ):
            with progress(scenario.name, quiet=quiet) as report:
                found = sweep(
                    scenario,
                    store,
                    shard=part,
                    progress=report,
                    ahead=partial(say_ahead, quiet=quiet or as_json),
                    chosen=partial(told, scenario, quiet=quiet),
                    **{**how, **elsewhere},
                )
            if part[1] > 1:
                if not quiet:
                    click.echo(f"Shard {shard} is in {store.path}; when all are there: sim merge {folder}")
                return DONE
            written = sweeps.write(found, folder)
    except KeyboardInterrupt as stop:
        said = f"{stop}, kept" if isinstance(stop, Interrupted) else "what was finished is kept"
        raise KeyboardInterrupt(f"{said} in {folder}; the same command carries on") from None
    say_results(found, written, quiet=quiet, as_json=as_json)
    return DONE


def workers(
    backend: str, scheduler: str | None, cluster: int | None
) -> AbstractContextManager[Mapping[str, Any]]:
    """Who does the work, as arguments of `sweep`; none for processes of this machine."""
    if backend == "local" and scheduler is None and cluster is None:
        return nullcontext({})
    if (scheduler is None) == (cluster is None):
        raise SimError("sim sweep: --backend dask wants one of --scheduler ADDRESS and --local-cluster N")
    return on_cluster(scheduler, workers=cluster)


def shard_of(text: str) -> tuple[int, int]:
    """The number of a shard and of all shards, from K/N. Raises `SimError`."""
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise SimError(f"--shard: is {text!r}; want K/N with K from 1 to N, as in 3/10")
    return int(found[1]), int(found[2])


def say_ahead(ahead: Ahead, *, quiet: bool) -> None:
    """Says what there is to do, before it begins."""
    if quiet:
        return
    click.echo(
        f"{ahead.points:,} different points × {ahead.replications:,} replications = "
        f"{ahead.points * ahead.replications:,} runs, {ahead.missing:,} of them to do: about "
        f"{duration(ahead.seconds)} on {ahead.workers} at once, {size(ahead.bytes)} on disk",
        err=True,
    )
    if ahead.unused.of_another_program:
        click.echo(
            f"{ahead.unused.of_another_program:,} runs in the store were made by another state of the "
            "program; they are not used",
            err=True,
        )
    if ahead.unused.of_other_scenarios:
        click.echo(
            f"{ahead.unused.of_other_scenarios:,} runs in the store are of points that are not in the sweep "
            "now; they are not used",
            err=True,
        )


def say_results(found: Swept, written: sweeps.Written, *, quiet: bool, as_json: bool) -> None:
    """Prints the report of a finished sweep."""
    if as_json:
        said = {"folder": str(written.folder), **for_programs(found, written.report)}
        print_json(said | ({"indices": written.indices} if len(written.indices) else {}))
    elif not quiet:
        click.echo("\n".join([*for_people(found, written.report), *of_indices(written.indices)]))
        click.echo(f"Results are in {written.folder}: report.csv, summary.csv, replications.csv, figures/, …")


def for_programs(found: Swept, report: pd.DataFrame) -> dict[str, Any]:
    """What was swept, and the report."""
    return {
        "scenario": found.scenario.name,
        "seed": found.scenario.run.seed,
        "points": len(found.points),
        "replications": found.scenario.run.replications,
        "engine": found.engine,
        "assumptions": assumptions(found.scenario, found.keys),
        "report": report,
    }


def for_people(found: Swept, report: pd.DataFrame) -> Iterator[str]:
    """A row for each point: what it sets, and the measures with their intervals."""
    run = found.scenario.run
    yield (
        f"{found.scenario.name}: {len(found.points)} points of {run.replications} replications, seed "
        f"{run.seed}; {found.engine} engine"
    )
    heads = ["point", *found.keys, *(spelled(*key) for key in found.report_on)]
    rows = []
    for point, part in report.groupby("point", sort=False):
        first = part.iloc[0]
        values = [figure(row) for row in part.to_dict("records")]
        rows.append([str(point), *(shown(first[key]) for key in found.keys), *values])
    yield from table(heads, rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        yield f"… and {len(rows) - MOST_ROWS} more in report.csv"
    units = dict.fromkeys(zip(report["measure"], report["unit"], strict=True))
    yield ", ".join(f"{name} in {unit}" for name, unit in units if unit not in ("", "share"))
    yield from assumptions(found.scenario, found.keys)
    yield "±: half the 95 % interval of the mean over replications. Point 0 is the scenario itself."


def figure(row: dict[Any, Any]) -> str:
    """A mean ± half its interval; a share as a percentage."""
    scale = 100.0 if row["unit"] == "share" else 1.0
    half = (row["ci_high"] - row["ci_low"]) / 2.0
    said = number(scale * row["mean"]) + (" %" if scale > 1.0 else "")
    return said + ("" if isnan(half) else f" ±{number(scale * half)}")


def of_indices(indices: pd.DataFrame) -> Iterator[str]:
    """The Sobol indices, where there are any: what a key brings alone, and with its interplay."""
    if not len(indices):
        return
    heads = ("measure", "key", "alone", "with interplay")
    rows = [
        (
            spelled(row["measure"], row["level"]),
            row["key"],
            *(
                f"{row[name]:.2f} ({row[f'{name}_low']:.2f} to {row[f'{name}_high']:.2f})"
                for name in ("first", "total")
            ),
        )
        for row in indices.to_dict("records")
    ]
    yield ""
    yield from table(heads, rows, to_the_left=(0, 1))
    rows_used = indices["rows"].iloc[0]
    yield f"Shares of the variance over all ranges, with the 95 % intervals of {rows_used} rows."


def shown(value: Any) -> str:
    """A value that a point sets; a dash where the scenario has none."""
    if value is None or (isinstance(value, float) and isnan(value)):
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


def size(count: float) -> str:
    """A number of bytes that people can picture."""
    return f"{count / 1e6:,.0f} MB" if count < 1e9 else f"{count / 1e9:,.1f} GB"
