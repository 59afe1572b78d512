"""Writes sheets to files, in the format that a file's ending names."""

import errno
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from needlepoint.answers.replies import Quote
from needlepoint.errors import SheetError
from needlepoint.sheets.exports.sources import Export
from needlepoint.sheets.table import Sheet

Writer = Callable[[Export, IO[bytes]], None]
"""Writes an export to a file that is open."""


def write_sheet(
    sheet: Sheet,
    path: Path,
    *,
    title: str = "",
    candidates: bool = False,
    link: Callable[[Quote], str] | None = None,
) -> tuple[Path, ...]:
    """Write a sheet to a file, which replaces a former one only when it is complete.

    :param path: its ending tells the format: ``.xlsx``, ``.csv``, ``.zip``, ``.json``, ``.docx`` or ``.html``.
    :param title: what the sheet is called; by default the file's name without its ending.
    :param candidates: also give the nearest words of cells where nothing was found, marked as candidates.
    :param link: returns the ``http`` address of a quote's place in its document.
    :returns: the files, first the one asked for; CSV has ``NAME.sources.csv`` and ``NAME.about.csv`` beside it, ``.zip``
        has all three in one file.
    :raises SheetError: the ending is unknown, or the file cannot be written; a former file is unchanged.
    """
    files = _files(path)
    for each in files:
        check_place(each)
    export = Export.of(sheet, title=title or path.stem, candidates=candidates, link=link)
    write_files({each: partial(writer, export) for each, writer in files.items()})
    return tuple(files)


def write_files(files: Mapping[Path, Callable[[IO[bytes]], None]]) -> None:
    """Write files of which each replaces a former one, but only when all are complete.

    :param files: with what writes each, the file asked for first.
    :raises SheetError: one cannot be written; all former files are unchanged.
    """
    for each in files:
        check_place(each)
    with ExitStack() as unfinished:
        temporary = {each: unfinished.enter_context(_temporary(each)) for each in files}
        for each, writer in files.items():
            _write(each, temporary[each], writer)
        for each in reversed(list(files)):  # the file asked for comes last
            with _telling(each):
                os.replace(temporary[each], each)


def check_export(path: Path) -> None:
    """Refuse what :func:`write_sheet` would refuse, before anything is read.

    :raises SheetError: the ending is unknown, or no file can be at this place.
    """
    for each in _files(path):
        check_place(each)


def _workbook() -> Sequence[tuple[str, Writer]]:
    from needlepoint.sheets.exports.workbook import write_workbook

    return [("", write_workbook)]


def _comma_separated() -> Sequence[tuple[str, Writer]]:
    from needlepoint.sheets.exports import comma_separated as csv

    return [("", csv.write_table), (".sources.csv", csv.write_sources), (".about.csv", csv.write_about)]


def _archive() -> Sequence[tuple[str, Writer]]:
    from needlepoint.sheets.exports.comma_separated import write_archive

    return [("", write_archive)]


def _json() -> Sequence[tuple[str, Writer]]:
    from needlepoint.sheets.exports.plain_data import write_json

    return [("", write_json)]


def _word() -> Sequence[tuple[str, Writer]]:
    from needlepoint.sheets.exports.word import write_word

    return [("", write_word)]


def _web_page() -> Sequence[tuple[str, Writer]]:
    from needlepoint.sheets.exports.web_page import write_web_page

    return [("", write_web_page)]


_FORMATS: dict[str, Callable[[], Sequence[tuple[str, Writer]]]] = {
    ".xlsx": _workbook,
    ".csv": _comma_separated,
    ".zip": _archive,
    ".json": _json,
    ".docx": _word,
    ".html": _web_page,
}
SUFFIXES = tuple(_FORMATS)
"""The endings of files that :func:`write_sheet` writes."""


def _files(path: Path) -> dict[Path, Writer]:
    """Return the files that are written, first the one asked for, with what writes each."""
    parts = _format(path)()
    return {path.with_name(path.stem + ending) if ending else path: writer for ending, writer in parts}


def _format(path: Path) -> Callable[[], Sequence[tuple[str, Writer]]]:
    """Return what loads a format: the endings of its files and their writers."""
    try:
        return _FORMATS[path.suffix.lower()]
    except KeyError:
        given = f"'{path.suffix}' is no format of a sheet" if path.suffix else "the name has no ending"
        raise SheetError(f"{path}: {given}: end it in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}") from None


def check_place(path: Path) -> None:
    """Refuse a place where no file can be before the work is done.

    :raises SheetError: there is no such folder, or the file is open in another program.
    """
    with _telling(path):
        _check_place(path)


def _check_place(path: Path) -> None:
    if not path.parent.is_dir():
        raise SheetError(f"there is no folder {path.parent}: make it first, or choose another")
    if path.is_dir():
        raise SheetError("is a folder: choose another name")
    for program, lock in (("LibreOffice", f".~lock.{path.name}#"), ("Microsoft Office", f"~${path.name}")):
        if path.with_name(lock).exists():
            way = f"close it there (or remove {lock} if it is not)"
            raise SheetError(f"is open in {program}: {way}, or choose another name")


@contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    """Return a place beside a file; what is still there in the end is removed."""
    place = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        yield place
    finally:
        place.unlink(missing_ok=True)


def _write(path: Path, place: Path, writer: Callable[[IO[bytes]], None]) -> None:
    with _telling(path):
        with place.open("xb") as file:
            writer(file)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            place.chmod(path.stat().st_mode & 0o777)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Turn what the system says into one line."""
    try:
        yield
    except SheetError as error:
        raise SheetError(f"{path}: {error}") from error
    except OSError as error:
        raise SheetError(f"{path}: {_remedy(error, path)}") from error


def _remedy(error: OSError, path: Path) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"no space left on its disk, or on that of {tempfile.gettempdir()}: free some, or choose another"
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.ETXTBSY}:
        return f"may not be written: close it where it is open, or choose another folder than {path.parent}"
    return f"cannot be written ({error.strerror or error})"
