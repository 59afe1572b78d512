"""Files of questions with known answers, in the format of SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018).

Evaluation, calibration and training read them with this module, which checks that every answer stands where the file says.
``/export-feedback`` and most annotation tools write this format::

    {"data": [{"title": ..., "paragraphs": [{"context": ..., "qas": [
        {"id": ..., "question": ..., "answers": [{"text": ..., "answer_start": ...}], "is_impossible": false}]}]}]}

``title`` may be missing, and so may ``is_impossible``; a question without answers then counts as impossible. Distillation
also takes questions with neither ``answers`` nor ``is_impossible``: nobody has labelled them, and a teacher answers them.
"""

import hashlib
import json
import lzma
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from needlepoint.errors import SquadFileError

_SEED = 1


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """A right answer: ``context[start:start + len(text)] == text``.

    :param text: its words, never empty.
    :param start: its first character in the paragraph.
    """

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question, the paragraph that it was asked about, and all answers that count as right.

    :param id: unique in its file.
    :param title: the article's title; empty if the file has none.
    :param context: the paragraph.
    :param question: the question's text.
    :param answers: empty if the paragraph does not answer the question, or if nobody has labelled it.
    :param is_labelled: False if it is not known whether and where the paragraph answers the question.
    """

    id: str
    title: str
    context: str
    question: str
    answers: tuple[GoldAnswer, ...]
    is_labelled: bool = True

    @property
    def is_impossible(self) -> bool:
        """Whether the paragraph is known not to answer the question."""
        return self.is_labelled and not self.answers

    @property
    def article(self) -> str:
        """The title; a paragraph without one is an article of its own, named by a hash of its text."""
        return self.title or hashlib.sha256(self.context.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def read_squad(path: Path, *, titles: Iterable[str] | None = None, unlabelled: bool = False) -> list[SquadQuestion]:
    """Read and check a file of questions; questions of one paragraph share its text in memory.

    :param path: a ``.json`` file, or a compressed ``.json.xz`` file.
    :param titles: return only the questions of these articles; a paragraph without a title is named by
        ``SquadQuestion.article``.
    :param unlabelled: also take questions that nobody has labelled.
    :raises SquadFileError: the file cannot be read, holds no questions, or one of them is invalid; the message is one line
        and names the question.
    """
    questions = squad_questions(_parse(path), source=str(path), unlabelled=unlabelled)
    if titles is None:
        return questions
    wanted = frozenset(titles)
    chosen = [question for question in questions if question.article in wanted]
    if not chosen:
        raise SquadFileError(f"{path}: holds no questions of the titles asked for")
    return chosen


def read_titles(path: Path) -> list[str]:
    """Read a list of article titles.

    :param path: a JSON list, or the ``training.json`` of a training run, of which the held-out titles are returned.
    :raises SquadFileError: the file cannot be read, or holds no such list; the message is one line.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise SquadFileError(f"{path}: cannot be read as a JSON list of titles: {error}") from error
    titles = content.get("held_out_titles") if isinstance(content, Mapping) else content
    if not isinstance(titles, list) or not titles or not all(isinstance(title, str) for title in titles):
        raise SquadFileError(f"{path}: is neither a JSON list of titles nor a training.json that names held-out titles")
    return titles


def squad_questions(file: Any, *, source: str, unlabelled: bool = False) -> list[SquadQuestion]:
    """Return the questions in the parsed content of such a file, and check them.

    :param file: the parsed JSON, an object with ``data``.
    :param source: the file's name for error messages.
    :param unlabelled: as for :func:`read_squad`.
    :raises SquadFileError: as for :func:`read_squad`.
    """
    try:
        questions = list(_questions(file))
        _check_ids(questions)
        if not unlabelled:
            _check_labels(questions)
    except _Mistake as mistake:
        raise SquadFileError(f"{source}: {mistake}") from None
    if not questions:
        raise SquadFileError(f"{source}: holds no questions")
    return questions


def sample(questions: Sequence[SquadQuestion], count: int | None) -> list[SquadQuestion]:
    """Return a random sample of the questions, always the same one.

    A smaller sample is the beginning of a larger one.

    :param count: the size of the sample; None returns all questions in their order.
    """
    if count is None:
        return list(questions)
    shuffled = list(questions)
    random.Random(_SEED).shuffle(shuffled)
    return shuffled[:count]


