"""Checks that a collection is whole: every record can be read, and each document has its pages and passages."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from needlepoint.errors import CollectionError
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import RecordStore, number_in, of_documents, records_in
from needlepoint.stores.records import Record
from needlepoint.text.paging import join_pages

INDEXES = (SOURCES, PAGES, PASSAGES)


@dataclass(frozen=True, slots=True)
class BrokenDocument:
    """A document that is not whole.

    :param reasons: what is wrong with it.
    """

    record: Record
    reasons: tuple[str, ...]

    @property
    def name(self) -> str:
        """The file's name."""
        return str(self.record.meta.get("name") or self.record.id)


@dataclass(slots=True)
class CheckReport:
    """What a check has found.

    :param documents: how many documents were looked at.
    :param indexes: what is wrong with each index as a whole.
    :param broken: the documents that are not whole.
    :param vectors: how many embeddings of an index are lost from their file; its records have them.
    :param strays: how many passages and pages belong to no document, or cannot be read.
    """

    documents: int = 0
    indexes: dict[str, list[str]] = field(default_factory=dict)
    broken: list[BrokenDocument] = field(default_factory=list)
    vectors: dict[str, int] = field(default_factory=dict)
    strays: dict[str, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.indexes or self.broken or self.vectors or self.strays)

    def lines(self) -> list[str]:
        """Return what is wrong, one line each."""
        indexes = [f"the index {name}: {line}" for name, lines in self.indexes.items() for line in lines]
        broken = [f"{each.name} ({each.record.id[:12]}): {'; '.join(each.reasons)}" for each in self.broken]
        strays = [
            f"{number:,} records of the index {name} belong to no document" for name, number in self.strays.items()
        ]
        vectors = [
            f"the index {name}: vectors damaged in their file, or missing from it: {number:,}; its records have them"
            for name, number in self.vectors.items()
        ]
        return indexes + broken + vectors + strays


def check_collection(
    store: RecordStore,
    *,
    on_total: Callable[[int], None] = lambda total: None,
    progress: Callable[[str], None] = lambda name: None,
) -> CheckReport:
    """Read everything in a collection once; nothing is changed.

    :param on_total: called once with the number of documents.
    :param progress: called after each document with its name.
    """
    report = CheckReport()
    records: list[Record] = []
    for name in INDEXES:
        found = store.damage(name)
        try:
            if name == SOURCES and not found:
                records = list(records_in(store, SOURCES))
            elif not found:
                number_in(store, name)
        except CollectionError as error:
            found = [str(error)]
        if found:
            report.indexes[name] = found
        elif lost := store.lost_vectors(name):
            report.vectors[name] = lost
    report.documents = len(records)
    on_total(len(records))
    for record in records:
        if reasons := _reasons(store, record, skipped=report.indexes):
            report.broken.append(BrokenDocument(record, tuple(reasons)))
        progress(str(record.meta.get("name")))
    _count_strays(store, records, report)
    return report


def _reasons(store: RecordStore, record: Record, *, skipped: Iterable[str]) -> list[str]:
    """Return what is wrong with a document, in the indexes that can be read."""
    meta, reasons = record.meta, []
    parts: dict[str, list[Record]] = {}
    for name, what in ((PAGES, "pages"), (PASSAGES, "passages")):
        if name in skipped:
            continue
        try:
            parts[name] = list(records_in(store, name, of_documents([record.id])))
        except CollectionError:
            reasons.append(f"one of its {what} cannot be read")
            continue
        if len(parts[name]) != meta.get(what):
            reasons.append(f"it has {len(parts[name])} of {meta.get(what)} {what}")
    if PAGES in parts and not reasons:
        reasons += _text_reasons(record, parts[PAGES], parts.get(PASSAGES, []))
    return reasons


def _text_reasons(record: Record, pages: list[Record], passages: list[Record]) -> list[str]:
    ordered = sorted((int(page.meta["start"]), int(page.meta["end"]), page.content) for page in pages)
    text = join_pages(ordered)
    reasons = []
    if len(text) != record.meta.get("characters"):
        reasons.append(f"its pages have {len(text):,} of {record.meta.get('characters'):,} characters")
    placed = [each for each in passages if "start" in each.meta and "end" in each.meta]
    elsewhere = sum(text[int(each.meta["start"]) : int(each.meta["end"])] != each.content for each in placed)
    if elsewhere:
        reasons.append(f"{elsewhere} of its passages are not the words of its pages")
    return reasons


def _count_strays(store: RecordStore, records: list[Record], report: CheckReport) -> None:
    if report.indexes or report.broken:  # what is missing there may be what is too much here
        return
    for name, what in ((PAGES, "pages"), (PASSAGES, "passages")):
        number = number_in(store, name) - sum(int(record.meta.get(what) or 0) for record in records)
        if number:
            report.strays[name] = number
