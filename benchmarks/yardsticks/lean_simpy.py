"""The plain network as a good SimPy user writes it for speed: the first yardstick, frozen.

It answers how long SimPy takes for what `plain.toml` says, written without this project: one process a
patient, one `simpy.Resource` a level, one timeout a stay (the earliest of its clocks) instead of a condition
over several, no wait where a place is free, numbers from `random`, one tuple an event. What is measured and
how is left to the other files of this folder. Nobody edits this file: figures of different years must
compare.
"""

from collections.abc import Generator
from math import inf, log, sqrt
from random import Random
from typing import Any

import simpy

REQUEST, RENEGE, ADMIT, RELAPSE, READY, LEAVE, DISCHARGE, RETURN_TO_CARE = 0, 2, 5, 6, 10, 12, 13, 15
"""The numbers of the events, as the project's own log has them."""

DETOX, PHP, IOP, OP = range(4)
NO_LEVEL = -1
PER_DAY = 10.0
ENTERS = (0.40, 0.55, 0.80)  # detox, php, iop, op: shares added up
CAPACITY = (30, 110, 270, 400)
DETOX_MU, DETOX_SIGMA = log(4.5), sqrt(2.0 * log(5.5 / 4.5))
PHP_SHAPE, PHP_SCALE = 2.0, 22.0
IOP_SHAPE, IOP_SCALE = 1.5, 50.0
OP_MEAN = 80.0
RELAPSES = (0.0, 1.0 / 90.0, 1.0 / 120.0, 1.0 / 150.0)  # per day
STEP_UP, STEP_DOWN = 0.5, 0.7  # after a relapse, after a completed stay
PATIENCE_SHAPE, PATIENCE_SCALE = 0.6, 8.0
RETURNS, RETURN_MEAN = 0.3, 60.0

Row = tuple[float, int, int, int]  # time, patient, event, level


def simulate(seed: int, days: float) -> tuple[int, list[Row]]:
    """The number of patients, and the log of one replication in order of time."""
    env = simpy.Environment()
    rng = Random(seed)
    random, exponential, weibull = rng.random, rng.expovariate, rng.weibullvariate
    places = [simpy.Resource(env, capacity) for capacity in CAPACITY]
    rows: list[Row] = []
    write = rows.append
    patients = 0

    def planned(level: int) -> float:
        if level == DETOX:
            return rng.lognormvariate(DETOX_MU, DETOX_SIGMA)
        if level == PHP:
            return weibull(PHP_SCALE, PHP_SHAPE)
        if level == IOP:
            return weibull(IOP_SCALE, IOP_SHAPE)
        return exponential(1.0 / OP_MEAN)

    def arrive() -> Generator[simpy.Event, Any, None]:
        nonlocal patients
        timeout = env.timeout
        while True:
            yield timeout(exponential(PER_DAY))
            patients += 1
            env.process(live(patients))

    def live(patient: int) -> Generator[simpy.Event, Any, None]:
        timeout = env.timeout
        while True:  # episodes
            u = random()
            level = DETOX if u < ENTERS[0] else PHP if u < ENTERS[1] else IOP if u < ENTERS[2] else OP
            held = None
            came_from = NO_LEVEL
            while level != NO_LEVEL:  # stays
                now = env.now
                write((now, patient, REQUEST, level))
                if held is not None:
                    write((now, patient, LEAVE, came_from))
                    places[came_from].release(held)
                held = places[level].request()
                if not held.triggered:
                    yield held | timeout(weibull(PATIENCE_SCALE, PATIENCE_SHAPE))
                    now = env.now
                    if not held.triggered:
                        held.cancel()
                        write((now, patient, RENEGE, level))
                        write((now, patient, DISCHARGE, level))
                        break
                write((now, patient, ADMIT, level))
                came_from = level
                end = now + planned(level)
                relapses = RELAPSES[level]
                relapse = now + exponential(relapses) if relapses else inf
                while relapse < end:
                    yield timeout(relapse - now)
                    now = env.now
                    write((now, patient, RELAPSE, level))
                    if random() < STEP_UP:
                        level -= 1
                        break
                    relapse = now + exponential(relapses)
                else:
                    yield timeout(end - now)
                    now = env.now
                    level = level + 1 if level != OP and random() < STEP_DOWN else NO_LEVEL
                if level != NO_LEVEL:
                    write((now, patient, READY, came_from))
                else:
                    write((now, patient, LEAVE, came_from))
                    write((now, patient, DISCHARGE, came_from))
                    places[came_from].release(held)
            if random() >= RETURNS:
                return
            yield timeout(exponential(1.0 / RETURN_MEAN))
            write((env.now, patient, RETURN_TO_CARE, NO_LEVEL))

    env.process(arrive())
    env.run(until=days)
    return patients, rows
