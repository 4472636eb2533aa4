"""`sim seek FILE`: the smallest value of a key that meets a target."""

import re
from collections.abc import Iterator
from math import isnan
from pathlib import Path
from typing import Any

import click

from sim import answers
from sim.cli import options
from sim.cli.main import CHECK_FAILED, DONE
from sim.cli.printing import print_json, progress, table
from sim.engines import ENGINES
from sim.errors import SimError
from sim.experiments.search import How
from sim.experiments.seek import VERDICTS, Sought, checked, seek
from sim.scenario.load import load

HEADS = ("value", "replications", "mean", "from", "to", "")


@click.command()
@options.scenario_file
@options.sets
@click.option("--key", required=True, metavar="KEY", help="What is varied, as in levels.php.capacity.")
@click.option("--range", "between", required=True, metavar="LOW..HIGH", help="Its values, as in 10..40.")
@click.option(
    "--target",
    required=True,
    metavar="TARGET",
    help='What is to be met, as in "wait.php.share_within_7_days >= 0.9" or "occupancy.php <= 85%".',
)
@click.option("--confidence", default=0.95, show_default=True, metavar="C", help="How sure, on one side.")
@click.option("--largest", is_flag=True, help="Look for the largest value instead of the smallest.")
@click.option(
    "--not-monotone",
    is_flag=True,
    help="More of the key is not always better, or always worse: decide every value.",
)
@click.option(
    "--tolerance",
    type=float,
    metavar="T",
    help="Where every value is decided: so near to the target either answer is right; 2 % of it by default.",
)
@options.replications
@options.seed
@options.engine(list(ENGINES))
@options.jobs
@options.out_of("results/<name>-seek")
@options.replace
@options.quiet
@options.as_json
def command(
    file: Path,
    key: str,
    between: str,
    target: str,
    confidence: float,
    largest: bool,
    not_monotone: bool,
    tolerance: float | None,
    as_json: bool,
    **how: Any,
) -> int:
    """Find the smallest whole value of one key that meets a target; exit code 1 where none does.

    A value meets the target when the one-sided bound of the mean, at the confidence asked for, lies beyond
    it. All values meet the same patients; each starts with --replications and goes up to 16 times as many
    until they tell. The answer is then tested on fresh replications, of the next seed: exit code 1 where they
    do not confirm it.
    """
    sets = options.with_run(how.pop("sets"), replications=how.pop("replications"), seed=how.pop("seed"))
    scenario = load(file, sets=sets)
    out, replace, quiet = how.pop("out"), how.pop("replace"), how.pop("quiet")
    asked: dict[str, Any] = {
        "key": key,
        "between": range_of(between),
        "target": target,
        "confidence": confidence,
        "largest": largest,
        "monotone": not not_monotone,
        "tolerance": tolerance,
    }
    checked(scenario, **asked)  # what is wrong is said before a folder is made
    folder = out or Path("results") / f"{scenario.name}-seek"
    store = answers.claim(folder, scenario, command="seek", replace=replace)
    try:
        with progress(scenario.name, quiet=quiet) as report:
            found = seek(scenario, how=How(progress=report, store=store, **how), **asked)
        found.write(folder)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"what was finished is kept in {folder}; the same command carries on"
        ) from None
    if as_json:
        print_json(for_programs(found, folder))
    elif not quiet:
        click.echo("\n".join(for_people(found)))
        click.echo(f"\nResults are in {folder}: curve.csv, figures/curve.png")
    return DONE if found.confirmed else CHECK_FAILED


def range_of(text: str) -> tuple[int, int]:
    """The two whole numbers of LOW..HIGH. Raises `SimError`."""
    found = re.fullmatch(r"\s*(-?\d+)\s*\.\.\s*(-?\d+)\s*", text)
    if not found:
        raise SimError(f"range {text!r}: is no range; want two whole numbers as LOW..HIGH, such as 10..40")
    return int(found[1]), int(found[2])


def for_programs(found: Sought, folder: Path) -> dict[str, object]:
    """The answer, its test, and the curve that was seen."""
    return {
        "folder": str(folder),
        "scenario": found.scenario.name,
        "key": found.key,
        "range": [found.low, found.high],
        "target": str(found.target),
        "confidence": found.confidence,
        "method": found.method,
        "seed": found.scenario.run.seed,
        "engine": found.engine,
        "answer": found.answer,
        "confirmed": found.confirmed,
        "test_seed": found.test_seed,
        "best": found.best,
        "curve": found.table(),
        "notes": found.notes,
        "sentences": found.sentences(),
    }


def for_people(found: Sought) -> Iterator[str]:
    """The curve, how to read it, and what it comes to."""
    frame = found.table()
    rows = [
        (
            f"{row['value']}{' (test)' if row['seen_in'] == 'test' else ''}",
            f"{row['replications']}",
            *("–" if isnan(row[name]) else f"{row[name]:.4g}" for name in ("mean", "low", "high")),
            VERDICTS[row["verdict"]],
        )
        for row in frame.to_dict("records")
    ]
    yield f"{found.scenario.name}: {found.target}, {found.key} from {found.low} to {found.high}"
    yield ""
    yield from table(HEADS, rows, to_the_left=(0, 5))
    yield ""
    yield f"from, to: one-sided bounds of the mean, each at {100 * found.confidence:g} % confidence."
    yield from (f"Note: {note}." for note in found.notes)
    yield ""
    yield from found.sentences()
