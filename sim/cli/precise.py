"""The options `--precision` and `--at-most`, and what is said of them; `run` and `compare` take both."""

from collections.abc import Iterator, Sequence
from math import isnan
from typing import Any

import click

from sim.cli.options import Decorator
from sim.experiments.precision import AT_MOST, Reached, Target, target

precision: Decorator = click.option(
    "--precision",
    "precisions",
    metavar="MEASURE:WIDTH",
    multiple=True,
    help="Add replications until half the 95 % interval is no wider and stays so, as in 'wait.php.mean: 5%' "
    "(of the mean) or 'wait.php.mean: 0.5' (days). May be repeated. Exit code 1 where it is not met.",
)

at_most: Decorator = click.option(
    "--at-most",
    metavar="N",
    type=click.IntRange(min=1),
    default=AT_MOST,
    show_default=True,
    help="Replications after which --precision gives up.",
)


def targets(precisions: Sequence[str]) -> list[Target]:
    """The targets of the option. Raises `SimError` for what is none."""
    return [target(text) for text in precisions]


def for_people(reached: Sequence[Reached], count: int) -> Iterator[str]:
    """A line for each precision that was asked for."""
    for one in reached:
        if one.met:
            told = f"met with {one.replications} replications; {count} were run, to see that it holds"
        elif one.half_width <= one.wanted:
            told = f"{count} replications are too few to see that it holds; raise --at-most"
        else:
            told = f"not met with {count} replications, where ±{one.wanted:.3g} is wanted; raise --at-most"
        width = "no interval" if isnan(one.half_width) else f"±{one.half_width:.3g}"
        yield f"Precision {one.target} ({width} at the end): {told}."


def for_programs(reached: Sequence[Reached]) -> list[dict[str, Any]]:
    """The same, for other programs."""
    return [
        {
            "precision": str(one.target),
            "met": one.met,
            "met_with": one.replications,
            "half_width": one.half_width,
            "wanted": one.wanted,
        }
        for one in reached
    ]
