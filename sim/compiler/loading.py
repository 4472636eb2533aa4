"""From machine code to a function that Python calls, by LLVM alone.

Loading numba takes three times as long as a simulation; what it made once runs without it. Making the code is
left to `sim/compiler/twins.py`, keeping it on disk to `sim/compiler/cache.py`.
"""

import ctypes
import hashlib
import sys
from collections.abc import Callable
from contextlib import suppress
from ctypes.util import find_library

import llvmlite.binding as llvm

from sim.compiler.cache import Code
from sim.compiler.structs import Struct

RAN = 0
"""What the function of a code returns; the other numbers are errors of Python, which none of ours raises."""


def loaded(code: Code) -> Callable[[Struct], None]:
    """The function of the code, ready to run; it does not hold the interpreter's lock."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    library = _c_library()
    for name in code.calls:
        found = getattr(library, name, None)
        if found is not None:  # the processor itself does the others
            llvm.add_symbol(name, ctypes.cast(found, ctypes.c_void_p).value)
    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code.machine))
    engine.finalize_object()
    address = engine.get_function_address(code.symbol)
    function = ctypes.CFUNCTYPE(ctypes.c_int32, *[ctypes.c_void_p] * 3)(address)

    def run(struct: Struct, *, _engine: llvm.ExecutionEngine = engine) -> None:  # keeps the code in memory
        result, error = ctypes.c_void_p(), ctypes.c_void_p()
        status = function(ctypes.byref(result), ctypes.byref(error), struct.struct_address)
        assert status == RAN, status

    return run


def processor() -> str:
    """A digest of what machine code is made for: the system, the processor, and what it can do."""
    features = ""
    with suppress(RuntimeError):  # LLVM does not know
        features = llvm.get_host_cpu_features().flatten()
    said = (llvm.get_process_triple(), llvm.get_host_cpu_name(), features)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _c_library() -> ctypes.CDLL:
    """The C library of the interpreter, whose functions plain Python computes with."""
    if sys.platform == "win32":
        return ctypes.CDLL("ucrtbase")
    own = ctypes.CDLL(None)
    return own if hasattr(own, "exp") else ctypes.CDLL(find_library("m"))
