"""The report's page: its sections, what is escaped, its landmarks and links, equal bytes, and errors."""

import re
import shutil
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli.main import carry_out
from sim.errors import SimError
from sim.files import write_whole
from sim.plots.style import picture, picture_bytes
from sim.report import drawing
from sim.report.page import report
from sim.scenario.types import Scenario
from sim.sweeps import sweep

HOSTILE = '<script>alert(1)</script>"onmouseover=alert(2) x="--!>&lt;'
LEVELS = """
[run]
duration = 60
replications = 3
[arrivals.all]
per_day = 1
enters = "day"
[levels.day]
capacity = 4
length_of_stay = { dist = "exponential", mean = 5 }
waitlist = { patience = { dist = "exponential", mean = 6 } }
"""
EMPTY = b'<?xml version="1.0"?>\n<svg viewBox="0 0 72 36"><g id="a"/><use xlink:href="#a"/></svg>\n'


class Reader(HTMLParser):
    """What a browser would find: tags with their attributes, and the text outside of the style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.within = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.within = tag

    def handle_data(self, data: str) -> None:
        if self.within != "style":
            self.text += data

    def all(self, name: str) -> list[str]:
        """The values of an attribute, in order."""
        return [value for _, found in self.tags if (value := found.get(name)) is not None]


@pytest.fixture(autouse=True)
def no_drawing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Figures are tested where they are drawn; here each is a small one."""
    for place in ("results.write_figures", "comparisons._figures", "sweeps.write_figures"):
        monkeypatch.setattr(f"sim.{place}", lambda *_, **__: [])
    monkeypatch.setattr(drawing, "drawn", lambda draw: EMPTY)
    yield


@pytest.fixture
def ran(clinic: Callable[..., Scenario], tmp_path: Path) -> Callable[..., Path]:
    """A function that runs a small clinic into a folder of that name."""

    def run(name: str, text: str = "", **changes: Any) -> Path:
        scenario = clinic(text + LEVELS, **changes)
        return sim.run(scenario, jobs=1, engine="reference").write(tmp_path / name)

    return run


def read(folder: Path, **how: Any) -> Reader:
    return Reader(report(folder, **how).decode())


def test_a_run_has_its_question_its_answer_and_an_appendix(ran: Callable[..., Path]) -> None:
    page = read(ran("one", 'title = "A day clinic"\npurpose = "Who waits?"\n'))
    ids = page.all("id")
    order = [
        "question",
        "answer",
        "census",
        "bottleneck",
        "trust",
        "appendix",
        "pathway",
        "measures",
        "moves",
    ]
    order += ["outcomes", "load", "precision", "assumptions", "stress", "provenance"]
    assert [name for name in ids if name in order] == order
    assert "Who waits?" in page.text
    assert "On an average day" in page.text
    assert "Waits are longest for day" in page.text
    assert "day has 4 places for the 5.0 patients" in page.text  # Little: 1 a day × 5 days


def test_a_scenario_without_a_purpose_is_told_by_its_title(ran: Callable[..., Path]) -> None:
    page = read(ran("one", 'title = "A day clinic"\n'))
    assert "A day clinic (The scenario states no purpose" in page.text


def test_the_same_folder_gives_the_same_bytes(ran: Callable[..., Path]) -> None:
    folder = ran("one")
    assert report(folder) == report(folder)


def test_whatever_people_wrote_is_text_and_nothing_else(ran: Callable[..., Path]) -> None:
    quoted = HOSTILE.replace('"', '\\"')
    text = "".join(f'{key} = "{quoted}"\n' for key in ("title", "purpose", "rationale"))
    folder = ran("one", text, **{"levels.day.title": HOSTILE, "levels.day.source": HOSTILE})
    page = read(folder)
    assert not [tag for tag, _ in page.tags if tag == "script"]
    assert not [name for _, found in page.tags for name in found if name.startswith("on")]
    assert page.text.count("<script>alert(1)</script>") >= 10
    for tag, found in page.tags:
        label = found.get("aria-label")
        assert not label or "<script>" not in label or HOSTILE in label, tag


def test_hostile_words_stay_words_inside_a_figure() -> None:
    figure = picture(4, 2, title=HOSTILE, caption=HOSTILE)
    inside = Reader(
        str(drawing.inline(picture_bytes(figure, kind="svg").decode(), prefix="x-", label=HOSTILE))
    )
    assert {tag for tag, _ in inside.tags} <= {"svg", "g", "path", "use", "defs", "clippath", "rect"}
    assert inside.tags[0][1]["aria-label"] == HOSTILE
    assert not [name for _, found in inside.tags for name in found if name.startswith("on")]


