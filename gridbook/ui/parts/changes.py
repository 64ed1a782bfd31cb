"""What was written about a record and changed in it, as entries of a timeline."""

from gridbook.i18n import tr
from gridbook.records.base import LOCAL
from gridbook.records.rights import Kind
from gridbook.store.history import Change
from gridbook.ui.parts.days import short_day

NOT_CORRECTIONS = (Kind.CREATE, Kind.EVENT)
"""What a sheet tells in its own words: how a record came to be and what was done."""


def told(one: Change, office: str = "") -> tuple[str, str, str]:
    """When and who, what was done to which part, and the fields that a correction touched."""
    local = one.at.astimezone(LOCAL)
    when = f"{short_day(local.date())} {local:%H:%M}"
    fields = "、".join(change.label for change in one.fields) if one.did is not Kind.CREATE else ""
    who = " ".join(filter(None, (office, one.person)))
    sentence = tr("{what}: {details}").format(what=one.what, details=one.kind)
    return " · ".join(filter(None, (when, who))), sentence, fields
