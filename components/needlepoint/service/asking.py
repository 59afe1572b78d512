"""Checks questions and puts them to the query pipeline."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from needlepoint.answers.replies import Reply
from needlepoint.errors import QuestionError
from needlepoint.pipelines.loading import LoadedPipelines
from needlepoint.pipelines.query import Listener

MAX_QUESTION_CHARACTERS = 1_000


class Asking:
    """Puts questions to a query pipeline; may be used from several threads.

    :param pipelines: the pipelines; the query pipeline is loaded at first use.
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
        wanted = pipeline.top_k if top_k is None else top_k
        return pipeline.ask(question, top_k=wanted, params=params, listener=listener)

    def query(self, question: str, *, params: Mapping[str, Any] | None = None, debug: bool = False) -> Reply:
        """Run the query pipeline with parameters for its nodes, as clients written for Haystack send them.

        :param params: ``{"filters": {...}, "Retriever": {"top_k": 5}}``; the reader's ``top_k`` includes "no answer".
        :param debug: whether the reply contains the inputs and outputs of every node.
        :raises ParameterError: a node or parameter is unknown, or a value is out of range.
        :raises QuestionError: the question is empty or too long, or the filters are invalid.
        """
        pipeline = self._pipelines.query
        given = pipeline.checked(params or {})
        own = given.get(pipeline.reader_name, {}).get("top_k") or given.get("top_k") or pipeline.top_k
        reply = pipeline.ask(checked_question(question), top_k=own, params=given, debug=debug)
        return replace(reply, answers=reply.answers[:own])

    def passages_in(self, params: Mapping[str, Any]) -> int | None:
        """Return the largest number of passages that a client's parameters request of any node but the reader, or None.

        Parameters outside the nodes apply to all of them. Unknown nodes count, too.
        """
        reader = self._pipelines.query.reader_name
        of_nodes = [own for name, own in params.items() if isinstance(own, Mapping) and name != reader]
        asked = [own.get(key) for own in (params, *of_nodes) for key in ("top_k", "top_k_join")]
        return max((number for number in asked if isinstance(number, int)), default=None)


def checked_question(question: str) -> str:
    """Return a question without outer white space and characters that no reader can read.

    :raises QuestionError: nothing is left of it, or it is too long.
    """
    cleaned = question.replace("\0", " ").encode("utf-8", "replace").decode("utf-8").strip()
    if not cleaned:
        raise QuestionError("the question is empty: ask something such as 'When does the lease end?'")
    if len(cleaned) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"the question has {len(cleaned):,} characters, at most {MAX_QUESTION_CHARACTERS:,} are allowed: shorten it"
        )
    return cleaned
