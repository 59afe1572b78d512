"""What a caller may want to handle: every error of Needlepoint's own, one line each, saying what, where and how to mend it."""

from importlib.util import find_spec
from pathlib import Path


class NeedlepointError(Exception):
    """Base of all errors that Needlepoint raises for a reason outside the program."""


class UnreadableFileError(NeedlepointError):
    """A file holds no text that can be read; the message is the reason in plain words."""


class CollectionError(NeedlepointError):
    """The store cannot be reached, opened, read or written."""


class DuplicateIdError(NeedlepointError):
    """A record's id is taken, and the caller wants to hear of it."""


class StoreLockedError(CollectionError):
    """Another process is writing into the same store."""


class ServerUnavailableError(CollectionError):
    """The server that holds the collection does not answer now; the same call may succeed later.

    :param retry_after_s: when to ask again.
    """

    def __init__(self, message: str, *, retry_after_s: float = 5.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ModelError(NeedlepointError):
    """A reader's folder is missing, broken or not a question answering model."""


class MissingExtraError(NeedlepointError, ImportError):
    """Something is needed that is installed only on demand.

    :param extra: the extra of the distribution that brings it.
    :param needed: what is missing.
    :param hint: what else to know before it is installed.
    """

    def __init__(self, extra: str, needed: str, hint: str = "") -> None:
        super().__init__(f"{needed} is not installed: pip install 'needlepoint[{extra}]'{hint}")


class TwoHaystacksError(NeedlepointError, ImportError):
    """Both Haystacks are installed in one environment, where each has overwritten files of the other."""

    def __init__(self) -> None:
        super().__init__(
            "farm-haystack and haystack-ai are both installed and overwrite each other's files: make a new environment"
            " with either 'needlepoint[app]' or 'needlepoint[haystack]'"
        )


def require_app() -> None:
    """Refuse to import the application where only the core is installed; the folders of the extra ``app`` begin with this.

    :raises MissingExtraError: Haystack 1.26 is not installed.
    :raises TwoHaystacksError: Haystack 3 is installed, too.
    """
    if not _has_haystack_1():
        hint = (
            " in another environment, because this one has a later Haystack (haystack-ai)" if _has_haystack_3() else ""
        )
        raise MissingExtraError("app", "farm-haystack 1.26", hint)
    if _has_haystack_3():
        raise TwoHaystacksError


def require_haystack_3() -> None:
    """Refuse to import the adapter for Haystack 3 without it; the packages of the extra ``haystack`` begin with this.

    :raises MissingExtraError: Haystack 3 is not installed.
    :raises TwoHaystacksError: Haystack 1.26 is installed, too.
    """
    if not _has_haystack_3():
        hint = (
            " in another environment, because this one has Haystack 1.26 (farm-haystack)" if _has_haystack_1() else ""
        )
        raise MissingExtraError("haystack", "haystack-ai", hint)
    if _has_haystack_1():
        raise TwoHaystacksError


def _has_haystack_1() -> bool:
    return _haystack_has("nodes")


def _has_haystack_3() -> bool:
    return _haystack_has("components")


def _haystack_has(folder: str) -> bool:
    found = find_spec("haystack")
    places = found.submodule_search_locations if found else None
    return any(Path(place, folder).is_dir() for place in places or ())


class PluginError(NeedlepointError):
    """What another installed package offers cannot be used; the message names it."""


class PipelineFileError(NeedlepointError):
    """A pipeline's YAML holds a mistake; the message names file, node and field."""


class QuestionError(NeedlepointError):
    """A question, filter or number that cannot be asked."""


class ParameterError(QuestionError):
    """A request names a node or a parameter that the pipeline lacks, or gives it a value of a wrong kind."""


class UnknownDocumentError(NeedlepointError):
    """No document of the collection has this id."""


class SquadFileError(NeedlepointError):
    """A file of questions and answers is not what it should be; the message names the question."""


class ReadingStoppedError(NeedlepointError):
    """Whoever asked has stopped the reading, or its time was up."""


class EvaluationError(NeedlepointError):
    """A measurement or calibration that cannot be made: too few questions, files that cannot be written."""


class TrainingError(NeedlepointError):
    """A training cannot be planned, begun or resumed as asked."""
