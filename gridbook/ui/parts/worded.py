"""Fields of free words, in which what the book never records is refused as they are left."""

from PySide6.QtWidgets import QWidget

from gridbook.errors import BadWording, GridbookError
from gridbook.i18n import tr
from gridbook.records import wording
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.fields import Field, LongText, TextInput


class WordsField(Field):
    """A field of free words: what the book never records is refused as it is left, with other words."""

    def __init__(
        self, label: str, input_: TextInput | LongText, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(label, input_, hint, parent)
        self._words = input_
        self._offered = ""
        self.instead = Button("", "quiet", "pencil")
        self.instead.clicked.connect(self._take)
        self.instead.hide()
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.instead)
        input_.left.connect(self._look)
        input_.textChanged.connect(self._changed)

    def tell(self, error: GridbookError) -> None:
        """Say what was refused, and offer other words where there are some."""
        super().tell(error)
        if isinstance(error, BadWording):
            self._offer(error.offer)

    def say(self, sentence: str) -> None:
        """Say what is wrong with it, or nothing."""
        super().say(sentence)
        self._offered = ""
        self.instead.hide()

    def _mended(self) -> None:
        """Words that the book never records stay refused until they are gone."""

    def _look(self) -> None:
        found = wording.instead(self._words.value)
        if found is not None:
            self.say(wording.refusal("", found).sentence())
            self._offer(found.text)

    def _offer(self, text: str) -> None:
        self._offered = text
        self.instead.name(tr("Write instead: {text}").format(text=text))
        self.instead.setVisible(bool(text))

    def _changed(self) -> None:
        if self._offered and wording.instead(self._words.value) is None:
            self.say("")

    def _take(self) -> None:
        text = self._offered
        self.say("")
        self._words.value = text
        self._words.setFocus()


def kept_words(words: TextInput | LongText) -> str:
    """What a draft may hold of a field: nothing where it names what the book never records."""
    return "" if wording.instead(words.value) is not None else words.value
