"""Checks of any store's labels: those of one question are found among many, without reading the others."""

from haystack.schema import Answer, Document, Label, Span

from needlepoint.nodes.label_store import PlainLabels
from needlepoint.stores.records import Record

OTHERS = 300
WRITTEN = ("When does the lease end?", "  when does the LEASE\nend", "When does the lease end?!")


def label(question, id_):
    return Label(
        query=question,
        document=Document("The lease ends on 31 March 2031.", id="passage"),
        answer=Answer("31 March 2031", offsets_in_document=[Span(18, 31)]),
        is_correct_answer=True,
        is_correct_document=True,
        origin="user-feedback",
        id=id_,
    )


def check_labels_of_one_question(store, monkeypatch):
    store.write_labels([label(f"What costs number {number}?", f"other-{number}") for number in range(OTHERS)])
    store.write_labels([label(question, f"asked-{number}") for number, question in enumerate(WRITTEN)])
    read, labels = _counted(store, monkeypatch), PlainLabels(store)

    def ids(question):
        return [found["id"] for found in labels.of_question(question)]

    assert ids("WHEN does the lease end.") == ["asked-0", "asked-1", "asked-2"]
    assert read == [0, 3]
    assert ids("When does the lease begin?") == []
    assert ids("*") == ids("") == []
    assert read == [0, 3, 0, 0, 0]
    long = "Is it, as " + "x" * 40_000 + ", in order?"
    store.write_labels([label(long, "long")])
    assert _ids(store, long.upper()) == ["long"]
    store.delete_labels(ids=["asked-1"])
    assert _ids(store, WRITTEN[0]) == ["asked-0", "asked-2"]


def check_labels_of_earlier_versions(store, monkeypatch):
    """A label that was written without its question as it is compared is found like any other, and written anew once."""
    given = label(WRITTEN[0], "old")
    store._write(store.label_index, [Record("old", given.query, {"id": "old"}, {"label": given.to_dict()})])
    store.write_labels([label(WRITTEN[1], "new"), label("Who signed it?", "other")])
    read, labels = _counted(store, monkeypatch), PlainLabels(store)
    assert sorted(found["id"] for found in labels.of_question(WRITTEN[2])) == ["new", "old"]
    assert read == [1, 2], "the old one, then those of the question"
    assert sorted(found["id"] for found in labels.of_question(WRITTEN[2])) == ["new", "old"]
    assert [found["id"] for found in PlainLabels(store).of_question("Who signed it")] == ["other"]
    assert read == [1, 2, 2, 0, 1], "no label is of an earlier version any more"
    assert next(found for found in store.get_all_labels() if found.id == "old").to_dict() == given.to_dict()


def _ids(store, question):
    return [found["id"] for found in PlainLabels(store).of_question(question)]


def _counted(store, monkeypatch):
    """Return a list to which each reading of labels adds how many it has read."""
    read, get_all = [], store.get_all_labels

    def counting(**arguments):
        found = get_all(**arguments)
        read.append(len(found))
        return found

    monkeypatch.setattr(store, "get_all_labels", counting)
    return read
