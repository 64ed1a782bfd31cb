"""Where files that a person asks for go: the person's own documents, by names that say what they are."""

from pathlib import Path

from PySide6.QtCore import QDir, QStandardPaths


def in_documents(name: str = "") -> str:
    """The path of a file of that name among the person's documents, as a dialog proposes it."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    # A name may hold the title of a sheet; what a disk cannot write is left out.
    plain = "".join(c for c in name if c not in '\\/:*?"<>|')
    return str(Path(place) / plain) if plain else place


def shown(path: Path) -> str:
    """A path as the person's system writes it."""
    return QDir.toNativeSeparators(str(path))
