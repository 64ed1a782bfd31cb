"""The practice town is made in a process of its own, while the window stays alive and says how far it is."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QProgressBar

from gridbook import i18n
from gridbook.i18n import tr
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.text import Heading, Muted, Text
from gridbook.ui.start import Middle


class PractisePage(Middle):
    """What is being made, the last thing that was done, and a way to stop."""

    made = Signal()
    given_up = Signal()

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__()
        self.card.body.addWidget(Heading(tr("Making the practice town")))
        self.card.body.addWidget(
            Text(tr("Invented offices write two weeks of work. This takes a moment; nothing of it is real."))
        )
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName(tr("Making the practice town"))
        self.card.body.addWidget(bar)
        self.said = Muted("")
        self.card.body.addWidget(self.said)
        self.stop = Button(tr("Stop"), "plain")
        self.stop.clicked.connect(self._give_up)
        self.card.body.addWidget(self.stop)
        self.process = QProcess(self)
        self.process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        self.process.readyRead.connect(self._hear)
        self.process.finished.connect(self._finished)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("QT_QPA_PLATFORM", "offscreen")
        environment.insert("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
        environment.insert("PYTHONIOENCODING", "utf-8")
        self.process.setProcessEnvironment(environment)
        self.process.start(
            sys.executable,
            [
                # The packaged program is its own interpreter.
                *([] if getattr(sys, "frozen", False) else ["-m", "gridbook"]),
                "--lang",
                i18n.language(),
                "practice",
                str(folder),
                "--seed",
                str(seed),
            ],
        )

    def _hear(self) -> None:
        lines = bytes(self.process.readAll().data()).decode(errors="replace").splitlines()
        if lines:
            self.said.setText(lines[-1])

    def _finished(self, code: int) -> None:
        self.stop.setText(tr("Back"))
        if code == 0:
            self.made.emit()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Whoever closes the window does not wait for the town."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._end()

    def _give_up(self) -> None:
        self._end()
        self.given_up.emit()

    def _end(self) -> None:
        if self.process.state() != QProcess.ProcessState.NotRunning:
            self.process.blockSignals(True)
            self.process.kill()
            self.process.waitForFinished()
