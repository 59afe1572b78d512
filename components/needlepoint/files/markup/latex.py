"""LaTeX, read as the document that is made of it: sections, lists, tables, notes, formulas on one line."""

import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, ClassVar

from lxml import etree
from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import (
    LatexCharsNode,
    LatexEnvironmentNode,
    LatexGroupNode,
    LatexMacroNode,
    LatexMathNode,
    LatexSpecialsNode,
)

from needlepoint.files.limits import Limits
from needlepoint.files.markup.elements import Body, element
from needlepoint.files.markup.formulas import formula_text, sign_of
from needlepoint.files.markup.latex_commands import (
    BREAKS,
    CITATIONS,
    ENDS_PARAGRAPH,
    FORMULAS,
    HEADINGS,
    INCLUDED,
    LISTS,
    REFERENCES,
    RUN_IN,
    SIGNS,
    SPACES,
    TABLES,
    THEOREMS,
    silent,
)
from needlepoint.files.markup.latex_nodes import argument_nodes, as_written, is_cut, is_optional, latex_nodes
from needlepoint.files.markup.latex_source import CODE, LINES, latex_source
from needlepoint.files.markup.latex_tables import latex_table
from needlepoint.files.markup.reading import MarkupPage, read_markup
from needlepoint.files.source import SourceText

_LARGEST_PARSED = 2_000_000
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_SIGNS = {"~": " ", "``": "“", "''": "”", "--": "–", "---": "—", "!`": "¡", "?`": "¿", "&": " "}  # noqa: RUF001
_MARK = re.compile(r" \[\d+\]")
_LINE_END = re.compile(r"\s*\\\\\*?(?:\[[^\]\n]*\])?")
_COMMAND_OF_CODE = re.compile(rf"\\{CODE}\{{(\d+)\}}")
_NAME = re.compile(r"\s*\[([^\[\]]*)\]")
_UNIT = re.compile(r"\\([A-Za-z]+)")
_ACCENTS = frozenset("'`^\"~=.ucvdHkrb")
_AND = re.compile(r"\\and(?![A-Za-z])|\\And(?![A-Za-z])|\\AND(?![A-Za-z])")


def read_latex(data: bytes, limits: Limits) -> SourceText:
    """Read LaTeX as one page; its title is the one that it states, or its first heading."""
    return read_markup(data, limits, kind="latex", largest=_LARGEST_PARSED, parse=_parsed)


def _parsed(text: str, unread: Callable[[str], None]) -> MarkupPage:
    return _Latex(text, unread).page()


