"""What stands below messages and is no part of them: signatures and disclaimers."""

import re

from needlepoint.files.pages import PageText
from needlepoint.text.marks import Mark, MarkKind

_SIGNATURE = re.compile(r"(?:^|\n)--\n")
_MOST_LINES = 15
_REPLY = re.compile(
    r"\n+(?=[^\n]*(?:wrote|schrieb|écrit|escribió|ha scritto) ?:\s*\n|-{3,} ?Original|From: )", re.IGNORECASE
)
_LAST_PARAGRAPHS = 4
_SHORTEST = 80  # characters
_LEAST_SIGNS = 2
_SIGNS = tuple(
    re.compile(sign, re.IGNORECASE)
    for sign in (
        r"\bconfidential|\bprivileged\b|\bvertraulich|\bconfidentiel|\bconfidencial|\briservat",
        r"\bintended (?:only |solely |exclusively )?(?:recipient|addressee|for)\b|\bnur für den (?:Adressaten|Empfänger)"
        r"|\bdestinataire|\bdestinatario",
        r"\b(?:in error|by mistake)\b|\birrtümlich|\bpar erreur\b|\bpor error\b|\bper errore\b",
        r"\b(?:delete|destroy) (?:it|this|the|all)\b|\bvernichten\b|\bsupprimer\b|\beliminar",
        r"\bunauthori[sz]ed\b|\bprohibited\b|\bunbefugt|\binterdit",
        r"\bviruse?s?\b",
    )
)


def mark_furniture(page: PageText) -> None:
    """Mark the signature and the disclaimers of a message's text, so that they stay in it and are in no passage."""
    text = page.text
    for start, end in (*_signatures(text), *_disclaimers(text)):
        if not any(mark.start < end and start < mark.end for mark in page.marks):
            page.marks.append(Mark(start, end, MarkKind.FURNITURE))
    page.marks.sort(key=lambda mark: mark.start)


def _signatures(text: str) -> list[tuple[int, int]]:
    """Return where short signatures below two dashes stand, up to the message that is answered, or the end."""
    found: list[tuple[int, int]] = []
    for match in _SIGNATURE.finditer(text):
        start = match.start() + (1 if text[match.start()] == "\n" else 0)
        reply = _REPLY.search(text, match.end())
        end = reply.start() if reply else len(text)
        if text.count("\n", start, end) <= _MOST_LINES and (not found or start >= found[-1][1]):
            found.append((start, end))
    return found


def _disclaimers(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    end = len(text)
    for _ in range(_LAST_PARAGRAPHS):
        break_ = text.rfind("\n\n", 0, end)
        start = break_ + 2 if break_ >= 0 else 0
        paragraph = text[start:end]
        if len(paragraph) >= _SHORTEST and sum(sign.search(paragraph) is not None for sign in _SIGNS) >= _LEAST_SIGNS:
            found.append((start, end))
        if break_ < 0:
            break
        end = break_
    return found
