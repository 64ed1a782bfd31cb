"""Goes to every page, form and sheet, and says what a person with that look could not read, name or reach."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QTableView,
    QTextEdit,
    QToolButton,
    QWidget,
)

from gridbook.ui.colours import contrast
from gridbook.ui.parts.chips import Chip, Chips
from gridbook.ui.parts.text import OneLine

INPUTS = (QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox)
NAMED = (*INPUTS, Chips, QAbstractButton, QListWidget, QTableView, QTextEdit)
LEAST_CONTRAST = 4.5
SHOWING = (QLabel, QLineEdit, QPushButton, QToolButton, QCheckBox)
MOST_STOPS = 500
SLACK = 2
"""Pixels by which Qt's own rounding may differ."""
LATIN = re.compile(r"[A-Za-z]{2,}")
INNERMOST = re.compile(r"‹[^‹›]*›")
NOT_WORDS = re.compile(
    r"F\d+|Ctrl|Alt|Enter|Esc|English|GridBook|xlsx|csv|pdf|PDF|XLSX|CSV|\d{4}-\d\d-\d{4,}-\w{4}|P\d+"
)
"""What is the same in every language: keys, kinds of file, numbers of records."""


class Complaint(NamedTuple):
    """Where, what, and which rule it breaks."""

    rule: str
    where: str
    what: str


def settle() -> None:
    """Let layouts that wait for their turn take it."""
    for _ in range(4):
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        QApplication.sendPostedEvents()


def of_page(page: QWidget, where: str) -> list[Complaint]:
    """Everything that is wrong on a page as it is shown now."""
    settle()
    seen = list(_visible(page))
    return [
        *(Complaint("clipped", where, what) for what in _clipped(page, seen)),
        *(Complaint("out of sight", where, what) for what in _out_of_sight(seen)),
        *(Complaint("overlap", where, what) for what in _overlaps(seen)),
        *(Complaint("nameless", where, what) for what in _nameless(seen)),
        *(Complaint("unlabelled", where, what) for what in _unlabelled(page, seen)),
        *(Complaint("order", where, what) for what in _out_of_order(page, seen)),
        *(Complaint("pale", where, what) for what in _pale(page, seen)),
        *(Complaint("untranslated", where, what) for what in _untranslated(seen)),
    ]


def _visible(page: QWidget) -> Iterator[QWidget]:
    for widget in page.findChildren(QWidget):
        shown = widget.isVisibleTo(page) and not widget.size().isEmpty() and widget.window() is page.window()
        # What Qt makes for itself: a list inside a closed box, what clears a line, corners.
        own = widget.objectName().startswith("qt_") or isinstance(widget, QMenu)
        if shown and not own:
            yield widget


def words(widget: QWidget) -> str:
    """The text a widget shows."""
    if isinstance(widget, OneLine):
        return widget.whole
    if isinstance(widget, QLabel | QAbstractButton):
        return widget.text()
    return ""


def _called(widget: QWidget) -> str:
    return f"{type(widget).__name__} “{(words(widget) or widget.accessibleName())[:40]}”"


def _clipped(page: QWidget, seen: Sequence[QWidget]) -> Iterator[str]:
    room = page.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK)
    for widget in seen:
        if isinstance(widget, QLabel | QAbstractButton) and words(widget).strip():
            if not _in_scrolled(widget, page) and not room.contains(_place(widget, page)):
                yield f"{_called(widget)} lies outside"
            elif not _fits_across(widget, page):
                yield f"{_called(widget)} is cut off at the side"
        if isinstance(widget, QLabel) and not isinstance(widget, OneLine) and widget.text().strip():
            yield from _clipped_label(widget)
        elif isinstance(widget, QPushButton) and widget.text().strip():
            least = widget.sizeHint()
            if widget.width() < least.width() - SLACK or widget.height() < least.height() - SLACK:
                yield f"{_called(widget)} is smaller than its word"
        elif isinstance(widget, QTableView):
            yield from _clipped_headings(widget)


