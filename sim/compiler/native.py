"""Functions whose compiled twins are written by hand, since no plain code compiles to what they need."""

from collections.abc import Callable
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


NATIVE: dict[Callable[..., Any], Any] = {high_word: _high_word}
"""From the plain function to its twin."""
