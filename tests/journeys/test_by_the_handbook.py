"""A new user with nothing but the handbook: its words are the program's, and its order of steps works."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from gridbook import i18n, paths
from gridbook.store import prints, visits
from gridbook.ui.start import FirstRun
from gridbook.ui.theme import theme
from tests.journeys.hands import PASSPHRASE, Hands
from tests.sync.offices import COMMUNITY, GRID

SitDown = Callable[..., Hands]
ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PLACES_OF_A_SENTENCE = re.compile(r"（[^（）]*\{\w+\}[^（）]*）|\{\w+\}")
NOT_ON_A_BUTTON = frozenset(
    {
        *("目录", "不记", "没有", "马上给上级打电话", "坏了但还在单位", "只记办事需要的", "根本不读"),
        *("先打电话，人先到楼外，之后再登记", "两个单位写得不一样", "服务器的磁盘不由本程序加密"),
        *("导出的文件没有加密", "网格员换人（网格不变）", "事情上报，人留在近处", "到期自动删除"),
        *("居民有权要求更正和删除", "发生了什么，保存了什么，下一步做什么", "您这边（下级）"),
        *("上级那边（由负责人操作）", "回到您这边", "‹ ›", "＋ －", "回车", "8 位数字", "网格簿"),
        *("清单与约定", "当场办结事项", "排序"),
    }
)
"""What is set in bold to be seen, and is no word of the program."""


def handbook() -> str:
    return paths.resource("help", "zh_CN", "handbook.md").read_text(encoding="utf-8")


def label(word: str) -> str:
    """A word as it is read: without the digit before it, the key behind it and what is filled in."""
    plain = PLACES_OF_A_SENTENCE.sub("", word)
    plain = re.sub(r"\s+(F\d+|Shift\+F\d+|Ctrl\+\S+)$", "", re.sub(r"^\d\s+", "", plain))
    return plain.strip("：… （）()")


def words_of_the_program() -> set[str]:
    """Every Chinese label and sentence that the program can say."""
    said: set[str] = set()
    for file in sorted(paths.resource("locale", "zh_CN").glob("*.json")):
        said |= set(json.loads(file.read_text(encoding="utf-8")).values())
    return {label(one) for one in said}


def is_key(word: str) -> bool:
    typed = word.replace("回车", "Return").replace("＋", "+").replace(" ", "")
    return not QKeySequence(typed).isEmpty() and typed.isascii()


def test_every_word_that_the_handbook_tells_to_press_is_a_whole_label_or_a_key() -> None:
    known, text = words_of_the_program(), handbook()
    bold = set(re.findall(r"\*\*([^*]+)\*\*", text))
    pressed = set(re.findall(r"(?:点|按|选)“([^”]+)”", text))

    strange = sorted(
        word
        for word in (bold - NOT_ON_A_BUTTON) | (pressed - {"×"})
        if label(word) not in known and not is_key(word) and not re.fullmatch(r"\d+ %", word)
    )

    assert len(bold) > 100 and len(pressed) > 10
    assert not strange, "the handbook sends people to what is not there"


def button(hands: Hands, text: str) -> QAbstractButton:
    """The button in sight that is called so."""
    found = [
        one
        for one in hands.program.findChildren(QAbstractButton)
        if one.isVisibleTo(hands.program) and text in " ".join((one.text(), one.accessibleName()))
    ]
    assert found, f"no button in sight is called “{text}”"
    return found[0]


def click(hands: Hands, text: str) -> None:
    assert text in handbook(), f"the handbook does not name “{text}”"
    QTest.mouseClick(button(hands, text), Qt.MouseButton.LeftButton)
    hands.settle()


def into_a_cell(hands: Hands, text: str) -> None:
    """The first letter opens the cell, and the others go into it."""
    for part in text if text.isascii() else (text,):
        hands.type(part)


def first_run(folder: Path) -> Hands:
    """The five steps by keyboard, as the handbook tells them."""
    hands = Hands(folder, None)
    click(hands, "下一步")
    hands.press(ENTER)
    hands.type(GRID)
    hands.press(ENTER)
    hands.type("03社区-05网格")
    hands.press(ENTER)
    hands.type("李建国")
    hands.press(ENTER)
    for _ in range(2):
        hands.type(PASSPHRASE)
        hands.press(ENTER)
    first = hands.program.centralWidget().findChild(FirstRun)
    assert first is not None and len(first.key.groups()) == 12
    hands.press(ENTER)
    assert first.steps.currentIndex() == 3, "the key is shown once and is not passed over by a habit"
    click(hands, "下一步")
    click(hands, "开始工作")
    return hands


def test_a_new_worker_comes_from_the_first_page_to_ten_visits_and_a_pile(
    qapp: QApplication, tmp_path: Path
) -> None:
    theme.apply(scale=100, dark=False)
    hands = first_run(tmp_path / "book")
    QTest.mouseClick(button(hands, "写下小区和楼栋"), Qt.MouseButton.LeftButton)
    hands.settle()
    click(hands, "添加第一个小区")
    hands.type("幸福苑")
    hands.press(TAB)
    hands.type("xfy")
    hands.press(ENTER)
    click(hands, "新建楼栋")
    hands.type("3")
    hands.press(Qt.Key.Key_Return, modifier=CTRL)

    hands.press(Qt.Key.Key_F2)
    hands.type("3-2-501")
    hands.press(ENTER, Qt.Key.Key_5, Qt.Key.Key_1, Qt.Key.Key_1, ENTER)
    for door in ("3#2-502", "3号楼1单元101", *(f"xfy3-1-{n}02" for n in range(1, 7)), "3-2-101"):
        hands.type(door)
        hands.press(ENTER)
        hands.press(ENTER, modifier=CTRL)
    store = hands.window.desk.store
    assert store.read(visits.count) == 10

    numbers = store.write(prints.blank, "P2", "visit", 10)
    hands.press(Qt.Key.Key_F5)
    hands.press(Qt.Key.Key_F2, modifier=SHIFT)
    page = hands.screen("visits").batch  # type: ignore[attr-defined]
    page.number.setFocus()
    hands.type(numbers[6])
    hands.press(ENTER)
    into_a_cell(hands, "3-1-201")
    for cell in ("昨天", "1", "6", "1", "1"):
        hands.press(TAB)
        into_a_cell(hands, cell)
    hands.press(ENTER)
    for door in ("1-301", "1-401", "1-501", "1-601", "2-201", "2-202", "2-301", "2-302", "2-401"):
        into_a_cell(hands, f"3-{door}")
        hands.press(TAB)
        hands.press(Qt.Key.Key_D, modifier=CTRL)
        hands.press(ENTER)
    hands.press(ENTER, modifier=CTRL)
    assert store.read(visits.count) == 20
    assert not store.read(prints.not_keyed_in), "every line of the sheet came back"
    hands.leave()


def test_the_answer_of_the_office_above_is_given_with_eight_digits_and_enter(
    sit_down: SitDown, stick: Path, tmp_path: Path
) -> None:
    below = first_run(tmp_path / "another")
    exchange = below.screen("exchange")
    below.window.show_screen("exchange")
    exchange.choose(stick)  # type: ignore[attr-defined]
    below.settle()
    click(below, "把申请写入U盘")
    digits = exchange.joining.own_digits.text()  # type: ignore[attr-defined]
    below.leave()

    above = sit_down(COMMUNITY)
    above.window.show_screen("exchange")
    above.screen("exchange").choose(stick)  # type: ignore[attr-defined]
    above.settle()
    above.type(digits)
    above.press(ENTER)

    assert list(stick.glob("*.gbjoin")), "Enter admits as the button does"


def test_who_locks_the_book_comes_back_to_the_page_that_was_left(sit_down: SitDown) -> None:
    hands = sit_down()
    hands.window.show_screen("doors")
    hands.press(Qt.Key.Key_L, modifier=CTRL)
    hands.type(PASSPHRASE)
    hands.press(ENTER)

    assert hands.window.in_front == "doors"


def test_the_answers_of_find_leave_the_page_with_the_keyboard(sit_down: SitDown) -> None:
    hands = sit_down()
    hands.press(Qt.Key.Key_F4)
    hands.window.find_box.setText("幸")
    hands.window.find_box._ask()
    hands.settle()
    assert hands.window.find_box._answers.isVisible()

    hands.press(Qt.Key.Key_F2)

    assert not hands.window.find_box._answers.isVisible()


def test_a_door_that_was_half_written_is_written_over_by_the_next(sit_down: SitDown) -> None:
    hands = sit_down()
    hands.press(Qt.Key.Key_F2)
    hands.type("9-9-901")
    hands.press(Qt.Key.Key_F5, Qt.Key.Key_F2)
    hands.type("3-2-501")
    hands.press(ENTER)

    form = hands.screen("visits").form  # type: ignore[attr-defined]
    assert form.door.value == "幸福园小区3号楼2单元501"


def test_a_sentence_about_a_field_goes_while_its_cause_is_mended(qapp: QApplication, tmp_path: Path) -> None:
    first = FirstRun(tmp_path / "book", calibrate=False)
    first.show()
    first.go_on()
    first.unit.value, first.name.value = GRID[:-1], "网格"
    first.go_on()
    assert first._fields["unit"].wrong.isVisible() and focus_of(first) is first.unit

    QTest.keyClicks(first.unit, GRID[-1])

    assert not first._fields["unit"].wrong.isVisible()
    first.deleteLater()


def focus_of(page: QWidget) -> QWidget | None:
    return page.focusWidget()


def test_qt_speaks_the_language_of_the_program(sit_down: SitDown) -> None:
    sit_down()
    assert i18n.language() == "zh_CN"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"


def test_a_window_that_does_not_fit_takes_the_whole_screen(sit_down: SitDown) -> None:
    hands = sit_down()
    room = hands.program.screen().availableSize()
    hands.program.resize(room.width() + 1, room.height() + 1)
    hands.program.appear()
    assert hands.program.isMaximized()
