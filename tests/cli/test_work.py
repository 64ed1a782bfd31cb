"""Writing down, acting and looking up from the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, run

VISIT = {
    "place": "3-2-501",
    "visited_on": "2026-07-20",
    "part": "morning",
    "reason": "invited",
    "mode": "indoors",
    "outcome": "met",
    "categories": ["F01"],
    "items": ["水龙头已修好"],
}
REQUEST = {
    "place": "3-2-501",
    "category": "F01",
    "title": "屋顶漏水",
    "called": "王女士",
    "phone": "19900001234",
}


def line(**fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False) + "\n"


def test_a_visit_and_the_request_it_opens_are_written_and_shown(grid: Run) -> None:
    done = grid("record", "visits", stdin=line(**VISIT, note="只给自己看", requests=[REQUEST]))

    assert done.code == 0, done.err
    number, (asked,) = done.facts["number"], done.facts["requests"]
    seen = grid("show", number).facts
    assert seen["kind"] == "visit"
    assert seen["place"] == "幸福苑3号楼2单元501"
    assert seen["opened"] == [asked]
    assert seen["note"] == "只给自己看"
    seen = grid("show", asked).facts
    assert seen["status"] == "registered"
    assert seen["phone"] == "19900001234"
    assert seen["held"] == "here"
    assert seen["likely"] == "accept"
    assert [change["what"] for change in seen["history"]]


def test_a_request_lives_through_its_actions(grid: Run) -> None:
    number = grid("record", "requests", stdin=line(**REQUEST)).facts["number"]

    assert grid("act", number, "accept").facts["status"] == "accepted"
    assert grid("act", number, "resolve", "outcome=solved", "note=已更换").facts["outcome"] == "solved"
    assert grid("act", number, "feed-back", "mode=phone").facts["status"] == "answered"
    followed = grid("act", number, "follow-up", "satisfaction=satisfied", "solved=yes").facts
    assert followed["solved"] is True
    assert grid("act", number, "close").facts["status"] == "closed"

    events = grid("show", number).facts["events"]
    assert [one["action"] for one in events] == ["accept", "resolve", "feed back", "follow up", "close"]
    assert events[1]["note"] == "已更换"


def test_what_the_rules_refuse_is_one_sentence_and_exit_1(grid: Run) -> None:
    number = grid("record", "requests", stdin=line(**REQUEST)).facts["number"]

    done = grid("act", number, "close")

    assert done.code == 1
    assert done.facts["error"] == "NotAllowed"
    assert {"message", "kept", "next"} <= done.facts.keys()
    assert "Traceback" not in done.err
    assert len(done.err.splitlines()) == 1


def test_a_refused_line_is_named_and_the_rest_goes_on(grid: Run) -> None:
    lines = [
        line(**REQUEST),
        "not json\n",
        "[1, 2]\n",
        "\n",
        line(**{**REQUEST, "category": "Z99"}),
        line(**{**REQUEST, "place": "9-9-999"}),
        line(**{**REQUEST, "income": "4000"}),
        line(**{**REQUEST, "title": 5}),
        line(**REQUEST),
    ]

    done = grid("record", "requests", stdin="".join(lines))

    assert done.code == 1
    assert [one["line"] for one in done.lines] == [1, 2, 3, 5, 6, 7, 8, 9]
    assert [one.get("error") for one in done.lines] == [
        None, "BadValue", "BadValue", "BadValue", "BadDoor", "BadValue", "BadValue", None,
    ]  # fmt: skip
    assert done.lines[5]["field"] == "income"
    assert len(done.err.splitlines()) == 6


@pytest.mark.parametrize(
    "hostile",
    [
        b'{"title": "\\ud800"}',
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"title": "a\\u202eb", "category": "F01"}',
        b'{"title": "' + b"x" * 100_000 + b'", "category": "F01"}',
        '{"title": "身份证 110101199003078515", "category": "F01"}'.encode(),
        b'{"title": "a", "category": "F01", "registered_at": "9999-12-31T00:00:00Z"}',
        b'{"title": "a", "category": "F01", "estate": 7}',
        b'{"title": "a", "category": "F01", "place": {"a": 1}}',
        b'{"title": "a", "category": "F01", "unit": "1; DROP TABLE request"}',
        b'{"title": null, "category": ["F01"]}',
        b'{"title": "a", "category": "F01", "public_place": 1e999}',
    ],
)
def test_hostile_lines_are_refused_with_a_sentence(grid: Run, hostile: bytes) -> None:
    done = grid("record", "requests", stdin=hostile + b"\n")

    assert done.code == 1, done.out
    assert done.facts["line"] == 1
    assert done.facts["message"]
    assert "Traceback" not in done.err


def test_a_formula_stays_the_text_it_is(grid: Run, tmp_path: Path) -> None:
    title = '=HYPERLINK("http://x","y")'
    number = grid("record", "requests", stdin=line(**{**REQUEST, "title": title})).facts["number"]

    assert grid("show", number).facts["title"] == title


def test_lists_are_asked_by_field(grid: Run) -> None:
    grid("record", "visits", stdin=line(**{**VISIT, "outcome": "declined", "items": []}))

    declined = grid("list", "visits", "--where", "outcome=declined", "--where", "since=2026-07-01").lines
    assert {one["outcome"] for one in declined} == {"declined"}
    assert len(grid("list", "requests", "--limit", "1").lines) == 1
    assert grid("list", "estates").facts["name"] == "幸福苑"
    assert grid("list", "buildings", "--where", "number=3").facts["units"] == 3
    assert grid("list", "staff").facts["name"] == "陈晓"


def test_what_cannot_be_asked_is_wrong_usage(grid: Run) -> None:
    assert grid("list", "requests", "--where", "income=1").code == 2
    assert grid("list", "people").code == 2
    assert grid("record", "people").code == 2
    assert grid("act", "1", "punish").code == 2
    assert grid("list", "requests", "--where", "since=gestern").code == 1


def test_find_answers_by_name_pinyin_number_and_door(grid: Run) -> None:
    number = grid("record", "requests", stdin=line(**REQUEST)).facts["number"]

    for typed in ("王", "wns", "19900001234", number):
        assert grid("find", typed).facts["requests"], typed
    assert grid("find", "3-2-501").facts["doors"]
    assert grid("find", "不存在的字").facts == {
        "requests": [],
        "visits": [],
        "doors": [],
        "estates": [],
        "nearly": False,
    }


def test_a_number_that_is_not_there_is_said_so(grid: Run) -> None:
    done = grid("show", "0305-26-9999")

    assert done.code == 1
    assert done.facts["error"] == "NotFound"


def test_what_is_not_asked_cannot_be_settled(grid: Run) -> None:
    for choice in ("mine", "same", "undo"):
        assert grid("settle", "00000000", choice).facts["error"] == "NotFound"


def test_two_requests_that_look_alike_are_asked_about_until_somebody_decided(grid: Run) -> None:
    twice = line(**{**REQUEST, "place": "3-1-101"}) * 2
    numbers = [json.loads(one)["number"] for one in grid("record", "requests", stdin=twice).out.splitlines()]

    def asked() -> list[str]:
        found = map(json.loads, grid("conflicts").out.splitlines())
        return [one["id"] for one in found if [side["number"] for side in one["sides"]] == numbers]

    (question,) = asked()
    assert grid("settle", question, "mine").facts["error"] == "BadValue"
    assert grid("settle", question, "same").facts["settled"] is True
    assert asked() == []
    assert grid("settle", question, "undo").facts["settled"] is False
    assert asked() == [question]
    assert grid("settle", question, "different").facts["settled"] is True
    assert asked() == []


def test_people_read_sentences_without_json(made: Path) -> None:
    where = ("--book", made / "grid", "--passphrase-file", made / "passphrase")
    for command in (("list", "requests"), ("list", "visits"), ("status",), ("conflicts",), ("digest",)):
        done = run(*command, *where)
        assert done.code == 0, done.err
        assert not done.out.startswith("{")


def test_an_errand_is_done_by_commands_from_the_mandate_to_the_last_original(grid: Run) -> None:
    asked = {"category": "A04", "place": "3-2-501", "title": "补办社保卡", "called": "王女士"}
    number = grid("record", "requests", stdin=json.dumps(asked)).facts["number"]

    held = grid("errand", number, "mandate", "way=at home", "until=2099-12-31").facts
    assert (held["stage"], held["mandate"]["way"], held["mandate"]["service"]) == (
        "waiting",
        "at home",
        "S04",
    )
    assert grid("errand", number, "take").facts["stage"] == "taken"
    assert grid("errand", number, "receive", "document=社保卡").code == 0
    refused = grid("errand", number, "receive", "document=社保卡 621700123456")
    assert refused.code == 1 and "号码" in refused.err
    (listed,) = grid("list", "errands", "--where", "stage=taken").lines
    assert [one["document"] for one in listed["documents"]] == ["社保卡"]
    back = grid("errand", number, "return").facts
    assert [one["back"] for one in back["documents"]] == ["returned"]


def test_what_was_done_last_is_undone_done_again_and_fetched_back_from_the_bin(grid: Run) -> None:
    number = grid("record", "visits", stdin=line(**VISIT)).facts["number"]

    done = grid("undo")
    assert done.code == 0, done.err
    assert (number in done.facts["about"], done.facts["undone"]) == (True, True)
    assert grid("show", number).code == 1
    (thing,) = grid("bin").facts["bin"]
    assert number in thing["about"]

    assert grid("undo", "--redo").code == 0
    assert grid("show", number).facts["place"] == "幸福苑3号楼2单元501"
    assert grid("bin").facts["bin"] == []
    grid("undo")
    assert grid("bin", "--fetch-back", number).code == 0
    assert grid("show", number).facts["number"] == number
    assert grid("bin", "--fetch-back", number).code == 1


def test_lines_of_a_sheet_are_written_as_they_stand_on_paper(grid: Run) -> None:
    paper = {"door": "3-2-501", "day": "1120", "part": "1", "reason": "6", "mode": "2", "outcome": "1"}

    first = grid("record", "lines", stdin=line(**paper))
    again = grid("record", "lines", stdin=line(**paper) + line(**paper, twin=True))

    assert first.facts["place"] == "幸福苑3号楼2单元501"
    assert again.code == 1 and first.facts["number"] in again.out
    assert grid("show", first.facts["number"]).facts["reason"] == "policy"


def test_a_sentence_that_says_too_much_is_refused_without_being_repeated(grid: Run) -> None:
    done = grid("record", "visits", stdin=line(**VISIT, note="李大爷吸毒"))

    assert done.code == 1 and "BadWording" in done.out
    assert "吸毒" not in done.out + done.err


def test_an_office_has_its_own_phrases(grid: Run) -> None:
    assert grid("phrases", "H02").facts["phrases"][0] == "【楼号】楼道灯不亮"

    assert grid("phrases", "H02", "--set", "北门灯不亮").facts["phrases"] == ["北门灯不亮"]
    assert grid("phrases", "H02", "--set", "重点人员").code == 1
    assert grid("phrases", "H02", "--given").facts["phrases"][0] == "【楼号】楼道灯不亮"
