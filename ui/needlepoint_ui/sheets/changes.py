"""What has changed in a sheet since the run before, and what documents say differently, as folded lists."""

import streamlit as st

from needlepoint_ui import markup, words
from needlepoint_ui.service.sheet_models import SheetChange, SheetTable

_MOST = 200


def draw(table: SheetTable) -> None:
    """Draw the lists that are not empty."""
    _draw_disagreements(table)
    if not table.changes:
        return
    with st.expander(f"{words.count(len(table.changes), 'change')} since the last run", key="sheet-changes"):
        names = {column.question: column.name for column in table.definition.columns}
        st.html(markup.changes([row(change, names) for change in table.changes[:_MOST]]))
        if len(table.changes) > _MOST:
            st.html(markup.aside(f"and {len(table.changes) - _MOST:,} more"))


def _draw_disagreements(table: SheetTable) -> None:
    if not table.disagreements:
        return
    with st.expander(
        words.count(len(table.disagreements), "disagreement between documents", "disagreements between documents")
    ):
        st.html(markup.changes([("", "", "", said) for said in table.disagreements[:_MOST]]))


def row(change: SheetChange, names: dict[str, str]) -> tuple[str, str, str, str]:
    """Return the kind of a change, its document, its column, and what was and is there."""
    column = names.get(change.question, change.question)
    return change.kind, change.document, column, " → ".join(filter(None, (change.before, change.after)))
