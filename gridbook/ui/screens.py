"""The one list of places, in the order of the sidebar; a screen is fetched when one first goes there."""

from importlib import import_module
from typing import NamedTuple

from gridbook.i18n import N_
from gridbook.ui.screen import Screen


class Place(NamedTuple):
    """One place of the sidebar: its name, its word, its icon, and the class of its screen.

    `apart` parts it a little from the place above: a sidebar in groups is read at a glance.
    """

    name: str
    title: str
    icon: str
    home: str
    apart: bool = False

    def screen(self) -> type[Screen]:
        """The class of its screen."""
        module, made = self.home.split(":")
        found: type[Screen] = getattr(import_module(f"gridbook.ui.{module}"), made)
        return found


SCREENS: tuple[Place, ...] = (
    Place("today", N_("Today"), "sun", "today.screen:TodayScreen"),
    Place("visits", N_("Visits"), "footprints", "visits.screen:VisitsScreen"),
    Place("requests", N_("Requests"), "clipboard-list", "requests.screen:RequestsScreen"),
    Place("errands", N_("Errands"), "hand-helping", "errands.screen:ErrandsScreen"),
    Place("doors", N_("Doors"), "building-2", "doors.screen:DoorsScreen"),
    Place("lists", N_("Lists and care"), "calendar", "lists.screen:ListsScreen"),
    Place("conflicts", N_("To settle"), "git-compare", "conflicts.screen:ConflictsScreen", apart=True),
    Place("moving", N_("Moving work"), "users", "moving.screen:MovingScreen"),
    Place("exchange", N_("Hand over"), "usb", "exchange.screen:ExchangeScreen"),
    Place("recent", N_("Undo and bin"), "history", "recent.screen:RecentScreen"),
    Place("print", N_("Print"), "printer", "printing.screen:PrintScreen", apart=True),
    Place("registers", N_("Old registers"), "archive", "registers.screen:RegistersScreen"),
    Place("office", N_("Stations"), "shield", "office.screen:OfficeScreen"),
)
"""Sidebar and keyboard map go by this order."""
