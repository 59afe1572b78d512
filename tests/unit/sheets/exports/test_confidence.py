from itertools import pairwise

import pytest

from needlepoint.sheets.exports.confidence import DARK, LIGHT, Confidence


@pytest.mark.parametrize(
    ("score", "step"),
    [(1.0, 3), (0.75, 3), (0.746, 3), (0.744, 2), (0.4, 2), (0.394, 1), (0.0, 1)],
)
def test_steps_of_a_score(score, step):
    assert Confidence.of(score) == step


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_words_stand_out_from_their_ground(palette):
    """By WCAG 2.1, level AA: 4.5 to 1."""
    pairs = [(palette.ink, palette.band), (palette.ink, palette.mark)]
    pairs += [(colour, step) for step in palette.steps for colour in (palette.ink, palette.accent)]
    pairs += [
        (colour, palette.paper) for colour in (palette.ink, palette.quiet, palette.faint, palette.alarm, palette.accent)
    ]
    pairs += [(palette.quiet, palette.band)]
    assert {pair: contrast(*pair) for pair in pairs if contrast(*pair) < 4.5} == {}


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_steps_differ_without_colour(palette):
    lightness = [luminance(step) for step in palette.steps]
    assert all(max(pair) / min(pair) > 1.25 for pair in pairwise(lightness))
    assert lightness == sorted(lightness, reverse=palette is LIGHT)


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
