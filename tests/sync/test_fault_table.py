"""The engineers' table of faults names tests that exist, and a test for every row that is built."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "resources" / "help" / "en" / "faults.md"
NOT_BUILT: set[int] = set()
"""None is left."""


def rows() -> dict[int, str]:
    """The last cell of each row by the number of its fault."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    cells = [line.strip("|").split(" | ") for line in lines if re.match(r"\| \d+ \|", line)]
    return {int(cell[0]): cell[-1].strip(" |") for cell in cells}


def there() -> set[str]:
    """The name of every test function of this project."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        found.update(re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    return found


def test_every_fault_has_a_test_but_those_that_are_said_not_to_be_built() -> None:
    assert set(rows()) == set(range(1, 61))
    assert {number for number, cell in rows().items() if cell == "not built"} == NOT_BUILT


def test_every_row_says_what_comes_of_it() -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    cells = [line.strip("|").split(" | ") for line in lines if re.match(r"\| \d+ \|", line)]

    assert {len(cell) for cell in cells} == {4}
    assert all(cell[2].strip() for cell in cells)


def test_every_test_that_the_table_names_exists() -> None:
    named = {name for cell in rows().values() for name in re.findall(r"`(test_\w+)`", cell)}

    assert len(named) > 60
    assert named <= there(), named - there()


def test_no_numbered_test_is_missing_from_the_table() -> None:
    named = {name for cell in rows().values() for name in re.findall(r"`(test_\w+)`", cell)}
    numbered = {name for name in there() if re.match(r"test_\d\d_", name)}

    assert numbered <= named, numbered - named
