"""docs/questions.md: its frame is that of questions/questions.toml, its answers are those computed now."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from sim.measures import registry
from sim.measures.census import DAILY_MEASURES
from sim.scenario.load import load

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "questions"
PAGE = ROOT / "docs" / "questions.md"
LIST: list[dict[str, Any]] = tomllib.loads((FOLDER / "questions.toml").read_text(encoding="utf-8"))[
    "question"
]
NUMBERS = [one["number"] for one in LIST]
QUICK = 12
"""The question that costs least; the quick tests ask it alone."""

ASKED = """
import sys, tempfile
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import ask
from sim.plots import comparison, figures
comparison.FIGURES, figures.FIGURES = {}, {}
(question,) = [one for one in ask.QUESTIONS if one.number == int(sys.argv[2])]
with tempfile.TemporaryDirectory() as folder:
    sys.stdout.reconfigure(encoding="utf-8")
    print(*ask.ask(question, Path(folder)), sep="\\n")
"""


def test_the_page_is_made_of_the_list_and_the_answers_on_it() -> None:
    made = "import ask, sys; text = ask.PAGE.read_text(encoding='utf-8'); "
    made += "sys.exit(ask.page(ask.answers_on(text)) != text)"
    assert subprocess.run([sys.executable, "-c", made], cwd=FOLDER, check=False).returncode == 0


def test_at_least_ten_questions_are_answered() -> None:
    assert len(NUMBERS) == len(set(NUMBERS)) >= 10
    assert set(NUMBERS) <= set(range(1, 21))


@pytest.mark.parametrize("question", LIST, ids=lambda one: str(one["number"]))
def test_a_question_is_the_purpose_of_its_scenario_which_its_command_names(question: dict[str, Any]) -> None:
    scenario = load(ROOT / "scenarios" / question["scenario"])
    assert f"scenarios/{question['scenario']}" in question["command"]
    assert scenario.purpose == question["text"] or scenario.name == "baseline"


@pytest.mark.parametrize("question", LIST, ids=lambda one: str(one["number"]))
def test_an_answer_names_measures_that_there_are(question: dict[str, Any]) -> None:
    for one in question["says"]:
        if "measure" in one and "days" in one:
            assert one["measure"] in DAILY_MEASURES
        elif "measure" in one:
            assert registry.measure(one["measure"])


def answer_on_the_page(number: int) -> list[str]:
    part = PAGE.read_text(encoding="utf-8").split(f"\n## {number}. ")[1].split("\n## ")[0]
    return [line[4:] for line in part.splitlines() if line.startswith("> * ")]


@pytest.mark.parametrize(
    "number", [pytest.param(one, marks=() if one == QUICK else pytest.mark.deep) for one in NUMBERS]
)
def test_the_answer_on_the_page_is_the_one_computed_now(number: int) -> None:
    command = [sys.executable, "-c", ASKED, str(FOLDER), str(number)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == answer_on_the_page(number)
