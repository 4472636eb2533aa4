"""The variants that `sim sweep` runs; only their shape is checked here, each point when it is made."""

from typing import Annotated, Any, Literal

from pydantic import PlainValidator

from sim.scenario.context import Context
from sim.scenario.faults import Troubles
from sim.scenario.values import Says, Table, entries, items, key, number, text, whole_between


def _ranges(raw: Any) -> dict[str, tuple[float, float]]:
    troubles = Troubles()
    parsed: dict[str, tuple[float, float]] = {}
    for name, value in entries(raw, wanted="a table of ranges by key").items():
        found = troubles.take((name,), items, value, number, exactly=2)
        if found and len(found) == 2 and found[0] > found[1]:
            troubles.add((name,), "goes down", "the lower number first")
        elif found and len(found) == 2:
            parsed[name] = (found[0], found[1])
    troubles.done()
    return parsed


def _grid(raw: Any) -> dict[str, tuple[Any, ...]]:
    troubles = Troubles()
    parsed: dict[str, tuple[Any, ...]] = {}
    for name, value in entries(raw, wanted="a table of lists by key").items():
        found = troubles.take((name,), items, value, lambda item: item, least=1)
        if found is not None:
            parsed[name] = found
    troubles.done()
    return parsed


class Sample(Table):
    """Points spread over ranges."""

    method: Literal["sobol", "latin-hypercube", "saltelli"] = key(
        "sobol", "How the points are spread; `saltelli` gives Sobol indices too."
    )
    points: Annotated[int, whole_between(1, 10**6), Says("whole number")] = key(
        ..., "How many; for `saltelli` a power of 2, and as many times (keys + 2) are run."
    )
    ranges: Annotated[
        dict[str, tuple[float, float]],
        PlainValidator(_ranges, json_schema_input_type=dict[str, list[float]]),
        Says("ranges by key"),
    ] = key(..., "Lowest and highest value, by key.")

    @classmethod
    def together(cls, raw: dict[str, Any], known: Context, troubles: Troubles) -> None:
        """Notes a number of points that Saltelli's plan cannot have."""
        count = raw.get("points")
        if raw.get("method") != "saltelli" or not isinstance(count, int) or count < 1:
            return
        if count == 1 or count & (count - 1):
            troubles.add(("points",), f"is {count}", "a power of 2 for `saltelli`, such as 64")


class Sweep(Table):
    """Variants for `sim sweep`; a run of the scenario itself does not read it."""

    grid: Annotated[
        dict[str, tuple[Any, ...]], PlainValidator(_grid, json_schema_input_type=dict[str, list[Any]]),
        Says("lists by key"),
    ] = key({}, "Every combination of these values, by key.")  # fmt: skip
    sample: Sample | None = key(None, "Points spread over ranges.")
    points: Annotated[
        tuple[dict[str, Any], ...],
        PlainValidator(lambda raw: items(raw, entries), json_schema_input_type=list[dict[str, Any]]),
        Says("list of tables"),
    ] = key((), "Single points, each a table of keys.")
    report: Annotated[
        tuple[str, ...],
        PlainValidator(lambda raw: items(raw, text), json_schema_input_type=list[str]),
        Says("list of measures"),
    ] = key((), "Measures that the sweep reports.")  # fmt: skip
