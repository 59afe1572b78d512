"""Writes a report to a file, in the format that the file's ending names."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO

from needlepoint.errors import SheetError, WorkspaceError
from needlepoint.sheets.exports.writing import write_files
from needlepoint.workspaces.report.contents import Report


def _word() -> Callable[[Report, IO[bytes]], None]:
    from needlepoint.workspaces.report.word import write_word

    return write_word


def _markdown() -> Callable[[Report, IO[bytes]], None]:
    from needlepoint.workspaces.report.markdown import write_markdown

    return write_markdown


def _web_page() -> Callable[[Report, IO[bytes]], None]:
    from needlepoint.workspaces.report.web_page import write_web_page

    return write_web_page


FORMATS: dict[str, Callable[[], Callable[[Report, IO[bytes]], None]]] = {
    ".docx": _word,
    ".md": _markdown,
    ".html": _web_page,
}
"""The endings of a report's files, with what loads the writer of each."""


def write_report(report: Report, path: Path) -> None:
    """Write a report to a file, which replaces a former one only when it is complete.

    :param path: its ending tells the format: ``.docx``, ``.md`` or ``.html``.
    :raises WorkspaceError: the ending is unknown, or the file cannot be written; a former file is unchanged.
    """
    writer = FORMATS.get(path.suffix.lower())
    if writer is None:
        raise WorkspaceError(f"{path}: a report ends in {', '.join(FORMATS)}, and .json holds the whole workspace")
    try:
        write_files({path: partial(writer(), report)})
    except SheetError as error:
        raise WorkspaceError(str(error)) from error
