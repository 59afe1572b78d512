"""Fills a sheet: reads each document for each question once, and keeps every outcome in the ledger."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from needlepoint.answers.answer import Passage
from needlepoint.answers.replies import Reply
from needlepoint.encoders.processor import usable_cores
from needlepoint.errors import NeedlepointError, ReadingStoppedError, SheetError
from needlepoint.reading.watching import watched
from needlepoint.sheets.ledger import Ledger, Unit
from needlepoint.sheets.passages import SheetStore, passages_to_read, value_asked
from needlepoint.sheets.questions import SheetQuestion
from needlepoint.sheets.table import Cell, SheetDocument, State
from needlepoint.stores.names import SOURCES
from needlepoint.stores.record_store import record_with
from needlepoint.text.languages import is_foreign, language_name

_MOST_QUOTES = 10
_UNITS_AHEAD = 4  # for each worker


@dataclass(frozen=True, slots=True)
class SheetReader:
    """What reads the passages of a document.

    :param answer: the question and passages in the order of retrieval in, the reply out; called from several threads.
    :param key: the same only for the same model with the same settings.
    :param description: the model, in words.
    :param at_once: how many units it takes at once; by default one more than this machine has cores.
    :param languages: those that it knows, by ISO 639-1; None if it knows many.
    """

    answer: Callable[[str, Sequence[Passage]], Reply]
    key: str
    description: str
    at_once: int | None = None
    languages: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a document is read for a question.

    :param passages: the passages that match the question best in this document; None reads all.
    :raises SheetError: the number is below 1.
    """

    passages: int | None = 10

    def __post_init__(self) -> None:
        if self.passages is not None and self.passages < 1:
            raise SheetError(f"at least 1 passage of each document must be read, got {self.passages}")

    def __str__(self) -> str:
        return "all passages" if self.passages is None else f"the best {self.passages:,} passages of each document"

    def of(self, document: SheetDocument) -> int:
        """Return how many passages of a document are read."""
        return document.passages if self.passages is None else min(self.passages, document.passages)


@dataclass(frozen=True, slots=True)
class Work:
    """What a sheet takes.

    :param units: the cells of the sheet.
    :param known: how many of them are in the ledger.
    :param outdated: how many of the others were read by another reader, or by this one with other settings.
    :param passages: how many passages the others take.
    :param seconds: how long that takes, as the ledger tells of earlier readings; None if it cannot tell.
    """

    units: int
    known: int
    outdated: int
    passages: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class FilledCell:
    """A cell that has just been read or found in the ledger."""

    document: SheetDocument
    question: SheetQuestion
    cell: Cell


Pair = tuple[SheetDocument, SheetQuestion]
"""A cell's place in a sheet."""


def pairs_of(questions: Sequence[SheetQuestion], documents: Sequence[SheetDocument]) -> list[Pair]:
    """Return the places of a sheet's cells, document by document."""
    return [(document, question) for document in documents for question in questions]


