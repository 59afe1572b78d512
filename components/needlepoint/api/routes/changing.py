"""The routes that change the collection: uploads, deletion, re-indexing, and their jobs."""

import asyncio
import json
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, Query, UploadFile
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from needlepoint.api.errors import RefusedError
from needlepoint.api.examples import errors
from needlepoint.api.jobs.indexing import Upload, folder_job, reindex_job, upload_job
from needlepoint.api.jobs.queue import Job
from needlepoint.api.needs import needs, tell
from needlepoint.api.nesting import TOO_DEEP, is_too_deep
from needlepoint.api.responses import JsonReply
from needlepoint.api.routes.collection import DocumentId
from needlepoint.api.routes.haystack import Filtered, IndexName
from needlepoint.api.state import Body, State, StateDep, accepted
from needlepoint.api.uploads import check_unseen, check_upload
from needlepoint.files.names import shown_name
from needlepoint.people.person import Role, asking
from needlepoint.resources import example_collection
from needlepoint.service.originals import Arrival

router = APIRouter(tags=["collection"])
_MOST_IDS = 10_000
_TEXTS = {"title": "Lease of 2024", "date": "2024-05-04"}  # metadata that has a meaning here, with an example of each
JobId = Annotated[str, Path(regex="^[0-9a-f]{32}$", description="A job's id.")]
Files = Annotated[list[UploadFile], File(description="One or more files.")]
MetaText = Annotated[
    str | None, Form(description="Metadata as JSON: one object for all files, or a list with one object for each.")
]


class Ids(Body):
    """Documents by their ids."""

    ids: list[str]


class SomeIds(Body):
    """Documents by their ids; all documents if there are none."""

    ids: list[str] | None = None


@router.post("/documents", status_code=202, responses=errors(400, 413, 422, 501, 503))
@needs(Role.ADD, "added")
async def add_documents(
    state: StateDep,
    files: Files,
    meta: MetaText = None,
    replace: Annotated[
        bool, Form(description="Whether these files replace earlier uploads of the same names.")
    ] = False,
) -> JsonReply:
    """Index files in a job, which reports its progress and the outcome of each file."""
    _check_can_index(state)
    metas = _metas(meta, len(files))
    _tell_files(files)
    check_upload(metas, replaces=replace)
    arrivals = await run_in_threadpool(_receive, state, files)
    return accepted(_submit(state, Upload(arrivals, metas, replaces=replace)))


@router.post("/file-upload", tags=["haystack"], responses=errors(400, 413, 422, 501, 503))
@needs(Role.ADD, "added")
async def file_upload(
    state: StateDep,
    files: Files,
    meta: MetaText = None,
    additional_params: Annotated[str | None, Form(description="Parameters of indexing nodes by name, as JSON.")] = None,
    remove_numeric_tables: Annotated[str | None, Form()] = None,
    valid_languages: Annotated[list[str] | None, Form()] = None,
    clean_whitespace: Annotated[str | None, Form()] = None,
    clean_empty_lines: Annotated[str | None, Form()] = None,
    clean_header_footer: Annotated[str | None, Form()] = None,
    split_by: Annotated[str | None, Form()] = None,
    split_length: Annotated[str | None, Form()] = None,
    split_overlap: Annotated[str | None, Form()] = None,
    split_respect_sentence_boundary: Annotated[str | None, Form()] = None,
    keep_files: Annotated[bool, Query(description="Whether to keep the files, so that pages can be shown.")] = False,
) -> JsonReply:
    """Index files as Haystack's service does: the reply comes when they are searchable.

    The fields for Haystack's converters and preprocessor are accepted and have no effect: these pipelines have neither.
    If a file cannot be read, the reply is 422 with one line for each; the others are indexed all the same.
    """
    _check_can_index(state)
    metas, given = _metas(meta, len(files)), _object(additional_params, "additional_params")
    _tell_files(files)
    check_upload(metas, params=given)
    params = await run_in_threadpool(state.service.indexing.checked, given)  # before anything of the upload is kept
    arrivals = await run_in_threadpool(_receive, state, files)
    job = _submit(state, Upload(arrivals, metas, keeps_files=keep_files, params=params))
    while not job.ended.is_set():
        await asyncio.sleep(0.02)
    if job.state == "failed":
        raise RefusedError(job.status, job.reason or "indexing failed")
    skipped = [f"{file.name}: {file.reason}" for file in job.files if file.state == "skipped"]
    return JsonReply({"errors": skipped}, status_code=422) if skipped else JsonReply(None)


@router.post("/documents/delete", responses=errors(404, 503))
@needs(Role.MANAGE, "deleted")
def delete_documents(state: StateDep, body: Ids) -> JsonReply:
    """Remove documents. Uploaded files are deleted with them; files that were indexed in place stay."""
    ids = _known(state, body.ids)
    tell(" ".join(ids))
    return JsonReply({"deleted": state.service.delete(ids) if ids else 0})


@router.post("/documents/reindex", status_code=202, responses=errors(404, 501, 503))
@needs(Role.MANAGE, "added")
def reindex(state: StateDep, body: SomeIds) -> JsonReply:
    """Read the files of documents again, in a job; of all documents if no ids are given."""
    _check_can_index(state)
    if body.ids is not None and not body.ids:
        raise RefusedError(400, "ids is empty: name documents, or leave it out for all")
    return accepted(state.jobs.submit(reindex_job(state.service, _known(state, body.ids or []))))


