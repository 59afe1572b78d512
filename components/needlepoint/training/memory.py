"""Keeps the memory that one step of a training frees for the next one.

A step makes and frees tensors of tens of megabytes. glibc gives each back to the system at once and takes it anew, page by
page, filled with zeros: up to half of a step's time on a CPU. The setting is one of the whole process, so programs make it, as
the command line does, and not the library.
"""

import ctypes

# mallopt's parameters, from glibc's malloc.h
_TRIM_THRESHOLD, _MMAP_MAX, _ARENA_MAX = -1, -4, -8


def keep_freed_memory() -> bool:
    """Make this process keep what it frees; its size then stays that of its largest step.

    :returns: whether the C library is glibc, which can be told so.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library, or no such thing at all
        return False
    # one arena: the thread that computes gradients otherwise has one of its own, whose large blocks are mapped each time
    orders = ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, 2**31 - 1), (_ARENA_MAX, 1))
    return all([mallopt(parameter, value) for parameter, value in orders])