def test_names_inside_a_figure_are_its_own() -> None:
    svg = (
        '<?xml version="1.0"?><!DOCTYPE svg>\n<svg width="1pt" viewBox="0 0 72 36"><metadata>m</metadata>'
        '<defs><style type="text/css">*{color:red}</style></defs><!-- words --><g id="a" clip-path="url(#b)">'
        '<use xlink:href="#a"/></g></svg>'
    )
    inside = str(drawing.inline(svg, prefix="census-", label="Census"))
    assert inside == (
        '<svg class="drawn" viewBox="0 0 72 36" style="max-width:72pt" role="img" aria-label="Census" '
        'focusable="false"><g id="census-a" clip-path="url(#census-b)"><use href="#census-a"/></g></svg>'
    )


def test_links_lead_somewhere_and_names_are_given_once(ran: Callable[..., Path]) -> None:
    page = read(ran("one"))
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in page.all("href")} <= set(ids)
    assert set(page.all("aria-labelledby")) <= set(ids)


def test_nothing_is_asked_for_from_elsewhere(ran: Callable[..., Path]) -> None:
    page = read(ran("one"))
    assert not page.all("src")
    assert all(link.startswith("#") for link in page.all("href"))
    policy = next(found["content"] for tag, found in page.tags if found.get("http-equiv"))
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert not re.search(r"url\((?!#)|@import", Path(drawing.__file__).with_name("page.css").read_text())


def test_headings_come_in_order_and_tables_have_heads_and_captions(ran: Callable[..., Path]) -> None:
    page = read(ran("one"))
    depths = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert depths[0] == 1 and depths.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(depths))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("table") == tags.count("caption") == tags.count("thead") > 8
    assert all(found.get("scope") in ("col", "row") for tag, found in page.tags if tag == "th")
    assert all(found.get("role") == "img" and found.get("aria-label") for tag, found in page.tags
               if tag == "svg" and found.get("class") == "drawn")  # fmt: skip


def test_one_replication_has_no_intervals_and_says_so(ran: Callable[..., Path]) -> None:
    page = read(ran("one", **{"run.replications": 1}))
    assert "One replication gives no intervals" in page.text
    assert not re.search(r"\bnan\b", page.text)


def test_a_run_against_another_says_what_was_changed_and_how_sure_it_is(ran: Callable[..., Path]) -> None:
    base, other = ran("one"), ran("two", 'name = "more"\n', **{"levels.day.capacity": 9})
    page = read(other, against=base)
    assert "more is clinic with 1 change: day has 9 places instead of 4." in page.text
    assert re.search(r"The mean wait for day falls from [\d.]+ to [\d.]+ days", page.text)
    assert "lower in 3 of 3 paired replications" in page.text


def test_runs_of_two_seeds_are_not_paired(ran: Callable[..., Path]) -> None:
    with pytest.raises(SimError, match="seeds 2, 1"):
        report(ran("one"), against=ran("two", **{"run.seed": 2}))


def test_the_folder_of_a_comparison_gives_the_page_of_a_comparison(
    clinic: Callable[..., Scenario], tmp_path: Path
) -> None:
    base, more = clinic(LEVELS), clinic('name = "more"\n' + LEVELS, **{"levels.day.capacity": 9})
    least = clinic('name = "least"\n' + LEVELS, **{"levels.day.capacity": 2})
    folder = sim.compare(base, more, least, jobs=1, engine="reference").write(tmp_path / "both")
    page = read(folder)
    assert "more is clinic with 1 change" in page.text
    assert "least is clinic with 1 change" in page.text
    front = page.text.partition("Census and waits by level")[0]
    assert "(97.5 % interval" in front  # Bonferroni: 1 − 0.05 / 2
    assert "(95 % interval" not in front
    assert "3 paired replications of 60 days" in page.text


def test_the_folder_of_a_sweep_tells_where_its_measures_are_best(
    clinic: Callable[..., Scenario], tmp_path: Path
) -> None:
    text = f'{LEVELS}[sweep]\ngrid = {{ "levels.day.capacity" = [3, 9] }}\nreport = ["wait.day.mean"]\n'
    sweep(clinic(text), tmp_path / "swept", jobs=1, engine="reference")
    page = read(tmp_path / "swept")
    assert "2 settings were tried beside the scenario itself, 3 replications of each" in page.text
    assert re.search(
        r"The mean wait for day is lowest, [\d.]+ days \(95 % interval .*\), with 9 places at day", page.text
    )
    assert re.search(r"and highest, [\d.]+ days \(.*\), with 3 places at day", page.text)


def test_a_run_that_is_written_anew_loses_the_report_of_the_old_one(ran: Callable[..., Path]) -> None:
    folder = ran("one")
    (folder / "report.html").write_bytes(report(folder))
    sim.extend(folder, 4, jobs=1, engine="reference")
    assert not (folder / "report.html").exists()
    assert "4 replications of 60 days" in read(folder).text


