import threading
from pathlib import Path

import pytest
from haystack import Pipeline
from haystack.schema import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from needlepoint.errors import ModelError
from needlepoint.nodes.onnx_reader import OnnxReader
from needlepoint.reading.named_documents import NamedDocuments

TEXT = (
    "The ferry Juniper left the pier at 7:40 on 3 May 2019. Captain Ida Moreau turned back because a bearing overheated.\f"
    "Tickets were refunded by the harbour office the same week."
)
OTHER = "Halder & Sons spun wool in the valley from 1871. Ruth Halder switched to carpet yarn after the war."


@pytest.fixture(scope="module")
def reader(make_reader):
    return make_reader(return_no_answer=True, max_seq_len=384)


def ask(reader, query, *texts, **meta):
    return reader.run(query=query, documents=[Document(content=text, meta=dict(meta)) for text in texts])[0]


def assert_exact(answers, documents):
    by_id = {document.id: document.content for document in documents}
    for answer in answers:
        if answer.answer:
            (place,), (inner,) = answer.offsets_in_document, answer.offsets_in_context
            content = by_id[answer.document_ids[0]]
            assert content[place.start : place.end] == answer.answer == answer.answer.strip()
            assert answer.context[inner.start : inner.end] == answer.answer
            assert answer.context in content


def test_an_answer_has_place_context_score_and_meta(reader):
    document = Document(content=TEXT, meta={"name": "log.txt", "page_number": 4})
    (answer, *_) = reader.run(query="Who was the captain?", documents=[document])[0]["answers"]
    assert answer.answer == "Ida Moreau"
    assert answer.meta == {"name": "log.txt", "page_number": 4, "answer_page_number": 4}
    assert answer.document_ids == [document.id]
    assert 0.3 < answer.score <= 1
    assert_exact([answer], [document])


def test_the_page_number_counts_form_feeds(reader):
    (answer, *_) = ask(reader, "Who refunded the tickets?", TEXT, page_number=4)["answers"]
    assert "harbour office" in answer.answer
    assert answer.meta["answer_page_number"] == 5


def test_documents_compete_by_score(reader):
    answers = ask(reader, "Who switched to carpet yarn?", TEXT, OTHER)["answers"]
    assert answers[0].answer == "Ruth Halder"
    assert [a.score for a in answers] == sorted((a.score for a in answers), reverse=True)


def test_nothing_to_read_gives_no_answer(reader, make_reader):
    for documents in ([], [Document(content="")], [Document(content=" \n\t ")]):
        (answer,) = reader.run(query="Who?", documents=documents)[0]["answers"]
        assert (answer.answer, answer.score) == ("", 1.0)
        (answer,) = reader.predict("Who?", documents)["answers"]
        assert (answer.answer, answer.score) == ("", 1.0)
        assert make_reader().run(query="Who?", documents=documents)[0]["answers"] == []


def test_an_unanswerable_question_is_answered_by_no_answer(reader):
    result = ask(reader, "What is the capital of Mongolia?", TEXT, OTHER)
    assert result["answers"][0].answer == ""
    assert result["no_ans_gap"] < 0


def test_no_ans_boost_moves_the_decision(make_reader):
    eager, shy = (make_reader(return_no_answer=True, no_ans_boost=boost) for boost in (-500.0, 500.0))
    assert ask(eager, "What is the capital of Mongolia?", TEXT)["answers"][0].answer
    assert ask(shy, "Who was the captain?", TEXT)["answers"][0].answer == ""


def test_the_question_is_cut_and_the_rest_ignored(reader):
    question = "Who was the captain of the ferry? " + "la " * 64
    assert ask(reader, question + "x " * 10_000, TEXT)["answers"] == ask(reader, question, TEXT)["answers"]


@pytest.mark.parametrize("query", ["", " ", "?", "\x00", "\ud83d", "🦦" * 500])
def test_odd_questions_do_no_harm(reader, query):
    document = Document(content=TEXT)
    assert_exact(reader.run(query=query, documents=[document])[0]["answers"], [document])


