"""Fonts and painters need a Qt application; a command that prints has none yet."""

from PySide6.QtGui import QGuiApplication

_kept: list[QGuiApplication] = []


def needed() -> None:
    """Make sure that there is a Qt application; a command gets one that shows nothing."""
    if QGuiApplication.instance() is None:
        _kept.append(QGuiApplication(["gridbook", "-platform", "offscreen"]))
