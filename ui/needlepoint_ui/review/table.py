"""The table of feedback, and one label in full, to read, change or delete."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import streamlit as st

from needlepoint_ui import frame, markup, person, words
from needlepoint_ui.marking import labels
from needlepoint_ui.marking.dialog import mark_words
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.labels import Label
from needlepoint_ui.state import Opened

_COLUMNS: dict[str, Any] = {
    "Verdict": st.column_config.TextColumn(width=110),
    "Question": st.column_config.TextColumn(width=310),
    "Answer": st.column_config.TextColumn(width=180),
    "Right words": st.column_config.TextColumn(width=180),
    "Document": st.column_config.TextColumn(width=210),
    "Page": st.column_config.NumberColumn(width=55),
    "Who": st.column_config.TextColumn(width=100),
    "When": st.column_config.TextColumn(width=135),
}


def summary_of(said: Sequence[Label]) -> str:
    """Return one line with the numbers of judgements, questions and verdicts, and how often the reader was right."""
    counts = Counter(label.verdict for label in said)
    questions = len({label.question for label in said})
    parts = [f"{words.count(len(said), 'judgement')} on {words.count(questions, 'question')}"]
    parts += [f"{counts[verdict]} {name}" for verdict, name in labels.SAID.items() if counts[verdict]]
    return f"{parts[0]}: {', '.join(parts[1:])} · the reader was right in {words.percent(counts[labels.RIGHT] / len(said))}"


def by_question(said: Sequence[Label]) -> list[dict[str, Any]]:
    """Return for each question how often it was judged and how often the reader was right, the worst first."""
    counts: dict[str, Counter[str]] = {}
    for label in said:
        counts.setdefault(label.question, Counter())[label.verdict] += 1
    rows = [
        {"Question": markup.visible(question), "Judged": found.total(), "Right": found[labels.RIGHT] / found.total()}
        for question, found in counts.items()
    ]
    return sorted(rows, key=lambda row: (row["Right"], -row["Judged"], row["Question"]))


def draw_by_question(said: Sequence[Label]) -> None:
    """Draw the accuracy by question."""
    share = st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1, width=120)
    with st.expander("Accuracy by question, worst first"):
        st.dataframe(by_question(said), column_config={"Right": share}, hide_index=True, alt="Accuracy by question")


def draw(said: Sequence[Label]) -> list[Label]:
    """Draw the table; return the labels whose rows are selected."""
    # a selection is a list of row numbers: with other rows it needs another key
    rows_key = hashlib.sha256("".join(label.id for label in said).encode()).hexdigest()[:16]
    event = st.dataframe(
        [_row(label) for label in said],
        column_config=_COLUMNS,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key=f"labels-{rows_key}",
        alt="Feedback on answers",
    )
    return [said[row] for row in event["selection"]["rows"] if row < len(said)]


def draw_one(client: Client, label: Label) -> None:
    """Draw a label's passage with its words marked, and what can be done with it."""
    passage, place = label.passage, label.passage.place
    start = (label.start if label.start is not None else place.start) - place.start
    end = start + len(label.answer) if label.start is not None else start
    before, marked, after = passage.text[:start], passage.text[start:end], passage.text[end:]
    st.html(markup.heading(label.question))
    st.html(markup.marked_words(before, marked, after))
    st.html(markup.where([place.document.name, f"page {place.page}", f"judged {labels.SAID[label.verdict]}"]))
    with st.container(horizontal=True, gap="small", key="label-actions"):
        for verdict in (labels.RIGHT, labels.WRONG, labels.ABSENT):
            if verdict != label.verdict and not (verdict == labels.RIGHT and label.replaced):
                text = labels.SAID[verdict].capitalize()
                st.button(text, key=f"now-{verdict}", on_click=_change, args=(client, label, verdict))
        if st.button("Mark other words …", key="now-corrected", icon=":material/edit:"):
            _mark(client, label, (start, end) if end > start else None)


def _change(client: Client, label: Label, verdict: str, span: tuple[int, int] | None = None) -> None:
    with frame.show_failures("Nothing was changed", key="change"):
        client.change_feedback(label.id, person.signed(labels.changed(label, verdict, span=span)))


def _mark(client: Client, label: Label, marked: tuple[int, int] | None) -> None:
    def keep(span: tuple[int, int]) -> None:
        _change(client, label, labels.CORRECTED, span)
        st.rerun()

    mark_words(label.question, label.passage, marked, keep)


def place_of(label: Label) -> Opened:
    """Return the place that the reading pane shows for a label: its words or, without any, its passage."""
    place = label.passage.place
    if label.start is None:
        return Opened.passage(label.passage)
    return Opened(place.document.id, label.start, label.end or label.start)


@st.dialog("Delete this feedback?")
def confirm(client: Client, chosen: Sequence[Label]) -> None:
    """Ask before labels are deleted."""
    st.html(markup.aside(f"{words.count(len(chosen), 'judgement')} will be deleted; documents and answers stay."))
    with st.container(horizontal=True):
        confirmed = st.button(f"Delete {words.count(len(chosen), 'judgement')}", type="primary", key="labels-deleted")
        if st.button("Keep", key="labels-kept"):
            st.rerun()
    if confirmed:
        with frame.show_failures("Not all could be deleted", key="labels"):
            for label in chosen:
                client.take_back(label.id)
            st.rerun()


def _row(label: Label) -> dict[str, Any]:
    corrected = label.verdict == labels.CORRECTED
    return {
        "Verdict": labels.SAID[label.verdict],
        "Question": markup.visible(label.question),
        "Answer": markup.visible(label.replaced if corrected else label.answer),
        "Right words": markup.visible(label.answer) if corrected else "",
        "Document": markup.visible(label.passage.place.document.name),
        "Page": label.passage.place.page,
        "Who": markup.visible(person.who_judged(label)),
        "When": label.created[:16],
    }
