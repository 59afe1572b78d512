"""The address of the page, of which each view has some names for its own."""

from collections.abc import Callable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def is_step() -> bool:
    """Whether the browser's Back or Forward has led here.

    Anything else that runs the page again may come with an address that the browser had before the page's last change to it.
    """
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def drop(is_own: Callable[[str], bool]) -> None:
    """Take the values of a view that is left out of the address of another.

    :param is_own: whether a name is that view's.
    """
    kept = {name: st.query_params.get_all(name) for name in st.query_params if not is_own(name)}
    if len(kept) < len(st.query_params):
        st.query_params.from_dict(kept)
