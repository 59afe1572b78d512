"""Questions to a collection: checked, put to the query pipeline, answered with evidence."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from needlepoint.answers.replies import Reply
from needlepoint.errors import QuestionError
from needlepoint.pipelines.loading import LoadedPipelines
from needlepoint.pipelines.query import Listener

MAX_QUESTION_CHARACTERS = 1_000


class Asking:
    """Puts questions to a query pipeline; calls may come from several threads.

    :param pipelines: whose query pipeline answers; it is loaded at first use.
    """

    def __init__(self, pipelines: LoadedPipelines) -> None:
        self._pipelines = pipelines

    def ask(
        self,
        question: str,
        *,
        top_k: int | None = None,
        passages: int | None = None,
        filters: Mapping[str, Any] | None = None,
        listener: Listener | None = None,
    ) -> Reply:
        """Answer a question; see :meth:`needlepoint.service.facade.Service.ask`."""
        question = checked_question(question)
        for name, value in (("top_k", top_k), ("passages", passages)):
            if value is not None and value < 1:
                raise QuestionError(f"{name} must be at least 1, got {value}")
        pipeline = self._pipelines.query
        params = pipeline.params_for(passages=passages, filters=filters)
        return pipeline.ask(question, top_k=top_k or pipeline.top_k, params=params, listener=listener)

    def query(self, question: str, *, params: Mapping[str, Any] | None = None, debug: bool = False) -> Reply:
        """Run the query pipeline with parameters for its nodes, as a client written for Haystack gives them.

        :param params: ``{"filters": {...}, "Retriever": {"top_k": 5}}``; ``top_k`` of the reader counts "no answer".
        :param debug: whether the reply tells what every node took and gave.
        :raises ParameterError: a node or a parameter that there is not, or a value out of range.
        :raises QuestionError: an empty or over-long question, or filters that are none.
        """
        pipeline = self._pipelines.query
        given = pipeline.checked(params or {})
        own = given.get(pipeline.reader_name, {}).get("top_k") or given.get("top_k") or pipeline.top_k
        reply = pipeline.ask(checked_question(question), top_k=own, params=given, debug=debug)
        return replace(reply, answers=reply.answers[:own])

    def passages_in(self, params: Mapping[str, Any]) -> int | None:
        """Return the most passages that a client's parameters ask any node but the reader for; None where they ask for none.

        What stands outside the nodes is meant for all of them. Nodes that there are not count, too.
        """
        reader = self._pipelines.query.reader_name
        of_nodes = [own for name, own in params.items() if isinstance(own, Mapping) and name != reader]
        asked = [own.get(key) for own in (params, *of_nodes) for key in ("top_k", "top_k_join")]
        return max((number for number in asked if isinstance(number, int)), default=None)


def checked_question(question: str) -> str:
    """Return a question without what no reader can read.

    :raises QuestionError: nothing is left of it, or it is too long.
    """
    cleaned = question.replace("\0", " ").encode("utf-8", "replace").decode("utf-8").strip()
    if not cleaned:
        raise QuestionError("the question is empty: ask something such as 'When does the lease end?'")
    if len(cleaned) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"the question has {len(cleaned):,} characters, at most {MAX_QUESTION_CHARACTERS:,} are read: shorten it"
        )
    return cleaned