WANTED = "want the folder of a finished run, comparison or sweep"


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("nowhere", f"nowhere: is not there; {WANTED}"),
        ("file", "file: is no folder; want that of a finished run, comparison or sweep"),
        ("empty", f"empty: holds no results; {WANTED}"),
        ("begun", "begun: is not finished; the command that began it carries it on"),
        ("margins", f"margins: holds what `sim margins` wrote; {WANTED}"),
        ("emptied", "emptied/.parts: replications are missing; `sim run` with the scenario makes them"),
    ],
)
def test_what_is_no_finished_result_is_refused_in_a_line(
    folder: str,
    said: str,
    ran: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    make: dict[str, Callable[[], object]] = {
        "nowhere": lambda: None,
        "file": Path("file").touch,
        "empty": Path("empty").mkdir,
        "begun": lambda: shutil.move(ran("begun") / "manifest.json", tmp_path / "gone"),
        "margins": lambda: write_whole(Path("margins/manifest.json"), b'{"command": "margins"}'),
        "emptied": lambda: shutil.rmtree(ran("emptied") / ".parts"),
    }
    make[folder]()
    assert carry_out(["report", folder]) == 2
    assert capsys.readouterr().err.strip() == said


def test_the_page_is_written_beside_the_results_or_where_it_is_wanted(
    ran: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ran("one")
    assert carry_out(["report", str(folder)]) == 0
    assert carry_out(["report", str(folder), "--out", str(tmp_path / "new" / "page.html"), "-q"]) == 0
    assert (folder / "report.html").read_bytes() == (tmp_path / "new" / "page.html").read_bytes()
    assert capsys.readouterr().out == f"wrote {folder / 'report.html'}\n"


def test_a_place_that_cannot_be_written_is_said(
    ran: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert carry_out(["report", str(ran("one")), "--out", str(tmp_path / "file" / "page.html")]) == 2
    assert "cannot be written" in capsys.readouterr().err


ROLES = """
[roles.guide]
title = "Guide"
[[roles.guide.needs]]
level = "day"
driver = "ratio"
patients_per_staff = 2
"""


def test_staff_stands_on_the_page_where_a_scenario_has_roles(
    clinic: Callable[..., Scenario], tmp_path: Path
) -> None:
    folder = sim.run(clinic(LEVELS + ROLES), jobs=1, engine="reference").write(tmp_path / "staffed")
    page = read(folder)
    assert "staff" in page.all("id")
    assert re.search(r"full-time staff needed: Guide \d", page.text)
    assert "patients to a member of staff" in page.text  # what binds, the only need there is


def test_staff_is_not_spoken_of_where_there_are_no_roles(ran: Callable[..., Path]) -> None:
    page = read(ran("one"))
    assert "staff" not in page.all("id")
    assert "full-time staff" not in page.text


def test_a_difference_in_staff_stands_in_the_short_table(
    clinic: Callable[..., Scenario], tmp_path: Path
) -> None:
    base = clinic(LEVELS + ROLES)
    more = clinic('name = "more"\n' + LEVELS + ROLES, **{"levels.day.capacity": 9})
    folder = sim.compare(base, more, jobs=1, engine="reference").write(tmp_path / "both")
    page = read(folder)
    assert "FTE needed on average: Guide" in page.text
    assert "Staff needed (more)" in page.text
    assert "day has 9 places instead of 4" in page.text


LIMITS = """
[roles.guide]
title = "Guide"
[[roles.guide.needs]]
level = "day"
driver = "caseload"
patients_per_staff = 2
limits = true
[[roles.guide.roster]]
positions = 1
"""


def test_what_staff_leave_of_the_places_stands_beside_the_bottleneck(
    clinic: Callable[..., Scenario], tmp_path: Path
) -> None:
    folder = sim.run(clinic(LEVELS + LIMITS), jobs=1, engine="reference").write(tmp_path / "bound")
    # one guide for two patients: of four places two, on each of the 60 days
    assert "day: 2 of 4 places usable for 60 days: Guide." in read(folder).text


INTAKE = """
[intake.stages.assessment]
share = 1.0
"""


def test_the_way_in_is_told_step_by_step(clinic: Callable[..., Scenario], tmp_path: Path) -> None:
    page = read(sim.run(clinic(LEVELS + INTAKE), jobs=1, engine="reference").write(tmp_path / "in"))
    assert "From the first contact to admission" in page.text
    cells = re.search(r"assessment\s*(\d+)\s*100\N{NO-BREAK SPACE}%", page.text)
    assert cells is not None  # nobody is lost before it
