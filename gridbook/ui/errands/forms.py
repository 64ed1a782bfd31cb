"""The small forms of an errand: the mandate, documents that are handed over, money."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gridbook import catalog
from gridbook.catalog import Material
from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import tr
from gridbook.records.base import rule_of
from gridbook.records.errand import (
    PAPER_NAMES,
    WAY_NAMES,
    DocumentReceipt,
    ErrandWay,
    Mandate,
    Paper,
)
from gridbook.ui.parts.cards import Card
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.days import DateInput
from gridbook.ui.parts.fields import Choice, Field, TextInput
from gridbook.ui.parts.text import Muted, Text
from gridbook.ui.parts.ticks import Ticks
from gridbook.ui.theme import Type

Today = Callable[[], date]


class ErrandForm(Card):
    """One of the forms inside the sheet: words that are kept as a draft, a value, and what is wrong."""

    done = Signal()
    """The last field was left with Enter."""
    left = Signal()

    def __init__(self, title: str, name: str) -> None:
        super().__init__(title)
        self.name = name
        self.fields: dict[str, Field] = {}
        self.trouble = Text("", Type.CAPTION)
        self.trouble.setProperty("error", True)
        self.trouble.hide()

    def start(self) -> None:
        """Put the keyboard where it begins."""
        next(iter(self.fields.values())).input.setFocus()

    def words(self) -> Mapping[str, str]:
        """What was typed, to be kept as a draft."""
        return {
            name: field.input.value
            for name, field in self.fields.items()
            if isinstance(field.input, TextInput)
        }

    def restore(self, words: Mapping[str, Any]) -> None:
        """Put a draft back into the fields."""
        for name, text in words.items():
            field = self.fields.get(name)
            if field is not None and isinstance(field.input, TextInput) and isinstance(text, str):
                field.input.value = text

    def say(self, error: GridbookError) -> None:
        """Say under the right field what is wrong."""
        for field in self.fields.values():
            field.say("")
        named = self.fields.get(error.field) if isinstance(error, BadValue) else None
        if named is not None:
            named.say(error.sentence())
            named.input.setFocus()
        self.trouble.setText("" if named is not None else error.sentence())
        self.trouble.setVisible(named is None)

    def add(self, name: str, label: str, input_: QWidget, hint: str = "") -> None:
        """One more field at the end, which Enter leads to."""
        field = Field(label, input_, hint)
        before = list(self.fields.values())
        self.fields[name] = field
        self.body.addWidget(field)
        if before:
            self._leads_to(before[-1].input, input_.setFocus)

    def closed(self) -> None:
        """The last field leads to the button; to be called when all are there."""
        self._leads_to(list(self.fields.values())[-1].input, self.done.emit)
        self.body.addWidget(self.trouble)

    def _leads_to(self, input_: QWidget, then: Callable[[], None]) -> None:
        if isinstance(input_, TextInput):
            input_.entered.connect(then)
            input_.left.connect(self.left)
        elif isinstance(input_, Chips | Ticks):
            input_.moved_on.connect(then)


class MandateForm(ErrandForm):
    """How, what and until when; a service item fills in what the helper may do."""

    def __init__(self, begun: Mandate, category: str, today: Today, *, new: bool) -> None:
        super().__init__(tr("Mandate"), "mandate")
        self._begun = begun
        self.way = Chips([(way, tr(word)) for way, word in WAY_NAMES.items()], tr("Way of the errand"))
        self.way.value = begun.way
        self.add("way", tr("Way of the errand"), self.way)
        services = catalog.services_for(category) or tuple(catalog.services().values())
        self.service = Choice([("", tr("None of the list")), *((one.code, one.name) for one in services)])
        self.service.value = begun.service
        self.may = TextInput(rule_of(Mandate).field("may").longest)
        self.may.value = begun.may
        self.until = DateInput(today)
        self.until.day = begun.until
        self.given_on = DateInput(today)
        self.given_on.day = begun.given_on
        self.signed = Chips([(True, tr("Signed")), (False, tr("Not signed yet"))], tr("Signed on paper"))
        self.signed.value = begun.signed if not new else None
        self.add("service", tr("Service item"), self.service)
        self.add("may", tr("What the helper may do"), self.may)
        self.add("until", tr("Valid until"), self.until, tr("for example 12-23"))
        self.add("given_on", tr("Mandate given on"), self.given_on)
        self.add("signed", tr("Signed on paper"), self.signed)
        self.closed()
        self.service.activated.connect(lambda _: self._service_chosen())

    def value(self) -> Mandate:
        """The mandate as it was filled in."""
        given_on, until = self.given_on.day, self.until.day
        for name, day in (("given_on", given_on), ("until", until)):
            if day is None:
                raise BadValue(name, tr("This is no day."), next=tr("Write it like 11-23."))
        assert given_on is not None and until is not None
        return replace(
            self._begun,
            way=ErrandWay(str(self.way.value)),
            service=str(self.service.value or ""),
            may=self.may.value,
            given_on=given_on,
            until=until,
            signed=bool(self.signed.value),
        )

    def _service_chosen(self) -> None:
        chosen = catalog.services().get(str(self.service.value or ""))
        if chosen is not None:
            self.may.value = chosen.may
        self.may.setFocus()


class ReceiveForm(ErrandForm):
    """Documents that are handed over: digits tick the list of the service, one more can be written."""

    def __init__(self, service: str, held: Sequence[DocumentReceipt], today: Today) -> None:
        super().__init__(tr("Receive documents"), "receive")
        self._today = today
        known = catalog.services().get(service)
        there = {(one.document, one.paper is Paper.ORIGINAL) for one in held}
        wanted = known.materials if known is not None else ()
        self._list = [one for one in wanted if (one.name, one.original) not in there]
        self.ticks = Ticks(
            [(one, f"{one.name} · {_paper(one)}") for one in self._list], tr("From the list of the service")
        )
        if self._list:
            self.add("ticks", tr("From the list of the service"), self.ticks)
        self.document = TextInput(rule_of(DocumentReceipt).field("document").longest)
        self.add("document", tr("Another document"), self.document, tr("what it is, never its number"))
        self.paper = Chips([(one, tr(word)) for one, word in PAPER_NAMES.items()], tr("Original or copy"))
        self.paper.value = Paper.ORIGINAL
        self.count = TextInput(2)
        self.count.value = "1"
        self.add("paper", tr("Original or copy"), self.paper)
        self.add("count", tr("How many"), self.count)
        self.signed = Chips(
            [(True, tr("Signed for")), (False, tr("Not signed for yet"))], tr("Signed for by the helper")
        )
        self.signed.value = True
        self.add("handed_signed", tr("Signed for by the helper"), self.signed)
        # Whoever writes nothing more is done after the list.
        self._more = [self.fields[name] for name in ("paper", "count")]
        self.document.textChanged.connect(lambda _: self._show_more())
        self._show_more()
        self.document.entered.connect(self._on_from_name)
        self.closed()
        self.body.addWidget(
            Muted(tr("Only that it came is written down. Numbers of cards are not kept."), Type.CAPTION)
        )

    def value(self) -> Sequence[DocumentReceipt]:
        """What was handed over."""
        made = [self._made(one.name, one.original, 1) for one in self._list if one in self.ticks.values]
        if self.document.value:
            count = self.count.value
            if not count.isdigit():
                raise BadValue("count", tr("This is no number."), next=tr("Write how many, for example 1."))
            made.append(self._made(self.document.value, self.paper.value is Paper.ORIGINAL, int(count)))
        if not made:
            raise BadValue(
                "document", tr("No document was named."), next=tr("Tick one of the list, or write its name.")
            )
        return made

    def _made(self, name: str, original: bool, count: int) -> DocumentReceipt:
        return DocumentReceipt(
            unit="",
            id=b"",
            case=b"",
            document=name,
            paper=Paper.ORIGINAL if original else Paper.COPY,
            count=count,
            handed_on=self._today(),
            handed_signed=bool(self.signed.value),
        )

    def _show_more(self) -> None:
        for field in self._more:
            field.setVisible(bool(self.document.value))

    def _on_from_name(self) -> None:
        if not self.document.value:
            self.signed.setFocus()


def _paper(one: Material) -> str:
    return tr(PAPER_NAMES[Paper.ORIGINAL if one.original else Paper.COPY])


class MoneyForm(ErrandForm):
    """Fees: what was handed over, what was paid, how many receipts came back, whether it is settled."""

    def __init__(self, held: Mandate) -> None:
        super().__init__(tr("Money and receipts"), "money")
        self._held = held
        self.advance, self.paid, self.receipts = TextInput(9), TextInput(9), TextInput(2)
        self.advance.value, self.paid.value = _yuan(held.advance), _yuan(held.paid)
        self.receipts.value = str(held.receipts or "")
        self.settled = Chips([(True, tr("All settled")), (False, tr("Not settled yet"))], tr("Money settled"))
        self.settled.value = held.settled
        self.add("advance", tr("Money handed over, in yuan"), self.advance)
        self.add("paid", tr("Fees paid, in yuan"), self.paid)
        self.add("receipts", tr("Receipts given back"), self.receipts)
        self.add("settled", tr("Money settled"), self.settled)
        self.closed()

    def value(self) -> Mandate:
        """The mandate with the money as it was filled in."""
        receipts = self.receipts.value or "0"
        if not receipts.isdigit():
            raise BadValue("receipts", tr("This is no number."), next=tr("Write how many, for example 1."))
        return replace(
            self._held,
            advance=_fen("advance", self.advance.value),
            paid=_fen("paid", self.paid.value),
            receipts=int(receipts),
            settled=bool(self.settled.value),
        )


def _yuan(fen: int) -> str:
    return f"{fen / 100:.2f}" if fen else ""


def money_text(fen: int) -> str:
    """A sum as people read it."""
    return tr("{sum} yuan").format(sum=f"{fen / 100:.2f}")


def _fen(name: str, text: str) -> int:
    if not text:
        return 0
    if not re.fullmatch(r"\d{1,6}(\.\d{1,2})?", text):
        raise BadValue(name, tr("This is no sum of money."), next=tr("Write it in yuan, for example 12.50."))
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") if part else "0")
