"""Haystack's schema of pipeline files, made in memory for the nodes of the file that is checked.

Haystack itself writes a schema of all its nodes into its own package. That fails if the package cannot be written, two processes
that start together may read an incomplete file, and checking a file against seventy nodes takes half a second. Haystack adds the
definitions of missing nodes, so it only needs a schema without nodes.
"""

from typing import Any

from haystack.nodes._json_schema import get_json_schema
from haystack.pipelines import config


def _load_schema() -> dict[str, Any]:
    schema: dict[str, Any] = get_json_schema("haystack-pipeline-main.schema.json", version="ignore", modules=[])
    return schema


config.load_schema = _load_schema
