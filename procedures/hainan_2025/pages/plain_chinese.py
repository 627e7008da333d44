"""What a finding rests on in plain Chinese, where the log has it in English words: reasons, and codes of registers.

For pages. The letters keep what they were sent with (tests/golden); a sentence that is unknown here stays as it is.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from procedures.hainan_2025 import titles
from procedures.hainan_2025.phrasing import Words

DIVISIONS = {"150302": "海勃湾区", "150303": "海南区", "150304": "乌达区", "not stated": "未载明"}
STATUSES = {"normal": "正常", "cancelled": "已注销", "deceased": "已故", "not stated": "状态未载明"}
WHO = r"(the applicant|the spouse|child \d+)"
DECLARED = r"\((\w+)\)"

REASONS = (
    (r"(normal|cancelled|deceased|not stated) in (\w+|not stated)", "{1}（{0}）"),
    # --- the declared family and the registers
    (r"the declared spouse was (\d+) on the day of acceptance, below (\d+)", "申报的配偶受理时{0}岁，未满{1}周岁"),
    (
        WHO + " stood in another open application of the project at acceptance",
        "{0}受理时还列在本项目另一份在办申请中",
    ),
    (r"civil affairs says nothing clear about " + WHO, "民政未能明确答复{0}的情况"),
    (r"civil affairs has no record of " + WHO + ", declared married", "民政没有{0}的婚姻登记，申报为已婚"),
    (
        r"civil affairs records no marital status for " + WHO + ", declared married",
        "民政未载明{0}的婚姻状况，申报为已婚",
    ),
    (
        r"civil affairs records another marital status for " + WHO + " than declared " + DECLARED,
        "民政登记的{0}婚姻状况与申报（{1}）不同",
    ),
    (r"civil affairs records another spouse for " + WHO + " than declared", "民政登记的{0}配偶与申报的不同"),
    (r"the household registry says nothing clear about " + WHO, "公安户籍未能明确答复{0}的情况"),
    (r"the household registry records " + WHO + " as deceased", "公安户籍登记{0}已故"),
    (r"([a-z -]+) has not answered", "{0}没有答复"),
    (r"([a-z -]+) has not answered clearly about everybody", "{0}没有对全部成员作出明确答复"),
    (
        r"([a-z -]+) says '(.*)' as (\w+) of " + WHO + ", which is not understood",
        "{0}关于{3}的答复“{1}”（{2}）无法识读",
    ),
    # --- homes
    (r"its code is missing, so it cannot be told from others", "缺少单元号，无法与其他住房区分"),
    (r"its use, division or status is missing or stated in two ways", "用途、区划或者状态缺失，或者说法不一"),
    (r"its use, division or status is missing", "用途、区划或者状态缺失"),
    (r"it is listed differently for two members", "两名成员名下的记载不一致"),
    (r"none of the owners listed is a member", "所列产权人都不是家庭成员"),
    (r"its building area is missing or stated in two ways", "建筑面积缺失，或者说法不一"),
    (r"its ownership is sole with somebody outside the family", "登记为单独所有，但列有家庭以外的人"),
    (r"its ownership is joint with somebody outside the family", "与家庭以外的人共同共有"),
    (r"its form of ownership is missing, unknown or stated in two ways", "共有方式缺失、不明，或者说法不一"),
    (r"a member's part is listed twice in the same words", "同一成员的份额重复列出"),
    (r"a share is missing", "缺少份额"),
    (r"its shares add up to more than one", "份额合计超过一"),
    (r"somebody outside the family may own a part, under no code", "家庭以外的人可能占有份额（未载单元号）"),
    (r"the contract calls it a home, the registry does not", "合同称为住房，登记并非住房"),
    (r"the registry has not said whether it is registered already", "不动产登记尚未说明是否已经登记"),
    (r"its buyer is missing", "缺少买受人"),
    (r"it does not say whether it is a contract", "未说明是否为合同"),
    (r"its unit code is not understood, so it may be registered already", "单元号无法识读，可能已经登记"),
    (r"it is listed with a number and without", "有的有合同号，有的没有"),
    (
        r"whether it is one contract or two cannot be told without unit code and number",
        "没有单元号和合同号，无法判断是一份还是两份合同",
    ),
    (r"the buyer's share is missing", "缺少买受人的份额"),
)
"""Each sentence whole; what is in it is said in Chinese where that is known."""
_COMPILED = tuple((re.compile(english), chinese) for english, chinese in REASONS)
_OF_A_HOME = re.compile(r"(.+?): (.+)")


@dataclass(frozen=True)
class PlainWords(Words):
    """The words of a page."""

    def _word(self, word: str) -> str:
        return (in_chinese(word) if self.language == "zh" else None) or super()._word(word)


def in_chinese(text: str) -> str | None:
    """None for what is no sentence of ours."""
    for english, chinese in _COMPILED:
        if found := english.fullmatch(text):
            return chinese.format(*map(_piece, found.groups()))
    home = _OF_A_HOME.fullmatch(text)
    reason = in_chinese(home[2]) if home else None
    return f"{_piece(home[1])}：{reason}" if home and reason else None


def _piece(word: str) -> str:
    """A person, a department, a division, a status; whatever else it is stays."""
    if word.startswith("child "):
        return f"第{word.removeprefix('child ')}个孩子"
    if word.startswith("the ") and word.removeprefix("the ") in titles.RELATIONS:
        return titles.RELATIONS[word.removeprefix("the ")].zh
    known: tuple[Callable[[str], str | None], ...] = (DIVISIONS.get, STATUSES.get, titles.SAID.get, _department)
    return next((said for look in known if (said := look(word))), word)


def _department(word: str) -> str | None:
    name = {"the housing bureau": "housing", "real-estate registration": "real-estate"}.get(word, word)
    title = titles.DEPARTMENT_TITLES.get(name.replace(" ", "-"))
    return title.zh if title else None
