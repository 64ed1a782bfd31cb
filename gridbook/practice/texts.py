"""What people said, in the words of a grid worker: templates with slots, now and then a slip of the pen."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from gridbook.practice import words_errands, words_places

TYPOS = 0.04
"""How many texts have a slip of the pen."""
_SLIPS = {
    "的": "得",
    "在": "再",
    "做": "作",
    "账": "帐",
    "需": "须",
    "坐": "座",
    "像": "象",
    "以": "已",
    "请": "清",
}
_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五")
_PARTS = ("上午", "下午")
_TIMES = ("晚上七点以后", "下午三点以后", "中午十二点前", "上午十点左右", "周末全天", "工作日白天")
_LATELY = ("昨天", "前天", "上周", "这几天", "前几天", "周末", "最近")

TAILED = 0.53
"""How many texts go on with a second, short sentence."""
TAILS = (
    "{t}在家。",
    "请先打电话联系。",
    "{w}{d}在家，来前请联系。",
    "方便的话请当面说。",
    "之前打过一次电话。",
    "请帮忙留意，谢谢。",
    "麻烦尽快给个回复。",
    "{w}以后都有空。",
)
PUBLIC_TAILS = (
    "已在群里反映过。",
    "几户都有同样意见。",
    "过往的人不少，请尽快。",
    "{k}也有人提过。",
    "请处理后在群里说一声。",
    "具体位置可以带路。",
)
HOPES = (
    "希望本周内有答复",
    "希望{w}前处理好",
    "处理前先打电话联系",
    "希望处理后在群里说一声",
    "希望能一次修好，不再反复",
    "希望当面答复",
    "不急，方便时处理即可",
    "希望{w}{d}上门",
)
HOW_TO_REACH = ("晚上七点以后", "上午方便接电话", "先发短信", "打不通请留言", "下午三点以后", "上门前先联系")
OWN_NOTES = (
    "下次带一份办事指南",
    "约{w}再去，提前打电话",
    "按门铃没响，敲门即可",
    "下次带老花镜和放大字的表格",
    "回社区后补送一份告知单",
    "带卷尺量一下尺寸",
    "材料还差一张照片，提醒补交",
    "{t}在家，其他时间打电话",
    "门前台阶滑，走东侧坡道",
    "要一份公交线路调整通知",
    "下次顺路带理发志愿者的安排表",
    "问清维修师傅到场时间后回电话",
)
RETURNED = (
    "不属本处职责，请改派",
    "情况不够清楚，请补充位置和时间",
    "请补充联系方式后再报",
    "请先现场核实再上报",
)
WAITING = (
    "等配件到货",
    "住户近期不在家，约好回来后继续",
    "等专业单位排期",
    "天气不宜施工，转晴后继续",
    "材料待补，已告知清单",
)
EXTENDED = (
    "需两家单位一起施工，申请延期",
    "配件订货需要时间",
    "已与诉求人说明，同意延期",
    "现场条件复杂，需分步处理",
)
RESOLVED = (
    "已处理完毕，现场复看正常",
    "已与诉求人确认，办理完成",
    "已协调到位，诉求人知晓",
    "已说明情况和后续安排",
    "已办妥并告知结果",
    "已修复，试用正常",
)
FOLLOWED = ("电话回访，表示认可", "已办好，无其他需要", "希望以后再快一点", "电话无人接听", "已确认不再反复")
BODIES = (
    "云溪市供热站",
    "云溪市供水公司",
    "云溪市燃气公司",
    "示范供电所",
    "云溪市市政维护所",
    "云溪市政务服务中心",
    "示范街道综合窗口",
    "电梯维保公司",
)


@dataclass(slots=True)
class Leaf:
    """What there is to say about one category: titles, requests, what was done on the spot."""

    titles: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def title_of(self, template: str) -> str:
        """The title that has most in common with a request; of restricted categories the line itself."""
        words = _pairs(template)
        # Where nothing is in common the first counts, which says least.
        return max(self.titles, key=lambda title: len(words & _pairs(title)) / len(title), default=template)


def _pairs(text: str) -> set[str]:
    return {text[n : n + 2] for n in range(len(text) - 1)}


def _read(words: str) -> Mapping[str, Leaf]:
    leaves: dict[str, Leaf] = {}
    for line in words.strip().splitlines():
        mark, rest = line[0], line[1:].strip()
        if mark == "@":
            leaf = leaves[rest] = Leaf()
        elif mark == "#":
            leaf.titles += rest.split("|")
        elif mark == "=":
            leaf.done += rest.split("|")
        else:
            leaf.texts.append(line)
    return leaves


LEAVES: Mapping[str, Leaf] = {**_read(words_errands.WORDS), **_read(words_places.WORDS)}
"""The words of every category by its code."""


def filled(
    template: str, chance: random.Random, *, b: str = "1", u: str = "1", f: int = 1, m: int = 1
) -> str:
    """A template with its slots filled: building, unit, floor, month as given, days and times by chance."""
    if "{" not in template:
        return template
    return template.format(
        b=b,
        u=u,
        f=f,
        m=f"{m}月",
        n=chance.randint(2, 6),
        w=chance.choice(_WEEKDAYS),
        d=chance.choice(_PARTS),
        t=chance.choice(_TIMES),
        k=chance.choice(_LATELY),
    )


def slipped(text: str, chance: random.Random) -> str:
    """The text with one slip of the pen: a like-sounding character, two changed places, one written twice."""
    wrong = [n for n, c in enumerate(text) if c in _SLIPS]
    kind = chance.randrange(3)
    if kind == 0 and wrong:
        n = chance.choice(wrong)
        return text[:n] + _SLIPS[text[n]] + text[n + 1 :]
    pairs = [n for n in range(len(text) - 1) if "一" <= text[n] <= "鿿" and "一" <= text[n + 1] <= "鿿"]
    if not pairs:
        return text + text[-1:]
    n = chance.choice(pairs)
    if kind == 1 and text[n] != text[n + 1]:
        return text[:n] + text[n + 1] + text[n] + text[n + 2 :]
    return text[: n + 1] + text[n:]