def test_top_k_above_the_number_of_spans_gives_those_there_are(make_reader):
    reader = make_reader(top_k=500, top_k_per_candidate=500, top_k_per_sample=500)
    answers = ask(reader, "Who left?", "Moreau left")["answers"]
    places = [(answer.offsets_in_document[0].start, answer.offsets_in_document[0].end) for answer in answers]
    assert 1 <= len(places) == len(set(places)) <= 3  # three tokens: no two spans share a start or an end
    assert all(answer.score > 0 for answer in answers)


def test_top_k_and_top_k_per_candidate_bound_the_answers(make_reader):
    reader = make_reader(top_k_per_candidate=2, top_k_per_sample=5, top_k=3)
    documents = [Document(content=TEXT), Document(content=OTHER)]
    answers = reader.predict("Who?", documents)["answers"]
    assert len(answers) == 3
    assert max([answer.document_ids for answer in answers].count([document.id]) for document in documents) == 2
    assert len(reader.predict("Who?", documents, top_k=1)["answers"]) == 1


def test_the_confidence_threshold_drops_weak_answers(make_reader):
    assert ask(make_reader(confidence_threshold=0.99), "What is the capital of Mongolia?", TEXT)["answers"] == []


def test_raw_scores_are_sums_of_logits(make_reader):
    raw = ask(make_reader(use_confidence_scores=False), "Who was the captain?", TEXT)["answers"][0]
    assert raw.answer == "Ida Moreau"
    assert raw.score > 1


def test_the_same_text_in_two_documents_gives_one_answer_with_both_places(reader):
    documents = [
        Document(content=TEXT, id="a", meta={"name": "first"}),
        Document(content=OTHER, id="b"),
        Document(content=TEXT, id="c", meta={"name": "copy"}),
    ]
    answers = reader.run(query="Who was the captain?", documents=documents)[0]["answers"]
    (best,) = [answer for answer in answers if answer.answer == "Ida Moreau"]
    assert best.document_ids == ["a", "c"]
    assert [TEXT[place.start : place.end] for place in best.offsets_in_document] == ["Ida Moreau"] * 2
    assert best.meta["name"] == "first"
    alone = reader.predict("Who was the captain?", documents[:1])["answers"]
    assert best.score == max(answer.score for answer in alone if answer.answer)


def test_a_long_document_is_read_to_its_end_and_repeats_nothing(reader):
    text = "Sheep graze on the hill. " * 400 + "The lighthouse keeper was Ada Quint. " + "Rain fell. " * 30
    document = Document(content=text)
    answers = reader.predict("Who was the lighthouse keeper?", [document])["answers"]
    # FARM's rule, which this reader follows, holds the null score of one window against the span of another
    answers = [answer for answer in answers if answer.answer]
    assert answers[0].answer == "Ada Quint"
    places = [(a.offsets_in_document[0].start, a.offsets_in_document[0].end) for a in answers]
    assert len(places) == len(set(places))
    assert_exact(answers, [document])


def test_words_of_ten_thousand_characters_do_no_harm(reader):
    document = Document(content=f"{'x' * 10_000} Captain Ida Moreau {'é' * 10_000}")
    answers = reader.predict("Who is the captain?", [document])["answers"]
    assert "Ida Moreau" in answers[0].answer
    assert_exact(answers, [document])


TRICKY = [
    "Die Fähre verließ Zürich um 7 Uhr.\r\nKapitän war Ida\tMoreau.",
    "Ida Moreau は船長です。フェリーは東京を出た。",
    "القبطان هو إيدا مورو وغادرت العبارة الميناء",
    "🦦🚢 The captain 👩‍✈️ was Ida Mo\u0301reau\u200b, not I\u0307da. 🇨🇭",
    "a\u00adb soft hyphen captain\u2028line \ufeffbom \x85 Ida",
    "İstanbul captain İda ﬁne ﬀ",
    "lone \udc80 surrogate captain Ida \ud83d",
]


@pytest.mark.parametrize("text", TRICKY)
def test_offsets_are_exact_in_every_script(make_reader, text):
    reader = make_reader(top_k_per_sample=20, top_k_per_candidate=20, top_k=20)
    document = Document(content=text, id="x")
    answers = reader.predict("Who was the captain?", [document])["answers"]
    assert answers
    assert_exact(answers, [document])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(text=st.text(st.characters(), max_size=80), question=st.text(max_size=30))
def test_offsets_are_exact_in_any_text(reader, text, question):
    document = Document(content=text, id="x")
    assert_exact(reader.run(query=question, documents=[document])[0]["answers"], [document])


