"""The examples in the docstrings of the scenario package do what they say."""

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("name", ["units", "positions", "rows", "conditions"])
def test_the_examples_of_a_file_run(name: str) -> None:
    done = doctest.testmod(import_module(f"sim.scenario.{name}"))
    assert done.attempted > 0
    assert done.failed == 0
