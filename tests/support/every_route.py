"""A well-formed request for every route of the service, so that tests can try each of them."""

HIDDEN = "merger.txt"
_LABEL = {
    "query": "Who is the partner?",
    "document": {"content": "x", "id": "p", "meta": {"document_id": "{id}"}},
    "is_correct_answer": True,
    "is_correct_document": True,
    "origin": "user-feedback",
}
_QUOTE = {"quotes": [{"quote": "The merger is to be announced on 7 July 2027.", "document_id": "{id}"}]}
_PIN = {"document_id": "{id}", "start": 0, "end": 6}
_VERDICT = {"document_id": "{id}", "question": "Who is the partner?", "judgement": "right"}
_FILE = {"files": {"files": ("note.txt", b"A note.", "text/plain")}}

REQUESTS = {
    ("GET", "/openapi.json"): {},
    ("POST", "/ask"): {"json": {"question": "Who is the partner of the merger?"}},
    ("POST", "/query"): {"json": {"query": "Who is the partner of the merger?", "debug": True}},
    ("POST", "/ask/stream"): {"json": {"question": "Who is the partner of the merger?"}},
    ("GET", "/collection"): {},
    ("GET", "/documents"): {"params": {"search": "e"}},
    ("GET", "/documents/{document_id}"): {},
    ("GET", "/documents/{document_id}/text"): {},
    ("GET", "/documents/{document_id}/pages/{number}.png"): {"params": {"highlight": "1-9"}},
    ("GET", "/documents/{document_id}/pages/{number}"): {},
    ("GET", "/documents/{document_id}/file"): {},
    ("GET", "/facets"): {},
    ("GET", "/facets/combined"): {},
    ("GET", "/documents/{document_id}/sizes"): {},
    ("GET", "/documents/{document_id}/pages/{number}/words"): {},
    ("GET", "/documents/{document_id}/pages/{number}/cells"): {},
    ("GET", "/documents/{document_id}/find"): {"params": {"words": "partner"}},
    ("GET", "/sets"): {},
    ("GET", "/sets/{name}"): {},
    ("PUT", "/sets/{name}"): {"json": {"documents": ["{id}"]}},
    ("DELETE", "/sets/{name}"): {},
    ("POST", "/documents"): _FILE,
    ("POST", "/file-upload"): _FILE,
    ("POST", "/documents/delete"): {"json": {"ids": ["{id}"]}},
    ("POST", "/documents/reindex"): {"json": {"ids": ["{id}"]}},
    ("POST", "/documents/delete_by_filters"): {"json": {"filters": {"document_id": "{id}"}}},
    ("DELETE", "/documents/{document_id}"): {},
    ("POST", "/examples"): {},
    ("GET", "/jobs"): {},
    ("GET", "/jobs/{job_id}"): {},
    ("DELETE", "/jobs/{job_id}"): {},
    ("POST", "/feedback"): {"json": _LABEL},
    ("GET", "/feedback"): {},
    ("DELETE", "/feedback"): {},
    ("GET", "/feedback/table"): {},
    ("POST", "/evaluations"): {"json": {}},
    ("PUT", "/feedback/{label_id}"): {"json": _LABEL},
    ("DELETE", "/feedback/{label_id}"): {},
    ("POST", "/eval-feedback"): {"json": {}},
    ("GET", "/export-feedback"): {},
    ("GET", "/sheets"): {},
    ("PUT", "/sheets/{name}"): {"json": {"questions": ["Who is the partner?"], "documents": ["{id}"]}},
    ("DELETE", "/sheets/{name}"): {},
    ("POST", "/sheets/{name}/run"): {"json": {}},
    ("GET", "/sheets/{name}"): {},
    ("GET", "/sheets/{name}/work"): {},
    ("GET", "/sheets/{name}/news"): {},
    ("GET", "/sheets/{name}/cell"): {"params": {"document": "{id}", "question": "Who is the partner?"}},
    ("PUT", "/sheets/{name}/verdict"): {"json": _VERDICT},
    ("GET", "/sheets/{name}/export.{kind}"): {},
    ("POST", "/verify"): {"json": _QUOTE},
    ("GET", "/workspaces"): {},
    ("POST", "/workspaces"): {"json": {"name": "Tried by every route"}},
    ("GET", "/workspaces/{workspace_id}"): {},
    ("PUT", "/workspaces/{workspace_id}"): {"json": {"note": "n"}},
    ("DELETE", "/workspaces/{workspace_id}"): {},
    ("GET", "/workspaces/{workspace_id}/questions"): {},
    ("DELETE", "/workspaces/{workspace_id}/questions"): {
        "params": {"since": "2020-01-01T00:00:00+00:00", "until": "2099-01-01T00:00:00+00:00"}
    },
    ("GET", "/workspaces/{workspace_id}/questions/{question_id}"): {},
    ("PUT", "/workspaces/{workspace_id}/questions/{question_id}"): {"json": {"note": "n"}},
    ("DELETE", "/workspaces/{workspace_id}/questions/{question_id}"): {},
    ("GET", "/workspaces/{workspace_id}/pins"): {},
    ("GET", "/workspaces/{workspace_id}/pinned"): {},
    ("POST", "/workspaces/{workspace_id}/pins"): {"json": _PIN},
    ("PUT", "/workspaces/{workspace_id}/pins"): {"json": {"pins": []}},
    ("PUT", "/workspaces/{workspace_id}/pins/{pin_id}"): {"json": {"note": "n"}},
    ("DELETE", "/workspaces/{workspace_id}/pins/{pin_id}"): {},
    ("GET", "/workspaces/{workspace_id}/export.{kind}"): {"params": {"over": "all"}},
    ("POST", "/login"): {"json": {"name": "nobody", "password": "wrong"}},
    ("POST", "/logout"): {},
    ("GET", "/me"): {},
    ("GET", "/ready"): {},
    ("GET", "/initialized"): {},
    ("GET", "/hs_version"): {},
    ("GET", "/health"): {},
    ("GET", "/metrics"): {},
    ("POST", "/documents/get_by_filters"): {"json": {}},
}


def all_routes(app):
    """Return method and path of every route of an application."""
    return {(method, route.path) for route in app.routes for method in route.methods if method != "HEAD"}


def filled(value, names):
    """Return a value in which every name in braces is replaced."""
    if isinstance(value, str):
        for name, text in names.items():
            value = value.replace("{" + name + "}", text)
        return value
    if isinstance(value, dict):
        return {key: filled(each, names) for key, each in value.items()}
    return [filled(each, names) for each in value] if isinstance(value, list) else value


def send(guarded, route, headers, *, document_id=None, **names):
    """Send the request of a route for a document that only some may see, and return the reply."""
    method, path = route
    own = document_id or guarded.ids[HIDDEN]
    names = {
        "id": own,
        "document_id": own,
        "number": "1",
        "name": "Secret",
        "job_id": "0" * 32,
        "label_id": "label",
        "kind": "json",
        "workspace_id": "w",
        "question_id": "q",
        "pin_id": "p",
        **names,
    }
    given = {key: value if key == "files" else filled(value, names) for key, value in REQUESTS[route].items()}
    return guarded.client.request(method, filled(path, names), headers=headers, **given)
