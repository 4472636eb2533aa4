"""The record of a simulation study by the STRESS-DES guideline: 24 items, filled in as far as a program can.

T. Monks, C. S. M. Currie, B. S. Onggo, S. Robinson, M. Kunc, S. J. E. Taylor, "Strengthening the reporting of
empirical simulation studies: Introducing the STRESS guidelines", Journal of Simulation 13 (2019) 55–67. What
is known comes from the scenario, from the tables in the code (measures, distributions, purposes of draws) and
from the manifest of a run; what only a person can say is a gap, named as such.
"""

from collections.abc import Callable, Mapping
from math import isinf
from typing import Any, NamedTuple, get_args

from sim import __version__
from sim.description import ASSUMED, description
from sim.measures.registry import MEASURES
from sim.scenario.choice import Kind
from sim.scenario.types import Scenario
from sim.words import Event, Purpose

GAP = "To be said by a person: "
"""How a gap begins."""

Manifest = Mapping[str, Any]


class Item(NamedTuple):
    """One item of the guideline: its number, section and title, what is said, and what is missing."""

    number: str
    section: str
    title: str
    said: tuple[str, ...]
    gap: str


def stress(scenario: Scenario, made: Manifest | None = None) -> list[Item]:
    """The 24 items in order; `made` is the manifest of a finished run, where there is one."""
    return [
        Item(number, SECTIONS[number[0]], title, *_kept(write(scenario, made or {})))
        for number, (title, write) in ITEMS.items()
    ]


def _kept(found: tuple[list[str], str]) -> tuple[tuple[str, ...], str]:
    said, gap = found
    return tuple(line for line in said if line), gap


def as_text(items: list[Item]) -> str:
    """The record as Markdown; a gap is a line that begins with `GAP`."""
    lines = ["# STRESS-DES record", "", SOURCE, ""]
    section = ""
    for item in items:
        if item.section != section:
            section = item.section
            lines += [f"## {section}", ""]
        lines += [f"### {item.number} {item.title}", ""]
        for said in item.said:
            lines += [said, ""]
        if item.gap:
            lines += [f"**{GAP}{item.gap}**", ""]
    return "\n".join(lines)


SOURCE = (
    "Items of the STRESS-DES guideline (Monks, Currie, Onggo, Robinson, Kunc and Taylor 2019, Journal of "
    "Simulation "
    "13:55–67), from the scenario, the program and, where there is one, the run."
)

SECTIONS = {
    "1": "Objectives",
    "2": "Logic",
    "3": "Data",
    "4": "Experimentation",
    "5": "Implementation",
    "6": "Code access",
}

Answer = tuple[list[str], str]
"""What is said, a paragraph each, and what is missing."""


# ---- 1 Objectives


def purpose(scenario: Scenario, _: Manifest) -> Answer:
    """What the model is for."""
    said = [scenario.title or "", scenario.purpose or ""]
    return said, "" if scenario.purpose else "the background and the question; the key `purpose` holds it."


def outputs(scenario: Scenario, _: Manifest) -> Answer:
    """The measures, how they are computed, and their intervals."""
    subjects: dict[str, list[str]] = {}
    for one in MEASURES:
        subjects.setdefault(one.function.__module__.rpartition(".")[2], []).append(one.name)
    listed = "; ".join(f"{subject} ({len(names)}: {names[0]}, …)" for subject, names in subjects.items())
    return [
        f"{len(MEASURES)} measures by level and for the whole, each defined in sim/measures/README.md: "
        f"{listed}.",
        "All are computed from the event log after a replication. Time statistics are clipped to the "
        "window; patient "
        "statistics take those who asked within it; cohorts those first admitted within it, followed for "
        f"{scenario.run.follow_up:g} more days. What is open at the end is censored, never dropped.",
        "Over replications: mean, 95 % t interval of the mean (a jackknife interval for ratios), and the "
        "5–95 % range "
        "of single replications. Intervals cover chance in the simulation only.",
    ], ""


def aims(scenario: Scenario, made: Manifest) -> Answer:
    """What was tried."""
    compared = [one["name"] for one in made.get("scenarios", ())]
    said = [
        f"Scenarios compared with {compared[0]}: {', '.join(compared[1:])}." if compared else "",
        "(B) The scenario has a sweep over its own keys; scenario.toml holds the design."
        if scenario.sweep
        else "",
        f"Rationale: {' '.join(scenario.rationale.split())}" if scenario.rationale else "",
    ]
    missing = "" if scenario.rationale else "why these scenarios were chosen; the key `rationale` holds it."
    return said, missing


# ---- 2 Logic


def diagram(scenario: Scenario, _: Manifest) -> Answer:
    """The picture of the model."""
    levels = " → ".join(level.title or name for name, level in scenario.levels.items())
    return [f"Levels, most intensive first: {levels}.",
            f"`sim show FILE --diagram FILE.svg` draws the pathway of {scenario.name}."], ""  # fmt: skip


