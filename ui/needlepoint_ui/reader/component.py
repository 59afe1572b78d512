"""The reader in the browser: what it is sent, and what it asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from needlepoint.text.paging import page_unit
from needlepoint_ui.reader import parts
from needlepoint_ui.reader.parts import Payload
from needlepoint_ui.service import cached
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.collection_models import PageEntry, Record
from needlepoint_ui.service.failures import ServiceError
from needlepoint_ui.service.reading_models import Found
from needlepoint_ui.state import Opened, Pane

_HERE = Path(__file__).parent
_SCRIPTS = ("places.js", "leaves.js", "finding.js", "thumbnails.js", "reader.js")
_MOST_PARTS, _MOST_THUMBNAILS, _LONGEST_FIND = 6, 12, 200
_USUAL_WIDTH = 1_000
KEY = "reader"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader shows.

    :param as_pictures: whether pages are drawn, rather than shown as text.
    """

    client: Client
    pane: Pane
    record: Record
    opened: Opened
    as_pictures: bool

    @property
    def mark_page(self) -> int:
        """The page on which the mark begins."""
        return self.record.page_at(self.opened.start)

    def mark_on(self, page: PageEntry) -> tuple[int, int] | None:
        """Return the part of the mark that is on a page, in the document's characters, or None."""
        return on_page(self.opened, page)


def on_page(opened: Opened, page: PageEntry) -> tuple[int, int] | None:
    """Return the part of the mark that is on a page, in the document's characters, or None."""
    start, end = max(opened.start, page.start), min(opened.end, page.end)
    return (start, end) if start < end else None


def draw(reading: Reading, *, on_turn: Callable[[], None] | None = None) -> None:
    """Draw the reader.

    :param on_turn: called after a person has gone to another page.
    """
    component = st.components.v2.component(
        "needlepoint_reader",
        html=(_HERE / "reader.html").read_text("utf-8"),
        css=(_HERE / "reader.css").read_text("utf-8"),
        js="\n".join((_HERE / name).read_text("utf-8") for name in _SCRIPTS),
        isolate_styles=False,
    )

    turned: list[int | None] = []

    def hear() -> None:
        before = reading.pane.turned_to
        _hear(reading, said_of(reading, st.session_state.get(KEY)))
        if reading.pane.turned_to != before:
            turned.append(before)

    @st.fragment
    def read() -> None:
        hear()
        said = said_of(reading, st.session_state.get(KEY))
        component(data=payload(reading, said), key=KEY, default={"said": None}, on_said_change=hear)
        if on_turn and turned:  # only then: the address may have changed meanwhile, and is read before it is written
            turned.clear()
            on_turn()

    read()


def said_of(reading: Reading, state: Any) -> Mapping[str, Any]:
    """Return what the browser's reader says about this document, shown in this way; nothing if it has not seen it yet."""
    said = getattr(state, "said", None)
    if not isinstance(said, Mapping) or said.get("shown") != _shown(reading):
        return {}
    return said


def _shown(reading: Reading) -> str:
    return f"{reading.record.document.id} {'pictures' if reading.as_pictures else 'text'}"


def _hear(reading: Reading, said: Mapping[str, Any]) -> None:
    page = said.get("page")
    if said.get("command") == reading.pane.command and isinstance(page, int):
        reading.pane.follow(None if page == reading.mark_page else page)


def payload(reading: Reading, said: Mapping[str, Any]) -> Payload:
    """Return what the browser's reader is sent: what it asked for or, of a place that was just opened, what is around it."""
    pane = reading.pane
    return {
        **_document(reading, is_known=bool(said)),
        "command": pane.command,
        "page": pane.turned_to,
        "answer": said.get("number") or 0,
        **_wanted(reading, said),
        "found": _found(reading, str(said.get("find") or "")[:_LONGEST_FIND]),
    }


def _document(reading: Reading, *, is_known: bool) -> Payload:
    """Return what the document is; its list of pages, which may be long, only if the browser does not have it."""
    record, opened = reading.record, reading.opened
    return {
        "shown": _shown(reading),
        "name": parts.safe(record.document.name),
        "unit": page_unit(record.document.type),
        "asPictures": reading.as_pictures,
        "part": parts.PART,
        "pages": None if is_known else _pages(reading),
        "mark": {"start": opened.start, "end": opened.end, "page": reading.mark_page, "soft": opened.is_passage},
        "unread": list(map(parts.safe, record.unread)),
    }


