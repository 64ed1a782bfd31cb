"""The window: its keys, its one voice, its one thread to the book, its size."""

import os
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLibraryInfo, QPoint, Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QWidget,
)

from gridbook import __version__, i18n
from gridbook.app import prepare_input_method
from gridbook.errors import NotFound
from gridbook.records.visit import Visit
from gridbook.store import preferences, visits
from gridbook.store.session import Session
from gridbook.ui import handbook, looks
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.looks import Look, LookMenu
from gridbook.ui.office.screen import OfficeScreen
from gridbook.ui.requests.screen import RequestsScreen
from gridbook.ui.screens import SCREENS
from gridbook.ui.theme import SCALES, theme
from gridbook.ui.visits.screen import VisitsScreen
from gridbook.ui.window import SEEN, Window
from tests import make
from tests.ui.casework import asked, focus, ground, sitting

SCREEN = (1366, 768)
FIELD = 36
"""So high the style sheet makes a field at 100 %, its edge not counted."""
WORDS = "王女士 19900001234"
Key = Qt.Key


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    """The desk of a grid that knows one building."""
    with sitting(tmp_path / "grid") as made:
        ground(made.store)
        yield made


@pytest.fixture
def window(desk: Desk) -> Iterator[Window]:
    """The window on an office screen, loaded and with the keyboard."""
    made = opened(desk)
    yield made
    made.close()
    made.deleteLater()


def opened(desk: Desk) -> Window:
    """A window on the book of this desk."""
    made = Window(desk, SCREENS)
    theme.dress(made)
    made.resize(*SCREEN)
    made.show()
    made.activateWindow()
    QTest.qWaitForWindowActive(made, 1000)
    desk.finish()
    return made


def press(window: Window, *keys: Key) -> None:
    """Press keys wherever the keyboard is, and wait for the book."""
    for key in keys:
        QTest.keyClick(QApplication.focusWidget() or window, key)
        window.desk.finish()


def shown(window: Window) -> str:
    """The name of the screen that is in front."""
    assert [name for name, screen in window.screens.made.items() if screen.isVisible()] == [window.in_front]
    return window.in_front


@pytest.fixture
def unasked() -> Iterator[None]:
    """As the program starts: nobody named a size."""
    theme.asked = False
    yield
    theme.apply(scale=100, dark=False)


def test_every_key_leads_where_it_says(window: Window) -> None:
    press(window, Key.Key_F2)
    assert shown(window) == "visits"
    press(window, Key.Key_F3)
    assert shown(window) == "requests"
    press(window, Key.Key_F5)
    assert shown(window) == "today"
    press(window, Key.Key_F4)
    assert focus() is window.find_box
    press(window, Key.Key_F6)
    assert shown(window) == "print"
    assert window.sidebar.buttons["print"].isChecked()


def test_a_place_is_built_when_somebody_goes_there(window: Window, desk: Desk) -> None:
    assert list(window.screens.made) == ["today"]
    window.show_screen("doors")
    desk.finish()
    assert list(window.screens.made) == ["today", "doors"]
    with pytest.raises(KeyError):
        window.screens["nowhere"]


def test_the_sidebar_says_what_each_screen_calls_itself() -> None:
    for place in SCREENS:
        assert (place.name, place.title) == (place.screen().NAME, place.screen().TITLE)


def test_f1_opens_the_help_at_this_page_and_esc_takes_it_away(window: Window) -> None:
    press(window, Key.Key_F2)
    press(window, Key.Key_F1)

    reader = window.help.reader
    assert window.help.isVisible()
    assert reader.contents.currentText() == "记走访（F2）"
    assert "事由" in reader.text.toPlainText() and focus() is reader.text
    press(window, Key.Key_Escape)
    assert not window.help.isVisible()
    assert shown(window) == "visits" and focus() is not reader.text


def test_every_page_has_its_section_of_the_handbook_in_both_languages(window: Window) -> None:
    for language in i18n.LANGUAGES:
        i18n.use(language)
        book = handbook.handbook()
        for page in (*window.screens, "request", "start", "unlock", "recovery"):
            assert book.linked(book.pages.get(page, "")) is not None, f"{language}: {page}"


