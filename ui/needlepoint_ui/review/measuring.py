"""Measuring the reader on the feedback: the job, its result, and the commands that learn from the labels."""

from typing import Any

import streamlit as st

from needlepoint_ui import following, frame, markup, words
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.collection_models import Job
from needlepoint_ui.service.models import Json
from needlepoint_ui.state import PageState

JOB = "measuring"
_FEW = 100  # questions; of fewer, one more right answer moves the figures by more than one percent
_COMMANDS = (
    "needlepoint calibrate feedback.json  # refit the probabilities\n"
    "needlepoint train feedback.json --from MODEL --out FOLDER  # train the reader"
)


def draw(client: Client, state: PageState) -> None:
    """Draw the button, the running job, or its result."""
    st.html(markup.heading("Measure the reader on this feedback"))
    st.html(
        markup.aside(
            "Asks all the questions again and compares the answers with the feedback: exact match, F1, and how many "
            "answers are wrong at each share of questions answered."
        )
    )
    if JOB not in state.jobs and st.button("Measure now", key="measure", icon=":material/straighten:"):
        with frame.show_failures("The reader cannot be measured", key="measure"):
            state.measured, state.jobs[JOB] = None, client.evaluate().id
            st.rerun()
    following.draw(JOB, state, doing="Questions asked", on_over=lambda job: _keep(state, job))
    if state.measured:
        _draw_result(state.measured)
    st.html(markup.heading("Improve the reader with this feedback"))
    st.html(markup.aside("Export the feedback as SQuAD above, then run on the service's machine:"))
    st.code(_COMMANDS, language=None, wrap_lines=True)


def _keep(state: PageState, job: Job) -> None:
    state.measured = job


def _draw_result(job: Job) -> None:
    if job.state != "done":
        reason = job.reason or "The measurement was stopped before the end."
        st.html(markup.note("Not measured", reason, tone="problem" if job.state == "failed" else "calm"))
        return
    st.html(markup.facts(figures(job.result)))
    asked = int(job.result.get("questions") or 0)
    if asked < _FEW:
        st.html(
            markup.aside(
                f"{words.count(asked, 'question')} can mislead: these figures mean something from about {_FEW}."
            )
        )
    points = curve(job.result)
    if len(points) > 1:
        st.html(markup.aside("How many answers are wrong if the reader answers only the questions it is surest of:"))
        st.vega_lite_chart(points, _CHART, height=220, alt="Share of wrong answers by share of questions answered")


def figures(result: Json) -> list[tuple[str, str]]:
    """Return the figures of a measurement, in words."""
    scores, trust = result.get("scores") or {}, result.get("trust") or {}
    rows = [(name, f"{float(scores[key]):.1f} %") for name, key in _SCORES.items() if scores.get(key) is not None]
    if (error := trust.get("expected_calibration_error")) is not None:
        rows.append(("Probabilities are off by", words.percent(float(error))))
    left_out = sum((result.get("left_out") or {}).values())
    if left_out:
        rows.append(("Judgements that cannot be used", f"{left_out:,}"))
    return [("Questions", f"{int(result.get('questions') or 0):,}"), *rows]


def curve(result: Json) -> list[dict[str, float]]:
    """Return for each share of questions answered the share of wrong answers among them."""
    rows = (result.get("trust") or {}).get("thresholds") or []
    points = {float(row["coverage"]): float(row["risk"]) for row in rows if row.get("risk") is not None}
    return [{"answered": answered, "wrong": points[answered]} for answered in sorted(points)]


_SCORES = {
    "Exact match": "exact",
    "F1": "f1",
    "F1 of questions with an answer": "HasAns_f1",
    "Recognised as without an answer": "NoAns_f1",
}
_COLOUR = "#2b8c9d"  # the accent, in a shade that stands out from both grounds
_CHART: dict[str, Any] = {
    "mark": {"type": "line", "interpolate": "step-after", "color": _COLOUR, "point": {"color": _COLOUR}},
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
            "title": "share of wrong answers",
            "axis": {"format": "%"},
            "scale": {"domainMin": 0},
        },
    },
}
