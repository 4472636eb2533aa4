"""Structs of arrays and numbers that plain and compiled code read alike, compiled code by one pointer.

numba can hand arrays to a function one by one, or in a struct that counts its references. A simulation needs
fifty arrays in every function and frees none of them, so it gets one pointer to a table of their addresses:
no counting, and one argument instead of fifty. What the arrays hold is left to `sim/kernel/`.
"""

from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, infer_getattr, models, register_model, typeof_impl, unbox

from sim.compiler.rows import WORD, RowsType, RowType, load_word, short_name


class Struct:
    """Arrays, numbers and other structs by name; keeps them, so that their addresses stay good.

    Arrays must be contiguous. Arrays of rows are read by name as well: `s.patients[3].level`.
    """

    def __init__(self, **values: Any) -> None:
        words: list[int] = []
        fields = []
        for name, value in values.items():
            setattr(self, name, value)
            if isinstance(value, np.ndarray):
                assert value.flags.c_contiguous, name
                if value.dtype.names:
                    setattr(self, name, value.view(np.recarray))
                words += [value.ctypes.data, *value.shape]
            elif isinstance(value, Struct):
                words.append(value.struct_address)
            else:
                words.append(int(np.array(value).astype(_word_of(value)).view(np.int64)))
            fields.append((name, type_of(value)))
        self._words = np.array(words, dtype=np.int64)
        self.struct_address: int = self._words.ctypes.data
        self.struct_type: StructType = StructType(tuple(fields))

    def replace(self, name: str, array: np.ndarray[Any, Any]) -> None:
        """Puts another array of the same type in the place of one, for compiled code to use from now on."""
        at, _ = self.struct_type.at[name]
        setattr(self, name, array)
        self._words[at : at + 1 + array.ndim] = (array.ctypes.data, *array.shape)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


def type_of(value: Any) -> Any:
    """The type that a value has in a struct of compiled code."""
    if isinstance(value, Struct):
        return value.struct_type
    found = numba.typeof(np.asarray(value) if isinstance(value, np.ndarray) else value)
    if not isinstance(found, types.Array):
        return found
    dtype = found.dtype
    return RowsType(RowType(dtype) if isinstance(dtype, types.Record) else dtype, found.ndim)


def _word_of(value: float) -> type[np.generic]:
    """How a number is kept in a word."""
    if isinstance(value, float):
        return np.float64
    return np.uint64 if isinstance(value, np.uint64) else np.int64


class StructType(types.Type):
    """The type of a struct: the names and types of its fields, in order."""

    def __init__(self, fields: tuple[tuple[str, Any], ...]) -> None:
        self.at: dict[str, tuple[int, Any]] = {}
        word = 0
        for name, kind in fields:
            self.at[name] = word, kind
            word += 1 + (kind.ndim if isinstance(kind, RowsType) else 0)
        super().__init__(short_name("Struct", fields))


@typeof_impl.register(Struct)
def _typeof(value: Struct, _: Any) -> StructType:
    return value.struct_type


@register_model(StructType)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: StructType) -> None:
        super().__init__(manager, kind, WORD.as_pointer())


@unbox(StructType)
def _unbox(_: StructType, value: Any, context: Any) -> Any:
    address = context.pyapi.object_getattr_string(value, "struct_address")
    pointer = context.builder.inttoptr(context.pyapi.long_as_ulonglong(address), WORD.as_pointer())
    context.pyapi.decref(address)
    return NativeValue(pointer)


@infer_getattr
class _Fields(AttributeTemplate):
    key = StructType

    def generic_resolve(self, kind: StructType, name: str) -> Any:
        return kind.at[name][1] if name in kind.at else None


@lower_getattr_generic(StructType)
def _field(_: Any, builder: Any, kind: StructType, pointer: Any, name: str) -> Any:
    """The code that reads a field: a number, the pointer of a struct, or where the words of an array are."""
    at, found = kind.at[name]
    if isinstance(found, RowsType):
        return builder.gep(pointer, [ir.Constant(ir.IntType(32), at)])
    word = load_word(builder, pointer, at)
    if isinstance(found, StructType):
        return builder.inttoptr(word, WORD.as_pointer())
    return builder.bitcast(word, ir.DoubleType()) if isinstance(found, types.Float) else word
