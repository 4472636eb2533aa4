"""Where the CPU time of a run goes: a clock that is put around named functions of the project.

Each stage gets what its own function took, less what the stages called by it took. A function that this
version does not have is left out, and its time stays with whoever does its work.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce, wraps
from importlib import import_module
from time import process_time
from typing import Any, NamedTuple


class Stage(NamedTuple):
    """A stage of a run, and the function that does it: a module, and a name in it."""

    name: str
    module: str
    function: str


STAGES = (
    Stage("plan", "sim.experiments.run", "make_plan"),
    Stage("people of day 0", "sim.start", "beginners"),
    Stage("arrivals", "sim.arrivals", "arrivals"),
    Stage("engine", "sim.engines", "simulate"),
    Stage("log", "sim.engines.recorder", "Recorder.log"),
    Stage("measures", "sim.experiments.work", "reduce"),
    Stage("packing", "sim.experiments.work", "pack_part"),
    Stage("packing", "sim.experiments.run", "unpack_part"),
    Stage("estimates", "sim.estimates", "summary"),
    Stage("estimates", "sim.estimates", "replications"),
    Stage("estimates", "sim.estimates", "daily"),
    Stage("estimates", "sim.estimates", "curves"),
    Stage("estimates", "sim.estimates", "transitions"),
    Stage("estimates", "sim.estimates", "blocked_by"),
)


class Clock:
    """CPU seconds by stage; time within an inner stage belongs to the inner one alone."""

    def __init__(self, now: Callable[[], float] = process_time) -> None:
        self.seconds: dict[str, float] = {}
        self._now = now
        self._inner: list[float] = []

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed as this stage."""
        self.seconds.setdefault(name, 0.0)

        @wraps(function)
        def timed(*values: Any, **named: Any) -> Any:
            self._inner.append(0.0)
            began = self._now()
            try:
                return function(*values, **named)
            finally:
                taken = self._now() - began
                self.seconds[name] += taken - self._inner.pop()
                if self._inner:
                    self._inner[-1] += taken

        return timed


@contextmanager
def watched(stages: tuple[Stage, ...] = STAGES) -> Iterator[Clock]:
    """A clock around the stages, for as long as the block lasts."""
    clock = Clock()
    kept: list[tuple[Any, str, Any]] = []
    try:
        for stage in stages:
            *path, last = stage.function.split(".")
            try:
                owner = reduce(getattr, path, import_module(stage.module))
                function = getattr(owner, last)
            except (ImportError, AttributeError):
                continue
            kept.append((owner, last, function))
            setattr(owner, last, clock.around(stage.name, function))
        yield clock
    finally:
        for owner, last, function in reversed(kept):
            setattr(owner, last, function)
