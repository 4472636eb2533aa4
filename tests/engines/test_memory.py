"""Memory: a run that needs more than is free says so before it starts, with what it would need."""

import subprocess
import sys

import pytest

from sim.engines import memory, simulate
from sim.errors import SimError
from sim.experiments.run import run

ONE_LEVEL = "[levels.day]\nlength_of_stay = 3\n[run]\nduration = 1000\nreplications = 4\n"
PER_DAY = {"arrivals.all.per_day": 100.0}
"""100 a day for 1000 days, and the follow-up of 0 days: 100,000 patients with 12 events each."""

NEEDED = 100_000 * (1_700 + 12 * 210)
"""Bytes of one replication in the reference engine, by the table in memory.py: 0.39 GiB."""

MEASURED = """
import sys, sim
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from sim.engines import memory, simulate
from sim.measures.reduce import reduce

def peak():
    return getrusage(RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

scenario, engine = sim.load(Path(sys.argv[1])), sys.argv[2]
reduce(simulate(scenario.with_("run.duration", 30.0), 0, engine))  # everything loaded
before, log = peak(), simulate(scenario, 0, engine)
reduce(log)
per_patient, per_row = memory.BYTES[engine]
print((peak() - before) / (len(log.patient_key) * per_patient + len(log) * per_row))
"""


@pytest.fixture
def with_free(monkeypatch):
    def have(free):
        monkeypatch.setattr(memory, "bytes_free", lambda: free)

    return have


def test_too_many_patients_are_refused_before_the_start_with_the_estimate(clinic, with_free):
    with_free(0.5 * NEEDED)
    with pytest.raises(SimError) as said:
        simulate(clinic(ONE_LEVEL, **PER_DAY), engine="reference")
    assert str(said.value) == (
        "about 100,000 patients with 1,200,000 events in each of 1 replications at once need about 0.4 GiB "
        "of memory, and 0.2 GiB are free; want a shorter run, fewer patients, or a machine with more"
    )


def test_where_fewer_at_once_would_fit_the_number_is_named(clinic, with_free):
    with_free(2.5 * NEEDED)
    with pytest.raises(SimError, match=r"want --jobs 2$"):
        run(clinic(ONE_LEVEL, **PER_DAY), engine="reference", jobs=3)


def test_where_the_machine_does_not_say_what_is_free_nothing_is_refused(clinic, with_free):
    with_free(None)
    assert len(simulate(clinic(ONE_LEVEL), engine="reference")) > 0


def test_what_is_free_is_some_of_what_the_machine_has():
    free = memory.bytes_free()
    assert free is None or 0 < free < 2**50


def test_nobody_at_all_needs_nothing(clinic, with_free):
    with_free(0.0)
    assert len(simulate(clinic(ONE_LEVEL, **{"arrivals.all.per_day": 0.0}), engine="reference")) > 0


@pytest.mark.deep
@pytest.mark.skipif(sys.platform == "win32", reason="the system does not say what a process has held")
@pytest.mark.parametrize(("per_day", "each"), [(300.0, "compiled"), (30.0, "reference")])
def test_a_replication_takes_about_what_was_estimated(clinic, tmp_path, per_day, each):
    """By the rows that there are; beforehand so many per patient are taken for granted."""
    days = clinic(ONE_LEVEL, **{"arrivals.all.per_day": per_day})
    (tmp_path / "scenario.toml").write_text(days.to_toml(), encoding="utf-8")
    command = [sys.executable, "-c", MEASURED, str(tmp_path / "scenario.toml"), each]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert 0.4 < float(told) < 1.5
