"""``needlepoint ask``: answers a question with quotes."""

from typing import TYPE_CHECKING, Annotated

import typer

from needlepoint.cli.opening import open_service
from needlepoint.cli.options import FilterOption, JsonOption, PipelineOption, StoreOption

if TYPE_CHECKING:
    from rich.console import Console

    from needlepoint.answers.replies import Quote, Reply
    from needlepoint.pipelines.roles import ReaderFacts
    from needlepoint.service.confirmed import Judgements


def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="A question in plain words.")],
    top_k: Annotated[int | None, typer.Option("--top-k", min=1, max=100, help="How many answers.")] = None,
    passages: Annotated[int | None, typer.Option(min=1, max=1000, help="How many passages the reader reads.")] = None,
    filters: FilterOption = None,
    as_json: JsonOption = False,
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """Ask the collection a question; "no answer found" is a result, not an error."""
    import json

    from needlepoint.cli.filters import parse_filters
    from needlepoint.cli.printing import console

    parsed = parse_filters(filters)
    with open_service(store, pipeline) as service:
        reply = service.ask(question, top_k=top_k, passages=passages, filters=parsed)
        if as_json:
            typer.echo(json.dumps(reply.to_dict(), ensure_ascii=False, indent=2))
            return
        _print_confirmed(console(), service.confirmed.on(question, filters=parsed))
        _print_reply(console(), reply, service.reader_facts)
        _print_foreign(console(), reply, service.reader_facts)
        if not reply.passages:
            _explain_no_passages(console(), service.passage_count(), filtered=bool(filters))


def _print_confirmed(out: "Console", said: "Judgements") -> None:
    """Print words that people have confirmed as answers before, apart from the reader's."""
    from needlepoint.cli.printing import printable
    from needlepoint.text.paging import page_words

    for each in (*said.confirmed, *said.lapsed):
        by, name = each.judged.by or "a person", str(each.record.meta.get("name") or "")
        file_type, section = str(each.record.meta.get("type") or ""), str(each.judged.label.meta.get("section") or "")
        place = page_words(each.found.page or 1, file_type=file_type, section=section)
        where = f"{name} · {place}" if each.stands else f"no longer in {name}: {each.found.reason}"
        out.print(printable(f"Confirmed by {by}, {each.judged.made[:10]}: {each.judged.label.answer}"), markup=False)
        out.print(printable(f"   {where}"), style="dim", markup=False)


def _print_reply(out: "Console", reply: "Reply", reader: "ReaderFacts") -> None:
    from needlepoint.cli.printing import counted, printable

    passages = counted(len(reply.passages), "passage")
    if not reply.quotes:
        out.print(f"No answer found in {passages}." + (" Nearest:" if reply.doubtful else ""))
    for number, quote in enumerate(reply.quotes or reply.doubtful[:2], start=1):
        _print_quote(out, f"{number}. " if reply.quotes else "   ", quote)
    out.print(
        f"{passages} read in {reply.seconds:.2f} s "
        f"(retrieval {reply.retrieval_s:.3f} s, reading {reply.reading_s:.2f} s) "
        f"by {printable(', '.join(filter(None, (reader.model, reader.precision))))}",
        style="dim",
    )


def _print_foreign(out: "Console", reply: "Reply", reader: "ReaderFacts") -> None:
    """Print which of the documents that were read are in a language that the reader does not know."""
    from needlepoint.cli.printing import counted
    from needlepoint.pipelines.roles import foreign_languages
    from needlepoint.text.languages import language_name

    for language, documents in foreign_languages(reply, reader).most_common():
        name = language_name(language)
        out.print(f"{counted(documents, 'document')} in {name}, which this reader does not know", style="yellow")


def _print_quote(out: "Console", label: str, quote: "Quote") -> None:
    from needlepoint.cli.printing import printable, quotation

    out.print(label, end="")
    out.print(quotation(quote.before, quote.answer, quote.after, emphasis=out.is_terminal))
    day = f"file of {quote.date}" if quote.date_of == "file" else quote.date
    places = [quote.name, quote.pages, day, f"{quote.score:.0%}", f"document {quote.document_id[:12]}"]
    out.print("   " + printable(" · ".join(place for place in places if place)), style="dim")


def _explain_no_passages(out: "Console", passage_count: int, *, filtered: bool) -> None:
    if not passage_count:
        out.print("The collection is empty: add documents with needlepoint index FOLDER.")
    elif filtered:
        out.print(f"None of the {passage_count:,} passages matches both the question and the filters.")
