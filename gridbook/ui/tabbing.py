"""Where Tab goes: through a page as it is laid out, also when rows came later than what stands below them."""

from collections.abc import Iterator
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLayout, QScrollArea, QWidget


def go(page: QWidget, now: QWidget | None, *, forward: bool) -> bool:
    """Give the keyboard to what comes next on a page; after its end comes its beginning."""
    into = _following(page, now, forward=forward)
    if into is not None:
        reason = Qt.FocusReason
        into.setFocus(reason.TabFocusReason if forward else reason.BacktabFocusReason)
    return into is not None


def _following(page: QWidget, now: QWidget | None, *, forward: bool) -> QWidget | None:
    order = list(in_order(page))
    # Where the keyboard is may be a part of what Tab knows as one.
    here = (n for n, one in enumerate(order) if now is not None and (one is now or one.isAncestorOf(now)))
    at = next(here, -1 if forward else len(order))
    on = at + (1 if forward else -1)
    return order[on % len(order)] if order else None


def in_order(page: QWidget) -> Iterator[QWidget]:
    """Everything on a page that Tab reaches, in the order in which one reads."""
    if page.isHidden() or not page.isEnabled():
        return
    if isinstance(page, QScrollArea):
        inside = list(_inside(page))
        # What only scrolls is reached when there is nothing else in it, so that keys can scroll it.
        yield from inside or ([page] if page.isVisible() and page.verticalScrollBar().maximum() else [])
        return
    if page.focusPolicy() & Qt.FocusPolicy.TabFocus and page.focusProxy() is None and page.isVisible():
        yield page
        # Whatever lies inside a table, a list or a text belongs to it.
        return
    yield from _inside(page)


def _inside(page: QWidget) -> Iterator[QWidget]:
    layout, told = page.layout(), set()
    if layout is not None:
        for widget in _laid_out(layout):
            told.add(widget)
            yield from in_order(widget)
    for child in page.children():
        if isinstance(child, QWidget) and child not in told and not child.isWindow():
            yield from in_order(child)


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    places = list(range(layout.count()))
    if isinstance(layout, QGridLayout):
        places.sort(key=lambda n: _cell(layout, n))
    for item in map(layout.itemAt, places):
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _laid_out(inner)


def _cell(grid: QGridLayout, n: int) -> tuple[int, int]:
    row, column, *_ = cast("tuple[int, int, int, int]", grid.getItemPosition(n))
    return row, column
