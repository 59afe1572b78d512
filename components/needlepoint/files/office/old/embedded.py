"""The files that are embedded in old Word, Excel and PowerPoint files."""

from collections.abc import Iterable, Iterator

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.members.part import Part
from needlepoint.files.office.objects import DAMAGES, OleObject, damaged_part, object_parts, opened_object
from needlepoint.files.office.old.biff import records_in
from needlepoint.files.office.old.graphs import is_graph_object
from needlepoint.files.office.old.properties import opened
from needlepoint.files.office.old.sheets import ENCRYPTED, workbook_stream
from needlepoint.files.office.old.slides.file import PptFile
from needlepoint.files.office.old.word.file import refuse_encrypted
from needlepoint.files.office.old.word.pool import pooled

_PASSWORD = 0x002F  # the record that tells of one
_IN_SHEETS, _NAME = "MBD", "object{}.bin"


def doc_parts(data: bytes, limits: Limits) -> Iterator[Part]:
    """Return the files that are embedded in a document of Word 97 to 2003."""
    with opened(data, program="Word", suffix=".docx") as ole:
        refuse_encrypted(ole.openstream("WordDocument").read())
        yield from _parts(each for each in pooled(ole) if not is_graph_object(each))


def xls_parts(data: bytes, limits: Limits) -> Iterator[Part]:
    """Return the files that are embedded in a workbook of Excel 97 to 2003."""
    with opened(data, program="Excel", suffix=".xlsx") as ole:
        if any(kind == _PASSWORD for kind, _ in records_in(workbook_stream(ole))):
            raise UnreadableFileError(ENCRYPTED)
        yield from _parts(OleObject(ole).storages(_IN_SHEETS))


def ppt_parts(data: bytes, limits: Limits) -> Iterator[Part]:
    """Return the files that are embedded in a presentation of PowerPoint 97 to 2003."""
    with opened(data, program="PowerPoint", suffix=".pptx") as ole:
        for number, record in enumerate(PptFile(ole).objects().values(), start=1):
            base = _NAME.format(number)
            try:
                content = record.unpacked(limits)
                with opened_object(content) as found:
                    yield from () if is_graph_object(found) else object_parts(found, base, content)
            except UnreadableFileError as error:
                yield Part(base, lambda: (), str(error))
            except DAMAGES as error:
                yield damaged_part(base, error)


def _parts(objects: Iterable[OleObject]) -> Iterator[Part]:
    for number, found in enumerate(objects, start=1):
        yield from object_parts(found, _NAME.format(number))
