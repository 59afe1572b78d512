"""Tick boxes on a line of a form: its label, and what is ticked.

"Insured? ☐ Yes ☒ No" says that nothing is insured, but it holds a Yes. So it is written as what a person takes from it, like a
row of a table: ``Insured: No.``
"""

import re

TICKED, UNTICKED = "☒", "☐"
NOT_TICKED = "choices of a form that are not ticked: left out"
_BOX = re.compile("[☐☑☒]")
_LABEL = re.compile(r"\w[^☐☑☒]{2,}[?:.]?\s*$")
_MOST_WORDS = 5  # of a choice that may be left out; where no mark ends the label, of two fewer


def ticked_line(line: str) -> str | None:
    """Return a line with the choices that are ticked in the place of all; nothing where it offers no choice.

    :param line: with ``☐`` for a box and ``☒`` or ``☑`` for a ticked one, each before its choice, or each behind it.
    """
    boxes = _BOX.findall(line)
    if len(boxes) < 2 or boxes.count(UNTICKED) == len(boxes):
        return None
    before, *choices = _BOX.split(line)
    label = before.strip()
    if not choices[
        -1
    ].strip():  # the boxes stand behind their choices: of the first, only the last words are the choice
        return _behind(label, [each.strip() for each in choices[:-1]], boxes)
    if not _LABEL.match(label):
        return None
    return _written(label, choices, boxes)


def _behind(start: str, choices: list[str], boxes: list[str]) -> str | None:
    label, mark, first = start.rpartition("?") if "?" in start else start.rpartition(":")
    is_sound = bool(mark and first.strip()) and _LABEL.match(label) is not None
    return _written(label + mark, [first, *choices], boxes) if is_sound else None


def _written(label: str, choices: list[str], boxes: list[str]) -> str | None:
    ticked = [choice.strip(" ,;/.") for choice, box in zip(choices, boxes, strict=True) if box != UNTICKED]
    others = [choice for choice, box in zip(choices, boxes, strict=True) if box == UNTICKED]
    most = _MOST_WORDS if label.endswith(("?", ":")) else _MOST_WORDS - 2
    if not all(ticked) or any(len(each.split()) > most or re.search(r"[\d:]", each) for each in others):
        return None
    return f"{label.rstrip(' ?:.')}: {', '.join(ticked)}."
