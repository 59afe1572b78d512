"""Keeps the memory that one training step frees for the next step.

A step allocates and frees tensors of tens of megabytes. glibc returns each to the system at once and then gets it back page by
page, filled with zeros, which takes up to half of a step's time on a CPU. The setting concerns the whole process, so programs
such as the command line make it, not the library.
"""

import ctypes

# mallopt's parameters, from glibc's malloc.h
_TRIM_THRESHOLD, _MMAP_MAX, _ARENA_MAX = -1, -4, -8


def keep_freed_memory() -> bool:
    """Make this process keep the memory that it frees; its size then stays that of its largest step.

    :returns: whether it took effect, which needs glibc.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library, or none that can be loaded
        return False
    # one arena: otherwise the thread that computes gradients has its own, whose large blocks are mapped each time
    settings = ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, 2**31 - 1), (_ARENA_MAX, 1))
    return all([mallopt(parameter, value) for parameter, value in settings])