def test_links_and_pictures_of_the_help_lead_somewhere(window: Window) -> None:
    for language in i18n.LANGUAGES:
        i18n.use(language)
        for book in (handbook.handbook(), handbook.news()):
            for section in book.sections:
                for link in re.findall(r"\]\(#([^)]+)\)", section.text):
                    assert book.linked(link) is not None, f"{language}: {link}"
                for picture in re.findall(r"!\[[^]]*\]\(([^)]+)\)", section.text):
                    assert (book.folder / picture).is_file(), f"{language}: {picture}"


def test_the_help_finds_words_and_shows_nothing_from_outside(window: Window, tmp_path: Path) -> None:
    press(window, Key.Key_F1)
    reader = window.help.reader

    reader.words.setFocus()
    reader.words.value = "恢复单"
    press(window, Key.Key_Return)
    assert reader.text.textCursor().selectedText() == "恢复单"
    reader.words.value = "没有这句话"
    press(window, Key.Key_Return)
    assert reader.nothing.isVisible()
    (tmp_path / "strange.png").write_bytes(b"")
    image = QTextDocument.ResourceType.ImageResource.value
    assert reader.text.loadResource(image, QUrl(f"file://{tmp_path}/strange.png")) is None
    assert reader.text.loadResource(image, QUrl("https://example.org/x.png")) is None
    assert reader.text.loadResource(image, QUrl("../pictures/today.png")).width() > 0


def test_after_an_update_a_person_is_told_once_what_is_new(desk: Desk) -> None:
    first = opened(desk)
    assert not first.help.isVisible()
    first.close()
    desk.write(preferences.keep, SEEN, "0.0.9")

    updated = opened(desk)
    assert updated.help.isVisible() and updated.help.part.value == "news"
    assert __version__ in updated.help.news.text.toPlainText()
    updated.close()
    again = opened(desk)
    assert not again.help.isVisible()
    again.close()


def test_esc_goes_back_one_step_at_a_time(window: Window) -> None:
    press(window, Key.Key_F2)
    screen = window.screens["visits"]
    assert isinstance(screen, VisitsScreen)
    window.notices.say("请先插入U盘。")

    press(window, Key.Key_Escape)
    assert not window.notices.isVisible() and screen.sheet.isVisible()
    press(window, Key.Key_Escape)
    assert not screen.sheet.isVisible() and shown(window) == "visits"
    press(window, Key.Key_Escape)
    assert shown(window) == "today"


def test_a_refusal_says_what_happened_what_was_kept_and_what_to_do(window: Window, desk: Desk) -> None:
    def refuse(session: Session) -> None:
        raise NotFound("没有这个编号。", kept="本簿没有变动。", next="请核对纸上的编号。")

    desk.read(refuse)
    desk.finish()

    assert window.notices.isVisible()
    assert window.notices.text.text() == "没有这个编号。"
    assert window.notices.more.text() == "本簿没有变动。请核对纸上的编号。"
    assert window.notices.accessibleName() == "没有这个编号。本簿没有变动。请核对纸上的编号。"


@pytest.mark.logs_errors
def test_a_bug_is_told_apart_and_its_log_holds_no_words_of_people(window: Window, desk: Desk) -> None:
    broken: list[str] = []
    desk.broken.connect(broken.append)

    def fail(session: Session) -> None:
        raise ZeroDivisionError(WORDS)

    desk.read(fail)
    desk.finish()

    assert broken[0] in window.notices.more.text()
    log = Path(broken[0]).read_text("utf-8")
    assert "ZeroDivisionError" in log and "王女士" not in log


def test_the_book_is_asked_in_one_thread_and_in_order(desk: Desk) -> None:
    threads: list[int] = []
    came: list[tuple[int, int]] = []

    def look_up(session: Session, n: int) -> int:
        threads.append(threading.get_ident())
        return n

    for n in range(20):
        desk.read(look_up, n, then=lambda n: came.append((n, threading.get_ident())))
    assert came == []
    desk.finish()

    assert [n for n, _ in came] == list(range(20))
    assert len(set(threads)) == 1 and threads[0] != threading.get_ident()
    assert {thread for _, thread in came} == {threading.get_ident()}


