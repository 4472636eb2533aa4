"""`sim new NAME`: a commented scenario to start from."""

import re
from importlib.resources import files
from pathlib import Path

import click

from sim.errors import SimError
from sim.files import write_whole


@click.command()
@click.argument("name")
def command(name: str) -> None:
    """Write a commented scenario to start from: scenarios/NAME.toml.

    Without a folder scenarios it goes into the present one. NAME is of small letters, digits and hyphens.
    A file that is there is left as it is.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise SimError(
            f"sim new: name is {name!r}; want small letters, digits and hyphens, as in north-clinic"
        )
    folder = Path("scenarios") if Path("scenarios").is_dir() else Path()
    path = folder / f"{name}.toml"
    if path.exists():
        raise SimError(f"{path}: is already there; want another name")
    template = files("sim.cli").joinpath("new.toml").read_text(encoding="utf-8")
    write_whole(path, template.replace("NAME", name, 1).encode())
    click.echo(f"{path}: edit it, then try\n  sim check {path}\n  sim run {path}")
