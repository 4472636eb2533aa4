"""How the commands print: tables for people, JSON for programs, progress for those who wait."""

import json
import math
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
import pandas as pd

from sim.experiments.run import Progress
from sim.manifest import clock

SECONDS_BETWEEN_LINES = 60.0


def print_json(value: Any) -> None:
    """Print a value as JSON; what is not known is null."""
    click.echo(json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False))


def plain(value: Any) -> Any:
    """The value in words of JSON: tables as lists of rows, no data as null, infinity as "unlimited"."""
    if isinstance(value, pd.DataFrame):
        return [plain(row) for row in value.to_dict("records")]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "item"):  # a number of numpy
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "unlimited"
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def table(
    head: Sequence[str] | None, rows: Sequence[Sequence[str]], *, to_the_left: Collection[int] = (0,)
) -> list[str]:
    """Lines with the rows under their heads, if any; cells lean to the right but in these columns."""
    cells = [list(row) for row in ([head] if head else []) + list(rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column in to_the_left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]


@contextmanager
def progress(title: str, *, quiet: bool) -> Iterator[Progress | None]:
    """A function to call with the numbers of finished and of all replications.

    On a terminal it moves a bar, elsewhere it prints one line per minute; all on standard error.
    """
    if quiet:
        yield None
    elif sys.stderr.isatty():
        yield from moving_bar(title)
    else:
        yield line_per_minute(title)


def moving_bar(title: str) -> Iterator[Progress]:
    """A bar that is wiped out when all is done."""
    from rich.console import Console  # noqa: PLC0415 (only a terminal needs it)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def line_per_minute(title: str) -> Progress:
    """A function that prints where things stand and how long it will take, at most once a minute."""
    began = last = clock()
    before: int | None = None  # what an earlier session had finished

    def say(done: int, total: int) -> None:
        nonlocal last, before
        now = clock()
        before = done - 1 if before is None else before
        if now - last >= SECONDS_BETWEEN_LINES:
            last = now
            left = duration((now - began) / (done - before) * (total - done))
            click.echo(f"{title}: {done} of {total} replications, about {left} left", err=True)

    return say


def duration(seconds: float) -> str:
    """A time that people can picture."""
    if seconds < 90:
        return f"{max(seconds, 1.0):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
