"""What every record shares: how it is declared, how far it travels, how long it stays."""

import dataclasses
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import (
    Any,
    Protocol,
    TypeVar,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import uuid_utils

RecordId = bytes
UnitCode = str
R = TypeVar("R", bound="Record")

MISSING = dataclasses.MISSING
"""What stands for a default where a field has none."""

LOCAL = timezone(timedelta(hours=8), "CST")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Reach(StrEnum):
    """How far a record class travels; one class has one reach."""

    DOWN = "down"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    HERE = "here"


class Since(StrEnum):
    """The day from which a class's retention runs."""

    ENTRY = "entry"
    CASE_CLOSED = "case closed"
    ENDED = "ended"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Keep:
    """How long a class or field stays, in days since an event; shorter is configurable, longer is not."""

    days: int | None
    since: Since = Since.ENTRY


FOREVER = Keep(None, Since.NEVER)
MONTH = 30


class Clock(Protocol):
    """Tells the time; tests bring their own."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class SystemClock:
    """The clock of the PC."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


def local_day(instant: datetime) -> date:
    """The day in China on which that instant falls."""
    return instant.astimezone(LOCAL).date()


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What the declaration of a field says besides its type."""

    name: str
    label: str
    group: str
    longest: int | None
    reach: Reach
    keep: Keep
    public: bool
    python: type
    optional: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One thing written in the book; a value that is replaced, never changed."""

    unit: UnitCode
    id: RecordId


@dataclass(frozen=True, slots=True)
class ClassRule:
    """What a record class declares about itself."""

    name: str
    label: str
    reach: Reach
    keep: Keep
    create_only: bool
    version: int
    fields: tuple[FieldRule, ...]
    record: type[Record]
    form: int = 1
    """The form of ops from which on programs know this class; older ones hold it unread."""

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Field names by merge group, in the order of declaration."""
        found: dict[str, tuple[str, ...]] = {}
        for field in self.fields:
            found[field.group] = (*found.get(field.group, ()), field.name)
        return found

    def field(self, name: str) -> FieldRule:
        """The rule of one field."""
        return next(field for field in self.fields if field.name == name)


CLASSES: dict[str, ClassRule] = {}
"""Every record class by name, in the order of declaration."""


def shown(
    label: str,
    *,
    group: str = "facts",
    longest: int | None = None,
    public: bool = False,
    default: Any = dataclasses.MISSING,
    keep: Keep | None = None,
) -> Any:
    """Declare a field once: label, merge group, longest text in characters, retention, public mark."""
    about = {"label": label, "group": group, "longest": longest, "public": public, "keep": keep}
    return dataclasses.field(default=default, metadata=about)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(shown,))
def record(
    label: str, *, reach: Reach, keep: Keep, create_only: bool = False, version: int = 1, form: int = 1
) -> Callable[[type[R]], type[R]]:
    """Declare a record class with its one reach and its one retention period."""

    def declare(cls: type[R]) -> type[R]:
        made = dataclass(frozen=True, kw_only=True, slots=True)(cls)
        hints = get_type_hints(made)
        fields = tuple(
            _field_rule(field, hints[field.name], reach, keep)
            for field in dataclasses.fields(made)
            if field.name not in ("unit", "id")
        )
        CLASSES[made.__name__] = ClassRule(
            made.__name__, label, reach, keep, create_only, version, fields, cast("type[Record]", made), form
        )
        return made

    return declare


def _field_rule(field: "dataclasses.Field[Any]", hint: Any, reach: Reach, keep: Keep) -> FieldRule:
    about: Mapping[str, Any] = field.metadata
    optional = get_origin(hint) in (Union, UnionType) and type(None) in get_args(hint)
    plain = next(part for part in get_args(hint) if part is not type(None)) if optional else hint
    return FieldRule(
        name=field.name,
        label=about["label"],
        group=about["group"],
        longest=about["longest"],
        reach=reach,
        keep=about["keep"] or keep,
        public=about["public"],
        python=cast("type", get_origin(plain) or plain),
        optional=optional,
    )


def rule_of(record_or_class: "Record | type[Record]") -> ClassRule:
    """The declaration behind a record or its class."""
    cls = record_or_class if isinstance(record_or_class, type) else type(record_or_class)
    return CLASSES[cls.__name__]


def default_of(rule: ClassRule, field: FieldRule) -> Any:
    """The value a field has when nobody gives one, or MISSING."""
    return next(one.default for one in dataclasses.fields(rule.record) if one.name == field.name)


def values_of(record: Record) -> dict[str, Any]:
    """The record's fields without unit and id, in the order of declaration."""
    return {name: getattr(record, name) for name in _names(type(record).__name__)}


@cache
def _names(class_name: str) -> tuple[str, ...]:
    return tuple(field.name for field in CLASSES[class_name].fields)


def new_id() -> RecordId:
    """A fresh UUIDv7: 16 bytes that sort by the time they were made."""
    return uuid_utils.uuid7().bytes


def id_at(instant: datetime, chance: Callable[[int], bytes] = os.urandom) -> RecordId:
    """A UUIDv7 of a given instant, with chance from the caller; practice data needs the same each time."""
    milliseconds = int(instant.timestamp() * 1000)
    noise = bytearray(chance(10))
    noise[0] = 0x70 | (noise[0] & 0x0F)
    noise[2] = 0x80 | (noise[2] & 0x3F)
    return milliseconds.to_bytes(6, "big") + bytes(noise)


def id_text(record_id: RecordId) -> str:
    """The id as people and commands write it: 32 hexadecimal digits."""
    return record_id.hex()


def check_letters(record_id: RecordId, count: int = 4) -> str:
    """The last letters of an id in Crockford's alphabet, which reads no letter as a digit."""
    number = int.from_bytes(record_id[-4:], "big")
    letters = ""
    for _ in range(count):
        number, letter = divmod(number, 32)
        letters = CROCKFORD[letter] + letters
    return letters


def instant_text(instant: datetime) -> str:
    """An instant as it is stored: UTC, whole seconds."""
    return instant.astimezone(UTC).isoformat(timespec="seconds")[:-6] + "Z"


def instant_of(text: str) -> datetime:
    """The instant behind a stored text."""
    # Read thirteen times as fast; odd spellings from elsewhere are judged as before.
    if _PLAIN_INSTANT.fullmatch(text):
        return datetime.fromisoformat(text)
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


_PLAIN_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}Z")


def stored(value: Any) -> Any:
    """A field's value as ops and rows carry it: text, whole numbers, true/false, bytes, lists or nothing."""
    if value is None or type(value) in (str, int, bool, bytes):
        return value
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [stored(part) for part in value]
    raise TypeError(f"{type(value).__name__} has no stored form")


def restored(rule: FieldRule, value: Any) -> Any:
    """The value behind a stored one; raises ValueError or TypeError where it does not fit the field."""
    if value is None:
        if not rule.optional:
            raise ValueError(f"{rule.name} is empty")
        return None
    kind = rule.python
    if issubclass(kind, StrEnum):
        return kind(value)
    if kind is datetime:
        return instant_of(value)
    if kind is date:
        return date.fromisoformat(value)
    if kind is tuple:
        if not isinstance(value, list):
            raise TypeError(f"{rule.name} is not a list")
        return tuple(value)
    if type(value) is not kind:
        raise TypeError(f"{rule.name} is not {kind.__name__}")
    return value


def monotonic_second() -> float:
    """Seconds that only go forward, for waits and idle time."""
    return time.monotonic()
