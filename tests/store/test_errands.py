"""Errands: a mandate, a helper who takes the order, documents that come back, and what goes in its time."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from gridbook import catalog
from gridbook.errors import BadValue, NotAllowed
from gridbook.records.errand import Back, DocumentReceipt, Paper
from gridbook.records.request import Action
from gridbook.sheets import from_book
from gridbook.sheets.from_book import Wanted
from gridbook.store import checks, errands, held, history, requests, retention, tables
from gridbook.store.book import Store
from gridbook.store.errands import Stage
from tests import make
from tests.store.conftest import WORKER


def asked(grid: Store, category: str = "A04") -> str:
    entry = make.request_entry(
        id=b"", number="", category=category, particulars={"title": "补办社保卡", "text": ""}
    )
    return grid.write(requests.save, entry).request.number


def mandated(grid: Store, **over: object) -> str:
    number = asked(grid)
    begun = grid.read(errands.blank, number)
    grid.write(errands.save, number, make.change(begun, **over))
    return number


def papers(*names: str, paper: Paper = Paper.ORIGINAL) -> Sequence[DocumentReceipt]:
    return [make.document(id=b"", document=name, paper=paper, handed_signed=True) for name in names]


def stage(grid: Store, number: str) -> Stage:
    return grid.read(errands.get, number).stage


def test_an_errand_goes_over_the_board_until_every_original_is_back(grid: Store) -> None:
    number = asked(grid)
    assert [(one.row.request.number, one.stage) for one in grid.read(errands.board)] == [
        (number, Stage.ASKED)
    ]

    begun = grid.read(errands.blank, number)
    assert begun.service == "S04" and begun.until - begun.given_on == timedelta(days=30)
    grid.write(errands.save, number, begun)
    assert stage(grid, number) is Stage.WAITING

    grid.write(errands.take, number)
    held = grid.read(errands.get, number)
    assert (held.stage, held.helper, held.mine) == (Stage.TAKEN, WORKER, True)

    grid.write(errands.receive, number, papers("社保卡", "身份证"))
    grid.write(errands.receive, number, papers("缴费单", paper=Paper.COPY))
    (out,) = grid.read(errands.originals_out)
    assert ([one.document for one in out.documents], out.overdue) == (["社保卡", "身份证"], False)

    for action in (Action.SETTLE, Action.FEED_BACK, Action.CLOSE):
        grid.write(requests.act, number, action)
    assert stage(grid, number) is Stage.RETURN
    assert grid.read(errands.originals_out)[0].overdue
    assert grid.write(errands.put_back, number) == 3

    held = grid.read(errands.get, number)
    assert held.stage is Stage.DONE and held.mandate is not None
    assert held.mandate.ended_on == make.TODAY
    assert {(one.back, one.back_on, one.back_signed) for one in held.documents} == {
        (Back.RETURNED, make.TODAY, True)
    }
    assert list(grid.read(errands.board)) == [] == list(grid.read(errands.originals_out))
    assert grid.read(checks.troubles, deep=True) == []


def test_an_order_is_taken_by_one_person_and_while_the_mandate_runs(grid: Store, clock: make.Clock) -> None:
    number = mandated(grid)
    other = make.change(
        grid.read(errands.get, number).mandate, taken_at=make.COMMUNITY, taken_by="02", taken_on=make.TODAY
    )
    grid.write(errands.save, number, other)
    with pytest.raises(NotAllowed):
        grid.write(errands.take, number)
    with pytest.raises(NotAllowed):
        grid.write(errands.give_back, number)

    late = mandated(grid)
    clock.go(days=31)
    with pytest.raises(NotAllowed):
        grid.write(errands.take, late)
    until = clock.now().date() + timedelta(days=3)
    grid.write(errands.save, late, make.change(grid.read(errands.get, late).mandate, until=until))
    grid.write(errands.take, late)
    grid.write(errands.give_back, late)
    assert stage(grid, late) is Stage.WAITING


def test_the_history_of_the_request_tells_mandate_and_documents_in_words(grid: Store) -> None:
    number = mandated(grid)
    (document,) = grid.write(errands.receive, number, papers("社保卡"))
    grid.write(errands.put_back, number, [document], Back.HANDED_IN)
    request = grid.read(requests.find, number)

    told = grid.read(history.of_case, make.GRID, request.id)

    words = [(one.what, field.label, field.after) for one in told for field in one.fields]
    assert ("材料交接", "材料名称", "社保卡") in words
    assert ("材料交接", "材料去向", "已递交办理单位") in words
    assert ("委托书", "委托办理的事", "代为申领或补换社保卡") in words


@pytest.mark.parametrize(
    "document",
    [
        make.document(document="身份证 11010519491231002X"),
        make.document(document="社保卡 6217 0012 34"),
        make.document(document=""),
        make.document(count=0),
        make.document(handed_on=make.TODAY + timedelta(days=1)),
    ],
    ids=["an identity number", "a number of a card", "no name", "none of it", "tomorrow"],
)
def test_that_a_card_came_is_noted_and_never_its_number(grid: Store, document: DocumentReceipt) -> None:
    number = mandated(grid)

    with pytest.raises(BadValue):
        grid.write(errands.receive, number, [document])

    assert not grid.read(errands.get, number).documents


def test_a_return_noted_by_mistake_is_taken_back(grid: Store) -> None:
    number = mandated(grid)
    (document,) = grid.write(errands.receive, number, papers("社保卡"))
    grid.write(errands.put_back, number)

    grid.write(errands.still_out, number, document)

    assert [one.document for one in grid.read(errands.get, number).out] == ["社保卡"]
    grid.write(errands.strike, number, document)
    assert not grid.read(errands.get, number).documents


def test_mandate_and_documents_go_two_years_after_the_return_and_not_before(
    grid: Store, clock: make.Clock
) -> None:
    number = mandated(grid)
    kept = mandated(grid)
    grid.write(errands.receive, number, papers("社保卡"))
    grid.write(errands.receive, kept, papers("身份证"))
    for one in (number, kept):
        for action in (Action.SETTLE, Action.FEED_BACK, Action.CLOSE):
            grid.write(requests.act, one, action)
    clock.go(days=300)
    grid.write(errands.put_back, number)

    clock.go(days=719)
    counts = grid.write(retention.purge)
    assert "Mandate" not in counts and "DocumentReceipt" not in counts

    clock.go(days=3)
    counts = grid.write(retention.purge)
    assert (counts["Mandate"], counts["DocumentReceipt"]) == (1, 1)
    log = tables.op
    classes = [tables.CLASS_NUMBERS[name] for name in ("Mandate", "DocumentReceipt")]
    left = grid.read(
        lambda session: session.connection.execute(
            log.select().where(
                log.c["class"].in_(classes),
                log.c.body.is_not(None),
            )
        ).all()
    )
    request = grid.read(requests.find, kept)
    assert {bytes(row.record) for row in left} >= {request.id}
    # An original that nobody gave back is asked for however old it is.
    assert [one.row.request.number for one in grid.read(errands.originals_out)] == [kept]


def test_every_service_belongs_to_an_errand_and_asks_for_documents_without_numbers() -> None:
    for service in catalog.services().values():
        assert catalog.category(service.category).errand
        assert len(service.code) <= 8 and 0 < len(service.may) <= 100
        for names in service.lists.values():
            assert 0 < len(names) <= 9
            assert all(0 < len(one.name) <= 20 for one in names if one in service.lists["zh_CN"])


def test_the_sheet_of_an_errand_is_printed_before_it_is_signed_and_again_with_what_came(grid: Store) -> None:
    number = asked(grid)
    first = grid.write(from_book.made, Wanted("P7", numbers=(number,)))
    grid.write(errands.save, number, grid.read(errands.blank, number))
    grid.write(errands.receive, number, papers("社保卡", "户外作业证"))
    again = grid.write(from_book.made, Wanted("P7", numbers=(number,)))

    blank, filled = ("\n".join(page.texts()) for job in (first, again) for page in job.pages)
    assert "申领表" in blank and "户外作业证" not in blank and "补打" not in blank
    assert "户外作业证" in filled and "代为申领或补换社保卡" in filled and "补打" in filled
    assert again.numbers == (number,)


def test_the_resident_sees_mandate_and_documents_and_until_when_they_stay(grid: Store) -> None:
    number = mandated(grid)
    grid.write(errands.receive, number, papers("社保卡"))
    grid.write(errands.put_back, number)

    (case,) = grid.write(held.of_case, number).cases

    parts = {part.what: part for part in case.parts}
    assert ("委托办理的事", "代为申领或补换社保卡") in parts["委托书"].facts
    assert ("材料名称", "社保卡") in parts["材料交接"].facts
    assert (make.TODAY + timedelta(days=720)).isoformat() in parts["材料交接"].until