def test_whoever_listens_hears_of_a_change_in_the_windows_thread_before_the_answer(desk: Desk) -> None:
    told: list[tuple[str, bool]] = []
    here = threading.get_ident()
    desk.changed.connect(lambda classes: told.append(("changed", threading.get_ident() == here)))

    desk.write(visits.save, make.visit_entry(desk.store.unit), then=lambda _: told.append(("then", True)))
    desk.finish()

    assert told == [("changed", True), ("then", True)]


def test_a_screen_that_is_not_in_front_loads_when_it_comes_there(window: Window, desk: Desk) -> None:
    screen = window.screens["visits"]
    assert isinstance(screen, VisitsScreen)
    window.show_screen("visits")
    desk.finish()
    window.show_screen("today")

    desk.write(visits.save, make.visit_entry(desk.store.unit))
    desk.finish()
    assert screen.table.rows() == []
    window.show_screen("visits")
    desk.finish()

    assert Visit in screen.SHOWS
    assert len(screen.table.rows()) == 1


def test_the_status_line_and_the_sidebar_follow_the_book(window: Window, desk: Desk) -> None:
    desk.do(asked)
    desk.finish()

    assert not window.status_line.saved.isHidden()
    assert window.sidebar.buttons["requests"].accessibleName() == "诉求　1"
    assert window.sidebar.buttons["exchange"].accessibleName() != "交接"


def test_practice_has_its_band_on_every_screen(window: Window, desk: Desk) -> None:
    assert desk.store.practice
    band = window.findChild(QWidget, "practice")
    assert band is not None
    for name in window.screens:
        window.show_screen(name)
        assert band.isVisible()
    desk.finish()


def test_size_and_light_change_in_the_middle_of_a_form_and_lose_nothing(window: Window, desk: Desk) -> None:
    press(window, Key.Key_F2)
    screen = window.screens["visits"]
    assert isinstance(screen, VisitsScreen)
    QTest.keyClicks(focus(), "3-2-501")
    press(window, Key.Key_Return, Key.Key_5)

    window.wear(Look(200, True, "zh_CN"))
    desk.finish()

    anew = window.screens["visits"]
    assert isinstance(anew, VisitsScreen) and anew is not screen
    assert (theme.scale, theme.dark) == (200, True)
    assert shown(window) == "visits" and anew.sheet.isVisible()
    assert anew.form.door.place is not None and anew.form.door.place.door == "2-501"
    assert anew.form.reason.value is not None
    theme.apply(scale=100, dark=False)


def test_a_change_of_size_dresses_the_open_window_and_the_pages_made_in_it_later(
    desk: Desk, unasked: None
) -> None:
    window = opened(desk)
    plain = window.find_box.height()
    window.wear(Look(200, False, "zh_CN"))
    desk.finish()
    window.show_screen("visits", {})
    desk.finish()

    form = window.screens["visits"].findChildren(QLineEdit)
    fields = [one for one in [window.find_box, *form] if one.isVisible() and one.objectName() == ""]
    assert plain >= FIELD and len(fields) > 1
    assert all(one.height() >= 2 * FIELD for one in fields)


def test_a_look_is_remembered_for_the_person(desk: Desk, unasked: None) -> None:
    window = opened(desk)
    window.wear(Look(150, True, "en"))
    desk.finish()
    window.close()
    theme.apply(scale=100, dark=False, asked=False)
    i18n.use("zh_CN")

    again = opened(desk)

    assert (theme.scale, theme.dark, i18n.language()) == (150, True, "en")
    assert again.look == Look(150, True, "en")
    assert again.sidebar.buttons["today"].accessibleName() == "Today"
    again.close()


def test_a_size_named_outright_is_not_replaced_by_one_remembered(window: Window, desk: Desk) -> None:
    desk.write(preferences.keep, looks.KEY, Look(150, True, "en").kept())
    desk.finish()

    again = opened(desk)

    assert (theme.scale, theme.dark) == (100, False)
    again.close()