def plain(answers):
    return [answer.to_dict() for answer in answers]


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_run_batch_gives_exactly_what_run_gives(make_reader, squad, precision):
    reader = make_reader(return_no_answer=True, precision=precision, max_seq_len=160, doc_stride=60)
    queries = [question for question, _ in squad[:6]]
    # the same ids with other metadata and text in each list
    lists = [
        [
            Document(content=text, id=f"d{n}", meta={"list": i, "page_number": 2})
            for n, (_, text) in enumerate(squad[3 * i : 3 * i + 3])
        ]
        for i in range(6)
    ]
    lists[2] = []
    batch = reader.run_batch(queries=queries, documents=lists)[0]
    for query, documents, answers in zip(queries, lists, batch["answers"], strict=True):
        assert plain(answers) == plain(reader.run(query=query, documents=documents)[0]["answers"])
    assert batch["queries"] == queries
    one_list = lists[0]
    nested = reader.run_batch(queries=queries[:2], documents=one_list)[0]["answers"]
    for query, of_query in zip(queries, nested, strict=False):
        for document, answers in zip(one_list, of_query, strict=True):
            assert plain(answers) == plain(reader.run(query=query, documents=[document])[0]["answers"])
    flat = reader.run_batch(queries=queries[:1], documents=one_list)[0]["answers"]
    assert [plain(a) for a in flat] == [plain(a) for a in nested[0]]


def test_batches_of_nothing(reader):
    assert reader.run_batch(queries=["Who?"], documents=[])[0]["answers"] == []
    assert [len(a) for a in reader.run_batch(queries=["Who?"], documents=[[], []])[0]["answers"]] == [1, 1]


def test_an_answer_in_the_overlap_of_two_documents_is_given_once(make_reader):
    first, second = TEXT[:117], TEXT[55:]
    documents = [
        Document(content=first, id="a", meta={"_split_overlap": [{"doc_id": "b", "range": (55, 117)}]}),
        Document(content=second, id="b", meta={"_split_overlap": [{"doc_id": "a", "range": (0, 62)}]}),
    ]
    answers = make_reader().predict("Who was the captain?", documents)["answers"]
    assert [answer.answer for answer in answers].count("Ida Moreau") == 1


def test_threads_share_one_reader(make_reader, squad):
    reader = make_reader()
    pairs = squad[:12]
    expected = [plain(make_reader().predict(q, [Document(content=t, id="x")])["answers"]) for q, t in pairs]
    found = [None] * len(pairs)

    def work(offset):
        for number in range(offset, len(pairs), 4):
            question, text = pairs[number]
            found[number] = plain(reader.predict(question, [Document(content=text, id="x")])["answers"])

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected


def test_the_description_names_model_precision_and_reason(make_reader, reader_folder):
    assert make_reader().description == f"{reader_folder.name} (folder), fp32: asked for"
    automatic = make_reader(precision="auto").description
    assert automatic.startswith(f"{reader_folder.name} (folder), ")
    assert "processor" in automatic or "probe" in automatic


def test_a_pipeline_of_yaml_takes_what_a_farm_reader_holds(tmp_path, reader_folder):
    path = tmp_path / "p.yml"
    path.write_text(
        "version: ignore\ncomponents:\n  - name: Reader\n    type: OnnxReader\n    params:\n"
        f"      model_name_or_path: {reader_folder}\n"
        "      use_gpu: false\n      context_window_size: 60\n      batch_size: 4\n      num_processes: 0\n"
        "      progress_bar: false\n      no_ans_boost: 0.5\n      max_seq_len: 200\n      confidence_threshold: 0.01\n"
        "pipelines:\n  - name: query\n    nodes:\n      - name: Reader\n        inputs: [Query]\n"
    )
    pipeline = Pipeline.load_from_yaml(path)
    output = pipeline.run(query="Who was the captain?", documents=[Document(content=TEXT)])
    assert output["answers"][0].answer == "Ida Moreau"
    assert len(output["answers"][0].context) <= 60


