"""What the behaviour tests of the engines share: scenarios told as text, and their logs as text."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stories import written

if TYPE_CHECKING:
    from sim.log import Log
    from sim.scenario.types import Scenario


@pytest.fixture
def happened(
    clinic: "Callable[..., Scenario]", engine: str, tmp_path: Path
) -> "Iterator[Callable[..., Log]]":
    """A function from a scenario, its referrals and its other files to the log of its first replication.

    Without `[run]` the run lasts 60 days; it starts on Monday 2026-01-05. At the end of the test every log
    made is asked whether all that must hold for every log holds.
    """
    from sim.engines import simulate  # noqa: PLC0415 (so that a broken engine fails tests, not collection)
    from sim.invariants import broken  # noqa: PLC0415

    logs = []

    def tell(scenario: str, referrals: str = "", *, files: dict[str, str] | None = None) -> "Log":
        named = dict(files or {})
        text = scenario
        if referrals:
            named["referrals.csv"] = referrals
            text += '\n[arrivals.list]\ndates = "referrals.csv"\n'
        if "run" not in tomllib.loads(scenario):
            text += '\n[run]\nduration = "60 days"\n'
        for name, content in named.items():
            (tmp_path / name).write_text(content.replace(" ", "").lstrip(), encoding="utf-8")
        log = simulate(clinic(text), engine=engine)
        logs.append(log)
        return log

    yield tell
    for log in logs:
        assert broken(log) == []


@pytest.fixture
def story(happened: "Callable[..., Log]") -> Callable[..., list[str]]:
    """As `happened`, giving the rows of patients as words."""

    def tell(scenario: str, referrals: str = "", *, files: dict[str, str] | None = None) -> list[str]:
        return written(happened(scenario, referrals, files=files))

    return tell


@pytest.fixture
def coarsely(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws days already spent by a coarse integral: this takes long, and comes before the engines."""
    from sim import start  # noqa: PLC0415 (the same)

    monkeypatch.setattr(start, "STEPS", 16)
    monkeypatch.setattr(start, "PLANS", 8)
