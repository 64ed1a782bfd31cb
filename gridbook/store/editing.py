"""Saving a form that was opened before others wrote: what they changed meanwhile is never overwritten."""

from dataclasses import replace
from typing import TypeVar

from gridbook.errors import NotAllowed
from gridbook.i18n import tr
from gridbook.records.base import Record, rule_of, values_of
from gridbook.store import rows
from gridbook.store.session import Session

R = TypeVar("R", bound=Record)


def onto_held(session: Session, opened: R | None, record: R) -> R:
    """The record with only those groups changed that were changed in the form; the rest stays as it is now.

    Refuses where the same group was changed in the form and meanwhile by somebody else.
    """
    held = rows.one(session.connection, type(record), record.unit, record.id)
    if opened is None or held is None:
        return record
    before, now, current = values_of(opened), values_of(record), values_of(held)
    kept = {}
    for names in rule_of(record).groups.values():
        theirs = [name for name in names if current[name] != before[name]]
        if not theirs:
            continue
        if any(now[name] != before[name] for name in names) and any(now[n] != current[n] for n in names):
            labels = {field.name: field.label for field in rule_of(record).fields}
            raise NotAllowed(
                tr("“{label}” was changed by another office while you wrote.").format(
                    label=tr(labels[theirs[0]])
                ),
                kept=tr("What you wrote still stands in the form."),
                next=tr("Open the entry again in a moment, look at the change, and write yours once more."),
            )
        kept.update({name: current[name] for name in names})
    return replace(record, **kept)
