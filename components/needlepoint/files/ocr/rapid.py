"""RapidOCR: PaddleOCR's models on ONNX Runtime. Its wheel carries the models, so nothing is downloaded.

Its parts are used one by one: lines are found in a small picture and read in the large one, and what the model gives for each
column of a line tells where words begin and end.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from needlepoint.files.ocr.columns import ColumnWord, words_of
from needlepoint.files.ocr.lines import Line, PlacedWord, ReadPicture, confidence_of, turned

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SURE = 0.8  # below it, a page is also tried upside down
_TALL = 1.5  # times the width: a piece is taken for a line from top to bottom, and turned to the left
_LEAST_SCORE = 0.5  # of a line: what is less sure is rather no text
_LONGEST_PX = 1_440  # of the picture in which lines are looked for
_PARAMETERS = {
    "Global.log_level": "error",
    "Det.limit_type": "max",  # by default a low picture is made many times larger
    "Det.limit_side_len": _LONGEST_PX,
    "Rec.rec_batch_num": 1,  # lines of different widths would be filled up to the widest one
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,  # pages are read side by side, each in a process of its own
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


class RapidOcrEngine:
    """Reads pictures; the models are loaded when it is made."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        self._engine: Any = RapidOCR(params=_PARAMETERS)
        self._engine.return_word_box = True
        self._engine.recognize_txt([np.zeros((48, 96, 3), dtype=np.uint8)])  # it loads the model at the first line
        self._engine.text_rec.postprocess_op = _Columns(self._engine.text_rec.postprocess_op.character)

    def read(self, picture: Image.Image, dpi: float) -> ReadPicture:
        """Return the lines of a picture in RGB, turned so that they stand upright."""
        lines = self._lines(picture)
        turn, other = 0, 180
        if _run_down(lines):
            # such lines are turned to the left before they are read: if they were clear, so must the page be turned
            turn, other = (270, 90) if confidence_of(lines) >= _SURE else (90, 270)
            lines = self._lines(turned(picture, turn))
        if lines and confidence_of(lines) < _SURE:
            others = self._lines(turned(picture, other))
            if confidence_of(others) > confidence_of(lines):
                turn, lines = other, others
        return ReadPicture(turn, lines)

    def _lines(self, picture: Image.Image) -> list[Line]:
        from rapidocr.utils.process_img import get_rotate_crop_image

        pixels = np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])  # it takes blue, green, red
        quads = self._quads(picture)
        if not len(quads):
            return []
        pieces = [get_rotate_crop_image(pixels, quad) for quad in quads]
        read = self._engine.recognize_txt(pieces).word_results
        return [_placed(quad, words) for quad, words in zip(quads, read, strict=True) if _is_text(words)]

    def _quads(self, picture: Image.Image) -> "NDArray[np.float32]":
        """Return the corners of each line: upper left, upper right, lower right, lower left."""
        from rapidocr.main import RapidOCRError

        scale = min(1.0, _LONGEST_PX / max(picture.size))
        small = picture.resize((max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)))
        moved: dict[str, Any] = {}
        try:
            _, found = self._engine.detect_and_crop(np.ascontiguousarray(np.asarray(small)[:, :, ::-1]), moved)
        except RapidOCRError:  # there is no line
            return np.zeros((0, 4, 2), dtype=np.float32)
        padding = moved["padding_1"]
        quads = (np.asarray(found.boxes, dtype=np.float32) - (padding["left"], padding["top"])) / scale
        corners: NDArray[np.float32] = np.clip(quads, 0, (picture.width - 1, picture.height - 1)).astype(np.float32)
        return corners


class _Columns:
    """Takes the place of what makes text of the model's columns: it makes words with their places.

    :param characters: what the model knows; the first one is no character, the last one a space.
    """

    def __init__(self, characters: Sequence[str]) -> None:
        self.character = characters

    def __call__(
        self,
        columns: "NDArray[np.float32]",
        return_word_box: bool = False,
        wh_ratio_list: Sequence[float] = (1.0,),
        max_wh_ratio: float = 1.0,
    ) -> tuple[list[tuple[str, float]], list[list[ColumnWord]]]:
        shares = [ratio / max_wh_ratio for ratio in wh_ratio_list]  # the rest of each row is padding
        found = [words_of(line, self.character, share) for line, share in zip(columns, shares, strict=True)]
        return [(" ".join(word.text for word in words), 1.0) for words in found], found


def _is_text(words: Sequence[ColumnWord]) -> bool:
    characters = sum(len(word.text) for word in words)
    return bool(words) and sum(word.confidence * len(word.text) for word in words) >= _LEAST_SCORE * characters


def _placed(quad: "NDArray[np.float32]", words: Sequence[ColumnWord]) -> Line:
    """Return the words of a line where they stand in the picture."""
    upper_left, upper_right, lower_right, lower_left = quad
    width, height = np.linalg.norm(upper_right - upper_left), np.linalg.norm(lower_left - upper_left)
    if height >= _TALL * width:  # it was turned to the left: its beginning is above
        upper_left, lower_left, upper_right, lower_right = upper_right, upper_left, lower_right, lower_left
        width, height = height, width
    begin, along = (upper_left + lower_left) / 2, (upper_right + lower_right - upper_left - lower_left) / 2
    line = []
    for word in words:
        x, y = begin + along * (word.begin + word.end) / 2
        share = word.end - word.begin
        line.append(PlacedWord(word.text, word.confidence, float(x), float(y), float(share * width), float(height)))
    return line


def _run_down(lines: Sequence[Line]) -> bool:
    """Tell a page whose lines run from top to bottom: it lies on its side."""
    lengths = {True: 0, False: 0}
    for line in lines:
        if len(line) > 1:
            first, last = line[0], line[-1]
            lengths[abs(last.y - first.y) > abs(last.x - first.x)] += sum(len(word.text) for word in line)
    return lengths[True] > lengths[False]
