"""The presets of state ratios: they load, act only where named, and every number says where it is from."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import load, loads

SCENARIOS = Path(__file__).parent.parent / "scenarios"
PRESETS = sorted((SCENARIOS / "presets").glob("*.toml"))
SOURCE = re.compile(r"\S.*; https?://\S+.*; (text of \d{4}-\d\d-\d\d, )?read \d{4}-\d\d-\d\d$")
"""A rule, where it was read, of which date its text is where it says so, and when it was read."""
RESIDENTIAL = '[levels.residential]\nlength_of_stay = "28 days"\ncompletes_to = "discharge"\n'


def needs(preset: Path) -> Iterator[dict[str, Any]]:
    for role in tomllib.loads(preset.read_text(encoding="utf-8"))["roles"].values():
        yield from role["floors"]


def child(preset: Path) -> str:
    return f'name = "child"\nextends = ["baseline.toml", "presets/{preset.name}"]\n'


def test_there_are_presets_of_five_states() -> None:
    assert {preset.stem.partition("-")[0] for preset in PRESETS} == {"pa", "nj", "tx", "md", "nc"}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.stem)
def test_a_preset_loads_on_the_baseline_and_adds_only_its_floors(preset: Path) -> None:
    residential = preset.stem.endswith("-residential")
    text = child(preset) + (RESIDENTIAL if residential else "")
    scenario = loads(text, SCENARIOS)
    added = [need for role in scenario.roles.values() for need in role.floors]
    assert len(added) == len(list(needs(preset))) > 0
    assert not any(role.needs for role in scenario.roles.values())
    assert {need.level for need in added} <= (
        {"residential"} if residential else {"detox", "php", "iop", "op"}
    )
    own = tomllib.loads(preset.read_text(encoding="utf-8"))
    assert list(own) == ["roles"]  # nothing but roles, no hours or absences of theirs
    assert all(list(role) == ["floors"] for role in own["roles"].values())


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.stem)
def test_every_number_of_a_preset_has_rule_address_and_date(preset: Path) -> None:
    for need in needs(preset):
        assert SOURCE.match(need["source"]), need["source"]


def test_a_preset_for_a_level_that_is_not_there_is_refused_with_the_level() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(child(SCENARIOS / "presets" / "md-residential.toml"), SCENARIOS)
    (fault,) = caught.value.faults
    assert str(fault).startswith("presets/md-residential.toml:")
    assert 'roles.counsellor.floors.0.level: "residential" is no level; want detox, php, iop or op' in str(
        fault
    )


def test_no_scenario_has_floors_that_it_does_not_name() -> None:
    for path in SCENARIOS.glob("*.toml"):
        named = tomllib.loads(path.read_text(encoding="utf-8")).get("extends", "")
        if not any("presets/" in one for one in ([named] if isinstance(named, str) else named)):
            assert not any(role.floors for role in load(path).roles.values())


def test_own_hours_and_needs_hold_beside_the_floors_of_a_preset() -> None:
    own = '[roles.counsellor]\nabsent_hours_per_year = 230\n[[roles.counsellor.needs]]\nlevel = "iop"\n'
    own += 'driver = "caseload"\npatients_per_staff = 16\n'
    role = loads(child(SCENARIOS / "presets" / "nj.toml") + own, SCENARIOS).roles["counsellor"]
    assert role.net_hours == 1850
    assert [(one.driver, one.patients_per_staff) for one in role.needs_of("iop")] == [
        ("caseload", 16.0), ("caseload", 24.0)
    ]  # fmt: skip
