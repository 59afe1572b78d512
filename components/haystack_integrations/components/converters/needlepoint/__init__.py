"""Needlepoint's converter for Haystack 3: files of any supported format."""

import sys
from typing import TYPE_CHECKING

from haystack_integrations.common.needlepoint.lazy import LazyImporter

_import_structure = {
    "file_converter": ["FileConverter"],
}

if TYPE_CHECKING:
    from haystack_integrations.components.converters.needlepoint.file_converter import (
        FileConverter as FileConverter,
    )
else:
    sys.modules[__name__] = LazyImporter(name=__name__, module_file=__file__, import_structure=_import_structure)
