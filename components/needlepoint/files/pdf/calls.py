"""PDFium's functions without pypdfium2's check of each argument, for calls in their thousands a page."""

import ctypes
from typing import Any


def fast(function: Any, result: type, *arguments: type) -> Any:
    """Return a function of PDFium that takes numbers and addresses as they are: a call takes half as long as pypdfium2's own.

    It keeps Python's interpreter lock, so it is for functions that only look something up.

    :param function: of ``pypdfium2.raw``.
    :param result: its C type; addresses are ``c_void_p``.
    :param arguments: C types of its arguments.
    """
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)
