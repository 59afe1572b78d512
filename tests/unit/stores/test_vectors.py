import numpy as np
import pytest

from needlepoint.stores.tantivy.vectors import VectorTable, append_vectors, compact_vectors

WIDTH = 8


@pytest.fixture
def vectors():
    return np.random.default_rng(3).normal(size=(40, WIDTH)).astype(np.float32)


def table(folder, sequences, vectors=None):
    """A table whose missing rows are read from ``vectors``; without these, none may be missing."""

    def read(places):
        assert vectors is not None or not places, f"the file lacks {places}"
        return [vectors[place] for place in places]

    return VectorTable(folder, WIDTH, np.array(sequences, dtype=np.int64), read)


def file_of(folder):
    return folder / f"vectors-{WIDTH}.rows"


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
