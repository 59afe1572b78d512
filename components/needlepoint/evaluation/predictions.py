"""Keeps the answers to many questions in a file, one on each line, so that an interrupted run resumes where it stopped."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from needlepoint.errors import EvaluationError

_START = '{"needlepoint_answers": 1, '


class PredictionsFile:
    """A file with a header line and one record for each question, with the question's ``id``.

    :param path: the file; created when the first records are added.
    :param key: what the answers depend on: model, questions, settings. It is kept in the header; a file with another key is
        replaced.
    """

    def __init__(self, path: Path, key: Mapping[str, Any]) -> None:
        self._path = path
        self._header = _START + json.dumps({"key": dict(key)}, sort_keys=True)[1:]

    def load(self) -> list[dict[str, Any]]:
        """Return the records of former runs; a half-written last line is removed.

        :raises EvaluationError: the file cannot be read, or is not a predictions file and would be overwritten.
        """
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise EvaluationError(f"{self._path}: cannot be read: {error.strerror or error}") from error
        whole = content[: content.rfind(b"\n") + 1]
        lines = whole.decode("utf-8", "replace").split("\n")[:-1]
        if not _is_ours(content):
            raise EvaluationError(
                f"{self._path} is not a file of answers: give the report another name, or move that file"
            )
        if not lines or lines[0] != self._header:
            self._path.unlink()
            return []
        if len(whole) < len(content):
            os.truncate(self._path, len(whole))
        return [json.loads(line) for line in lines[1:]]

    def add(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Append records; they are durable when this returns.

        :raises EvaluationError: they cannot be written.
        """
        lines = "".join(json.dumps(record) + "\n" for record in records)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                if not file.tell():
                    file.write(self._header + "\n")
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise EvaluationError(f"{self._path}: cannot be written: {error.strerror or error}") from error


def _is_ours(content: bytes) -> bool:
    """Whether a file begins like a predictions file, even if only a part of its first line was written."""
    start = _START.encode()
    return content.startswith(start) or start.startswith(content)
