"""Every page, form and sheet in four looks: read whole, named, reached in order, dark enough, translated.

New pages come in by the list of `gridbook.ui.pictures`; there is nothing to add here.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtWidgets import QWidget

from gridbook import i18n
from gridbook.store import book, visits
from gridbook.ui import pictures
from gridbook.ui.desk import Desk
from gridbook.ui.pictures import View
from gridbook.ui.recovery import ForgottenPage, RestorePage
from gridbook.ui.screens import SCREENS
from gridbook.ui.start import FirstRun
from gridbook.ui.theme import theme
from gridbook.ui.unlock import UnlockPage
from gridbook.ui.window import Window
from tests import make
from tests.ui import walk
from tests.ui.casework import asked, ground, sitting
from tests.ui.walk import Complaint

SCREEN = (1366, 768)
PSEUDO = "pseudo"


class Worn(NamedTuple):
    """A look in which the whole program is walked through."""

    scale: int
    language: str
    dark: bool
    high: bool


LOOKS = (
    Worn(100, "zh_CN", False, False),
    Worn(200, "zh_CN", True, False),
    Worn(200, "en", False, True),
    Worn(100, PSEUDO, True, True),
)


@pytest.fixture(scope="module", params=LOOKS, ids=lambda worn: f"{worn.scale}-{worn.language}")
def walked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Walked"]:
    """What was found on a walk in this look."""
    worn: Worn = request.param
    folder = tmp_path_factory.mktemp("walk")
    with pytest.MonkeyPatch.context() as patch:
        known = walk.pseudo(i18n._words("zh_CN"))
        if worn.language == PSEUDO:
            patch.setattr(i18n, "_words", lambda language: known)
        i18n.use("en" if worn.language == "en" else "zh_CN")
        try:
            yield Walked(worn, [*_before(folder, worn), *_inside(folder, worn)])
        finally:
            theme.apply(scale=100, dark=False, high=False)
            i18n.use("zh_CN")


READ_FIRST = ("office", "ForgottenPage", "RestorePage")
"""What is filled in or read from the top down first, and only then done."""


class Walked(NamedTuple):
    """The look that was worn and every complaint."""

    worn: Worn
    complaints: list[Complaint]

    def against(self, rule: str) -> str:
        """The complaints about one rule, a line each."""
        return "\n".join(f"{one.where}: {one.what}" for one in self.complaints if one.rule == rule)


def _shown(page: QWidget, where: str) -> list[Complaint]:
    page.resize(*SCREEN)
    page.show()
    found = walk.of_page(page, where)
    return found


def _before(folder: Path, worn: Worn) -> Iterator[Complaint]:
    theme.apply(scale=worn.scale, dark=worn.dark, high=worn.high)
    first = FirstRun(folder / "nothing", calibrate=False)
    theme.dress(first)
    for step in range(first.steps.count()):
        first._at(step)
        yield from _shown(first, f"first run {step + 1}")
    first.close()
    store, _ = book.create(
        folder / "other", make.GRID, "幸福社区", "陈晓", "correct horse", clock=make.Clock(), calibrate=False
    )
    store.close()
    for page in (
        UnlockPage(store.folder, lambda person, passphrase: store),
        ForgottenPage(store.folder, calibrate=False),
        RestorePage(store.folder, calibrate=False),
    ):
        theme.dress(page)
        yield from _shown(page, type(page).__name__)
        page.close()


def _inside(folder: Path, worn: Worn) -> Iterator[Complaint]:
    with sitting(folder / "grid") as desk:
        theme.apply(scale=worn.scale, dark=worn.dark, high=worn.high)
        ground(desk.store)
        for door in ("1-301", "2-501", "2-502"):
            desk.store.write(visits.save, make.visit_entry(details={"door": door}, id=b"", number=""))
        asked(desk.store)
        window = Window(desk, SCREENS)
        theme.dress(window)
        window.resize(*SCREEN)
        window.show()
        for view in _views(desk):
            window.show_screen(view.screen, view.what)
            desk.finish()
            yield from walk.of_page(window, view.picture)
        window.close()


def _views(desk: Desk) -> list[View]:
    found: list[View] = []
    desk.read(pictures.views, then=found.extend)
    desk.finish()
    return found


def test_nothing_is_clipped(walked: Walked) -> None:
    assert not walked.against("clipped"), walked.against("clipped")


def test_the_strong_button_of_each_page_is_in_sight(walked: Walked) -> None:
    found = [
        one
        for one in walked.complaints
        if one.rule == "out of sight" and not one.where.startswith(READ_FIRST)
    ]
    assert not found, "\n".join(f"{one.where}: {one.what}" for one in found)


def test_nothing_lies_over_something_else(walked: Walked) -> None:
    assert not walked.against("overlap"), walked.against("overlap")


def test_everything_one_can_press_or_fill_in_has_a_name(walked: Walked) -> None:
    assert not walked.against("nameless"), walked.against("nameless")


def test_every_input_has_its_label(walked: Walked) -> None:
    assert not walked.against("unlabelled"), walked.against("unlabelled")


def test_tab_goes_down_each_form(walked: Walked) -> None:
    assert not walked.against("order"), walked.against("order")


def test_every_text_stands_out_from_its_ground(walked: Walked) -> None:
    assert not walked.against("pale"), walked.against("pale")


def test_every_text_goes_through_the_translation(walked: Walked) -> None:
    if walked.worn.language == PSEUDO:
        assert not walked.against("untranslated"), walked.against("untranslated")
