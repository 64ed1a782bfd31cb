"""Invented names, forms of address and telephone numbers; drawn at random and independent of all else."""

import random

FAMILIES = tuple(
    "王王王王李李李李张张张刘刘刘陈陈陈杨杨赵赵黄黄周周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓"
    "许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟"
)
GIVEN = tuple(
    "敏静丽强磊洋艳勇军杰娟涛明超兰霞平刚桂英华玉萍红伟芳娜秀云建国志文博宇浩然欣怡佳慧晨阳宁雪梅春燕凤琴"
    "海波峰鹏飞斌辉凯旭东立新永福德胜利民安康瑞祥兴和乐清源远航晓彤思雨婷雅洁莉颖琳倩薇梦瑶岚珍珠淑贞"
)
RARE_GIVEN = tuple("喆堃垚玥祎昇赟鋆淏珺翀犇頔")
"""Characters of names that the old GB2312 set does not have."""
RARE_FAMILIES = tuple("禤偰瞫")
RAREST_GIVEN = tuple("𬎆𫍽𬭎𬀩𫖯𬱖")
"""Characters beyond the first plane of Unicode, for which many old programs have no room."""
PARTED = ("米拉", "卡亚", "洛安", "艾文", "塔莎", "诺亚", "维安", "莱尔", "苏雅", "贝宁")
"""Parts of names that are written with a dot between them."""

TITLES = ("女士", "先生", "阿姨", "师傅", "大姐", "老师")
_TITLE_WEIGHTS = (45, 36, 8, 5, 4, 2)
RARE, RAREST, DOTTED = 0.003, 0.0002, 0.01
"""How many of all names have a rare character, one beyond the first plane, a dot."""
FALSE_BLOCK = "1990000"
"""No telephone has a number of this block."""


def full(chance: random.Random) -> str:
    """A full name of two or three characters, now and then one that is hard to write."""
    draw = chance.random()
    if draw < DOTTED:
        return "·".join(chance.sample(PARTED, 2))
    family, first = chance.choice(FAMILIES), chance.choice(GIVEN)
    if draw < DOTTED + RAREST:
        return family + chance.choice(RAREST_GIVEN)
    if draw < DOTTED + RAREST + RARE:
        return family + first + chance.choice(RARE_GIVEN)
    return family + first + (chance.choice(GIVEN) if chance.random() < 0.72 else "")


def address(chance: random.Random) -> str:
    """A form of address: 王女士."""
    draw = chance.random()
    families = FAMILIES if draw >= RARE + RAREST else RARE_FAMILIES if draw < RARE else RAREST_GIVEN
    return chance.choice(families) + chance.choices(TITLES, _TITLE_WEIGHTS)[0]


def phone(chance: random.Random) -> str:
    """A telephone number that nobody has."""
    return f"{FALSE_BLOCK}{chance.randrange(10_000):04}"
