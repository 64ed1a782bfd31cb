"""Sheets are compared with kept ones, and nothing ever stands outside its box."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridbook import i18n
from gridbook.sheets import (
    SHEETS,
    follow_up_slip,
    form,
    handling_slip,
    held_sheet,
    receipt_slip,
    reminder_note,
    step_form,
    typeset,
    visit_batch,
    visit_sheet,
)
from gridbook.sheets.page import Box, Page, Placed, Qr, Text, described
from gridbook.sheets.typeset import Style
from tests.sheets import samples

LONG = "渗水严重，" * 700
HOSTILE = '<img src="file:///etc/passwd"><b>粗</b>&amp;{0}{name}%s\n=HYPERLINK("x")'


def reach(line: Placed, style: Style) -> float:
    """How far a line goes to the right; what is added after its last character is not seen."""
    last = typeset.width_of(line.text[-1:], style)
    return (typeset.width_of(line.text, style) - last) * line.stretch + last


def overflows(pages: tuple[Page, ...]) -> list[str]:
    """Every line of text that leaves its box or its page."""
    found = []
    for number, page in enumerate(pages, start=1):
        for item in page.items:
            if isinstance(item, Text) and not item.turn:
                lines = item.placed()
                high = len(lines) * item.style.line_height
                wide = max(reach(line, item.style) for line in lines)
                inside = item.x >= 0 and item.x + item.w <= page.width and item.y + item.h <= page.height
                if high > item.h + 0.01 or wide > item.w + 0.01 or not inside:
                    found.append(
                        f"page {number}: {item.text[:40]!r} {wide:.1f}×{high:.1f} in {item.w}×{item.h}"
                    )
    return found


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_a_sheet_is_what_was_kept(name: str) -> None:
    kept = json.loads((samples.EXPECTED / f"{name}.json").read_text(encoding="utf-8"))

    made = json.loads(json.dumps([described(page) for page in samples.SAMPLES[name]()]))

    assert made == kept


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("name", samples.SAMPLES)
def test_no_line_leaves_its_box(name: str, language: str) -> None:
    i18n.use(language)

    assert overflows(samples.SAMPLES[name]()) == []


def test_texts_longer_than_any_field_break_over_pages_and_nothing_is_lost() -> None:
    pages = handling_slip.filled(samples.request(text=LONG, hope=LONG), samples.PRINTING)

    assert overflows(pages) == []
    assert len(pages) > 3
    printed = "".join("".join(page.texts()) for page in pages).replace("\n", "")
    assert printed.count("渗水严重") + printed.count("渗水严") >= 2 * 700


def test_a_receipt_stays_on_its_half_however_long_its_texts() -> None:
    (page,) = receipt_slip.filled(samples.request(title=LONG, called="长" * 90, place=LONG), samples.AGAIN)

    assert overflows((page,)) == []
    half = page.height / 2
    assert not [item for item in page.items if isinstance(item, Box) and item.y < half < item.y + item.h]
    assert any(text.endswith("……") for text in page.texts())


def test_a_batch_of_long_visits_breaks_between_rows_and_repeats_its_head() -> None:
    visits = [
        samples.visit(n, items=("上门查看渗水情况" * 5,) * 12, place="幸福园小区" * 8) for n in range(1, 13)
    ]

    pages = visit_batch.filled(visits, samples.PRINTING)

    assert overflows(pages) == []
    assert len(pages) > 2
    assert all("记录编号" in page.texts() for page in pages)


@settings(max_examples=40)
@given(st.text(max_size=120), st.text(max_size=60), st.text(max_size=20))
def test_whatever_is_typed_stays_in_its_box(text: str, title: str, name: str) -> None:
    shown = samples.request(text=text, title=title, called=name, place=title)
    batch = [samples.visit(1, items=(text, title), companion=name, place=title, worker=name)]

    assert overflows(handling_slip.filled(shown, samples.PRINTING)) == []
    assert overflows(receipt_slip.filled(shown, samples.AGAIN)) == []
    assert overflows(visit_batch.filled(batch, samples.PRINTING)) == []
    assert overflows(visit_sheet.filled(batch[0], samples.AGAIN)) == []
    assert overflows(follow_up_slip.filled([shown], samples.AGAIN)) == []
    assert overflows(step_form.suspending(shown, samples.AGAIN)) == []
    assert overflows(reminder_note.urging(shown, samples.AGAIN)) == []


def test_markup_is_printed_as_it_was_typed() -> None:
    pages = visit_sheet.filled(samples.visit(items=(HOSTILE,), place=HOSTILE), samples.PRINTING)

    assert sum(HOSTILE in page.texts() for page in pages) == 1


def test_every_page_says_which_of_how_many_it_is() -> None:
    pages = handling_slip.filled(samples.request(rounds=5), samples.PRINTING)

    feet = [text for page in pages for text in page.texts() if text.startswith("第 ")]
    assert feet == [f"第 {n} 页  共 {len(pages)} 页" for n in range(1, len(pages) + 1)]
    assert all(any("续" in text for text in page.texts()) for page in pages[1:])


@pytest.mark.parametrize("name", [name for name in samples.SAMPLES if name != "p4"])
def test_margins_leave_room_for_binding(name: str) -> None:
    for page in samples.SAMPLES[name]():
        boxes = [item for item in page.items if isinstance(item, Box) and item.ink == "black"]
        assert min(box.x for box in boxes) >= 25
        assert max(box.x + box.w for box in boxes) <= page.width - 20 + 1e-6


def test_a_slip_for_a_door_has_room_to_be_cut_on_every_side() -> None:
    (page,) = samples.SAMPLES["p4"]()

    boxes = [item for item in page.items if isinstance(item, Box) and item.ink == "black"]
    for edge in (page.width / 2, page.width):
        assert not [box for box in boxes if abs(box.x - edge) < 10 or abs(box.x + box.w - edge) < 10]
    assert min(box.x for box in boxes) >= 10


def test_a_slip_for_a_door_says_nothing_about_anybody() -> None:
    (page,) = samples.SAMPLES["p4"]()

    assert not [item for item in page.items if isinstance(item, Qr)]
    assert not [text for text in page.texts() if "陈晓明" in text or "女士" in text or "单元" in text]
    assert page.texts().count("到访联系卡") == 4


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("name", ["p4", "p5", "p9"])
def test_nothing_is_left_out_of_a_slip(name: str, language: str) -> None:
    i18n.use(language)
    pages = samples.SAMPLES[name]()

    texts = [text for page in pages for text in page.texts()]
    assert not [text for text in texts if text.endswith("……")]
    if name == "p4":
        assert sum(i18n.tr("You need not answer; it changes nothing for you.") == text for text in texts) == 4


def test_a_sheet_carries_its_number_in_text_and_in_a_qr_code() -> None:
    (page,) = visit_sheet.filled(samples.visit(1), samples.PRINTING)

    codes = [item for item in page.items if isinstance(item, Qr)]
    assert [code.text for code in codes] == ["0305-26-0412-7K2Q"]
    assert len(codes[0].modules) == 21
    assert "编号：0305-26-0412-7K2Q" in page.texts()


def test_each_row_of_a_batch_carries_its_own_code() -> None:
    pages = visit_batch.filled([samples.visit(n) for n in range(1, 15)], samples.PRINTING)

    codes = [item.text for page in pages for item in page.items if isinstance(item, Qr)]
    assert codes == [f"0305-26-{411 + n:04}-7K2Q" for n in range(1, 15)]


def test_a_blank_sheet_holds_no_answers() -> None:
    (page,) = visit_sheet.blank(samples.PRINTING)

    assert "☑" not in "".join(page.texts())
    assert not [item for item in page.items if isinstance(item, Qr)]
    assert samples.PLACE not in page.texts()


def test_a_blank_batch_lists_the_doors_of_a_round() -> None:
    (page,) = visit_batch.blank(samples.PRINTING, places=["3号楼2单元501", "3号楼2单元502"])

    assert "3号楼2单元502" in page.texts()


def test_not_in_never_stands_on_paper() -> None:
    pages = (*visit_sheet.blank(samples.PRINTING), *visit_batch.blank(samples.PRINTING))

    assert not [text for page in pages for text in page.texts() if "未遇" in text]


def test_practice_and_reprint_are_marked_on_every_part_that_can_be_cut_off() -> None:
    (receipt,) = receipt_slip.filled(samples.request(), samples.AGAIN)
    case = handling_slip.filled(samples.request(rounds=4), samples.AGAIN)

    assert receipt.texts().count("演示数据") == 4
    assert receipt.texts().count("补打") == 2
    assert all("演示数据" in page.texts() and "补打" in page.texts() for page in case)


def test_who_printed_it_and_when_stands_on_every_sheet() -> None:
    for name, made in samples.SAMPLES.items():
        for page in made() if name != "p4" else ():
            assert any("打印人：陈晓明" in text and "2026年11月23日" in text for text in page.texts())


def test_an_office_without_particulars_prints_the_facts_alone() -> None:
    shown = samples.request()
    bare = type(shown)(shown.request, shown.state)

    pages = (*handling_slip.filled(bare, samples.PRINTING), *receipt_slip.filled(bare, samples.PRINTING))

    assert not [text for page in pages for text in page.texts() if "王女士" in text or "渗水，" in text]


def test_every_sheet_is_listed_with_code_and_title() -> None:
    assert {code: i18n.tr(sheet.title) for code, sheet in SHEETS.items()} == {
        "P1": "走访服务记录",
        "P2": "走访服务记录表",
        "P3": "清单走访记录表",
        "P4": "到访联系卡",
        "P5": "诉求受理回执",
        "P6": "诉求办理单",
        "P7": "委托书及材料交接清单",
        "P8-1": "诉求办结审批单",
        "P8-2": "诉求挂起审批单",
        "P8-3": "诉求恢复办理审批单",
        "P8-4": "诉求延期审批单",
        "P9": "诉求回访单",
        "P10-1": "诉求催办单",
        "P10-2": "诉求督办单",
        "P13": "个人信息处理告知与同意书",
        "P14": "服务工作报表",
        "P15": "留存信息告知单",
        "P17": "楼栋图",
    }


def test_choices_stand_in_columns_when_one_line_is_too_short() -> None:
    names = tuple(visit_sheet.REASON_NAMES.items())

    lines = form.ticked(names, names[2][0], 140, 12).split("\n")

    assert [line.index("☐") for line in lines] == [0, 0]
    assert "☑回访" in lines[0]


def test_follow_up_slips_stand_two_on_a_page_each_with_its_own_code() -> None:
    pages = follow_up_slip.filled([samples.request()] * 3, samples.PRINTING)

    assert [sum(isinstance(item, Qr) for item in page.items) for page in pages] == [2, 1]


def test_what_is_held_about_a_door_goes_on_over_as_many_pages_as_it_needs() -> None:
    pages = held_sheet.filled(samples.held(20), samples.PRINTING)

    assert overflows(pages) == [] and len(pages) > 3
    assert sum(page.texts().count("走访 0305-26-0412-7K2Q") for page in pages) == 20


def test_a_sheet_speaks_the_language_of_the_person_it_is_for_and_nothing_else_does() -> None:
    with i18n.speaking("en"):
        (page,) = samples.SAMPLES["p13"]()

    assert "Notice on personal information, and consent" in page.texts()
    assert i18n.language() == "zh_CN" and i18n.tr("We called") == "到访联系卡"