def questions_hash(questions: Iterable[SquadQuestion]) -> str:
    """Return a hash of the questions with their paragraphs and answers, which identifies what results were measured on."""
    digest = hashlib.sha256()
    for question in questions:
        answers = [[answer.text, answer.start] for answer in question.answers]
        digest.update(json.dumps([question.id, question.question, question.context, answers]).encode())
    return digest.hexdigest()[:32]


class _Mistake(Exception):
    """An error message without the file's name."""


def _parse(path: Path) -> Any:
    try:
        content = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
        return json.loads(content.decode("utf-8-sig"))
    except FileNotFoundError:
        raise SquadFileError(f"{path}: no such file") from None
    except lzma.LZMAError as error:
        raise SquadFileError(f"{path}: cannot be unpacked as xz: {error}") from error
    except UnicodeDecodeError as error:
        raise SquadFileError(f"{path}: is not UTF-8 text (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise SquadFileError(f"{path}: is not JSON: {error}") from error
    except OSError as error:
        raise SquadFileError(f"{path}: cannot be read: {error.strerror or error}") from error


def _questions(file: Any) -> Iterator[SquadQuestion]:
    for number, article in enumerate(_list(file, "data", "the file"), start=1):
        where = f"article {number}"
        for place, paragraph in enumerate(_list(article, "paragraphs", where), start=1):
            title = article.get("title") or ""
            yield from _of_paragraph(paragraph, str(title), where=f"{where}, paragraph {place}")


def _of_paragraph(paragraph: Any, title: str, *, where: str) -> Iterator[SquadQuestion]:
    entries = _list(paragraph, "qas", where)
    context = _text(paragraph, "context", where)
    for number, entry in enumerate(entries, start=1):
        yield _question(entry, title, context, where=f"{where}, question {number}")


def _question(entry: Any, title: str, context: str, *, where: str) -> SquadQuestion:
    if not isinstance(entry, Mapping) or entry.get("id") in (None, ""):
        raise _Mistake(f"{where} has no 'id'")
    where = f"question {str(entry['id'])!r}"
    text = _text(entry, "question", where)
    if "answers" not in entry and "is_impossible" not in entry:
        return SquadQuestion(str(entry["id"]), title, context, text, (), is_labelled=False)
    answers = [_answer(answer, context, where=where) for answer in _list(entry, "answers", where)]
    is_impossible = entry.get("is_impossible", not answers)
    if not isinstance(is_impossible, bool):
        raise _Mistake(f"{where}: 'is_impossible' must be true or false, got {is_impossible!r}")
    if is_impossible and answers:
        raise _Mistake(f"{where} is marked impossible but has answers")
    if not is_impossible and not answers:
        raise _Mistake(f"{where} has no answers; mark it 'is_impossible' if it cannot be answered")
    return SquadQuestion(str(entry["id"]), title, context, text, tuple(answers))


def _answer(answer: Any, context: str, *, where: str) -> GoldAnswer:
    text = _text(answer, "text", f"an answer of {where}")
    start = answer.get("answer_start")
    if not isinstance(start, int) or isinstance(start, bool):
        raise _Mistake(f"an answer of {where} has no 'answer_start', a whole number")
    if start < 0 or not context.startswith(text, start):
        found = context.find(text)
        hint = "nor anywhere else" if found < 0 else f"but at {found}"
        raise _Mistake(f"{where}: {_short(text)} is not at character {start} of its paragraph, {hint}")
    return GoldAnswer(text, start)


def _list(holder: Any, name: str, where: str) -> list[Any]:
    values = holder.get(name) if isinstance(holder, Mapping) else None
    if not isinstance(values, list):
        raise _Mistake(f"{where} has no list {name!r}")
    return values


def _text(holder: Any, name: str, where: str) -> str:
    value = holder.get(name) if isinstance(holder, Mapping) else None
    if not isinstance(value, str) or not value.strip():
        raise _Mistake(f"{where} has no text {name!r}")
    return value


def _check_ids(questions: Iterable[SquadQuestion]) -> None:
    seen: set[str] = set()
    for question in questions:
        if question.id in seen:
            raise _Mistake(f"question {question.id!r} occurs twice; give each question an id of its own")
        seen.add(question.id)


def _check_labels(questions: Iterable[SquadQuestion]) -> None:
    for question in questions:
        if not question.is_labelled:
            raise _Mistake(
                f"question {question.id!r} has no list 'answers'; only 'needlepoint distil' takes such questions"
            )


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
