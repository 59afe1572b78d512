"""What must happen before ``haystack`` is imported for the first time."""

import logging
import os
import sys
from importlib.util import find_spec


def prepare() -> None:
    """Switch Haystack's telemetry off and give transformers back the name that FARM still imports.

    transformers 4.53 moved ``SequenceSummary`` out of ``transformers.modeling_utils``; ``haystack.modeling`` imports it from
    there. The class itself lives on unchanged as ``XLMSequenceSummary``. Without torch there is no FARM, and nothing to do.
    """
    os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if "haystack" not in sys.modules:
        if find_spec("torch") is not None:
            _restore_sequence_summary()
        logging.getLogger("haystack").setLevel(logging.WARNING)
    elif "haystack.telemetry" in sys.modules:  # someone imported Haystack first, and it has begun
        sys.modules["haystack.telemetry"].telemetry = None  # type: ignore[attr-defined]


def _restore_sequence_summary() -> None:
    from transformers import modeling_utils
    from transformers.models.xlm.modeling_xlm import XLMSequenceSummary

    if not hasattr(modeling_utils, "SequenceSummary"):
        modeling_utils.SequenceSummary = XLMSequenceSummary
