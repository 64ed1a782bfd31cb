"""How a person likes the program to look: size, light or dark, language; remembered and changed live."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from gridbook import i18n
from gridbook.i18n import N_, tr
from gridbook.ui import qt_words
from gridbook.ui.theme import SCALES, theme

KEY = "look"
"""The name under which the book remembers it for each person."""
LIGHTS = {None: N_("As the system has it"), False: N_("Light"), True: N_("Dark")}
CONTRASTS = {False: N_("Usual contrast"), True: N_("High contrast")}
LANGUAGES = {"zh_CN": "中文", "en": "English"}


@dataclass(frozen=True, slots=True)
class Look:
    """Size in percent, dark or light (nothing: as the system has it), language, contrast high or not."""

    scale: int = 100
    dark: bool | None = None
    language: str = "zh_CN"
    high: bool = False

    def wear(self) -> bool:
        """Show the program so from now on; says whether anything is different."""
        dark = theme.system_is_dark() if self.dark is None else self.dark
        # Whoever asked the whole system for it need not ask again here.
        high = self.high or theme.system_is_high()
        if (theme.scale, theme.dark, theme.high, i18n.language()) == (self.scale, dark, high, self.language):
            return False
        i18n.use(self.language)
        qt_words.speak()
        theme.apply(scale=self.scale, dark=dark, high=high, asked=False)
        return True

    def kept(self) -> dict[str, Any]:
        """What the book remembers."""
        return asdict(self)

    @classmethod
    def remembered(cls, kept: object) -> "Look | None":
        """A look from what the book remembers; nothing when it remembers none that is possible."""
        if not isinstance(kept, dict):
            return None
        scale, dark = kept.get("scale", 100), kept.get("dark")
        language, high = kept.get("language", i18n.language()), kept.get("high", False)
        possible = scale in list(SCALES) and dark in list(LIGHTS) and language in list(i18n.LANGUAGES)
        return cls(scale, dark, language, bool(high)) if possible else None


class LookMenu(QMenu):
    """Size, light and language, each with a tick at what is in use."""

    chosen = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(tr("Size, light and language"), parent)
        self._look = look
        self._offer([(f"{scale} %", replace(look, scale=scale)) for scale in SCALES])
        self._offer([(tr(word), replace(look, dark=dark)) for dark, word in LIGHTS.items()])
        self._offer([(tr(word), replace(look, high=high)) for high, word in CONTRASTS.items()])
        self._offer([(word, replace(look, language=one)) for one, word in LANGUAGES.items()])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space takes a line as Enter does."""
        action = self.activeAction()
        if event.key() == Qt.Key.Key_Space and action is not None:
            action.trigger()
            self.close()
            return
        super().keyPressEvent(event)

    def _offer(self, options: list[tuple[str, Look]]) -> None:
        if self.actions():
            self.addSeparator()
        group = QActionGroup(self)
        for word, look in options:
            action = QAction(word, self)
            action.setCheckable(True)
            action.setChecked(look == self._look)
            action.triggered.connect(lambda _=False, look=look: self.chosen.emit(look))
            group.addAction(action)
            self.addAction(action)
