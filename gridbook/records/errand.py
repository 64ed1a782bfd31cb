"""Errands: what a helper may do for a resident until when, and which documents went from hand to hand."""

from datetime import date
from enum import StrEnum

from gridbook.i18n import N_
from gridbook.records.base import MONTH, Keep, Reach, Record, RecordId, Since, UnitCode, record, shown


class ErrandWay(StrEnum):
    """How the errand is done."""

    ASSISTED = "assisted"
    ON_BEHALF = "on behalf"
    AT_HOME = "at home"


class Paper(StrEnum):
    """Whether a document is the one and only or a copy of it."""

    ORIGINAL = "original"
    COPY = "copy"


class Back(StrEnum):
    """Where a document went in the end."""

    RETURNED = "returned"
    HANDED_IN = "handed in"


WAY_NAMES = {
    ErrandWay.ASSISTED: N_("Assisted"),
    ErrandWay.ON_BEHALF: N_("On behalf"),
    ErrandWay.AT_HOME: N_("At home"),
}
PAPER_NAMES = {Paper.ORIGINAL: N_("Original"), Paper.COPY: N_("Copy")}
BACK_NAMES = {Back.RETURNED: N_("Returned"), Back.HANDED_IN: N_("Handed in at the body")}

MOST_DOCUMENTS = 99
MOST_FEN = 1_000_000
"""No errand moves more than 10,000 yuan; a mistyped sum must not become a debt."""


@record(N_("Mandate"), reach=Reach.COMMUNITY, keep=Keep(24 * MONTH, Since.ENDED), form=2)
class Mandate(Record):
    """What a helper may do for the requester, until when; shares the id of its Request."""

    way: ErrandWay = shown(N_("Way of the errand"), group="errand")
    service: str = shown(N_("Service item"), group="errand", longest=8, default="")
    may: str = shown(N_("What the helper may do"), group="mandate", longest=100)
    given_on: date = shown(N_("Mandate given on"), group="mandate")
    until: date = shown(N_("Valid until"), group="mandate")
    signed: bool = shown(N_("Signed on paper"), group="signed", default=False)
    taken_at: UnitCode = shown(N_("Taken by the office"), group="helper", longest=15, default="")
    taken_by: str = shown(N_("Taken by"), group="helper", longest=8, default="")
    taken_on: date | None = shown(N_("Taken on"), group="helper", default=None)
    advance: int = shown(N_("Money handed over (fen)"), group="fees", default=0)
    paid: int = shown(N_("Fees paid (fen)"), group="fees", default=0)
    receipts: int = shown(N_("Receipts given back"), group="fees", default=0)
    settled: bool = shown(N_("Money settled"), group="fees", default=False)
    ended_on: date | None = shown(N_("Mandate ended on"), group="end", default=None)


@record(N_("Document hand-over"), reach=Reach.COMMUNITY, keep=Keep(24 * MONTH, Since.ENDED), form=2)
class DocumentReceipt(Record):
    """That a document was received and given back; never what is written on it."""

    case: RecordId = shown(N_("Request"), group="document")
    document: str = shown(N_("Document"), group="document", longest=20)
    paper: Paper = shown(N_("Original or copy"), group="document")
    count: int = shown(N_("How many"), group="document", default=1)
    handed_on: date = shown(N_("Handed over on"), group="document")
    handed_signed: bool = shown(N_("Signed for by the helper"), group="document", default=False)
    back: Back | None = shown(N_("What became of it"), group="return", default=None)
    back_on: date | None = shown(N_("Returned on"), group="return", default=None)
    back_signed: bool = shown(N_("Signed for by the requester"), group="return", default=False)

    @property
    def out(self) -> bool:
        """Whether it is an original that nobody has given back or handed in yet."""
        return self.paper is Paper.ORIGINAL and self.back is None
