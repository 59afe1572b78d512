"""Trials: put questions with known answers to a reader, a retriever or a whole pipeline, and report the results."""

from needlepoint.errors import require_app

require_app()
