"""Functions whose compiled twins are written by hand, since no plain code compiles to what they need."""

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from sim.compiler.rows import place_of
from sim.compiler.structs import CACHE_LINE

NUMBER = ir.IntType(32)


def high_word(a: np.uint64, b: np.uint64) -> np.uint64:
    """The upper 64 bits of the product of two words."""
    return np.uint64(int(a) * int(b) >> 64)


def fetch(rows: Any, at: Any) -> None:
    """Nothing; compiled code has the processor fetch this entry from memory, for soon."""


@intrinsic
def _fetch(_: Any, rows: Any, at: Any) -> Any:
    """A hint for each line of the cache that the entry covers."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        size = context.get_abi_sizeof(context.get_data_type(signature.args[0].dtype))
        bytes_ = ir.IntType(8).as_pointer()
        place = builder.bitcast(place_of(context, builder, signature.args[0], *args), bytes_)
        kind = ir.FunctionType(ir.VoidType(), [bytes_, NUMBER, NUMBER, NUMBER])
        hint = builder.module.declare_intrinsic("llvm.prefetch", [bytes_], kind)
        for line in range(0, size, CACHE_LINE):
            to_read, to_keep, of_data = NUMBER(0), NUMBER(3), NUMBER(1)
            builder.call(hint, [builder.gep(place, [NUMBER(line)]), to_read, to_keep, of_data])
        return context.get_dummy_value()

    return types.none(rows, rows.index), code


@intrinsic
def _high_word(_: Any, a: Any, b: Any) -> Any:
    """One multiplication of 128 bits."""

    def code(context: Any, builder: Any, signature: Any, words: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(builder.zext(words[0], wide), builder.zext(words[1], wide))
        return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), code


@intrinsic
def _polynomial(_: Any, x: Any, coefficients: Any) -> Any:
    """Horner's rule without a loop, which would ask at every step whether the tuple has ended."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        total = ir.Constant(ir.DoubleType(), 0.0)
        for at in range(coefficients.count):
            total = builder.fadd(builder.fmul(total, args[0]), builder.extract_value(args[1], at))
        return total

    return types.float64(types.float64, coefficients), code


NATIVE: dict[str, Any] = {
    "sim.compiler.native.high_word": _high_word,
    "sim.compiler.native.fetch": _fetch,
    "sim.special.polynomial": _polynomial,
}
"""From the name of the plain function to its twin."""
