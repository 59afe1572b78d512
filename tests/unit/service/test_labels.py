"""Labels in SQuAD's format where several people judged the same answer."""

import pytest

from needlepoint.service.labels import Label, as_squad

TEXT = "The lease ends on 31 March 2031."


def label(number, *, right, made, words="31 March 2031", document="lease", question="When does it end?"):
    start = TEXT.index(words)
    return Label(
        {
            "id": f"label-{number}",
            "query": question,
            "is_correct_answer": right,
            "is_correct_document": right,
            "document": {"id": f"{document}-1", "content": TEXT, "meta": {"document_id": document, "start": 0}},
            "answer": {"answer": words, "offsets_in_document": [{"start": start, "end": start + len(words)}]},
            "meta": {"person": f"person-{number}"},
            "created_at": made,
        }
    )


def exported(*labels):
    data = as_squad(labels)
    ids = [qa["id"] for entry in data["data"] for paragraph in entry["paragraphs"] for qa in paragraph["qas"]]
    return ids, data["left_out"]


@pytest.mark.parametrize("first_is_right", [True, False])
def test_of_opposite_judgements_of_one_place_the_last_counts(first_is_right):
    first = label(1, right=first_is_right, made="2026-05-01T10:00:00Z")
    last = label(2, right=not first_is_right, made="2026-05-02T10:00:00Z")
    for labels in ((first, last), (last, first)):
        assert exported(*labels) == (["label-2"], {"judged_otherwise_since": 1})


def test_judgements_that_agree_or_are_of_other_places_all_count():
    agreeing = [label(number, right=True, made=f"2026-05-0{number}") for number in (1, 2)]
    elsewhere = label(3, right=False, made="2026-05-03", document="amendment")
    asked_otherwise = label(4, right=False, made="2026-05-04", question="When does the lease begin?")
    shorter = label(5, right=False, made="2026-05-05", words="March 2031")
    ids, left_out = exported(*agreeing, elsewhere, asked_otherwise, shorter)
    assert ids == [f"label-{number}" for number in range(1, 6)]
    assert left_out == {}
