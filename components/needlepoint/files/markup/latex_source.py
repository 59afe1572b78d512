"""LaTeX before it is parsed: what the preamble says, lines that stay as they are, the author's own commands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

LINES, CODE = "NeedlepointLines", "NeedlepointCode"  # commands that stand for texts which stay as they are
_BEGIN = re.compile(r"\\begin\s*\{document\}")
_END = re.compile(r"\\end\s*\{document\}")
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*+)%[^\n]*(?:\n(?![ \t]*\n)[ \t]*)?")
_PART_RULE = re.compile(r"\\(?:cmidrule|cline)\s*(?:\([^()\n]*\))?\s*\{[^{}\n]*\}")
_OVERLAY = re.compile(r"(\\[A-Za-z]+)<[^<>\n]{1,20}>")  # of slides: when something is shown
_ADDRESS = re.compile(r"\\(?:url|href|nolinkurl|path)\s*\{[^{}\n]*")
_LITERAL = re.compile(
    r"\\begin\s*\{(?P<name>verbatim\*?|Verbatim|BVerbatim|lstlisting|minted|alltt|comment|filecontents\*?|tikzpicture|pspicture"
    r"|picture)\}"
    r"|\\(?:verb\*?|lstinline(?:\[[^\]\n]{0,200}\])?|mintinline(?:\[[^\]\n]{0,200}\])?\{\w+\})(?:\{(?P<braced>[^{}\n]*)\}"
    r"|(?P<mark>[^\sA-Za-z*{])(?P<code>[^\n]{0,500}?)(?P=mark))"
)
_ARGUMENTS = re.compile(r"[ \t]*(?:\[[^\]\n]*\]|\{[^{}\n]*\})*+[ \t]*\n?")
_DROPPED = frozenset({"comment", "filecontents", "filecontents*"})
_DRAWN = frozenset({"tikzpicture", "pspicture", "picture"})
_DEFINED = re.compile(
    r"\\(?:newcommand|renewcommand|providecommand|DeclareRobustCommand|(?P<operator>DeclareMathOperator))\*?\s*"
    r"(?:\{\s*\\(?P<name>[A-Za-z]+)\s*\}|\\(?P<bare>[A-Za-z]+))\s*(?:\[(?P<count>\d)\])?\s*(?:\[(?P<default>[^\[\]]*)\])?\s*(?=\{)"
)
_DEF = re.compile(r"\\def\s*\\(?P<name>[A-Za-z]+)(?P<arguments>(?:#\d)*)\s*(?=\{)")
_THEOREM = re.compile(r"\\newtheorem\*?\s*\{([\w*]+)\}\s*(?:\[\w+\])?\s*\{([^{}]*)\}")
_STATED = re.compile(r"\\(title|author|date|subtitle|institute)\s*(?:\[[^\[\]]*\])?\s*(?=\{)")
_UNSIMPLE = re.compile(r"\\(?:if|csname|expandafter|futurelet|let|begingroup|catcode)|@")
_STEP = re.compile(r"\\.|[{}]", re.DOTALL)
_USED = re.compile(r"\\([A-Za-z]+)")
_OPTIONAL = re.compile(r"\[([^\[\]]{0,500})\]")
_NUMBER = re.compile(r"#(\d)")
_ROUNDS = 12  # of commands in each other
_LONGEST_BODY = 20_000  # characters of what a command stands for
_GROWTH = 200_000  # characters that the author's commands may add
_STANDARD_NAMES = (
    "section subsection subsubsection chapter part paragraph item label ref cite footnote caption title author date maketitle "
    "thesection thesubsection thepage thefigure thetable arraystretch baselinestretch refname bibname figurename tablename "
    "abstractname contentsname headrulewidth footrulewidth emph textbf textit texttt and thanks input include"
)
_STANDARD = frozenset(_STANDARD_NAMES.split())


@dataclass(slots=True)
class LatexSource:
    """A file, ready to be parsed.

    :param body: without its preamble; the author's own commands are replaced by what they stand for.
    :param stated: ``title``, ``author``, ``date`` and so on, in LaTeX.
    :param literals: the texts for which :data:`LINES` and :data:`CODE` stand, by their numbers.
    :param theorems: the names of environments that the author has named.
    :param drawings: how many parts are drawn.
    """

    body: str = ""
    stated: dict[str, str] = field(default_factory=dict)
    literals: list[str] = field(default_factory=list)
    theorems: dict[str, str] = field(default_factory=dict)
    drawings: int = 0


def latex_source(text: str) -> LatexSource:
    """Take a file apart."""
    source = LatexSource()
    text = _ADDRESS.sub(lambda match: re.sub(r"(?<!\\)%", r"\\%", match.group()), text)
    text = _COMMENT.sub(r"\1", "".join(_without_literals(text, source)))
    text = _PART_RULE.sub("", text)
    if "{beamer}" in text:
        text = _OVERLAY.sub(r"\1", text)
    begin = _BEGIN.search(text)
    body = text[begin.end() :] if begin else text
    end = _END.search(body) if begin else None
    closings = _closings(text)
    own = dict(_definitions(text, closings))
    source.theorems = dict(_THEOREM.findall(text))
    for match in _STATED.finditer(text):
        close = closings.get(match.end())
        if close is not None:
            source.stated.setdefault(match.group(1), _expanded(text[match.end() + 1 : close], own))
    source.body = _expanded(body[: end.start()] if end else body, own)
    return source


def _without_literals(text: str, source: LatexSource) -> Iterator[str]:
    """Yield the text with a command in the place of each part that is not LaTeX."""
    at = 0
    missing: set[str] = set()
    for match in _LITERAL.finditer(text):
        name = match.group("name")
        if match.start() < at or name in missing or _is_comment(text, match.start()):
            continue
        end, after = match.end(), match.end()
        if name:
            close = f"\\end{{{name}}}"
            end = text.find(close, match.end())
            after = end + len(close)
        if end < 0:
            missing.add(name)
            continue
        yield text[at : match.start()]
        yield _literal(match, text[match.end() : end], source)
        at = after
    yield text[at:]


def _literal(match: re.Match[str], content: str, source: LatexSource) -> str:
    name = match.group("name")
    if name in _DRAWN:
        source.drawings += 1
    if name in _DRAWN or name in _DROPPED:
        return ""
    given = _ARGUMENTS.match(content) if name else None
    source.literals.append(
        content[given.end() :].rstrip() if given else match.group("braced") or match.group("code") or ""
    )
    return f"\\{LINES if name else CODE}{{{len(source.literals) - 1}}}"


def _is_comment(text: str, at: int) -> bool:
    start = max(at - 1_000, 0)
    line = text[max(start, text.rfind("\n", start, at) + 1) : at]
    return re.search(r"(?<!\\)%", line) is not None


def _closings(text: str) -> dict[int, int]:
    """Return where each brace that opens is closed; one that is not closed is left out."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in _STEP.finditer(text):
        if match.group() == "{":
            opened.append(match.start())
        elif match.group() == "}" and opened:
            found[opened.pop()] = match.start()
    return found


