"""An office's book moved to a server and opened from a second PC, from the command line."""

import shutil
from pathlib import Path

from gridbook.store import book
from tests.cli.conftest import run
from tests.servers import PASSWORD, Server


def test_a_book_is_moved_and_opened_from_a_second_pc(made: Path, server: Server, tmp_path: Path) -> None:
    shutil.copytree(made / "grid", tmp_path / "first")
    word, address = ("--passphrase-file", made / "passphrase"), server.database()
    first, second = (("--book", tmp_path / name, *word) for name in ("first", "second"))
    before = run("digest", *first, "--json").facts

    moved = run("move-to", address, *first, "--json")

    assert moved.code == 0, moved.err
    assert all(one["agrees"] for one in moved.facts["compared"]) and PASSWORD not in moved.out + moved.err
    assert (tmp_path / "first" / moved.facts["kept"]).exists()
    assert run("digest", *first, "--json").facts == before
    connected = run("connect", address, *second, "--as", "陈晓", "--json")
    assert connected.code == 0, connected.err
    assert run("digest", *second, "--json").facts == before
    assert run("check", "--deep", *second, "--json").facts["troubles"] == []
    kept = run("backup", "--to", tmp_path / "disk", *second, "--json")
    assert Path(kept.facts["file"]).exists() and not (tmp_path / "second" / book.DATABASE).exists()


def test_a_server_that_is_not_there_is_a_sentence(made: Path, server: Server, tmp_path: Path) -> None:
    shutil.copytree(made / "grid", tmp_path / "first")
    given = ("--book", tmp_path / "first", "--passphrase-file", made / "passphrase", "--json")

    away = run("move-to", "postgresql://gridbook@127.0.0.1:1/nowhere", *given)
    wrong = run("move-to", server.address("nowhere"), *given)
    nobody = run("move-to", server.database().replace("gridbook:", "nobody:"), *given)

    for refused in (away, wrong, nobody):
        assert refused.code == 1 and refused.facts["error"] == "ServerLost"
        assert refused.facts["kept"] and refused.facts["next"]
    assert "连不上" in away.facts["message"] and "没有数据库" in wrong.facts["message"]
    assert run("status", *given).code == 0
