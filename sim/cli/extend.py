"""`sim extend DIR --replications N`: more replications for what is finished."""

from pathlib import Path
from typing import Any

import click

from sim import results
from sim.cli import answer, compare, options, sweep
from sim.cli.printing import print_json, progress
from sim.engines import ENGINES
from sim.experiments.compare import Comparison
from sim.experiments.run import Interrupted
from sim.extending import Extended, ExtendedSweep, extend
from sim.traffic import offered_load


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--replications",
    metavar="N",
    required=True,
    type=click.IntRange(min=1),
    help="Number of replications in all, those that are there included.",
)
@options.engine(list(ENGINES))
@options.jobs
@options.quiet
@options.as_json
def command(folder: Path, replications: int, quiet: bool, as_json: bool, **how: Any) -> None:
    """Add replications to a finished run, comparison or sweep, until there are N in all.

    None that is there is run again. The folder then holds what a run of N from the start would have written.
    """
    before = (results.manifest_of(folder) or {}).get("replications", 0)
    try:
        with progress(folder.name, quiet=quiet) as report:
            found = extend(folder, replications, progress=report, **how)
    except KeyboardInterrupt as stop:
        said = f"{stop}, kept" if isinstance(stop, Interrupted) else "what was finished is kept"
        raise KeyboardInterrupt(f"{said} in {folder}; the same command carries on") from None
    if as_json:
        print_json({"folder": str(folder), **for_programs(found)})
    elif not quiet:
        click.echo(for_people(found))
        click.echo(
            f"Added to {folder}: {replications - before} replications, to the {before} that were there."
        )


def for_programs(found: Extended) -> dict[str, Any]:
    """The answer, as the command that began it gives it."""
    if isinstance(found, Comparison):
        return compare.for_programs(found)
    if isinstance(found, ExtendedSweep):
        return sweep.for_programs(found.swept, found.written.report)
    return answer.for_programs(found, offered_load(found.scenario))


def for_people(found: Extended) -> str:
    """The answer, as the command that began it says it."""
    if isinstance(found, Comparison):
        return "\n".join(compare.for_people(found))
    if isinstance(found, ExtendedSweep):
        return "\n".join(sweep.for_people(found.swept, found.written.report)) + "\n"
    return answer.for_people(found, offered_load(found.scenario))
