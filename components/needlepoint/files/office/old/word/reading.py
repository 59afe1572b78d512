"""DOC: paragraphs and tables in order, pages where the file states their breaks."""

from needlepoint.files.flow.pages import PageWriter
from needlepoint.files.limits import Limits
from needlepoint.files.office.old.properties import opened, stated_properties
from needlepoint.files.office.old.word.file import WordFile
from needlepoint.files.office.old.word.pool import ObjectPool
from needlepoint.files.office.old.word.stories import Stories
from needlepoint.files.pages import PageCollector
from needlepoint.files.source import SourceText


def read_doc(data: bytes, limits: Limits) -> SourceText:
    """Read a document of Word 97 to 2003."""
    collector = PageCollector(limits)
    with opened(data, program="Word", suffix=".docx") as ole:
        stories = Stories(WordFile(ole), ObjectPool(ole), collector.leave_unread, collector.check)
        pages = PageWriter(collector)
        pages.write(stories)
        stated = stated_properties(ole)
        title = stated["title"] or pages.title
        return collector.source(type="doc", title=title, metadata=stated["metadata"])
