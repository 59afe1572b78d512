# ruff: noqa: RUF001 - dashes are what this is about
"""What stands in a line of Org: emphasis, links, days, notes, formulas, macros."""

import re
from collections.abc import Callable
from typing import Any

from lxml import etree

from needlepoint.files.markup.elements import Body, element
from needlepoint.files.markup.formulas import formula_text, sign_of

_BEFORE = r"(?<![^\s\-–—(\[{'\"*/_+|])"
_AFTER = r"(?![^\s\-–—.,:!?;'\")}\[\]*/_+|\\])"
_EMPHASIS = "|".join(
    rf"{_BEFORE}{re.escape(mark)}(?P<{name}>[^\s{re.escape(mark)}](?:[^{re.escape(mark)}]{{0,400}}[^\s{re.escape(mark)}])?){re.escape(mark)}{_AFTER}"
    for mark, name in {"*": "bold", "/": "italic", "_": "under", "+": "struck"}.items()
)
_TOKEN = re.compile(
    rf"{_BEFORE}(?P<mark>[=~])(?P<code>\S(?:[^\n]{{0,300}}?\S)?)(?P=mark){_AFTER}"
    r"|\[\[(?P<target>[^\[\]]{1,2000})\](?:\[(?P<label>[^\[\]]{1,2000})\])?\]"
    r"|\[fn:(?P<note>[\w-]*)(?P<inline>[:\]])"
    r"|[<\[](?P<day>\d{4}-\d\d-\d\d\b[^<>\[\]\n]{0,40})[>\]](?:--[<\[](?P<until>\d{4}-\d\d-\d\d\b[^<>\[\]\n]{0,40})[>\]])?"
    r"|<<(?P<radio><[^<>\n]{1,200}>|[^<>\n]{1,200})>>"
    r"|\{\{\{(?P<macro>[\w-]+)(?:\((?P<arguments>[^(){}]{0,500})\))?\}\}\}"
    r"|\[cite[^:\[\]]{0,20}:(?P<cited>[^\[\]]{1,500})\]"
    r"|(?<=\S)\^(?:\{(?P<raised>[^{}\n]{1,200})\}|(?P<power>[-+]?\d+))"
    r"|(?<=\S)_\{(?P<lowered>[^{}\n]{1,200})\}"
    r"|\\\((?P<formula>[^\n]{1,500}?)\\\)|\\\[(?P<display>.{1,1000}?)\\\]"
    r"|\\begin\{(?P<environment>[A-Za-z]+\*?)\}(?P<body>.{1,1000}?)\\end\{(?P=environment)\}"
    r"|<(?P<address>\w+:[^<>\s]{1,500})>"
    r"|(?<![\w$])\$(?P<dollars>[^\s$](?:[^$\n]{0,300}[^\s$.,;])?)\$(?![\w$])"
    r"|\\(?P<entity>[A-Za-z]{1,20})(?:\{\})?"
    r"|\\\\(?P<end>[ \t]*)(?:\n|$)"
    r"|@@\w+:(?P<foreign>[^@\n]{0,500})@@"
    rf"|{_EMPHASIS}",
    re.DOTALL,
)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?)$", re.IGNORECASE)
_SCHEME = re.compile(r"^(?:file:|id:|#|\*)")
_BRACKET = re.compile(r"[\[\]]")
_MOST_BRACKETS = 30
_DEEPEST = 4  # marks in each other
_ENTITIES = {"nbsp": " ", "ndash": "–", "mdash": "—", "dots": "…", "hellip": "…", "euro": "€", "rarr": "→", "larr": "←"}


def day_text(text: str) -> str:
    """Return days as Org writes them without their brackets: ``2024-05-03 Fri 10:00``."""
    return re.sub(r"[<\[](\d{4}-\d\d-\d\d\b[^<>\[\]]*)[>\]]", r"\1", text).replace("--", "–")


