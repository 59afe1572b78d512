import numpy as np
import pytest

from needlepoint.stores.tantivy import vectors as vector_files
from needlepoint.stores.tantivy.vectors import (
    VectorFiles,
    VectorTable,
    append_vectors,
    compact_vectors,
    rewrite_vectors,
)

WIDTH = 8


@pytest.fixture
def vectors():
    return np.random.default_rng(3).normal(size=(40, WIDTH)).astype(np.float32)


def table(folder, sequences, vectors=None, files=None):
    """A table whose missing rows are read from ``vectors``; without these, none may be missing."""

    def read(places):
        assert vectors is not None or not places, f"the file lacks {places}"
        return [vectors[place] for place in places]

    return VectorTable(files or VectorFiles(folder), WIDTH, np.array(sequences, dtype=np.int64), read)


def file_of(folder):
    return folder / f"vectors-{WIDTH}.checked"


def places(found):
    return [place for _, place in found]


@pytest.mark.parametrize("similarity", ["dot_product", "cosine"])
@pytest.mark.parametrize("top_k", [1, 7, 40, 100])
def test_all_are_compared(tmp_path, vectors, similarity, top_k):
    append_vectors(tmp_path, range(100, 120), vectors[:20])
    append_vectors(tmp_path, range(120, 140), vectors[20:])
    query = np.ones(WIDTH, dtype=np.float32)
    scores = vectors @ query
    if similarity == "cosine":
        scores = scores / np.linalg.norm(vectors, axis=1) / np.sqrt(WIDTH)
    found = table(tmp_path, range(100, 140)).nearest(query, similarity=similarity, top_k=top_k)
    assert places(found) == np.argsort(-scores)[:top_k].tolist()
    assert [score for score, _ in found] == pytest.approx(np.sort(scores)[::-1][:top_k].tolist(), rel=1e-5)


@pytest.mark.parametrize("allowed", [[], [3], list(range(0, 40, 2)), list(range(40))])
def test_only_what_is_allowed(tmp_path, vectors, allowed):
    append_vectors(tmp_path, range(40), vectors)
    found = table(tmp_path, range(40)).nearest(
        vectors[0], similarity="dot_product", top_k=10, allowed=np.array(allowed, dtype=np.intp)
    )
    expected = sorted(allowed, key=lambda place: -float(vectors[place] @ vectors[0]))[:10]
    assert places(found) == expected


def test_equal_ones_come_in_the_order_of_writing(tmp_path):
    append_vectors(tmp_path, range(9), [np.ones(WIDTH, dtype=np.float32)] * 9)
    found = table(tmp_path, range(9)).nearest(np.ones(WIDTH, dtype=np.float32), similarity="dot_product", top_k=4)
    assert places(found) == [0, 1, 2, 3]


def test_a_vector_of_nothing_is_like_none(tmp_path, vectors):
    append_vectors(tmp_path, range(2), [np.zeros(WIDTH, dtype=np.float32), vectors[0]])
    found = table(tmp_path, range(2)).nearest(vectors[0], similarity="cosine", top_k=2)
    assert [round(score, 5) for score, _ in found] == [1.0, 0.0]


def test_rows_of_no_record_take_no_part(tmp_path, vectors):
    append_vectors(tmp_path, range(40), vectors)  # a commit that failed, or records deleted since
    found = table(tmp_path, [5, 9]).nearest(vectors[7], similarity="dot_product", top_k=10)
    assert sorted(places(found)) == [0, 1]


def test_what_the_file_lacks_is_read_from_the_records(tmp_path, vectors):
    append_vectors(tmp_path, range(0, 40, 2), vectors[::2])
    complete = table(tmp_path, range(40), vectors)
    assert len(complete) == 40
    for place in (6, 7):
        found = complete.nearest(vectors[place], similarity="cosine", top_k=1)
        assert found == [(pytest.approx(1.0, abs=1e-5), place)]
    file_of(tmp_path).unlink()
    assert places(table(tmp_path, range(40), vectors).nearest(vectors[6], similarity="cosine", top_k=1)) == [6]


def test_a_row_written_in_part_is_overwritten(tmp_path, vectors):
    append_vectors(tmp_path, range(10), vectors[:10])
    whole = file_of(tmp_path).read_bytes()
    file_of(tmp_path).write_bytes(whole[:-5])  # the process was killed while it wrote the tenth
    assert len(table(tmp_path, range(9))) == 9
    append_vectors(tmp_path, range(10, 12), vectors[10:12])
    found = table(tmp_path, [*range(9), 10, 11])
    assert places(found.nearest(vectors[11], similarity="cosine", top_k=1)) == [10]
    assert file_of(tmp_path).stat().st_size == len(whole) // 10 * 11


def test_a_clock_that_was_put_back(tmp_path, vectors):
    append_vectors(tmp_path, [50, 51], vectors[:2])
    append_vectors(tmp_path, [10, 11], vectors[2:4])
    found = table(tmp_path, [10, 11, 50, 51])
    assert [places(found.nearest(v, similarity="cosine", top_k=1))[0] for v in vectors[:4]] == [2, 3, 0, 1]


