"""Names and set sentences in Chinese and English: one table a kind, falling back to the plain name."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from contracts.events import Truth
from contracts.policy import InForce

Language = Literal["zh", "en"]


class Title(NamedTuple):
    """One thing's name in both languages."""

    zh: str
    en: str


DEPARTMENTS = {
    "household-registry": Title("公安户籍", "household registry (public security)"),
    "civil-affairs": Title("民政", "civil affairs"),
    "social-security": Title("人社", "human resources and social security"),
    "tax": Title("税务", "tax"),
    "real-estate": Title("不动产登记", "real-estate registration"),
    "housing": Title("住建局", "housing bureau"),
    "form": Title("申请表", "the application form"),
}

RULES = {
    "R17a": Title("主申请人具有完全民事行为能力", "The main applicant has full legal capacity"),
    "R17b": Title(
        "家庭成员为配偶和未成年子女，且与登记信息一致",
        "The family is spouse and minor children, and agrees with the registers",
    ),
    "R17c": Title("单身申请人达到法定婚龄", "A single person has reached the age of marriage"),
    "R18a": Title("主申请人具有海南区户籍", "The main applicant's hukou is in Hainan District"),
    "R18b": Title("主申请人在本地实际居住", "The main applicant actually lives locally"),
    "R18c": Title(
        "家庭在海勃湾区、海南区、乌达区无住房或者人均面积低于标准",
        "The family owns no housing in Haibowan, Hainan District and Wuda, or less than the area per member",
    ),
    "R32": Title("主申请人不在禁止申请期内", "The main applicant is under no ban"),
    "G20": Title("入住前退出公租房、保障性租赁住房", "Public or affordable rental housing is left before moving in"),
    "one-application": Title("同一项目只有一份在办申请", "One open application in a project"),
    "registration-window": Title("项目已公布价格并在登记期内", "The project is open for registration"),
}

SENTENCES: dict[tuple[str, Truth], str] = {
    ("R17a", "met"): "主申请人已满{law.adult_age}周岁。",
    ("R17a", "not_met"): "主申请人未满{law.adult_age}周岁，且不适用例外情形。",
    ("R17a", "unknown"): "主申请人未满{law.adult_age}周岁，提交了本人收入证明，须由工作人员认定。",
    ("R17b", "met"): "家庭成员均为配偶或者未成年子女，申报情况与登记信息一致。",
    ("R17b", "not_met"): "申请表所列家庭成员中，有人既不是配偶，也不是未成年子女。",
    ("R17b", "unknown"): "申报的家庭情况与登记信息不一致，或者有关部门未能确认。",
    ("R17c", "met"): "不是单身申请，或者申请人已达到法定婚龄（男{man}周岁，女{woman}周岁）。",
    ("R17c", "not_met"): "单身申请人未达到法定婚龄（男{man}周岁，女{woman}周岁）。",
    ("R17c", "unknown"): "尚不能确认单身申请人是否达到法定婚龄（男{man}周岁，女{woman}周岁）。",
    ("R18a", "met"): "主申请人户籍登记在海南区（{law.hukou_division}）。",
    ("R18a", "not_met"): "主申请人户籍登记地不在海南区（{law.hukou_division}）。",
    ("R18a", "unknown"): "户籍登记信息未能确认主申请人的户籍所在地。",
    ("R18b", "met"): "登记信息显示主申请人在本地居住、参保或者有收入记录。",
    ("R18b", "not_met"): "户籍、社保、税务的登记信息均未显示主申请人在本地居住。",
    ("R18b", "unknown"): "现有登记信息不足以确认主申请人是否在本地居住。",
    ("R18c", "met"): "家庭在三区内无住房，或者人均住房面积低于{law.area_per_member}平方米。",
    ("R18c", "not_met"): "家庭在三区内的人均住房面积不低于{law.area_per_member}平方米。",
    ("R18c", "unknown"): "登记信息不足以确认家庭在三区内的住房面积。",
    ("R32", "met"): "主申请人目前不在禁止申请期内。",
    ("R32", "not_met"): "主申请人目前仍在一年禁止申请期内。",
    ("R32", "unknown"): "尚未确认主申请人是否在禁止申请期内。",
    ("G20", "met"): "该项是入住前须完成的事项，不影响资格认定。",
    ("one-application", "not_met"): "申请人或者其配偶在本项目中另有在办申请，须先办结或者撤回。",
    ("registration-window", "not_met"): "项目价格尚未公布，或者申请日不在该项目的登记期内。",
}
"""What a rule found, in Chinese. The English sentence comes with the finding."""

ANYTHING: dict[Truth, str] = {"met": "符合要求。", "not_met": "不符合要求。", "unknown": "尚不能认定。"}
"""For a rule that has no sentence of its own yet."""

CONDITIONS = {"G20": "入住前须退出现承租的公租房或者保障性租赁住房。"}

DOCUMENTS = {
    "application_form": Title("申请表", "application form"),
    "identity_copies": Title("身份证明复印件", "copies of identity documents"),
    "commitment": Title("承诺书", "commitment"),
    "consent": Title("信息查询授权书", "consent to the checks"),
    "own_income": Title("本人收入证明", "proof of own income"),
}

RELATIONS = {
    "applicant": Title("申请人本人", "the applicant"),
    "spouse": Title("配偶", "the spouse"),
    "child": Title("子女", "a child"),
    "member": Title("家庭成员", "a family member"),
}

ENTRY = {
    "name": Title("姓名（隐去部分）", "name (masked)"),
    "id_number": Title("证件号（隐去部分）", "ID number (masked)"),
    "family_size": Title("家庭人数", "family size"),
    "outcome": Title("审核结果", "outcome"),
    "how_to_object": Title("异议方式", "how to object"),
}

VALUES = {
    "age": "年龄",
    "adult_age": "成年年龄",
    "marriage_age": "法定婚龄",
    "declared": "申报的婚姻状况",
    "members": "家庭人数",
    "doubts": "存疑事项",
    "district": "区划",
    "recorded": "登记内容",
    "residence": "登记居住",
    "here": "显示在本地",
    "limit_m2": "人均标准（平方米）",
    "per_member_m2": "人均面积（平方米）",
    "homes": "住房",
    "home": "单元",
    "m2": "面积（平方米）",
    "said_by": "来源",
    "unclear": "不明事项",
    "day": "日期",
    "bans": "禁止申请",
    "since": "起",
    "until": "止（当日起可申请）",
    "condition": "附有条件",
}
"""Chinese names of the values a finding rests on; an unknown one keeps its own."""

SAID = {
    "single": "未婚",
    "married": "已婚",
    "widowed": "丧偶",
    "divorced": "离婚",
    "yes": "是",
    "no": "否",
    "unknown": "不明",
    "not stated": "未载明",
}

POLICIES = {
    "hainan-2025": Title(
        "海南区配售型保障性住房管理办法（试行）",
        "Measures for allocation-type affordable housing of Hainan District (trial)",
    )
}


def title(table: Mapping[str, Title], name: str, language: Language) -> str:
    """A thing's title; what the table does not know keeps its plain name (a seventh department)."""
    known = table.get(name)
    return getattr(known, language) if known else name


def sentence(rule: str, truth: Truth, text: str, law: InForce) -> str:
    """What one rule found, in Chinese; for an unknown rule the words that came with it stand beside."""
    known = SENTENCES.get((rule, truth))
    if known is None:
        return f"{ANYTHING[truth]}（{text}）"
    return known.format(law=law, man=law.marriage_age("male"), woman=law.marriage_age("female"))
