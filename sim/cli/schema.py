"""`sim schema`: the JSON Schema of scenario files."""

import click
