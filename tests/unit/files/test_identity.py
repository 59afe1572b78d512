import hashlib

from needlepoint.files.identity import document_id


def test_it_is_the_hash_of_name_and_bytes():
    assert document_id("a.txt", b"data") == hashlib.sha256(b"a.txt\0data").hexdigest()[:32]


def test_name_and_bytes_both_count():
    assert len({document_id("a", b"b"), document_id("ab", b""), document_id("b", b"b"), document_id("a", b"c")}) == 4


def test_undecodable_names_have_an_id():
    assert len(document_id("caf\udce9.txt", b"")) == 32
