"""Looks up quotes in their documents as these are now."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from needlepoint.sheets.document_text import DocumentText
from needlepoint.sheets.finding import context_share, find_again, same_but_for_space
from needlepoint.sheets.known_documents import KnownDocuments, Match
from needlepoint.sheets.nearest import nearest_words
from needlepoint.sheets.quotes import GivenQuote, Outcome, Verification, VerifiedQuote
from needlepoint.stores.record_store import RecordStore
from needlepoint.stores.records import Record

_AGREEING_CONTEXT = 0.5
_SAME_FILE = "the document's file is the same: a newer Needlepoint reads it otherwise, or somebody edited"


def verify_quotes(
    quotes: Sequence[GivenQuote],
    store: RecordStore,
    records: Iterable[Record],
    *,
    progress: Callable[[int], None] | None = None,
) -> Verification:
    """Look up quotes in the documents of a collection as they are now.

    A document is found by its id, else by its path, else by its name, so that a file that was changed is still found.

    :param records: the documents' records.
    :param progress: called with the number of quotes done.
    :raises CollectionError: the store cannot be read.
    """
    known = KnownDocuments(records)
    by_document: dict[str, list[tuple[int, Match]]] = {}
    done: dict[int, VerifiedQuote] = {}
    for number, quote in enumerate(quotes):
        match = known.find(quote)
        if isinstance(match, Match):
            by_document.setdefault(match.record.id, []).append((number, match))
        else:
            done[number] = match
    for document_id, wanted in by_document.items():
        text = DocumentText.of(store, document_id)  # one at a time, read once
        for number, match in wanted:
            done[number] = verify_quote(quotes[number], match, text)
        if progress:
            progress(len(done))
    return Verification([done[number] for number in range(len(quotes))])


def verify_quote(quote: GivenQuote, match: Match, document: DocumentText) -> VerifiedQuote:
    """Look up a quote in the text of its document."""
    return _Lookup(quote, match, document).outcome()


@dataclass(frozen=True, slots=True)
class _Lookup:
    """A quote with its document."""

    quote: GivenQuote
    match: Match
    document: DocumentText

    def outcome(self) -> VerifiedQuote:
        """Return what became of the quote."""
        if not self.document.text.strip():
            return self._result(Outcome.GONE, "the document has no text")
        return self._where_it_was() or self._elsewhere() or self._changed()

    def _where_it_was(self) -> VerifiedQuote | None:
        """Return that the quote holds if its words stand at its offsets."""
        start, end = self.quote.start, self.quote.end
        if start is None or end is None or self.quote.note:
            return None
        here = self.document.text[start:end]
        if here != self.quote.words and not (here.strip() and same_but_for_space(here, self.quote.words)):
            return None
        share = context_share(self.document.text, start, end, before=self.quote.before, after=self.quote.after)
        is_other = share is not None and share < _AGREEING_CONTEXT
        return self._at(start, end, Outcome.HOLDS, "the words around it are others now" if is_other else "")

    def _elsewhere(self) -> VerifiedQuote | None:
        quote = self.quote
        found = find_again(self.document.text, quote.words, before=quote.before, after=quote.after, near=quote.start)
        if found is None:
            return None
        reasons = [quote.note]
        if found.places > 1 and found.context is None:
            reasons.append(f"the words stand at {found.places:,} places")
        if found.has_other_context:
            reasons.append("the words around it are others now")
        page = self.document.page_at(found.start)
        has_offsets = quote.start is not None and quote.end is not None
        is_where_said = not has_offsets and quote.page in (None, page) and not quote.note
        if is_where_said:
            return self._at(found.start, found.end, Outcome.HOLDS, *reasons)
        if self.match.has_same_file and not quote.note:
            reasons.append(f"{_SAME_FILE} its page or offsets")
        return self._at(found.start, found.end, Outcome.MOVED, *reasons)

    def _changed(self) -> VerifiedQuote:
        quote = self.quote
        nearest = nearest_words(self.document, quote.words, before=quote.before, after=quote.after)
        altered = f"{_SAME_FILE} its words" if self.match.has_same_file else ""
        if nearest is None:
            return self._result(Outcome.GONE, quote.note, "nothing in the document is like it", altered)
        result = self._at(nearest.start, nearest.end, Outcome.CHANGED, quote.note or altered)
        return replace(result, similarity=nearest.similarity)

    def _at(self, start: int, end: int, outcome: Outcome, *reasons: str) -> VerifiedQuote:
        return replace(
            self._result(outcome, *reasons),
            page=self.document.page_at(start),
            last_page=self.document.page_at(max(start, end - 1)),
            start=start,
            end=end,
            words=self.document.text[start:end],
            similarity=1.0,
        )

    def _result(self, outcome: Outcome, *reasons: str) -> VerifiedQuote:
        record = self.match.record
        said = [*reasons, "" if outcome is Outcome.HOLDS else self.match.remark]
        name = str(record.meta.get("name") or "")
        return VerifiedQuote(self.quote, outcome, record.id, name, reason="; ".join(filter(None, said)))