@pytest.mark.parametrize(
    "parameters",
    [
        {"top_k": 0},
        {"top_k_per_candidate": 0},
        {"max_seq_len": 0},
        {"doc_stride": 0},
        {"max_seq_len": 128, "doc_stride": 64},
        {"precision": "fp8"},
        {"context_fields": "title"},
    ],
)
def test_arguments_out_of_range_are_named(parameters):
    with pytest.raises(ValueError, match="|".join(parameters)):
        OnnxReader(**parameters)


def test_a_missing_model_is_an_error_at_first_use(tmp_path):
    reader = OnnxReader(str(tmp_path / "nothing"))
    with pytest.raises(ModelError, match="no model folder"):
        reader.run(query="Who?", documents=[Document(content=TEXT)])


def test_loading_imports_no_torch(reader_folder, tmp_path):
    import os
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path; from needlepoint.reading.reader import SpanReader\n"
        f"r = SpanReader({str(reader_folder)!r}, cache=Path({str(tmp_path)!r}))\n"
        "assert r.read('Who left?', ['Ida Moreau left.'])[0].candidates\n"
        "print(sorted({'torch', 'transformers', 'haystack'} & set(sys.modules)))"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3] / "components")}
    assert subprocess.check_output([sys.executable, "-c", code], env=environment, text=True).strip() == "[]"


def test_calibrated_scores_rank_answers_and_no_answer_on_one_scale(make_reader):
    reader = make_reader(return_no_answer=True, calibrated=True, max_seq_len=384)
    answers = ask(reader, "Who is the captain?", TEXT, OTHER)["answers"]
    best, *_ = answers
    (no_answer,) = [answer for answer in answers if not answer.answer]
    assert best.answer == "Ida Moreau"
    assert best.score > 0.5 > no_answer.score
    assert no_answer.score == reader.span_reader.calibration.no_answer_probability(best.score)
    assert_exact(answers, [Document(content=TEXT), Document(content=OTHER)])


def test_calibrated_scores_depend_on_rank_and_number_of_passages_and_on_nothing_else_that_is_read(make_reader):
    reader = make_reader(calibrated=True)
    alone, first, beside_another, second = (
        {answer.answer: answer.score for answer in ask(reader, "Who is the captain?", *texts)["answers"]}["Ida Moreau"]
        for texts in ((TEXT,), (TEXT, OTHER), (TEXT, "The quay is closed in winter."), (OTHER, TEXT))
    )
    assert alone > first == beside_another > second


@pytest.mark.parametrize("written", ["1480", "1,480", "1 480", "1'480"])
def test_a_number_is_the_same_however_it_is_written(make_reader, written):
    text = f"The pallet of bearings weighs {written} kg.\n\nThe pallet of washers weighs 2350 kg."
    document, reader = Document(content=text), make_reader(calibrated=True)
    for asked in ("1480", "1,480", "1 480", "1'480"):
        best = reader.predict(f"Which pallet weighs {asked} kg?", [document])["answers"][0]
        as_written = reader.predict(f"Which pallet weighs {written} kg?", [document])["answers"][0]
        assert "bearings" in best.answer
        assert (best.answer, best.score) == (as_written.answer, as_written.score)
        assert_exact([best], [document])


def test_no_answer_comes_first_just_where_it_is_likelier_than_the_best_answer(make_reader):
    reader = make_reader(calibrated=True, return_no_answer=True)
    for question in ("Who is the captain?", "Who painted the chapel?", "When?", "Which harbour is the coldest?"):
        answers = ask(reader, question, TEXT, OTHER)["answers"]
        best = max(answer.score for answer in answers if answer.answer)
        (no_answer,) = [answer for answer in answers if not answer.answer]
        assert bool(answers[0].answer) == (best >= no_answer.score)
        assert [answer.score for answer in answers] == sorted((answer.score for answer in answers), reverse=True)


def test_a_boost_for_no_answer_lowers_calibrated_scores(make_reader):
    plain, boosted = (make_reader(calibrated=True, no_ans_boost=boost) for boost in (0.0, 4.0))
    question = "Who is the captain?"
    assert ask(boosted, question, TEXT)["answers"][0].score < ask(plain, question, TEXT)["answers"][0].score


def test_nothing_to_read_is_surely_no_answer(make_reader):
    (answer,) = make_reader(return_no_answer=True, calibrated=True).predict("Who?", [Document(content="")])["answers"]
    assert (answer.answer, answer.score) == ("", 1.0)


