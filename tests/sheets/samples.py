"""The sheets that are compared with kept ones; `python -m tests.sheets.samples` writes those anew."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage

from gridbook.press import application, preview
from gridbook.records.errand import Back, DocumentReceipt, ErrandWay, Mandate, Paper
from gridbook.records.figures import FollowUps
from gridbook.records.request import (
    Action,
    Contact,
    Event,
    Outcome,
    Particulars,
    Pressing,
    Request,
    RequestState,
    Satisfaction,
    Source,
    Status,
)
from gridbook.records.visit import Attempt, Mode, PartOfDay, Visit, VisitDetails, VisitOutcome, VisitReason
from gridbook.sheets import (
    called_slip,
    follow_up_slip,
    hand_over_list,
    handling_slip,
    held_sheet,
    mandate_sheet,
    privacy_notice,
    receipt_slip,
    reminder_note,
    step_form,
    visit_batch,
    visit_sheet,
    work_report,
)
from gridbook.sheets.called_slip import Reached
from gridbook.sheets.form import Printing
from gridbook.sheets.hand_over_list import CaseOnList, HandOverOnPaper
from gridbook.sheets.mandate_sheet import ErrandOnPaper
from gridbook.sheets.page import Page, described
from gridbook.sheets.request_on_paper import RequestOnPaper
from gridbook.sheets.visit_sheet import VisitOnPaper
from gridbook.store.counts import Counts
from gridbook.store.held import Case, Held, Part

EXPECTED = Path(__file__).parent / "expected"
DPI = 72
GRID, COMMUNITY, SUBDISTRICT = "990101001003005", "990101001003", "990101001"
OFFICES = {GRID: "03社区-05网格", COMMUNITY: "03社区", SUBDISTRICT: "示范街道"}
PEOPLE = {(GRID, "cxm"): "陈晓明", (COMMUNITY, "zl"): "赵丽"}
PLACE = "幸福园小区3号楼2单元501"
START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
PRINTING = Printing("云溪市示范街道03社区-05网格", "陈晓明", date(2026, 11, 23))
AGAIN = replace(PRINTING, practice=True, reprint=True)
ITEMS = (
    "卫生间顶部渗水，已联系楼上住户，约定周三上门查看",
    "已协助完成养老待遇资格认证",
    "预约下周六上门理发，𬎆女士",
)


def visit(n: int = 1, **over: Any) -> VisitOnPaper:
    """The n-th invented visit; fields of the visit or its details can be given."""
    facts = {
        "number": f"0305-26-{411 + n:04}-7K2Q",
        "visited_on": date(2026, 11, 23),
        "part": PartOfDay.MORNING,
        "reason": list(VisitReason)[n % 7],
        "mode": Mode.INDOORS,
        "outcome": VisitOutcome.MET,
        "categories": ("F01", "A05", "C02")[: 1 + n % 3],
    }
    details = {
        "building": b"b" * 16,
        "door": "2-501",
        "items": ITEMS[: 1 + n % 3],
        "companion": "李志强",
        "next_on": date(2026, 12, 7) if n % 2 else None,
        "notice": "2026-1",
        "opened": ("0305-26-0413-9XM4",) if n % 4 == 1 else (),
    }
    facts |= {name: value for name, value in over.items() if name in facts}
    details |= {name: value for name, value in over.items() if name in details}
    return VisitOnPaper(
        Visit(unit=GRID, id=bytes([n]) * 16, **facts),
        VisitDetails(unit=GRID, id=bytes([n]) * 16, **details),
        over.get("place", PLACE),
        over.get("worker", "陈晓明"),
    )


def request(*, closed: bool = False, rounds: int = 1, **over: Any) -> RequestOnPaper:
    """An invented request in work or followed up, whose story can be told several times."""
    case = bytes(range(16))
    matter = {
        "called": "王女士",
        "title": "卫生间顶部渗水，墙皮脱落",
        "text": "卫生间顶部自上月起渗水，墙皮脱落，已影响灯具使用；楼上住户表示愿意配合检查，"
        "但不清楚管道权属。希望社区协调物业与维修单位共同上门查看。",
        "hope": "月底前查明渗水原因并修好。",
    }
    matter |= {name: value for name, value in over.items() if name in matter}
    events, remarks = _story(closed)
    state = RequestState(Status.WORKING, COMMUNITY, (GRID, SUBDISTRICT), START + timedelta(days=7, hours=8))
    if closed:
        state = replace(
            state,
            status=Status.FOLLOWED_UP,
            outcome=Outcome.SOLVED,
            resolved_at=START + timedelta(hours=75),
            satisfaction=Satisfaction.SATISFIED,
            solved=True,
        )
    return RequestOnPaper(
        Request(
            unit=GRID,
            id=case,
            number="0305-26-0413-9XM4",
            registered_at=START,
            source=Source.VISIT,
            category="F01",
            limit="5",
            pressing=Pressing.NORMAL,
        ),
        state,
        Particulars(unit=GRID, id=case, building=b"b" * 16, door="2-501", **matter),
        Contact(unit=GRID, id=case, phone=over.get("phone", "19900001234"), how="晚上七点以后"),
        over.get("place", PLACE),
        events * rounds,
        over.get("remarks", remarks),
        OFFICES,
        PEOPLE,
        "0990-5550100",
    )


def _story(closed: bool) -> tuple[tuple[Event, ...], Mapping[bytes, str]]:
    steps: list[tuple[Action, int, str, str, dict[str, Any]]] = [
        (Action.ACCEPT, 1, GRID, "cxm", {}),
        (Action.ESCALATE, 2, GRID, "cxm", {}),
        (Action.SIGN, 4, COMMUNITY, "zl", {}),
        (Action.ASSIGN, 5, COMMUNITY, "zl", {"lead": GRID, "co": [COMMUNITY, SUBDISTRICT]}),
        (Action.SIGN, 6, GRID, "cxm", {}),
        (Action.SUSPEND, 30, GRID, "cxm", {"reason": "waiting for another body"}),
        (Action.RESUME, 50, GRID, "cxm", {}),
    ]
    remarks = {
        b"\2" * 8: "涉及楼上住户与物业共用管道，网格无法单独解决。",
        b"\6" * 8: "等待物业确认管道权属。",
    }
    if closed:
        steps += [
            (Action.RESOLVE, 75, COMMUNITY, "zl", {"outcome": "solved"}),
            (Action.FEED_BACK, 76, COMMUNITY, "zl", {"mode": "phone"}),
            (Action.FOLLOW_UP, 100, COMMUNITY, "zl", {"satisfaction": "satisfied", "solved": True}),
        ]
        remarks[b"\x08" * 8] = "已更换地漏密封圈并重做防水，闭水试验24小时无渗漏；墙面由物业修补完毕。"
    events = tuple(
        Event(bytes([n]) * 8, action, START + timedelta(hours=hours), unit, person, given)
        for n, (action, hours, unit, person, given) in enumerate(steps, start=1)
    )
    return events, remarks


def hand_over(count: int = 9) -> HandOverOnPaper:
    """An invented hand-over of so many cases from one grid to its neighbour."""
    cases = [
        CaseOnList(
            f"0300-26-{40 + n:04}-7K2Q",
            f"0305-26-{400 + n:04}-9XM4",
            ("房屋渗漏", "养老待遇资格认证", "楼道照明")[n % 3],
            ("办理中", "已受理", "待签收")[n % 3],
            date(2026, 11, 24 + n % 6) if n % 4 else None,
        )
        for n in range(1, count + 1)
    ]
    giver, receiver = "示范街道03社区-05网格", "示范街道03社区-06网格"
    return HandOverOnPaper(
        giver, receiver, "示范街道03社区", "网格调整", date(2026, 11, 23), cases, ("幸福园小区",)
    )


REACHED = Reached("0990-5550100", "工作日 09:00–12:00，13:30–17:30")
SUBDISTRICT_PRINTS = replace(PRINTING, office="云溪市示范街道办事处")


def reminded(action: Action, **given: Any) -> RequestOnPaper:
    """An invented request that an office above urges or supervises."""
    shown = request()
    event = Event(b"9" * 8, action, START + timedelta(days=8), SUBDISTRICT, "wm", given)
    words = "已超过承诺时限，请尽快协调物业与维修单位共同上门查看，并说明未办结原因。"
    return replace(
        shown,
        state=replace(shown.state, urged=1),
        events=(*shown.events, event),
        remarks={**shown.remarks, event.id: words},
        left=-1,
    )


def counted(few: bool = False) -> Counts:
    """Invented counts of a month, or of a quiet day."""
    n = 0 if few else 7
    return Counts(
        since=date(2026, 11, 23 if few else 1),
        until=date(2026, 11, 23 if few else 30),
        reasons={reason: n * k + 1 for k, reason in enumerate(VisitReason)},
        modes={mode: n * k + 1 for k, mode in enumerate(Mode)},
        sources={source: n * k for k, source in enumerate(Source)},
        groups={group: (n * k + k % 3, n * k) for k, group in enumerate("ABCDEFGHIJKL")},
        acts={action: k + n for k, action in enumerate(Action)},
        waiting=12,
        late=2,
        suspended=1,
        due=n * 9,
        on_time=n * 8,
        follow_ups=FollowUps(satisfied=n * 6, mostly=n, dissatisfied=n // 3, not_asked=2, solved=n * 7),
    )


def held(count: int = 1) -> Held:
    """Invented things that are held about a door."""
    details = Part(
        "走访详情",
        "2026-11-23 03社区-05网格 陈晓明",
        "网格、社区掌握",
        "保存至 2028-11-12",
        (("户室", PLACE), ("事项", "、".join(ITEMS[:2])), ("同行人", "李志强")),
    )
    facts = Part(
        "走访",
        "2026-11-23 03社区-05网格 陈晓明",
        "网格、社区、街道掌握",
        "长期（不含姓名、户室）",
        (("编号", "0305-26-0412-7K2Q"), ("日期", "2026-11-23"), ("事由", "居民约请")),
    )
    attempt = Attempt(GRID, b"b" * 16, "2-501", date(2026, 11, 20), PartOfDay.EVENING)
    case = Case("走访 0305-26-0412-7K2Q", (facts, details))
    return Held(PLACE, "03社区-05网格", (case,) * count, (attempt,), 1)


def errand(given: bool = True) -> ErrandOnPaper:
    """An invented errand half-way: two documents are out, one is back; or one that is still to be signed."""
    asked = request()
    asked = replace(
        asked,
        request=replace(asked.request, category="A04"),
        particulars=replace(asked.particulars, title="补办社保卡", text="") if asked.particulars else None,
    )
    if not given:
        return ErrandOnPaper(asked)
    unit, case, day = asked.request.unit, asked.request.id, date(2026, 11, 23)
    mandate = Mandate(
        unit=unit,
        id=case,
        way=ErrandWay.ON_BEHALF,
        service="S04",
        may="代为申领或补换社保卡，领取后送到家中。",
        given_on=day,
        until=date(2026, 12, 23),
        advance=5000,
        paid=1600,
        receipts=1,
    )
    first = DocumentReceipt(
        unit=unit,
        id=b"\1" * 16,
        case=case,
        document="身份证",
        paper=Paper.ORIGINAL,
        handed_on=day,
        back=Back.RETURNED,
        back_on=date(2026, 11, 25),
    )
    second = replace(first, id=b"\2" * 16, document="旧社保卡", back=None, back_on=None)
    third = replace(second, id=b"\3" * 16, document="缴费凭证", paper=Paper.COPY, count=2)
    return ErrandOnPaper(asked, mandate, (first, second, third), "陈晓梅")


SAMPLES: Mapping[str, Callable[[], tuple[Page, ...]]] = {
    "p1": lambda: visit_sheet.filled(visit(1), PRINTING),
    "p1-blank": lambda: visit_sheet.blank(PRINTING, "0305-26-0412-7K2Q"),
    "p1-practice-reprint": lambda: visit_sheet.filled(visit(2), AGAIN),
    "p2": lambda: visit_batch.filled([visit(n) for n in range(1, 15)], PRINTING),
    "p2-blank": lambda: visit_batch.blank(PRINTING, [f"0305-26-{500 + n:04}-AB{n}C" for n in range(10)]),
    "p3": lambda: visit_batch.of_doors(
        PRINTING,
        [f"0305-26-{600 + n:04}-AB{n}C" for n in range(10)],
        [f"幸福园小区3号楼2单元{n}0{d}" for n in range(1, 6) for d in (1, 2)],
        "燃气软管免费更换告知（11月30日前）",
    ),
    "p4": lambda: called_slip.blank(PRINTING, REACHED),
    "p7": lambda: mandate_sheet.filled(errand(), PRINTING),
    "p7-to-sign": lambda: mandate_sheet.filled(errand(given=False), PRINTING),
    "p8-1": lambda: step_form.finishing(request(closed=True), PRINTING),
    "p8-2": lambda: step_form.suspending(request(), PRINTING),
    "p8-3": lambda: step_form.resuming(request(), AGAIN),
    "p8-4": lambda: step_form.extending(request(), PRINTING),
    "p9": lambda: follow_up_slip.filled([request(closed=True), request()], PRINTING),
    "p10-1": lambda: reminder_note.urging(reminded(Action.URGE), SUBDISTRICT_PRINTS),
    "p10-2": lambda: reminder_note.supervising(
        reminded(Action.SUPERVISE, reply_due="2026-12-04"), SUBDISTRICT_PRINTS
    ),
    "p13": lambda: privacy_notice.blank(PRINTING, REACHED),
    "p14": lambda: work_report.filled(counted(), PRINTING),
    "p14-day": lambda: work_report.filled(counted(few=True), AGAIN),
    "p15": lambda: held_sheet.filled(held(), PRINTING),
    "p5": lambda: receipt_slip.filled(request(), AGAIN),
    "p6": lambda: handling_slip.filled(request(), PRINTING),
    "p6-closed": lambda: handling_slip.filled(request(closed=True), PRINTING),
    "p16": lambda: hand_over_list.filled(hand_over(), PRINTING),
    "p16-long": lambda: hand_over_list.filled(hand_over(38), AGAIN),
}


def main() -> None:
    """Write every expected page anew; look at each before it is committed."""
    application.needed()
    EXPECTED.mkdir(exist_ok=True)
    for name, made in SAMPLES.items():
        pages = made()
        text = json.dumps([described(page) for page in pages], ensure_ascii=False, indent=1)
        (EXPECTED / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        for n, page in enumerate(pages, start=1):
            grey = preview.image(page, DPI).convertToFormat(QImage.Format.Format_Grayscale8)
            grey.save(str(EXPECTED / f"{name}-{n}.png"))


if __name__ == "__main__":
    main()
