"""Old registers from the command line: suggested, looked at, loaded, listed, taken back."""

import json
from pathlib import Path

from tests.cli.conftest import Run
from tests.registers import files


def test_a_register_is_suggested_looked_at_loaded_and_taken_back(grid: Run, tmp_path: Path) -> None:
    file = files.workbook(
        tmp_path / "old.xlsx", files.VISITS, files.visit(1), files.visit(2, 走访日期="去年")
    )
    (tmp_path / "map.json").write_text(grid("load", file, "--suggest").out, "utf-8")
    by_map = ("--map", tmp_path / "map.json")

    seen = grid("load", file, *by_map, "--preview", "--wrong-rows", tmp_path / "wrong.xlsx")
    assert (seen.code, seen.facts["ready"]) == (0, 1)
    assert [(one["row"], one["heading"]) for one in seen.facts["wrong"]] == [(3, "走访日期")]
    assert (tmp_path / "wrong.xlsx").exists()
    refused = grid("load", file, *by_map)
    assert (refused.code, refused.facts["error"]) == (1, "RowsAreWrong")
    done = grid("load", file, *by_map, "--leave-out").facts
    assert (done["rows"], done["left_out"]) == (1, 1)
    assert grid("list", "loads").lines[0]["id"] == done["load"]
    assert grid("unload", done["load"][:14]).facts == {"taken": 1, "stayed": 0}


def test_a_map_that_does_not_fit_is_one_sentence(grid: Run, tmp_path: Path) -> None:
    file = files.workbook(tmp_path / "old.xlsx", files.VISITS, files.visit(1))
    for given in (
        "{",
        '{"kind": "people", "columns": {}}',
        '{"kind": "visits", "columns": {"收入": "items"}}',
    ):
        (tmp_path / "map.json").write_text(given, "utf-8")
        done = grid("load", file, "--map", tmp_path / "map.json")
        assert (done.code, done.facts["error"]) == (1, "BadValue"), given
        assert len(done.err.splitlines()) == 1
    assert json.loads(grid("load", file, "--suggest").out)["kind"] == "visits"
