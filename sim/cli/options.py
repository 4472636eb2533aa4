"""Options that several commands take, each defined once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

scenario_file: Decorator = click.argument("file", type=click.Path(path_type=Path))

scenario_files: Decorator = click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)

sets: Decorator = click.option(
    "--set",
    "sets",
    metavar="KEY=VALUE",
    multiple=True,
    help="Set a key of the scenario, as in levels.php.capacity=20. May be repeated.",
)

as_json: Decorator = click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")

quiet: Decorator = click.option("--quiet", "-q", is_flag=True, help="Print nothing but faults.")

replace: Decorator = click.option(
    "--replace", is_flag=True, help="Give up what another scenario left in the results folder."
)

replications: Decorator = click.option(
    "--replications", metavar="N", type=click.IntRange(min=1), help="Number of independent runs."
)

seed: Decorator = click.option(
    "--seed", metavar="N", type=click.IntRange(min=0), help="Seed of all chance; another one is other luck."
)

jobs: Decorator = click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="Processes to use, by default one per core; changes no result.",
)

out: Decorator = click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the results, by default results/<name>; with several files, for their folders.",
)


def out_of(default: str) -> Decorator:
    """The option `--out` of a command that writes one folder, by default this one."""
    return click.option(
        "--out",
        metavar="DIR",
        type=click.Path(path_type=Path, file_okay=False),
        help=f"Folder for the results, by default {default}.",
    )


def engine(names: list[str]) -> Decorator:
    """The option `--engine` with the names of the engines there are."""
    return click.option(
        "--engine",
        type=click.Choice([*names, "auto"]),
        default="auto",
        show_default=True,
        help="Engine that simulates; all give the same log.",
    )


def with_run(sets: tuple[str, ...], **given: int | None) -> list[str]:
    """The settings of `--set`, then those of `[run]` that have an option of their own and were given."""
    return [*sets, *(f"run.{key}={value}" for key, value in given.items() if value is not None)]
