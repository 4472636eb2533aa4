"""`go.py`: what it makes, when it makes it anew, what it passes on, and what it says when it cannot."""

import ast
import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


def load_go(folder: Path) -> ModuleType:
    """`go.py` as a module that believes to lie in `folder`."""
    spec = importlib.util.spec_from_file_location("go", ROOT / "go.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ROOT = folder
    module.VENV = folder / ".venv"
    module.PYTHON = module.VENV / "bin" / "python"
    module.STAMP = module.VENV / "made-by-go"
    module.LOCK = folder / ".venv.lock"
    module.REQUIREMENTS = folder / "requirements.txt"
    return module


@pytest.fixture
def go(tmp_path: Path) -> Any:
    (tmp_path / "requirements.txt").write_text("one==1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return load_go(tmp_path)


def fake_make(go: Any) -> None:
    """Put what looks like an environment in place and note that it was made."""
    go.PYTHON.parent.mkdir(parents=True, exist_ok=True)
    go.PYTHON.touch()
    with (go.ROOT / "made").open("a") as file:
        file.write("made\n")


def times_made(go: Any) -> int:
    path = go.ROOT / "made"
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_a_second_call_finds_the_environment_and_makes_nothing(go: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(go, "make", lambda _held: fake_make(go))
    go.set_up()
    go.set_up()
    assert times_made(go) == 1


@pytest.mark.parametrize("file", ["requirements.txt", "pyproject.toml"])
def test_changed_packages_or_a_changed_project_are_set_up_anew(go: Any, monkeypatch: Any, file: str) -> None:
    monkeypatch.setattr(go, "make", lambda _held: fake_make(go))
    go.set_up()
    (go.ROOT / file).write_text("other\n")
    go.set_up()
    assert times_made(go) == 2


def test_an_interrupted_set_up_is_done_again(go: Any, monkeypatch: Any) -> None:
    def interrupted(_held: int) -> None:
        fake_make(go)
        raise KeyboardInterrupt

    monkeypatch.setattr(go, "make", interrupted)
    assert go.main(["check"]) == 3
    assert not go.is_ready()
    monkeypatch.setattr(go, "make", lambda _held: fake_make(go))
    go.set_up()
    assert go.is_ready()


def test_of_two_calls_at_once_the_second_waits_and_finds_all_done(go: Any) -> None:
    shutil.copy(ROOT / "go.py", go.ROOT)
    second = [sys.executable, "-c", "import go; go.make = None; go.set_up(); print('ready')"]
    with go.only_one():
        call = subprocess.Popen(second, cwd=go.ROOT, stdout=-1, stderr=-1, text=True)
        assert call.stderr is not None
        assert "Waiting" in call.stderr.readline()
        fake_make(go)
        go.STAMP.write_text(go.state(), encoding="utf-8")
    assert call.communicate(timeout=60) == ("ready\n", "")


def test_a_machine_with_nothing_to_install_with_is_told_the_one_package_to_install(
    go: Any, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.setattr(go, "has", lambda _module: False)
    monkeypatch.setattr(go.shutil, "which", lambda _name: None)
    assert go.main([]) == 2
    assert "apt install python3-venv" in capsys.readouterr().err


def test_what_the_installer_said_is_passed_on(go: Any, monkeypatch: Any, capsys: Any) -> None:
    failing = [sys.executable, "-c", "import sys; sys.exit('no route to the index')"]
    monkeypatch.setattr(go, "has", lambda module: module == "pip")
    call = go.call
    monkeypatch.setattr(go, "call", lambda c, h: "" if "venv" in c else call(failing, h))
    assert go.main([]) == 2
    assert "no route to the index" in capsys.readouterr().err
    assert not go.is_ready()


def test_an_old_python_is_told_so_in_one_line(go: Any, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(go.sys, "version_info", (3, 9, 18))
    assert go.main(["run"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "3.11 or newer" in said


def test_even_python_3_6_can_read_the_file_and_say_that_it_is_too_old() -> None:
    ast.parse((ROOT / "go.py").read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize(
    ("earlier", "beside", "tests", "expected"),
    [("good", "good", 0, 0), ("bad", "good", 5, 1), ("good", "bad", 5, 1), ("good", "good", 5, 5)],
)
def test_every_kind_of_check_runs_and_the_first_failure_is_the_exit_code(
    earlier: str, beside: str, tests: int, expected: int, go: Any, monkeypatch: Any, capfd: Any
) -> None:
    named = {"good": ["this"], "bad": ["no_such_module_here"]}
    monkeypatch.setattr(go, "PYTHON", sys.executable)
    monkeypatch.setattr(go, "CHECKS", (("earlier", named[earlier]), ("next", ["this"])))
    monkeypatch.setattr(go, "BESIDE", ("beside", named[beside]))
    ended = []
    call = subprocess.call

    def tests_end(command: list[str], cwd: str) -> int:
        ended.append(command[2:])
        return tests if command[2] == "pytest" else call(command, cwd=cwd)

    monkeypatch.setattr(go.subprocess, "call", tests_end)
    assert go.check(["-k", "waits"]) == expected
    assert ended == [named[earlier], ["this"], [*go.TESTS, "-k", "waits"]]
    said = capfd.readouterr()
    assert f"earlier: {'FAILED' if earlier == 'bad' else 'passed'}\n" in said.out
    assert f"beside: {'FAILED' if beside == 'bad' else 'passed'}\n" in said.out
    assert ("no_such_module_here" in said.out) == (beside == "bad")  # what it said, after the tests
    assert ("no_such_module_here" in said.err) == (earlier == "bad")


def test_other_arguments_reach_the_command_line_as_they_are(go: Any, monkeypatch: Any) -> None:
    seen = []
    monkeypatch.setattr(go, "set_up", lambda: None)
    monkeypatch.setattr(go, "run", seen.append)
    go.main(["run", "a b.toml", "--set", "run.seed=3"])
    assert seen == [["-m", "sim", "run", "a b.toml", "--set", "run.seed=3"]]


def test_a_folder_that_cannot_be_written_is_named(go: Any, capsys: Any) -> None:
    go.LOCK = go.REQUIREMENTS / "lock"  # there is no writing below a file
    assert go.main([]) == 2
    said = capsys.readouterr().err
    assert f"cannot make {go.VENV}: Not a directory" in said
    assert said.count("\n") == 1


# The list of packages


def locked() -> dict[str, str]:
    """Name → version of every package in requirements.txt."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return dict(re.match(r"([a-z0-9-]+)==(\S+)", line).groups() for line in lines if line[:1].isalnum())  # type: ignore[union-attr,misc]


def test_the_list_has_a_hash_for_every_package_and_no_addresses() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--index|--extra|--find|--trusted)", text, re.MULTILINE)
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in block, block


def test_the_list_holds_every_package_that_the_project_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[^A-Za-z0-9_.-]", need)[0].lower().replace("_", "-") for need in wanted}
    assert names <= set(locked())
