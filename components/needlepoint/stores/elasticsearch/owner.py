"""Who carries out a change, such that another process can tell whether it is still there."""

import os
from functools import cache
from pathlib import Path

_ENDED = ("Z", "X")


def this_process() -> str:
    """Return a name of this process that no other has, also none of another machine, of a container or of a later start."""
    return _process(os.getpid()) or "unknown"


def is_known_dead(owner: str) -> bool:
    """Return whether a process has ended for certain; of one on another machine that is not known.

    :param owner: the process's name; what follows a ``#`` does not count.
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
    except OSError:  # there is one, of another user
        return False
    return _process(int(number)) not in (process, None)


def _process(number: int) -> str | None:
    """Return a process's name: machine and its start, name space, number and own start; None where these are not told."""
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
