"""`sim margins FILE`: where the next place does most good."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from sim import answers
from sim.cli import options
from sim.cli.printing import print_json, progress, table
from sim.engines import ENGINES
from sim.experiments.margins import GOODS, Margins, goods, margins, signed
from sim.experiments.steps import steps
from sim.scenario.load import load


@click.command()
@options.scenario_file
@options.sets
@click.option(
    "--unit",
    default="place",
    show_default=True,
    metavar="UNIT",
    help="The step: place (one more), stay (a day less), demand (10 % more), or one of them or a key of the "
    "scenario with a step of your own, as in place=+2, stay=+3, demand=-10% or levels.php.capacity=+4.",
)
@click.option(
    "--by",
    type=click.Choice(list(GOODS)),
    default=next(iter(GOODS)),
    show_default=True,
    help="What ranks them.",
)
@options.replications
@options.seed
@options.engine(list(ENGINES))
@options.jobs
@options.out_of("results/<name>-margins")
@options.replace
@options.quiet
@options.as_json
def command(
    file: Path,
    sets: tuple[str, ...],
    unit: str,
    replications: int | None,
    seed: int | None,
    out: Path | None,
    replace: bool,
    quiet: bool,
    as_json: bool,
    **how: Any,
) -> None:
    """Take one small step at each level in turn and see what it changes; by default, one more place.

    All variants meet the same patients with the same luck, replication by replication, so few replications
    tell small differences. The 95 % intervals of a column hold for all its rows at once.
    """
    scenario = load(file, sets=options.with_run(sets, replications=replications, seed=seed))
    steps(scenario, unit)  # what is wrong with it is said before a folder is made
    folder = out or Path("results") / f"{scenario.name}-margins{'' if unit == 'place' else f'-{plain(unit)}'}"
    store = answers.claim(folder, scenario, command="margins", replace=replace)
    try:
        with progress(scenario.name, quiet=quiet) as report:
            found = margins(scenario, unit=unit, progress=report, store=store, **how)
        found.write(folder)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"what was finished is kept in {folder}; the same command carries on"
        ) from None
    if as_json:
        print_json(for_programs(found, folder))
    elif not quiet:
        click.echo("\n".join(for_people(found)))
        click.echo(f"\nResults are in {folder}: margins.csv, differences.csv, figures/margins.png")


def plain(unit: str) -> str:
    """The unit as a part of a folder's name."""
    words = "".join(letter if letter.isalnum() else "-" for letter in unit.lower().replace("%", "-percent"))
    return "-".join(part for part in words.split("-") if part)


def for_programs(found: Margins, folder: Path) -> dict[str, object]:
    """The table, what it is of, and the sentences."""
    return {
        "folder": str(folder),
        "scenario": found.scenario.name,
        "unit": found.unit,
        "ranked_by": found.by,
        "seed": found.scenario.run.seed,
        "replications": len(found.base.reduced),
        "engine": found.base.engine,
        "intervals": f"95 %, simultaneous for the {len(found.steps)} steps of one good (Bonferroni)",
        "left_out": found.left_out,
        "margins": found.table(),
        "sentences": found.sentences(),
    }


def for_people(found: Margins) -> Iterator[str]:
    """The table, best step first, how to read it, and what it comes to."""
    frame, chosen = found.table(), goods(found.base.reduced)
    words = [word for word in chosen if word in set(frame["good"])]
    cells = {(row["at"], row["good"]): row for row in frame.to_dict("records")}
    rows = []
    for at in dict.fromkeys(frame["at"]):
        told = [cells.get((at, word)) for word in words]
        rows.append((at, *("–" if row is None else cell(row["change"], row["ci_high"]) for row in told)))
    yield f"{found.scenario.name}: {found.words}, {len(found.base.reduced)} paired replications, best first"
    yield ""
    units = ("", *(chosen[word].unit for word in words))
    yield from table(("change", *(chosen[word].title for word in words)), [units, *rows])
    yield ""
    together = f" that hold for all {len(rows)} rows of a column at once" if len(rows) > 1 else ""
    yield f"±: 95 % intervals{together}. There: at that level."
    if found.left_out:
        yield f"Not stepped: {'; '.join(found.left_out)}."
    yield ""
    yield from found.sentences()


def cell(change: float, high: float) -> str:
    """The change ± half its interval."""
    return f"{signed(change)} ±{signed(high - change).lstrip('+−')}"
