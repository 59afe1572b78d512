import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from needlepoint.encoders.tokens import TextTokenizer, Tokens
from needlepoint.errors import ModelError


@pytest.fixture
def tokenizer(write_model):
    return TextTokenizer(write_model())


def numbered(count):
    return Tokens(*[np.arange(count, dtype=np.int32)] * 3)


def test_a_window_joins_question_and_passage(tokenizer):
    question, passage = tokenizer.encode(["who left?", "the captain left"])
    (window,) = tokenizer.windows(question, passage, max_tokens=30, stride=10)
    assert window.ids.tolist() == [2, *question.ids, 3, *passage.ids, 3]
    assert window.type_ids.tolist() == [0] * (2 + len(question)) + [1] * (1 + len(passage))
    assert window.ids[window.passage].tolist() == passage.ids.tolist()


@pytest.mark.parametrize("length", [1, 9, 10, 11, 14, 15, 16, 40, 41])
@pytest.mark.parametrize("stride", [1, 4, 10, 500])
def test_windows_cover_every_token_and_stop_at_the_end(tokenizer, length, stride):
    windows = tokenizer.windows(numbered(5), numbered(length), max_tokens=5 + 3 + 10, stride=stride)
    pieces = [window.ids[window.passage].tolist() for window in windows]
    assert {token for piece in pieces for token in piece} == set(range(length))
    assert all(
        piece == list(range(w.first_token, w.first_token + len(piece)))
        for piece, w in zip(pieces, windows, strict=True)
    )
    assert all(len(window.ids) <= 18 for window in windows)
    assert all(piece[-1] < length - 1 for piece in pieces[:-1])


def test_a_context_stands_before_every_stretch_and_is_no_part_of_it(tokenizer):
    question, passage, context = tokenizer.encode(["who left?", "the captain left the pier " * 4, "the pier"])
    size = {"max_tokens": len(question) + 3 + 12, "stride": 5}
    windows = tokenizer.windows(question, passage, **size, context=context)
    begin = 2 + len(question)
    for window in windows:
        assert window.ids[begin : begin + 2].tolist() == context.ids.tolist()
        assert window.passage.start == begin + 2
        assert window.type_ids.tolist() == [0] * begin + [1] * (len(window.ids) - begin)
        assert len(window.ids) <= size["max_tokens"]
    read = {w.first_token + place for w in windows for place in range(w.passage.stop - w.passage.start)}
    assert read == set(range(len(passage)))
    without = tokenizer.windows(question, passage, **size, context=tokenizer.encode([""])[0])
    assert [w.ids.tolist() for w in without] == [w.ids.tolist() for w in tokenizer.windows(question, passage, **size)]


def test_a_long_context_takes_a_quarter_of_the_room(tokenizer):
    windows = tokenizer.windows(numbered(5), numbered(30), max_tokens=5 + 3 + 12, stride=4, context=numbered(100))
    assert {window.passage.start for window in windows} == {5 + 2 + 3}
    assert max(len(window.ids) for window in windows) == 20


def test_an_empty_passage_has_no_window(tokenizer):
    assert tokenizer.windows(numbered(3), numbered(0), max_tokens=20, stride=5) == []


def test_special_tokens_in_a_text_stay_text(tokenizer):
    (tokens,) = tokenizer.encode(["the [SEP] left [CLS]"])
    assert not {2, 3} & set(tokens.ids.tolist())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(text=st.text(st.characters(), max_size=60))
def test_any_text_has_offsets_within_it(tokenizer, text):
    (tokens,) = tokenizer.encode([text])
    assert (tokens.starts <= tokens.ends).all()
    assert (tokens.ends <= len(text)).all()


def test_lone_surrogates_and_nul_do_no_harm(tokenizer):
    text = "the \ud83d captain\x00 left"
    (tokens,) = tokenizer.encode([text])
    assert "left" in {text[s:e] for s, e in zip(tokens.starts, tokens.ends, strict=True)}


def test_a_long_word_is_one_unknown_token(tokenizer):
    (tokens,) = tokenizer.encode(["x" * 10_000])
    assert tokens.ids.tolist() == [1]
    assert (tokens.starts[0], tokens.ends[0]) == (0, 10_000)


def test_truncation_and_padding_stored_with_the_tokenizer_are_off(write_model):
    folder = write_model()
    stored = Tokenizer.from_file(str(folder / "tokenizer.json"))
    stored.enable_truncation(5)
    stored.enable_padding(length=20)
    stored.save(str(folder / "tokenizer.json"))
    (tokens,) = TextTokenizer(folder).encode(["the captain left the pier at the mill"])
    assert len(tokens) == 8


def test_lower_casing_follows_tokenizer_config(write_model):
    folder = write_model()
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": false}')
    (tokens,) = TextTokenizer(folder).encode(["THE captain"])
    assert tokens.ids[0] == 1


@pytest.mark.parametrize("content", [None, "", "{", '{"version": "1.0"}', "[1]"])
def test_a_missing_or_broken_tokenizer_is_a_model_error(write_model, content):
    folder = write_model(tokenizer=False)
    if content is not None:
        (folder / "tokenizer.json").write_text(content)
    with pytest.raises(ModelError, match="tokenizer"):
        TextTokenizer(folder)


def test_a_tokenizer_that_joins_no_pairs_is_a_model_error(write_model):
    folder = write_model(tokenizer=False)
    Tokenizer(WordLevel({"a": 0, "b": 1}, unk_token="a")).save(str(folder / "tokenizer.json"))
    with pytest.raises(ModelError, match="special tokens"):
        TextTokenizer(folder)
