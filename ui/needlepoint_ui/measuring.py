"""Measuring the reader on what people said: the job, its result, and the commands that make use of the labels."""

from typing import Any

import streamlit as st

from needlepoint_ui import following, frame, markup, words
from needlepoint_ui.client import Client
from needlepoint_ui.shapes import Job, Json
from needlepoint_ui.state import PageState

JOB = "measuring"
_CALIBRATE = "needlepoint calibrate --on feedback.json"
_TRAIN = "needlepoint train --data feedback.json"


def draw(client: Client, state: PageState) -> None:
    """Draw the button, the running job, or its result."""
    st.html(markup.heading("Measure the reader on these"))
    st.html(
        markup.aside(
            "Asks all the questions again and compares the answers with what people said: exact match, F1, and how "
            "often it errs at each share of questions that it answers."
        )
    )
    if JOB not in state.jobs and st.button("Measure now", key="measure", icon=":material/straighten:"):
        with frame.failures_said("The reader cannot be measured", key="measure"):
            state.measured, state.jobs[JOB] = None, client.evaluate().id
            st.rerun()
    following.draw(JOB, state, doing="Questions asked", on_over=lambda job: _keep(state, job))
    if state.measured:
        _draw_result(state.measured)
    _draw_commands((state.measured.result if state.measured else {}).get("commands") or {})


def _keep(state: PageState, job: Job) -> None:
    state.measured = job


def _draw_result(job: Job) -> None:
    if job.state != "done":
        said = job.reason or "It was stopped before the end."
        st.html(markup.note("Not measured", said, tone="problem" if job.state == "failed" else "calm"))
        return
    st.html(markup.facts(figures(job.result)))
    points = job.result.get("coverage_risk") or []
    if len(points) > 1:
        st.html(markup.aside("Of the questions that it answers, surest first, how many answers are wrong:"))
        st.vega_lite_chart(_rows(points), _CHART, height=220, alt="Share of wrong answers by share answered")
    if by_question := job.result.get("by_question"):
        st.dataframe([_question_row(each) for each in by_question], hide_index=True, alt="Accuracy by question")


def figures(result: Json) -> list[tuple[str, str]]:
    """Return the figures of a measurement, in words."""
    return [
        ("Questions", f"{int(result.get('questions') or 0):,}"),
        ("Exact match", f"{float(result.get('exact') or 0):.1f} %"),
        ("F1", f"{float(result.get('f1') or 0):.1f} %"),
        ("Answered", words.percent(float(result["found"])) if result.get("found") is not None else ""),
    ]


_CHART: dict[str, Any] = {
    "mark": {"type": "line", "interpolate": "step-after", "point": True},
    "encoding": {
        "x": {
            "field": "answered",
            "type": "quantitative",
            "title": "share of questions answered",
            "axis": {"format": "%"},
            "scale": {"domain": [0, 1]},
        },
        "y": {
            "field": "wrong",
            "type": "quantitative",
            "title": "wrong among them",
            "axis": {"format": "%"},
            "scale": {"domainMin": 0},
        },
    },
}


def _rows(points: list[Json]) -> list[dict[str, float]]:
    return [{"answered": float(point["coverage"]), "wrong": float(point["risk"])} for point in points]


def _question_row(each: Json) -> dict[str, Any]:
    return {
        "Question": markup.visible(str(each.get("question", ""))),
        "Reader": markup.visible(str(each.get("answer") or "no answer")),
        "People": markup.visible(" | ".join(map(str, each.get("expected") or [])) or "no answer"),
        "Exact": "yes" if each.get("exact") else "no",
        "F1": round(100 * float(each.get("f1") or 0)),
    }


def _draw_commands(commands: Json) -> None:
    st.html(markup.heading("Make the reader better with them"))
    st.html(markup.aside("Save the labels as SQuAD above, then, where the service runs:"))
    st.code(f"{commands.get('calibrate') or _CALIBRATE}\n{commands.get('train') or _TRAIN}", language=None)
