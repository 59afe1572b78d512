"""A temporary collection for a trial: the paragraphs of a file of questions, indexed as a pipeline would index files."""

import dataclasses
import hashlib
import logging
import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from needlepoint.answers.answer import Passage
from needlepoint.errors import EvaluationError, NeedlepointError
from needlepoint.evaluation.squad import SquadQuestion
from needlepoint.pipelines.file import PipelineFile
from needlepoint.pipelines.roles import reader_in
from needlepoint.service.facade import Service
from needlepoint.settings import Settings

logger = logging.getLogger(__name__)

_EMBEDDED, _ON_SERVER = "TantivyDocumentStore", "ElasticsearchStore"
_PREFIX = "ELASTICSEARCH_INDEX"


class TrialCollection:
    """Paragraphs in a store of their own, each as a file named by its number.

    :param service: the service on that store.
    :param paragraphs: all paragraphs, each once.
    :param components: the components of the pipeline file, without the trial's changes.
    """

    def __init__(self, service: Service, paragraphs: Sequence[str], components: Sequence[dict[str, Any]]) -> None:
        self.service = service
        self.settings = {
            "components": {component["name"]: {component["type"]: component["params"]} for component in components},
            "paragraphs": len(paragraphs),
            "paragraphs_hash": hashlib.sha256("\f".join(paragraphs).encode("utf-8", "replace")).hexdigest()[:32],
        }
        self._names = {paragraph: _file_name(number) for number, paragraph in enumerate(paragraphs)}

    def __len__(self) -> int:
        return len(self._names)

    def name_of(self, question: SquadQuestion) -> str:
        """Return the file name of a question's paragraph, as in the metadata of its passages."""
        return self._names[question.context]

    def retrieve(self, question: str, *, top_k: int | None = None) -> list[Passage]:
        """Return the passages that the pipeline would give its reader, best first.

        :param top_k: the retriever's ``top_k``; by default the pipeline's own.
        """
        return self.service.pipelines.query.retrieve(question, top_k=top_k)


@contextmanager
def trial_collection(
    paragraphs: Sequence[str], pipeline: str | Path | None, *, model: Path | None = None
) -> Iterator[TrialCollection]:
    """Index paragraphs in a temporary store of the pipeline's kind, and remove it afterwards.

    :param paragraphs: the paragraphs; repeated ones are indexed once.
    :param pipeline: a pipeline's name or YAML file.
    :param model: the reader's model instead of the pipeline's own.
    :raises EvaluationError: the pipeline's kind of store cannot be created for a trial.
    :raises NeedlepointError: the pipeline or its store cannot be used.
    """
    distinct = list(dict.fromkeys(paragraphs))
    with tempfile.TemporaryDirectory(prefix="needlepoint-trial-") as folder, _other_prefix():
        file = PipelineFile(pipeline)
        changes = _changes(file, Path(folder, "store"))
        if model:
            changes[reader_in(file)] = {"model_name_or_path": str(model)}
        settings = dataclasses.replace(Settings.from_environment(), store=Path(folder, "store"))
        with Service(pipeline, settings=settings, changes=changes) as service:
            try:
                _index(service, distinct, Path(folder, "paragraphs"))
                yield TrialCollection(service, distinct, file.components)
            finally:
                _remove(service)


def _changes(file: PipelineFile, store: Path) -> dict[str, dict[str, Any]]:
    """Return changes that move every store of a pipeline file to a new folder."""
    changes: dict[str, dict[str, Any]] = {}
    for component in file.components:
        if component["type"] == _EMBEDDED:
            changes[component["name"]] = {"path": str(store)}
        elif component["type"].endswith("Store") and component["type"] != _ON_SERVER:
            raise EvaluationError(
                f"{file.path.name}: a trial needs a store that it can create, {_EMBEDDED} or {_ON_SERVER}, "
                f"not {component['type']}"
            )
    return changes


@contextmanager
def _other_prefix() -> Iterator[None]:
    """Give the indexes of a store on a server another prefix, so that no collection is touched."""
    before = os.environ.get(_PREFIX)
    os.environ[_PREFIX] = f"needlepoint-trial-{secrets.token_hex(4)}"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_PREFIX]
        else:
            os.environ[_PREFIX] = before


def _index(service: Service, paragraphs: Sequence[str], folder: Path) -> None:
    folder.mkdir()
    for number, paragraph in enumerate(paragraphs):
        (folder / _file_name(number)).write_bytes(paragraph.encode("utf-8", "replace"))
    report = service.index([folder])
    skipped = report.in_state("skipped")
    if skipped:
        first = skipped[0]
        raise EvaluationError(f"{len(skipped)} paragraphs cannot be indexed; {first.path.name}: {first.reason}")


def _remove(service: Service) -> None:
    """Remove the trial's indexes from a server; a failure is only logged, so that the trial's result is kept."""
    try:
        for index in service.store.collection.index_names():
            service.store.delete_index(index)
    except NeedlepointError as error:
        logger.warning("the indexes %s-* of this trial could not be removed: %s", os.environ[_PREFIX], error)


def _file_name(number: int) -> str:
    return f"{number:06}.txt"
