"""The command `sim`: the table of its commands, and what becomes of errors.

Each command is one file of this folder, imported when it is called, so that `sim --help` answers at once.
What the commands do is left to the library; anything a command does, a notebook can do in three lines.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple, NoReturn

import click

from sim import __version__
from sim.errors import SimError

DONE = 0
CHECK_FAILED = 1
BAD_INPUT = 2
INTERRUPTED = 3
OUR_FAULT = 70  # EX_SOFTWARE of sysexits.h


class Command(NamedTuple):
    """A module of `sim.cli` with a function `command`, and its line in `sim --help`."""

    module: str
    help: str


COMMANDS = {
    "check": Command("sim.cli.check", "Find faults, and set offered load against capacity."),
    "show": Command("sim.cli.show", "Say a scenario in words, every number with its source."),
    "warm-up": Command("sim.cli.warm_up", "See how long a warm-up must be."),
    "run": Command("sim.cli.run", "Run scenarios, write results, print the answer."),
    "sweep": Command("sim.cli.sweep", "Run every point of a scenario's sweep; carry it on, add to it."),
    "report": Command("sim.cli.report", "Write a page of a finished run, comparison or sweep."),
    "merge": Command("sim.cli.merge", "Join the shards of a sweep."),
    "diff": Command("sim.cli.diff", "List what differs between two scenarios."),
    "compare": Command("sim.cli.compare", "Compare scenarios: what was changed, what came of it."),
    "extend": Command("sim.cli.extend", "Add replications to what is finished."),
    "margins": Command("sim.cli.margins", "See where the next place does most good."),
    "seek": Command("sim.cli.seek", "Find the smallest value of a key that meets a target."),
    "sensitivity": Command("sim.cli.sensitivity", "See what an answer turns on."),
    "verify": Command("sim.cli.verify", "Compare simulations with textbook answers, on this machine."),
    "schema": Command("sim.cli.schema", "Print the JSON Schema of scenario files."),
    "new": Command("sim.cli.new", "Write a commented scenario to start from."),
}
"""Name → command. A new command is one file here and one line in this table."""


class Commands(click.Group):
    """The group of `COMMANDS`, none of them imported before it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now; None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name].module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table into the help page."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.help) for name, command in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sim")
def group() -> None:
    """Simulate a continuum of addiction treatment: a scenario file in, capacity and outcomes out.

    Begin with `sim check scenarios/minimal.toml`, then `sim run scenarios/minimal.toml`. Every command
    explains itself: `sim run --help`.
    """


def main() -> NoReturn:
    """Carry out the command line and leave with its exit code."""
    sys.exit(carry_out(sys.argv[1:]))


def carry_out(arguments: Sequence[str]) -> int:
    """The exit code: 0 done, 1 a check failed, 2 bad input, 3 interrupted, 70 a fault of this program.

    Set `SIM_TRACEBACK=1` to see where an unexpected error came from.
    """
    try:
        return group.main(list(arguments), prog_name="sim", standalone_mode=False) or DONE
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        error.show()
        return BAD_INPUT
    except (KeyboardInterrupt, click.Abort) as interrupt:
        said = str(interrupt.__cause__ or interrupt)  # click's Abort has the interrupt as its cause
        print(f"interrupted: {said}" if said else "interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except SimError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except Exception as error:
        return unexpected(error)


def unexpected(error: Exception) -> int:
    """Say that this is our fault, in one line; with `SIM_TRACEBACK` set, show where it happened."""
    if os.environ.get("SIM_TRACEBACK"):
        traceback.print_exception(error)
    said = " ".join(str(error).split())
    print(
        f"sim {__version__} failed on its own fault: {type(error).__name__}: {said} – please report it "
        "with the command and the scenario; SIM_TRACEBACK=1 shows where",
        file=sys.stderr,
    )
    return OUR_FAULT
