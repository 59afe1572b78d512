"""Yes or no, where words say so."""

import re
from dataclasses import dataclass
from typing import Final

from needlepoint.sheets.kinds.value import Agreement, Quoted, Value

_PLAIN: Final = re.compile(
    r"\W*(?P<word>yes|no|true|false|ja|nein|none|not\s+applicable|n/a)\b(?P<rest>.*)", re.I | re.S
)
_NEGATIONS: Final = re.compile(
    r"\b(?:not|cannot|can't|won't|shan't|isn't|aren't|doesn't|don't|never|neither|nor|no|nothing|none|nobody|without)\b",
    re.I,
)
_MODALS: Final = re.compile(
    r"\b(?:shall|(?<!of )may(?![\s,.]*\d)|must|will|can|cannot|can't|won't|is|are|does|do|has|have|be|agrees?"
    r"|entitled|permitted|allowed|required|obliged)\b",
    re.I,
)
_CONDITIONS: Final = re.compile(
    r"\b(?:unless|except|only|without|other\s+than|subject\s+to|provided|if|in\s+the\s+event|when|where|should|upon|to\s+the\s+extent|save|until|but"
    r"|however|notwithstanding|(?:no|not)\s+(?:\w+\s+)?(?:more|less|later|fewer|greater|exceed\w*|event))\b",
    re.I,
)
_REFUSALS: Final = re.compile(
    r"\b(?:prohibit|forbid|forbad|prevent|restrict|preclud|exclud|refus|den(?:y|ied|ies)|waiv|ban(?:s|ned)?\b|bar(?:s|red)?\b|disallow"
    r"|unable|fail|lack|absen|withheld|withhold|void|invalid|refrain)",
    re.I,
)

_LONGEST = 250  # characters; a longer sentence says more than one thing


@dataclass(frozen=True, slots=True)
class YesNoValue:
    """What words say: yes, or no."""

    is_yes: bool

    @property
    def readings(self) -> frozenset[bool]:
        """Yes or no."""
        return frozenset({self.is_yes})

    def agreement(self, other: Value) -> Agreement:
        """Return whether both say the same."""
        if not isinstance(other, YesNoValue):
            return Agreement.UNKNOWN
        return Agreement.SAME if self.is_yes is other.is_yes else Agreement.DIFFERENT

    def __str__(self) -> str:
        return "yes" if self.is_yes else "no"


def yes_no_of(quoted: Quoted, *, question: str = "") -> YesNoValue | None:
    """Return whether words say yes or no: "Yes", "may assign", "shall not assign"; None where they do not say so plainly.

    Conditions ("may assign only with consent"), two negations, and words of refusal ("is prohibited from") on either side say
    neither.

    :param question: where it has words of refusal itself ("Is subletting prohibited?"), only a plain yes or no counts.
    """
    plain = _PLAIN.fullmatch(quoted.words)
    if plain and (not plain["rest"].strip() or not plain["rest"][0].isspace()):
        word = plain["word"].casefold()
        return (
            YesNoValue(word in ("yes", "true", "ja")) if word in ("yes", "no", "true", "false", "ja", "nein") else None
        )
    if _REFUSALS.search(question) or _NEGATIONS.search(question):
        return None
    words, clause = quoted.words, _clause(quoted)
    negations = _NEGATIONS.findall(clause)
    is_plain = len(clause) <= _LONGEST and len(negations) <= 1
    if not is_plain or _CONDITIONS.search(clause) or _REFUSALS.search(clause):
        return None
    is_said = _MODALS.search(words) or _NEGATIONS.search(words)  # a name in a sentence with "shall" says neither
    return YesNoValue(not negations) if is_said else None


def _clause(quoted: Quoted) -> str:
    """Return the words with what of their sentence stands around them."""
    before = re.split(r"[.;:!?]\s", quoted.text[: quoted.start])[-1]
    after = re.split(r"[.;:!?](?:\s|$)", quoted.text[quoted.end :])[0]
    return before + quoted.words + after
