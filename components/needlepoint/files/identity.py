"""The id of a document: the same file under the same name has the same id on every machine."""

import hashlib


def document_id(name: str, data: bytes) -> str:
    """Return the first 32 hex digits of SHA-256 over the name, a NUL and the bytes.

    :param name: the file name, without its folders; lone surrogates of undecodable names are allowed.
    :param data: the file's bytes.
    """
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass"))
    digest.update(b"\0")
    digest.update(data)
    return digest.hexdigest()[:32]
