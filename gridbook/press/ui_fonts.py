"""The fonts of windows, apart from those of sheets, which a window does not need to start."""

from functools import cache

from PySide6.QtGui import QFontDatabase

from gridbook import paths

FAMILIES = ("GridBook Sans", "GridBook Rare")
"""What windows ask for; the second answers only after `fonts.load_rare`."""


def load_all() -> None:
    """Load what windows need."""
    load("sans")
    load("sans-bold")


@cache
def load(face: str) -> None:
    """Load one font file, once in the life of the program."""
    known(face, QFontDatabase.addApplicationFont(str(paths.resource("fonts", f"{face}.otf"))))


def known(face: str, number: int) -> None:
    """Nothing is shown or printed without its font: squares in place of words would go unnoticed."""
    if number < 0:
        raise RuntimeError(f"the font {face} cannot be loaded")
