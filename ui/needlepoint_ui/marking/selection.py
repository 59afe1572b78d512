"""A text in which a person marks words with the mouse, a finger or Shift and the arrow keys; no request page_list the page."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from needlepoint_ui import markup

_HTML = '<div class="np-markable" tabindex="0" role="textbox" aria-readonly="true" aria-multiline="true"></div>'
_JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const box = parentElement.querySelector(".np-markable");
  box.setAttribute("aria-label", data.label);
  if (box.dataset.drawn !== data.key) {
    const mark = document.createElement("mark");
    const characters = [...data.text];
    const part = (from, to) => characters.slice(from, to).join("");
    mark.textContent = part(data.start, data.end);
    box.replaceChildren(part(0, data.start), ...(data.end > data.start ? [mark] : []), part(data.end));
    box.dataset.drawn = data.key;
  }
  const tell = () => {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!box.contains(range.startContainer) || !box.contains(range.endContainer)) return;
    const before = document.createRange();
    before.selectNodeContents(box);
    before.setEnd(range.startContainer, range.startOffset);
    const start = [...before.toString()].length;
    setTriggerValue("chosen", [start, start + [...range.toString()].length]);
  };
  box.onmouseup = tell;
  box.ontouchend = () => setTimeout(tell, 50);
  box.onkeyup = (event) => { if (event.key === "Shift" || event.shiftKey) tell(); };
}
"""


def draw(
    text: str, *, marked: tuple[int, int] | None, on_chosen: Callable[[tuple[int, int]], None], label: str, key: str
) -> None:
    """Draw the text.

    :param marked: the range that is marked at the start.
    :param on_chosen: called with the range of characters that a person marked, without white space at its ends.
    :param label: what a screen reader calls the text.
    """

    def tell() -> None:
        if chosen := trimmed(text, getattr(st.session_state.get(key), "chosen", None)):
            on_chosen(chosen)

    component = st.components.v2.component("needlepoint_selection", html=_HTML, js=_JS, isolate_styles=False)
    start, end = marked or (0, 0)
    data = {"text": markup.markable(text), "start": start, "end": end, "label": label, "key": f"{start}-{end}"}
    component(data=data, key=key, on_chosen_change=tell)


def trimmed(text: str, chosen: Any) -> tuple[int, int] | None:
    """Return a range sent by the browser, without white space at its ends; None if it is empty or not a range of ``text``."""
    try:
        start, end = (int(place) for place in chosen)
    except (TypeError, ValueError):
        return None
    if not 0 <= start < end <= len(text):
        return None
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    return (start, end) if start < end else None