def _clipped_label(label: QLabel) -> Iterator[str]:
    inside = label.contentsRect()
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        if needed > label.height() + SLACK:
            yield f"{_called(label)} needs {needed} px of height and has {label.height()}"
        widest = max(
            (QFontMetrics(label.font()).horizontalAdvance(word) for word in label.text().split()
             if word.isascii()),
            default=0,
        )  # fmt: skip
        if widest > inside.width() + SLACK:
            yield f"{_called(label)} has a word wider than itself"
        return
    needs, has = label.sizeHint(), label.size()
    if needs.width() > has.width() + SLACK or needs.height() > has.height() + SLACK:
        yield f"{_called(label)} needs {needs.toTuple()} and has {has.toTuple()}"


def _clipped_headings(table: QTableView) -> Iterator[str]:
    header, model = table.horizontalHeader(), table.model()
    metrics = QFontMetrics(header.font())
    for n in range(model.columnCount() if model is not None else 0):
        word = str(model.headerData(n, Qt.Orientation.Horizontal) or "")
        if not header.isSectionHidden(n) and metrics.horizontalAdvance(word) > header.sectionSize(n):
            yield f"heading “{word}” is wider than its column"


def _fits_across(widget: QWidget, page: QWidget) -> bool:
    """Whether nothing of it is hidden at the left or right of what scrolls only up and down."""
    area = widget.parentWidget()
    while area is not None and area is not page:
        above = area.parentWidget()
        only_down = isinstance(above, QScrollArea) and (
            above.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        left = widget.mapTo(area, QPoint(0, 0)).x()
        if only_down and (left < -SLACK or left + widget.width() > area.width() + SLACK):
            return False
        area = above
    return True


def _in_scrolled(widget: QWidget, page: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None and above is not page:
        if isinstance(above, QAbstractScrollArea):
            return True
        above = above.parentWidget()
    return False


def _place(widget: QWidget, page: QWidget) -> QRect:
    return QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())


def _out_of_sight(seen: Sequence[QWidget]) -> Iterator[str]:
    """What a page is there for is done by a strong button; nobody should have to scroll for the first one."""
    strong = [
        widget
        for widget in seen
        if isinstance(widget, QAbstractButton)
        and widget.property("kind") in ("primary", "large")
        and widget.isEnabled()
    ]
    if strong and not any(one.visibleRegion().boundingRect().size() == one.size() for one in strong):
        yield f"{_called(strong[0])} is scrolled out of sight"


def _overlaps(seen: Sequence[QWidget]) -> Iterator[str]:
    by_parent: dict[int, list[QWidget]] = {}
    for widget in (one for one in seen if isinstance(one, (QLabel, QAbstractButton, *INPUTS))):
        if not isinstance(widget.parentWidget(), QLineEdit):
            by_parent.setdefault(id(widget.parentWidget()), []).append(widget)
    for siblings in by_parent.values():
        for n, one in enumerate(siblings):
            for other in siblings[n + 1 :]:
                common = one.geometry().intersected(other.geometry())
                if common.width() > SLACK and common.height() > SLACK:
                    yield f"{_called(one)} and {_called(other)}"


def _nameless(seen: Sequence[QWidget]) -> Iterator[str]:
    for widget in seen:
        whole = not isinstance(widget.parentWidget(), (*INPUTS, QTableView))
        if isinstance(widget, NAMED) and whole and not (widget.accessibleName() or words(widget)):
            yield f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"


def _unlabelled(page: QWidget, seen: Sequence[QWidget]) -> Iterator[str]:
    """Inputs without a label of their own; a box to find or filter says what it is inside itself."""
    labelled = {id(label.buddy()) for label in page.findChildren(QLabel) if label.buddy() is not None}
    for widget in seen:
        if not isinstance(widget, INPUTS) or isinstance(widget.parentWidget(), INPUTS):
            continue
        above: QWidget | None = widget
        while above is not None and id(above) not in labelled:
            above = above.parentWidget()
        says = isinstance(widget, QLineEdit) and widget.placeholderText() and widget.isClearButtonEnabled()
        # A box that filters shows what it filters by as its first line.
        first = widget.itemText(0) if isinstance(widget, QComboBox) else ""
        says = says or (bool(first) and widget.accessibleName() in first)
        if above is None and not says:
            yield f"{type(widget).__name__} “{widget.accessibleName()}”"


def _out_of_order(page: QWidget, seen: Sequence[QWidget]) -> Iterator[str]:
    """Tab goes down and to the right within each column that scrolls as one: never up where it came down."""
    chain = _chain(page)
    for one, following in pairwise(chain):
        if _column(one) is not _column(following):
            continue
        here, there = _place(one, page), _place(following, page)
        if there.bottom() <= here.top() and there.left() < here.right():
            yield f"{_called(one)} → {_called(following)}"
    reached = set(map(id, chain))
    for widget in seen:
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled()
        if takes and isinstance(widget, NAMED) and id(widget) not in reached and not _inside_other(widget):
            yield f"{_called(widget)} is not reached"


def _inside_other(widget: QWidget) -> bool:
    return isinstance(widget.parentWidget(), NAMED) or isinstance(widget.focusProxy(), QWidget)


def _column(widget: QWidget) -> QWidget:
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea) and above.property("sheet") is not True:
        widget, above = above, above.parentWidget()
    return above or widget