class OrgInline:
    """Turns a line into elements.

    :param body: takes the notes that stand in a line.
    :param unread: is told what is left out.
    :param macros: ``name text``, as the file defines them.
    :param last_note: the last number that a note with a name has.
    """

    def __init__(self, body: Body, unread: Callable[[str], None], *, macros: list[str], last_note: int) -> None:
        self._body = body
        self._unread = unread
        self._macros = {name: text for name, _, text in (each.partition(" ") for each in macros)}
        self._notes = last_note

    def content(self, text: str, depth: int = 0) -> Any:
        """Return an element with the text and the elements in it."""
        made = Body()
        at = 0
        while match := _TOKEN.search(text, at):
            made.text(text[at : match.start()])
            at = self._token(match, made, depth)
        made.text(text[at:])
        return made.root

    def _token(self, match: re.Match[str], made: Body, depth: int) -> int:
        """Write what was found, and return where it ends."""
        kind, end = match.lastgroup, match.end()
        found = match.groupdict()
        if found["note"] is not None:
            return self._note(match, made, depth)
        if found["target"] is not None:
            self._link(found["target"], found["label"], made, depth)
        elif kind in ("bold", "italic", "under", "struck"):
            inner = self.content(found[kind], depth + 1) if depth < _DEEPEST else element("span", found[kind])
            if kind == "struck":
                inner.tag = "s"
                made.append(inner)
            else:
                made.content(inner)
        elif found["raised"] or found["power"]:
            made.append(element("sup", found["raised"] or found["power"]))
        elif found["macro"]:
            text = self._macro(found["macro"], found["arguments"] or "", match.group())
            made.content(self.content(text, _DEEPEST) if depth < _DEEPEST else element("span", text))
        elif found["end"] is not None:
            made.append(etree.Element("br"))
        else:
            made.text(self._plain(found, match.group()))
        return end

    def _plain(self, found: dict[str, str | None], written: str) -> str:
        if found["day"]:
            return "–".join(filter(None, [found["day"], found["until"]]))
        if found["radio"]:
            return found["radio"][1:-1] if found["radio"].startswith("<") else ""
        if found["cited"]:
            return f"[{', '.join(re.findall(r'@([^;,@ ]+)', found['cited'])) or found['cited']}]"
        if formula := found["formula"] or found["display"] or found["dollars"] or found["body"]:
            return formula_text(formula)
        if found["entity"]:
            return _entity(found["entity"]) or written
        return found["code"] or found["lowered"] or found["address"] or ""

    def _note(self, match: re.Match[str], made: Body, depth: int) -> int:
        name, end = match.group("note"), match.end()
        if match.group("inline") == "]":
            made.text(_spaced(match, f"[{name}]"))
            return end
        close = _closing(match.string, end)
        if close < 0 or depth:
            made.text(match.group())
            return end
        self._notes += 1
        label = name or str(self._notes)
        self._body.note(label, self.content(match.string[end:close].strip(), depth + 1))
        made.text(_spaced(match, f"[{label}]"))
        return close + 1

    def _link(self, target: str, label: str | None, made: Body, depth: int) -> None:
        if _PICTURE.search(target) and (label is None or _PICTURE.search(label)):
            self._unread(f"picture {_SCHEME.sub('', target)}: what is in it was not read")
        elif label:
            made.content(self.content(label, depth + 1) if depth < _DEEPEST else element("span", label))
        else:
            made.text(_SCHEME.sub("", target))

    def _macro(self, name: str, arguments: str, written: str) -> str:
        if name not in self._macros:
            return written
        given = [each.strip() for each in arguments.split(",")]
        return re.sub(r"\$(\d)", lambda at: "".join(given[int(at[1]) - 1 : int(at[1])]), self._macros[name])


def _spaced(match: re.Match[str], text: str) -> str:
    before = match.string[match.start() - 1 : match.start()]
    return f" {text}" if before.strip() else text


def _closing(text: str, start: int) -> int:
    """Return where the bracket closes that is open at a place; -1 where it does not."""
    depth = 1
    for count, each in enumerate(_BRACKET.finditer(text, start)):
        depth += 1 if each.group() == "[" else -1
        if not depth:
            return each.start()
        if count > _MOST_BRACKETS:
            break
    return -1


def _entity(name: str) -> str:
    return _ENTITIES.get(name) or sign_of(name)
