"""Hand-overs from grid to grid: a list of what moved, and the signature of the unit that got it."""

from datetime import datetime

from gridbook.i18n import N_
from gridbook.records.base import FOREVER, Reach, Record, UnitCode, record, shown
from gridbook.records.steps import Reason


@record(N_("Hand-over"), reach=Reach.SUBDISTRICT, keep=FOREVER)
class HandOver(Record):
    """What one office moved from another unit to this one, by numbers and addresses, and what was signed."""

    giver: UnitCode = shown(N_("Handed over by"), longest=15)
    office: UnitCode = shown(N_("Arranged by"), longest=15)
    handed_at: datetime = shown(N_("Handed over at"))
    reason: Reason = shown(N_("Reason of the hand-over"))
    numbers: tuple[str, ...] = shown(N_("Numbers here"), longest=20, default=())
    were: tuple[str, ...] = shown(N_("Numbers before"), longest=20, default=())
    places: tuple[str, ...] = shown(N_("Places"), longest=40, default=())
    signed: tuple[str, ...] = shown(N_("Signed for"), group="signed", longest=40, default=())
    signed_at: datetime | None = shown(N_("Signed at"), group="signed", default=None)

    @property
    def items(self) -> tuple[str, ...]:
        """Everything that is signed for: numbers, then places."""
        return (*self.numbers, *self.places)

    @property
    def waiting(self) -> tuple[str, ...]:
        """What nobody has signed for yet."""
        done = set(self.signed)
        return tuple(one for one in self.items if one not in done)
