"""The report in a real browser: opened from disk, by keyboard and screen reader, on a phone, in print."""

import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from chromium import DESKTOP, FAINT, PHONE, Browser
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.keys import Keys

import sim
from sim.report.page import report
from sim.scenario.load import load
from sim.sweeps import sweep

ROOT = Path(__file__).parents[2]
HOSTILE = '<script>alert(1)</script>" onmouseover="alert(2)" <img src=x onerror=alert(3)>'

SHORT = {"run.duration": 120, "run.warm_up": 30, "run.follow_up": 60, "run.replications": 3}
GRID = """
extends = "minimal.toml"
schema = 1
name = "places"
[sweep]
grid = { "levels.php.capacity" = [20, 30], "levels.iop.capacity" = [60, 70] }
report = ["wait.php.mean", "episodes.completed.per_month"]
"""


def a_run(folder: Path) -> Path:
    """The folder of a short run whose words are hostile."""
    scenario = load(ROOT / "scenarios/minimal.toml")
    words = {"title": HOSTILE, "purpose": HOSTILE, "rationale": HOSTILE, "levels.php.title": HOSTILE}
    for key, value in (SHORT | words).items():
        scenario = scenario.with_(key, value)
    return sim.run(scenario, jobs=1).write(folder)


def a_comparison(folder: Path) -> Path:
    """The folder of a short comparison of three scenarios."""
    scenario = load(ROOT / "scenarios/minimal.toml")
    for key, value in SHORT.items():
        scenario = scenario.with_(key, value)
    fewer = scenario.with_("levels.php.capacity", 22).with_("name", "fewer").with_("purpose", HOSTILE)
    more = scenario.with_("levels.php.capacity", 40).with_("name", "more")
    return sim.compare(scenario, fewer, more, jobs=1).write(folder)


def a_sweep(folder: Path) -> Path:
    """The folder of a short sweep over a grid."""
    file = folder.parent / "places.toml"
    file.write_text(GRID)
    shutil.copy(ROOT / "scenarios/minimal.toml", file.parent)
    scenario = load(file)
    for key, value in SHORT.items():
        scenario = scenario.with_(key, value)
    sweep(scenario, folder, jobs=1)
    return folder


MAKE: dict[str, Callable[[Path], Path]] = {"run": a_run, "comparison": a_comparison, "sweep": a_sweep}


