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
from sim.compiler.structs import Known, Struct


class StructType(types.Type):
    """The type of a struct: the names and types of its fields, in order, and the numbers that are known."""

    def __init__(self, fields: tuple[tuple[str, Any], ...], known: Known) -> None:
        self.at: dict[str, tuple[int, Any]] = {}
        self.known = {
            name: known[name]
            for name, kind in fields
            if isinstance(kind, types.Number | types.Boolean) and name in known
        }
        word = 0
        for name, kind in fields:
            self.at[name] = word, kind
            word += 1 + (kind.ndim if isinstance(kind, RowsType) else 0)
        super().__init__(short_name("Struct", (fields, self.known)))


def type_of(value: Any, known: Any) -> Any:
    """The type that a value has in a struct, what is known of it included; a dict is the fields of one."""
    if isinstance(value, Struct):
        return value.struct_type
    if isinstance(value, dict):
        known = known or {}
        fields = tuple((name, type_of(field, known.get(name))) for name, field in value.items())
        return StructType(fields, known)
    found = numba.typeof(np.asarray(value) if isinstance(value, np.ndarray) else value)
    if not isinstance(found, types.Array):
        return found
    if isinstance(found.dtype, types.Record):
        return RowsType(RowType(found.dtype, known or {}), found.ndim)
    return RowsType(found.dtype, found.ndim, known)


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
def _field(context: Any, builder: Any, kind: StructType, pointer: Any, name: str) -> Any:
    """The code that reads a field: a number, the pointer of a struct, or where the words of an array are."""
    at, found = kind.at[name]
    if name in kind.known:
        return context.get_constant(found, kind.known[name])
    if isinstance(found, RowsType):
        return builder.gep(pointer, [ir.Constant(ir.IntType(32), at)])
    word = load_word(builder, pointer, at)
    if isinstance(found, StructType):
        return builder.inttoptr(word, WORD.as_pointer())
    return builder.bitcast(word, ir.DoubleType()) if isinstance(found, types.Float) else word
