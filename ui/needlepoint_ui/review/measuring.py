"""Measuring the reader on what people said: the job, its result, and the commands that make use of the labels."""

from typing import Any

import streamlit as st

from needlepoint_ui import following, frame, markup, words
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.models import Job, Json
from needlepoint_ui.state import PageState

JOB = "measuring"
_COMMANDS = (
    "needlepoint calibrate feedback.json  # refit the probabilities\n"
    "needlepoint train feedback.json --from MODEL --out FOLDER  # train the reader on them"
)


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
    st.html(markup.heading("Make the reader better with them"))
    st.html(markup.aside("Save the labels as SQuAD above, then, where the service runs:"))
    st.code(_COMMANDS, language="bash")


def _keep(state: PageState, job: Job) -> None:
    state.measured = job


def _draw_result(job: Job) -> None:
    if job.state != "done":
        said = job.reason or "It was stopped before the end."
        st.html(markup.note("Not measured", said, tone="problem" if job.state == "failed" else "calm"))
        return
    st.html(markup.facts(figures(job.result)))
    points = curve(job.result)
    if len(points) > 1:
        st.html(markup.aside("Of the questions that it answers, surest first, how many answers are wrong:"))
        st.vega_lite_chart(points, _CHART, height=220, alt="Share of wrong answers by share of questions answered")


def figures(result: Json) -> list[tuple[str, str]]:
    """Return the figures of a measurement, in words."""
    scores, trust = result.get("scores") or {}, result.get("trust") or {}
    rows = [(name, f"{float(scores[key]):.1f} %") for name, key in _SCORES.items() if scores.get(key) is not None]
    if (error := trust.get("expected_calibration_error")) is not None:
        rows.append(("Probabilities are off by", words.percent(float(error))))
    left_out = sum((result.get("left_out") or {}).values())
    if left_out:
        rows.append(("Judgements that cannot be measured", f"{left_out:,}"))
    return [("Questions", f"{int(result.get('questions') or 0):,}"), *rows]


def curve(result: Json) -> list[dict[str, float]]:
    """Return for each share of questions answered the share of wrong answers among them."""
    rows = (result.get("trust") or {}).get("thresholds") or []
    points = {float(row["coverage"]): float(row["risk"]) for row in rows if row.get("risk") is not None}
    return [{"answered": answered, "wrong": points[answered]} for answered in sorted(points)]


_SCORES = {
    "Exact match": "exact",
    "F1": "f1",
    "F1 where there is an answer": "HasAns_f1",
    "Right that there is none": "NoAns_f1",
}
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