def base_logic(_: Scenario, __: Manifest) -> Answer:
    """What happens to a patient."""
    return [
        "A patient asks for a level, waits in its line in the order of transfers, priority class and time "
        "joined, is "
        "admitted when a place is free and the door is open, and stays until the earliest of her competing "
        "clocks "
        "rings; rules then say where she goes. She keeps her place while the next level is full, up to the "
        "hold. After "
        "discharge she may return to use and to care.",
        "At each instant: settle what is due, allocate free places, give up. docs/model.md says all of it; "
        "its "
        "examples are run as tests.",
    ], ""


def scenario_logic(scenario: Scenario, made: Manifest) -> Answer:
    """In what the scenarios differ."""
    dated = [f"day {change.on:g}: {', '.join(change.keys)}" for change in scenario.changes]
    compared = made.get("scenarios", ())
    return [
        f"Dated changes: {'; '.join(dated)}." if dated else "No dated changes.",
        "changes.csv lists every key in which the scenarios compared differ." if compared else "",
    ], ""


def algorithms(_: Scenario, __: Manifest) -> Answer:
    """Non-standard algorithms."""
    purposes = ", ".join(purpose.name.lower() for purpose in Purpose)
    return [
        "Arrivals are the points of a Poisson process over time × rate, kept where they lie below the "
        "rate; hazard, "
        "time and odds ratios act on clocks and choices (docs/model.md, section 3).",
        f"Durations are drawn by the inverse of the distribution function. Decisions that draw: {purposes}.",
    ], ""


def entities(scenario: Scenario, _: Manifest) -> Answer:
    """Who moves through the model."""
    traits = ", ".join(f"{name} ({', '.join(trait.shares)})" for name, trait in scenario.traits.items())
    return [f"Patients, synthetic; traits: {traits or 'none'}."], ""


def activities(scenario: Scenario, _: Manifest) -> Answer:
    """What patients engage in."""
    return [f"Stays in {', '.join(scenario.levels)}; waits for them; time at home between and after.",
            f"Events of the log: {', '.join(event.name.lower() for event in Event)}."], ""  # fmt: skip


def resources(scenario: Scenario, _: Manifest) -> Answer:
    """What is short."""
    places = ", ".join(
        f"{name} {'unlimited' if isinf(level.capacity) else format(level.capacity, 'g')}"
        for name, level in scenario.levels.items()
    )
    return [f"Places: {places}. A dated change may alter them; a cut moves nobody out."], ""


def queues(scenario: Scenario, _: Manifest) -> Answer:
    """The lines."""
    said = []
    for name, level in scenario.levels.items():
        line = level.waitlist
        limit = "no limit" if isinf(line.limit) else f"at most {line.limit:g} from outside"
        patience = "with patience" if line.patience else "without end of patience"
        classes = f", {len(line.priority)} priority classes" if line.priority else ""
        said.append(f"{name}: {limit}, {patience}, transfers {line.transfers}{classes}.")
    return ["Every level has a line, strictly in order: nobody overtakes its head.", *said], ""


def entry_and_exit(scenario: Scenario, _: Manifest) -> Answer:
    """Where patients come in and go out."""
    sources = ", ".join(scenario.arrivals) or "none"
    present = " and those there on day 0" if scenario.start else ""
    return [
        f"In: {sources}{present}; returns to care. Out: discharge from any level or line, death where set."
    ], ""


# ---- 3 Data


def sources_of_data(scenario: Scenario, _: Manifest) -> Answer:
    """Where the numbers come from."""
    lines = description(scenario)
    named = list(dict.fromkeys(line.source for line in lines if line.source not in (ASSUMED, "chosen")))
    assumed = sum(line.source == ASSUMED for line in lines)
    gap = f"where {assumed} numbers marked assumed come from; a key `source` holds it." if assumed else ""
    return [f"{source.rstrip('.')}." for source in named], gap


def pre_processing(scenario: Scenario, _: Manifest) -> Answer:
    """What was done to the data before."""
    return [], "how the data were collected and worked on before they were written into the scenario."


def parameters(scenario: Scenario, _: Manifest) -> Answer:
    """Every input."""
    lines = description(scenario)
    used = [word for word in get_args(Kind) if any(line.value.startswith(f"{word},") for line in lines)]
    return [
        f"{len(lines)} keys, each with its value and source, in the table of assumptions (`sim show`).",
        f"Distributions in use: {', '.join(used)}." if used else "",
    ], ""


