"""`sim diff A B`: which keys differ between two scenarios, old and new."""

from pathlib import Path

import click

from sim.cli import options
from sim.cli.printing import print_json, table
from sim.differences import differences
from sim.scenario.load import load
from sim.sentences import shown


@click.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@options.as_json
def command(a: Path, b: Path, as_json: bool) -> None:
    """List the keys in which scenario B differs from scenario A, with old and new values.

    What the files extend, and every default, is filled in before.
    """
    found = differences(load(a), load(b))
    if as_json:
        print_json([difference._asdict() for difference in found])
    elif not found:
        click.echo("no key differs")
    else:
        rows = [(one.key, shown(one.old), shown(one.new)) for one in found]
        click.echo("\n".join(table(("key", str(a), str(b)), rows, to_the_left=range(3))))