def _chain(page: QWidget) -> list[QWidget]:
    """Everything Tab comes to, pressed until it is back where it began."""
    had = page.window().focusWidget()
    if had is not None:
        had.clearFocus()
    found: list[QWidget] = []
    while len(found) < MOST_STOPS:
        page.focusNextPrevChild(True)
        now = page.window().focusWidget()
        if now is None or now in found:
            break
        found.append(now)
    return found


def _pale(page: QWidget, seen: Sequence[QWidget]) -> Iterator[str]:
    """Texts whose colour stands out too little from the ground on which they were painted."""
    picture = page.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    for widget in seen:
        if not isinstance(widget, SHOWING) or isinstance(widget, Chip) or not widget.isEnabled():
            continue
        text = words(widget) or (widget.text() if isinstance(widget, QLineEdit) else "")
        place = widget.visibleRegion().boundingRect().translated(widget.mapTo(page, QPoint(0, 0)))
        if not text.strip() or place.width() < 4 or place.height() < 4:
            continue
        ground = _ground(picture, place)
        written = widget.palette().color(widget.foregroundRole()).name()
        if contrast(written, ground) < LEAST_CONTRAST:
            yield f"{_called(widget)}: {written} on {ground} is {contrast(written, ground):.1f}"


def _ground(picture: QImage, place: QRect) -> str:
    counted = Counter(
        picture.pixel(x, y)
        for y in range(place.top(), place.bottom(), 2)
        for x in range(place.left(), place.right(), 3)
    )
    return QColor(counted.most_common(1)[0][0]).name()


def _untranslated(seen: Sequence[QWidget]) -> Iterator[str]:
    """Words of any Latin script that did not come through `tr`; only meant for the pseudo language."""
    for widget in seen:
        said = [words(widget), widget.accessibleName(), widget.toolTip(), widget.accessibleDescription()]
        if isinstance(widget, QLineEdit | QPlainTextEdit):
            said.append(widget.placeholderText())
        if isinstance(widget, QComboBox):
            said += [widget.itemText(n) for n in range(widget.count())]
        if isinstance(widget, QTableView) and widget.model() is not None:
            model = widget.model()
            columns = range(model.columnCount())
            said += [str(model.headerData(n, Qt.Orientation.Horizontal) or "") for n in columns]
        for text in said:
            while INNERMOST.search(text):
                text = INNERMOST.sub("", text)
            if LATIN.search(NOT_WORDS.sub("", text)):
                yield f"{type(widget).__name__}: {text[:60]}"


def pseudo(words_of: "dict[str, str]") -> "dict[str, str]":
    """Every known sentence in brackets, as a language that nobody wrote."""
    return {english: f"‹{english}›" for english in words_of}