@pytest.fixture(scope="module", params=list(MAKE))
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a folder of each kind."""
    folder = MAKE[request.param](tmp_path_factory.mktemp(request.param) / "results")
    path = folder / "report.html"
    path.write_bytes(report(folder))
    return path


def test_it_opens_from_disk_says_nothing_and_asks_for_nothing(browser: Browser, page: Path) -> None:
    browser.open(page)
    assert browser.driver.title.endswith("– report")
    assert browser.requests() == [page.as_uri()]
    assert browser.messages() == []


def test_it_is_whole_where_scripts_are_off(browser: Browser, page: Path) -> None:
    browser.open(page)
    words = browser.run("return document.body.innerText")
    with browser.without_scripts():
        browser.open(page)
    browser.loaded()
    assert browser.run("return document.body.innerText") == words
    assert browser.run("return document.scripts.length") == 0


def test_what_people_wrote_does_nothing_but_stand_there(browser: Browser, page: Path) -> None:
    browser.open(page)
    with pytest.raises(NoAlertPresentException):
        _ = browser.driver.switch_to.alert
    handlers = "return [...document.querySelectorAll('*')].flatMap(e => [...e.attributes])"
    assert browser.run(f"{handlers}.filter(a => a.name.startsWith('on')).length") == 0
    assert browser.run("return document.querySelectorAll('main img, main script').length") == 0
    if page.parent.parent.name.startswith(("run", "comparison")):
        assert HOSTILE in browser.run("return document.querySelector('#question').textContent")


def test_every_link_leads_to_a_place_on_the_page(browser: Browser, page: Path) -> None:
    browser.open(page)
    dead = """return [...document.querySelectorAll('a')].map(a => a.getAttribute('href'))
              .filter(link => !link.startsWith('#') || !document.getElementById(link.slice(1)))"""
    assert browser.run(dead) == []


def test_the_first_key_leads_past_the_contents(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.press(Keys.TAB)
    assert browser.focused()["text"] == "To the report"
    assert browser.run("return document.activeElement.getBoundingClientRect().left") >= 0
    browser.press(Keys.ENTER, Keys.TAB)
    assert browser.run("return document.querySelector('main').contains(document.activeElement)")


def test_keys_go_from_top_to_bottom_and_the_focus_is_seen(browser: Browser, page: Path) -> None:
    browser.open(page)
    places = []
    for _ in range(400):
        browser.press(Keys.TAB)
        found = browser.focused()
        if found["tag"] == "body":
            break
        assert found["ring"], found
        places.append(found["place"])
    assert places == sorted(set(places))
    assert len(places) > 20
    assert len(places) >= browser.run("return document.querySelectorAll('a, summary').length")


@pytest.mark.parametrize("key", [Keys.ENTER, Keys.SPACE])
def test_a_folded_table_opens_and_closes_by_keyboard(browser: Browser, page: Path, key: str) -> None:
    browser.open(page)
    browser.run("document.querySelector('summary').focus()")
    shown = "return document.querySelector('details table').checkVisibility()"
    assert not browser.run(shown)
    browser.press(key)
    assert browser.run(shown)
    browser.press(key)
    assert not browser.run(shown)


@pytest.mark.parametrize("width", [PHONE, 768, DESKTOP])
@pytest.mark.parametrize("opened", [False, True])
def test_the_page_never_moves_sideways(browser: Browser, page: Path, width: int, opened: bool) -> None:
    browser.open(page, width=width)
    browser.run("document.querySelectorAll('details').forEach(d => d.open = arguments[0])", opened)
    assert browser.sideways() == 0


def test_what_is_wider_than_a_phone_moves_within_its_place_by_keyboard(browser: Browser, page: Path) -> None:
    browser.open(page, width=PHONE)
    wide = "[...document.querySelectorAll('.wide')].find(e => e.scrollWidth > e.clientWidth)"
    browser.run(f"{wide}.focus()")
    browser.press(*[Keys.ARROW_RIGHT] * 3)
    browser.run("return new Promise(done => setTimeout(done, 300))")  # it moves smoothly
    assert browser.run(f"return {wide}.scrollLeft") > 0


def test_words_stand_out_from_their_ground(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert browser.run(FAINT) == []


def test_a_screen_reader_finds_landmarks_headings_tables_and_what_figures_show(
    browser: Browser, page: Path
) -> None:
    browser.open(page)
    tree = browser.tree()
    roles = [node["role"] for node in tree]
    assert roles.count("main") == roles.count("banner") == 1
    assert {node["name"] for node in tree if node["role"] == "navigation"} == {"Contents", "Appendix"}
    levels = [node["level"] for node in tree if node["role"] == "heading"]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    pictures = [node["name"] for node in tree if node["role"] in ("image", "img")]
    assert len(pictures) >= 3
    assert all(len(name) > 20 for name in pictures)
    assert all(
        node["name"] for node in tree if node["role"] in ("table", "link", "region", "DisclosureTriangle")
    )
    assert browser.run("return document.documentElement.lang") == "en"


def test_in_print_everything_is_unfolded_and_nothing_is_cut(browser: Browser, page: Path) -> None:
    browser.open(page, width=672)  # A4 less its margins, in CSS pixels
    browser.media("print")
    tables = "[...document.querySelectorAll('details table')]"
    assert browser.run(f"return {tables}.filter(t => !t.getBoundingClientRect().height).length") == 0
    assert browser.sideways() == 0
    assert browser.run("return getComputedStyle(document.querySelector('nav')).display") == "none"
    printed = browser.pdf()
    assert printed.startswith(b"%PDF")
    assert printed.count(b"/Type /Page\n") >= 6
