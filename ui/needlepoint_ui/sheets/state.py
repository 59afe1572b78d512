"""The state of the Sheets view: the sheet, what was read since it was sent to the browser, the open cell, and the address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import streamlit as st

from needlepoint_ui.service.collection_models import Job
from needlepoint_ui.service.sheet_models import (
    CellPlace,
    CellQuote,
    CellVerdict,
    SheetCell,
    SheetNews,
    SheetTable,
    SheetWork,
)
from needlepoint_ui.sheets.pace import Pace
from needlepoint_ui.state import Opened, Pane

_STATE = "sheet_state"
SHEET, CELL = "sheet", "cell"
_VIEW = ("show", "in", "find", "value", "sort", "down")
_SEPARATOR = "~"


@dataclass(frozen=True, slots=True)
class View:
    """Which cells the table shows, in which order; columns go by their short names.

    :param show: ``found``, ``not found``, ``unread``, ``waiting``, ``unsure``, ``judged``, ``unjudged``, or empty for all.
    :param column: the column to which the filters apply; empty for all.
    :param find: words that a cell or its document's name must have.
    :param value: a value of the column.
    :param sort: a column, or ``-`` for the documents' names; empty for the collection's order.
    """

    show: str = ""
    column: str = ""
    find: str = ""
    value: str = ""
    sort: str = ""
    is_descending: bool = False

    @classmethod
    def from_address(cls, values: Mapping[str, str]) -> "View":
        """Read it from the address."""
        show, column, find, value, sort, down = (values.get(name, "") for name in _VIEW)
        return cls(show, column, find, value, sort, is_descending=bool(down))

    def to_address(self) -> dict[str, str]:
        """Return it as the address holds it."""
        down = "1" if self.is_descending else ""
        return dict(zip(_VIEW, (self.show, self.column, self.find, self.value, self.sort, down), strict=True))


@dataclass
class SheetState:
    """The state of the view in one session.

    :param table: the sheet as it is known; cells that are read meanwhile are added to it.
    :param base: counts how often the table was sent to the browser whole.
    :param fresh: the cells that came since then.
    :param next: the place from which the service's news go on.
    :param job: the reading, going on or ended.
    :param cell: the open cell.
    :param quotes: all quotes of the open cell, with the cell that they are of.
    :param handled: the number of the last judgement by keyboard that was stored.
    :param waiting: the judgements by keyboard that are not stored yet, by their numbers.
    :param corrected: the number of the last request by keyboard to correct a cell.
    :param correcting: whether the person asked to correct the open cell.
    :param commands: counts what the page told the table to do.
    :param editing: ``new`` or ``edit`` while the questions are edited.
    :param work: what is left to read, once asked.
    """

    name: str = ""
    table: SheetTable | None = None
    base: int = 0
    fresh: dict[CellPlace, SheetCell] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)
    next: int = 0
    job: Job | None = None
    pace: Pace = field(default_factory=Pace)
    cell: CellPlace | None = None
    pane: Pane = field(default_factory=Pane)
    quotes: tuple[CellPlace, SheetCell, list[CellQuote]] | None = None
    view: View = field(default_factory=View)
    handled: int = 0
    corrected: int = 0
    correcting: bool = False
    waiting: dict[int, tuple[CellPlace, str | None]] = field(default_factory=dict)
    commands: int = 0
    editing: str = ""
    work: SheetWork | None = None
    written: dict[str, str] = field(default_factory=dict)

    @classmethod
    def current(cls) -> "SheetState":
        """Return this session's state."""
        if _STATE not in st.session_state:
            st.session_state[_STATE] = cls()
        return cast(SheetState, st.session_state[_STATE])

    # --- the sheet

    def choose(self, name: str) -> None:
        """Show another sheet."""
        self.name, self.editing = name, ""
        self.forget()
        self.open(None)
        self.look(View())

    def forget(self) -> None:
        """Forget what is known of the sheet, so that it is fetched anew."""
        self.table, self.job, self.work, self.quotes = None, None, None, None
        self.pace = Pace()

    def take(self, table: SheetTable) -> None:
        """Keep a sheet that was just fetched."""
        self.table, self.job, self.next, self.work = table, table.job, table.next, None
        self.rebase()
        if self.cell and not table.has(self.cell):  # an address names the column, not its question
            named = self._cell_of(_SEPARATOR.join(self.cell))
            self.open(named if named and table.has(named) else None)
        elif self.cell and self.pane.opened is None:
            self.open(self.cell)

    def rebase(self) -> None:
        """Send the whole table to the browser the next time."""
        self.base += 1
        self.fresh, self.payload = {}, {}

    def add(self, news: SheetNews) -> None:
        """Keep the cells that were read meanwhile."""
        assert self.table
        self.next, self.job = news.next, news.job
        new = {place: cell for place, cell in news.cells.items() if self.table.cells.get(place) != cell}
        self.table.cells.update(new)
        self.fresh.update(new)
        self.pace.add(len(new))

    def keep(self, place: CellPlace, verdict: CellVerdict | None) -> None:
        """Remember what was said about a cell."""
        assert self.table
        if verdict:
            self.table.verdicts[place] = verdict
        else:
            self.table.verdicts.pop(place, None)

    # --- the open cell

    def open(self, cell: CellPlace | None, *, tell: bool = True) -> None:
        """Open a cell, or none.

        :param tell: whether the table does not know it yet.
        """
        self.cell, self.correcting = cell, False
        self.commands += tell
        self.pane.open(self._source(cell))

    def _source(self, place: CellPlace | None) -> Opened | None:
        if place is None or self.table is None:
            return None
        verdict, cell = self.table.verdicts.get(place), self.table.cell(place)
        if verdict and verdict.judgement == "corrected" and verdict.start is not None and verdict.end is not None:
            return Opened(place[0], verdict.start, verdict.end)
        return Opened(place[0], cell.start, cell.end)

    def look(self, view: View, *, tell: bool = True) -> None:
        """Change filters and order."""
        self.view = view
        self.commands += tell

    # --- the address

    def read_address(self) -> None:
        """Follow the address, if it is other than the one written last: a link, a reload, or the browser's Back."""
        now = {name: st.query_params.get(name, "") for name in (SHEET, CELL, *_VIEW)}
        if now == self.written or (self.name and not any(now.values())):
            return
        if now[SHEET] and now[SHEET] != self.name:
            self.choose(now[SHEET])
        self.look(View.from_address(now))
        self.open(self._cell_of(now[CELL]))
        self.written = now

    def write_address(self) -> None:
        """Put sheet, cell and filters into the address, but only if they differ: each change is a message to the browser."""
        wanted = {SHEET: self.name, CELL: self._cell_address(), **self.view.to_address()}
        for name, value in wanted.items():
            if value != st.query_params.get(name, ""):
                break
        else:
            self.written = wanted
            return
        others = {name: st.query_params.get_all(name) for name in st.query_params if name not in wanted}
        st.query_params.from_dict({**others, **{name: value for name, value in wanted.items() if value}})
        self.written = wanted

    def _cell_address(self) -> str:
        if not (self.cell and self.table):
            return ""
        names = {column.question: column.name for column in self.table.definition.columns}
        return f"{self.cell[0]}{_SEPARATOR}{names.get(self.cell[1], '')}"

    def _cell_of(self, address: str) -> CellPlace | None:
        """Return the cell that an address names; until the table is known, by its column's name."""
        document, _, name = address.partition(_SEPARATOR)
        if not (document and name):
            return None
        if self.table is None:
            return document, name
        return next(((document, each.question) for each in self.table.definition.columns if each.name == name), None)
