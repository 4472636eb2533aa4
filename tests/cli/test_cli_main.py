"""The command line: start, table of commands, and what becomes of errors."""

import subprocess
import sys
from typing import Any

import click
import pytest

from sim import __version__
from sim.cli import main as module
from sim.cli.main import COMMANDS, carry_out
from sim.errors import SimError


def failing(error: BaseException) -> Any:
    """A command that raises the error."""

    @click.command()
    def command() -> None:
        raise error

    return command


def carry_out_failing(monkeypatch: Any, error: BaseException) -> int:
    monkeypatch.setattr(module.Commands, "get_command", lambda *_: failing(error))
    return carry_out(["run"])


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_of_the_table_explains_itself(name: str, capsys: Any) -> None:
    assert carry_out([name, "--help"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"Usage: sim {name}")
    assert "--help" in said


def test_help_lists_every_command_and_imports_no_library() -> None:
    code = (
        "import sys; from sim.cli.main import carry_out; carry_out(['--help']);"
        "print([m for m in ('numpy', 'pandas', 'pydantic', 'simpy', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    for name, command in COMMANDS.items():
        assert f"  {name} " in done.stdout
        assert command.help in done.stdout


def test_python_m_sim_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sim", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"sim, version {__version__}\n"


def test_our_errors_are_their_message_and_exit_code_2(monkeypatch: Any, capsys: Any) -> None:
    assert carry_out_failing(monkeypatch, SimError("a.toml:3: levels.php: is wrong")) == 2
    assert capsys.readouterr().err == "a.toml:3: levels.php: is wrong\n"


def test_an_unexpected_error_is_one_line_that_says_how_to_report_it(monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.delenv("SIM_TRACEBACK", raising=False)
    assert carry_out_failing(monkeypatch, ZeroDivisionError("by\nzero")) == 70
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "ZeroDivisionError: by zero" in said
    assert "SIM_TRACEBACK=1" in said


def test_its_traceback_is_shown_on_demand(monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setenv("SIM_TRACEBACK", "1")
    assert carry_out_failing(monkeypatch, ZeroDivisionError()) == 70
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_exit_code_3_and_says_what_was_kept(monkeypatch: Any, capsys: Any) -> None:
    assert carry_out_failing(monkeypatch, KeyboardInterrupt("2 of 4 are kept")) == 3
    assert "interrupted: 2 of 4 are kept" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["no-such-command"], ["run"], ["run", "a.toml", "--no-such-option"], ["run", "a", "--jobs", "0"]],
)
def test_a_command_that_is_typed_wrong_is_exit_code_2_without_a_traceback(
    arguments: list[str], capsys: Any
) -> None:
    assert carry_out(arguments) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "Error" in said


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = f"{sys.executable} -m sim schema | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout == "{\n"
    assert done.stderr == ""