class SheetFiller:
    """Reads the cells of a sheet.

    :param store: the collection.
    :param reader: what reads.
    :param ledger: where outcomes are kept.
    :param coverage: how much of each document is read.
    :param again: read anew what the ledger has.
    :param give_way: called in a reading thread before each unit and each window; it returns when that may be read, so that a
        person's question goes first.
    """

    def __init__(
        self,
        store: SheetStore,
        reader: SheetReader,
        ledger: Ledger,
        *,
        coverage: Coverage,
        again: bool = False,
        give_way: Callable[[], None] | None = None,
    ) -> None:
        self._store = store
        self._reader = reader
        self._ledger = ledger
        self._coverage = coverage
        self._again = again
        self._give_way = give_way
        self._workers = reader.at_once or usable_cores() + 1  # one prepares while the others' windows are computed

    def work(self, pairs: Sequence[Pair]) -> Work:
        """Return what it takes to read these cells, without reading anything."""
        known = self._known(pairs)
        others = [pair for pair in pairs if self._unit(*pair) not in known]
        outdated = 0 if self._again else self._ledger.read_by_others([self._unit(*pair) for pair in others])
        passages = sum(self._coverage.of(document) for document, _ in others)
        a_passage = self._ledger.seconds_a_passage(self._reader.key)
        seconds = None if a_passage is None else passages * a_passage / self._workers
        return Work(len(pairs), len(known), outdated, passages, seconds)

    def fill(self, pairs: Sequence[Pair], *, stop: threading.Event | None = None) -> Iterator[FilledCell]:
        """Yield these cells, first those that the ledger has, then each as it is read.

        A cell whose reading fails has the state ``unread`` with the reason, and is tried anew the next time.

        :param stop: set it to end soon; what was read is kept.
        :raises SheetError: the ledger cannot be written.
        """
        known = self._known(pairs)
        waiting = []
        for pair in pairs:
            cell = known.get(self._unit(*pair))
            if cell is None:
                waiting.append(pair)
            else:
                yield FilledCell(*pair, cell)
        yield from self._read_all(waiting, stop or threading.Event())

    def known(self, pairs: Sequence[Pair]) -> list[FilledCell]:
        """Return those of the cells that the ledger has."""
        found = self._known(pairs)
        return [FilledCell(*pair, found[unit]) for pair in pairs if (unit := self._unit(*pair)) in found]

    def failed(self, pairs: Sequence[Pair]) -> list[FilledCell]:
        """Return those of the cells that could not be read at the last try, with the reasons."""
        found = self._ledger.failures([self._unit(*pair) for pair in pairs])
        return [FilledCell(*pair, found[unit]) for pair in pairs if (unit := self._unit(*pair)) in found]

    def _known(self, pairs: Sequence[Pair]) -> Mapping[Unit, Cell]:
        return {} if self._again else self._ledger.outcomes([self._unit(*pair) for pair in pairs])

    def _unit(self, document: SheetDocument, question: SheetQuestion) -> Unit:
        settings = "; ".join(filter(None, (f"{self._coverage}; {question.hint}", value_asked(question))))
        return Unit(document.id, question.text, self._reader.key, settings)

    def _read_all(self, waiting: Sequence[Pair], stop: threading.Event) -> Iterator[FilledCell]:
        todo = iter(waiting)
        running: set[Future[FilledCell | None]] = set()
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="sheet")
        try:
            while True:
                while not stop.is_set() and len(running) < _UNITS_AHEAD * self._workers and (pair := next(todo, None)):
                    seen = copy_context()  # a thread sees what the caller sees
                    running.add(pool.submit(partial(seen.run, self._read, *pair, stop)))
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from filter(None, (future.result() for future in done))
        except BaseException:  # nobody takes the cells any more
            stop.set()
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def _read(self, document: SheetDocument, question: SheetQuestion, stop: threading.Event) -> FilledCell | None:
        """Read one cell and keep it; None if the reading was stopped."""
        if self._give_way:
            self._give_way()
        start = perf_counter()
        try:
            with watched(stop=stop, give_way=self._give_way):
                cell = self._cell(document, question)
        except ReadingStoppedError:
            return None
        except NeedlepointError as error:  # one cell, one reason; the next run tries again
            cell = Cell(State.UNREAD, total=document.passages, reason=str(error))
            self._ledger.record_failure(self._unit(document, question), cell)
            return FilledCell(document, question, cell)
        self._ledger.record(self._unit(document, question), cell, seconds=perf_counter() - start)
        return FilledCell(document, question, cell)

    def _cell(self, document: SheetDocument, question: SheetQuestion) -> Cell:
        if not document.passages:
            return Cell(State.UNREAD, reason=_first_of(document.unread) or "it has no text")
        wanted = self._coverage.of(document)
        passages = passages_to_read(self._store, document.id, question, wanted=wanted)
        if not passages:
            raise SheetError(self._why_gone(document))
        reply = self._reader.answer(question.text, passages)
        state = State.FOUND if reply.quotes else State.NOT_FOUND
        quotes = tuple(reply.quotes or reply.doubtful)[:_MOST_QUOTES]
        reason = "" if reply.quotes else _first_of([*self._foreign(document), *document.unread])
        ids = [passage.id for passage in passages]
        rank = 1 + ids.index(quotes[0].passage_id) if state is State.FOUND else 0
        return Cell(state, quotes, read=len(passages), total=document.passages, reason=reason, rank=rank)

    def _foreign(self, document: SheetDocument) -> list[str]:
        """Return that the reader does not know the document's language, if so."""
        if not is_foreign(document.language, self._reader.languages):
            return []
        return [f"it is in {language_name(document.language)}, which the reader does not know"]

    def _why_gone(self, document: SheetDocument) -> str:
        if record_with(self._store, SOURCES, document.id) is None:
            return "the document was deleted while the sheet was read"
        return "its passages are gone: index the file again"


def _first_of(reasons: Sequence[str]) -> str:
    if len(reasons) > 1:
        return f"{reasons[0]} (and {len(reasons) - 1:,} more)"
    return reasons[0] if reasons else ""
