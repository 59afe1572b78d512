"""What reviewers noted on slides, in PowerPoint's older and newer form."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from needlepoint.files.office.properties import parse_part
from needlepoint.files.pages import one_line

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_P188 = "{http://schemas.microsoft.com/office/powerpoint/2018/8/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


class Comments:
    """The comments of a presentation.

    :param part: its main part, which knows the authors.
    """

    def __init__(self, part: Any) -> None:
        roots = [*_roots(part, "/commentAuthors"), *_roots(part, "/authors")]
        self._authors = {
            each.get("id"): each.get("name") or ""
            for root in roots
            for each in root.iter(f"{_P}cmAuthor", f"{_P188}author")
        }

    def of(self, slide: Any) -> list[str]:
        """Return the comments on a slide, each with its author."""
        return [text for root in _roots(slide.part, "/comments") for text in self._texts(root)]

    def _texts(self, root: Any) -> Iterator[str]:
        for comment in root.iter(f"{_P}cm", f"{_P188}cm", f"{_P188}reply"):
            body = comment.find(f"{_P188}txBody")
            said = comment.findtext(f"{_P}text") or ""
            if body is not None:
                said = " ".join(each.text or "" for each in body.iter(f"{_A}t"))
            author = one_line(self._authors.get(comment.get("authorId"), ""))
            if said.strip():
                yield f"Comment{f' by {author}' if author else ''}: {one_line(said)}"


def _roots(part: Any, suffix: str) -> Iterator[Any]:
    for relation in part.rels.values():
        if not relation.is_external and relation.reltype.endswith(suffix):
            try:
                yield parse_part(relation.target_part.blob)
            except etree.XMLSyntaxError:  # a part that is broken: the slides count
                continue