@pytest.mark.parametrize("kept", [None, "", 7, [], {"scale": 300}, {"dark": "perhaps"}, {"language": "xx"}])
def test_a_look_that_is_impossible_is_none(kept: object) -> None:
    assert Look.remembered(kept) is None


def test_the_menu_ticks_what_is_in_use_and_offers_the_rest(qapp: QApplication) -> None:
    menu = LookMenu(Look(125, False, "zh_CN"))
    told: list[object] = []
    menu.chosen.connect(told.append)

    ticked = [action.text() for action in menu.actions() if action.isChecked()]
    next(action for action in menu.actions() if action.text() == "200 %").trigger()

    assert ticked == ["125 %", "浅色", "普通对比度", "中文"]
    assert told == [Look(200, False, "zh_CN")]


@pytest.mark.parametrize("scale", [scale for scale in SCALES if scale not in (100, 200)])
def test_pages_fit_an_office_screen_at_the_sizes_that_no_walk_goes_through(desk: Desk, scale: int) -> None:
    theme.apply(scale=scale, dark=False)
    window = opened(desk)
    try:
        for name in window.screens:
            window.show_screen(name)
            desk.finish()
            least = window.minimumSizeHint()
            assert (window.width(), window.height()) == SCREEN, name
            assert least.width() <= SCREEN[0] and least.height() <= SCREEN[1], name
    finally:
        window.close()
        theme.apply(scale=100, dark=False)


def test_a_sheet_that_takes_the_place_of_its_list_is_as_wide_as_the_page(desk: Desk) -> None:
    theme.apply(scale=200, dark=False)
    window = opened(desk)
    try:
        window.show_screen("office", "lost stick")
        desk.finish()
        QApplication.sendPostedEvents()
        office = window.screens["office"]
        assert isinstance(office, OfficeScreen)
        sheet = office.beside.open_sheet()
        assert sheet is office.drills["lost stick"]
        left = sheet.mapTo(window, QPoint(0, 0)).x()
        assert left + sheet.width() <= window.width()
        assert sheet.width() > window.width() // 2
    finally:
        window.close()
        theme.apply(scale=100, dark=False)


def test_content_is_no_wider_than_one_reads_well(window: Window, desk: Desk) -> None:
    window.resize(2400, 1200)
    for name, screen in window.screens.items():
        window.show_screen(name)
        desk.finish()
        QApplication.sendPostedEvents()
        assert screen.FULL_WIDTH or screen.width() <= look.CONTENT


def test_f9_takes_the_likely_step_of_the_request_in_front(window: Window, desk: Desk) -> None:
    entry = asked(desk.store)
    window.show_screen("requests", entry.request.id)
    desk.finish()

    press(window, Key.Key_F9)

    screen = window.screens["requests"]
    assert isinstance(screen, RequestsScreen)
    assert not window.notices.isVisible()
    assert screen.sheet.isVisible()


def test_locking_commits_what_an_input_method_still_holds(window: Window, desk: Desk) -> None:
    press(window, Key.Key_F2)
    left: list[bool] = []
    screen = window.screens["visits"]
    assert isinstance(screen, VisitsScreen)
    screen.form.door.left.connect(lambda: left.append(True))
    locked: list[bool] = []
    window.locked.connect(lambda: locked.append(True))

    window.lock()
    desk.finish()

    assert left and locked == [True]


def test_fcitx_without_its_plugin_is_answered_by_ibus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("QT_IM_MODULE", "fcitx")
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforminputcontexts"
    assert not [path for path in plugins.glob("*") if "fcitx" in path.name]

    prepare_input_method()

    assert os.environ["QT_IM_MODULE"] == "ibus"


@pytest.mark.parametrize(
    ("platform", "module"), [("linux", "ibus"), ("linux", "compose"), ("win32", "fcitx")]
)
def test_other_input_methods_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, platform: str, module: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("QT_IM_MODULE", module)

    prepare_input_method()

    assert os.environ["QT_IM_MODULE"] == module