@dataclass(frozen=True, slots=True)
class _Command:
    body: str
    count: int = 0
    default: str | None = None


def _definitions(text: str, closings: dict[int, int]) -> Iterator[tuple[str, _Command]]:
    """Yield the commands that are simple enough to be replaced by what they stand for."""
    for form in (_DEFINED, _DEF):
        for match in form.finditer(text):
            found = match.groupdict()
            name = found["name"] or found["bare"]
            close = closings.get(match.end(), 0)
            body = text[match.end() + 1 : min(close, match.end() + _LONGEST_BODY)]
            if not close or name in _STANDARD or _UNSIMPLE.search(body):
                continue
            if found.get("operator"):
                body = f"\\operatorname{{{body}}}"
            count = int(found.get("count") or len(found.get("arguments") or "") // 2)
            yield name, _Command(body, count, found.get("default"))


def _expanded(text: str, own: dict[str, _Command]) -> str:
    """Return the text with the author's own commands replaced, but for those that would make it grow without measure."""
    if not own:
        return text
    longest = len(text) + _GROWTH
    for _ in range(_ROUNDS):
        parts, at, size, closings = [], 0, len(text), _closings(text)
        for match in _USED.finditer(text):
            command = own.get(match.group(1))
            if command is None or match.start() < at:
                continue
            replaced, end = _replaced(text, match.end(), command, closings)
            parts += [text[at : match.start()], replaced]
            at = end
            size += len(replaced) - (end - match.start())
            if size > longest:
                return text
        if not parts:
            break
        text = "".join([*parts, text[at:]])
    return text


def _replaced(text: str, at: int, command: _Command, closings: dict[int, int]) -> tuple[str, int]:
    """Return what a command stands for, and where its arguments end."""
    given: list[str] = []
    if command.default is not None:
        optional = _OPTIONAL.match(text, at)
        given.append(optional.group(1) if optional else command.default)
        at = optional.end() if optional else at
    while len(given) < command.count and at in closings:
        given.append(text[at + 1 : closings[at]])
        at = closings[at] + 1
    return _NUMBER.sub(lambda number: "".join(given[int(number[1]) - 1 : int(number[1])]), command.body), at
