"""The fonts of the house, loaded when they are first needed, and the Qt font of each face."""

from collections.abc import Mapping
from functools import cache, lru_cache

import zstandard
from PySide6.QtGui import QFont, QFontDatabase

from gridbook import paths
from gridbook.press import ui_fonts
from gridbook.sheets.typeset import Face

_FAMILY: Mapping[Face, tuple[str, bool]] = {
    Face.SANS: ("GridBook Sans", False),
    Face.SANS_BOLD: ("GridBook Sans", True),
    Face.SERIF: ("GridBook Serif", False),
    Face.SERIF_BOLD: ("GridBook Serif", True),
    Face.RARE: ("GridBook Rare", False),
}
_RARE_PLAIN_SIZE = 64 * 1024 * 1024


def load_rare() -> None:
    """Load the rare characters, when a text needs one of them; it takes about a tenth of a second."""
    load(Face.RARE)


@cache
def load(face: Face) -> None:
    """Load one font file, once in the life of the program."""
    if face is Face.RARE:
        packed = paths.resource("fonts", "rare.ttf.zst").read_bytes()
        plain = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_RARE_PLAIN_SIZE)
        ui_fonts.known(face, QFontDatabase.addApplicationFontFromData(plain))
    else:
        ui_fonts.load(str(face))


@lru_cache(maxsize=64)
def of_face(face: Face, pixels: int) -> QFont:
    """The Qt font of that face, without hinting or kerning, so that widths are exactly those of the page.

    It is shared: whoever changes it copies it first.
    """
    load(face)
    family, bold = _FAMILY[face]
    font = QFont(family)
    font.setPixelSize(pixels)
    font.setBold(bold)
    font.setKerning(False)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # Every character was looked up before; a substitute from the system would have another width.
    font.setStyleStrategy(QFont.StyleStrategy.NoFontMerging | QFont.StyleStrategy.PreferAntialias)
    return font