class _Latex:
    """Walks the nodes of a file and makes the elements of its page."""

    def __init__(self, text: str, unread: Callable[[str], None]) -> None:
        self._source = latex_source(text)
        self._unread = unread
        self._body = Body()
        self._notes = 0
        self._caption = ""
        self._first = ""
        self._theorems = THEOREMS | self._source.theorems
        self._signs = LatexNodes2Text(math_mode="text")

    def page(self) -> MarkupPage:
        stated = self._source.stated
        title, date = self._shown(stated.get("title", "")), self._shown(stated.get("date", ""))
        authors = _AND.split(stated.get("author", ""))
        if title:
            self._body.block("h1", title)
            title = _MARK.sub("", title)
        for part in (stated.get("subtitle", ""), *authors, stated.get("institute", ""), stated.get("date", "")):
            self._body.block("p", self._shown(part))
        self._walk(latex_nodes(self._source.body))
        self._body.finish()
        for _ in range(self._source.drawings):
            self._unread("a drawing: it was not read")
        names = [_MARK.sub("", self._shown(_LINE_END.split(each)[0])) for each in authors]
        return MarkupPage(
            self._body.root, title or self._first, {"author": ", ".join(filter(None, names)), "date": date}
        )

    def _shown(self, text: str) -> str:
        """Return LaTeX as one line of text; its notes go to the end of the section."""
        return self._line(latex_nodes(_LINE_END.sub(", ", text))) if text else ""

    def _line(self, nodes: Iterable[Any]) -> str:
        return " ".join("".join(self._inner(nodes).itertext()).split())

    def _inner(self, nodes: Iterable[Any]) -> Any:
        """Return what the nodes give as an element of their own."""
        outer, self._body = self._body, Body(self._body)
        self._walk(nodes)
        made, self._body = self._body.root, outer
        return made

    def _walk(self, nodes: Iterable[Any], before: str = "") -> None:
        """Write nodes.

        :param before: ``unknown`` after a command that is not known, ``argument`` after what may be an argument of it.
        """
        for node in filter(None, nodes):
            kind = type(node)
            if kind is LatexGroupNode:
                if before == "argument":  # of a command that is not known: its words must not run into each other
                    self._body.text(" ")
                self._walk(node.nodelist)
                before = "argument" if before else ""
                continue
            if kind is LatexCharsNode:
                self._chars(node.chars)
                before = "argument" if before and node.chars.startswith("[") else ""
                continue
            before = ""
            if kind is LatexSpecialsNode:
                self._chars(_SIGNS.get(node.specials_chars, node.specials_chars))
            elif kind is LatexMathNode:
                self._math(node)
            elif kind is LatexEnvironmentNode:
                self._environment(node)
            elif kind is LatexMacroNode and not self._macro(node):
                before = "unknown"

    def _chars(self, text: str) -> None:
        first, *others = _BLANK_LINE.split(text)
        self._body.text(first)
        for each in others:
            self._end_paragraph()
            self._body.text(each)

    def _end_paragraph(self) -> None:
        self._body.block("p", "")

    def _math(self, node: Any) -> None:
        opened, closed = node.delimiters
        text = node.latex_verbatim().removeprefix(opened).removesuffix(closed)
        if _BLANK_LINE.search(text):  # a sign for dollars that opens no formula
            self._body.text(opened)
            self._walk(node.nodelist)
        elif node.displaytype == "inline":
            self._body.text(self._formula(text))
        else:
            self._body.block("p", self._formula(text))

    def _formula(self, text: str) -> str:
        return formula_text(_COMMAND_OF_CODE.sub(lambda match: self._source.literals[int(match[1])], text))

    def _macro(self, node: Any) -> bool:
        """Write a command with its arguments, and tell whether it is known."""
        name = node.macroname
        arguments = [each for each in (node.nodeargd.argnlist if node.nodeargd else None) or [] if each is not None]
        write = self._writers.get(name)
        if (name in silent() or name in INCLUDED or name == "includegraphics") and is_cut(node, arguments):
            self._walk(arguments)  # all that follows
        elif write is not None:
            write(self, arguments)
        elif name in HEADINGS:
            self._heading(HEADINGS[name], arguments)
        elif name in CITATIONS:
            self._body.text(f"[{', '.join(filter(None, map(self._argument, reversed(arguments))))}]")
        elif name in REFERENCES:
            self._body.text(self._argument(arguments[-1]).rpartition(":")[2] if arguments else "")
        elif name in INCLUDED:
            self._unread(f"{''.join(map(as_written, arguments)) or 'a part'}: it is not in this file")
        elif name in BREAKS:
            self._body.block("br", "")
        elif name in ENDS_PARAGRAPH:
            self._end_paragraph()
        elif name in SPACES:
            self._body.text(" ")
        elif name in silent():
            pass
        elif (sign := self._sign(node)) is not None:
            self._body.text(sign)
        elif arguments:
            self._walk(each for each in arguments if not is_optional(each))
        else:
            return False
        return True

    def _sign(self, node: Any) -> str | None:
        """Return the letter or sign that a command stands for: an accent, a symbol."""
        if node.macroname in SIGNS:
            return SIGNS[node.macroname]
        if node.macroname in _ACCENTS:
            return str(self._signs.nodelist_to_text([node]))
        return sign_of(node.macroname) or None

    def _argument(self, node: Any) -> str:
        return self._line(argument_nodes(node))

    def _heading(self, level: int, arguments: list[Any]) -> None:
        content = self._inner(argument_nodes(arguments[-1])) if arguments else etree.Element("p")
        self._first = self._first or " ".join("".join(content.itertext()).split())
        self._body.heading(level, content)

    def _run_in(self, arguments: list[Any]) -> None:
        self._end_paragraph()
        text = self._argument(arguments[-1]) if arguments else ""
        self._body.text(f"{text} ")

    def _note(self, arguments: list[Any]) -> None:
        self._notes += 1
        if arguments:
            self._body.note(str(self._notes), self._inner(argument_nodes(arguments[-1])))
        self._body.text(f" [{self._notes}]")

    def _note_of_mark(self, arguments: list[Any]) -> None:
        if arguments:
            self._body.note(str(self._notes), self._inner(argument_nodes(arguments[-1])))

    def _mark(self, arguments: list[Any]) -> None:
        self._notes += 1
        self._body.text(f" [{self._notes}]")

    def _captioned(self, arguments: list[Any]) -> None:
        text = self._argument(arguments[-1]) if arguments else ""
        if text != self._caption:
            self._body.block("p", text)

    def _picture(self, arguments: list[Any]) -> None:
        name = as_written(arguments[-1]) if arguments else ""
        self._unread(f"picture {name}: what is in it was not read")

    def _tagged(self, tag: str, arguments: list[Any]) -> None:
        if arguments:
            self._body.block(tag, self._inner(argument_nodes(arguments[-1])))

    def _link(self, arguments: list[Any]) -> None:
        self._walk(argument_nodes(arguments[-1]) if arguments else ())

    def _address(self, arguments: list[Any]) -> None:
        self._body.text(as_written(arguments[-1]).replace("\\", "") if arguments else "")

    def _quoted(self, arguments: list[Any]) -> None:
        self._body.text("“")
        self._link(arguments)
        self._body.text("”")

    def _quantity(self, arguments: list[Any]) -> None:
        given = [each for each in arguments if not is_optional(each)]
        self._body.text(" ".join(_UNIT.sub(r" \1 ", as_written(each)).strip() for each in given))

    def _fraction(self, arguments: list[Any]) -> None:
        self._body.text("/".join(map(self._argument, arguments)))

    def _formula_of(self, arguments: list[Any]) -> None:
        self._body.text(self._formula(as_written(arguments[-1])) if arguments else "")

    def _lines(self, arguments: list[Any]) -> None:
        self._body.block("pre", self._literal(arguments))

    def _code(self, arguments: list[Any]) -> None:
        self._body.text(self._literal(arguments))

    def _literal(self, arguments: list[Any]) -> str:
        number = as_written(arguments[-1]) if arguments else ""
        known = number.isdecimal() and int(number) < len(self._source.literals)
        return self._source.literals[int(number)] if known else ""

    def _loose_item(self, arguments: list[Any]) -> None:
        self._end_paragraph()
        self._body.text(f"- {' '.join(map(self._argument, arguments))} ")

    def _bibliography_item(self, arguments: list[Any]) -> None:
        self._end_paragraph()
        self._body.text(f"[{self._argument(arguments[-1])}] " if arguments else "")

    _writers: ClassVar[dict[str, Callable[[Any, list[Any]], None]]] = {
        **dict.fromkeys(RUN_IN, _run_in),
        **dict.fromkeys(("footnote", "thanks"), _note),
        **dict.fromkeys(
            ("href", "textcolor", "colorbox", "resizebox", "scalebox", "raisebox", "multicolumn", "multirow"), _link
        ),
        **dict.fromkeys(("url", "nolinkurl", "path"), _address),
        **dict.fromkeys(("sout", "st"), lambda self, arguments: self._tagged("s", arguments)),
        **dict.fromkeys(("frac", "nicefrac", "textfrac"), _fraction),
        **dict.fromkeys(("num", "si", "unit", "SI", "qty"), _quantity),
        "textsuperscript": lambda self, arguments: self._tagged("sup", arguments),
        "footnotetext": _note_of_mark,
        "footnotemark": _mark,
        "caption": _captioned,
        "captionof": _captioned,
        "includegraphics": _picture,
        "enquote": _quoted,
        "ensuremath": _formula_of,
        LINES: _lines,
        CODE: _code,
        "item": _loose_item,
        "bibitem": _bibliography_item,
    }

    def _environment(self, node: Any) -> None:
        name = node.environmentname.rstrip("*")
        nodes = [each for each in node.nodelist if each is not None]
        arguments = [each for each in (node.nodeargd.argnlist if node.nodeargd else None) or [] if each is not None]
        if name in FORMULAS or name == "array":
            for text in _formulas(node):
                self._body.block("p", self._formula(text))
        elif node.environmentname in TABLES:
            self._table(nodes)
        elif name in LISTS:
            self._list(name, nodes)
        elif name == "abstract":
            self._body.heading(2, element("p", "Abstract"))
            self._block(nodes)
        elif name == "thebibliography":
            self._body.heading(2, element("p", "References"))
            self._block(nodes)
        elif name == "frame":
            self._frame(nodes)
        elif name in self._theorems:
            self._end_paragraph()
            called = f" ({self._argument(arguments[-1])})" if arguments else self._called(nodes)
            self._body.text(f"{self._theorems[name]}{called}. ")
            self._block(nodes)
        else:
            caption, self._caption = self._caption, self._caption_in(nodes) if name.endswith("table") else self._caption
            self._block(nodes, before="unknown")
            self._caption = caption

    def _called(self, nodes: list[Any]) -> str:
        """Take the name that stands in brackets at the beginning of an environment of the author's own."""
        match = _NAME.match(nodes[0].chars) if nodes and type(nodes[0]) is LatexCharsNode else None
        if match is None:
            return ""
        nodes[0].chars = nodes[0].chars[match.end() :]
        return f" ({match.group(1)})"

    def _block(self, nodes: Iterable[Any], before: str = "") -> None:
        depth = self._body.depth
        self._body.begin("div")
        self._walk(nodes, before)
        self._body.end(depth)

    def _frame(self, nodes: list[Any]) -> None:
        rest = [each for each in nodes if type(each) is not LatexCharsNode or each.chars.strip()]
        if rest and type(rest[0]) is LatexGroupNode:
            self._heading(2, [rest[0]])
            nodes = rest[1:]
        self._block(nodes)

    def _list(self, name: str, nodes: list[Any]) -> None:
        depth = self._body.depth
        tag = LISTS[name]
        self._body.begin(tag)
        inside = self._body.depth
        starts = [
            at for at, each in enumerate(nodes) if type(each) is LatexMacroNode and each.macroname in ("item", "task")
        ]
        self._walk(nodes[: starts[0] if starts else len(nodes)])
        for start, end in pairwise([*starts, len(nodes)]):
            self._body.end(inside)
            label = next(iter(filter(None, nodes[start].nodeargd.argnlist if nodes[start].nodeargd else [])), None)
            if tag == "dl":
                self._body.block("dt", self._argument(label) if label is not None else "")
                self._body.begin("dd")
            else:
                self._body.begin("li")
                self._body.text(f"{self._argument(label)} " if label is not None else "")
            self._walk(nodes[start + 1 : end])
        self._body.end(depth)

    def _table(self, nodes: list[Any]) -> None:
        caption = self._caption or self._caption_in(nodes)
        found = latex_table(nodes, self._inner, caption)
        if found is not None:
            self._body.append(found)

    def _caption_in(self, nodes: Iterable[Any]) -> str:
        """Return the caption among some nodes or those of the environments and groups in them."""
        for node in filter(None, nodes):
            if type(node) is LatexMacroNode and node.macroname == "caption" and node.nodeargd:
                return self._argument(node.nodeargd.argnlist[-1])
            if type(node) in (LatexEnvironmentNode, LatexGroupNode) and (found := self._caption_in(node.nodelist)):
                return found
        return ""


def _formulas(node: Any) -> list[str]:
    """Return the lines of a formula that stands apart."""
    body = "".join(each.latex_verbatim() for each in node.nodelist if each is not None)
    if re.search(r"\\begin\s*\{", body):
        return [body]
    return [line for each in _LINE_END.split(body) if (line := each.replace("&", " ").strip())]
