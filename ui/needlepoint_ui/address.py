"""The address of the page, of which each view has some names for its own."""

from collections.abc import Callable

import streamlit as st


def drop(is_own: Callable[[str], bool]) -> None:
    """Take the values of a view that is left out of the address of another.

    :param is_own: whether a name is that view's.
    """
    kept = {name: st.query_params.get_all(name) for name in st.query_params if not is_own(name)}
    if len(kept) < len(st.query_params):
        st.query_params.from_dict(kept)
