"""What the figures were measured on: the processor, how busy it was, and the versions that matter."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

COMPILERS = ("g++", "clang++")
PACKAGES = ("numpy", "numba", "simpy", "pandas")


def machine() -> dict[str, str]:
    """Processor, cores, load average, system, and the versions of Python, packages and compiler."""
    return {
        "processor": processor(),
        "cores": str(cores()),
        "load average": load(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        **{package: installed(package) for package in PACKAGES},
        "compiler": compiler_version(),
    }


def processor() -> str:
    """The processor's name as the system gives it."""
    try:
        for text in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if text.startswith("model name"):
                return text.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load() -> str:
    """The load averages of the last 1, 5 and 15 minutes: above 0 before the start, others are at work too."""
    if not hasattr(os, "getloadavg"):
        return "not known here"
    return " ".join(f"{average:.2f}" for average in os.getloadavg())


def installed(package: str) -> str:
    """The version of a package, or that it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def compiler() -> str | None:
    """The C++ compiler to use, None where there is none."""
    return next((name for name in COMPILERS if shutil.which(name)), None)


def compiler_version() -> str:
    """The compiler's name and version."""
    name = compiler()
    if name is None:
        return "no C++ compiler"
    said = subprocess.run([name, "--version"], capture_output=True, text=True, check=False).stdout
    return said.splitlines()[0] if said else name
