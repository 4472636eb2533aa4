"""`auto` takes the engine that finishes first, given work and what is ready, and says why."""

import sys
from collections.abc import Iterator

import pytest

from sim.engines import choice, compiled
from sim.errors import SimError

KNOWN = ("reference", "compiled")


@pytest.fixture(autouse=True)
def seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A patient takes 2 ms or 1 ms; the kernel is there after 1 s if kept on disk, else after 10 s."""
    monkeypatch.setattr(choice, "REFERENCE_PER_PATIENT", 2e-3)
    monkeypatch.setattr(choice, "COMPILED_PER_PATIENT", 1e-3)
    monkeypatch.setitem(choice.READY_IN, choice.KEPT, 1.0)
    monkeypatch.setitem(choice.READY_IN, choice.COMPILES, 10.0)


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """No kernel is loaded, and none is kept on disk."""
    monkeypatch.setattr(compiled, "_kernels", {})
    monkeypatch.setattr(choice.kernel_cache, "is_warm", lambda: False)


@pytest.fixture
def anew() -> Iterator[None]:
    """What is in the way is looked for anew, here and afterwards."""
    choice.in_the_way.cache_clear()
    yield
    choice.in_the_way.cache_clear()


@pytest.fixture
def without_numba(cold: None, anew: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)  # as if it were not installed
    monkeypatch.delitem(sys.modules, "sim.compiler.twins", raising=False)


# ---- the work ahead, and what is ready


@pytest.mark.parametrize(
    ("ready", "patients", "expected"),
    [
        (choice.LOADED, 0, "reference"),
        (choice.LOADED, 1, "compiled"),
        (choice.KEPT, 1_000, "reference"),  # 2 s beside 1 + 1
        (choice.KEPT, 1_001, "compiled"),
        (choice.COMPILES, 10_000, "reference"),  # 20 s beside 10 + 10
        (choice.COMPILES, 10_001, "compiled"),
    ],
)
def test_auto_takes_the_engine_that_finishes_first(
    ready: str, patients: int, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "readiness", lambda: ready)
    found = choice.choose("auto", KNOWN, patients=patients)
    assert found.engine == expected
    assert f"done first for about {patients:,} patients" in found.why
    assert (ready in found.why) == (expected == "compiled")


def test_a_kernel_is_loaded_or_kept_or_has_to_be_compiled(
    cold: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert choice.readiness() == choice.COMPILES
    monkeypatch.setattr(choice.kernel_cache, "is_warm", lambda: True)
    assert choice.readiness() == choice.KEPT
    monkeypatch.setattr(compiled, "_kernels", {"layout": print})
    assert choice.readiness() == choice.LOADED


@pytest.mark.parametrize("asked", ["auto", "compiled"])
def test_that_the_kernel_must_be_compiled_first_is_worth_a_line_and_nothing_else_is(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ready, notable in ((choice.COMPILES, True), (choice.KEPT, False), (choice.LOADED, False)):
        monkeypatch.setattr(choice, "readiness", lambda ready=ready: ready)
        found = choice.choose(asked, KNOWN, patients=1e6)
        assert (found.engine, found.notable) == ("compiled", notable)
        assert ready in found.why
    assert not choice.choose("reference", KNOWN, patients=1e6).notable


def test_an_unknown_engine_is_answered_with_those_there_are() -> None:
    with pytest.raises(SimError) as said:
        choice.choose("fast", KNOWN, patients=1.0)
    assert str(said.value) == "engine 'fast' is not known; want one of auto, reference, compiled"


# ---- without numba


def test_where_numba_is_missing_auto_takes_the_reference_engine_and_says_why(without_numba: None) -> None:
    found = choice.choose("auto", KNOWN, patients=1e6)
    assert found == choice.Choice(
        "reference", "as numba is not installed; the compiled one would be done first", notable=True
    )


def test_where_numba_is_missing_the_compiled_engine_is_refused(without_numba: None) -> None:
    with pytest.raises(SimError) as said:
        choice.choose("compiled", KNOWN, patients=1.0)
    assert str(said.value) == ("engine 'compiled': numba is not installed; want --engine reference, or auto")


def test_a_numba_that_does_not_fit_is_quoted_in_one_line(
    cold: None, anew: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str) -> None:
        raise SystemError("initialization of _internal failed: numpy 9 is too new\nTraceback …")

    monkeypatch.setattr("importlib.import_module", fail)
    assert choice.in_the_way() == (
        "numba cannot be loaded (initialization of _internal failed: numpy 9 is too new)"
    )


def test_machine_code_that_is_kept_runs_without_numba(
    without_numba: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice.kernel_cache, "is_warm", lambda: True)
    assert choice.choose("auto", KNOWN, patients=1e6).engine == "compiled"
