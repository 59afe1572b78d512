"""What was signed with CMS (``contract.pdf.p7m``, S/MIME): the content inside; the signature itself is not checked."""

import base64
import binascii
import re
from pathlib import PurePath

from needlepoint.errors import UnreadableFileError

_SIGNED = re.compile(
    rb"\x30(?:\x80|[\x00-\x7f]|[\x81-\x84].{1,4}?)\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", re.DOTALL
)
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]*\Z")
_ARMOUR = re.compile(rb"\s*-----BEGIN (?:PKCS7|CMS)-----(.*?)-----END", re.DOTALL)


def is_signed(name: str, data: bytes) -> bool:
    """Tell signed data by its first bytes; base64 text is tried where the file is named so."""
    if _SIGNED.match(data):
        return True
    return PurePath(name).suffix.lower() == ".p7m" and _SIGNED.match(_plain(data)) is not None


def signed_content(data: bytes) -> bytes:
    """Return the content that was signed.

    :raises UnreadableFileError: the signature stands alone, or the data is damaged.
    """
    from asn1crypto import cms

    try:
        outer = cms.ContentInfo.load(data if _SIGNED.match(data) else _plain(data))
        content = outer["content"]["encap_content_info"]["content"].native
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableFileError("the signed data is damaged: get the file again") from error
    if not content or not isinstance(content, bytes):
        raise UnreadableFileError("a signature alone: add the file that it belongs to")
    return content


def _plain(data: bytes) -> bytes:
    armour = _ARMOUR.match(data)
    text = armour.group(1) if armour else data
    if not _BASE64.match(text):
        return b""
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
