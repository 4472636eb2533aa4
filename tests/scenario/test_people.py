"""Referrals and today's census come from a CSV or from the file itself, each fault with its line."""

# ruff: noqa: E501 (messages are compared whole)

from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import loads
from sim.scenario.people import Present, Referral
from sim.scenario.rows import identifying

SMALL = (Path(__file__).parents[1] / "data" / "small.toml").read_text(encoding="utf-8")
TRAIT = "[traits.sex]\nshares = { f = 0.5, m = 0.5 }\n"
COURT = SMALL.replace('per_day = 1\nenters = "day"', "dates = DATA") + TRAIT
CENSUS = SMALL.replace('[arrivals.all]\nper_day = 1\nenters = "day"\n', "[start]\ncensus = DATA\n") + TRAIT
STAYS = SMALL.replace('"5 days"', '{ dist = "empirical", csv = DATA, column = "days" }')


def read(text: str, folder: Path, content: str | bytes, *, inline: bool = False) -> list[str]:
    """The faults of the scenario with this content in a CSV (or in place of its name); none when it is sound."""
    raw = content if isinstance(content, bytes) else content.encode()
    (folder / "c.csv").write_bytes(raw)
    try:
        loads(text.replace("DATA", raw.decode() if inline else '"c.csv"'), folder)
    except ScenarioError as error:
        return str(error).split("\n")
    return []


def test_a_referral_has_its_day_its_key_and_what_the_file_knows(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("date,id,sex,enters\n2026-01-07,r-1,f,day\n2026-01-06,r-2,,day\n")
    found = loads(COURT.replace("DATA", '"c.csv"'), tmp_path).arrivals["all"].referrals
    assert found == (Referral(2.0, "r-1", {"sex": "f"}, "day"), Referral(1.0, "r-2", {}, "day"))


def test_without_an_id_the_key_is_the_date_and_the_number_within_it(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("\ufeffday,enters\r\n1.5,day\r\n\r\n0.25,day\r\n1.0,day\r\n")
    found = loads(COURT.replace("DATA", '"c.csv"'), tmp_path).arrivals["all"].referrals
    assert found is not None
    assert [(one.day, one.identity) for one in found] == [
        (1.5, "2026-01-06#1"), (0.25, "2026-01-05#1"), (1.0, "2026-01-06#2"),
    ]  # fmt: skip


def test_rows_may_stand_in_the_scenario_file(tmp_path: Path) -> None:
    text = COURT.replace(
        "DATA", '[{ day = 1.5, enters = "day" }, { date = 2026-01-06, id = "x", enters = "day" }]'
    )
    assert loads(text).arrivals["all"].referrals == (
        Referral(1.5, "2026-01-06#1", {}, "day"),
        Referral(1.0, "x", {}, "day"),
    )


def test_a_census_is_rows_or_counts(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("level,days,sex\nday,3.5,f\nday,,\n")
    start = loads(CENSUS.replace("DATA", '"c.csv"'), tmp_path).start
    assert start is not None
    assert start.census == (Present("day", 3.5, {"sex": "f"}, "day#1"), Present("day", None, {}, "day#2"))
    counted = loads(CENSUS.replace("DATA", '{ day = 2, source = "today" }')).start
    assert counted is not None
    assert counted.census == (Present("day", None, {}, "day#1"), Present("day", None, {}, "day#2"))


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (
            "date,id,sex,enters\n2026-01-07,a,x,day\n2025-01-07,a,f,\n2026-99-01,,f,dya\n",
            [
                'c.csv:2: arrivals.all.dates.sex: "x" is no value of sex; want f or m',
                'c.csv:3: arrivals.all.dates.date: is "2025-01-07", before the start (2026-01-05); '
                "want a date such as 2026-03-01, or a day, 0 or more",
                'c.csv:3: arrivals.all.dates.id: "a" stands twice; want each id once',
                'c.csv:4: arrivals.all.dates.date: is "2026-99-01"; want a date such as 2026-03-01, or a day, 0 or more',
                'c.csv:4: arrivals.all.dates.enters: "dya" is no level; want day; did you mean "day"?',
                'c.csv:4: arrivals.all.dates.id: is ""; want an id for every row, as text',
            ],
        ),
        (
            "date,Last Name,enters\n2026-01-07,a,day\n",
            ['c.csv:1: arrivals.all.dates: the column "Last Name" looks as if it identified people; '
             "want a file without it"],
        ),
        (
            "\ndat,sx,enters\n2026-01-07,a,day\n",
            [
                'c.csv:2: arrivals.all.dates: "dat" is no column here; did you mean date?',
                'c.csv:2: arrivals.all.dates: "sx" is no column here; did you mean sex?',
                "c.csv:2: arrivals.all.dates: has not just one of the columns `date` and `day`; want one of them",
            ],
        ),
        (
            "date,enters\n2026-01-07\n\n2026-01-07,day,3\n",
            [
                "c.csv:2: arrivals.all.dates: has 1 cells; want 2, as the header has",
                "c.csv:4: arrivals.all.dates: has 3 cells; want 2, as the header has",
            ],
        ),
        ("day,enters\nnan,day\n", ["c.csv:2: arrivals.all.dates.day: is nan; want a date such as 2026-03-01, "
                                   "or a day, 0 or more"]),
        ("date;enters\n1;day\n", ["c.csv:1: arrivals.all.dates: has semicolons between its cells; want commas"]),
        ("", ["c.csv:1: arrivals.all.dates: is empty; want a header and rows"]),
        ("date,date\n1,2\n", ['c.csv:1: arrivals.all.dates: the column "date" stands twice; want it once']),
        ("day\n1\n", ["<text>:5: arrivals.all.enters: is missing; want a level for the referrals that name none"]),
        (b"day\n\xe9\n", ['<text>:6: arrivals.all.dates: "c.csv" is not text in UTF-8; '
                          "want a CSV file saved as UTF-8"]),
    ],
)  # fmt: skip
def test_a_fault_in_a_csv_of_referrals_is_named_with_its_line(
    tmp_path: Path, content: str | bytes, faults: list[str]
) -> None:
    assert read(COURT, tmp_path, content) == faults


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (
            "level,days,sex\nday,-3,f\ndya,x,\n,2,q\n",
            [
                "c.csv:2: start.census.days: is -3.0; want days, 0 or more",
                'c.csv:3: start.census.level: "dya" is no level; want day; did you mean "day"?',
                'c.csv:3: start.census.days: is "x"; want a number of days or text with a unit, such as "8 weeks"',
                "c.csv:4: start.census.level: is missing; want day",
                'c.csv:4: start.census.sex: "q" is no value of sex; want f or m',
            ],
        ),
        ("level,MRN\nday,1\n", ['c.csv:1: start.census: the column "MRN" looks as if it identified people; '
                                "want a file without it"]),
        ("days\n1\n", ["c.csv:1: start.census: has no column `level`; want it"]),
        ("level,id\nday,a\nday,a\n", ['c.csv:3: start.census.id: "a" stands twice; want each id once']),
    ],
)  # fmt: skip
def test_a_fault_in_a_census_is_named_with_its_line(tmp_path: Path, content: str, faults: list[str]) -> None:
    assert read(CENSUS, tmp_path, content) == faults


