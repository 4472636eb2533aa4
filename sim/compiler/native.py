"""Functions whose compiled twins are written by hand, since no plain code compiles to what they need."""

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic


def high_word(a: np.uint64, b: np.uint64) -> np.uint64:
    """The upper 64 bits of the product of two words."""
    return np.uint64(int(a) * int(b) >> 64)


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
    "sim.special.polynomial": _polynomial,
}
"""From the name of the plain function to its twin."""
