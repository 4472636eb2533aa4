"""`sim run FILE…`: simulate, write results, print the answer."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from sim import results
from sim.cli import options, precise
from sim.cli.answer import for_people, for_programs
from sim.cli.main import CHECK_FAILED, DONE
from sim.cli.printing import print_json, progress
from sim.engines import ENGINES
from sim.engines.choice import Choice
from sim.errors import SimError
from sim.experiments.precision import Reached, run_until
from sim.experiments.run import Interrupted, Result
from sim.scenario.load import load
from sim.scenario.types import Scenario
from sim.traffic import offered_load


@click.command()
@options.scenario_files
@options.sets
@options.replications
@precise.precision
@precise.at_most
@options.seed
@options.engine(list(ENGINES))
@options.jobs
@options.out
@click.option("--log", "keep_logs", is_flag=True, help="Write every event and every patient too.")
@click.option(
    "--check", is_flag=True, help="Test every log for what must hold; exit code 1 where it does not."
)
@options.replace
@options.quiet
@options.as_json
def command(
    files: tuple[Path, ...],
    sets: tuple[str, ...],
    replications: int | None,
    precisions: tuple[str, ...],
    seed: int | None,
    out: Path | None,
    replace: bool,
    quiet: bool,
    as_json: bool,
    **how: Any,
) -> int:
    """Run scenarios one after the other, write their results, print the answer of each on one screen.

    An interrupted run is carried on by the same command, a finished one is not computed again. Intervals (±)
    are 95 % of the mean over replications: they tell of chance in the simulation, not of doubt about the
    numbers put in.
    """
    how["targets"] = precise.targets(precisions)
    own = [("replications", replications), ("seed", seed)]
    sets = (*sets, *(f"run.{key}={value}" for key, value in own if value is not None))
    scenarios = [load(file, sets=list(sets)) for file in files]
    folders = [folder_of(scenario, out=out, many=len(files) > 1) for scenario in scenarios]
    if len(set(folders)) < len(folders):
        raise SimError("sim run: two of the scenarios have the same name; run each with an --out of its own")
    for scenario, folder in zip(scenarios, folders, strict=True):
        results.claim(folder, scenario, replace=replace)
    answers, passed = [], True
    for scenario, folder in zip(scenarios, folders, strict=True):
        result, reached = carried_out(scenario, folder, quiet=quiet, how=how)
        passed = passed and not result.broken and all(one.met for one in reached)
        if as_json:
            answer = {"folder": str(folder), **for_programs(result, offered_load(scenario))}
            answers.append(answer | {"precision": precise.for_programs(reached)})
        elif not quiet:
            click.echo(for_people(result, offered_load(scenario)))
            for line in precise.for_people(reached, len(result.reduced)):
                click.echo(line)
            click.echo(f"Results are in {folder}: summary.csv, daily.csv, curves.csv, figures/, …\n")
    if as_json:
        print_json(answers if len(answers) > 1 else answers[0])
    return DONE if passed else CHECK_FAILED


def carried_out(
    scenario: Scenario, folder: Path, *, quiet: bool, how: dict[str, Any]
) -> tuple[Result, list[Reached]]:
    """The result of one scenario, once its folder is written, and what became of the precisions asked for.

    What is broken in its logs is printed.
    """
    try:
        with progress(scenario.name, quiet=quiet) as report:
            result, reached = run_until(
                scenario,
                store=results.claim(folder, scenario),
                progress=report,
                chosen=partial(told, scenario, quiet=quiet),
                **how,
            )
        if not results.is_finished(folder, result.scenario, logs=how["keep_logs"]):
            results.write(result, folder)
    except KeyboardInterrupt as stop:
        said = f"{stop}, kept" if isinstance(stop, Interrupted) else "what was finished is kept"
        raise KeyboardInterrupt(f"{said} in {folder}; the same command carries on") from None
    for replication, sentence in result.broken:
        click.echo(f"{scenario.name}, replication {replication}: {sentence}", err=True)
    return result, reached


def told(scenario: Scenario, choice: Choice, *, quiet: bool) -> None:
    """Says which engine runs where that must be waited for; else the answer says it."""
    if choice.notable and not quiet:
        click.echo(f"{scenario.name}: engine {choice.engine}, {choice.why}", err=True)


def folder_of(scenario: Scenario, *, out: Path | None, many: bool) -> Path:
    """Where the results go: results/<name> unless another folder was named."""
    if out is None:
        return Path("results") / scenario.name
    return out / scenario.name if many else out
