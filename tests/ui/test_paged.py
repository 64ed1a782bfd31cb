"""The table of a long list by itself, fed with values: what it asks for, what it draws again."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from gridbook.records.base import RecordId
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.paged import AHEAD, ID, PAGE, PagedTable
from gridbook.ui.parts.table import Column

MANY = 4000
Numbered = tuple[RecordId, str]


class Book:
    """Hands out the rows that the table asks for, and remembers where in the list they stand."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.asked: list[int] = []
        column = Column[Numbered]("编号", self._say, key="number")
        self.table: PagedTable[Numbered] = PagedTable(
            [column], "一览", EmptyState("没有"), key=lambda row: row[0]
        )
        self.table.resize(600, 400)
        self.table.wanted.connect(self.give)

    def show(self) -> None:
        """The whole list, with its first page."""
        ids = [n.to_bytes(ID, "big") for n in range(MANY)]
        self.table.show()
        self.table.show_list(b"".join(ids), [row_of(one) for one in ids[:PAGE]], anew=True)
        QApplication.processEvents()

    def give(self, asked: list[RecordId]) -> None:
        """The rows of these ids."""
        self.asked.append(int.from_bytes(asked[0], "big"))
        self.table.give([row_of(one) for one in asked], asked)

    def scroll(self, to: int) -> None:
        """Let a row be the first in sight; what is painted asks for rows in the next turn of the loop."""
        self.table.view.verticalScrollBar().setValue(to)
        for _ in range(4):
            QApplication.processEvents()

    def _say(self, row: Numbered) -> str:
        self.said.append(row[1])
        return row[1]


def row_of(record: RecordId) -> Numbered:
    """The row of an id: what it shows is its number."""
    return record, str(int.from_bytes(record, "big"))


@pytest.fixture
def book(qapp: object) -> Iterator[Book]:
    """A long list whose first page was read."""
    made = Book()
    made.show()
    yield made
    made.table.hide()


def test_a_page_that_comes_draws_its_own_rows_again_and_no_others(book: Book) -> None:
    drawn: list[tuple[int, int]] = []
    book.table.view.model().dataChanged.connect(lambda one, two, _: drawn.append((one.row(), two.row())))

    book.scroll(MANY // 2)

    assert drawn == [(MANY // 2, MANY // 2 + PAGE - 1)]


def test_what_one_scrolls_towards_is_read_before_one_is_there(book: Book) -> None:
    assert book.asked == []

    book.scroll(PAGE - AHEAD)
    book.scroll(MANY // 2)
    book.scroll(MANY // 2 - 3)

    assert book.asked == [PAGE, MANY // 2, MANY // 2 - PAGE]


def test_a_cell_is_put_into_words_once_however_often_it_is_drawn(book: Book) -> None:
    seen = list(book.said)

    for _ in range(3):
        book.table.view.viewport().repaint()

    assert len(seen) == len(set(seen)) > 5
    assert book.said == seen


def test_rows_that_come_for_a_list_that_was_replaced_are_shown_where_they_stand_now(book: Book) -> None:
    book.table.wanted.disconnect(book.give)
    asked: list[list[RecordId]] = []
    book.table.wanted.connect(asked.append)
    book.scroll(100)
    (late,) = asked

    book.table.show_list(b"".join(late), [], anew=True)
    book.table.give([row_of(one) for one in late], late)
    QApplication.processEvents()

    assert book.table.texts("编号") == [row_of(one)[1] for one in late]