def _wanted(reading: Reading, said: Mapping[str, Any]) -> Payload:
    """Return what the browser asks for, once."""
    sent = (_shown(reading), reading.pane.command, said.get("number"))
    if sent == reading.pane.sent:
        return {"parts": [], "words": [], "thumbnails": []}
    reading.pane.sent = sent
    small, to_select = (_pages_in(reading, said.get(name)) for name in ("thumbnails", "words"))
    return {
        "parts": parts_for(reading, said),
        "words": [_words(reading, page) for page in to_select[:_MOST_PARTS]],
        "thumbnails": [parts.thumbnail(reading.record, page.number) for page in small[:_MOST_THUMBNAILS]],
    }


def _pages(reading: Reading) -> list[list[Any]]:
    """Return number, start, end, title and, of pages that are drawn, width and height."""
    record = reading.record
    sizes = cached.sizes(record.document.id) if reading.as_pictures else []
    return [
        [page.number, page.start, page.end, parts.safe(page.title), *(sizes[at] if at < len(sizes) else ())]
        for at, page in enumerate(record.page_list)
    ]


def _pages_in(reading: Reading, numbers: Any) -> list[PageEntry]:
    """Return those of the pages that the browser names that there are."""
    wanted = [number for number in numbers or () if isinstance(number, int)] if isinstance(numbers, list) else []
    return [page for page in map(reading.record.page, wanted) if page.number in wanted]


def _words(reading: Reading, page: PageEntry) -> Payload:
    try:
        return parts.page_words(reading.client, reading.record, page)
    except ServiceError:  # the page is there without words to select
        return {"page": page.number, "text": "", "words": []}


def parts_for(reading: Reading, said: Mapping[str, Any]) -> list[Payload]:
    """Return the parts that the browser asks for; without a wish, those around the place that is open."""
    wanted = [
        (each[0], each[1])
        for each in said.get("want") or ()
        if isinstance(each, list | tuple) and len(each) == 2 and all(isinstance(number, int) for number in each)
    ]
    if said.get("command") != reading.pane.command:
        wanted = _around(reading)
    width = said.get("width")
    width = width if isinstance(width, int) and 0 < width <= parts.WIDTHS[-1] else _USUAL_WIDTH
    return [_part(reading, page, number, width) for page, number in wanted[:_MOST_PARTS]]


def _around(reading: Reading) -> list[tuple[int, int]]:
    """Return the parts around the mark, or the beginning of the page turned to."""
    pane, record = reading.pane, reading.record
    page = record.page(pane.turned_to or reading.mark_page)
    if reading.as_pictures:
        return [(page.number, 0), *([(page.number + 1, 0)] if page.number < len(record.page_list) else [])]
    own = parts.part_at(page, reading.opened.start) if page.number == reading.mark_page else 0
    near = range(max(own - 1, 0), min(own + 2, parts.part_count(page)))
    return [(page.number, number) for number in near]


def _part(reading: Reading, number: int, part: int, width: int) -> Payload:
    page = reading.record.page(number)
    if page.number != number:
        return {"page": number, "part": part, "failed": "There is no such page."}
    try:
        if reading.as_pictures and part == 0:
            return parts.picture_part(reading.client, reading.record, page, reading.mark_on(page), width)
        return parts.text_part(reading.client, reading.record, page, min(max(part, 0), parts.part_count(page) - 1))
    except ServiceError as error:
        return {"page": number, "part": part, "failed": str(error)}


def _found(reading: Reading, wanted: str) -> dict[str, Any]:
    """Return where the words stand that a person looks for."""
    found, failed = Found(), ""
    if wanted.strip():
        try:
            found = cached.found(reading.record.document.id, wanted)
        except ServiceError as error:
            failed = str(error)
    return {"words": wanted, "places": list(map(list, found.places)), "more": found.more, "failed": failed}
