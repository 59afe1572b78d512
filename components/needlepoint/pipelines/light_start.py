"""Imports Haystack without torch, for processes whose pipelines do not need it: start-up takes one second instead of five.

Haystack imports torch, transformers and scikit-learn at its own import, although only nodes such as FARMReader or
TfidfRetriever use them. A command that asks one question with the embedded store and OnnxReader need not wait for that.
"""

import os
import sys
import types
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from needlepoint import NODES

_LIGHT = frozenset({"BM25Retriever", *NODES})
_STAND_INS = ("sklearn", "sklearn.feature_extraction", "sklearn.feature_extraction.text", "transformers")

_state = {"is_allowed": False, "is_light": False}


def allow() -> None:
    """Allow this process to import Haystack without torch; for our own programs that load one pipeline file."""
    _state["is_allowed"] = True


def prepare(node_types: Iterable[str]) -> None:
    """Import Haystack without torch if the process allows it and the nodes do not need torch; otherwise do nothing.

    :param node_types: the class names of all nodes that will be created.
    :raises RuntimeError: Haystack was imported without torch, and one of these nodes needs it.
    """
    heavy = sorted(set(node_types) - _LIGHT)
    if _state["is_light"] and heavy:
        raise RuntimeError(f"Haystack was imported without torch, which {', '.join(heavy)} may need")
    if heavy or not _state["is_allowed"] or "haystack" in sys.modules or "torch" in sys.modules:
        return
    os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
    with _without_torch():
        import haystack.nodes  # noqa: F401
    _state["is_light"] = True


class _NoTorch:
    """Makes ``import torch`` fail as if torch were not installed, which Haystack can handle."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        """Refuse torch; leave every other module to the next finders."""
        if name.partition(".")[0] in {"torch", "sentence_transformers"}:
            raise ModuleNotFoundError(f"{name} is left out of this process", name=name)


class _StandIn(types.ModuleType):
    """A module whose attributes are all empty classes, which suffices for ``from transformers import X`` and annotations."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


@contextmanager
def _without_torch() -> Iterator[None]:
    before = {name: sys.modules.get(name) for name in _STAND_INS}
    sys.modules.update({name: _StandIn(name) for name in _STAND_INS})
    finder = _NoTorch()
    sys.meta_path.insert(0, finder)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.meta_path.remove(finder)
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module
