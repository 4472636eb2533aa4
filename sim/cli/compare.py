"""`sim compare A B…`: what was changed, and what came of it."""

from collections import Counter
from collections.abc import Iterator
from math import isnan
from pathlib import Path
from textwrap import wrap
from typing import Any

import click
import pandas as pd

from sim import comparisons
from sim.cli import options, precise
from sim.cli.main import CHECK_FAILED, DONE
from sim.cli.printing import print_json, progress, table
from sim.engines import ENGINES
from sim.experiments.compare import Comparison, compare
from sim.experiments.run import Interrupted, Result
from sim.sentences import AT_LEVELS, OF_ALL, WORDS_ONLY, number, shown

MOST_CHANGES = 20
"""Keys that are printed; `changes.csv` has all."""

WIDEST = 110
"""Letters of a line of text."""


@click.command()
@click.argument("sources", metavar="A B...", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.sets
@options.replications
@precise.precision
@precise.at_most
@options.seed
@options.engine(list(ENGINES))
@options.jobs
@options.out
@options.replace
@options.quiet
@options.as_json
def command(
    sources: tuple[Path, ...],
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
    """Compare scenarios with the first: what was changed, and paired differences with 95 % intervals.

    A and B are scenario files, or folders of finished runs. One alone is compared with itself as --set
    changes it; with several, --set changes all of them. Replication 7 of each meets the same patients with
    the same luck, so few replications tell small differences.
    """
    targets = precise.targets(precisions)
    runs = comparisons.opened(sources, sets, seed=seed, replications=replications, grows=bool(targets))
    scenarios = [one.scenario if isinstance(one, Result) else one for one in runs]
    folder = out or Path("results") / comparisons.name_of(scenarios)
    try:
        store = comparisons.claim(folder, scenarios, replace=replace)
        with progress(comparisons.name_of(scenarios), quiet=quiet) as report:
            found = compare(
                *runs, replications=replications, progress=report, precision=targets, store=store, **how
            )
        found.write(folder)
    except KeyboardInterrupt as stop:
        said = f"{stop}, kept" if isinstance(stop, Interrupted) else "what was finished is kept"
        raise KeyboardInterrupt(f"{said} in {folder}; the same command carries on") from None
    if as_json:
        print_json({"folder": str(folder), **for_programs(found)})
    elif not quiet:
        click.echo("\n".join(for_people(found)))
        click.echo(f"Results are in {folder}: differences.csv, changes.csv, figures/, …")
    return DONE if all(one.met for one in found.reached) else CHECK_FAILED


def for_programs(found: Comparison) -> dict[str, Any]:
    """What was compared, what was changed, every difference, what became of precisions, notes."""
    base = found.results[0]
    return {
        "baseline": found.names[0],
        "scenarios": found.names[1:],
        "seed": base.scenario.run.seed,
        "replications": len(base.reduced),
        "engine": base.engine,
        "confidence": found.confidence,
        "changes": found.changes(),
        "differences": found.table(),
        "precision": precise.for_programs(found.reached),
        "notes": found.notes(),
    }


def for_people(found: Comparison) -> Iterator[str]:
    """What was changed, then a table of differences for each scenario, how to read it, and notes."""
    base = found.results[0]
    run, count = base.scenario.run, len(base.reduced)
    yield (
        f"{', '.join(found.names[1:])} against {found.names[0]}: {count} paired "
        f"replication{'s' * (count > 1)} of {run.duration:g} days; seed {run.seed}; {base.engine} engine"
    )
    differences, changes = found.table(), found.changes()
    for name in found.names[1:]:
        yield ""
        yield from changed(changes[changes["scenario"] == name], found.names[0], name)
        yield ""
        yield from differing(differences[differences["scenario"] == name], found.names[0], name)
    yield ""
    yield (
        f"±: {100 * found.confidence:.4g} % interval of the paired difference; it tells of chance in the "
        "simulation only. *: leaves out 0."
    )
    yield "lower, higher: in how many replications; equal ones count in neither."
    yield "pairing: so many times as many replications it would have taken without it."
    if notes := [*found.notes(), *precise.for_people(found.reached, count)]:
        yield ""
        for note in notes:
            yield from wrap(note, WIDEST)
    yield ""


def changed(changes: pd.DataFrame, old: str, new: str) -> list[str]:
    """The keys that differ and decide something."""
    rows = [
        (row["key"], shown(row["old"]), shown(row["new"]))
        for row in changes.to_dict("records")
        if row["key"] not in WORDS_ONLY
    ]
    if not rows:
        return ["no key that decides differs"]
    lines = table(("changed", old, new), rows[:MOST_CHANGES], to_the_left=range(3))
    more = len(rows) - MOST_CHANGES
    return [*lines, f"… and {more} more, in changes.csv"] if more > 0 else lines


def differing(rows: pd.DataFrame, old: str, new: str) -> Iterator[str]:
    """The differences that are printed, and what does not differ at all."""
    known = {(row["measure"], row["level"]): row for row in rows.to_dict("records") if row["replications"]}
    levels = [level for level in dict.fromkeys(rows["level"]) if level]
    wanted = [((m, ""), words) for m, words in OF_ALL.items()]
    wanted += [((m, level), words) for level in levels for m, words in AT_LEVELS.items()]
    there = [(known[key], words) for key, words in wanted if key in known]
    lines = [line(row, words) for row, words in there if row["share_larger"] or row["share_smaller"]]
    if lines:
        yield from table(
            ("", "", old, new, "difference", "±", "lower", "higher", "pairing"), lines, to_the_left=(0, 1)
        )
    same: dict[str, list[str]] = {}
    for row, words in there:
        if not row["share_larger"] and not row["share_smaller"]:
            same.setdefault(row["level"], []).append(words)
    if same:
        all_of = Counter(row["level"] for row, _ in there)
        told = [
            level if level and len(words) == all_of[level] else f"{level or 'all'} ({', '.join(words)})"
            for level, words in same.items()
        ]
        yield from wrap(f"Equal in every replication: {'; '.join(told)}.", WIDEST)


def line(row: dict[Any, Any], words: str) -> tuple[str, ...]:
    """One difference."""
    share = row["unit"] == "share"
    times, sign = (100.0, " %") if share else (1.0, "")
    count = row["replications"]
    half = row["ci_high"] - row["difference"]
    size = times * max(abs(row["difference"]), 0.0 if isnan(half) else half)
    digits = 1 if size >= 1.0 else 2
    worth = row["variance_reduction"]
    return (
        row["level"] or "all",
        words,
        number(times * row["baseline"]) + sign,
        number(times * row["value"]) + sign,
        f"{times * row['difference']:+,.{digits}f}".replace("-", "−") + sign,
        number(times * half, digits) + ("*" if abs(row["difference"]) > half else " "),
        f"{row['share_smaller'] * count:.0f}",
        f"{row['share_larger'] * count:.0f}",
        "–" if isnan(worth) else f"×{worth:,.{0 if worth >= 10 else 1}f}",
    )
