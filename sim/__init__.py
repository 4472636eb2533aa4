"""Discrete-event simulation of the addiction-treatment continuum of care.

The public names; each is imported when it is first used, so that `import sim` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.engines import simulate as simulate
    from sim.errors import ScenarioError as ScenarioError
    from sim.errors import SimError as SimError
    from sim.experiments.compare import Comparison as Comparison
    from sim.experiments.compare import compare as compare
    from sim.experiments.run import Result as Result
    from sim.experiments.run import run as run
    from sim.log import Log as Log
    from sim.scenario.load import load as load
    from sim.scenario.types import Scenario as Scenario

__version__ = "0.1.0"

PUBLIC = {
    "load": "sim.scenario.load",
    "run": "sim.experiments.run",
    "compare": "sim.experiments.compare",
    "simulate": "sim.engines",
    "Scenario": "sim.scenario.types",
    "Result": "sim.experiments.run",
    "Comparison": "sim.experiments.compare",
    "Log": "sim.log",
    "SimError": "sim.errors",
    "ScenarioError": "sim.errors",
}
"""Public name → module; `tests/test_public_names.py` freezes it."""

__all__ = [
    "Comparison",
    "Log",
    "Result",
    "Scenario",
    "ScenarioError",
    "SimError",
    "compare",
    "load",
    "run",
    "simulate",
]


def __getattr__(name: str) -> Any:
    """The public object of this name, imported now."""
    if name not in PUBLIC:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    value = getattr(import_module(PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, for completion in notebooks."""
    return sorted([*globals(), *PUBLIC])
