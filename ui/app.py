"""Needlepoint's page: the frame and its views. Start it with ``needlepoint ui``."""

import streamlit as st

from needlepoint_ui import frame, imports, login
from needlepoint_ui.ask import address as ask_address
from needlepoint_ui.collection import address as collection_address
from needlepoint_ui.workspace import address as workspace_address


def _main() -> None:
    frame.set_up()
    me = login.required()
    ask = st.Page("views/ask.py", title="Ask", default=True)
    collection = st.Page("views/collection.py", title="Collection", url_path="collection")
    sheets = st.Page("views/sheets.py", title="Sheets", url_path="sheets")
    review = st.Page("views/review.py", title="Review", url_path="review")
    workspace = st.Page("views/workspace.py", title="Workspace", url_path="workspace")
    views = [ask, workspace, *([sheets] if me.may_add else []), collection, review]
    view = st.navigation(views, position="top")
    frame.title(view.title)
    login.draw_person(me)
    if view is not ask:
        ask_address.leave()
    if view is not workspace:
        workspace_address.leave()
    if view is not collection:
        collection_address.leave()
    view.run()
    imports.set_aside(view.title)


_main()
