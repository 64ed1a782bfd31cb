"""What the sheet of an errand says and offers: its facts, its documents, the steps that are possible now."""

from gridbook import catalog
from gridbook.i18n import N_, tr
from gridbook.records.errand import DocumentReceipt
from gridbook.records.request import Contact
from gridbook.store.errands import Errand, Stage
from gridbook.ui.errands.forms import money_text
from gridbook.ui.parts.days import short_day

MANDATE, TAKE, RECEIVE, RETURN, MONEY, GIVE_BACK, PRINT, REQUEST, END = (
    "mandate",
    "take",
    "receive",
    "return",
    "money",
    "give back",
    "print",
    "request",
    "end",
)
STEP_NAMES = {
    MANDATE: N_("Write the mandate"),
    TAKE: N_("Take the order"),
    RECEIVE: N_("Receive documents"),
    RETURN: N_("Give back all originals"),
    MONEY: N_("Money and receipts"),
    GIVE_BACK: N_("Put the order back on the board"),
    PRINT: N_("Print the mandate"),
    REQUEST: N_("Open the request"),
    END: N_("End the mandate"),
}


def steps_of(errand: Errand) -> list[str]:
    """What can be done now, the likely step first."""
    mandate = errand.mandate
    if mandate is None:
        return [MANDATE, PRINT, REQUEST] if errand.row.state.open else [REQUEST]
    if errand.stage is Stage.DONE:
        return [PRINT, REQUEST]
    if mandate.ended_on is not None:
        return [*([RETURN] if errand.out else []), PRINT, REQUEST]
    likely = TAKE if errand.stage is Stage.WAITING else RETURN if errand.out else RECEIVE
    others = [RECEIVE, *([RETURN] if errand.out else []), MONEY, PRINT, MANDATE]
    last = [*([GIVE_BACK] if errand.mine else []), REQUEST, END]
    return [likely, *(step for step in others if step != likely), *last]


def when(one: DocumentReceipt) -> str:
    """When a document came, whether that was signed for, and when it went back."""
    told = [tr("received {day}").format(day=short_day(one.handed_on))]
    told[0] += tr(" (signed for)") if one.handed_signed else tr(" (not signed for)")
    if one.back_on is not None:
        told.append(tr("back {day}").format(day=short_day(one.back_on)))
    return "，".join(told)


def facts(errand: Errand, contact: Contact | None) -> list[tuple[str, str]]:
    """What is to know about an errand, label and value."""
    mandate, row = errand.mandate, errand.row
    told = [
        (tr("Requester"), row.called),
        (tr("Place"), row.place),
        (tr("Telephone"), contact.phone if contact else ""),
        (tr("How to reach"), contact.how if contact else ""),
    ]
    if mandate is None:
        return told
    service = catalog.services().get(mandate.service)
    given = tr("{day}, signed on paper") if mandate.signed else tr("{day}, not signed yet")
    money = [
        tr("handed over {sum}").format(sum=money_text(mandate.advance)) if mandate.advance else "",
        tr("paid {sum}").format(sum=money_text(mandate.paid)) if mandate.paid else "",
        tr("{n} receipts").format(n=mandate.receipts) if mandate.receipts else "",
        (tr("settled") if mandate.settled else tr("not settled")) if mandate.advance or mandate.paid else "",
    ]
    return [
        *told,
        (tr("What the helper may do"), mandate.may),
        (tr("Service item"), service.name if service else ""),
        (tr("Mandate given on"), given.format(day=short_day(mandate.given_on))),
        (tr("Helper"), errand.helper),
        (tr("Money"), "，".join(part for part in money if part)),
        (tr("Mandate ended on"), short_day(mandate.ended_on) if mandate.ended_on else ""),
    ]
