"""The lists that an office edits without programming: categories and what they ask for."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from gridbook import i18n, paths
from gridbook.errors import BadValue
from gridbook.i18n import tr


@dataclass(frozen=True, slots=True)
class Category:
    """A leaf of the two-level category list."""

    code: str
    name_zh: str
    name_en: str
    group: str
    group_zh: str
    group_en: str
    level: str
    limit: str
    share: int
    person_data: str
    season: str

    @property
    def name(self) -> str:
        """The leaf in the language now spoken."""
        return self.name_en if i18n.language() == "en" else self.name_zh

    @property
    def group_name(self) -> str:
        """The group in the language now spoken."""
        return self.group_en if i18n.language() == "en" else self.group_zh

    @property
    def needs_name(self) -> bool:
        """Whether the work needs the full name (2); otherwise a form of address is enough."""
        return self.person_data.startswith("2")

    @property
    def takes_person(self) -> bool:
        """Whether the category concerns a person at all (not 0)."""
        return not self.person_data.startswith("0")

    @property
    def restricted(self) -> bool:
        """Whether only the fact is written down, never a narrative (R)."""
        return self.person_data.endswith("R")

    @property
    def phone_first(self) -> bool:
        """Whether the form says to telephone first."""
        return self.code == "G04"

    @property
    def errand(self) -> bool:
        """Whether requests of this category are errands (groups A–E)."""
        return self.group in "ABCDE"


@cache
def categories() -> Mapping[str, Category]:
    """Every category by its code, in the order of the list."""
    with paths.resource("catalog", "categories.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Category(
                **{
                    name: row[name]
                    for name in (
                        "code",
                        "name_zh",
                        "name_en",
                        "group",
                        "group_zh",
                        "group_en",
                        "level",
                        "limit",
                        "person_data",
                        "season",
                    )
                },
                share=int(row["share_per_mille"]),
            )
            for row in csv.DictReader(file)
        }


def category(code: str) -> Category:
    """The category of that code."""
    found = categories().get(code)
    if found is None:
        raise BadValue(
            "category",
            tr("There is no category “{code}”.").format(code=code[:20]),
            next=tr("Pick one from the list; codes look like F01."),
        )
    return found


@dataclass(frozen=True, slots=True)
class NeverWritten:
    """One kind of thing that is never recorded: what gives it away, and what is written instead."""

    what_zh: str
    what_en: str
    terms_zh: tuple[str, ...]
    terms_en: tuple[str, ...]
    unless: tuple[str, ...]
    offer_zh: str
    offer_en: str

    @property
    def what(self) -> str:
        """The kind in general words, in the language now spoken."""
        return self.what_en if i18n.language() == "en" else self.what_zh

    @property
    def offer(self) -> str:
        """A sentence about the service that says enough, in the language now spoken."""
        return self.offer_en if i18n.language() == "en" else self.offer_zh


@cache
def never_written() -> tuple[NeverWritten, ...]:
    """What no sentence of this book may name."""
    with paths.resource("catalog", "wording.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            NeverWritten(
                row["what_zh"],
                row["what_en"],
                tuple(row["terms_zh"].split()),
                tuple(row["terms_en"].split("|")),
                tuple(part for part in row["unless"].split("|") if part),
                row["offer_zh"],
                row["offer_en"],
            )
            for row in csv.DictReader(file)
        )


@dataclass(frozen=True, slots=True)
class Material:
    """A document that a service asks for once, as an original or as a copy."""

    name: str
    original: bool


@dataclass(frozen=True, slots=True)
class Service:
    """An item of the service list: for which category, what a helper may do, and what it takes."""

    code: str
    category: str
    names: Mapping[str, str]
    mandates: Mapping[str, str]
    lists: Mapping[str, tuple[Material, ...]]

    @property
    def name(self) -> str:
        """The item in the language now spoken."""
        return self.names[i18n.language()]

    @property
    def may(self) -> str:
        """What the helper may do, as the mandate begins with it."""
        return self.mandates[i18n.language()]

    @property
    def materials(self) -> tuple[Material, ...]:
        """The one-time list of materials."""
        return self.lists[i18n.language()]


@cache
def services() -> Mapping[str, Service]:
    """The service list by code."""
    with paths.resource("catalog", "services.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Service(
                row["code"],
                row["category"],
                {"zh_CN": row["name_zh"], "en": row["name_en"]},
                {"zh_CN": row["may_zh"], "en": row["may_en"]},
                {"zh_CN": _materials(row["materials_zh"]), "en": _materials(row["materials_en"])},
            )
            for row in csv.DictReader(file)
        }


def _materials(text: str) -> tuple[Material, ...]:
    told = (part.partition(":") for part in text.split("|") if part)
    return tuple(Material(name, paper in ("原件", "original")) for name, _, paper in told)


def services_for(category: str) -> tuple[Service, ...]:
    """The items of the service list that belong to a category."""
    return tuple(one for one in services().values() if one.category == category)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that the program brings, with its gaps in 【】."""

    category: str
    use: str
    zh: str
    en: str

    @property
    def text(self) -> str:
        """The phrase in the language now spoken."""
        return self.en if i18n.language() == "en" else self.zh


@cache
def phrases() -> tuple[Phrase, ...]:
    """The phrases that the program brings, in the order of the categories."""
    with paths.resource("catalog", "phrases.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Phrase(**row) for row in csv.DictReader(file))


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day off, or a weekend day on which offices work, as the State Council announced it."""

    day: date
    works: bool
    name_zh: str
    name_en: str


@cache
def special_days() -> tuple[SpecialDay, ...]:
    """The announced days that a subdistrict's new book begins its list of holidays with."""
    with paths.resource("catalog", "holidays.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            SpecialDay(date.fromisoformat(row["day"]), row["works"] == "1", row["name_zh"], row["name_en"])
            for row in csv.DictReader(file)
        )
