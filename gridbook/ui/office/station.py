"""One station: its certificate, how it stands, when its stick came, what is kept for it."""

from PySide6.QtCore import Qt

from gridbook.i18n import N_, tr
from gridbook.records.place import is_within
from gridbook.sync.drills import Standing, Station
from gridbook.ui.desk import Desk
from gridbook.ui.office.drill import DrillSheet
from gridbook.ui.office.facts import Office, day, moment
from gridbook.ui.office.pc import LostPcSheet
from gridbook.ui.parts.cards import Facts
from gridbook.ui.parts.text import Badge

BADGES = {
    Standing.ADMITTED: "on time",
    Standing.PROVISIONAL: "information",
    Standing.SUPERSEDED: "suspended",
    Standing.REVOKED: "due soon",
}
WORDS = {
    Standing.ADMITTED: N_("Listed"),
    Standing.PROVISIONAL: N_("Not yet listed"),
    Standing.SUPERSEDED: N_("Replaced"),
    Standing.REVOKED: N_("Revoked"),
}


class StationSheet(DrillSheet):
    """The facts about one PC, and the drills that concern it."""

    NAME = "station"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "", "")
        self.standing = Badge()
        self.body.addWidget(self.standing, 0, Qt.AlignmentFlag.AlignLeft)
        self.facts = Facts()
        self.body.addWidget(self.facts)
        self.lost = self.button(
            tr("This PC was lost …"),
            "plain",
            lambda: self.other.emit("lost pc", self.station.unit if self.station is not None else ""),
            "triangle-alert",
        )
        self.body.addWidget(self.lost)
        self.end()
        self.setFocusProxy(self.lost)
        self.station: Station | None = None

    def tell(self, office: Office, station: Station) -> None:
        """Show this one."""
        self.station = station
        self.title.setText(station.name)
        self.words.setText(_meaning(station))
        self.standing.show_state(BADGES[station.standing], tr(WORDS[station.standing]))
        self.lost.setVisible(
            LostPcSheet.concerns(office)
            and station.unit != office.unit
            and is_within(station.unit, office.unit)
        )
        kept = office.backups.get(station.unit)
        self.facts.show_facts(
            [
                (tr("Code of the unit"), station.unit),
                (tr("This PC"), tr("yes") if station.is_own else ""),
                (tr("Digits"), station.digits),
                (tr("Admitted on"), day(station.since)),
                (tr("Last handed in"), moment(station.last_heard)),
                (
                    tr("Sealed backup"),
                    tr("{mb} MB, kept since {when}").format(
                        mb=f"{kept.bytes / (1 << 20):.1f}", when=moment(kept.since)
                    )
                    if kept is not None and office.kept_since(station)
                    else "",
                ),
            ]
        )


def _meaning(station: Station) -> str:
    match station.standing:
        case Standing.ADMITTED:
            return tr("Every office of the subdistrict knows this PC and believes what it signs.")
        case Standing.PROVISIONAL:
            return tr(
                "The office above admitted this PC. With the next sticks the subdistrict puts it in the list "
                "that every office holds; it works already."
            )
        case Standing.SUPERSEDED:
            return tr("Another PC was admitted for this office later. What this one wrote stays believed.")
    return tr(
        "This PC was reported lost. What the subdistrict held of it stays believed; what it signs later "
        "goes to quarantine."
    )
