"""Makes the fonts of resources/fonts from the Debian packages fonts-noto-cjk and fonts-hanazono.

Run it with `.venv/bin/python build/fonts.py` after `apt-get install fonts-noto-cjk fonts-hanazono`.
It takes a few minutes; the results are committed, so that nobody else has to.
"""

import json
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import zstandard
from fontTools import subset
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTCollection, TTFont

OUT = Path(__file__).resolve().parent.parent / "resources" / "fonts"
UNIFIED_AMONG_COMPATIBILITY = "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩"
"""Twelve characters of U+F900–FAFF that are ordinary characters; the rest are doubles of others."""

SCRIPTS = (
    (0x0020, 0x1100),
    (0x1E00, 0x2E80),
    (0x2FF0, 0x33FF + 1),
    (0xFE30, 0xFE50),
    (0xFF01, 0xFFEF),
)
"""Everything but Han. U+2E80–2FDF are left out: a PDF's text layer would say ⼊⼾ where 入户 was printed."""

COMMON_HAN = ((0x4E00, 0xA000),)
RARER_HAN = ((0x3400, 0x4DC0), (0x20000, 0x2F800), (0x30000, 0x323B0))

MODIFIED = 3_850_000_000
"""One moment for every run, so that the same packages make the same files."""


def main() -> int:
    """Write the five fonts and the table of their widths."""
    OUT.mkdir(parents=True, exist_ok=True)
    widths: dict[str, list[list[int]]] = {}
    all_han = COMMON_HAN + RARER_HAN
    for name, source, style, han, hints in (
        ("sans", "NotoSansCJK-Regular.ttc", "Regular", all_han, True),
        ("sans-bold", "NotoSansCJK-Bold.ttc", "Bold", all_han, True),
        # Paper needs no hints. Bold serif is for headings: rarer characters fall back to the regular weight.
        ("serif", "NotoSerifCJK-Regular.ttc", "Regular", all_han, False),
        ("serif-bold", "NotoSerifCJK-Bold.ttc", "Bold", COMMON_HAN, False),
    ):
        font = _chinese(_package_file("fonts-noto-cjk", source))
        family = "GridBook Sans" if name.startswith("sans") else "GridBook Serif"
        if family == "GridBook Serif":
            _use_half_width_digits(font)
        _reduce(font, SCRIPTS + han, hints=hints)
        _add_check_boxes(font)
        _rename(font, family, style)
        font.save(OUT / f"{name}.otf")
        widths[name] = list(_runs(font))
    known = {
        code
        for name in ("sans", "serif")
        for first, last, _ in widths[name]
        for code in range(first, last + 1)
    }
    rare = TTFont(_package_file("fonts-hanazono", "HanaMinB.ttf"))
    _reduce(rare, RARER_HAN, hints=False, without=known)
    _rename(rare, "GridBook Rare", "Regular")
    plain = OUT / "rare.ttf"
    rare.save(plain)
    (OUT / "rare.ttf.zst").write_bytes(zstandard.ZstdCompressor(level=19).compress(plain.read_bytes()))
    plain.unlink()
    widths["rare"] = list(_runs(rare))
    table = {name: _packed(runs) for name, runs in widths.items()}
    (OUT / "widths.json").write_text(json.dumps(table, indent=0) + "\n", encoding="utf-8")
    for file in sorted(OUT.iterdir()):
        print(f"{file.stat().st_size / 1e6:8.2f} MB  {file.name}")
    return 0


def _package_file(package: str, name: str) -> Path:
    listing = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True, check=False).stdout
    for line in listing.splitlines():
        if line.endswith("/" + name):
            return Path(line)
    raise SystemExit(f"{name} is missing: apt-get install {package}")


def _chinese(collection: Path) -> TTFont:
    fonts = TTCollection(collection).fonts
    return next(font for font in fonts if str(font["name"].getDebugName(1)).endswith(" CJK SC"))


def _use_half_width_digits(font: TTFont) -> None:
    """Digits of one width, half a Han character, as columns of figures and 宋体 need them."""
    gsub = font["GSUB"].table
    lookups = {
        index
        for record in gsub.FeatureList.FeatureRecord
        if record.FeatureTag == "hwid"
        for index in record.Feature.LookupListIndex
    }
    half = {
        plain: narrow
        for index in lookups
        for table in gsub.LookupList.Lookup[index].SubTable
        for plain, narrow in getattr(table, "ExtSubTable", table).mapping.items()
    }
    wide = font.getBestCmap()
    digits = {code: half[wide[code]] for code in map(ord, "0123456789")}
    for table in font["cmap"].tables:
        if table.format != 14:
            table.cmap.update(digits)


