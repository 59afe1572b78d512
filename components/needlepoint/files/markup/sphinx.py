"""Directives and roles that docutils does not know, most of them Sphinx's: each gives its text."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives, roles
from docutils.parsers.rst.languages import en

from needlepoint.files.web.reading import html_text, parse_html

_VERSIONS = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
    "versionremoved": "Removed in version",
}
_SILENT_NAMES = (
    "index highlight currentmodule py:currentmodule py:module module default-domain tabularcolumns contents sectionauthor "
    "codeauthor cssclass rst-class namespace c:namespace cpp:namespace default-role"
)
_CODE_NAMES = (
    "code code-block sourcecode graphviz digraph graph mermaid uml plantuml doctest testcode testoutput testsetup testcleanup "
    "prompt ipython plot productionlist console"
)
_SILENT = frozenset(_SILENT_NAMES.split())
_CODE = frozenset(_CODE_NAMES.split())
_INCLUDING = frozenset({"include", "literalinclude", "automodule", "autoclass", "autofunction", "autosummary"})
_ONLY = frozenset({"only", "ifconfig", "tab-set", "grid", "container"})  # their argument is no text
_LOCK = Lock()


@contextmanager
def sphinx_names(unread: Callable[[str], None]) -> Iterator[None]:
    """Let docutils know every name of a directive or a role while it parses.

    Its registries are one for the process, so that one file is parsed at a time, and they are put back afterwards.

    :param unread: is told what is left out.
    """
    with _LOCK:
        known = directives._directives, roles._roles
        directives._directives = _Names(
            {**known[0], **_Directives(unread).own()}, {*en.directives, *directives._directive_registry}, _AnyDirective
        )
        roles._roles = _Names(known[1], {"", *en.roles, *roles._role_registry}, _any_role)
        try:
            yield
        finally:
            directives._directives, roles._roles = known


class _Names(dict[str, Any]):
    """A registry in which a name that docutils does not know is found, too."""

    def __init__(self, own: dict[str, Any], known: set[str], other: Any) -> None:
        super().__init__(own)
        self._known = known
        self._other = other

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name not in self._known

    def __missing__(self, name: str) -> Any:
        return self._other


class _AnyOption(dict[str, Callable[[str | None], str]]):
    def __bool__(self) -> bool:
        return True

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Callable[[str | None], str]:
        return lambda text: text or ""


class _AnyDirective(Directive):
    """Gives its argument and its content, which is parsed as any other text."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[Any] = _AnyOption()

    def run(self) -> list[Any]:
        caption = self.options.get("caption") or self.options.get("title") or ""
        return [*self._paragraph(self._heading()), *self._paragraph(caption), *self._body()]

    def _heading(self) -> str:
        text = "" if self.name in _ONLY else " ".join(self.arguments)
        if self.name in _VERSIONS:
            return f"{_VERSIONS[self.name]} {': '.join(text.split(maxsplit=1))}"
        return f"See also: {text}" if self.name == "seealso" else text

    def _paragraph(self, text: str) -> list[Any]:
        inline, messages = self.state.inline_text(text, self.lineno)
        return [nodes.paragraph("", "", *inline), *messages] if text else []

    def _body(self) -> list[Any]:
        holder = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, holder, match_titles=True)
        return list(holder.children)


class _Code(_AnyDirective):
    """Gives its content as lines; its argument is a language."""

    def _heading(self) -> str:
        return ""

    def _body(self) -> list[Any]:
        text = "\n".join(self.content)
        return [nodes.literal_block(text, text)] if text.strip() else []


class _Toctree(_AnyDirective):
    """Gives the titles of the documents that it lists, or their names."""

    def _body(self) -> list[Any]:
        listed = (_without_target(line.strip()) for line in self.content if line.strip())
        items = [nodes.list_item("", nodes.paragraph(line, line)) for line in listed]
        return [nodes.bullet_list("", *items)] if items else []


class _Silent(_AnyDirective):
    def run(self) -> list[Any]:
        return []


def _any_role(
    name: str, source: str, text: str, lineno: int, inliner: Any, options: Any = None, content: Any = ()
) -> tuple[list[Any], list[Any]]:
    """Give the text of a role: ``text <target>`` has its text, and ``~module.name`` its last name."""
    shown = _without_target(nodes.unescape(text)).removeprefix("!")
    if shown.startswith("~"):
        shown = shown[1:].rpartition(".")[2]
    return [nodes.inline(source, shown)], []


def _without_target(text: str) -> str:
    before = text.partition("<")[0].rstrip() if text.endswith(">") else ""
    return before or text


class _Directives:
    """The directives that are read in another way than docutils would, or than any unknown one."""

    def __init__(self, unread: Callable[[str], None]) -> None:
        self._unread = unread

    def own(self) -> dict[str, type[Directive]]:
        """Return the directives by name."""
        found: dict[str, type[Directive]] = {"toctree": _Toctree, "raw": self._raw()}
        found |= dict.fromkeys(_SILENT, _Silent) | dict.fromkeys(_CODE, _Code)
        return found | dict.fromkeys(_INCLUDING, self._including())

    def _including(self) -> type[Directive]:
        unread = self._unread

        class Including(_AnyDirective):
            def run(self) -> list[Any]:
                unread(f"{' '.join(self.arguments) or 'a part'}: it is not in this file")
                return self._body()

        return Including

    def _raw(self) -> type[Directive]:
        unread = self._unread

        class Raw(_AnyDirective):
            def run(self) -> list[Any]:
                form = " ".join(self.arguments).lower()
                root = parse_html("\n".join(self.content)) if "html" in form.split() else None
                if root is None:
                    unread(f"a part in another format ({form}): its content was not read")
                    return []
                return [nodes.paragraph(each, each) for each in html_text(root).split("\n\n") if each]

        return Raw
