"""The work of measuring the reader on feedback."""

from needlepoint.api.jobs import Job
from needlepoint.api.replying import RefusedError
from needlepoint.errors import SquadFileError
from needlepoint.feedback import as_squad
from needlepoint.reading.watching import watched
from needlepoint.service import Service
from needlepoint.squad import squad_questions


def evaluation_job(service: Service) -> Job:
    """Return a job that measures the current reader on the labels.

    :raises RefusedError: 409 where there are no labels that a reader can be measured on.
    """
    exported = as_squad(service.feedback.all())
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
            report = try_reader(questions, TrialReader(service.reader_node), progress=note)
        job.result = {**report, "left_out": exported["left_out"]}

    return Job(work, steps=len(questions))
