"""Compiled twins of plain functions: the same code, compiled, calling the compiled twins of what it calls.

The functions of this project stay plain Python and can be stepped through; only the compiled engine asks for
their twins. Every twin is compiled for one signature, that of its annotations. No fast-math and no parallel
loops: the bits must be those of the plain function. A division by zero gives an infinity here and an error in
the plain function; what both share never divides by zero.
"""

import dis
import inspect
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any, get_type_hints

import numba
from numba.core import types

from sim.compiler.cache import Code
from sim.compiler.linking import PartCompiler, WholeCompiler, emitted
from sim.compiler.native import NATIVE
from sim.compiler.structs import Struct

Kinds = Mapping[Any, Any]
"""From an annotation to the type of numba that it stands for."""

NUMBERS: Kinds = {int: types.int64, float: types.float64, bool: types.boolean}

OPTIONS: dict[str, Any] = {
    "error_model": "numpy",
    "_nrt": False,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
"""Without memory of its own: no list, no new array. Without wrappers for Python: `loading.py` calls it."""


def machine_code(function: Callable[..., None], struct: Struct, kinds: Kinds) -> Code:
    """The machine code of the twin of a function of a struct of this layout, which Python calls."""
    assert isinstance(function, FunctionType)
    copied = _copy(function)
    _replace_called(copied, Parts(kinds))
    made = numba.njit(pipeline_class=WholeCompiler, **OPTIONS)(copied)
    made.compile((struct.struct_type,))
    (compiled,) = made.overloads.values()
    return emitted(compiled.library, compiled.fndesc.llvm_func_name)


class Parts:
    """The twins of functions that only compiled functions call; remembers those that are made."""

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = {**NUMBERS, **kinds}
        self._made: dict[Any, Any] = {}

    def twin(self, function: FunctionType) -> Any:
        """The twin of a function."""
        name = f"{function.__module__}.{function.__qualname__}"
        if name in NATIVE:
            return NATIVE[name]
        if function not in self._made:
            copied = _copy(function)
            _replace_called(copied, self)
            made = numba.njit(pipeline_class=PartCompiler, **OPTIONS)(copied)
            signature = self._signature(function)
            if signature is not None:
                made.compile(signature)
                made.disable_compile()
            self._made[function] = made
        return self._made[function]

    def _signature(self, function: FunctionType) -> tuple[Any, ...] | None:
        """The types of its parameters; None where one has several, such as tuples of any length."""
        hints = get_type_hints(function)
        wanted = [hints[name] for name in inspect.signature(function).parameters]
        if any(hint not in self._kinds for hint in wanted):
            return None
        return tuple(self._kinds[hint] for hint in wanted)


def _copy(function: FunctionType) -> FunctionType:
    """The function with globals of its own, whose keywords may also be given by position.

    numba binds the keywords of a compiled call only where they may be given by position.
    """
    code = function.__code__
    code = code.replace(co_argcount=code.co_argcount + code.co_kwonlyargcount, co_kwonlyargcount=0)
    copied = FunctionType(code, dict(function.__globals__), function.__name__, function.__defaults__)
    copied.__module__, copied.__qualname__ = function.__module__, function.__qualname__
    return copied


def _replace_called(copied: FunctionType, parts: Parts) -> None:
    """Puts compiled twins in place of the functions of this project that it calls."""
    for name in called(copied):
        copied.__globals__[name] = parts.twin(copied.__globals__[name])


def called(function: FunctionType) -> Iterator[str]:
    """The names by which a function calls other functions of this project."""
    read = {step.argval for step in dis.get_instructions(function) if step.opname == "LOAD_GLOBAL"}
    for name in sorted(read):
        other = function.__globals__.get(name)
        if isinstance(other, FunctionType) and other.__module__.startswith("sim."):
            yield name
