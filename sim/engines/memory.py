"""How much memory a run will need, told before it starts where that is more than there is.

An estimate from the number of patients: most of it is the log. What a replication really took is measured by
`benchmarks/`, part c.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from sim.errors import SimError
from sim.tables import Plan

ROWS_PER_PATIENT = 12.0
"""Of the log: between 9 (the baseline) and 17 (every patient passes all levels) in the scenarios measured."""

BYTES = {"compiled": (170.0, 175.0), "reference": (1_700.0, 210.0)}
"""Per patient, and per row of the log, where it is most: with the compiled engine while the log is measured,
with the reference engine, whose patients are gone by then, while it runs."""

GIB = 2.0**30

LITTLE = GIB / 16.0
"""Bytes for which the machine is not asked, which takes longer than a small replication may."""


def check(plan: Plan, engine: str, *, beginners: int, workers: int) -> None:
    """Raises `SimError` if so many replications at once need more memory than is free."""
    needed = workers * bytes_needed(plan, engine, beginners=beginners)
    if needed <= LITTLE:
        return
    free = bytes_free()
    if free is None or needed <= free:
        return
    patients = plan.coming.patients + beginners
    fewer = max(0, int(free / (needed / workers)))
    remedy = f"--jobs {fewer}" if fewer else "a shorter run, fewer patients, or a machine with more"
    raise SimError(
        f"about {patients:,.0f} patients with {patients * ROWS_PER_PATIENT:,.0f} events in each of {workers} "
        f"replications at once need about {needed / GIB:,.1f} GiB of memory, and {free / GIB:,.1f} GiB are "
        f"free; want {remedy}"
    )


def bytes_needed(plan: Plan, engine: str, *, beginners: int) -> float:
    """About how many bytes one replication takes, its measures included."""
    patients = plan.coming.patients + beginners
    per_patient, per_row = BYTES.get(engine, BYTES["reference"])
    return patients * (per_patient + ROWS_PER_PATIENT * per_row)


def bytes_free() -> float | None:
    """The memory that this process may still take; None where the machine does not say."""
    found = []
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        found.append(
            1024.0 * float(next(line.split()[1] for line in lines if line.startswith("MemAvailable:")))
        )
    with suppress(OSError, ValueError):  # a container's limit, less what it uses
        limit, used = (
            Path(f"/sys/fs/cgroup/memory.{name}").read_text(encoding="ascii") for name in ("max", "current")
        )
        found.append(float(limit) - float(used))
    if not found and sys.platform != "win32":
        with suppress(OSError, ValueError):
            found.append(float(os.sysconf("SC_PAGE_SIZE")) * float(os.sysconf("SC_PHYS_PAGES")))
    return min(found, default=None)
