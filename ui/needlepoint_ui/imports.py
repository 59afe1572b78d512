"""Keeps what the views have imported out of garbage collection, which Streamlit does after each run of the page."""

import gc
from functools import cache


@cache
def set_aside(view: str) -> None:
    """Leave what is there when a view has been drawn for the first time out of all later collections.

    Streamlit searches all objects for garbage after each run; going through those of the modules took 70 ms each time.
    """
    gc.collect()
    gc.freeze()
