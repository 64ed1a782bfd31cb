"""Which column of the file is which field of the book, with what stands in its first row beside it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from gridbook import catalog
from gridbook.i18n import tr
from gridbook.registers import headings
from gridbook.registers.kinds import FIELDS, Kind, Wanted
from gridbook.registers.reading import Sheet
from gridbook.registers.rows import Plan
from gridbook.ui import theme as look
from gridbook.ui.parts.cards import clear
from gridbook.ui.parts.fields import Choice
from gridbook.ui.parts.text import Muted, Text
from gridbook.ui.theme import Type, theme

CHOICE, SAMPLE = 220, 140


class Columns(QWidget):
    """A line for each field: its name, the column that fills it, and a sample."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(look.L))
        self._grid.setVerticalSpacing(theme.px(look.XS))
        self._kind = Kind.VISITS
        self._sheet: Sheet | None = None
        self.choices: dict[str, Choice] = {}
        self._samples: dict[str, Text] = {}

    def show_sheet(self, sheet: Sheet, kind: Kind) -> None:
        """Offer the columns of a sheet for the fields of a kind, each with what its heading suggests."""
        self._sheet, self._kind = sheet, kind
        meant = {name: n for n, name in headings.suggested(kind, sheet.headings).items()}
        clear(self._grid)
        self.choices, self._samples = {}, {}
        fields = FIELDS[kind]
        # Side by side where there is room, so that all of them are seen at once.
        half = -(-len(fields) // 2) if theme.roomy else len(fields)
        for n, field in enumerate(fields):
            name = tr(field.label)
            label = Text(tr("{field} (needed)").format(field=name) if field.needed else name)
            label.setWordWrap(False)
            choice = Choice(self._options(field))
            choice.setFixedWidth(theme.px(CHOICE))
            choice.setAccessibleName(name)
            label.setBuddy(choice)
            usual = f"={field.usual}" if field.usual else ""
            choice.value = meant.get(field.name, usual)
            sample = Muted("", Type.CAPTION)
            sample.setWordWrap(False)
            sample.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            sample.setMinimumWidth(theme.px(SAMPLE))
            for column, widget in enumerate((label, choice, sample)):
                self._grid.addWidget(widget, n % half, column + 3 * (n // half))
            self.choices[field.name], self._samples[field.name] = choice, sample
            choice.currentIndexChanged.connect(lambda _, name=field.name: self._chosen(name))
            self._chosen(field.name, quietly=True)
        for column in (2, 5):
            self._grid.setColumnStretch(column, 1)

    def plan(self) -> Plan:
        """What was said about the columns."""
        columns: dict[int, str] = {}
        fixed: dict[str, str] = {}
        for name, choice in self.choices.items():
            value = choice.value
            if isinstance(value, int):
                columns[value] = name
            elif isinstance(value, str) and value:
                fixed[name] = value[1:]
        return Plan(self._kind, columns, fixed)

    def _options(self, field: Wanted) -> list[tuple[object, str]]:
        sheet = self._sheet
        found: list[tuple[object, str]] = [("", tr("Not in the file"))]
        found += list(enumerate(sheet.headings)) if sheet is not None else []
        every = tr("All rows: {value}")
        found += [(f"={one}", every.format(value=tr(name))) for one, name in field.choices]
        if field.name == "category":
            known = catalog.categories().values()
            found += [(f"={one.code}", every.format(value=f"{one.code} {one.name}")) for one in known]
        return found

    def _chosen(self, name: str, *, quietly: bool = False) -> None:
        value = self.choices[name].value
        text = ""
        if isinstance(value, int) and self._sheet is not None:
            cells = (row.cells[value] for row in self._sheet.rows)
            text = tr("for example {sample}").format(sample=next(filter(None, cells), ""))
            self._take_from_others(name, value)
        self._samples[name].setText(text)
        if not quietly:
            self.changed.emit()

    def _take_from_others(self, name: str, value: int) -> None:
        """One column fills one field only."""
        for other, choice in self.choices.items():
            if other != name and choice.value == value:
                choice.value = ""
