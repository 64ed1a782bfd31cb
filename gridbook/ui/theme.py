"""The look, in one place: colours, type, space; screens use names, never numbers."""

from dataclasses import dataclass, fields
from enum import StrEnum
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from gridbook import paths
from gridbook.press import fonts

SCALES = (100, 125, 150, 200)


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour by what it is for.

    `_soft` is the ground that carries text of the plain colour; `edge` bounds what one can fill in or press,
    `line` only parts one thing from the next.
    """

    ground: str
    surface: str
    line: str
    edge: str
    text: str
    muted: str
    accent: str
    accent_soft: str
    on_accent: str
    on_time: str
    on_time_soft: str
    due_soon: str
    due_soon_soft: str
    overdue: str
    overdue_soft: str
    suspended: str
    suspended_soft: str
    information: str
    information_soft: str
    hover: str
    practice: str
    on_practice: str


LIGHT = Colours(
    ground="#F7F7F5",
    surface="#FFFFFF",
    line="#E3E3DE",
    edge="#C6C7C1",
    text="#1F2328",
    muted="#5B636D",
    accent="#0B6E6E",
    accent_soft="#E3F1F0",
    on_accent="#FFFFFF",
    on_time="#1F7A3D",
    on_time_soft="#E6F4EA",
    due_soon="#8A5A00",
    due_soon_soft="#FFF3DC",
    overdue="#B3261E",
    overdue_soft="#FDE9E7",
    suspended="#5F6772",
    suspended_soft="#F3F3F1",
    information="#1D5FA8",
    information_soft="#E8F0F9",
    hover="#EFEFEB",
    practice="#6B4FA0",
    on_practice="#FFFFFF",
)

DARK = Colours(
    ground="#16191D",
    surface="#1E2227",
    line="#30363D",
    edge="#49515A",
    text="#E6E8EA",
    muted="#9AA3AD",
    accent="#4FB8B0",
    accent_soft="#1C3534",
    on_accent="#0C1A19",
    on_time="#6CC48A",
    on_time_soft="#1C3024",
    due_soon="#E2B155",
    due_soon_soft="#352B17",
    overdue="#F2877F",
    overdue_soft="#3A2220",
    suspended="#A0A8B2",
    suspended_soft="#282D33",
    information="#7FB2EA",
    information_soft="#1D2B3B",
    hover="#262B31",
    practice="#6B4FA0",
    on_practice="#FFFFFF",
)

PAIRS = (
    ("text", "ground"),
    ("text", "surface"),
    ("text", "hover"),
    ("text", "accent_soft"),
    ("muted", "ground"),
    ("muted", "surface"),
    ("muted", "hover"),
    ("muted", "accent_soft"),
    ("muted", "line"),
    ("accent", "surface"),
    ("accent", "ground"),
    ("accent", "accent_soft"),
    ("accent", "hover"),
    ("accent", "due_soon_soft"),
    ("on_accent", "accent"),
    ("on_time", "on_time_soft"),
    ("on_time", "surface"),
    ("on_time", "ground"),
    ("on_time", "hover"),
    ("on_time", "accent_soft"),
    ("due_soon", "due_soon_soft"),
    ("due_soon", "surface"),
    ("due_soon", "ground"),
    ("due_soon", "hover"),
    ("due_soon", "accent_soft"),
    ("overdue", "overdue_soft"),
    ("overdue", "surface"),
    ("overdue", "ground"),
    ("overdue", "hover"),
    ("overdue", "accent_soft"),
    ("suspended", "suspended_soft"),
    ("suspended", "surface"),
    ("suspended", "ground"),
    ("suspended", "hover"),
    ("suspended", "accent_soft"),
    ("information", "information_soft"),
    ("information", "surface"),
    ("information", "ground"),
    ("information", "hover"),
    ("information", "accent_soft"),
    ("on_practice", "practice"),
)
"""Every pair of text and ground that is used; a test asserts 4.5:1 for each."""


class Type(StrEnum):
    """The type scale."""

    CAPTION = "caption"
    BODY = "body"
    SECTION = "section"
    TITLE = "title"
    NUMBER = "number"


SIZES = {Type.CAPTION: 13, Type.BODY: 15, Type.SECTION: 17, Type.TITLE: 20, Type.NUMBER: 26}
XS, S, M, L, XL, XXL = 4, 8, 12, 16, 24, 32
RADIUS, CARD_RADIUS = 6, 10
ROW, COMPACT_ROW = 36, 30
SIDEBAR, NARROW_SIDEBAR = 208, 60
ROOMY = 125
"""The largest scale, in percent, at which three columns and a sidebar with words fit."""
CONTENT = 1200


class Theme:
    """The theme in use: scale in percent and light or dark; changed live.

    `asked` tells that a scale was named outright, so that nothing remembered replaces it.
    """

    def __init__(self) -> None:
        self.scale = 100
        self.dark = False
        self.asked = False

    @property
    def colours(self) -> Colours:
        """The colours in use."""
        return DARK if self.dark else LIGHT

    def px(self, length: float) -> int:
        """A length of the design, at the scale in use."""
        return round(length * self.scale / 100)

    @property
    def roomy(self) -> bool:
        """Whether words fit beside icons on the office screens this is made for (1366 × 768)."""
        return self.scale <= ROOMY

    def colour(self, name: str) -> QColor:
        """A colour by its name."""
        return QColor(getattr(self.colours, name))

    def font(self, kind: Type = Type.BODY, *, strong: bool = False) -> QFont:
        """The font of a kind of text, with digits that stand under each other."""
        font = QFont()
        font.setFamilies(list(fonts.UI_FAMILIES))
        font.setPixelSize(self.px(SIZES[kind]))
        font.setBold(strong)
        return font

    def apply(self, *, scale: int | None = None, dark: bool | None = None, asked: bool = True) -> None:
        """Show the whole program in this scale and darkness from now on; `asked` as the class has it."""
        self.asked = self.asked or (asked and scale is not None)
        self.scale = scale or self.scale
        self.dark = self.dark if dark is None else dark
        fonts.load_ui()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setStyle("Fusion")
            application.setFont(self.font())
            application.setPalette(self._palette())
            application.setStyleSheet(self.stylesheet())

    def system_is_dark(self) -> bool:
        """Whether the desktop asks for dark windows."""
        scheme = QGuiApplication.styleHints().colorScheme()
        if scheme is not Qt.ColorScheme.Unknown:
            return scheme is Qt.ColorScheme.Dark
        lightness = QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness()
        return lightness < 128

    def stylesheet(self) -> str:
        """The style sheet of the program, made from the names above."""
        words = {field.name: str(getattr(self.colours, field.name)) for field in fields(Colours)}
        words |= {f"px{n}": f"{self.px(n)}px" for n in range(0, 401)}
        # A ring of two pixels instead of an edge of one must not move anything.
        for name, less in (("in", 1), ("low", 2), ("lower", 4)):
            words |= {f"{name}{n}": f"{self.px(n) - less}px" for n in range(4, 101)}
        words |= {f"type_{kind}": f"{self.px(size)}px" for kind, size in SIZES.items()}
        # Qt draws the text of a cell three dots in; headings have to stand above it.
        words |= {"heading": f"{self.px(M) + 3}px"}
        icons = paths.resource("icons").as_posix()
        shade = "dark" if self.dark else "light"
        words |= {name: f"{icons}/{name}-{shade}.svg" for name in ("check", "down", "tick")}
        return Template(paths.resource("style", "gridbook.qss").read_text(encoding="utf-8")).substitute(words)

    def _palette(self) -> QPalette:
        palette = QPalette()
        role = QPalette.ColorRole
        for which, name in {
            role.Window: "ground",
            role.WindowText: "text",
            role.Base: "surface",
            role.AlternateBase: "ground",
            role.Text: "text",
            role.Button: "surface",
            role.ButtonText: "text",
            role.ToolTipBase: "surface",
            role.ToolTipText: "text",
            role.Highlight: "accent_soft",
            role.HighlightedText: "text",
            role.PlaceholderText: "muted",
            role.Link: "accent",
            role.Mid: "line",
        }.items():
            palette.setColor(which, self.colour(name))
        return palette


theme = Theme()
"""The one theme of the program."""


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, as WCAG 2 reckons it."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    def channel(value: int) -> float:
        part = value / 255
        return float(part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = (channel(int(colour[n : n + 2], 16)) for n in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
