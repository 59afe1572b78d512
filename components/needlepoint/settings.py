"""The settings of a process, read once from the environment."""

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path, user_data_path


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that do not belong in a pipeline's YAML.

    :param store: folder of the embedded store.
    :param cache: folder of files that can be made again (exported models).
    :param files: folder of uploaded files; None keeps them in the store's folder.
    """

    store: Path
    cache: Path
    files: Path | None = None

    @property
    def originals(self) -> Path:
        """The folder of uploaded files."""
        return self.files or self.store / "originals"

    @property
    def sheets(self) -> Path:
        """The folder of the sheets' ledger and of saved sheets."""
        return self.store / "sheets"

    @property
    def people(self) -> Path:
        """The folder of the users, and of the log of what they did."""
        return self.store / "people"

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read ``NEEDLEPOINT_STORE``, ``NEEDLEPOINT_CACHE`` and ``NEEDLEPOINT_FILES``.

        Where one of the first two is unset or empty, the platform's user folder is used.
        """
        files = os.environ.get("NEEDLEPOINT_FILES")
        return cls(
            store=_folder(os.environ.get("NEEDLEPOINT_STORE") or user_data_path("needlepoint")),
            cache=_folder(os.environ.get("NEEDLEPOINT_CACHE") or user_cache_path("needlepoint")),
            files=_folder(files) if files else None,
        )


def _folder(given: str | Path) -> Path:
    """Return a folder's absolute path; records store absolute paths, which are compared with it."""
    return Path(given).expanduser().absolute()
