"""Prepares the first import of ``haystack``."""

import logging
import os
import sys
from importlib.util import find_spec


def prepare() -> None:
    """Turn Haystack's telemetry off, and restore the name in transformers that FARM still imports.

    transformers 4.53 moved ``SequenceSummary`` out of ``transformers.modeling_utils``, from where ``haystack.modeling`` imports
    it. The class still exists unchanged as ``XLMSequenceSummary``. Without torch, FARM is not imported and nothing is restored.
    """
    os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if "haystack" not in sys.modules:
        if find_spec("torch") is not None:
            _restore_sequence_summary()
        logging.getLogger("haystack").setLevel(logging.WARNING)
    elif "haystack.telemetry" in sys.modules:  # Haystack was imported before, and its telemetry has started
        sys.modules["haystack.telemetry"].telemetry = None  # type: ignore[attr-defined]


def _restore_sequence_summary() -> None:
    from transformers import modeling_utils
    from transformers.models.xlm.modeling_xlm import XLMSequenceSummary

    if not hasattr(modeling_utils, "SequenceSummary"):
        modeling_utils.SequenceSummary = XLMSequenceSummary
