"""The two engines give the same log, byte for byte, or the same error.

Asked of random scenarios over the whole vocabulary (tests/scenarios_at_random.py), and of scenarios made to
reach what those do not: patients who move without end, thousands due at one instant, many traits, arrays that
are too small at first, threads.
"""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, reject, seed, settings
from scenarios_at_random import scenarios
from side_by_side import Ready, difference, outcome, ready

from sim.engines import packing, reference
from sim.errors import SimError
from sim.log import Log
from sim.scenario.load import load, loads
from sim.scenario.types import Scenario
from sim.words import Event, Reason

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path for path in (ROOT / "scenarios").glob("*.toml"))
EVERY_KEY = ROOT / "tests" / "every_key" / "full.toml"

RUN = 10
"""So many scenarios are drawn in one go: after the tenth hypothesis draws neighbours of those it has."""

WITHOUT_END = "move without end"
FEW_ROUNDS = 500

NEVER = {Event.AUTHORISE}
"""Words that no engine writes yet."""

NO_REASON = {Reason.NONE, Reason.PAYER_ENDED}


def assert_they_agree(scenario: Scenario, *, replications: int = 2) -> list[Log]:
    """The logs of the compiled engine, once they are found to be those of the reference engine."""
    logs = []
    for one in ready(scenario, replications=replications):
        compiled = outcome(one, "compiled")
        expected = short(one) if isinstance(compiled, str) else outcome(one, "reference")
        if isinstance(compiled, str) and isinstance(expected, str):
            assert until_levels(compiled) == until_levels(expected)
            continue
        assert not (found := difference(expected, compiled)), f"replication {one.replication}, {found}"
        logs += [compiled] if isinstance(compiled, Log) else []
    return logs


