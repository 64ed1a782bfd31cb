"""The one list of screens, in the order of the sidebar."""

from gridbook.ui.conflicts.screen import ConflictsScreen
from gridbook.ui.doors.screen import DoorsScreen
from gridbook.ui.exchange.screen import ExchangeScreen
from gridbook.ui.moving.screen import MovingScreen
from gridbook.ui.office.screen import OfficeScreen
from gridbook.ui.printing.screen import PrintScreen
from gridbook.ui.requests.screen import RequestsScreen
from gridbook.ui.screen import Screen
from gridbook.ui.today.screen import TodayScreen
from gridbook.ui.visits.screen import VisitsScreen

SCREENS: tuple[type[Screen], ...] = (
    TodayScreen,
    VisitsScreen,
    RequestsScreen,
    DoorsScreen,
    ConflictsScreen,
    MovingScreen,
    ExchangeScreen,
    PrintScreen,
    OfficeScreen,
)
"""Sidebar and keyboard map go by this order."""
