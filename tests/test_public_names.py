"""The names of `import sim` are a promise to notebooks: they only ever grow, on purpose, here."""

import subprocess
import sys

import pytest

import sim

NAMES = [
    "Comparison",
    "Log",
    "Margins",
    "Result",
    "Scenario",
    "ScenarioError",
    "Sensitivity",
    "SimError",
    "Sought",
    "WarmUp",
    "compare",
    "extend",
    "load",
    "margins",
    "run",
    "run_until",
    "seek",
    "sensitivity",
    "simulate",
    "sweep",
    "warm_up",
]


def test_the_public_names_are_these() -> None:
    assert sorted(sim.__all__) == NAMES
    assert sorted(sim.PUBLIC) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_leads_to_something_that_says_what_it_is(name: str) -> None:
    assert getattr(sim, name).__doc__


def test_a_wrong_name_is_an_attribute_error_and_the_others_are_offered() -> None:
    with pytest.raises(AttributeError, match="'simulat'"):
        sim.simulat  # noqa: B018
    assert set(NAMES) <= set(dir(sim))


def test_importing_the_package_loads_no_library() -> None:
    code = "import sim, sys; print([m for m in ('numpy', 'pandas', 'pydantic', 'simpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
