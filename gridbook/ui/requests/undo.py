"""Take back a request that was kept a moment ago."""

from gridbook.errors import NotAllowed
from gridbook.i18n import tr
from gridbook.records.base import RecordId
from gridbook.store import audit, journal, requests
from gridbook.store.session import Session


def take_back(session: Session, request: RecordId, reason: str = "undone") -> None:
    """Delete a request with its particulars and contact, as long as nothing was done about it."""
    view = requests.get(session, request)
    if view.events:
        raise NotAllowed(
            tr("Something was done about this request already; it is not taken back any more."),
            kept=tr("Nothing was changed."),
            next=tr("Withdraw it instead."),
        )
    for record in (view.request, view.particulars, view.contact):
        if record is not None:
            journal.delete(session, record, reason)
    audit.note(session, "delete", view.request.number, "Request")
