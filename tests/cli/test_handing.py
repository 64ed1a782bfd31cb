"""Handing cases over from the command line: by number, by grid, signed for, and the tray."""

from pathlib import Path

from gridbook.records.request import Action, Reason
from gridbook.store import moving
from tests.cli.conftest import Done, run
from tests.sync.offices import COMMUNITY, GRID, OTHER_GRID, PASSPHRASE, SUBDISTRICT, Offices

LATE, OTHER = "0305-26-0011-7K2Q", "0305-26-0012-7K2R"


def test_47_a_community_hands_over_and_a_grid_signs_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "word").write_text(PASSPHRASE + "\n", encoding="utf-8")
    offices = Offices(tmp_path).found(SUBDISTRICT, COMMUNITY, GRID, OTHER_GRID)
    late = offices.request(number=LATE)
    offices.request(number=OTHER)
    offices.carry(GRID, COMMUNITY)
    offices[COMMUNITY].write(moving.cases, [late.id], OTHER_GRID, Reason.BOUNDARY)
    offices.act(GRID, late, Action.SETTLE)
    offices.carry(GRID, COMMUNITY)
    offices.carry(COMMUNITY, OTHER_GRID)
    offices.close()

    def at(unit: str, *words: str) -> Done:
        return run("--book", tmp_path / unit, "--passphrase-file", tmp_path / "word", "--json", *words)

    (returned,) = at(COMMUNITY, "tray").lines
    assert (returned["number"], returned["kind"]) == (LATE, "event")
    carried = at(COMMUNITY, "tray", "carry", returned["id"])
    assert carried.facts == {"id": returned["id"], "number": returned["now"], "left": 0}
    again = at(COMMUNITY, "tray", "note", returned["id"])
    assert (again.code, again.facts["error"]) == (1, "NotFound")

    done = at(COMMUNITY, "hand-over", "cases", OTHER, LATE, "--to", OTHER_GRID, "--reason", "网格调整")
    assert done.code == 1
    assert [one["was"] for one in done.facts["moved"]] == [OTHER]
    assert [one["number"] for one in done.facts["left"]] == [LATE]
    rest = at(COMMUNITY, "hand-over", "grid", "--from", GRID, "--to", OTHER_GRID, "--reason", "cover")
    assert (rest.code, rest.facts["moved"]) == (0, [])
    assert at(COMMUNITY, "hand-over", "grid", "--from", GRID, "--to", OTHER_GRID, "--reason", "x").code == 1
    assert len(at(COMMUNITY, "hand-over", "waiting").lines) == 2

    kept = at(COMMUNITY, "hand-over", "list", "--unit", OTHER_GRID, "--pdf", str(tmp_path / "list.pdf"))
    numbers = [one["number"] for one in at(COMMUNITY, "hand-over", "list", "--unit", OTHER_GRID).lines]
    assert sorted(kept.facts["numbers"]) == sorted(numbers) and len(numbers) == 2
    assert (tmp_path / "list.pdf").read_bytes().startswith(b"%PDF")

    assert at(OTHER_GRID, "hand-over", "take", "0300-26-9999").facts["error"] == "NotFound"
    assert at(OTHER_GRID, "hand-over", "take", "all").facts["signed"] == [returned["now"]]
    assert at(OTHER_GRID, "hand-over", "waiting").lines == []
    assert at(OTHER_GRID, "hand-over", "waiting", "--all").lines[0]["signed"] == [returned["now"]]
    assert at(GRID, "hand-over", "grid", "--from", GRID, "--to", OTHER_GRID, "--reason", "cover").code == 1
    assert "→" in run("--book", tmp_path / COMMUNITY, "--passphrase-file", tmp_path / "word",
                      "hand-over", "waiting").out  # fmt: skip
