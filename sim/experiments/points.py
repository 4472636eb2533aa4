"""The points of a sweep: what each sets, and the scenario that it makes.

Point 0 is the scenario itself; then come the grid, the single points, the sample. How they are run is left to
`sim/experiments/sweep.py`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from sim.errors import Fault, ScenarioError, SimError
from sim.experiments.ranges import whole_keys
from sim.experiments.sobol import saltelli, spread
from sim.scenario.choice import Choice
from sim.scenario.document import Place, place_of, steps_of, with_key
from sim.scenario.faults import dotted
from sim.scenario.load import scenario_from
from sim.scenario.sweep import Sample
from sim.scenario.types import Scenario
from sim.scenario.write import inline


class Point(NamedTuple):
    """A point: its number, the value of each key that it sets, and where that was written below `sweep`."""

    number: int
    keys: dict[str, Any]
    written: tuple[str | int, ...] = ()


def points(scenario: Scenario) -> list[Point]:
    """The points of the scenario's `[sweep]`, number 0 being the scenario itself.

    A grid gives every combination, the last key changing fastest. Samples are spread by scipy's scrambled
    Sobol sequence or Latin hypercube, seeded with the scenario's seed; keys that take whole numbers get each
    of the range as often. Raises `SimError` where there is no sweep.
    """
    if scenario.sweep is None:
        raise SimError(f"{scenario.name}: has no [sweep]; want a grid, a sample or points of it")
    sweep = scenario.sweep
    found: list[tuple[dict[str, Any], tuple[str | int, ...]]] = []
    if sweep.grid:
        found += [
            (dict(zip(sweep.grid, values, strict=True)), ("grid",))
            for values in product(*sweep.grid.values())
        ]
    found += [(dict(flat(keys)), ("points", place)) for place, keys in enumerate(sweep.points)]
    if sweep.sample is not None:
        found += [(keys, ("sample", "ranges")) for keys in sampled(scenario, sweep.sample)]
    if not found:
        raise SimError(f"{scenario.name}: its [sweep] is empty; want a grid, a sample or points")
    return [Point(0, {}), *(Point(number, *one) for number, one in enumerate(found, 1))]


def at(scenario: Scenario, point: Point) -> Scenario:
    """The scenario at a point. Raises `ScenarioError` with the file and line where the point was written."""
    if not point.keys:
        return scenario
    document = scenario._origin
    try:
        for key, value in point.keys.items():
            document = with_key(document, key, value, file=f"{key} = {inline(value)}")
        return scenario_from(document)
    except ScenarioError as error:
        raise ScenarioError([_placed(one, scenario, point) for one in error.faults]) from None


def assumptions(scenario: Scenario, keys: Iterable[str]) -> list[str]:
    """For each level whose length of stay is swept: what a longer stay does to relapse and other ends.

    A clock in days rings more often in a longer stay; a probability per stay does not. Which of the two is in
    force decides what a sweep over length of stay can find.
    """
    said = []
    steps = [steps_of(key) or [] for key in keys]
    for name in dict.fromkeys(
        one[1] for one in steps if one[:1] == ["levels"] and "length_of_stay" in one[2:]
    ):
        level = scenario.levels.get(name)
        if level is None:
            continue
        clocks = {"relapse": level.relapse, "dropout": level.dropout, **level.other_ends}
        days = [one for one, clock in clocks.items() if isinstance(clock, Choice)]
        shares = [one for one, clock in clocks.items() if clock is not None and one not in days]
        parts = [
            f"{', '.join(some)} by {what}"
            for some, what in (
                (days, "a clock in days, so a longer stay carries more"),
                (shares, "a probability per stay, so a longer stay carries no more"),
            )
            if some
        ]
        said.append(f"{name}: {'; '.join(parts) or 'nothing but the planned stay ends it'}")
    return said


def value_at(scenario: Scenario, key: str) -> Any:
    """What stands in the scenario at a key, as it is written; None where nothing is."""
    found: Any = scenario._origin.tree
    for step in steps_of(key) or ():
        if isinstance(found, Mapping) and step in found:
            found = found[step]
        elif isinstance(found, Sequence) and not isinstance(found, str) and step.isdecimal():
            found = found[int(step)] if int(step) < len(found) else None
        else:
            return None
    return found


def flat(keys: Mapping[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The keys of nested tables with dots between them; a distribution is one value."""
    for name, value in keys.items():
        path = (*before, *(steps_of(name) or (name,)))
        if isinstance(value, Mapping) and value and "dist" not in value:
            yield from flat(value, path)
        else:
            yield dotted(path), value


def sampled(scenario: Scenario, sample: Sample) -> list[dict[str, Any]]:
    """The points of a sample. The first of a Sobol sequence stay the same when more are asked for."""
    from scipy.stats import qmc  # noqa: PLC0415 (long to load)

    ranges = sample.ranges
    if sample.method == "saltelli":
        return saltelli_points(scenario, sample)
    how = {"sobol": qmc.Sobol, "latin-hypercube": qmc.LatinHypercube}[sample.method]
    spreader = how(len(ranges), scramble=True, seed=np.random.default_rng(scenario.run.seed))
    power = (sample.points - 1).bit_length()
    even = (
        spreader.random_base2(power)[: sample.points]
        if isinstance(spreader, qmc.Sobol)
        else spreader.random(sample.points)
    )
    whole = whole_keys(scenario, ranges)
    columns = {
        key: spread(even[:, column], low, high, whole=key in whole).tolist()
        for column, (key, (low, high)) in enumerate(ranges.items())
    }
    return [
        {key: int(values[row]) if key in whole else values[row] for key, values in columns.items()}
        for row in range(sample.points)
    ]


def saltelli_points(scenario: Scenario, sample: Sample) -> list[dict[str, Any]]:
    """The points of Saltelli's plan, in its order."""
    whole = whole_keys(scenario, sample.ranges)
    plan = saltelli(sample.ranges, sample.points, seed=scenario.run.seed, whole=whole)
    return [
        {key: int(row[key]) if key in whole else float(row[key]) for key in sample.ranges}
        for row in plan.to_dict("records")
    ]


def _placed(fault: Fault, scenario: Scenario, point: Point) -> Fault:
    """The fault with the file and line of the sweep's table that made it."""
    key = fault.file.partition(" = ")[0]
    if key not in point.keys:
        return fault
    path: tuple[str | int, ...] = ("sweep", *point.written)
    own = Place(scenario._origin.label, 0)
    # in quotes the key is one name, without them it is a table in a table
    ways = ((*path, key), (*path, *(steps_of(key) or ())))
    place = max((place_of(scenario._origin.tree, way, own) for way in ways), key=lambda place: place.line)
    said = fault.path if fault.path and fault.path != key else ""
    wrong = f"{fault.file}: {said + ': ' if said else ''}{fault.wrong}"
    return Fault(place.file, place.line, dotted(path), wrong, fault.wanted, fault.hint)
