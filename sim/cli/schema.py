"""`sim schema`: the JSON Schema of scenario files, for editors."""

import click

from sim.scenario.schema import schema_text


@click.command()
@click.option("--extends", is_flag=True, help="The schema of files that extend another: no key is required.")
def command(extends: bool) -> None:
    """Print the JSON Schema of scenario files, with which editors complete and check as one types.

    The same is in scenarios/scenario.schema.json and scenarios/scenario.extends.schema.json.
    """
    click.echo(schema_text(extends=extends), nl=False)
