"""Where the book, the logs and the program's own resources are: in a checkout, a wheel or frozen."""

import sys
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """A file or folder of the program's own resources."""
    return _resources().joinpath(*parts)


def _resources() -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        return Path(frozen) / "resources"
    installed = _PACKAGE / "resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"


def package(*parts: str) -> Path:
    """A file or folder of the program's own code."""
    return _PACKAGE.joinpath(*parts)


def default_book() -> Path:
    """This person's own book, when no other is named."""
    return Path(platformdirs.user_data_dir("gridbook", appauthor=False)) / "book"


def logs() -> Path:
    """The folder of the program's content-free logs."""
    return Path(platformdirs.user_log_dir("gridbook", appauthor=False))
