"""Finds the reader and the retrievers among the nodes of a query pipeline, by their classes rather than their names."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from needlepoint.answers.replies import Reply
from needlepoint.errors import PipelineFileError
from needlepoint.pipelines.file import QUERY, PipelineFile
from needlepoint.text.languages import is_foreign

if TYPE_CHECKING:
    from haystack import Pipeline


@dataclass(frozen=True, slots=True)
class ReaderFacts:
    """A description of the reader that answers.

    :param model: the model's name.
    :param precision: ``fp32`` or ``int8``; None if unknown.
    :param calibrated: whether its scores are calibrated probabilities.
    :param description: model, precision and the reason for it, in words.
    :param languages: those that it knows, by ISO 639-1; None if it knows many, or that is unknown.
    """

    model: str
    precision: str | None
    calibrated: bool
    description: str
    languages: frozenset[str] | None = None


def foreign_languages(reply: Reply, reader: ReaderFacts) -> Counter[str]:
    """Return how many of the documents that were read are in which language that the reader does not know."""
    spoken = {passage.document_id: passage.meta.get("language") for passage in reply.passages}
    return Counter(str(language) for language in spoken.values() if is_foreign(language, reader.languages))


def facts_of(reader: Any) -> ReaderFacts:
    """Return a description of a reader node; its model is loaded if necessary."""
    calibrated = bool(getattr(reader, "calibrated", False))
    if hasattr(reader, "description"):
        model, _, rest = reader.description.partition(", ")
        languages = getattr(getattr(reader, "span_reader", None), "languages", None)
        return ReaderFacts(model, rest.partition(":")[0] or None, calibrated, reader.description, languages)
    words = f"{type(reader).__name__} {getattr(reader, 'model_name_or_path', '')}".strip()
    return ReaderFacts(words, None, calibrated, words)


def name_of_reader(file_name: str, classes: Mapping[str, type]) -> str:
    """Return the name of the reader among a query pipeline's nodes.

    :param file_name: the pipeline file's name, for messages.
    :param classes: the nodes' classes by node name.
    :raises PipelineFileError: there is none, or more than one.
    """
    from needlepoint.nodes.register import BaseReader

    found = [name for name, class_ in classes.items() if issubclass(class_, BaseReader)]
    if len(found) == 1:
        return found[0]
    if found:
        raise PipelineFileError(
            f"{file_name}: pipeline '{QUERY}' has {len(found)} readers, {', '.join(found)}: keep one of them"
        )
    raise PipelineFileError(
        f"{file_name}: pipeline '{QUERY}' has no reader: add a node such as OnnxReader, FARMReader or TransformersReader"
    )


def names_of_retrievers(file_name: str, classes: Mapping[str, type]) -> tuple[str, ...]:
    """Return the names of the retrievers among a query pipeline's nodes; parameters as in :func:`name_of_reader`.

    :raises PipelineFileError: there is none.
    """
    from needlepoint.nodes.register import BaseRetriever

    found = tuple(name for name, class_ in classes.items() if issubclass(class_, BaseRetriever))
    if not found:
        raise PipelineFileError(
            f"{file_name}: pipeline '{QUERY}' has no retriever: add a node such as BM25Retriever or HybridRetriever"
        )
    return found


def reader_in(file: PipelineFile) -> str:
    """Return the name of the reader in a file's query pipeline, without creating a node.

    :raises PipelineFileError: there is none, or more than one.
    """
    classes = file.node_classes(QUERY)  # before Haystack is imported elsewhere, because this decides about torch
    return name_of_reader(file.path.name, classes)


def nodes_before(pipeline: "Pipeline", name: str) -> list[str]:
    """Return the nodes whose output reaches the named one, directly or through others, in the order of the file."""
    graph, found = pipeline.graph, {name}
    while more := {source for node in found for source, _ in graph.in_edges(node)} - found:
        found |= more
    return [node for node in graph.nodes if node in found - {name, pipeline.root_node}]


def part_before(pipeline: "Pipeline", name: str) -> "Pipeline":
    """Return a pipeline of the nodes before the named one."""
    from needlepoint.nodes.register import Pipeline

    part = Pipeline()
    for node in nodes_before(pipeline, name):
        inputs = [_input(edge) for edge in pipeline.graph.in_edges(node, data=True)]
        part.add_node(pipeline.get_node(node), node, inputs)
    return part


def _input(edge: tuple[str, str, dict[str, Any]]) -> str:
    source, _, label = edge
    return source if label.get("label", "output_1") == "output_1" else f"{source}.{label['label']}"
