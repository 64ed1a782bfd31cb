"""F1: the handbook at the section of this page, the keys, and what is new; all of it without a network."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextBlockFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTextBrowser, QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.ui import handbook
from gridbook.ui import theme as look
from gridbook.ui.handbook import Book, Section
from gridbook.ui.keys import Keys
from gridbook.ui.parts.cards import Scrolled, SideSheet
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.fields import Choice, Field, TextInput
from gridbook.ui.parts.text import Muted
from gridbook.ui.theme import Type, theme

WIDTH = 560
LINE_HEIGHT = 125
"""In percent of what the font itself asks for, which is 1.2 of its size."""
HANDBOOK, KEYS, NEWS = "handbook", "keys", "news"


class HelpSheet(SideSheet):
    """Lies over the right edge of the page; F1 or Esc takes it away again."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Help"), parent, WIDTH)
        parts = [(HANDBOOK, tr("Handbook")), (KEYS, tr("Keys")), (NEWS, tr("What is new"))]
        self.part = Chips(parts, tr("Part of the help"))
        self.part.chosen.connect(lambda part: self._turn(str(part)))
        self.body.addWidget(self.part)
        self.body.setContentsMargins(theme.px(look.XL), 0, theme.px(look.XL), theme.px(look.S))
        self.body.setSpacing(theme.px(look.M if theme.roomy else look.S))
        self.pages = QStackedWidget()
        self.reader = Reader(handbook.handbook())
        self.keys = Keys()
        self.news = Reader(handbook.news())
        # What is longest scrolls by itself, or it would stretch the others.
        for page in (self.reader, Scrolled(self.keys), self.news):
            self.pages.addWidget(page)
        self.body.addWidget(self.pages, 1)

    def show_page(self, page: str) -> None:
        """Open the handbook at the section about a page of the program."""
        self.reader.show_section(self.reader.book.of_page(page))
        self._open(HANDBOOK)

    def show_news(self) -> None:
        """Open what is new."""
        self.news.show_section(self.news.book.sections[-1])
        self._open(NEWS)

    def lie_over(self, holder: QWidget) -> None:
        """Take the right edge of the window's content."""
        width = min(theme.px(WIDTH), holder.width())
        self.setMaximumWidth(width)
        self.set_close(not theme.roomy)
        self.setGeometry(holder.width() - width, 0, width, holder.height())
        self.raise_()

    def _open(self, part: str) -> None:
        self.part.value = part
        self._turn(part)
        self.show()
        self.raise_()
        (self.keys if part == KEYS else self.news if part == NEWS else self.reader).setFocus()

    def _turn(self, part: str) -> None:
        self.pages.setCurrentIndex((HANDBOOK, KEYS, NEWS).index(part))


class Reader(QWidget):
    """One section of a book, the list of all of them, and a box to find words in it."""

    def __init__(self, book: Book) -> None:
        super().__init__()
        self.book = book
        self._shown = book.sections[0]
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(look.S))
        self.contents = Choice([(one.anchor, one.title) for one in book.sections])
        self.contents.activated.connect(lambda _: self._follow(str(self.contents.value)))
        self.words = TextInput(40)
        self.words.setPlaceholderText(tr("Find in the help"))
        self.words.setClearButtonEnabled(True)
        self.words.setAccessibleName(tr("Find in the help"))
        self.words.entered.connect(self._find)
        head = QHBoxLayout()
        head.setSpacing(theme.px(look.S))
        which = Field(tr("Section"), self.contents)
        # At large type every line counts; what is chosen there says what it is.
        which.label.setVisible(theme.roomy)
        head.addWidget(which, 3)
        head.addWidget(self.words, 2, Qt.AlignmentFlag.AlignBottom)
        rows.addLayout(head)
        self.nothing = Muted("", Type.CAPTION)
        self.nothing.hide()
        rows.addWidget(self.nothing)
        self.text = Page(book.folder)
        self.text.anchorClicked.connect(lambda url: self._follow(url.fragment()))
        rows.addWidget(self.text, 1)
        self.setFocusProxy(self.text)

    def show_section(self, section: Section) -> None:
        """Show this section from its beginning."""
        self._shown = section
        self.contents.value = section.anchor
        self.text.show_text(section.text)
        self.text.setAccessibleName(section.title)

    def _follow(self, anchor: str) -> None:
        section = self.book.linked(anchor)
        if section is not None:
            self.show_section(section)

    def _find(self) -> None:
        words = self.words.value
        found = bool(words) and self.text.find(words)
        if words and not found:
            section = self.book.holding(words, self._shown)
            if section is not None:
                self.show_section(section)
                found = self.text.find(words)
        self.nothing.setText(tr("The help does not have “{words}”.").format(words=words))
        self.nothing.setVisible(bool(words) and not found)


class Page(QTextBrowser):
    """A text with its pictures, as wide as the page; only files of the help are ever opened."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.setOpenLinks(False)
        # It takes the room there is and scrolls by itself, so that nothing around it has to.
        self.setMinimumHeight(1)
        self.setProperty("reading", True)

    def show_text(self, markdown: str) -> None:
        """Show another text from its beginning."""
        self.document().setDefaultFont(theme.font())
        self.document().setBaseUrl(QUrl.fromLocalFile(f"{self._folder}/"))
        self.setMarkdown(markdown)
        self._give_room()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _give_room(self) -> None:
        """Lines stand apart as everywhere in the program; pictures are as high as they are."""
        block = self.document().begin()
        while block.isValid():
            made = QTextBlockFormat()
            made.setLineHeight(LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            made.setBottomMargin(theme.px(look.XS))
            QTextCursor(block).mergeBlockFormat(made)
            block = block.next()

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: N802 - Qt's name
        """A picture of the help, no wider than there is room."""
        path = Path((self._folder / QUrl(name).path()).resolve())
        is_own = path.is_relative_to(self._folder.parent.resolve())
        if kind != QTextDocument.ResourceType.ImageResource.value or not is_own:
            return None
        picture = QImage(str(path))
        room = self.viewport().width() - theme.px(look.XL)
        if picture.width() > room > 0:
            picture = picture.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)
        return picture
