"""P13 个人信息处理告知与同意书: what is written down and why, for the resident to read, keep and sign.

It is printed in the language the resident asks for; which one that was is written down nowhere.
"""

from gridbook import i18n
from gridbook.i18n import tr
from gridbook.records.visit import PRIVACY_NOTICE
from gridbook.sheets import form
from gridbook.sheets.blocks import Cell, Paragraph, Row, Table, head, label, signature
from gridbook.sheets.called_slip import Reached
from gridbook.sheets.form import Heading, Printing
from gridbook.sheets.page import Page, Valign

CODE = "P13"
COLUMNS = (22.0, 36.0, 22.0, 31.0, 22.0, 32.0)


def blank(printing: Printing, reached: Reached, copies: int = 1) -> tuple[Page, ...]:
    """Notice and consent on one sheet; nothing on it says who it is for."""
    heading = Heading(
        tr("Notice on personal information, and consent"),
        CODE,
        instead=tr("Version {version}").format(version=PRIVACY_NOTICE),
    )
    notice = Table((22.0, 143.0), tuple(_notice(printing, reached)), size_pt=_size())
    consent = Table(COLUMNS, tuple(_consent()), size_pt=_size())
    closing = Paragraph(tr("Two copies: one for the resident, one for the office."), 9, before=2)
    return form.pages(heading, (notice, consent, closing), printing) * copies


def _size() -> float:
    # 小四, as everything a resident reads; English needs more room for the same.
    return 12.0 if i18n.language() == "zh_CN" else 10.0


def _notice(printing: Printing, reached: Reached) -> list[Row]:
    office = printing.office
    ask = tr("by telephone {phone} or at {office}").format(phone=reached.telephone, office=office)
    ask = ask if reached.telephone else tr("at {office}").format(office=office)
    sections = (
        (
            tr("Who we are"),
            tr("{office} keeps this casebook to serve residents. You reach us {ask}.").format(
                office=office, ask=ask
            ),
        ),
        (
            tr("What is written down"),
            tr(
                "Only what your matter needs: the door, how to address you (your full name only where the "
                "matter needs it), a telephone number if you give one, what you ask for, whether we should "
                "come to your home, what was done and the next contact you agree to. Nothing else about you "
                "or those you live with is written down, and no copy of any document is kept."
            ),
        ),
        (
            tr("What it is used for"),
            tr(
                "To do what you ask, to tell you the result and to ask you whether you are content. It is "
                "used for nothing else, and nobody is judged or compared by it."
            ),
        ),
        (
            tr("Who can read it"),
            tr(
                "Your grid worker and the community office. The subdistrict office reads facts and figures "
                "without name, door or telephone, unless your case has to go there; then you are told first. "
                "It lies encrypted on office computers without network and is given to nobody else."
            ),
        ),
        (
            tr("How long it stays"),
            tr(
                "Your telephone number for 6 months and what you asked for 24 months after the matter is "
                "closed; details of visits for 24 months; an agreed care contact 30 days after it ends, and "
                "not a day after you withdraw it. Then they are deleted by themselves."
            ),
        ),
        (
            tr("Your rights"),
            tr(
                "You may see and get a copy of what is held about your door, have it corrected or erased, "
                "and withdraw your consent at any time, free of charge: {ask}. If you are not content with "
                "the answer, you may turn to the subdistrict office."
            ).format(ask=ask),
        ),
        (
            tr("You decide"),
            tr(
                "You need not tell us anything and need not sign. Saying no, or withdrawing a consent, "
                "changes nothing in the services you are entitled to."
            ),
        ),
    )
    return [Row((Cell(name, bold=True, label=True), Cell(text)), 9) for name, text in sections]


def _consent() -> list[Row]:
    tick = form.tick(False)
    agreed = "\n".join(
        tick + text
        for text in (
            tr("what my matter needs is written down as said above"),
            tr("you contact me again on the day we agreed"),
            tr("what has to be known of my case is passed to the office in charge"),
            tr("you call on me or telephone every ____ days until ____, at the longest for a year"),
            tr("in an emergency you call the person I name, who agrees: (signature) ________"),
        )
    )
    return [
        Row((head(tr("Consent (voluntary)"), 6),), 8),
        Row((label(tr("I agree that")), Cell(agreed, 5)), 20),
        Row(
            (
                signature(tr("Resident (signature, voluntary):"), form.day_text(), 3),
                signature(tr("Explained by (signature):"), form.day_text(), 3),
            ),
            24,
        ),
        Row(
            (
                label(tr("Withdrawal")),
                Cell(
                    tr("I withdraw my consent from this day on."),
                    5,
                    valign=Valign.TOP,
                    foot=form.signed_text(tr("Resident")),
                ),
            ),
            20,
        ),
    ]
