"""`sim merge SOURCE…`: the shards of a sweep, joined."""

from pathlib import Path

import click

from sim import sweeps
from sim.cli import options
from sim.cli.sweep import say_results


@click.command()
@click.argument(
    "sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True)
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the results, by default the first SOURCE, or the one that it is in.",
)
@options.quiet
@options.as_json
def command(sources: tuple[Path, ...], out: Path | None, quiet: bool, as_json: bool) -> None:
    """Join the stores that `sim sweep --shard` made, and write the tables and figures of the whole sweep.

    SOURCE is a folder with stores, or one store. Where replications are missing, what is there is joined all
    the same.
    """
    folder = out or (sources[0] if sources[0].is_dir() else sources[0].parent)
    found, written = sweeps.merge(sources, folder)
    say_results(found, written, quiet=quiet, as_json=as_json)