def assumptions(scenario: Scenario, _: Manifest) -> Answer:
    """What was assumed."""
    assumed = [line for line in description(scenario) if line.source == ASSUMED]
    tables = ", ".join(dict.fromkeys(line.table or "the scenario" for line in assumed))
    said = [
        f"{len(assumed)} keys are marked assumed, in: {tables}." if assumed else "No key is marked assumed."
    ]
    return (
        said,
        "" if scenario.rationale else "assumptions beyond single numbers; the key `rationale` holds them.",
    )


# ---- 4 Experimentation


def initialisation(scenario: Scenario, _: Manifest) -> Answer:
    """How a run begins."""
    if scenario.start:
        return ["It starts from the census of the day: who is there, for how many days already; each clock "
                "is drawn "
                "given that it has not rung so far."], ""  # fmt: skip
    return [f"It starts empty; the first {scenario.run.warm_up:g} days are a warm-up and not counted. "
            "`sim warm-up` says by MSER-5 how long one must be."], ""  # fmt: skip


def run_length(scenario: Scenario, _: Manifest) -> Answer:
    """How long a run is."""
    run = scenario.run
    return [f"Window of {run.duration:g} days after {run.warm_up:g}, follow-up of {run.follow_up:g}; time "
            f"is in days, "
            f"day 0 is {run.start}."], ""  # fmt: skip


def estimation(scenario: Scenario, made: Manifest) -> Answer:
    """How many replications, and what they allow."""
    count = made.get("replications", scenario.run.replications)
    return [f"{count} independent replications. Scenarios are compared by paired differences over the same "
            "replications, which share their random numbers patient by patient."], ""  # fmt: skip


# ---- 5 Implementation, 6 Code access


def software(_: Scenario, made: Manifest) -> Answer:
    """What it is written in."""
    libraries = ", ".join(f"{name} {number}" for name, number in made.get("libraries", {}).items())
    python = made.get("machine", {}).get("python")
    said = [
        f"continuum-sim {made.get('version', __version__)}" + (f", Python {python}" if python else "") + "."
    ]
    return [*said, f"Libraries: {libraries}." if libraries else ""], ""


def sampling(scenario: Scenario, _: Manifest) -> Answer:
    """Where random numbers come from."""
    return [
        f"Philox 4×64-10 (Salmon and others 2011), counter-based: a number is addressed by seed "
        f"({scenario.run.seed}), "
        "replication, patient, purpose, level, stay and use, so no draw shifts another and scenarios share "
        "their luck."
    ], ""


def execution(_: Scenario, made: Manifest) -> Answer:
    """How it is executed."""
    engine = f" This run: the {made['engine']} engine." if "engine" in made else ""
    return ["Discrete events, the next one first. Two engines, one on SimPy and one compiled, give the "
            "same log byte "
            f"for byte.{engine}"], ""  # fmt: skip


def system(_: Scenario, made: Manifest) -> Answer:
    """On what it ran, and how long."""
    machine = made.get("machine")
    if not machine:
        return [], "the machine and the time a run took; the manifest of a finished run holds both."
    return [f"{machine['system']}, {machine['processor']}, {machine['cores']} cores; "
            f"{made['wall_seconds']:g} seconds."], ""  # fmt: skip


def access(_: Scenario, made: Manifest) -> Answer:
    """Where the model can be had."""
    commit = f" Commit {made['commit']}." if made.get("commit") else ""
    digest = (
        f"The scenario is complete in scenario.toml (digest {made['scenario_digest'][:16]}…)." if made else ""
    )
    return [digest + commit], "where program and scenario can be had by a reader, and under which licence."


ITEMS: dict[str, tuple[str, Callable[[Scenario, Manifest], Answer]]] = {
    "1.1": ("Purpose of the model", purpose),
    "1.2": ("Model outputs", outputs),
    "1.3": ("Experimentation aims", aims),
    "2.1": ("Base model overview diagram", diagram),
    "2.2": ("Base model logic", base_logic),
    "2.3": ("Scenario logic", scenario_logic),
    "2.4": ("Algorithms", algorithms),
    "2.5.1": ("Components: entities", entities),
    "2.5.2": ("Components: activities", activities),
    "2.5.3": ("Components: resources", resources),
    "2.5.4": ("Components: queues", queues),
    "2.5.5": ("Components: entry and exit points", entry_and_exit),
    "3.1": ("Data sources", sources_of_data),
    "3.2": ("Pre-processing", pre_processing),
    "3.3": ("Input parameters", parameters),
    "3.4": ("Assumptions", assumptions),
    "4.1": ("Initialisation", initialisation),
    "4.2": ("Run length", run_length),
    "4.3": ("Estimation approach", estimation),
    "5.1": ("Software or programming language", software),
    "5.2": ("Random sampling", sampling),
    "5.3": ("Model execution", execution),
    "5.4": ("System specification", system),
    "6.1": ("Computer model sharing statement", access),
}
"""Number of each item → its title and the function that fills it in. 24 of them."""