def test_faults_in_rows_of_the_scenario_file_have_its_lines(tmp_path: Path) -> None:
    rows = '[\n{ level = "day" },\n{ level = "day", days = -1 },\n3]'
    assert read(CENSUS, tmp_path, rows, inline=True) == ["<text>:9: start.census.2: is 3; want a table"]
    assert read(CENSUS, tmp_path, rows.replace(",\n3", ""), inline=True) == [
        "<text>:8: start.census.1.days: is -1; want a duration: days as a number, not below 0, or text with a unit "
        'such as "8 weeks"'
    ]


def test_observed_stays_come_from_a_column(tmp_path: Path) -> None:
    assert read(STAYS, tmp_path, "days\n1\n2.5\n") == []
    assert read(STAYS, tmp_path, "days\n1\nx\n-1\n") == [
        'c.csv:3: levels.day.length_of_stay.days: is "x"; want a number of days, 0 or more',
        'c.csv:4: levels.day.length_of_stay.days: is "-1"; want a number of days, 0 or more',
    ]
    assert read(STAYS, tmp_path, "dys\n1\n") == [
        '<text>:9: levels.day.length_of_stay.column: c.csv has no column "days"; did you mean dys?'
    ]


@pytest.mark.parametrize("column", ["Name", "first_name", "lastName", "DOB", "date of birth", "SSN", "mrn",
                                    "record-no", "home address", "phone", "E-Mail", "surname"])  # fmt: skip
def test_columns_that_tell_who_somebody_is_are_recognised(column: str) -> None:
    assert identifying(column)


@pytest.mark.parametrize(
    "column", ["date", "day", "id", "substance", "housing", "enters", "level", "named", "cell"]
)
def test_other_columns_are_not(column: str) -> None:
    assert not identifying(column)
