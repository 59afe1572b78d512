"""The routes that change the collection: uploads, deletion, re-indexing, and the jobs that do it."""

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
from needlepoint.api.replies import Reply
from needlepoint.api.routes.collection import DocumentId
from needlepoint.api.routes.haystack import Filtered, IndexName
from needlepoint.api.state import Body, State, StateHere, accepted
from needlepoint.resources import example_collection
from needlepoint.service.originals import Arrival

router = APIRouter(tags=["collection"])
_MOST_IDS = 10_000
_TEXTS = {"title": "Lease of 2024", "date": "2024-05-04"}  # metadata that has a meaning here, with an example of each
JobId = Annotated[str, Path(regex="^[0-9a-f]{32}$", description="A job's id.")]
Files = Annotated[list[UploadFile], File(description="One or more files.")]
MetaText = Annotated[
    str | None, Form(description="Metadata as JSON: an object for all files, or a list with one object a file.")
]


class Ids(Body):
    """Documents by their ids."""

    ids: list[str]


class SomeIds(Body):
    """Documents by their ids; without them, all."""

    ids: list[str] | None = None


@router.post("/documents", status_code=202, responses=errors(400, 413, 422, 501, 503))
async def add_documents(
    state: StateHere,
    files: Files,
    meta: MetaText = None,
    replace: Annotated[bool, Form(description="Whether earlier uploads of the same names make way.")] = False,
) -> Reply:
    """Take files in and index them in a job, which tells how far it is and what became of each file."""
    _check_can_index(state)
    metas = _metas(meta, len(files))
    arrivals = await run_in_threadpool(_receive, state, files)
    return accepted(_submit(state, Upload(arrivals, metas, replaces=replace)))


@router.post("/file-upload", tags=["haystack"], responses=errors(400, 413, 422, 501, 503))
async def file_upload(
    state: StateHere,
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
    keep_files: Annotated[bool, Query(description="Whether the files stay, so that their pages can be shown.")] = False,
) -> Reply:
    """Index files as Haystack's service does: the reply comes when they are searchable.

    The fields for Haystack's converters and preprocessor are taken and have no effect: these pipelines have neither.
    If a file cannot be read, the reply is 422 with one line for each; the others are indexed all the same.
    """
    _check_can_index(state)
    metas, given = _metas(meta, len(files)), _object(additional_params, "additional_params")
    params = await run_in_threadpool(state.service.indexing.checked, given)  # before anything of the upload is kept
    arrivals = await run_in_threadpool(_receive, state, files)
    job = _submit(state, Upload(arrivals, metas, keeps_files=keep_files, params=params))
    while not job.ended.is_set():
        await asyncio.sleep(0.02)
    if job.state == "failed":
        raise RefusedError(job.status, job.reason or "indexing failed")
    skipped = [f"{file.name}: {file.reason}" for file in job.files if file.state == "skipped"]
    return Reply({"errors": skipped}, status_code=422) if skipped else Reply(None)


@router.post("/documents/delete", responses=errors(404, 503))
def delete_documents(state: StateHere, body: Ids) -> Reply:
    """Remove documents; the files that they were indexed from stay where they are, uploaded ones go."""
    ids = _known(state, body.ids)
    return Reply({"deleted": state.service.delete(ids) if ids else 0})


@router.post("/documents/reindex", status_code=202, responses=errors(404, 501, 503))
def reindex(state: StateHere, body: SomeIds) -> Reply:
    """Read documents' files anew, in a job; all documents where no ids are given."""
    _check_can_index(state)
    if body.ids is not None and not body.ids:
        raise RefusedError(400, "ids is empty: name documents, or leave it out for all")
    return accepted(state.jobs.submit(reindex_job(state.service, _known(state, body.ids or []))))


@router.post("/documents/delete_by_filters", tags=["haystack"], responses=errors(400, 503))
def delete_by_filters(state: StateHere, body: Filtered, index: IndexName = None) -> Reply:
    """Remove the passages that the filters let through, all for `{}`; a document without passages goes with them."""
    state.service.delete_passages(body.filters or None, index=index)
    return Reply(True)


@router.delete("/documents/{document_id}", status_code=204, response_class=Response, responses=errors(404, 503))
def delete_document(document_id: DocumentId, state: StateHere) -> Response:
    """Remove a document."""
    state.service.delete(_known(state, [document_id]))
    return Response(status_code=204)


@router.post("/examples", status_code=202, responses=errors(404, 501, 503))
def examples(state: StateHere) -> Reply:
    """Index the example collection, in a job."""
    _check_can_index(state)
    folder = example_collection()
    if not folder.is_dir():
        raise RefusedError(404, "the example collection is not installed here")
    return accepted(state.jobs.submit(folder_job(state.service, folder)))


@router.get("/jobs", tags=["jobs"])
def jobs(state: StateHere) -> Reply:
    """List the jobs, newest first, without their files."""
    listed = [job.to_dict() for job in reversed(state.jobs.all())]
    return Reply([{name: value for name, value in job.items() if name != "files"} for job in listed])


@router.get("/jobs/{job_id}", tags=["jobs"], responses=errors(404))
def job(job_id: JobId, state: StateHere) -> Reply:
    """Tell how far a job is, and what became of each file."""
    return Reply(state.jobs.get(job_id).to_dict())


@router.delete("/jobs/{job_id}", tags=["jobs"], status_code=204, response_class=Response, responses=errors(404))
def stop_job(job_id: JobId, state: StateHere) -> Response:
    """Stop a job: what is indexed stays, the file that is being read is finished, the rest is left out."""
    state.jobs.get(job_id).stop.set()
    return Response(status_code=204)


def _submit(state: State, upload: Upload) -> Job:
    return state.jobs.submit(upload_job(state.service, upload))


def _receive(state: State, files: list[UploadFile]) -> list[Arrival]:
    """Put what was uploaded into the folder of originals: all of it or nothing."""
    limits, originals = state.limits, state.service.originals
    if len(files) > limits.max_files:
        raise RefusedError(413, f"{len(files):,} files at once: at most {limits.max_files:,} are taken")
    arrivals: list[Arrival] = []
    try:
        for file in files:
            name = file.filename or "unnamed"
            arrivals.append(originals.receive(name, file.file, max_bytes=limits.max_file_mb * 1_000_000))
    except BaseException:
        for arrival in arrivals:
            originals.forget(arrival)
        raise
    return arrivals


def _check_can_index(state: State) -> None:
    if not state.service.can_index:
        raise RefusedError(501, f"the pipeline file {state.service.pipelines.name} has no indexing pipeline")


def _known(state: State, ids: list[str]) -> list[str]:
    """Return the ids, each once, if there is a document of each."""
    if len(ids) > _MOST_IDS:
        raise RefusedError(413, f"{len(ids):,} ids at once: at most {_MOST_IDS:,} are taken")
    return [state.service.texts.record(id_).id for id_ in dict.fromkeys(ids)]


def _metas(text: str | None, count: int) -> list[dict[str, Any]]:
    """Return each file's own copy of the metadata."""
    given = _parsed(text, "meta")
    if isinstance(given, list):
        if len(given) != count:
            raise RefusedError(422, f"meta is a list of {len(given):,} for {count:,} files: give one object a file")
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
        return json.loads(text) if text and text.strip() else None
    except (ValueError, RecursionError):
        raise RefusedError(422, f"{what} is no JSON: write an object such as {{}}") from None