def test_vectors_of_other_lengths_have_files_of_their_own(tmp_path, vectors):
    append_vectors(tmp_path, [1, 2, 3], [vectors[0], np.ones(3, dtype=np.float32), vectors[1]])
    mixed = [vectors[0], np.ones(3, dtype=np.float32), vectors[1]]
    found = table(tmp_path, [1, 2, 3], mixed)
    assert len(found) == 2
    assert sorted(places(found.nearest(vectors[0], similarity="cosine", top_k=5))) == [0, 2]


def test_room_is_given_back_when_most_rows_are_dead(tmp_path, vectors):
    many = np.resize(vectors, (5000, WIDTH))
    append_vectors(tmp_path, range(5000), many)
    size = file_of(tmp_path).stat().st_size
    before = table(tmp_path, range(4000, 5000))
    compact_vectors(tmp_path, lambda: np.arange(2500, 5000))
    assert file_of(tmp_path).stat().st_size == size
    compact_vectors(tmp_path, lambda: np.arange(4000, 5000))
    assert file_of(tmp_path).stat().st_size == size // 5
    assert [path.name for path in tmp_path.iterdir()] == [file_of(tmp_path).name]
    after = table(tmp_path, range(4000, 5000))
    for reader in (before, after):  # who reads keeps what it had mapped
        assert places(reader.nearest(vectors[0], similarity="cosine", top_k=1)) == [0]


# --- damage


def former_rows(folder, sequences, vectors):
    """Write a file as versions up to 0.1 did, without checksums."""
    rows = np.empty(len(vectors), dtype=[("sequence", "<i8"), ("vector", "<f4", (WIDTH,))])
    rows["sequence"], rows["vector"] = list(sequences), vectors
    (folder / f"vectors-{WIDTH}.rows").write_bytes(rows.tobytes())


def test_whatever_bit_is_flipped_the_neighbours_are_right(tmp_path, vectors):
    append_vectors(tmp_path, range(40), vectors)
    whole, chance = file_of(tmp_path).read_bytes(), np.random.default_rng(5)
    expected = table(tmp_path, range(40)).nearest(vectors[3], similarity="dot_product", top_k=40)
    for at in chance.integers(0, len(whole), 60).tolist():
        data = bytearray(whole)
        data[at] ^= 1 << int(chance.integers(8))
        file_of(tmp_path).write_bytes(data)
        found = table(tmp_path, range(40), vectors)
        assert found.lost == 1
        assert found.nearest(vectors[3], similarity="dot_product", top_k=40) == [
            (pytest.approx(score, abs=1e-5), place) for score, place in expected
        ]


@pytest.mark.parametrize("at", [1, 17, 400])
def test_rows_out_of_step_are_read_from_the_records(tmp_path, vectors, at):
    append_vectors(tmp_path, range(40), vectors)
    data = file_of(tmp_path).read_bytes()
    file_of(tmp_path).write_bytes(data[at:] + data[:at])
    found = table(tmp_path, range(40), vectors)
    assert found.lost >= 1
    assert [places(found.nearest(v, similarity="cosine", top_k=1))[0] for v in vectors] == list(range(40))


def test_a_row_is_compared_once(tmp_path, vectors, monkeypatch):
    compared = []
    checksums = vector_files._checksums
    monkeypatch.setattr(vector_files, "_checksums", lambda rows: compared.append(len(rows)) or checksums(rows))
    files = VectorFiles(tmp_path)
    for start, expected in ((0, 10), (10, 10), (20, 10)):
        append_vectors(tmp_path, range(start, start + 10), vectors[start : start + 10])
        compared.clear()
        table(tmp_path, range(start + 10), files=files)
        table(tmp_path, range(start + 10), files=files)
        assert compared == [expected, 0]
    rewrite_vectors(tmp_path, range(30), vectors[:30])
    compared.clear()
    table(tmp_path, range(30), files=files)
    assert compared == [30]  # it is another file


def test_a_file_without_checksums_is_read_and_gets_them_with_the_next_vectors(tmp_path, vectors):
    former_rows(tmp_path, range(20), vectors[:20])
    before = table(tmp_path, range(20))
    assert places(before.nearest(vectors[6], similarity="cosine", top_k=1)) == [6]
    append_vectors(tmp_path, range(20, 40), vectors[20:])
    assert [path.name for path in tmp_path.iterdir()] == [file_of(tmp_path).name]
    after = table(tmp_path, range(40))
    assert [places(after.nearest(v, similarity="cosine", top_k=1))[0] for v in vectors] == list(range(40))


def test_a_process_killed_while_it_gave_checksums_loses_nothing(tmp_path, vectors):
    append_vectors(tmp_path, range(20), vectors[:20])
    former_rows(tmp_path, range(20), vectors[:20])  # it had not been removed yet
    append_vectors(tmp_path, range(20, 40), vectors[20:])
    assert [path.name for path in tmp_path.iterdir()] == [file_of(tmp_path).name]
    assert len(table(tmp_path, range(40))) == 40
