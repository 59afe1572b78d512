"""Trials: questions with known answers put to a reader, a retriever or a whole pipeline, and a report of how it did."""

from needlepoint.errors import require_app

require_app()
