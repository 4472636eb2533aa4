"""Measures how fast the project is, and says so beside its targets: `python benchmarks/run.py`.

Each part is one file with a function `measure`, and one line of the table below. `README.md` says what is
measured, and how.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import baseline
import first_result
import growth
import network
import reduction
import study
import sweeping
from figures import HEAD, Figure, as_json, line, met
from machine import machine

PARTS: dict[str, tuple[str, Callable[..., Iterator[Figure]]]] = {
    "a": ("the plain network beside two yardsticks", network.measure),
    "b": ("the baseline, engine beside engine", baseline.measure),
    "c": ("from ten thousand to a million patients", growth.measure),
    "d": ("measures and estimates beside the simulation", reduction.measure),
    "e": ("a thousand replications of the baseline", study.measure),
    "f": ("the first result, and two cores", first_result.measure),
    "g": ("a sweep of ten thousand runs", sweeping.measure),
}
"""Every part: its letter, what it is about, and what measures it."""


def main(arguments: list[str]) -> int:
    """Measure what was asked for, print a line for every figure as it is found; the exit code."""
    parser = options()
    asked = parser.parse_args(arguments)
    if not asked.only or set(asked.only) - set(PARTS):
        parser.error(f"--only: is {asked.only!r}; want some of the letters {''.join(PARTS)}")
    here = machine()
    for name, value in here.items():
        print(f"{name:<14}{value}")
    print(f"\n{HEAD}")
    found: list[Figure] = []
    for letter, (title, measure) in PARTS.items():
        if letter in asked.only:
            print(f"\n{letter}  {title}")
            for figure in measure(quick=asked.quick):
                print(line(figure), flush=True)
                found.append(figure)
    said = [met(figure) for figure in found]
    waiting = sum(figure.target is not None and figure.found is None for figure in found)
    print(f"\ntargets: {said.count(True)} met, {said.count(False)} not met, {waiting} not measured")
    if asked.json is not None:
        content = {"machine": here, "quick": asked.quick, "figures": [as_json(figure) for figure in found]}
        asked.json.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def options() -> argparse.ArgumentParser:
    """What may stand on the command line."""
    parser = argparse.ArgumentParser(
        prog="run.py", description="How fast the project is, beside its targets."
    )
    parser.add_argument("--quick", action="store_true", help="smaller and fewer runs: rougher figures")
    parser.add_argument(
        "--only", metavar="LETTERS", default="".join(PARTS), help="parts to run, as in --only a or --only bd"
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the figures to a file too")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
