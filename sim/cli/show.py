"""`sim show FILE`: a scenario in words, every number with its source."""

from itertools import groupby
from pathlib import Path

import click

from sim.cli import options
from sim.cli.printing import print_json, table
from sim.description import Line, description
from sim.errors import SimError
from sim.files import write_whole
from sim.scenario.load import load
from sim.scenario.types import Scenario


@click.command()
@options.scenario_file
@options.sets
@click.option("--toml", is_flag=True, help="Print the resolved scenario as a file that runs by itself.")
@click.option(
    "--diagram",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw levels, places and ways between them into an .svg or .png instead.",
)
@click.option("--stress", is_flag=True, help="Fill in the STRESS-DES record of the study instead.")
@options.as_json
def command(
    file: Path, sets: tuple[str, ...], toml: bool, diagram: Path | None, stress: bool, as_json: bool
) -> None:
    """Say a scenario in words: what it extends filled in, every number with its source, or "assumed".

    Durations are days. A key that is not listed has its default; scenarios/README.md tells them.
    """
    scenario = load(file, sets=list(sets))
    if diagram is not None:
        draw(scenario, diagram)
    elif stress:
        tell_record(scenario, as_json=as_json)
    elif toml:
        click.echo(scenario.to_toml(), nl=False)
    elif as_json:
        print_json([line._asdict() for line in description(scenario)])
    else:
        click.echo("\n".join([*heading(scenario), *body(description(scenario))]))


def draw(scenario: Scenario, path: Path) -> None:
    """Writes the pathway diagram; raises `SimError` when the name says no kind or nothing can be written."""
    if path.suffix not in (".svg", ".png"):
        raise SimError(f"--diagram {path}: is no kind of picture; want a name that ends in .svg or .png")
    from sim.plots.pathway import pathway_figure  # noqa: PLC0415 (Matplotlib takes long to load)
    from sim.plots.style import picture_bytes  # noqa: PLC0415

    write_whole(path, picture_bytes(pathway_figure(scenario), kind=path.suffix[1:]))
    click.echo(f"wrote {path}")


def tell_record(scenario: Scenario, *, as_json: bool) -> None:
    """Prints the STRESS-DES record: as Markdown, or item by item for programs."""
    from sim.report.stress import as_text, stress  # noqa: PLC0415 (it knows every measure)

    items = stress(scenario)
    if as_json:
        print_json([item._asdict() for item in items])
    else:
        click.echo(as_text(items))


def heading(scenario: Scenario) -> list[str]:
    """Name, title, purpose and rationale."""
    texts = (scenario.title, scenario.purpose, scenario.rationale)
    return [scenario.name, *(text.strip() for text in texts if text)]


def body(lines: list[Line]) -> list[str]:
    """The lines under the names of their tables."""
    said = []
    for place, group in groupby(lines, key=lambda line: line.table):
        rows = [(f"  {line.key}", line.value, line.source) for line in group]
        said += ["", place, *table(None, rows, to_the_left=range(3))]
    return said
