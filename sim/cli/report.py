"""`sim report DIR`: a finished run, comparison or sweep as one page to read, print and pass on."""

from pathlib import Path

import click

from sim.cli import options
from sim.files import write_whole
from sim.report.page import report


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--against",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder of another run of the same seed, to be the baseline: paired by replication.",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="File for the page, by default report.html in the folder.",
)
@options.quiet
def command(folder: Path, against: Path | None, out: Path | None, quiet: bool) -> None:
    """Write the report of a finished run, comparison or sweep: one HTML file, for readers and for print.

    It begins with the question and the answer for a director; an appendix has every table, every number put
    in with its source, and how it was made. The page needs no network and runs no scripts.
    """
    path = out or folder / "report.html"
    write_whole(path, report(folder, against=against))
    if not quiet:
        click.echo(f"wrote {path}")
