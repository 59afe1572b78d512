"""What the processor offers: instructions for 8-bit products, and how many cores this process may use."""

import math
import os
import platform
from functools import cache
from pathlib import Path

_INT8_DOT_PRODUCTS = {
    "amx_int8": "AMX",
    "avx512_vnni": "AVX-512 VNNI",
    "avx_vnni": "AVX VNNI",
    "asimddp": "Arm dot products",
}


@cache
def cpu_flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Return the instruction sets that every core has; empty if the system does not list them."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    cores = [
        set(line.split(":", 1)[1].split()) for line in lines if line.startswith(("flags", "Features")) and ":" in line
    ]
    return frozenset(set.intersection(*cores)) if cores else frozenset()


def int8_instructions(flags: frozenset[str]) -> str | None:
    """Return the name of the instructions for exact 8-bit dot products among the flags, or None.

    Without them, 8-bit sums saturate at 16 bits on x86, which changes answers.
    """
    return next((name for flag, name in _INT8_DOT_PRODUCTS.items() if flag in flags), None)


def processor_key() -> str:
    """Return a text that is the same on machines that compute the same 8-bit results."""
    return "-".join([platform.machine(), *sorted(cpu_flags() & {*_INT8_DOT_PRODUCTS, "avx2", "avx512f"})])


def usable_cores() -> int:
    """Return how many physical cores this process may use, by its CPU affinity and a container's quota."""
    if not hasattr(os, "sched_getaffinity"):
        return max(1, (os.cpu_count() or 1) // 2)
    cores = {_siblings(cpu) for cpu in os.sched_getaffinity(0)}
    return int(max(1, min(len(cores), _quota())))


def _siblings(cpu: int) -> str:
    try:
        return (
            Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list").read_text(encoding="ascii").strip()
        )
    except OSError:
        return str(cpu)


def _quota() -> float:
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return float(math.ceil(int(quota) / int(period)))
    except (OSError, ValueError):  # "max" means no limit
        return math.inf
