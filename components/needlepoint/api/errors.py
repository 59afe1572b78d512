"""The error of a refused request, and the HTTP status of every error."""

from needlepoint.errors import (
    CollectionError,
    DocumentSetError,
    EvaluationError,
    MissingExtraError,
    ModelError,
    NeedlepointError,
    PeopleError,
    PipelineFileError,
    QuestionError,
    ReadingStoppedError,
    SheetError,
    StoreLockedError,
    UnknownDocumentError,
    UnknownDocumentSetError,
    UnknownSheetError,
    UnknownUserError,
    UnknownWorkspaceError,
    UnreadableFileError,
    WorkspaceError,
)
from needlepoint.service.originals import UploadTooLargeError

_STATUS: tuple[tuple[type[NeedlepointError], int], ...] = (
    (QuestionError, 400),
    (UnknownDocumentError, 404),
    (UnknownSheetError, 404),
    (SheetError, 422),
    (UnknownDocumentSetError, 404),
    (DocumentSetError, 422),
    (UnknownWorkspaceError, 404),
    (WorkspaceError, 422),
    (UploadTooLargeError, 413),
    (ReadingStoppedError, 504),
    (UnreadableFileError, 422),
    (StoreLockedError, 503),
    (CollectionError, 503),
    (ModelError, 503),
    (MissingExtraError, 503),
    (UnknownUserError, 404),
    (PeopleError, 503),
    (EvaluationError, 409),
    (PipelineFileError, 503),
)


class RefusedError(NeedlepointError):
    """A request that is refused with a status of its own.

    :param retry_after_s: seconds after which a retry may succeed; None if none will.
    """

    def __init__(self, status: int, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after_s = retry_after_s


def status_of(error: NeedlepointError) -> int:
    """Return the HTTP status of an error."""
    if isinstance(error, RefusedError):
        return error.status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
