"""What structs of arrays are to the compiler: types, and the code that reads their fields.

A struct is one pointer to a table of words (`sim/compiler/structs.py`); an array in it is the place of its
address and shape there (`sim/compiler/rows.py`).
"""

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, models, register_model

from sim.compiler.rows import WORD, RowsType, RowType, load_word, short_name
from sim.compiler.structs import Struct


class StructType(types.Type):
    """The type of a struct: the names and types of its fields, in order."""

    def __init__(self, fields: tuple[tuple[str, Any], ...]) -> None:
        self.at: dict[str, tuple[int, Any]] = {}
        word = 0
        for name, kind in fields:
            self.at[name] = word, kind
            word += 1 + (kind.ndim if isinstance(kind, RowsType) else 0)
        super().__init__(short_name("Struct", fields))


def type_of(value: Any) -> Any:
    """The type that a value has in a struct; a dict is the fields of one."""
    if isinstance(value, Struct):
        return value.struct_type
    if isinstance(value, dict):
        return StructType(tuple((name, type_of(field)) for name, field in value.items()))
    found = numba.typeof(np.asarray(value) if isinstance(value, np.ndarray) else value)
    if not isinstance(found, types.Array):
        return found
    dtype = found.dtype
    return RowsType(RowType(dtype) if isinstance(dtype, types.Record) else dtype, found.ndim)


@register_model(StructType)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: StructType) -> None:
        super().__init__(manager, kind, WORD.as_pointer())


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