@router.post("/documents/delete_by_filters", tags=["haystack"], responses=errors(400, 503))
@needs(Role.MANAGE, "deleted")
def delete_by_filters(state: StateDep, body: Filtered, index: IndexName = None) -> JsonReply:
    """Remove the passages that match the filters, all for `{}`; a document without passages is removed with them."""
    state.service.delete_passages(body.filters or None, index=index)
    return JsonReply(True)


@router.delete("/documents/{document_id}", status_code=204, response_class=Response, responses=errors(404, 503))
@needs(Role.MANAGE, "deleted")
def delete_document(document_id: DocumentId, state: StateDep) -> Response:
    """Remove a document."""
    state.service.delete(_known(state, [document_id]))
    return Response(status_code=204)


@router.post("/examples", status_code=202, responses=errors(404, 501, 503))
@needs(Role.ADD, "added")
def examples(state: StateDep) -> JsonReply:
    """Index the example collection, in a job."""
    _check_can_index(state)
    folder = example_collection()
    if not folder.is_dir():
        raise RefusedError(404, "the example collection is not installed here")
    check_upload([{"folder": folder.name}])
    return accepted(state.jobs.submit(folder_job(state.service, folder)))


@router.get("/jobs", tags=["jobs"])
@needs(Role.READ)
def jobs(state: StateDep) -> JsonReply:
    """List the jobs, newest first, without their files."""
    listed = [job.to_dict() for job in reversed(state.jobs.all()) if asking().may_use(job.owner)]
    return JsonReply([{name: value for name, value in job.items() if name != "files"} for job in listed])


@router.get("/jobs/{job_id}", tags=["jobs"], responses=errors(404))
@needs(Role.READ)
def job(job_id: JobId, state: StateDep) -> JsonReply:
    """Return a job's progress and the outcome of each file."""
    return JsonReply(state.jobs.get(job_id).to_dict())


@router.delete("/jobs/{job_id}", tags=["jobs"], status_code=204, response_class=Response, responses=errors(404))
@needs(Role.READ, "managed")
def stop_job(job_id: JobId, state: StateDep) -> Response:
    """Stop a job: indexed files stay, the file being read is finished, the rest are left out."""
    state.jobs.get(job_id).stop.set()
    return Response(status_code=204)


def _submit(state: State, upload: Upload) -> Job:
    return state.jobs.submit(upload_job(state.service, upload))


def _receive(state: State, files: list[UploadFile]) -> list[Arrival]:
    """Store the uploaded files in the folder of originals: all of them or none."""
    limits, originals = state.limits, state.service.originals
    if len(files) > limits.max_files:
        raise RefusedError(413, f"{len(files):,} files at once: at most {limits.max_files:,} are accepted")
    arrivals: list[Arrival] = []
    try:
        for file in files:
            name = file.filename or "unnamed"
            arrivals.append(originals.receive(name, file.file, max_bytes=limits.max_file_mb * 1_000_000))
        check_unseen(state.service, arrivals)
    except BaseException:
        for arrival in arrivals:
            originals.forget(arrival)
        raise
    return arrivals


def _tell_files(files: list[UploadFile]) -> None:
    for file in files:
        tell(shown_name(file.filename or "unnamed"))


def _check_can_index(state: State) -> None:
    if not state.service.pipelines.can_index:
        raise RefusedError(501, f"the pipeline file {state.service.pipelines.name} has no indexing pipeline")


def _known(state: State, ids: list[str]) -> list[str]:
    """Return the ids without repetitions; each must be a document's."""
    if len(ids) > _MOST_IDS:
        raise RefusedError(413, f"{len(ids):,} ids at once: at most {_MOST_IDS:,} are accepted")
    return [state.service.texts.record(id_).id for id_ in dict.fromkeys(ids)]


def _metas(text: str | None, count: int) -> list[dict[str, Any]]:
    """Return the metadata of each file, a copy of its own."""
    given = _parsed(text, "meta")
    if isinstance(given, list):
        if len(given) != count:
            raise RefusedError(
                422, f"meta is a list of {len(given):,} for {count:,} files: give one object for each file"
            )
        entries = given
    else:
        entries = [given] * count
    if not all(entry is None or isinstance(entry, dict) for entry in entries):
        raise RefusedError(422, 'meta must be a JSON object such as {"project": "harbour"}, or a list of them')
    for name, example in _TEXTS.items():
        if not all(isinstance((entry or {}).get(name), str | None) for entry in entries):
            raise RefusedError(422, f'meta: {name} must be text, such as "{example}"')
    return [dict(entry or {}) for entry in entries]


def _object(text: str | None, what: str) -> dict[str, Any]:
    value = _parsed(text, what)
    if value is not None and not isinstance(value, dict):
        raise RefusedError(422, f"{what} must be a JSON object")
    return value or {}


def _parsed(text: str | None, what: str) -> Any:
    try:
        value = json.loads(text) if text and text.strip() else None
    except ValueError:
        raise RefusedError(422, f"{what} is not JSON: write an object such as {{}}") from None
    except RecursionError:
        raise RefusedError(422, f"{what}: {TOO_DEEP}") from None
    if is_too_deep(value):
        raise RefusedError(422, f"{what}: {TOO_DEEP}")
    return value