def short(one: Ready) -> Log | str:
    """The outcome of the reference engine, which gives up early on patients who move without end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference, "ROUNDS_AT_MOST", FEW_ROUNDS)
        return outcome(one, "reference")


def until_levels(text: str) -> str:
    """An error up to the names of those who wait, which depend on the round in which it was given up."""
    return text.partition(" (levels")[0]


def in_runs(of: object, many: int, see: Callable[[str], None]) -> None:
    """Hands so many random scenarios to a test, drawn by this seed."""
    for part in range(many // RUN):
        seed(f"{of}/{part}")(
            settings(max_examples=RUN, database=None, suppress_health_check=list(HealthCheck))(
                given(text=scenarios())(see)
            )
        )()


def words(log: Log) -> Iterator[tuple[str, int]]:
    """The events and reasons that are in a log."""
    yield from (("event", int(event)) for event in set(log.columns.event))
    yield from (("reason", int(reason)) for reason in set(log.columns.reason))


@pytest.mark.usefixtures("coarsely")
def test_the_engines_agree_on_random_scenarios_in_which_every_event_and_reason_comes() -> None:
    seen: set[tuple[str, int]] = set()

    def agree(text: str) -> None:
        note(text)
        try:
            scenario = loads(text, Path())
        except SimError:
            reject()  # patients would move without end, for sure
        for log in assert_they_agree(scenario):
            seen.update(words(log))

    in_runs("quick", 150, agree)
    assert {event for event in Event if ("event", event) not in seen} == NEVER
    assert {reason for reason in Reason if ("reason", reason) not in seen} <= NO_REASON


@pytest.mark.deep
@pytest.mark.usefixtures("coarsely")
@pytest.mark.parametrize("part", range(4))
def test_the_engines_agree_on_many_more_random_scenarios(part: int, pytestconfig: pytest.Config) -> None:
    first = pytestconfig.getoption("seed")

    def agree(text: str) -> None:
        note(f"python3 go.py test --deep --seed {first}\n{text}")
        try:
            scenario = loads(text, Path())
        except SimError:
            reject()
        assert_they_agree(scenario)

    in_runs(f"{first}/{part}", 500, agree)


# ---- patients who move without end

RELAPSE_AT_ONCE = """
[levels.a]
capacity = 1
length_of_stay = "5 days"
relapse = "0 days"
on_relapse = [{ when = { episode = 1 }, go = "stay" }, { go = "discharge" }]
"""
TWO_SWAP = """
[run]
duration = "9 days"
[arrivals.list]
enters = "a"
dates = [{ day = 1, id = "x" }, { day = 2, id = "y" }, { day = 2, id = "z" }]
[levels.a]
capacity = 1
length_of_stay = "5 days"
relapse = { dist = "empirical", values = [0] }
on_relapse = [{ when = { days_in_care = "< 100" }, go = "b" }, { go = "stay" }]
hold = 1
[levels.b]
capacity = 2
length_of_stay = "0 days"
on_completion = [{ when = { days_in_care = "< 100" }, go = "a" }]
"""


@pytest.mark.parametrize("text", [RELAPSE_AT_ONCE, TWO_SWAP])
def test_patients_who_move_without_end_are_told_in_the_same_words(
    text: str, clinic: "Callable[..., Scenario]"
) -> None:
    one = ready(clinic(text), replications=1)[0]
    told = outcome(one, "reference")
    assert isinstance(told, str)
    assert WITHOUT_END in told
    assert outcome(one, "compiled") == told


OUTLASTED = """
[run]
duration = "12 days"
[arrivals.list]
enters = "a"
dates = [{ day = 1, id = "x" }, { day = 3, id = "y" }, { day = 9, id = "z" }]
[levels.a]
length_of_stay = "5 days"
[[changes]]
on = 2
until = 4
levels.a.ends = { relapse = { share = 1.0, stay = "4 days" } }
"""


def test_the_engines_agree_on_a_stay_that_outlasts_the_ends_it_began_under(
    clinic: "Callable[..., Scenario]",
) -> None:
    """The rules that then hold for a relapse may let her stay though her stay is over."""
    (one,) = ready(clinic(OUTLASTED), replications=1)
    assert difference(outcome(one, "reference"), outcome(one, "compiled")) == ""


# ---- scenarios that come with the project


@pytest.mark.parametrize("path", [*EXAMPLES, EVERY_KEY], ids=lambda path: path.stem)
def test_the_engines_agree_on_a_scenario_of_the_project(path: Path) -> None:
    scenario = load(path)
    if path != EVERY_KEY:
        for key, value in (("duration", 60), ("warm_up", 0), ("follow_up", 0)):
            scenario = scenario.with_(f"run.{key}", value)
    logs = assert_they_agree(scenario)
    assert all(len(log) > 300 for log in logs)


# ---- what is due at one instant

ALONE = """
[run]
duration = "10 days"
[arrivals.list]
dates = [{ day = 1, id = "p", enters = "a" }, { day = 1, id = "q", enters = "b" }]
[levels.a]
length_of_stay = "0 days"
completes_to = "c"
hold = "1 day"
[levels.b]
capacity = 0
length_of_stay = "1 day"
waitlist = { limit = 0, divert = { to = "c", over_limit = true } }
[levels.c]
capacity = 1
length_of_stay = "4 days"
"""


def test_a_stay_of_no_length_ends_before_one_who_is_diverted_is_given_a_place(
    clinic: "Callable[..., Scenario]",
) -> None:
    """Nobody else is there, so that no time was on any agenda when the day began."""
    (log,) = assert_they_agree(clinic(ALONE), replications=1)
    admitted = log.events.query("event == 'admit' and level == 'c'")
    assert admitted[["patient", "time"]].to_numpy().tolist() == [[1, 1], [2, 5]]


# ---- many at once

CROWD = """
[run]
duration = "14 days"
[traits.housing]
shares = { stable = 0.6, unstable = 0.4 }
[arrivals.list]
dates = "referrals.csv"
enters = { detox = 0.6, iop = 0.4 }
[levels.detox]
capacity = 300
length_of_stay = { dist = "empirical", values = [1, 2, 3] }
relapse = { dist = "empirical", values = [1, 2], ever = 0.3 }
on_relapse = [{ go = { stay = 0.5, iop = 0.5 }, for = "1 day" }]
hold = { dist = 1, default = 1 }
completes_to = { iop = 0.9, discharge = 0.1 }
[levels.detox.waitlist]
limit = 600
patience = { dist = "empirical", values = [0, 1, 2, 3] }
priority = [{ housing = "unstable" }]
divert = { to = "iop", after = 1, over_limit = true }
[levels.iop]
capacity = 200
length_of_stay = { dist = "empirical", values = [1, 4] }
hold = "unlimited"
completes_to = { detox = 0.3, discharge = 0.7 }
review = { every = 1, go = { stay = 0.6, extend = 0.2, discharge = 0.2 }, extend_by = 1 }
[levels.iop.waitlist]
transfers = "merged"
patience = { dist = "empirical", values = [1, 2] }
[after.default]
return_to_use = { dist = "empirical", values = [1, 2] }
returns_to_care = { share = 0.5, delay = { dist = "empirical", values = [0, 2] } }
"""


def test_the_engines_agree_when_a_thousand_and_more_are_due_at_one_instant(
    clinic: "Callable[..., Scenario]", tmp_path: Path
) -> None:
    days = [day for day in (0, 1, 3) for _ in range(700)]
    (tmp_path / "referrals.csv").write_text("day\n" + "\n".join(map(str, days)) + "\n", encoding="utf-8")
    (log,) = assert_they_agree(clinic(CROWD.replace("dist = 1, ", "")), replications=1)
    columns = log.columns
    at_once = [len(set(columns.patient[columns.time == day])) for day in (1, 2, 3)]
    assert min(at_once) > 500
    assert max(at_once) > 1000


PATIENTS_DIFFER = """
[run]
duration = "40 days"
[levels.a]
capacity = 3
length_of_stay = { dist = "gamma", mean = 5, sd = 3 }
[levels.a.waitlist]
patience = { dist = "exponential", mean = 6 }
"""


def with_traits(many: int) -> str:
    """A level whose patients differ in so many traits, all of which are looked at."""
    classes = ", ".join(f'{{ t{number} = "yes" }}' for number in reversed(range(many)))
    lines = [f"priority = [{classes}]"]
    for number in range(many):
        lines += [f"[traits.t{number}]", "shares = { no = 0.5, yes = 0.5 }"]
        lines += [f"[effects.t{number}.yes]", f"length_of_stay = {{ time_ratio = 1.{number + 1} }}"]
    return PATIENTS_DIFFER + "\n".join(lines) + "\n"


MANY = [pytest.param(many, marks=pytest.mark.deep) for many in (9, 16, 17)]
"""More than eight traits make another kernel: it must be compiled first."""


@pytest.mark.parametrize("many", [0, 1, 8, *MANY])
def test_the_engines_agree_on_patients_of_no_trait_and_of_many(
    many: int, clinic: "Callable[..., Scenario]"
) -> None:
    (log, _) = assert_they_agree(clinic(with_traits(many)))
    assert log.patient_traits.shape[1] == many
    assert len(log) > 50


# ---- room and memory

OVERLOADED = """
[run]
duration = "30 days"
[arrivals.all]
per_day = 20
enters = "a"
[levels.a]
capacity = 4
length_of_stay = { dist = "gamma", mean = 5, sd = 3 }
"""


def test_a_run_that_needs_more_room_than_it_was_given_is_begun_anew(
    clinic: "Callable[..., Scenario]", monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = set()

    def larger(room: packing.Room, status: int) -> packing.Room:
        lacking.add(status)
        return grown(room, status)

    grown = packing.Room.larger
    monkeypatch.setattr(packing.Room, "larger", larger)
    monkeypatch.setattr(packing, "room_for", lambda _, there: packing.Room(there + 1, rows=4, line=4))
    assert_they_agree(clinic(OVERLOADED))
    assert lacking == {packing.places.LOG_FULL, packing.places.LINE_FULL, packing.places.PATIENTS_FULL}


def test_a_log_stays_as_it_was_when_the_next_replication_is_simulated() -> None:
    first, second = ready(load(EVERY_KEY), replications=2)
    kept = outcome(first, "compiled")
    assert isinstance(kept, Log)
    copied = kept.columns._make(column.copy() for column in kept.columns)
    traits = kept.patient_traits.copy()
    outcome(second, "compiled")
    assert all((a == b).all() for a, b in zip(kept.columns[:-1], copied[:-1], strict=True))
    assert kept.columns.value.tobytes() == copied.value.tobytes()
    assert (kept.patient_traits == traits).all()


def test_threads_that_simulate_side_by_side_give_the_logs_of_one() -> None:
    jobs = ready(load(EVERY_KEY), replications=12)
    one_by_one = [outcome(job, "compiled") for job in jobs]
    found: dict[int, Log | str] = {}
    left = list(jobs)
    begin = threading.Barrier(4)

    def work() -> None:
        begin.wait()
        while left:
            try:
                job = left.pop()
            except IndexError:
                return
            found[job.replication] = outcome(job, "compiled")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(12))
    for number, expected in enumerate(one_by_one):
        assert difference(expected, found[number]) == ""
