"""`sim sensitivity FILE`: what an answer turns on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from sim import answers
from sim.cli import options
from sim.cli.printing import print_json, progress, table
from sim.engines import ENGINES
from sim.experiments.margins import signed
from sim.experiments.ranges import checked, range_of
from sim.experiments.sensitivity import Sensitivity, sensitivity
from sim.experiments.sobol import balanced
from sim.measures.names import spelled
from sim.scenario.load import load


@click.command()
@options.scenario_file
@options.sets
@click.option(
    "--vary",
    multiple=True,
    metavar="KEY=LOW..HIGH",
    help="A key and its range, or KEY=20% for a fifth each way. May be repeated; by default the ranges of "
    "the scenario's [sweep].",
)
@click.option(
    "--measure",
    "measures",
    multiple=True,
    metavar="MEASURE",
    help="What is looked at, as in wait.php.mean. May be repeated; by default what the [sweep] reports.",
)
@click.option(
    "--sobol",
    "points",
    type=click.IntRange(min=2),
    metavar="ROWS",
    help="Sobol indices too, from a sample with so many rows, a power of 2: rows × (keys + 2) more variants.",
)
@options.replications
@options.seed
@options.engine(list(ENGINES))
@options.jobs
@options.out_of("results/<name>-sensitivity")
@options.replace
@options.quiet
@options.as_json
def command(
    file: Path,
    vary: tuple[str, ...],
    measures: tuple[str, ...],
    points: int | None,
    replace: bool,
    quiet: bool,
    as_json: bool,
    **how: Any,
) -> None:
    """Take keys through their ranges and see what the answer turns on.

    One key at a time to both ends of its range, paired with the scenario itself: a tornado. With --sobol, all
    keys at once, each spread evenly over its range: the share of the variance that each brings, alone and
    with its interplay.
    """
    sets = options.with_run(how.pop("sets"), replications=how.pop("replications"), seed=how.pop("seed"))
    scenario = load(file, sets=sets)
    ranges = dict(range_of(text, scenario) for text in vary) or None
    chosen = checked(scenario, ranges)
    variants = 1 + 2 * len(chosen) + (balanced(points) * (len(chosen) + 2) if points else 0)
    folder = how.pop("out") or Path("results") / f"{scenario.name}-sensitivity"
    store = answers.claim(folder, scenario, command="sensitivity", replace=replace)
    if not quiet:
        runs = variants * scenario.run.replications
        click.echo(f"{scenario.name}: {variants:,} variants, {runs:,} replications", err=True)
    try:
        with progress(scenario.name, quiet=quiet) as report:
            found = sensitivity(
                scenario, chosen, measures=measures, points=points or 0, progress=report, store=store, **how
            )
        found.write(folder)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"what was finished is kept in {folder}; the same command carries on"
        ) from None
    if as_json:
        print_json(for_programs(found, folder))
    elif not quiet:
        click.echo("\n".join(for_people(found)))
        files = "tornado.csv, " + ("indices.csv, " if points else "") + "figures/sensitivity.png"
        click.echo(f"\nResults are in {folder}: {files}")


def for_programs(found: Sensitivity, folder: Path) -> dict[str, object]:
    """Both tables, what they are of, and the sentences."""
    return {
        "folder": str(folder),
        "scenario": found.scenario.name,
        "seed": found.scenario.run.seed,
        "replications": len(found.base),
        "engine": found.engine,
        "ranges": {key: list(ends) for key, ends in found.ranges.items()},
        "intervals": f"95 %; those of a tornado simultaneous for its {len(found.ends)} bars (Bonferroni)",
        "tornado": found.tornado(),
        "indices": found.indices(),
        "sentences": found.sentences(),
    }


def for_people(found: Sensitivity) -> Iterator[str]:
    """A table for each measure, the key it turns on most first, and what it comes to."""
    frame, indices = found.tornado(), found.indices()
    heads = ["key", "low", "high", "change at low", "change at high"]
    heads += ["alone", "with interplay"] if len(indices) else []
    for measure, level in found.measures:
        part = frame[(frame["measure"] == measure) & (frame["level"] == level)]
        mine = indices[(indices["measure"] == measure) & (indices["level"] == level)].set_index("key")
        rows = []
        for key, both in part.groupby("key", sort=False):
            low, high = (both[both["end"] == end].iloc[0] for end in ("low", "high"))
            cells = [str(key), f"{low['value']:g}", f"{high['value']:g}"]
            cells += [
                f"{signed(one['change'])} ±{signed(one['ci_high'] - one['change']).lstrip('+−')}"
                for one in (low, high)
            ]
            for name in ("first", "total") if len(mine) else ():
                row = mine.loc[key]
                cells.append(f"{row[name]:.2f} ({row[f'{name}_low']:.2f} to {row[f'{name}_high']:.2f})")
            rows.append(cells)
        now, unit = part["before"].iloc[0], part["unit"].iloc[0]
        yield f"{spelled(measure, level)}: now {now:.4g} {unit}; {len(found.base)} paired replications"
        yield from table(heads, rows)
        yield ""
    yield "±: 95 % intervals that hold for all ends of a measure at once."
    if len(indices):
        rows_used = indices["rows"].iloc[0]
        yield f"alone, with interplay: shares of the variance, with the 95 % intervals of {rows_used} rows."
    yield ""
    yield from found.sentences()
