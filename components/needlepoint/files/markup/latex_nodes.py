"""LaTeX as a tree of nodes, made by pylatexenc in a fifth of its usual time."""

import re
from typing import Any

from pylatexenc.latexwalker import LatexCharsNode, LatexGroupNode, LatexToken, LatexWalker

from needlepoint.files.markup.latex_commands import latex_context

_WORD = r"[^\\{}$%&~`'\-!?\[\]()\s]+"
_WORDS = re.compile(rf"{_WORD}(?:[ \n]{_WORD})*+")
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([\w* ._-]+)\}")


def latex_nodes(text: str) -> list[Any]:
    """Return the nodes of LaTeX; what is damaged in it is read as far as it goes.

    :raises RecursionError: it is nested too deeply.
    """
    nodes, _, _ = _Walker(text, latex_context=latex_context(), tolerant_parsing=True).get_latex_nodes()
    return list(nodes)


def argument_nodes(node: Any) -> list[Any]:
    """Return the nodes of an argument."""
    if node is None:
        return []
    return list(node.nodelist) if type(node) is LatexGroupNode else [node]


def as_written(node: Any) -> str:
    """Return an argument as it is written."""
    return "".join(each.latex_verbatim() for each in argument_nodes(node) if each is not None)


def is_cut(node: Any, arguments: list[Any]) -> bool:
    """Tell a command whose last argument never closes, so that it holds the rest of the file."""
    return bool(arguments) and not node.latex_verbatim().rstrip().endswith(("}", "]", "*"))


def is_optional(node: Any) -> bool:
    """Tell an argument in brackets, or a star."""
    return (type(node) is LatexGroupNode and node.delimiters[0] == "[") or (
        type(node) is LatexCharsNode and node.chars == "*"
    )


class _Walker(LatexWalker):
    """Takes plain words together, where pylatexenc takes each character, and copies no text to find an environment's name."""

    def get_token(
        self, pos: int, include_brace_chars: Any = None, environments: bool = True, *arguments: Any, **named: Any
    ) -> Any:
        """Return the token at a place."""
        if environments:
            if words := _WORDS.match(self.s, pos):
                return LatexToken(tok="char", arg=words.group(), pos=pos, len=len(words.group()), pre_space="")
            if match := _ENVIRONMENT.match(self.s, pos):
                kind, length = f"{match.group(1)}_environment", len(match.group())
                return LatexToken(tok=kind, arg=match.group(2), pos=pos, len=length, pre_space="")
        return super().get_token(pos, include_brace_chars, environments, *arguments, **named)
