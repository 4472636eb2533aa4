"""More replications for what is finished: those that are there are not run again.

A replication depends on its number alone, so the folder holds afterwards what a run of as many from the start
would have written. What a folder holds, and how it is written, is left to `sim/results.py`,
`sim/comparisons.py` and `sim/sweeps.py`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from sim import comparisons, results, sweeps
from sim.errors import SimError
from sim.experiments.compare import Comparison, compare
from sim.experiments.run import Result, run
from sim.experiments.sweep import Swept, sweep
from sim.manifest import code_digest
from sim.scenario.load import loads


class ExtendedSweep(NamedTuple):
    """A sweep that was extended, and what its folder holds."""

    swept: Swept
    written: sweeps.Written


Extended = Result | Comparison | ExtendedSweep


def extend(folder: str | Path, replications: int, **how: Any) -> Extended:
    """What the folder of a finished run, comparison or sweep holds once it has so many replications in all.

    Written, if anything was added. `how` goes on to what began it: engine, jobs, progress. Raises
    `SimError` where nothing finished is there, where there are more replications already, and where the
    program is another than that which made them: replications of two programs are never mixed.
    """
    folder = Path(folder)
    made = results.manifest_of(folder)
    if made is None:
        raise SimError(f"{folder}: holds nothing that is finished; the command that began it carries it on")
    command, there = made.get("command", "run"), made["replications"]
    if command not in EXTEND:
        raise SimError(
            f"{folder}: holds what `sim {command}` wrote; the same command with --replications "
            f"{replications} adds to it"
        )
    if made["code_digest"] != code_digest():
        raise SimError(
            f"{folder}: was made by another state of the program, with which new replications must not be "
            f"mixed; `sim {command}` makes it anew"
        )
    if replications < there:
        raise SimError(
            f"{folder}: has {there} replications; want that many or more, for --replications is their number "
            "in all"
        )
    return EXTEND[command](folder, made, replications, how)


def _run(folder: Path, made: dict[str, Any], replications: int, how: dict[str, Any]) -> Result:
    scenario = loads(made["scenario"], folder).with_("run.replications", replications)
    logs = any(name.startswith("events.") for name in made["files"])
    result = run(scenario, store=results.claim(folder, scenario), keep_logs=logs, **how)
    if not results.is_finished(folder, scenario, logs=logs):
        results.write(result, folder)
    return result


def _comparison(folder: Path, made: dict[str, Any], replications: int, how: dict[str, Any]) -> Comparison:
    scenarios = comparisons.scenarios_of(folder)
    store = comparisons.claim(folder, scenarios)
    found = compare(*scenarios, replications=replications, store=store, **how)
    if replications > made["replications"]:
        comparisons.write(found, folder)
    return found


def _sweep(folder: Path, made: dict[str, Any], replications: int, how: dict[str, Any]) -> ExtendedSweep:
    scenario = loads(made["scenario"], folder).with_("run.replications", replications)
    with sweeps.claimed(folder, scenario) as store:
        found = sweep(scenario, store, **how)
        return ExtendedSweep(found, sweeps.write(found, folder))


EXTEND: dict[str, Callable[[Path, dict[str, Any], int, dict[str, Any]], Extended]] = {
    "run": _run,
    comparisons.COMMAND: _comparison,
    sweeps.COMMAND: _sweep,
}
"""Command that wrote a folder → what adds to it."""
