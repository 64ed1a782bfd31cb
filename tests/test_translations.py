"""Every sentence a person can meet is there in Chinese, and nothing else is."""

import ast
import json
import string
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHINESE = ROOT / "resources" / "locale" / "zh_CN"


def words() -> dict[str, dict[str, str]]:
    """The Chinese of every area file: {area: {english: chinese}}."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(CHINESE.glob("*.json"))}


def chinese() -> dict[str, str]:
    """The Chinese of all areas together."""
    return {english: text for area in words().values() for english, text in area.items()}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Each call of tr() or N_() with the place where it stands."""
    for file in sorted((ROOT / "gridbook").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in ("tr", "N_") and file.name != "i18n.py":
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def literals() -> dict[str, str]:
    """Every literal sentence of the program with the first place where it stands."""
    found: dict[str, str] = {}
    for place, call in calls():
        for text in spelled(call.args[0]):
            found.setdefault(text, place)
    return found


def spelled(node: ast.expr) -> Iterator[str]:
    """The sentences an argument can be, as far as they are spelled out there."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp():
            yield from spelled(node.body)
            yield from spelled(node.orelse)


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_sentence_has_its_chinese() -> None:
    known = chinese()
    missing = [f"{place}: {english}" for english, place in literals().items() if not known.get(english)]

    assert not missing, "\n".join(missing)


def test_no_translation_is_left_over() -> None:
    used = literals()
    unused = [
        f"{area}: {english}" for area, texts in words().items() for english in texts if english not in used
    ]

    assert not unused, "\n".join(unused)


def test_both_languages_have_the_same_placeholders() -> None:
    differing = [
        english for english, text in chinese().items() if placeholders(english) != placeholders(text)
    ]

    assert not differing


def test_one_sentence_has_one_chinese() -> None:
    one = chinese()
    torn = [
        f"{area}: {english}"
        for area, texts in words().items()
        for english, text in texts.items()
        if text != one[english]
    ]

    assert not torn, "\n".join(torn)


def test_sentences_are_whole_when_they_are_translated() -> None:
    # An f-string or a sum reaches tr() already filled in, and no dictionary knows it.
    broken = [
        place
        for place, call in calls()
        if len(call.args) != 1 or isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ]

    assert not broken
