"""The errors that a caller may want to handle. Each message is one line that says what is wrong, where, and how to mend it."""

from importlib.util import find_spec
from pathlib import Path


class NeedlepointError(Exception):
    """Base of all errors whose cause lies outside the program: a file, a setting, a server, a request."""


class UnreadableFileError(NeedlepointError):
    """A file has no text that can be read; the message is the reason in plain words."""


class CollectionError(NeedlepointError):
    """The store cannot be reached, opened, read or written."""


class DuplicateIdError(NeedlepointError):
    """A record with this id exists, and the caller asked to be told (``duplicates="fail"``)."""


class BackupError(NeedlepointError):
    """A backup cannot be written, or a file is not a whole backup, or there is no room for what it holds."""


class StoreLockedError(CollectionError):
    """Another process is writing into the same store."""


class ServerUnavailableError(CollectionError):
    """The server that holds the collection does not answer now; the same call may succeed later.

    :param retry_after_s: how long to wait before asking again, in seconds.
    """

    def __init__(self, message: str, *, retry_after_s: float = 5.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ModelError(NeedlepointError):
    """A reader's folder is missing, broken or not a question answering model."""


class MissingExtraError(NeedlepointError, ImportError):
    """An optional dependency is not installed.

    :param extra: the extra of the distribution that brings it.
    :param needed: what is missing.
    :param hint: appended to the message: what else to know before installing it.
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
    """Refuse to import the application where only the core is installed; the packages of the extra ``app`` call this first.

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
    """Refuse to import the adapter where Haystack 3 is missing; the packages of the extra ``haystack`` call this first.

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
    """A plug-in from another installed package cannot be used; the message names it."""


class PipelineFileError(NeedlepointError):
    """A pipeline's YAML has a mistake; the message names file, node and field."""


class QuestionError(NeedlepointError):
    """A question, a filter or one of the numbers sent with it is invalid."""


class ParameterError(QuestionError):
    """A request names a node or parameter that the pipeline does not have, or gives it a value of the wrong type."""


class UnknownDocumentError(NeedlepointError):
    """The collection has no document with this id or name, or the document has no such page."""


class SheetError(NeedlepointError):
    """A question sheet, its file of questions, its ledger or its export cannot be used."""


class UnknownSheetError(SheetError):
    """There is no saved sheet of this name."""


class DocumentSetError(NeedlepointError):
    """A set of documents cannot be kept under this name, or names documents that there are not."""


class UnknownDocumentSetError(DocumentSetError):
    """There is no set of documents of this name."""


class WorkspaceError(NeedlepointError):
    """A workspace, a note or a pinned quote cannot be kept as asked."""


class UnknownWorkspaceError(WorkspaceError):
    """There is no such workspace, question or pinned quote; it may have been deleted."""


class PeopleError(NeedlepointError):
    """A user, a password, a role, a part of the collection or a log-in is not as it must be."""


class UnknownUserError(PeopleError):
    """There is no user of this name."""


class SquadFileError(NeedlepointError):
    """A file of questions and answers is invalid; the message names the question."""


class ReadingStoppedError(NeedlepointError):
    """The caller stopped the reading, or its time ran out."""


class EvaluationError(NeedlepointError):
    """An evaluation or calibration cannot be done: too few questions, or files that cannot be written."""


class TrainingError(NeedlepointError):
    """A training run cannot be planned, started or resumed as asked."""
