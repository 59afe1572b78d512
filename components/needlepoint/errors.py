"""What a caller may want to handle: every error of Needlepoint's own, one line each, saying what, where and how to mend it."""


class NeedlepointError(Exception):
    """Base of all errors that Needlepoint raises for a reason outside the program."""


class UnreadableFileError(NeedlepointError):
    """A file holds no text that can be read; the message is the reason in plain words."""


class CollectionError(NeedlepointError):
    """The store folder cannot be opened, read or written."""


class StoreLockedError(CollectionError):
    """Another process is writing into the same store."""


class ModelError(NeedlepointError):
    """A reader's folder is missing, broken or not a question answering model."""


class PipelineFileError(NeedlepointError):
    """A pipeline's YAML holds a mistake; the message names file, node and field."""


class QuestionError(NeedlepointError):
    """A question, filter or number that cannot be asked."""


class UnknownDocumentError(NeedlepointError):
    """No document of the collection has this id."""


class SquadFileError(NeedlepointError):
    """A file of questions and answers is not what it should be; the message names the question."""


class ReadingStoppedError(NeedlepointError):
    """Whoever asked has stopped the reading, or its time was up."""
