"""Asks every question of docs/questions.md again and writes the page: `python questions/ask.py`.

Each command is run in a temporary folder as a reader would run it, and the answer is read from what it
printed and wrote. With numbers behind it, `python questions/ask.py 1 17`, only those are asked; the other
answers stay. Takes some minutes. `tests/test_questions.py` holds the page to it.
"""

import io
import shlex
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from contextlib import chdir, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from reading import Says, sentences

from sim.cli.main import carry_out

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "questions.md"
PROGRAM = "python3 go.py "


class Question(NamedTuple):
    """A question: the scenario with it as its purpose, what is typed, what answers, what it rests on."""

    number: int
    text: str
    scenario: str
    command: str
    note: str
    says: list[dict[str, Any]]


LIST = tomllib.loads((ROOT / "questions" / "questions.toml").read_text(encoding="utf-8"))["question"]
QUESTIONS = tuple(Question(**one) for one in LIST)

HEAD = """# Questions of directors, answered

Each question stands in a scenario of its own, a few lines that say what differs from the
[baseline](../scenarios/baseline.toml): read it, put your numbers in, and ask again. The command is what you
type; the answer is what it computes. `python questions/ask.py` computes all of them anew, and a test holds
this page to that. They are answers for the baseline's agency, which is made of national tables, not for
yours. a → b: as it is, or as the scenario has it, and with the change. Intervals tell of chance in the
simulation only; where one contains zero the answer is that no difference was seen, which is an answer too.
"""


def page(answers: dict[int, list[str]]) -> str:
    """The page, with the answers by the number of the question."""
    return HEAD + "".join(f"\n{section(one, answers[one.number])}" for one in QUESTIONS)


def section(question: Question, answer: Iterable[str]) -> str:
    """What the page says of one question."""
    said = "\n".join(f"> * {one}" for one in answer)
    return (
        f"## {question.number}. {question.text}\n\n"
        f"[scenarios/{question.scenario}](../scenarios/{question.scenario})\n\n"
        f"    {PROGRAM}{question.command}\n\n{said}\n\n{question.note.strip()}\n"
    )


def answers_on(text: str) -> dict[int, list[str]]:
    """The answers that stand on a page."""
    found: dict[int, list[str]] = {}
    number = 0
    for line in text.splitlines():
        if line.startswith("## "):
            number = int(line[3:].split(".")[0])
            found[number] = []
        elif line.startswith("> * "):
            found[number].append(line[4:])
    return found


def ask(question: Question, folder: Path) -> list[str]:
    """The answer, computed anew in a folder that can be thrown away."""
    if not (folder / "scenarios").exists():
        (folder / "scenarios").symlink_to(ROOT / "scenarios")
    printed = io.StringIO()
    with chdir(folder), redirect_stdout(printed):
        code = carry_out(shlex.split(question.command))
    assert code == 0, f"{question.command}: left with exit code {code}"
    (results,) = (folder / "results").iterdir()
    return [line for one in question.says for line in sentences(results, printed.getvalue(), Says(**one))]


def again(numbers: Iterable[int]) -> None:
    """Writes the page, with the questions of these numbers asked anew."""
    known = answers_on(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
    for question in QUESTIONS:
        if question.number in numbers:
            with tempfile.TemporaryDirectory() as folder:
                known[question.number] = ask(question, Path(folder))
            print(f"{question.number}. {question.text}", *known[question.number], sep="\n  ", flush=True)
    PAGE.write_text(page({one.number: known.get(one.number, []) for one in QUESTIONS}), encoding="utf-8")


if __name__ == "__main__":
    again([int(one) for one in sys.argv[1:]] or [one.number for one in QUESTIONS])
