"""Phrases that a digit picks instead of typing them: the program's, until an office writes its own."""

import re
from collections.abc import Sequence
from enum import StrEnum

import sqlalchemy as sa

from gridbook import catalog
from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.records import wording
from gridbook.records.letters import unseen
from gridbook.store import tables
from gridbook.store.session import Session

MOST = 9
_SLOT = re.compile(r"【[^【】]{1,8}】")


class Use(StrEnum):
    """Where a phrase is picked: as a request's title, as what was settled on the spot, as a way to reach."""

    ASKED = "asked"
    DONE = "done"
    REACH = "reach"


ANY = "*"
"""Instead of a category, for phrases that are the same in all."""
LONGEST = {Use.ASKED: 30, Use.DONE: 40, Use.REACH: 40}
"""What the field holds into which a phrase goes."""


def slot(text: str, start: int = 0) -> tuple[int, int] | None:
    """Where the next gap that is still to be filled begins, and how long it is."""
    found = _SLOT.search(text, start) or _SLOT.search(text)
    return (found.start(), len(found.group())) if found else None


def require_filled(field: str, text: str) -> None:
    """Refuse a text in which a gap of a phrase was left."""
    found = _SLOT.search(text)
    if found is not None:
        raise BadValue(
            field,
            tr("{gap} is still to be filled in.").format(gap=found.group()),
            next=tr("Write over it, or delete it."),
        )


def of_category(session: Session, category: str, use: Use) -> Sequence[str]:
    """The phrases of a category in the order of their digits."""
    table = tables.phrase
    own = session.connection.execute(
        sa.select(table.c.text).where(table.c.category == _key(category, use)).order_by(table.c.n)
    ).scalars()
    texts = list(own)
    if texts:
        return [text for text in texts if text]
    return [one.text for one in catalog.phrases() if (one.category, one.use) == (category, str(use))]


def keep(session: Session, category: str, use: Use, texts: Sequence[str]) -> Sequence[str]:
    """Write an office's own phrases for a category instead of those it had, or none at all."""
    if use is not Use.REACH:
        catalog.category(category)
    kept = [text.strip() for text in texts if text.strip()]
    if len(kept) > MOST:
        raise BadValue("phrases", tr("There are digits for {most} phrases.").format(most=MOST))
    for text in kept:
        wording.require_text("phrases", text)
        if len(text) > LONGEST[use] or unseen(text) is not None:
            raise BadValue(
                "phrases",
                tr("A phrase has at most {most} characters: “{text}”.").format(
                    most=LONGEST[use], text=text[:40]
                ),
            )
    given(session, category, use)
    table = tables.phrase
    rows = [{"n": n, "text": text} for n, text in enumerate(kept, start=1)] or [{"n": 0, "text": ""}]
    session.connection.execute(sa.insert(table), [{"category": _key(category, use), **row} for row in rows])
    return kept


def given(session: Session, category: str, use: Use) -> None:
    """Go back to the phrases that the program brings."""
    table = tables.phrase
    session.connection.execute(sa.delete(table).where(table.c.category == _key(category, use)))


def _key(category: str, use: Use) -> str:
    return category if use is Use.ASKED else f"{category} {use}"
