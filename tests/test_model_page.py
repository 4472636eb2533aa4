"""The examples of docs/model.md, run: each scenario with its referrals gives the log worked by hand there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from stories import rows, written_with_staff

from sim.engines import simulate
from sim.invariants import broken
from sim.measures import services
from sim.measures.staff import by_week
from sim.scenario.load import loads

PAGE = Path(__file__).parent.parent / "docs" / "model.md"
INSIDE = r"\n((?:(?!```).)*)```"
BLOCKS, STAFF, SERVICES = (
    re.compile(f"```toml{INSIDE}\n```csv{INSIDE}\n```{last}{INSIDE}", re.DOTALL)
    for last in ("log", "staff", "services")
)
DEFAULTS = 'schema = 1\nname = "example"\n'
RUN = '[run]\nduration = "30 days"\n'


def examples() -> Iterator[tuple[str, str, str]]:
    """Scenario, referrals and log of every example on the page."""
    for match in BLOCKS.finditer(PAGE.read_text(encoding="utf-8")):
        yield match.group(1), match.group(2), match.group(3)


@pytest.mark.parametrize("example", range(len(list(examples()))))
def test_an_example_of_the_model_page_gives_the_log_written_there(
    example: int, engine: str, tmp_path: Path
) -> None:
    scenario, referrals, log = list(examples())[example]
    (tmp_path / "referrals.csv").write_text(referrals, encoding="utf-8")
    text = DEFAULTS + ("" if "[run]" in scenario else RUN) + scenario
    text += '[arrivals.list]\ndates = "referrals.csv"\n'
    happened = simulate(loads(text, folder=tmp_path), engine=engine)
    assert written_with_staff(happened) == rows(log)
    assert broken(happened) == []


def test_the_examples_of_staff_need_what_is_written_there(tmp_path: Path) -> None:
    found = STAFF.findall(PAGE.read_text(encoding="utf-8"))
    assert found
    for scenario, referrals, table in found:
        (tmp_path / "referrals.csv").write_text(referrals, encoding="utf-8")
        read = loads(DEFAULTS + scenario + '[arrivals.list]\ndates = "referrals.csv"\n', folder=tmp_path)
        panel = by_week(simulate(read), read)
        assert panel is not None
        said = [["week", "role", "level", "needed", "binds"]]
        for (week, role, level), values in zip(panel.panel.rows, panel.values, strict=True):
            figures = dict(zip(panel.panel.figures, values, strict=True))
            binds = [
                name.removeprefix("binds.")
                for name, share in figures.items()
                if name[:6] == "binds." and share
            ]
            if level:
                said.append([str(week), str(role), str(level), f"{figures['needed']:g}", ", ".join(binds)])
        assert [re.split(r"  +", line.strip()) for line in table.strip().splitlines()] == said


def test_the_examples_of_services_come_to_what_is_written_there(tmp_path: Path) -> None:
    found = SERVICES.findall(PAGE.read_text(encoding="utf-8"))
    assert found
    for scenario, referrals, table in found:
        (tmp_path / "referrals.csv").write_text(referrals, encoding="utf-8")
        read = loads(DEFAULTS + scenario + '[arrivals.list]\ndates = "referrals.csv"\n', folder=tmp_path)
        filled = services.by_week(simulate(read), read)
        assert filled is not None
        head, *written = [line.split() for line in table.strip().splitlines()]
        for row, keys, values in zip(written, filled.panel.rows, filled.values, strict=True):
            figures = dict(zip(filled.panel.figures, values, strict=True))
            assert row[:3] == [str(key) for key in keys]
            assert row[3:] == [f"{figures[name]:g}" for name in head[3:]]


def test_the_page_has_examples() -> None:
    assert len(list(examples())) >= 6
