"""What the form of a request asks the book: to save or join it, and what it starts from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gridbook.records.base import RecordId, local_day
from gridbook.records.place import Estate, Level, Place, level_of
from gridbook.records.request import RequestEntry, Source
from gridbook.store import drafts, duplicates, places, preferences, prints, requests
from gridbook.store.session import Session
from gridbook.ui.requests.undo import take_back

FORM = "request"
STICKY_SOURCE = "request source"


@dataclass(frozen=True, slots=True)
class Begun:
    """What a form starts from: what was remembered, a draft, the door, the estates to choose from."""

    source: str
    draft: Mapping[str, Any] | None
    place: Place | None
    estates: Sequence[Estate]


def begun(session: Session, key: str, at: tuple[RecordId, str] | None) -> Begun:
    """What a new form starts from, at a door where one is named."""
    draft = drafts.get(session, FORM, key)
    fields = None if draft is None else draft.fields
    known = places.known(session)
    if at is None and fields and fields.get("building"):
        at = (id_of(fields["building"]), str(fields.get("at", "")))
    place = known.at(*at) if at is not None and at[0] in known.buildings else None
    source = str(preferences.value(session, STICKY_SOURCE, ""))
    first = Source.VISIT if level_of(session.unit) is Level.GRID else Source.DESK
    return Begun(source or str(first), fields, place, places.estates(session))


def id_of(text: object) -> RecordId:
    """The id that a draft kept as text; nothing where another release kept something else there."""
    try:
        return bytes.fromhex(str(text or ""))
    except ValueError:
        return b""


def blank(session: Session, number: str) -> Mapping[str, Any] | None:
    """The form of a blank sheet, by the number printed on it."""
    draft = drafts.get(session, FORM, number)
    return None if draft is None else draft.fields


def save(
    session: Session,
    entry: RequestEntry,
    key: str,
    opened: RequestEntry | None,
    joined_with: RecordId | None = None,
) -> RequestEntry:
    """The request, the source that stays and the end of the draft, in one transaction.

    `joined_with` is the request that is the same matter: the older one stands for both from now on.
    """
    saved = requests.save(session, entry, opened=opened)
    if joined_with is not None:
        duplicates.join(session, saved.request.id, joined_with)
    preferences.keep(session, STICKY_SOURCE, str(entry.request.source))
    drafts.drop(session, FORM, key)
    prints.come_back(session, FORM, saved.request.number)
    return saved


def undo(session: Session, request: RecordId, joined_with: RecordId | None) -> None:
    """Take back what was kept a moment ago, and that it is the same matter as another one."""
    if joined_with is not None:
        duplicates.take_back(session, request, joined_with)
    take_back(session, request)


def fields_of(entry: RequestEntry) -> Mapping[str, Any]:
    """The inputs of the form for a request that was kept before."""
    request, held, contact = entry.request, entry.particulars, entry.contact
    return {
        "public": request.public_place or (held.building is None and bool(held.spot)),
        "spot": held.spot,
        "estate": request.estate.hex() if request.estate else "",
        "category": request.category,
        "called": held.called,
        "phone": contact.phone if contact else "",
        "how": contact.how if contact else "",
        "title": held.title,
        "text": held.text,
        "hope": held.hope,
        "pressing": str(request.pressing),
        "source": str(request.source),
        "day": local_day(request.registered_at).isoformat(),
        "agreed": request.agreed_on.isoformat() if request.agreed_on else "",
    }
