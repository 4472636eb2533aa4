"""The STRESS-DES record: the items of the published list, filled from scenario and manifest, gaps named."""

from pathlib import Path

from sim.report.stress import GAP, as_text, stress
from sim.scenario.load import load, loads

ROOT = Path(__file__).parent.parent.parent
NUMBERS = [
    "1.1",
    "1.2",
    "1.3",
    "2.1",
    "2.2",
    "2.3",
    "2.4",
    "2.5.1",
    "2.5.2",
    "2.5.3",
    "2.5.4",
    "2.5.5",
    "3.1",
    "3.2",
    "3.3",
    "3.4",
    "4.1",
    "4.2",
    "4.3",
    "5.1",
    "5.2",
    "5.3",
    "5.4",
    "6.1",
]
"""The items of version 1.0 of the guideline for discrete-event simulation: 24."""

BARE = """
schema = 1
name = "bare"
[run]
duration = "100 days"
[arrivals.all]
per_day = 1.0
enters = "bed"
[levels.bed]
capacity = 3
length_of_stay = "2 days"
"""


def said(number: str, text: str = BARE, **made: object) -> str:
    scenario = loads(text)
    item = next(item for item in stress(scenario, made) if item.number == number)
    return "\n".join([*item.said, item.gap])


def test_the_record_has_the_24_items_in_order() -> None:
    items = stress(load(ROOT / "scenarios" / "baseline.toml"))
    assert [item.number for item in items] == NUMBERS
    assert [item.section for item in items if item.number in ("1.1", "2.1", "3.1", "4.1", "5.1", "6.1")] == [
        "Objectives",
        "Logic",
        "Data",
        "Experimentation",
        "Implementation",
        "Code access",
    ]


def test_every_item_says_something_or_names_its_gap() -> None:
    for text in (BARE, (ROOT / "scenarios" / "baseline.toml").read_text(encoding="utf-8")):
        scenario = loads(text, folder=ROOT / "scenarios")
        assert [item.number for item in stress(scenario) if not item.said and not item.gap] == []


def test_what_only_a_person_can_say_is_a_gap_until_the_scenario_says_it() -> None:
    assert "`purpose`" in said("1.1")
    filled = BARE.replace('name = "bare"', 'name = "bare"\npurpose = "Enough beds?"\nrationale = "A guess."')
    assert said("1.1", filled) == "Enough beds?\n"
    assert "A guess." in said("1.3", filled)
    assert "4 numbers marked assumed" in said("3.1")  # per_day, enters, capacity, length_of_stay


def test_items_tell_the_numbers_of_the_scenario() -> None:
    assert "bed 3" in said("2.5.3")
    assert "Window of 100 days after 0, follow-up of 0" in said("4.2")
    assert "30 independent replications" in said("4.3")
    assert "seed (1)" in said("5.2")


def test_a_manifest_fills_in_the_run() -> None:
    machine = {"system": "Linux", "processor": "x86_64", "cores": 2, "python": "3.11.7"}
    made = {"machine": machine, "wall_seconds": 3.5, "replications": 7, "engine": "compiled",
            "libraries": {"numpy": "2.0"}, "scenario_digest": "ab" * 32, "commit": "c0ffee"}  # fmt: skip
    assert "2 cores; 3.5 seconds" in said("5.4", BARE, **made)
    assert "7 independent" in said("4.3", BARE, **made)
    assert "numpy 2.0" in said("5.1", BARE, **made)
    assert "c0ffee" in said("6.1", BARE, **made)
    assert "the manifest of a finished run" in said("5.4")


def test_the_text_marks_every_gap() -> None:
    items = stress(loads(BARE))
    text = as_text(items)
    assert text.count(GAP) == sum(bool(item.gap) for item in items)
    assert text.count("### ") == 24
