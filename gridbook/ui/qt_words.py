"""Qt's own words in the language of the program: the buttons of file dialogs, the menus of text fields."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from gridbook import i18n

_spoken: dict[str, QTranslator] = {}


def speak() -> None:
    """Let Qt say its own words in the language that is spoken now; in English it needs nobody."""
    application = QCoreApplication.instance()
    if application is None:
        return
    for translator in _spoken.values():
        application.removeTranslator(translator)
    _spoken.clear()
    language, translator = i18n.language(), QTranslator()
    place = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if language != "en" and translator.load(f"qtbase_{language}", place):
        application.installTranslator(translator)
        # Qt keeps no hold of it.
        _spoken[language] = translator
