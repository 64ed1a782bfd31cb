"""The colours, each by what it is for: light, dark, and both with high contrast."""

from typing import NamedTuple


class Colours(NamedTuple):
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

HIGH_LIGHT = Colours(
    ground="#FFFFFF",
    surface="#FFFFFF",
    line="#BABABA",
    edge="#000000",
    text="#000000",
    muted="#262A2F",
    accent="#00504F",
    accent_soft="#D3ECEB",
    on_accent="#FFFFFF",
    on_time="#0A4A21",
    on_time_soft="#E1F5E7",
    due_soon="#573700",
    due_soon_soft="#FFF0D1",
    overdue="#860D08",
    overdue_soft="#FFE6E4",
    suspended="#2F343A",
    suspended_soft="#EDEDED",
    information="#0A3A78",
    information_soft="#E2EDFA",
    hover="#E8E8E8",
    practice="#54398A",
    on_practice="#FFFFFF",
)

HIGH_DARK = Colours(
    ground="#000000",
    surface="#000000",
    line="#424242",
    edge="#FFFFFF",
    text="#FFFFFF",
    muted="#DADADA",
    accent="#66E5DB",
    accent_soft="#00302E",
    on_accent="#000000",
    on_time="#84F0A6",
    on_time_soft="#002A10",
    due_soon="#FFD470",
    due_soon_soft="#332500",
    overdue="#FFA79F",
    overdue_soft="#3D0B07",
    suspended="#D3D8DE",
    suspended_soft="#1E2226",
    information="#A3CFFF",
    information_soft="#0A2340",
    hover="#2A2A2A",
    practice="#54398A",
    on_practice="#FFFFFF",
)
"""For eyes that need more: every pair at 7:1, and every edge as plain as the text."""

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
