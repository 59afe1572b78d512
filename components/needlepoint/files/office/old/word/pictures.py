"""The pictures of a ``.doc``: how large they are."""

import struct

from needlepoint.files.office.old.word.sprms import Properties, Sprm, number

_SIZES = struct.Struct("<hhHH")  # width and height in twips, and their scales in tenths of a percent
_PLACE = 28
_LARGE = 2835 * 1134  # square twips, 5 by 2 centimetres: smaller ones are signs and logos


def is_large_picture(data: bytes, stated: Properties) -> bool:
    """Tell whether a picture is more than a sign or a logo.

    :param data: the stream that holds the pictures.
    :param stated: of the character that stands for it.
    """
    place = number(stated, Sprm.PICTURE, -1) + _PLACE
    if not _PLACE <= place <= len(data) - _SIZES.size:
        return False
    width, height, across, down = _SIZES.unpack_from(data, place)
    return bool(width * across / 1000 * height * down / 1000 >= _LARGE)
