"""The shape of the code holds: imports point downwards, libraries stay in their places, files are short."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SIM = Path(__file__).parents[1] / "sim"

LAYERS = (
    ("compiler", "errors", "words"),
    ("files", "special", "staffing", "families", "fits", "shapes", "student", "uncut"),
    ("distributions", "draws", "log"),
    ("scenario",),
    (
        "arrivals",
        "description",
        "differences",
        "doors",
        "hours",
        "plan",
        "pools",
        "rules",
        "staff",
        "start",
        "tables",
    ),
    ("kernel",),
    (
        "engines",
        "invariants",
        "spells",
        "measures",
        "theory",
        "traffic",
        "full_roster",
        "routes",
        "flows",
        "seating",
    ),
    ("estimates", "intervals", "settling"),
    ("answers", "comparisons", "experiments", "extending", "manifest", "results", "sweeps", "verify"),
    ("sentences",),
    ("plots", "report"),
    ("cli",),
)
"""Lowest first; a file may import from lower layers and, unless `APART`, from its own."""

APART = (
    {"engines"},
    {"invariants", "spells"},
    {"measures"},
    {"theory", "traffic", "full_roster", "routes", "flows"},
)
"""Parts of one layer that do not know each other."""

LATE = {
    (f"{file}.py", "plots")
    for file in (
        "answers",
        "comparisons",
        "experiments/compare",
        "experiments/margins",
        "experiments/run",
        "experiments/seek",
        "experiments/sensitivity",
        "experiments/warmup",
        "results",
        "sweeps",
    )
}
"""Imports that point upwards, inside a function: `result.plot.census()`, and the figures of a folder."""

ONLY_IN = {
    "simpy": ("engines/reference.py",),
    "numba": ("compiler/",),
    "llvmlite": ("compiler/",),
    "matplotlib": ("plots/",),
    "jinja2": ("report/",),
    "markupsafe": ("report/",),
}
"""Library → where alone it may be imported."""

FILES = sorted(path.relative_to(SIM).as_posix() for path in SIM.rglob("*.py"))
ROOT_FILES = {"__init__.py", "__main__.py"}


def part(file: str) -> str:
    """The file or folder directly under sim/ that a path such as `rules/stay.py` belongs to."""
    return file.split("/", maxsplit=1)[0].removesuffix(".py")


def rank(name: str) -> int:
    return next(number for number, layer in enumerate(LAYERS) if name in layer)


def imports(file: str) -> Iterator[str]:
    """Every module that a file imports anywhere, functions and type-checking blocks included."""
    for node in ast.walk(ast.parse((SIM / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} has a relative import"
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("file", [file for file in FILES if file not in ROOT_FILES])
def test_a_file_imports_only_from_its_own_layer_or_below(file: str) -> None:
    for module in imports(file):
        if module.startswith("sim."):
            other = module.split(".")[1]
            if other != "__version__" and (file, other) not in LATE:
                assert rank(other) <= rank(part(file)), f"sim/{file} imports {module}"


@pytest.mark.parametrize("own", APART)
def test_engines_measures_invariants_and_theory_do_not_know_each_other(own: set[str]) -> None:
    others = set().union(*APART) - own
    for file in FILES:
        if part(file) in own:
            used = {module.split(".")[1] for module in imports(file) if module.startswith("sim.")}
            assert not used & others, f"sim/{file} imports {used & others}"


@pytest.mark.parametrize("file", FILES)
def test_a_library_with_one_place_is_imported_nowhere_else(file: str) -> None:
    for module in imports(file):
        places = ONLY_IN.get(module.split(".")[0], ("",))
        assert file.startswith(places), f"sim/{file} imports {module}"


@pytest.mark.parametrize("file", FILES)
def test_no_file_is_longer_than_500_lines(file: str) -> None:
    assert len((SIM / file).read_text(encoding="utf-8").splitlines()) <= 500


def test_every_file_belongs_to_a_layer() -> None:
    known = {name for layer in LAYERS for name in layer}
    assert {part(file) for file in FILES if file not in ROOT_FILES} <= known
