"""What GridBook relies on below itself: Qt, SQLite, and a wheel that carries its resources."""

import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

ROOT = Path(__file__).resolve().parent.parent

REPAINT = """
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel()
label.show()
for n in range(100_000):
    label.setText(str(n))
    if n % 1000 == 0:
        app.processEvents()
print(label.text())
"""


def numbers(text: str) -> tuple[int, ...]:
    """A version as numbers to compare."""
    return tuple(int(part) for part in text.split(".")[:3])


def test_qt_is_a_version_that_does_not_abort() -> None:
    assert (6, 7, 3) <= numbers(version("PySide6-Essentials")) < (6, 12)


def test_a_hundred_thousand_repainted_texts_leave_the_process_alive() -> None:
    done = subprocess.run([sys.executable, "-c", REPAINT], capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "99999\n"), done.stderr


def test_the_bundled_sqlite_has_the_wal_reset_fix() -> None:
    connection = sqlcipher.connect(":memory:")
    (sqlite,) = connection.execute("SELECT sqlite_version()").fetchone()
    (cipher,) = connection.execute("PRAGMA cipher_version").fetchone()
    connection.close()

    assert numbers(sqlite) >= (3, 51, 3)
    assert numbers(cipher.split()[0]) >= (4, 6)


def test_the_wheel_carries_the_resources(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr

    (wheel,) = tmp_path.glob("gridbook-*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    for file in (ROOT / "resources").rglob("*"):
        if file.is_file():
            assert "gridbook/" + file.relative_to(ROOT).as_posix() in packed
    assert "gridbook/cli.py" in packed or "gridbook/cli/__init__.py" in packed
    assert any(name.endswith("entry_points.txt") for name in packed)
