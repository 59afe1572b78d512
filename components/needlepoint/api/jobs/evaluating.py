"""The job that measures the reader on feedback."""

from collections.abc import Sequence
from typing import Any

from needlepoint.api.errors import RefusedError
from needlepoint.api.jobs.queue import Job
from needlepoint.errors import SquadFileError
from needlepoint.evaluation.squad import squad_questions
from needlepoint.reading.watching import watched
from needlepoint.service.facade import Service
from needlepoint.service.labels import Label, as_squad
from needlepoint.stores.names import PASSAGES
from needlepoint.stores.record_store import records_with


def evaluation_job(service: Service) -> Job:
    """Return a job that measures the current reader on the labels.

    :raises RefusedError: 409 if no label can be used for it.
    """
    labels = service.feedback.all()
    exported = as_squad(labels)
    if not exported["data"]:
        raise RefusedError(409, "there is no feedback yet that a reader can be measured on: judge some answers first")
    try:
        questions = squad_questions(exported, source="feedback")
    except SquadFileError as error:
        raise RefusedError(409, str(error)) from error

    def work(job: Job) -> None:
        from needlepoint.trials.readers import TrialReader
        from needlepoint.trials.reading import try_reader

        def note(count: int) -> None:
            job.steps_done = count

        with watched(stop=job.stop):
            trial = TrialReader.of_service(service, metas=_metas(service, labels))
            report = try_reader(questions, trial, progress=note)
        job.result = {**report, "left_out": exported["left_out"]}

    return Job(work, steps=len(questions))


def _metas(service: Service, labels: Sequence[Label]) -> dict[str, Any]:
    """Return the metadata of each label's passage, which the reader had when the question was asked."""
    ids = sorted({label.passage_id for label in labels})
    known = {passage.id: passage.meta for passage in records_with(service.collection, PASSAGES, ids)}
    return {label.id: known.get(label.passage_id) or label.meta for label in labels}
