"""Names of processes, by which another process on the same machine can tell whether one is still running."""

import os
from functools import cache
from pathlib import Path

_ENDED = ("Z", "X")


def this_process() -> str:
    """Return a unique name of this process: other machines, containers and later processes with its number have others."""
    return _process(os.getpid()) or "unknown"


def is_known_dead(owner: str) -> bool:
    """Return whether a process has certainly ended; this is never known of one on another machine.

    :param owner: the process's name, optionally followed by ``#`` and anything.
    """
    process = owner.partition("#")[0]
    here, _, of_process = process.rpartition("/pid-")
    number, _, _ = of_process.partition("-")
    if not here or here != _here() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # it belongs to another user
        return False
    return _process(int(number)) not in (process, None)


def _process(number: int) -> str | None:
    """Return a process's name: machine, its boot, PID name space, PID and start time; None if the system does not tell them."""
    here = _here()
    try:
        # the command in brackets may hold anything, also brackets
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        state, started = fields[0], fields[19]
    except (OSError, IndexError):
        return None
    return f"{here}/pid-{number}-{'ended' if state in _ENDED else started}" if here else None


@cache
def _here() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{os.uname().nodename}/{boot}/{os.stat('/proc/self/ns/pid').st_ino}"
    except (OSError, AttributeError):
        return ""
