"""The empty collection: one sentence, two buttons."""

import streamlit as st

from needlepoint_ui import frame, login, markup
from needlepoint_ui.collection import adding
from needlepoint_ui.service.client import Client
from needlepoint_ui.state import PageState

_NOTHING = "No document has been added, or none is in a part of the collection that you may see."
_SENTENCE = "Add files of your own, or try the example collection of an island ferry company."


def draw(client: Client, state: PageState, *, with_add: bool = True) -> None:
    """Draw the message of an empty collection, with what to do next.

    :param with_add: offer a button to the view where files are added.
    """
    if not login.who().may_add:
        st.html(markup.note("There is nothing to see yet", _NOTHING))
        return
    st.html(markup.note("The collection is empty", _SENTENCE))
    with st.container(horizontal=True, gap="small"):
        if with_add and st.button("Add files", type="primary", key="add-documents"):
            st.switch_page("views/collection.py")
        if st.button("Try the examples", key="examples"):
            with frame.show_failures("The examples cannot be added", key="examples"):
                state.jobs[adding.JOB] = client.add_examples().id
                st.switch_page("views/collection.py")
