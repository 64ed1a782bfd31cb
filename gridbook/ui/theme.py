"""The look, in one place: colours, type, space; screens use names, never numbers."""

from enum import StrEnum
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from gridbook import paths
from gridbook.press import ui_fonts
from gridbook.ui.colours import DARK, HIGH_DARK, HIGH_LIGHT, LIGHT, Colours

# Set as it starts: whoever sets it later is handed the old one, and for that Python makes a class of
# 300 names, 7 ms before there is anything to see.
STYLE = ("-style", "Fusion")
"""With what a Qt application is started that shows windows."""
SCALES = (100, 125, 150, 200)


class Type(StrEnum):
    """The type scale."""

    CAPTION = "caption"
    BODY = "body"
    SECTION = "section"
    TITLE = "title"
    NUMBER = "number"


SIZES = {Type.CAPTION: 13, Type.BODY: 15, Type.SECTION: 17, Type.TITLE: 20, Type.NUMBER: 26}
XS, S, M, L, XL, XXL = 4, 8, 12, 16, 24, 32
HAIR = 2
"""A line that has to be seen, and the little by which a text is moved to stand level with another."""
RADIUS, CARD_RADIUS = 6, 10
ROW, COMPACT_ROW = 36, 30
SIDEBAR, NARROW_SIDEBAR = 208, 60
ROOMY = 125
"""The largest scale, in percent, at which three columns and a sidebar with words fit."""
CONTENT = 1200


class Theme:
    """The theme in use: scale in percent, light or dark, contrast high or not; changed live.

    `asked` tells that a scale was named outright, so that nothing remembered replaces it.
    """

    def __init__(self) -> None:
        self.scale = 100
        self.dark = False
        self.high = False
        self.asked = False

    @property
    def colours(self) -> Colours:
        """The colours in use."""
        if self.high:
            return HIGH_DARK if self.dark else HIGH_LIGHT
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
        font.setFamilies(list(ui_fonts.FAMILIES))
        font.setPixelSize(self.px(SIZES[kind]))
        font.setBold(strong)
        return font

    def apply(
        self,
        *,
        scale: int | None = None,
        dark: bool | None = None,
        high: bool | None = None,
        asked: bool = True,
    ) -> None:
        """Show the whole program so from now on, contrast high or not; `asked` as the class has it."""
        self.asked = self.asked or (asked and scale is not None)
        self.scale = scale or self.scale
        self.dark = self.dark if dark is None else dark
        self.high = self.high if high is None else high
        ui_fonts.load_all()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setFont(self.font())
            application.setPalette(self._palette())
            for window in application.topLevelWidgets():
                # Only what was dressed has one.
                if window.styleSheet():
                    self.dress(window)

    def dress(self, window: QWidget) -> None:
        """Give a window the style sheet, for all that is or will be in it.

        With a sheet of the whole program Qt would style every part anew each time it is put into another:
        half of what a screen takes to make.
        """
        window.setStyleSheet(self.stylesheet())

    def system_is_dark(self) -> bool:
        """Whether the desktop asks for dark windows."""
        scheme = QGuiApplication.styleHints().colorScheme()
        if scheme is not Qt.ColorScheme.Unknown:
            return scheme is Qt.ColorScheme.Dark
        lightness = QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness()
        return lightness < 128

    def system_is_high(self) -> bool:
        """Whether the desktop asks for high contrast; a Qt that is too old does not know."""
        hints = getattr(QGuiApplication.styleHints(), "accessibility", None)
        return hints is not None and hints().contrastPreference() is Qt.ContrastPreference.HighContrast

    def stylesheet(self) -> str:
        """The style sheet of the program, made from the names above."""
        words = self.colours._asdict()
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
