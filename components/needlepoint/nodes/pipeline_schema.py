"""Haystack's schema of pipeline files, made in memory whenever a file is checked; it takes 0.05 s.

Haystack itself writes it into its own package: that fails where the packages belong to another user or cannot be written, and
two processes that start together may read half a file.
"""

from typing import Any

from haystack.nodes._json_schema import get_json_schema
from haystack.pipelines import config


def _load_schema() -> dict[str, Any]:
    schema: dict[str, Any] = get_json_schema(filename="haystack-pipeline-main.schema.json", version="ignore")
    return schema


config.load_schema = _load_schema
