"""Lines break where Chinese readers expect it, and what no font has is shown as a mark."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gridbook.sheets import typeset
from gridbook.sheets.typeset import NOT_FIRST, NOT_LAST, Face, Family, Style

BODY = Style(10)
EM = BODY.em


def test_han_is_one_type_size_wide_and_a_digit_half() -> None:
    assert typeset.width_of("入户", BODY) == 2 * EM
    assert typeset.width_of("2026", BODY) == 2 * EM


def test_a_line_does_not_begin_with_a_full_stop() -> None:
    assert typeset.lines_of("一二三四五。六七", 5 * EM, BODY) == ("一二三四", "五。六七")


def test_a_line_does_not_end_with_an_opening_bracket() -> None:
    assert typeset.lines_of("一二三四（五六）", 5 * EM, BODY) == ("一二三四", "（五六）")


def test_numbers_and_words_stay_whole() -> None:
    assert typeset.lines_of("编号 0305-26-0412-7K2Q 已登记", 11 * EM, BODY) == (
        "编号 0305-26-0412-7K2Q",
        "已登记",
    )


def test_a_word_longer_than_the_line_is_broken() -> None:
    lines = typeset.lines_of("x" * 60, 10 * EM, BODY)

    assert "".join(lines) == "x" * 60
    assert all(typeset.width_of(line, BODY) <= 10 * EM + 1e-6 for line in lines)


def test_a_ticked_choice_is_not_torn_apart() -> None:
    assert typeset.lines_of("☑受理核实　☐办理上门", 8 * EM, BODY) == ("☑受理核实", "☐办理上门")


def test_paragraphs_and_empty_lines_are_kept() -> None:
    assert typeset.lines_of("一\n\n二", 5 * EM, BODY) == ("一", "", "二")
    assert typeset.lines_of("", 5 * EM, BODY) == ("",)


@given(st.text(alphabet="一二三，。（）《》、；a1 -", max_size=80), st.integers(4, 20))
def test_breaking_loses_nothing_but_spaces_and_keeps_the_rules(text: str, width: int) -> None:
    lines = typeset.lines_of(text, width * EM, BODY)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(typeset.width_of(line, BODY) <= width * EM + 1e-6 for line in lines)


@given(st.text(alphabet="一二三四五六七八九十，。、", max_size=80))
def test_signs_stand_where_they_may(text: str) -> None:
    runs_of_signs = any(a in NOT_FIRST and b in NOT_FIRST for a, b in pairwise(text))
    if runs_of_signs or text[:1] in NOT_FIRST:
        return
    lines = typeset.lines_of(text, 8 * EM, BODY)

    assert all(line[0] not in NOT_FIRST for line in lines if line)
    assert all(line[-1] not in NOT_LAST for line in lines if line)


def test_rare_characters_come_from_the_font_that_has_them() -> None:
    faces = [run.face for run in typeset.runs("王𬎆𪚥", BODY)]

    assert faces == [Face.SERIF, Face.SANS, Face.RARE]


def test_all_characters_of_the_standard_list_of_names_can_be_printed() -> None:
    # GB 18030-2022 level 2: the basic block to U+9FEF, extension A, and 通用规范汉字 beyond the BMP.
    basic = [chr(code) for code in (*range(0x4E00, 0x9FF0), *range(0x3400, 0x4DB6))]
    beyond = (
        "𠅤𠙶𠳐𡎚𡐓𢙐𣗋𣲗𣲘𤧛𥔲𥕢𥖨𦈡𦒍𦙶𦝼𦭜𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫄸𫍣𫍯"
        "𫍲𫍽𫐄𫐐𫐓𫑡𫓧𫓯𫓶𫓹𫔍𫔎𫔶𫖮𫖯𫖳𫗧𫗴𫘜𫘝𫘦𫘧𫘨𫘪𫘬𫚕𫚖𫚭𫛭𫞩𫟅𫟦𫟹𫟼𫠆𫠊𫠜𫢸𫫇𫭟𫭢𫭼𫮃𫰛𫵷"
        "𫶇𫷷𫸩𬀩𬀪𬂩𬃊𬃮𬇕𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬍤𬎆𬒈𬒔𬒗𬕂𬘓𬘘𬘡𬘩𬘫𬘬𬘭𬘯𬙂𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣙𬣞𬣡𬣳𬤇𬤊"
        "𬤝𬨂𬨎𬩽𬪩𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿𬭁𬭊𬭎𬭚𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏𬶐𬶟𬶠"
        "𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓"
    )
    assert [c for c in (*basic, *beyond) if not typeset.has_glyph(c)] == []


def test_what_no_font_has_is_a_mark_and_never_lost() -> None:
    assert typeset.legible("李\U0002ebf0😀") == "李〔U+2EBF0〕〔U+1F600〕"


def test_unseen_characters_are_seen() -> None:
    assert typeset.legible("a\u202eb\u200bc\u3164") == "a〔U+202E〕b〔U+200B〕c〔U+3164〕"


def test_doubles_of_han_characters_are_printed_as_the_ordinary_ones() -> None:
    assert typeset.legible("⼊⼾⻔⼝\uf900") == "入户门口豈"


def test_text_is_made_smaller_before_it_is_cut() -> None:
    text, style = typeset.fitted("一" * 24, 10 * EM, 2 * BODY.line_height, BODY)
    cut, smallest = typeset.fitted("一" * 240, 10 * EM, 2 * BODY.line_height, BODY)

    assert text == "一" * 24 and style.size < 10
    assert cut.endswith("……") and smallest.size == 7


def test_bold_falls_back_to_regular_for_rarer_characters() -> None:
    faces = [run.face for run in typeset.runs("入㐀", Style(10, Family.SERIF, bold=True))]

    assert faces == [Face.SERIF_BOLD, Face.SERIF]
