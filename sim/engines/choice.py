"""Which engine finishes first, given the work ahead and what is ready on this machine.

The reference engine starts at once and takes a third of a millisecond per patient; the compiled one takes
about a hundredth of that, but must load its kernel first, or compile it where it is not kept on disk. All
engines give the same log, so the choice changes no result.
"""

import importlib
import sys
from functools import cache
from typing import NamedTuple

from sim.compiler import cache as kernel_cache
from sim.errors import SimError

AUTO, COMPILED = "auto", "compiled"

# Seconds, measured on one core by `benchmarks/` (parts b and f); only their proportions matter.
REFERENCE_PER_PATIENT = 3e-4
COMPILED_PER_PATIENT = 3e-6
LOADING = 0.1
COMPILING = 12.0


class Choice(NamedTuple):
    """An engine, and why it was chosen, in a few words."""

    engine: str
    why: str
    notable: bool = False  # it must be waited for, or it is not the one that was wanted


def choose(engine: str, known: tuple[str, ...], *, patients: float) -> Choice:
    """The engine that a name stands for, for so many patients in all replications together.

    Raises `SimError` for an unknown name, or where the compiled engine is asked for and cannot run here.
    """
    if engine != AUTO and engine not in known:
        raise SimError(f"engine {engine!r} is not known; want one of {', '.join((AUTO, *known))}")
    if engine == COMPILED and (trouble := in_the_way()):
        raise SimError(f"engine 'compiled': {trouble}; want --engine reference, or auto")
    if engine != AUTO:
        ready = readiness() if engine == COMPILED else ""
        return Choice(engine, f"as asked; {ready}" if ready else "as asked", ready == COMPILES)
    ready = readiness()
    work = f"for about {patients:,.0f} patients"
    if patients * COMPILED_PER_PATIENT + READY_IN[ready] >= patients * REFERENCE_PER_PATIENT:
        return Choice("reference", f"done first {work}")
    if trouble := in_the_way():
        return Choice("reference", f"as {trouble}; the compiled one would be done first", True)
    return Choice(COMPILED, f"done first {work}; {ready}", ready == COMPILES)


LOADED, KEPT = "its kernel is loaded", "its kernel is kept on disk"
COMPILES = "its kernel is compiled first, once, in about ten seconds"

READY_IN = {LOADED: 0.0, KEPT: LOADING, COMPILES: COMPILING}
"""How many seconds pass before the compiled engine starts, by how ready it is."""


def readiness() -> str:
    """How ready the compiled engine is: a key of `READY_IN`."""
    compiled = sys.modules.get("sim.engines.compiled")
    if compiled is not None and compiled.is_loaded():
        return LOADED
    return KEPT if kernel_cache.is_warm() else COMPILES


@cache
def in_the_way() -> str:
    """What keeps the compiled engine from running here, as a sentence; empty when nothing does."""
    try:
        importlib.import_module("sim.engines.compiled")
        if readiness() == COMPILES:  # by numba, which what is kept does without
            importlib.import_module("sim.compiler.twins")
    except Exception as error:  # a package that does not fit may fail in any way
        name = getattr(error, "name", None)
        if isinstance(error, ModuleNotFoundError) and name in ("numba", "llvmlite"):
            return f"{name} is not installed"
        return "numba cannot be loaded (" + str(error).strip().split("\n", maxsplit=1)[0] + ")"
    return ""
