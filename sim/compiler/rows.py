"""Arrays as compiled code reads them in a struct: an address and a shape, indexed from 0 on and unchecked.

numba's own arrays may be indexed by negative numbers and may have gaps, which every access pays for. These
have neither. One dimension is indexed by a number, two by a pair of numbers; nothing checks bounds.
"""

import operator
from hashlib import sha256
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.imputils import lower_builtin, lower_getattr_generic, lower_setattr_generic
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate, infer_global
from numba.extending import models, register_model
from numba.np.arrayobj import record_getattr, record_setattr

from sim.compiler.structs import Known

WORD = ir.IntType(64)


def short_name(word: str, of: Any) -> str:
    """A name for a type made of others. Names stand in every symbol of the machine code, and grow fast."""
    return f"{word}_{sha256(repr(of).encode()).hexdigest()[:16]}"


class RowType(types.Record):
    """The type of one row: numba's record, under a short name, and the columns whose only value is known."""

    def __init__(self, record: types.Record, known: Known) -> None:
        fields = [(name, field._asdict()) for name, field in record.fields.items()]
        super().__init__(fields, record.size, record.aligned)
        self.known = known
        self.name: str = short_name("Row", (record.name, known))


register_model(RowType)(models.RecordModel)


@lower_getattr_generic(RowType)
def _column(context: Any, builder: Any, kind: RowType, row: Any, name: str) -> Any:
    """The code that reads a column of a row; of one that is known, no memory."""
    if name in kind.known:
        return context.get_constant(kind.typeof(name), kind.known[name])
    return record_getattr(context, builder, kind, row, name)


@lower_setattr_generic(RowType)
def _set_column(context: Any, builder: Any, sig: Any, args: Any, name: str) -> Any:
    """The code that writes a column of a row; none for one that is known, which never gets another value."""
    if name in sig.args[0].known:
        return context.get_dummy_value()
    return record_setattr(context, builder, sig, args, name)


class RowsType(types.Type):
    """The type of an array of numbers or rows in a struct; its value is the place of its words there.

    Where every number in it is known to be the same, that one.
    """

    def __init__(self, dtype: Any, ndim: int, known: float | None = None) -> None:
        self.dtype, self.ndim, self.known = dtype, ndim, known
        super().__init__(f"Rows({dtype.name}, {ndim}, {known})")

    @property
    def index(self) -> Any:
        """The type of its index."""
        return types.intp if self.ndim == 1 else types.UniTuple(types.intp, self.ndim)


@register_model(RowsType)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: RowsType) -> None:
        super().__init__(manager, kind, WORD.as_pointer())


def load_word(builder: Any, words: Any, at: int) -> Any:
    """The code that reads a word of a struct. It never changes, so it need not be read again."""
    word = builder.load(builder.gep(words, [ir.Constant(ir.IntType(32), at)]))
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    return word


@infer_global(operator.getitem)
class _Get(AbstractTemplate):
    def generic(self, args: Any, _: Any) -> Any:
        rows = args[0]
        return signature(rows.dtype, rows, rows.index) if isinstance(rows, RowsType) else None


@infer_global(operator.setitem)
class _Set(AbstractTemplate):
    def generic(self, args: Any, _: Any) -> Any:
        rows = args[0]
        return signature(types.none, rows, rows.index, rows.dtype) if isinstance(rows, RowsType) else None


@infer_global(len)
class _Length(AbstractTemplate):
    def generic(self, args: Any, _: Any) -> Any:
        return signature(types.intp, args[0]) if isinstance(args[0], RowsType) else None


def place_of(context: Any, builder: Any, kind: RowsType, rows: Any, index: Any) -> Any:
    """The address of an entry."""
    at = index
    if kind.ndim == 2:
        width = load_word(builder, rows, 2)
        at = builder.add(builder.mul(builder.extract_value(index, 0), width), builder.extract_value(index, 1))
    size = ir.Constant(WORD, context.get_abi_sizeof(context.get_data_type(kind.dtype)))
    address = builder.add(load_word(builder, rows, 0), builder.mul(at, size))
    return builder.inttoptr(address, context.get_data_type(kind.dtype).as_pointer())


@lower_builtin(operator.getitem, RowsType, types.Any)
def _get(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    kind = sig.args[0]
    if kind.known is not None:
        return context.get_constant(kind.dtype, kind.known)
    place = place_of(context, builder, kind, *args)
    if isinstance(kind.dtype, types.Record):
        return place
    return context.data_model_manager[kind.dtype].load_from_data_pointer(builder, place)


@lower_builtin(operator.setitem, RowsType, types.Any, types.Any)
def _set(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    kind = sig.args[0]
    value = context.data_model_manager[kind.dtype].as_data(builder, args[2])
    builder.store(value, place_of(context, builder, kind, args[0], args[1]))
    return context.get_dummy_value()


@lower_builtin(len, RowsType)
def _length(_: Any, builder: Any, __: Any, args: Any) -> Any:
    return load_word(builder, args[0], 1)
