"""How compiled functions are put together: each is translated once, all are optimised together.

By itself numba optimises every function together with all that it calls, and again with all that its caller
calls, and so on: a hundred functions that call each other take more than a minute. Here a function that is
only called by others is left as it was translated, and the whole is optimised when the one function that
Python calls is finished. The bits of the results are the same.
"""

import re
from typing import Any

from llvmlite import binding
from llvmlite.binding import Linkage
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.typed_passes import NoPythonSupportedFeatureValidation

from sim.compiler.cache import Code

OF_C = re.compile(r"(?:llvm\.)?(\w+)(?:\.(?:v\d+)?f64)?")
"""A function that may be one of the C library; LLVM calls its `log` `llvm.log.f64`."""


def emitted(library: Any, symbol: str) -> Code:
    """The machine code of a whole that is finished, whose function has this symbol."""
    module = library._final_module
    declared = [function.name for function in module.functions if function.is_declaration]
    calls = [found[1] for name in declared if (found := OF_C.fullmatch(name))]
    return Code(library.codegen._tm.emit_object(module), symbol, calls)


binding.set_option("", "-inline-threshold=1000")
"""So much longer, by LLVM's count, may code become where a function's is put in place of a call: calls are a
tenth of the kernel's time, and LLVM's own 225 leaves most of them. More brings little, and costs seconds."""


class Part(JITCodeLibrary):
    """The code of a function that only compiled functions call."""

    @property
    def codegen(self) -> "Part":
        """Itself: asked only to set the environment, which a part does without."""
        return self

    def set_env(self, name: str, environment: Any) -> None:
        """Nothing: a part refers to no object of Python."""

    def get_pointer_to_function(self, name: str) -> int:
        """None: Python does not call it."""
        return 0

    def finalize(self) -> None:
        """Leaves the code as it was translated."""
        self._finalized = True

    def _optimize_functions(self, module: Any) -> None:
        module.data_layout = self._codegen._data_layout


class Whole(JITCodeLibrary):
    """The code of the function that Python calls, with that of all that it calls."""

    _linking_libraries: list[Any]

    def finalize(self) -> None:
        """Puts the parts of all parts beside its own, and optimises the whole."""
        found: dict[Any, None] = {}
        left = list(self._linking_libraries)
        while left:
            library = left.pop()
            if library not in found:
                found[library] = None
                left += library._linking_libraries if isinstance(library, Part) else []
        self._linking_libraries = list(found)
        super().finalize()

    def _optimize_final_module(self) -> None:
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage == Linkage.linkonce_odr:
                function.linkage = Linkage.internal  # nobody else calls it
        options = binding.create_pipeline_tuning_options(speed_level=3)
        options.loop_vectorization = False
        passes = binding.create_pass_builder(self._codegen._tm, options)
        passes.getModulePassManager().run(self._final_module, passes)


class _Into(FunctionPass):
    """A step of compilation that says where the code of the function goes."""

    _name = "into_library"
    library: type[JITCodeLibrary]

    def __init__(self) -> None:
        FunctionPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        state.library = self.library(state.targetctx.codegen(), state.func_id.func_qualname)
        return False


@register_pass(mutates_CFG=False, analysis_only=True)
class _IntoPart(_Into):
    _name = "into_part"
    library = Part


@register_pass(mutates_CFG=False, analysis_only=True)
class _IntoWhole(_Into):
    _name = "into_whole"
    library = Whole


class _Compiler(CompilerBase):
    into: type[_Into]

    def define_pipelines(self) -> list[Any]:
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.add_pass_after(self.into, NoPythonSupportedFeatureValidation)
        passes.finalize()
        return [passes]


class PartCompiler(_Compiler):
    """Compiles a function that only compiled functions call."""

    into = _IntoPart


class WholeCompiler(_Compiler):
    """Compiles the function that Python calls."""

    into = _IntoWhole
