"""The house rules, run by machine: who imports whom, how code is written, what may lie where."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import grimp
import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
TOP = {
    "pyproject.toml", "gridbook", "resources", "build", "tests", "README.md", "LICENSE", "requirements.lock"
}  # fmt: skip
MADE_HERE = {"dist"}  # by `build/dev.py package`, never committed
FILES = sorted((ROOT / "gridbook").rglob("*.py"))
MEASURES = ("gridbook/ui/theme.py", "gridbook/ui/colours.py")
"""Where the lengths and colours of the look stand."""
LENGTHS = re.compile(
    r"px|addSpacing|QSize|QMargins|QPen|resizeSection|setColumnWidth|setPen"
    r"|set(Fixed|Minimum|Maximum|Icon|DefaultSection|Pixel|Point)(Width|Height|Size|SizeF)?"
    r"|set(Horizontal|Vertical)?Spacing|set(Contents|Viewport|Text)Margins"
)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def trees() -> Iterator[tuple[str, str, ast.Module]]:
    """Every module of the program: its path, its text, its syntax tree."""
    for file in FILES:
        text = file.read_text("utf-8")
        yield file.relative_to(ROOT).as_posix(), text, ast.parse(text)


def test_calls_go_down_only() -> None:
    run(str(Path(sys.executable).with_name("lint-imports")), "--no-logo")


def test_screens_do_not_know_each_other() -> None:
    graph = grimp.build_graph("gridbook")
    if "gridbook.ui" not in graph.modules:
        return
    screens = {m for m in graph.find_children("gridbook.ui") if graph.find_children(m)} - {
        "gridbook.ui.parts"
    }
    meetings = [
        f"{a} imports {b}"
        for a in sorted(screens)
        for b in sorted(screens - {a})
        if graph.direct_import_exists(importer=a, imported=b, as_packages=True)
    ]
    assert not meetings


def test_ruff_finds_nothing() -> None:
    run(sys.executable, "-m", "ruff", "check", "--no-cache", ".")
    run(sys.executable, "-m", "ruff", "format", "--check", "--no-cache", ".")


@pytest.mark.timeout(600)
def test_every_type_is_right() -> None:
    run(sys.executable, "-m", "mypy")


def test_imports_stand_at_the_top_or_say_why_not() -> None:
    unexplained = []
    for path, text, tree in trees():
        lines = text.splitlines()
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Import | ast.ImportFrom):
                        around = lines[node.lineno - 2 : node.end_lineno]
                        if not any("#" in line for line in around):
                            unexplained.append(f"{path}:{node.lineno}")
    assert not unexplained


def test_every_public_thing_says_in_a_sentence_what_it_is() -> None:
    silent = []
    for path, text, tree in trees():
        if text and not ast.get_docstring(tree):
            silent.append(path)
        for node in tree.body:
            if isinstance(node, Definition) and not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{path}:{node.lineno} {node.name}")
    assert not silent


def test_names_say_what_a_thing_is() -> None:
    empty = re.compile(r"(Manager|Helpers?|Utils?|Handler|Base|Impl)$|^Abstract")
    named = [
        f"{path}:{node.lineno} {node.name}"
        for path, _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and empty.search(node.name)
    ]
    assert not named


def test_nothing_is_left_for_later() -> None:
    left = [path for path, text, _ in trees() if re.search(r"#.*\b(TODO|FIXME|XXX)\b", text)]
    assert not left


def test_screens_measure_by_names_and_write_no_lengths() -> None:
    """A number handed straight to what takes a length; a screen's own measure has a name at the top."""
    written = []
    for path, _, tree in trees():
        if not path.startswith("gridbook/ui/") or path in MEASURES:
            continue
        named = {id(part) for line in tree.body if isinstance(line, ast.Assign) for part in ast.walk(line)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or id(node) in named:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            if LENGTHS.fullmatch(called) and any(map(is_length, node.args)):
                written.append(f"{path}:{node.lineno} {ast.unparse(node)}")
    assert not written


def is_length(argument: ast.expr) -> bool:
    """Whether it is a number that somebody thought of; nothing and one pixel are no measure."""
    bare = argument.operand if isinstance(argument, ast.UnaryOp) else argument
    return isinstance(bare, ast.Constant) and isinstance(bare.value, int | float) and bare.value > 1


def test_windows_never_spin_the_event_loop_nor_read_data_as_markup() -> None:
    banned = {"processEvents", "setHtml", "insertHtml", "appendHtml", "RichText"}
    used = [
        f"{path}:{node.lineno} {node.attr}"
        for path, _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in banned
    ]
    assert not used


def test_nothing_lies_beside_the_agreed_top_level() -> None:
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - MADE_HERE
    assert there <= TOP, there - TOP
    assert not (ROOT / "build" / "__init__.py").exists()


def test_the_lock_pins_what_the_program_asks_for_and_names_no_place() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", lock, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *(a for extra in project["optional-dependencies"].values() for a in extra),
    ]
    for requirement in map(Requirement, asked):
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        assert requirement.specifier.contains(pinned[name]), requirement
    assert "://" not in lock


def test_no_library_that_ships_is_under_the_gpl_alone() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    waiting = [Requirement(asked).name for asked in project["dependencies"]]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name.lower() in seen:
            continue
        seen.add(name.lower())
        found = distribution(name)
        terms = found.metadata.get("License-Expression") or found.metadata.get("License") or ""
        # Whoever offers a choice ("LGPL-3.0 OR GPL-2.0") is taken at the freer word.
        choices = re.split(r"\s+OR\s+", terms)
        assert any(not re.search(r"(?<!L)GPL", choice) for choice in choices), f"{name}: {terms}"
        for asked in map(Requirement, found.requires or []):
            if asked.marker is None or asked.marker.evaluate({"extra": ""}):
                waiting.append(asked.name)
    assert {"pyside6-essentials", "sqlcipher3", "cffi"} <= seen
