"""OnnxReader in 32 bits says what FARMReader says.

Raw scores agree as they are. Confidences are compared window by window with no padding on FARM's side: it takes the softmax
over the padding too, so with a model that was not trained on padded windows (the bundled one) its confidence for the same
answer falls with ``max_seq_len``; OnnxReader's does not.
"""

import pytest
from haystack.schema import Document

PAIRS = 100
TOLERANCE = 1e-3


def described(answers):
    return [(a.answer, a.document_ids, a.context, a.offsets_in_document, a.offsets_in_context, a.meta) for a in answers]


def assert_same(expected, found):
    assert described(found["answers"]) == described(expected["answers"])
    for one, other in zip(expected["answers"], found["answers"], strict=True):
        assert other.score == pytest.approx(one.score, abs=TOLERANCE)
    assert found["no_ans_gap"] == pytest.approx(expected["no_ans_gap"], abs=TOLERANCE)


def test_a_hundred_pairs_have_the_same_answers_and_scores(make_farm, make_reader, squad):
    parameters = {
        "return_no_answer": True,
        "use_confidence_scores": False,
        "top_k_per_sample": 3,
        "max_seq_len": 112,
        "doc_stride": 44,
    }
    farm, reader = make_farm(**parameters), make_reader(**parameters)
    short = [(question, text) for question, text in squad if len(text) < 500]  # one to three windows each
    queries = [question for question, _ in short[:PAIRS]]
    documents = [[Document(content=text, id="d")] for _, text in short[:PAIRS]]
    expected = farm.predict_batch(queries=queries, documents=documents, batch_size=8)
    found = reader.predict_batch(queries=queries, documents=documents)
    for number in range(PAIRS):
        assert_same(
            *[{"answers": r["answers"][number], "no_ans_gap": r["no_ans_gaps"][number]} for r in (expected, found)]
        )


@pytest.mark.parametrize(
    "parameters",
    [
        {"top_k_per_sample": 5, "top_k_per_candidate": 2, "top_k": 5},
        {"duplicate_filtering": -1, "top_k_per_sample": 4},
        {"duplicate_filtering": 3, "top_k_per_sample": 4},
        {"no_ans_boost": 4.0, "context_window_size": 33},
        {"confidence_threshold": 2.0},
        {"max_query_length": 5, "max_seq_len": 64, "doc_stride": 20},
    ],
    ids=str,
)
def test_parameters_mean_the_same(make_farm, make_reader, squad, parameters):
    common = {
        "return_no_answer": True,
        "use_confidence_scores": False,
        "max_seq_len": 112,
        "doc_stride": 40,
    } | parameters
    farm, reader = make_farm(**common), make_reader(**common)
    for number in range(0, 4, 2):
        documents = [Document(content=text, id=str(n)) for n, (_, text) in enumerate(squad[number : number + 2])]
        question = squad[number][0]
        assert_same(
            farm.run(query=question, documents=documents)[0], reader.run(query=question, documents=documents)[0]
        )


def test_confidences_are_the_same_where_farm_pads_nothing(make_farm, make_reader, squad):
    parameters = {"return_no_answer": True, "doc_stride": 20, "max_query_length": 40}
    farm, reader = make_farm(**parameters), make_reader(**parameters)
    tokenizer = farm.inferencer.processor.tokenizer
    for question, text in squad[:8]:
        length = len(tokenizer(question, text)["input_ids"])
        if length > 256:
            continue
        farm.inferencer.processor.max_seq_len = length
        documents = [Document(content=text, id="d")]
        assert_same(
            farm.run(query=question, documents=documents)[0], reader.run(query=question, documents=documents)[0]
        )


def test_long_documents_with_odd_characters_agree(make_farm, make_reader, squad):
    parameters = {"return_no_answer": True, "use_confidence_scores": False, "max_seq_len": 128, "doc_stride": 60}
    farm, reader = make_farm(**parameters), make_reader(**parameters)
    texts = [" \t".join(text for _, text in squad[n : n + 3]) for n in range(0, 6, 3)]
    texts += [f"Żółw\r\n\r\n{text} 東京 🦦 Ça\u0301" for _, text in squad[20:22]]
    for number, text in enumerate(texts):
        documents = [Document(content=text, id="d"), Document(content=text[::-1], id="e")]
        question = squad[3 * number if number < 2 else 18 + number][0]
        assert_same(
            farm.run(query=question, documents=documents)[0], reader.run(query=question, documents=documents)[0]
        )
