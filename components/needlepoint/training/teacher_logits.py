"""A teacher's logits, computed when they are first needed and kept on disk for later epochs and trainings.

A file is named by the teacher's content, the windows and the precision, and records the teacher's folder: if that folder is gone,
training goes on from the logits alone.
"""

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file

from needlepoint.errors import TrainingError
from needlepoint.training.batches import Batch
from needlepoint.training.losses import masked_logits
from needlepoint.training.models import TrainableReader
from needlepoint.training.objectives import span_logits
from needlepoint.training.windows import LabelledWindow

_ORIGIN = "teacher"  # in the metadata: the folder of the teacher


class LogitsCache:
    """The files of teachers' logits in one cache folder.

    :param folder: the cache; created at the first write.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "teacher-logits"

    def file(self, teacher: str, windows: str, precision: str) -> Path:
        """Return the path of a file of logits.

        :param teacher: hash of the teacher's content.
        :param windows: hash of the windows that it reads.
        :param precision: the precision in which it computes.
        """
        return self._folder / f"{teacher}-{windows}-{precision}.safetensors"

    def left_by(self, teacher: Path, windows: str = "*", precision: str = "*") -> Path | None:
        """Return the newest file of logits of the teacher that was in this folder, or None."""
        files = self._folder.glob(f"*-{windows}-{precision}.safetensors")
        left = [file for file in files if _origin(file) == str(teacher.resolve())]
        return max(left, key=lambda file: file.stat().st_mtime, default=None)

    @staticmethod
    def teacher_of(file: Path) -> str:
        """Return the hash of the teacher's content, from a file's name."""
        return file.name.split("-")[0]


class TeacherLogits:
    """Start and end logits of windows, in 16 bits: 4 bytes for each token.

    :param teacher: a trained reader; None if only its logits are left.
    :param windows: the windows that batches are made of.
    :param file: where the logits are kept, as :meth:`LogitsCache.file` names it.
    :raises TrainingError: the file exists and cannot be read, or there is no teacher and the file lacks some windows.
    """

    def __init__(self, teacher: TrainableReader | None, windows: list[LabelledWindow], file: Path) -> None:
        self._teacher = teacher
        if teacher:
            teacher.model.eval().requires_grad_(False)
        self._windows = windows
        self._file = file
        self._known = _read(file) if file.is_file() else {}
        self._saved = len(self._known)
        if teacher is None and len(self._known) < len(windows):
            raise TrainingError(
                f"{file} has the logits of only {len(self._known):,} of {len(windows):,} windows; bring the teacher's "
                "folder back for the rest"
            )

    def __len__(self) -> int:
        """Return how many windows' logits are known."""
        return len(self._known)

    def of(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Return a batch's masked start and end logits in 32 bits, shape (windows, tokens) each."""
        if missing := [index for index in batch.indices if index not in self._known]:
            self._compute(missing)
        both = np.zeros((*batch.mask.shape, 2), dtype=np.float32)
        for row, index in enumerate(batch.indices):
            known = self._known[index]
            both[row, : len(known)] = known
        start, end = torch.from_numpy(both).to(batch.mask.device).unbind(dim=-1)
        return masked_logits(start, batch.mask), masked_logits(end, batch.mask)

    def save(self) -> None:
        """Write the known logits to disk, unless they are there already."""
        if self._teacher is None or len(self._known) == self._saved:
            return
        indices = sorted(self._known)
        tensors = {
            "places": np.array(indices, dtype=np.int64),
            "lengths": np.array([len(self._known[index]) for index in indices], dtype=np.int64),
            "logits": np.concatenate([self._known[index] for index in indices]),
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        save_file(tensors, unfinished, metadata={_ORIGIN: str(self._teacher.folder.resolve())})
        os.replace(unfinished, self._file)
        self._saved = len(indices)

    def _compute(self, indices: list[int]) -> None:
        if self._teacher is None:
            raise TrainingError("the teacher's logits are complete, but not for these windows")
        batch = self._teacher.collator(self._windows, indices)
        with torch.no_grad():
            start, end = span_logits(self._teacher.model, batch)
        # 16 bits from the start, so that logits read back later equal those used now
        both = torch.stack([start, end], dim=-1).cpu().numpy().clip(-6e4, 6e4).astype(np.float16)
        for row, index in enumerate(indices):
            self._known[index] = both[row, : len(self._windows[index])].copy()


def _origin(file: Path) -> str | None:
    try:
        with safe_open(str(file), framework="np") as tensors:
            return (tensors.metadata() or {}).get(_ORIGIN)
    except (OSError, SafetensorError):
        return None


def _read(file: Path) -> dict[int, npt.NDArray[np.float16]]:
    try:
        tensors = load_file(file)
        ends = np.cumsum(tensors["lengths"])
        parts = np.split(tensors["logits"], ends[:-1])
        return dict(zip(tensors["places"].tolist(), parts, strict=True))
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise TrainingError(f"the teacher's logits in {file} cannot be read; remove the file") from error
