"""The routes that show the collection: documents, their text and pages, and what can be filtered by."""

import json
import pathlib
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import FileResponse, Response
from starlette.requests import Request

from needlepoint.api.errors import RefusedError
from needlepoint.api.examples import errors
from needlepoint.api.facets import listed
from needlepoint.api.listing import chosen, described, overview
from needlepoint.api.needs import needs
from needlepoint.api.nesting import TOO_DEEP, is_too_deep
from needlepoint.api.pictures import picture
from needlepoint.api.reply_json import reader_json
from needlepoint.api.responses import JsonReply
from needlepoint.api.state import State, StateDep
from needlepoint.errors import NeedlepointError
from needlepoint.files.page_pictures import is_pictured
from needlepoint.people.person import Role
from needlepoint.service.facade import Service
from needlepoint.stores.records import Record

ChoicesText = Annotated[
    str | None,
    Query(
        max_length=5_000,
        description='Chosen values by facet as JSON, such as {"type": ["pdf", "docx"], "date": ["2024", null]}.',
    ),
]

router = APIRouter(tags=["collection"])
_LONGEST_SLICE = 200_000
_DEFAULT_SLICE = 20_000
DocumentId = Annotated[str, Path(regex="^[0-9A-Za-z_-]{1,64}$", description="A document's id.")]
PageNumber = Annotated[int, Path(ge=1, le=1_000_000, description="A page, from 1.")]
FiltersText = Annotated[str | None, Query(description='Haystack filters as JSON, such as {"type": "pdf"}.')]


@router.get("/collection", responses=errors(503))
@needs(Role.READ)
def collection(state: StateDep) -> JsonReply:
    """Describe the collection: its size, its store, and the reader."""
    service = state.service
    try:
        reader = reader_json(service.reader_facts)
    except NeedlepointError as error:
        reader = {"model": None, "precision": None, "trouble": str(error)}
    return JsonReply(
        {
            **overview(service.documents()),
            "passages": service.passage_count(),
            "store": _store_name(service),
            "pipeline": service.pipelines.name,
            "reader": reader,
            "busy": state.jobs.is_busy,
            "upload": {
                "files": state.limits.max_files,
                "megabytes": state.limits.max_upload_mb,
                "file_megabytes": state.limits.max_file_mb,
            },
        }
    )


@router.get("/documents", responses=errors(400, 404, 503))
@needs(Role.READ, "listed")
def documents(
    state: StateDep,
    search: Annotated[str, Query(max_length=500, description="Words of title, name or metadata.")] = "",
    sort: Annotated[
        str, Query(max_length=20, description="Such as `title`, or `-date` for the newest first.")
    ] = "name",
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
    filters: FiltersText = None,
) -> JsonReply:
    """List documents, one page of the list at a time."""
    found = chosen(state.service.documents(filters=_filters(state, filters)), search=search, sort=sort)
    originals = state.service.settings.originals
    shown = [described(record, originals) for record in found[offset : offset + limit]]
    return JsonReply({"total": len(found), "documents": shown})


@router.get("/documents/{document_id}", responses=errors(404, 503))
@needs(Role.READ, "opened")
def document(document_id: DocumentId, state: StateDep) -> JsonReply:
    """Describe a document, with where its pages begin and end in its text."""
    record = state.service.texts.record(document_id)
    pages = [asdict(page) for page in state.service.texts.pages(document_id)]
    described_here = described(record, state.service.settings.originals)
    return JsonReply({**described_here, "page_list": pages, "has_picture": _has_picture(state, record)})


@router.get("/documents/{document_id}/text", responses=errors(404, 503))
@needs(Role.READ, "opened")
def text(
    document_id: DocumentId,
    state: StateDep,
    start: Annotated[int, Query(ge=0, le=10**9, description="First character.")] = 0,
    end: Annotated[int | None, Query(ge=0, le=10**9, description="One past the last; 20,000 more by default.")] = None,
) -> JsonReply:
    """Return part of a document's source text; form feeds separate its pages."""
    length = int(state.service.texts.record(document_id).meta.get("characters") or 0)
    wanted = min(start + _DEFAULT_SLICE if end is None else end, start + _LONGEST_SLICE, length)
    part = state.service.texts.part(document_id, start, wanted)
    return JsonReply({"start": start, "end": start + len(part), "length": length, "text": part})


