"""The category field: typed by code, name or pinyin, offered in the order of the list with its group."""

from functools import cache

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from gridbook import catalog
from gridbook.catalog import Category
from gridbook.i18n import tr
from gridbook.store import pinyin
from gridbook.ui.parts.offers import OfferingInput


class CategoryInput(OfferingInput):
    """One category of the closed list."""

    found = Signal(object)
    moved_on = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(40, tr("Categories"), parent)
        self.category: Category | None = None
        self.setPlaceholderText(tr("Code, name or pinyin; ↓ shows all"))
        self.textEdited.connect(self._ask)
        self.entered.connect(self._enter)
        self.picked.connect(self._pick)

    @property
    def code(self) -> str:
        """The code of the category that is chosen, or nothing."""
        return self.category.code if self.category is not None else ""

    @code.setter
    def code(self, code: str) -> None:
        self.category = catalog.categories().get(code)
        self.setText(f"{code} {self.category.name}" if self.category is not None else "")
        self.close_offers()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """The arrow down shows the whole list."""
        if event.key() == Qt.Key.Key_Down and not self.offers():
            self._ask("" if self.category is not None else self.text())
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Left with words that mean one category: take it."""
        self._take_if_meant()
        super().focusOutEvent(event)

    def _ask(self, typed: str) -> None:
        self.category = None
        self.offer([(one, _line(one)) for one in meant(typed)])

    def _pick(self, category: Category) -> None:
        self._take(category)
        self.moved_on.emit()

    def _enter(self) -> None:
        chosen = self.chosen()
        if isinstance(chosen, Category):
            self._take(chosen)
        self._take_if_meant()
        self.close_offers()
        if self.category is not None:
            self.moved_on.emit()

    def _take_if_meant(self) -> None:
        found = meant(self.value) if self.category is None and self.value else ()
        if found:
            self._take(found[0])

    def _take(self, category: Category) -> None:
        self.code = category.code
        self.found.emit(category)


def meant(typed: str) -> tuple[Category, ...]:
    """The categories that a code, a name or pinyin can mean; codes first, everything for nothing typed."""
    plain = typed.strip().lower()
    whole = [one for one in catalog.categories().values() if _line(one).lower() == plain]
    if whole or not plain:
        return tuple(whole or catalog.categories().values())
    first = plain.split()[0]
    by_code = [one for one in catalog.categories().values() if one.code.lower().startswith(first)]
    others = [one for one in catalog.categories().values() if plain in _words(one.code)]
    return tuple(dict.fromkeys((*by_code, *others)))


def _line(category: Category) -> str:
    return f"{category.code} {category.name}　·　{category.group_name}"


@cache
def _words(code: str) -> str:
    one = catalog.categories()[code]
    return pinyin.words(one.name_zh, one.group_zh) + " " + one.name_en.lower()