CLAUSE = "12.3 This Agreement shall be construed and in all respects governed by the laws of the State of Washington."
LAW = "Which law governs the Inktomi software hosting agreement?"


def test_the_reader_is_told_which_document_a_passage_is_from(make_reader):
    reader = make_reader(context_fields=["title", "name", "opening"], calibrated=True)
    opening = "This Software Hosting Agreement is made by Inktomi Corporation and Microsoft."
    silent, named = Document(CLAUSE, id="silent"), Document(CLAUSE, id="named", meta={"opening": opening})
    scores = {}
    for document in (silent, named):
        answers = reader.run(query=LAW, documents=[document])[0]["answers"]
        assert_exact(answers, [document])
        scores[document.id] = {answer.answer: answer.score for answer in answers}["State of Washington"]
    assert scores["named"] > scores["silent"] + 0.1
    untold = make_reader(calibrated=True)  # reads passages alone
    answers = [untold.run(query=LAW, documents=[document])[0]["answers"] for document in (silent, named)]
    one, other = ({answer.answer: answer.score for answer in those}["State of Washington"] for those in answers)
    assert one == other


def test_no_answer_comes_from_what_is_told(make_reader):
    reader = make_reader(context_fields=["name"], top_k_per_candidate=10, top_k_per_sample=10)
    document = Document("He turned back because a bearing overheated.", meta={"name": "Captain Ida Moreau.txt"})
    for query in ("Which captain is Ida Moreau?", "Who is Captain Ida Moreau?"):
        answers = reader.run(query=query, documents=[document])[0]["answers"]
        assert answers
        assert_exact(answers, [document])
        assert not any("Moreau" in answer.answer for answer in answers)


def test_what_is_told_of_one_document_is_not_told_of_another_of_the_same_text(make_reader):
    reader = make_reader(context_fields=["name"], calibrated=True, top_k_per_candidate=1)
    other, named = Document(CLAUSE, id="other", meta={"name": "x"}), Document(CLAUSE, id="named", meta={"name": LAW})
    batch = reader.run_batch(queries=[LAW], documents=[[other, named]])[0]["answers"][0]
    assert batch == reader.run(query=LAW, documents=[other, named])[0]["answers"]
    assert [answer.document_ids for answer in batch] == [["named"], ["other"]]
    alone = [reader.run(query=LAW, documents=[document])[0]["answers"][0] for document in (named, other)]
    assert [answer.answer for answer in batch] == [answer.answer for answer in alone]
    assert batch[0].score > batch[1].score
    in_both, in_one = (NamedDocuments(LAW, read, ["name"]).share(other) for read in ([other, named], [other]))
    assert batch[1].score / in_both == pytest.approx(alone[1].score / in_one, abs=0.05)  # its rank counts a little


def test_documents_of_the_same_text_of_which_nothing_is_told_share_an_answer(make_reader):
    reader = make_reader(context_fields=["name"], calibrated=True, top_k_per_candidate=1)
    documents = [Document(CLAUSE, id=name, meta={"name": name}) for name in ("a", "b")]
    (answer,) = reader.run(query="Which law governs?", documents=documents)[0]["answers"]
    assert answer.document_ids == ["a", "b"]


def test_a_row_of_a_table_answers_only_what_it_names(make_reader):
    reader = make_reader(calibrated=True, return_no_answer=True, context_fields=["title"])
    row = "Vessel: Halsnes; Built: 2011; Captain: Marit Sundal; Passengers: 310."

    def asked(question, **meta):
        answers = ask(reader, question, row, title="Fleet of Fjordlink", **meta)["answers"]
        return answers[0].answer, max(answer.score for answer in answers if answer.answer)

    named, certain = asked("Who is the captain of the Halsnes?", kind="row")
    assert (named, certain > 0.9) == ("Marit Sundal", True)
    nothing, doubtful = asked("Who is the captain of the Sula?", kind="row")
    assert (nothing, doubtful < 0.3) == ("", True)
    named, certain = asked("Who is the captain of the Halsnes?")
    assert (named, certain > 0.9) == ("Marit Sundal", True)
    nothing, doubtful = asked("Who is the captain of the Sula?")  # whose name occurs nowhere, in rows or in other text
    assert (nothing, doubtful < 0.3) == ("", True)