@router.get(
    "/documents/{document_id}/pages/{number}.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, 304: {"description": "It has not changed."}, **errors(404, 503)},
)
@needs(Role.READ, "opened")
def page_picture(
    document_id: DocumentId,
    number: PageNumber,
    state: StateDep,
    request: Request,
    highlight: Annotated[
        str | None, Query(regex=r"^\d{1,10}-\d{1,10}$", description="Characters of the source text: `start-end`.")
    ] = None,
    width: Annotated[int, Query(ge=100, le=3_000, description="In pixels.")] = 900,
) -> Response:
    """Draw a page of a PDF or an image, with a box on each line of the highlighted words.

    The header `X-Boxes` holds the boxes: a JSON list of `[left, top, right, bottom]` as fractions of the picture.
    """
    tag = f'"{document_id}-{number}-{highlight or ""}-{width}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    start, _, end = (highlight or "").partition("-")
    marked = (int(start), int(end)) if highlight else None
    record = state.service.texts.record(document_id)  # a deleted document has no picture either
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    image = picture(state.service, record, number, marked=marked, width_px=width)
    headers["X-Boxes"] = json.dumps([[round(side, 5) for side in box] for box in image.boxes])
    return Response(image.png, media_type="image/png", headers=headers)


@router.get("/documents/{document_id}/pages/{number}", responses=errors(404, 503))
@needs(Role.READ, "opened")
def page(document_id: DocumentId, number: PageNumber, state: StateDep) -> JsonReply:
    """Return the text of a page."""
    found, content = state.service.texts.page(document_id, number)
    return JsonReply({**asdict(found), "text": content})


@router.get(
    "/documents/{document_id}/file",
    response_class=FileResponse,
    responses={200: {"content": {"application/octet-stream": {}}}, **errors(404, 503)},
)
@needs(Role.READ, "exported")
def file(document_id: DocumentId, state: StateDep) -> FileResponse:
    """Return the file that the document was read from, if it has not changed since."""
    record = state.service.texts.record(document_id)
    path = state.service.original(record)
    return FileResponse(path, media_type="application/octet-stream", filename=_file_name(record, path))


@router.get("/facets", responses=errors(400, 404, 503))
@needs(Role.READ)
def list_facets(state: StateDep, filters: FiltersText = None) -> JsonReply:
    """List what documents can be filtered by: types, folders, dates and own metadata, each value with its count."""
    return JsonReply(listed(state.service.documents(filters=_filters(state, filters))))


@router.get("/facets/combined", responses=errors(400, 404, 503))
@needs(Role.READ)
def combined_facets(state: StateDep, choices: ChoicesText = None, filters: FiltersText = None) -> JsonReply:
    """Count for each facet the documents that the choices in all other facets leave.

    `facets` lists the facets, each with all values of the collection; that of `date` has years, and null for documents without
    a date. `documents` is the number of documents that all choices leave.
    """
    everything, wanted = state.service.documents(), _filters(state, filters)
    within = {record.id for record in state.service.documents(filters=wanted)} if wanted else None
    return JsonReply(state.facets.of(everything).combined(_choices(choices), within=within))


def _store_name(service: Service) -> str:
    """Return the store's class and, for the embedded store, its folder."""
    kind = type(service.store).__name__
    return f"{kind} {service.settings.store}" if kind == "TantivyDocumentStore" else kind


def _file_name(record: Record, path: pathlib.Path) -> str:
    """Return the name to save a file under: of one inside of another, the last part of its name."""
    name = str(record.meta.get("name") or path.name)
    return name.rpartition("/")[2] if record.meta.get("parents") else name


def _has_picture(state: State, record: Any) -> bool:
    if not is_pictured(record.meta):
        return False
    try:
        state.service.original(record)
    except NeedlepointError:
        return False
    return True


def _filters(state: State, text: str | None) -> dict[str, Any] | None:
    if not text:
        return None
    try:
        filters = json.loads(text)
    except (ValueError, RecursionError):
        filters = None
    if is_too_deep(filters):
        raise RefusedError(422, f"filters: {TOO_DEEP}")
    if not isinstance(filters, dict):
        raise RefusedError(400, 'filters must be a JSON object such as {"type": "pdf"}')
    return state.resolved(filters)


def _choices(text: str | None) -> dict[str, list[Any]]:
    """Return the chosen values by facet.

    :raises RefusedError: 400 if the text is of another form.
    """
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(map(_are_values, found.values())):
        raise RefusedError(400, 'choices must be a JSON object of lists, such as {"type": ["pdf"], "date": ["2024"]}')
    return found


def _are_values(given: Any) -> bool:
    return isinstance(given, list) and all(value is None or isinstance(value, str | int | float) for value in given)
