"""Structs of arrays and numbers that plain and compiled code read alike, compiled code by one pointer.

numba can hand arrays to a function one by one, or in a struct that counts its references. A simulation needs
fifty arrays in every function and frees none of them, so it gets one pointer to a table of their addresses:
no counting, and one argument instead of fifty. What the arrays hold is left to `sim/kernel/`, what a struct
is to the compiler to `sim/compiler/struct_types.py`. Making and reading a struct does not load numba.
"""

from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sim.compiler.struct_types import StructType

Known = Mapping[str, Any]
"""What code is made for, by field: the value of a number, of all entries of an array, of columns of rows."""

CACHE_LINE = 64
"""Bytes that a processor fetches from memory at once."""


class Struct:
    """Arrays, numbers and other structs by name; keeps them, so that their addresses stay good.

    Arrays must be contiguous. Arrays of rows are read by name as well: `s.patients[3].level`. What is `known`
    is written into the machine code, which then leaves out what it never comes to; of rows, it is not stored.
    """

    def __init__(self, known: Known | None = None, /, **values: Any) -> None:
        self._known = known or {}
        words: list[int] = []
        layout = []
        self._first_word: dict[str, int] = {}
        for name, value in values.items():
            setattr(self, name, value)
            self._first_word[name] = len(words)
            if isinstance(value, np.ndarray):
                assert value.flags.c_contiguous, name
                if value.dtype.names:
                    setattr(self, name, value.view(np.recarray))
                words += [value.ctypes.data, *value.shape]
            elif isinstance(value, Struct):
                words.append(value.struct_address)
            else:
                words.append(int(np.array(value).astype(_word_of(value)).view(np.int64)))
            layout.append((name, _kind_of(value)))
        self._words = np.array(words, dtype=np.int64)
        self.struct_address: int = self._words.ctypes.data
        self.struct_layout: str = sha256(repr((layout, self._known)).encode()).hexdigest()[:16]
        """The same for structs of the same names and types in the same order, of which the same is known.

        These share their code.
        """

    def replace(self, name: str, array: np.ndarray[Any, Any]) -> None:
        """Puts another array of the same type in the place of one, for compiled code to use from now on."""
        at = self._first_word[name]
        setattr(self, name, array)
        self._words[at : at + 1 + array.ndim] = (array.ctypes.data, *array.shape)

    @cached_property
    def struct_type(self) -> "StructType":
        """What the struct is to the compiler."""
        values = {name: getattr(self, name) for name in self._first_word}
        found: StructType = type_of(values, known=self._known)
        return found

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


def type_of(value: Any, *, known: Known | None = None) -> Any:
    """The type that a value has in a struct of compiled code; a dict is the fields of one."""
    from sim.compiler import struct_types  # noqa: PLC0415 (loads numba, which takes half a second)

    return struct_types.type_of(value, known)


def _kind_of(value: Any) -> Any:
    """What tells values of different types in compiled code apart."""
    if isinstance(value, np.ndarray):
        return repr(value.dtype), value.ndim
    return value.struct_layout if isinstance(value, Struct) else type(value).__name__


def _word_of(value: float) -> type[np.generic]:
    """How a number is kept in a word."""
    if isinstance(value, float):
        return np.float64
    return np.uint64 if isinstance(value, np.uint64) else np.int64
