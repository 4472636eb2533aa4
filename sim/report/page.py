"""`sim report`: the folder of a finished run, comparison or sweep as one page that opens anywhere.

The page is HTML with its style and figures inside: no request leaves it, nothing in it runs, and the same
folder gives the same bytes. `KINDS` says what is made of which folder. What stands on the page is left to
`run.py`, `comparison.py`, `sweep.py` and `appendix.py`, how it looks to `page.html` and `page.css`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from math import ceil
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sim import comparisons, results, sweeps
from sim.errors import SimError
from sim.experiments.compare import Comparison, check_seeds, names_of
from sim.report import appendix, comparison, sweep
from sim.report.compared import Compared
from sim.report.parts import Page, Section, numbered
from sim.report.run import Run, answer, bottleneck, census, question, trust
from sim.report.sweep import Sweeping
from sim.report.week import intake, services, staff, tracks
from sim.report.words import listed

HERE = Path(__file__).parent


def report(folder: Path, *, against: Path | None = None) -> bytes:
    """The page of a results folder, or of its run paired with that of another as the baseline.

    Raises `SimError` when a folder holds nothing that is finished, or what no report is made of.
    """
    return rendered(page_of(folder) if against is None else page_of_two(folder, against))


def page_of(folder: Path) -> Page:
    """What the page of a folder says."""
    made = results.manifest_of(folder)
    if made is None:
        raise SimError(_missing(folder))
    command = made.get("command", "run")
    if command not in KINDS:
        raise SimError(
            f"{folder}: holds what `sim {command}` wrote; want the folder of a finished run, comparison "
            "or sweep"
        )
    return KINDS[command](folder, made)


def rendered(page: Page) -> bytes:
    """The page as HTML; every text in it is escaped."""
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    css = Markup((HERE / "page.css").read_text(encoding="utf-8"))
    sections = list(numbered([*page.front, *page.appendix]))
    count = len(page.front)
    html = environment.get_template("page.html").render(
        page=page, css=css, front=sections[:count], appendix=sections[count:]
    )
    return html.encode()


def _missing(folder: Path) -> str:
    if not folder.exists():
        return f"{folder}: is not there; want the folder of a finished run, comparison or sweep"
    if not folder.is_dir():
        return f"{folder}: is no folder; want that of a finished run, comparison or sweep"
    if (folder / results.CLAIM).exists() or any(folder.glob("store*.sqlite")):
        return f"{folder}: is not finished; the command that began it carries it on"
    return f"{folder}: holds no results; want the folder of a finished run, comparison or sweep"


def _of_run(folder: Path, made: dict[str, Any]) -> Page:
    run = Run(results.read(folder), folder=folder, manifest=made)
    about = f"{run.scenario.name}: {setting_words(run)}"
    front = [section for make in FRONT if (section := make(run)) is not None]
    return Page(run.scenario.title or run.scenario.name, about, front, appendix.of_run(run))


def page_of_two(folder: Path, against: Path) -> Page:
    """What the page of a run says against that of another folder, paired by replication.

    Over the replications that both have; nothing is run.
    """
    base, other = results.read(against), results.read(folder)
    comparisons.opened([against, folder])  # raises where the program was not the same
    check_seeds([base.scenario, other.scenario])
    names = names_of([base.scenario, other.scenario])
    count = min(len(base.reduced), len(other.reduced))
    both = tuple(replace(one, reduced=one.reduced[:count]) for one in (base, other))
    made = results.manifest_of(folder) or {}
    mine = {"files": {}, "replications": count, "scenarios": [{"name": name} for name in names]}
    return compared_page(Compared(Comparison(names, both), manifest=made | mine))


def _of_comparison(folder: Path, made: dict[str, Any]) -> Page:
    return compared_page(Compared(comparisons.read(folder), manifest=made, folder=folder))


def compared_page(one: Compared) -> Page:
    """The page of a comparison."""
    others, base = listed(one.others), one.found.names[0]
    first = one.runs[1].scenario
    title = (
        (first.title or f"{others} against {base}") if len(one.others) == 1 else f"{others} against {base}"
    )
    about = f"{others} against {base}: {setting_words(one.base)}"
    return Page(
        title,
        about.replace("replication", "paired replication", 1),
        [section for make in comparison.FRONT if (section := make(one)) is not None],
        [make(one) for make in comparison.APPENDIX],
    )


def _of_sweep(folder: Path, made: dict[str, Any]) -> Page:
    with sweeps.read(folder) as swept:
        one = Sweeping(swept, folder=folder, manifest=made)
        scenario = swept.scenario
        return Page(
            scenario.title or scenario.name,
            f"{scenario.name}: {len(swept.points)} points, each {setting_words(one.run)}",
            [make(one) for make in sweep.FRONT],
            [make(one) for make in sweep.APPENDIX],
        )


def setting_words(run: Run) -> str:
    """How long, how often, from when."""
    setting = run.scenario.run
    begins = setting.start + timedelta(days=ceil(setting.warm_up))
    said = f"{run.count} replication{'s' * (run.count > 1)} of {setting.duration:g} days from {begins}"
    return f"{said}, after {setting.warm_up:g} days of warm-up" if setting.warm_up else said


FRONT: tuple[Callable[[Run], Section | None], ...] = (
    lambda run: question(run.scenario),
    answer,
    census,
    bottleneck,
    intake,
    staff,
    services,
    tracks,
    trust,
)
"""The sections of a run for a director, in their order; None where the scenario does not have the thing."""

KINDS: dict[str, Callable[[Path, dict[str, Any]], Page]] = {
    "run": _of_run,
    comparisons.COMMAND: _of_comparison,
    sweeps.COMMAND: _of_sweep,
}
"""Command that wrote a folder → the page that is made of it."""
