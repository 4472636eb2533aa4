"""What all tests share: the engines, small scenarios written as text, the long tests, the golden files."""

import secrets
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from sim.scenario.types import Scenario

settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

DEFAULTS = {
    "run": '[run]\nduration = "365 days"\nreplications = 2\nseed = 1\n',
    "arrivals": "[arrivals.all]\nper_day = 1.0\n",
}
"""Tables a snippet gets where it has none of its own; arrivals only when it has no `start` either."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deep", action="store_true", help="run the long tests too")
    parser.addoption("--rewrite-golden", action="store_true", help="write tests/golden/ anew")
    parser.addoption("--seed", type=int, help="draw the scenarios of the long tests from this number again")


def pytest_configure(config: pytest.Config) -> None:
    """Gives the long tests a new seed, unless one was asked for."""
    if config.option.seed is None:
        config.option.seed = getattr(config, "workerinput", {}).get("seed", secrets.randbits(32))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Gives each of many processes the same seed."""
    node.workerinput["seed"] = node.config.option.seed


def pytest_sessionstart(session: pytest.Session) -> None:
    """Prints the seed first, so that it is known even if the tests never end."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and session.config.option.deep:
        reporter.write_line(f"long tests draw from --seed {session.config.option.seed}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--deep"):
        return
    deep = [item for item in items if item.get_closest_marker("deep")]
    config.hook.pytest_deselected(items=deep)
    items[:] = [item for item in items if item not in set(deep)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `engine` runs once on every engine, by its name."""
    if "engine" in metafunc.fixturenames:
        from sim.engines import ENGINES  # noqa: PLC0415 (most tests need no engine)

        metafunc.parametrize("engine", list(ENGINES))


@pytest.fixture
def clinic(tmp_path: Path) -> "Callable[..., Scenario]":
    """A function from a snippet of TOML to a Scenario.

    What the snippet leaves out is filled in: schema, name, a year of two replications with seed 1, one
    arrival a day who enters the first level. Keywords set keys, as in `clinic(text, **{"run.seed": 3})`.
    """

    def build(text: str, **changes: Any) -> "Scenario":
        from sim.scenario.load import loads  # noqa: PLC0415 (a test that takes no scenario need not load this)

        given = tomllib.loads(text)
        head = [
            f"{key} = {value}\n" for key, value in (("schema", 1), ("name", '"clinic"')) if key not in given
        ]
        tables = [DEFAULTS["run"]] if "run" not in given else []
        if "arrivals" not in given and "start" not in given:
            tables.append(f'{DEFAULTS["arrivals"]}enters = "{next(iter(given["levels"]))}"\n')
        scenario = loads("".join(head) + text + "\n" + "".join(tables), tmp_path)
        for key, value in changes.items():
            scenario = scenario.with_(key, value)
        return scenario

    return build


@pytest.fixture(scope="session")
def twin() -> "Callable[..., None]":
    """A function that runs the compiled twin of another on a state, made at the first call.

    The third argument says what the annotations of the functions that it calls stand for.
    """
    from sim.compiler import loading, twins  # noqa: PLC0415 (most tests compile nothing)

    made: dict[tuple[Any, str], Any] = {}

    def run(function: Callable[[Any], None], state: Any, kinds: dict[Any, Any]) -> None:
        key = function, state.struct_layout
        if key not in made:
            made[key] = loading.loaded(twins.machine_code(function, state, kinds))
        made[key](state)

    return run


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """A function that compares text with a file of tests/golden/, or writes it under --rewrite-golden."""

    def compare(name: str, text: str) -> None:
        path = Path(__file__).parent / "golden" / name
        if request.config.getoption("--rewrite-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert text == path.read_text(encoding="utf-8")

    return compare
