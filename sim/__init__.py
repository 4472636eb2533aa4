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
    from sim.experiments.margins import Margins as Margins
    from sim.experiments.margins import margins as margins
    from sim.experiments.precision import run_until as run_until
    from sim.experiments.run import Result as Result
    from sim.experiments.run import run as run
    from sim.experiments.seek import Sought as Sought
    from sim.experiments.seek import seek as seek
    from sim.experiments.sensitivity import Sensitivity as Sensitivity
    from sim.experiments.sensitivity import sensitivity as sensitivity
    from sim.experiments.warmup import WarmUp as WarmUp
    from sim.experiments.warmup import warm_up as warm_up
    from sim.extending import extend as extend
    from sim.log import Log as Log
    from sim.scenario.load import load as load
    from sim.scenario.types import Scenario as Scenario
    from sim.sweeps import sweep as sweep

__version__ = "0.1.0"

PUBLIC = {
    "load": "sim.scenario.load",
    "run": "sim.experiments.run",
    "run_until": "sim.experiments.precision",
    "extend": "sim.extending",
    "warm_up": "sim.experiments.warmup",
    "sweep": "sim.sweeps",
    "compare": "sim.experiments.compare",
    "margins": "sim.experiments.margins",
    "seek": "sim.experiments.seek",
    "sensitivity": "sim.experiments.sensitivity",
    "simulate": "sim.engines",
    "Scenario": "sim.scenario.types",
    "Result": "sim.experiments.run",
    "Comparison": "sim.experiments.compare",
    "Margins": "sim.experiments.margins",
    "Sought": "sim.experiments.seek",
    "Sensitivity": "sim.experiments.sensitivity",
    "WarmUp": "sim.experiments.warmup",
    "Log": "sim.log",
    "SimError": "sim.errors",
    "ScenarioError": "sim.errors",
}
"""Public name → module; `tests/test_public_names.py` freezes it."""

__all__ = [
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