def _reduce(
    font: TTFont, ranges: Iterable[tuple[int, int]], *, hints: bool, without: Iterable[int] = ()
) -> None:
    options = subset.Options()
    options.layout_features = ["kern"] if hints else []
    options.hinting = hints
    options.notdef_outline = True
    options.drop_tables += ["BASE", "FFTM", "GDEF", "VORG", "vhea", "vmtx"]
    present = font.getBestCmap()
    wanted = {code for first, end in ranges for code in range(first, end) if _is_wanted(code)}
    wanted |= set(map(ord, UNIFIED_AMONG_COMPATIBILITY))
    tool = subset.Subsetter(options)
    tool.populate(unicodes=(wanted & set(present)) - set(without))
    tool.subset(font)
    # Format 14 is for variation selectors, which the house prints as marks.
    font["cmap"].tables = [table for table in font["cmap"].tables if table.format != 14]
    font.recalcTimestamp = False
    font["head"].modified = MODIFIED


def _is_wanted(code: int) -> bool:
    """No unseen characters and no accents that stand on the letter before: those are printed as marks."""
    return unicodedata.category(chr(code)) not in ("Cc", "Cf", "Co", "Cs", "Mn", "Me", "Zl", "Zp")


def _add_check_boxes(font: TTFont) -> None:
    """☐ and ☑, which Noto lacks, in the weight of the font."""
    bold = font["OS/2"].usWeightClass > 500
    stroke = 60 if bold else 40
    for code, ticked in ((0x2610, False), (0x2611, True)):
        pen = T2CharStringPen(1000, None)
        left, low, right, high = 110, -10, 890, 770
        _polygon(pen, [(left, low), (right, low), (right, high), (left, high)])
        _polygon(
            pen,
            [
                (left + stroke, low + stroke),
                (left + stroke, high - stroke),
                (right - stroke, high - stroke),
                (right - stroke, low + stroke),
            ],
        )
        if ticked:
            w = 105 if bold else 80
            _polygon(
                pen,
                [
                    (225, 390),
                    (225 + w, 390 + w // 2),
                    (420, 255 + w // 3),
                    (735, 660),
                    (735 + w, 605),
                    (430, 120),
                ],
            )
        _append(font, f"box{code:04X}", code, pen.getCharString())


def _polygon(pen: T2CharStringPen, points: list[tuple[int, int]]) -> None:
    pen.moveTo(points[0])
    for point in points[1:]:
        pen.lineTo(point)
    pen.closePath()


def _append(font: TTFont, name: str, code: int, outline: T2CharString) -> None:
    top = font["CFF "].cff.topDictIndex[0]
    strings = top.CharStrings
    part = top.FDSelect[font.getGlyphID(font.getBestCmap()[ord("口")])]
    private = top.FDArray[part].Private
    # A charstring begins with its advance, written as the difference from the nominal one.
    program = [1000 - private.nominalWidthX, *outline.program[1:]]
    glyph = T2CharString(program=program, private=private, globalSubrs=top.GlobalSubrs)
    font.getGlyphOrder()
    strings.charStringsIndex.append(glyph)
    strings.charStrings[name] = len(strings.charStringsIndex) - 1
    top.charset.append(name)
    top.FDSelect.append(part)
    font.setGlyphOrder(top.charset)
    font["hmtx"].metrics[name] = (1000, 110)
    font["maxp"].numGlyphs = len(top.charset)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[code] = name


def _rename(font: TTFont, family: str, style: str) -> None:
    """A name of our own: the licences reserve theirs for the unmodified fonts."""
    names = font["name"]
    keep = {record.nameID: str(record) for record in names.names if record.nameID in (0, 13, 14)}
    postscript = f"{family.replace(' ', '')}-{style}"
    given = keep | {
        1: family,
        2: style,
        3: f"{postscript};GridBook",
        4: f"{family} {style}",
        5: "Version 1.000",
        6: postscript,
    }
    names.names = []
    for number, text in sorted(given.items()):
        names.setName(text, number, 3, 1, 0x409)
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames = [postscript]
        top = cff.topDictIndex[0]
        top.FullName, top.FamilyName = f"{family} {style}", family
    font["OS/2"].achVendID = "NONE"


def _runs(font: TTFont) -> Iterator[list[int]]:
    """First code, last code and width in thousandths of the type size, for everything the font can print."""
    em, advances = font["head"].unitsPerEm, font["hmtx"].metrics
    run: list[int] = []
    for code, glyph in sorted(font.getBestCmap().items()):
        width = round(advances[glyph][0] * 1000 / em)
        if run and run[1] == code - 1 and run[2] == width:
            run[1] = code
            continue
        if run:
            yield run
        run = [code, code, width]
    if run:
        yield run


def _packed(runs: list[list[int]]) -> str:
    return " ".join(
        f"{first:X}-{last:X}:{width}" if last > first else f"{first:X}:{width}" for first, last, width in runs
    )


if __name__ == "__main__":
    sys.exit(main())
