"""Wait for what happens, however long a loaded machine takes for it; only what never happens is a failure."""

import time

LONGEST_S = 300


def eventually(happens, *, unless=None, every_s=0.05):
    """Call a function again and again until it returns something true, and return that.

    :param unless: called before each try; it raises where there is nothing to wait for any more.
    """
    last = time.monotonic() + LONGEST_S
    while not (found := happens()):
        if unless:
            unless()
        if time.monotonic() > last:
            raise AssertionError(f"has not happened in {LONGEST_S} s: {happens}")
        time.sleep(every_s)
    return found
