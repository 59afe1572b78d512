"""Documents into passages, without any framework."""

from needlepoint.text.splitting import Splitter

TEXT = "One sentence here. Another one there.\fThe second page begins. It ends."


def test_passages_know_their_source_place_and_section():
    meta = {"title": "Log", "section": "stale", "pages": [{"number": 2, "title": "Refunds"}, "no page"]}
    passages = list(Splitter(max_words=4, overlap_sentences=0, opening_characters=12).split("log", TEXT, meta))
    assert [TEXT[passage.meta["start"] : passage.meta["end"]] for passage in passages] == [p.content for p in passages]
    assert [passage.meta["page"] for passage in passages] == [1, 1, 2, 2]
    assert [passage.meta.get("section") for passage in passages] == [None, None, "Refunds", "Refunds"]
    assert {passage.meta["document_id"] for passage in passages} == {"log"}
    assert {passage.meta["opening"] for passage in passages} == {"One sentence"}
    assert "pages" not in passages[0].meta
    assert meta["section"] == "stale"


def test_ids_depend_on_document_place_and_words():
    def ids(*arguments):
        return [passage.id for passage in Splitter().split(*arguments)]

    assert ids("log", TEXT, {}) == ids("any", TEXT, {"document_id": "log"})
    assert not set(ids("log", TEXT, {})) & set(ids("other", TEXT, {}))
    assert ids("log", " \n", {}) == []
