"""`sim warm-up FILE`: how long a warm-up must be."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Any

import click

from sim import answers
from sim.cli import options
from sim.cli.main import CHECK_FAILED, DONE
from sim.cli.printing import print_json, progress, table
from sim.engines import ENGINES
from sim.experiments.run import Interrupted
from sim.experiments.warmup import WarmUp, warm_up
from sim.scenario.load import load
from sim.sentences import number


@click.command()
@options.scenario_file
@options.sets
@options.replications
@options.seed
@options.engine(list(ENGINES))
@options.jobs
@options.out
@options.replace
@options.quiet
@options.as_json
def command(
    file: Path,
    sets: tuple[str, ...],
    replications: int | None,
    seed: int | None,
    out: Path | None,
    replace: bool,
    quiet: bool,
    as_json: bool,
    **how: Any,
) -> int:
    """Say how long a warm-up must be: by MSER-5, from runs that begin empty, with a figure to look at.

    The runs are longer than the scenario's, until every level is seen to settle; exit code 1 where one does
    not.
    """
    scenario = load(file, sets=options.with_run(sets, replications=replications, seed=seed))
    folder = out or Path("results") / f"{scenario.name}-warm-up"
    try:
        store = answers.claim(folder, scenario, command="warm-up", replace=replace)
        with progress(scenario.name, quiet=quiet) as report:
            found = warm_up(scenario, progress=report, store=store, **how)
        found.write(folder)
    except KeyboardInterrupt as stop:
        said = f"{stop}, kept" if isinstance(stop, Interrupted) else "what was finished is kept"
        raise KeyboardInterrupt(f"{said} in {folder}; the same command carries on") from None
    if as_json:
        print_json({"folder": str(folder), **for_programs(found)})
    elif not quiet:
        click.echo("\n".join(for_people(found)))
        click.echo(f"Results are in {folder}: warm-up.csv, daily.csv, figures/warm-up.png")
    return DONE if found.days is not None else CHECK_FAILED


def for_programs(found: WarmUp) -> dict[str, Any]:
    """The suggestion, the table, and the sentences."""
    return {
        "scenario": found.scenario.name,
        "warm_up_days": found.scenario.run.warm_up,
        "suggested_days": found.days,
        "replications": len(found.result.reduced),
        "seed": found.scenario.run.seed,
        "warm_up": found.table(),
        "sentences": found.sentences(),
    }


def for_people(found: WarmUp) -> Iterator[str]:
    """The table, how to read it, and what it comes to."""
    rows = [
        (
            row["level"] or "all",
            number(row["cut_days"], 0),
            "yes" if row["settled"] else "no",
            number(row["in_window"]),
            number(row["afterwards"]),
            f"{row['difference']:+.1f}".replace("-", "−"),
            number((row["ci_high"] - row["ci_low"]) / 2.0),
        )
        for row in found.table().to_dict("records")
    ]
    length = int(found.table()["days"].iloc[0])
    yield (
        f"{found.scenario.name}: {len(found.result.reduced)} replications of {length} days from an empty "
        f"start; seed {found.scenario.run.seed}; {found.result.engine} engine"
    )
    yield ""
    yield from table(
        ("level", "leave out", "settled", "in the window", "afterwards", "difference", "±"), rows
    )
    yield ""
    yield "leave out: days, by MSER-5. in the window, afterwards: patients in care or waiting, on average, in"
    yield "the scenario's own window and from the cut on. ±: 95 % interval; chance in the simulation only."
    yield ""
    for sentence in found.sentences():
        yield from wrap(sentence, 110)
    yield ""
