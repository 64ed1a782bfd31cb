"""The three sheets of a long list: its columns, its kept views, and the file that is handed out."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from gridbook.errors import GridbookError
from gridbook.store import views
from gridbook.store.session import Session
from gridbook.store.views import View
from gridbook.ui.desk import Desk
from gridbook.ui.parts.cards import SideSheet
from gridbook.ui.parts.listing import columns, handing_out, keeping
from gridbook.ui.parts.listing.columns import ColumnsSheet
from gridbook.ui.parts.listing.handing_out import HandOutSheet
from gridbook.ui.parts.listing.keeping import KeepSheet
from gridbook.ui.parts.listing.pane import ListPane


class ListSheets(QObject):
    """What the buttons of a list open, and what is done there."""

    asked = Signal(object)
    """Asks the screen to show one of them alone."""

    def __init__(self, desk: Desk, pane: ListPane[Any], kind: str) -> None:
        super().__init__(pane)
        self._desk, self._pane, self._kind = desk, pane, kind
        self.columns, self.keep, self.hand_out = ColumnsSheet(kind), KeepSheet(), HandOutSheet(desk)
        pane.columns_asked.connect(self._show_columns)
        pane.keep_asked.connect(self._show_keep)
        pane.export_asked.connect(self._show_hand_out)
        self.columns.arranged.connect(self._arrange)
        pane.table.arranged.connect(self.columns.offer)
        self.keep.keep.connect(self._keep)
        self.keep.drop.connect(lambda name: desk.write(_drop, kind, name, then=self._kept))

    def all(self) -> tuple[tuple[SideSheet, int], ...]:
        """Each with its width."""
        return (
            (self.columns, columns.WIDTH),
            (self.keep, keeping.WIDTH),
            (self.hand_out, handing_out.WIDTH),
        )

    def step_back(self) -> bool:
        """Esc: close the one that is open; says whether there was any."""
        for sheet, _ in self.all():
            if not sheet.isHidden():
                sheet.close_sheet()
                return True
        return False

    def _show_columns(self) -> None:
        self.columns.offer(self._pane.table.layout_keys())
        self.asked.emit(self.columns)
        self.columns.list.setFocus()

    def _show_keep(self) -> None:
        self.keep.offer(self._pane.kept)
        self.asked.emit(self.keep)
        self.keep.start(self._pane.name)

    def _show_hand_out(self) -> None:
        table = self._pane.table
        self.asked.emit(self.hand_out)
        self.hand_out.start(self._pane.view_now(), table.ids(), table.layout_keys())

    def _arrange(self, chosen: Sequence[str]) -> None:
        self._pane.choose_columns(chosen)
        if not chosen:
            self.columns.offer(self._pane.table.layout_keys())

    def _keep(self, name: str) -> None:
        view = views.named_so(self._pane.view_now(), name)
        self._desk.write(_keep, view, then=self._kept_as(view.name), failed=self._refused)

    def _kept_as(self, name: str) -> Any:
        def then(kept: Sequence[View]) -> None:
            self._pane.name = name
            self._kept(kept)
            self.keep.close_sheet()

        return then

    def _kept(self, kept: Sequence[View]) -> None:
        self._pane.remember_views(kept)
        self.keep.offer(kept)

    def _refused(self, error: GridbookError) -> None:
        self.keep.field.tell(error)


def _keep(session: Session, view: View) -> Sequence[View]:
    views.keep(session, view)
    return views.kept(session, view.kind)


def _drop(session: Session, kind: str, name: str) -> Sequence[View]:
    views.drop(session, kind, name)
    return views.kept(session, kind)
