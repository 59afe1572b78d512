"""What a person may add who sees a part of the collection only: what this person can see, and nothing that is there unseen."""

from collections.abc import Mapping, Sequence
from typing import Any

from needlepoint.api.errors import RefusedError
from needlepoint.api.jobs.indexing import ADDED_BY, FOLDER
from needlepoint.collection.known_files import known_ids
from needlepoint.files.identity import file_id
from needlepoint.files.names import shown_name
from needlepoint.people.person import Role, asking, seeing_everything
from needlepoint.service.facade import Service
from needlepoint.service.originals import Arrival
from needlepoint.stores.visibility import is_restricted, would_be_seen


def check_upload(
    metas: Sequence[Mapping[str, Any]], *, replaces: bool = False, params: Mapping[str, Any] | None = None
) -> None:
    """Refuse an upload that would delete what is there, or that the person who sends it could not see.

    :param metas: the metadata that is sent with each file.
    :param replaces: whether earlier uploads of the same names are removed.
    :param params: parameters for the nodes of the indexing pipeline.
    :raises RefusedError: 403.
    """
    person = asking()
    if replaces and person.role < Role.MANAGE:
        raise RefusedError(403, "replacing earlier uploads deletes them, which needs the role 'manage'")
    if not is_restricted():
        return
    if params:
        raise RefusedError(403, "who sees a part of the collection sends no additional_params")
    parts = ", ".join(person.parts or ()) or "none"
    for meta in metas:
        folder = str(meta.get("folder") or FOLDER)
        if not would_be_seen({**meta, "folder": folder, "added_by": ADDED_BY}):
            raise RefusedError(
                403,
                f'you would not see it yourself: send meta that puts it into your part ({parts}), such as {{"folder": ...}}',
            )


def check_unseen(service: Service, arrivals: Sequence[Arrival]) -> None:
    """Refuse files that are in the collection already where the person who sends them cannot see them.

    It would be filed there, under a person's eyes who must not know of it. Only who has the same file learns that it is there.

    :raises RefusedError: 403.
    """
    if not is_restricted():
        return
    ids = {file_id(each.path): shown_name(each.name) for each in arrivals}
    seen = known_ids(service.collection, ids)
    with seeing_everything():
        hidden = known_ids(service.collection, ids) - seen
    for id_ in hidden:
        raise RefusedError(403, f"{ids[id_]}: it is in a part of the collection that you may not see: ask who manages")
