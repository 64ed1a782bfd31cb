"""The ways back into a book: the recovery sheet, and a backup put back on another PC."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gridbook.app import Program
from gridbook.store import backup, book, digest, visits
from gridbook.ui.recovery import ForgottenPage, RestorePage
from gridbook.ui.start import FirstRun, UnlockPage
from gridbook.ui.theme import theme
from tests import make

OLD, NEW, PERSON = "correct horse 网格", "battery staple 走访", "王芳"


@pytest.fixture
def program(qapp: QApplication) -> type[Program]:
    """The program's window, at its usual size."""
    theme.apply(scale=100, dark=False)
    return Program


def written(folder: Path) -> tuple[str, digest.Digests]:
    """A book with a visit that was closed again; its recovery key and what it holds."""
    store, recovery = book.create(folder, make.GRID, "05网格", PERSON, OLD, calibrate=False)
    store.write(visits.save, make.visit_entry(details={"building": None, "door": ""}))
    held = store.read(digest.of_book)
    store.close()
    return recovery, held


def page_of(program: Program, kind: type) -> object:
    """The page in front."""
    page = program._stack.currentWidget()
    assert isinstance(page, kind)
    return page


def test_a_forgotten_passphrase_is_replaced_with_the_recovery_sheet(
    program: type[Program], tmp_path: Path
) -> None:
    recovery, held = written(tmp_path / "book")
    window = program(tmp_path / "book", calibrate=False)
    unlock = page_of(window, UnlockPage)
    assert isinstance(unlock, UnlockPage)
    unlock.forgotten.emit()
    page = page_of(window, ForgottenPage)
    assert isinstance(page, ForgottenPage)

    page.recovery.value = "00000 " * 11
    page.passphrase.value = page.repeated.value = NEW
    page.try_it()
    assert "恢复" in page.fields["recovery"].wrong.text()
    page.recovery.value = recovery
    page.repeated.value = "something else"
    page.try_it()
    assert page.fields["repeated"].wrong.text()
    page.repeated.value = NEW
    page.try_it()

    assert window.desk is not None
    window.desk.finish()
    assert window.desk.store.read(digest.of_book).streams == held.streams
    window.close()
    book.open_book(tmp_path / "book", PERSON, NEW).close()


def test_the_sealed_backup_of_a_lost_pc_opens_on_a_new_one(program: type[Program], tmp_path: Path) -> None:
    recovery, held = written(tmp_path / "book")
    stick = tmp_path / "stick"
    stick.mkdir()
    with book.open_book(tmp_path / "book", PERSON, OLD) as store:
        sealed = backup.sealed(store, stick / "7f3a.gbs")
    window = program(tmp_path / "new", calibrate=False)
    first = page_of(window, FirstRun)
    assert isinstance(first, FirstRun)
    first.restore_wanted.emit()
    page = page_of(window, RestorePage)
    assert isinstance(page, RestorePage)

    page.file.value = str(sealed)
    page.person.value = "没有此人"
    page.passphrase.value = page.repeated.value = NEW
    page.try_it()
    assert "加封" in page.fields["file"].wrong.text()
    page.recovery.value = recovery
    page.try_it()
    assert PERSON in page.fields["person"].wrong.text()
    page.person.value = PERSON
    page.try_it()

    assert window.desk is not None
    window.desk.finish()
    assert window.desk.store.read(digest.of_book).streams == held.streams
    window.close()


def test_one_can_go_back_without_having_changed_anything(program: type[Program], tmp_path: Path) -> None:
    written(tmp_path / "book")
    window = program(tmp_path / "book", calibrate=False)
    window.restore()
    page = page_of(window, RestorePage)
    assert isinstance(page, RestorePage)
    page.try_it()
    assert page.fields["file"].wrong.text()

    page.back.click()

    assert isinstance(page_of(window, UnlockPage), UnlockPage)
    window.close()
