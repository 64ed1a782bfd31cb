"""What every test stands on: no screen, no traces in the person's own folders, no unexpected error."""

import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Before any import of Qt or platformdirs, which read them once.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
_HOME = tempfile.TemporaryDirectory(prefix="gridbook-tests-", ignore_cleanup_errors=True)
for _name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
    os.environ[_name] = str(Path(_HOME.name) / _name.lower())

import pytest  # noqa: E402 - after the environment is set
from hypothesis import HealthCheck, settings  # noqa: E402

from gridbook import i18n  # noqa: E402
from tests.servers import Server, running  # noqa: E402

# Derandomised: a failure in one run is a failure in every run. `--hypothesis-profile long` searches wider.
settings.register_profile(
    "gridbook", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "long", parent=settings.get_profile("gridbook"), derandomize=False, max_examples=10_000
)
settings.load_profile("gridbook")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """An office's PostgreSQL server; started when the first test needs it."""
    with running() as made:
        yield made


@pytest.fixture(autouse=True)
def spoken_language() -> Iterator[None]:
    """Every test begins in Chinese, whatever the one before spoke."""
    i18n.use("zh_CN")
    yield
    i18n.use("zh_CN")


@pytest.fixture(autouse=True)
def no_unexpected_errors(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An error in the log fails the test, unless the test is marked `logs_errors`."""
    yield
    if request.node.get_closest_marker("logs_errors") is None:
        errors = [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.ERROR]
        assert not errors, f"unexpected errors in the log: {errors}"


@pytest.fixture(scope="session", autouse=True)
def widgets(qapp_args: list[str]) -> Iterator[None]:
    """One Qt application for the whole run: what prints would be content with less, windows are not."""
    from PySide6.QtWidgets import QApplication  # after the platform is chosen

    from gridbook.ui.theme import STYLE

    application = QApplication.instance() or QApplication([*qapp_args, *STYLE])
    yield
    assert application is not None


@pytest.fixture(autouse=True)
def no_window_stays(widgets: None) -> Iterator[None]:
    """A test's windows go with it: the next change of size or colour would dress all of them again.

    So do the keys that it held: with Ctrl still down, the next test would select one row more.
    """
    yield
    from PySide6.QtCore import QCoreApplication, QEvent, Qt  # after the platform is chosen
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QWidget

    if QApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        QTest.keyRelease(QWidget(), Qt.Key.Key_Control)
    for window in QApplication.topLevelWidgets():
        window.deleteLater()
    # No event loop runs between tests, so what was to be deleted later would be so only at the end.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
