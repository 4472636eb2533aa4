"""Levels and networks with known answers, simulated: every figure within chance of the textbook's.

The long suite runs until a standard error is below 1 % of the value, on the engine that is quickest once the
others have given the same logs; the quick one runs little and asks the same of the figures, within what
little can tell.

How long that is was found by trial: the share of A02 who wait longer than a week needs some 9 million days,
the wait for outpatient care of C01, where 1 in 100 waits at all, some 100 million.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from joblib import Parallel, delayed
from neutral import CASES, expected, name_of, scenario_of
from readings import readings, seen_by
from scipy.stats import norm, t

from sim.engines import ENGINES, simulate
from sim.log import Log
from sim.measures.reduce import reduce
from sim.scenario.types import Scenario

WITHIN = norm.cdf(3.5)  # as rare as 3.5 standard errors of very many replications
PRECISE = 0.01  # of the value
QUICKEST = list(ENGINES)[-1]

RARE = tuple(
    f"{level}.{name}"
    for level in ("intensive_outpatient", "outpatient")
    for name in ("waiting", "wait_mean", "p_wait")
)


class Size(NamedTuple):
    """How long a replication of a case is, in days, and how many there are."""

    warm_up: int
    quick_days: int
    deep_days: int
    follow_up: int = 60
    quick: int = 12
    deep_at_most: int = 400
    too_rare: tuple[str, ...] = ()  # figures of which a short simulation sees too little


SIZES: dict[str, Size] = {
    "A01": Size(150, 200, 40_000),
    "A02": Size(100, 150, 15_000, follow_up=30, deep_at_most=1_200),
    "A06a": Size(60, 100, 5_000, follow_up=1),
    "A09": Size(90, 20, 3_000, follow_up=1),
    "A10a": Size(150, 200, 60_000, follow_up=300),
    "B01a": Size(15, 15, 2_000, follow_up=10),
    "B04": Size(150, 200, 40_000, follow_up=60),
    "C01": Size(150, 80, 30_000, follow_up=40, deep_at_most=6_000, too_rare=RARE),
    "C07": Size(100, 200, 40_000),
    "D01": Size(0, 182, 182, follow_up=1, quick=8, deep_at_most=4_000),
}

NOT_SIMULATED = {
    "offered load",  # the next four are other names for figures that are simulated
    "utilisation",
    "conservation law",
    "time in system percentile 90",
    "variance of census at a fixed instant",
}
"""Quantities that follow from others; the offered load is tested in test_traffic.py."""


def scenario(case: str, folder: Path, days: int) -> Scenario:
    size = SIZES[case]
    run = {"warm_up": size.warm_up, "duration": days, "follow_up": size.follow_up, "seed": 20260105}
    return scenario_of(case, folder, run=run)


def names(case: str) -> list[str]:
    """The figures of a case that a simulation gives."""
    return [
        row.get("measure") or row["quantity"]
        for row in expected(case)
        if row["quantity"] not in NOT_SIMULATED and not row["quantity"].startswith("census percentile")
    ]


def value(case: str, name: str) -> float:
    return next(
        float(row["value"]) for row in expected(case) if name in (row.get("measure"), row["quantity"])
    )


def one(found: Scenario, replication: int, engine: str, wanted: list[str]) -> list[float]:
    seen = readings(simulate(found, replication=replication, engine=engine))
    return [seen[name] for name in wanted]


def disagreements(case: str, wanted: list[str], samples: np.ndarray) -> list[str]:
    mean = samples.mean(axis=0)
    error = samples.std(axis=0, ddof=1) / np.sqrt(len(samples))
    within = t.ppf(WITHIN, len(samples) - 1)
    return [
        f"{case} {name}: {mean[at]:.6g} ± {error[at]:.2g}, want {value(case, name):.6g}"
        for at, name in enumerate(wanted)
        if abs(mean[at] - value(case, name)) > within * error[at] + 1e-9
    ]


@pytest.mark.parametrize("case", SIZES)
def test_a_short_simulation_agrees_with_the_known_answers(case: str, tmp_path: Path) -> None:
    rare = SIZES[case].too_rare
    wanted = [name for name in names(case) if name not in rare and "percentile" not in name]
    assert_equal_logs(scenario(case, tmp_path, SIZES[case].quick_days))
    found = scenario(case, tmp_path, max(SIZES[case].quick_days, SIZES[case].deep_days // 10))
    samples = np.array([one(found, number, QUICKEST, wanted) for number in range(SIZES[case].quick)])
    assert disagreements(case, wanted, samples) == []


def assert_equal_logs(found: Scenario) -> None:
    """Fails unless all engines give the same logs in the first two replications."""
    for number in range(2):
        assert len({simulate(found, number, engine).digest for engine in ENGINES}) == 1


@pytest.mark.deep
@pytest.mark.parametrize("case", SIZES)
def test_a_long_simulation_agrees_to_a_percent_with_the_known_answers(case: str, tmp_path: Path) -> None:
    wanted = names(case)
    values = np.array([value(case, name) for name in wanted])
    found = scenario(case, tmp_path, SIZES[case].deep_days)
    assert_equal_logs(found)
    samples = np.zeros((0, len(wanted)))
    with Parallel(n_jobs=2) as pool:
        while len(samples) < SIZES[case].deep_at_most:
            numbers = range(len(samples), len(samples) + 20)
            more = pool(delayed(one)(found, number, QUICKEST, wanted) for number in numbers)
            samples = np.vstack([samples, np.array(more)])
            error = samples.std(axis=0, ddof=1) / np.sqrt(len(samples))
            if np.all(error <= PRECISE * values):
                break
    assert np.all(error <= PRECISE * values), dict(zip(wanted, error / values, strict=True))
    assert disagreements(case, wanted, samples) == []


@pytest.mark.deep
def test_percentiles_of_an_unlimited_census_are_those_of_poisson(engine: str, tmp_path: Path) -> None:
    found = scenario("A09", tmp_path, 20_000)
    for number in range(3):
        values = reduce(simulate(found, replication=number, engine=engine)).values
        ours = {row.measure: row.value for row in values.itertuples() if row.level == "a"}
        for percent, measure in ((5, "p05"), (50, "p50"), (90, "p90"), (95, "p95")):
            want = value("A09", f"census percentile {percent}")
            assert abs(ours[f"census.{measure}"] - want) <= 1


# ------------------------------------------------------------------------------------------------- traces


def trace(case: str, folder: Path, engine: str) -> Log:
    run = {"duration": CASES[case]["inputs"]["horizon"], "replications": 1}
    return simulate(scenario_of(case, folder, run=run), engine=engine)


TRACES = ("T01", "T02", "T03", "T04", "T05")


@pytest.mark.parametrize("case", TRACES)
def test_every_event_of_a_trace_is_where_it_was_worked_out_by_hand(
    case: str, engine: str, tmp_path: Path
) -> None:
    log = trace(case, tmp_path, engine)
    events = log.events
    rows = {(row.time, row.patient, row.event) for row in events.itertuples()}
    admitted: set[tuple[float, int]] = set()
    for time, text in CASES[case]["expected_events"]:
        if time >= log.end:
            continue  # the run is half-open: nothing at the end is logged
        for patient, happens in seen_by(text):
            if happens in ("admitted", "->"):
                admitted.add((time, patient))
            if happens == "waits":
                assert (time, patient, "request") in rows and (time, patient, "admit") not in rows, text
            event = {
                "admitted": "admit",
                "leaves": "leave",
                "turned away": "turn_away",
                "reneges": "renege",
                "->": "leave",
                "stay complete": "ready",
                "complete": "ready",
            }.get(happens)
            assert event is None or (time, patient, event) in rows, (time, text)
    in_log = {(row.time, row.patient) for row in events.itertuples() if row.event == "admit"}
    assert in_log == admitted


def measures(log: Log, level: str) -> dict[str, float]:
    return {
        row.measure: float(row.value)
        for row in reduce(log).values.itertuples()
        if row.level == name_of(level) and not np.isnan(row.value)
    }


def close(found: object, want: object) -> None:
    assert found == pytest.approx(want, abs=1e-9)


def waits_by_patient(log: Log, level: str) -> list[float]:
    events = log.events[log.events["level"] == name_of(level)]
    asked = events[events["event"] == "request"].set_index("patient")["time"]
    admitted = events[events["event"] == "admit"].set_index("patient")["time"]
    return (admitted - asked.reindex(admitted.index)).sort_index().tolist()


def test_figures_of_one_place_first_come_first_served(engine: str, tmp_path: Path) -> None:
    log = trace("T01", tmp_path, engine)
    found = measures(log, "A")
    close(waits_by_patient(log, "A"), [0, 3, 6])
    close(found["wait.mean"], value("T01", "mean wait, all admitted"))
    close(found["census.mean"], value("T01", "time-average census [0,10]"))
    close(found["waiting.mean"], value("T01", "time-average waitlist [0,10]"))
    close(found["stays_ended.per_day"] * 10, value("T01", "completed stays"))
    close(found["stay.clinical.median"], value("T01", "mean LOS of completed"))
    close(found["census.mean"] * 10, value("T01", "bed-days used"))


def test_figures_of_a_departure_and_an_arrival_at_one_instant(engine: str, tmp_path: Path) -> None:
    found = measures(trace("T02", tmp_path, engine), "A")
    close(found["turned_away.count"], value("T02", "turned away"))
    close(found["admitted.count"], value("T02", "admitted"))
    close(found["stays_ended.per_day"] * 12, value("T02", "completed, run interval [0,12) half-open"))


def test_figures_of_a_place_that_frees_as_patience_ends(engine: str, tmp_path: Path) -> None:
    log = trace("T03", tmp_path, engine)
    found = measures(log, "A")
    close(found["admitted.count"], value("T03", "admitted"))
    close(found["reneged.count"], value("T03", "reneged"))
    close(waits_by_patient(log, "A"), [0, value("T03", "wait of p2")])
    close(found["waiting.mean"], value("T03", "time-average waitlist [0,12]"))
    # p1 waited 0, p2 3 and p3 3 days on the waitlist
    close(found["wait.offered.mean"], (0 + 3 + value("T03", "time on waitlist of p3")) / 3)


def test_figures_of_two_classes_on_one_line(engine: str, tmp_path: Path) -> None:
    log = trace("T04", tmp_path, engine)
    close(waits_by_patient(log, "A"), [0, 8.5, 2, 5, 10])
    found = measures(log, "A")
    close(found["waiting.mean"], value("T04", "time-average waitlist [0,20]"))
    close(found["wait.mean"], (2 * 3.5 + 3 * value("T04", "mean wait priority 2")) / 5)


def test_figures_of_a_held_place(engine: str, tmp_path: Path) -> None:
    log = trace("T05", tmp_path, engine)
    a, b = measures(log, "A"), measures(log, "B")
    close(a["census.mean"], value("T05", "time-average A occupancy [0,20]"))
    close(a["in_care.mean"], value("T05", "time-average A in care"))
    close(a["blocked.mean"], value("T05", "time-average blocked in A"))
    close(a["stay.blocked.share"], value("T05", "P(blocked | A completion)"))
    close(a["stay.clinical.mean"], 2)
    close(a["stay.place.mean"], 4)  # (2 + 5 + 5) / 3
    close(waits_by_patient(log, "A"), [0, 2, 4])
    close(b["census.mean"], value("T05", "time-average B occupancy"))
    events = log.events
    left = events[events["event"] == "discharge"].set_index("patient")["time"].sort_index()
    close((left.to_numpy() - log.patient_arrived).tolist(), [7, 12, 14])
