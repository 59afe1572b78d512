"""What holds for the text of every document, wherever it came from."""


def checked_passages(service, record):
    """Return the passages of a document, each of which is a part of its text."""
    passages = service.store.get_all_documents(index="document", filters={"document_id": record.id})
    text = service.text(record.id)
    assert len(passages) == record.meta["passages"]
    for passage in passages:
        assert text[passage.meta["start"] : passage.meta["end"]] == passage.content
    return [passage.content for passage in passages]
