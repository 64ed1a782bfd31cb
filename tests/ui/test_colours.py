"""The colours: every pair of text and ground reads well in every theme; screens write no colour."""

import re
from pathlib import Path

import pytest

from gridbook.ui.colours import DARK, HIGH_DARK, HIGH_LIGHT, LIGHT, PAIRS, Colours, contrast

UI = Path(__file__).resolve().parents[2] / "gridbook" / "ui"


@pytest.mark.parametrize(
    ("colours", "least"),
    [(LIGHT, 4.5), (DARK, 4.5), (HIGH_LIGHT, 7.0), (HIGH_DARK, 7.0)],
    ids=["light", "dark", "high light", "high dark"],
)
def test_every_pair_of_text_and_ground_reads_well(colours: Colours, least: float) -> None:
    pale = {
        f"{text} on {ground}": round(contrast(getattr(colours, text), getattr(colours, ground)), 2)
        for text, ground in PAIRS
        if (text, ground) != ("on_practice", "practice")
    }
    assert not {pair: ratio for pair, ratio in pale.items() if ratio < least}
    assert contrast(colours.on_practice, colours.practice) >= 4.5


def test_screens_name_colours_and_write_none() -> None:
    written = [
        f"{file.relative_to(UI)}: {found}"
        for file in sorted(UI.rglob("*.py"))
        if file.name != "colours.py"
        for found in re.findall(r"#[0-9A-Fa-f]{6}\b", file.read_text("utf-8"))
    ]
    assert not written
