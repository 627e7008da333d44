"""Names and set sentences in Chinese and English: one table a kind, falling back to the plain name."""

import re
from collections.abc import Mapping
from typing import Literal

from contracts.application import ApplicationForm
from contracts.bilingual import Bilingual
from contracts.case.states import State
from contracts.events.values import Gap, Truth
from procedures.hainan_2025.departments import DEPARTMENTS
from procedures.policy import InForce

Language = Literal["zh", "en"]
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")


DEPARTMENT_TITLES = {department.name: department.title for department in DEPARTMENTS} | {
    "form": Bilingual("申请表", "the application form")
}

ENQUIRIES = Bilingual("海南区物业与住房服务中心", "the property and housing service centre of Hainan District")
"""Where a household asks, unless an operator names another place."""

STATES = {
    State.SUBMITTED: Bilingual("已提交", "handed in"),
    State.SUPPLEMENT_WANTED: Bilingual("待补正材料", "something is missing"),
    State.REFUSED: Bilingual("不予受理", "not taken up"),
    State.VERIFYING: Bilingual("联合审核中", "being verified"),
    State.REVIEW: Bilingual("工作人员审核中", "an officer reviews it"),
    State.INELIGIBLE_PROPOSED: Bilingual("待工作人员确认", "waits for an officer's word"),
    State.INELIGIBLE: Bilingual("不符合条件", "not eligible"),
    State.IN_PUBLICITY: Bilingual("公示中", "on the public list"),
    State.OBJECTED: Bilingual("异议核查中", "an objection is looked into"),
    State.POOL_CONFIRMED: Bilingual("正式轮候", "in the waiting pool"),
    State.DISQUALIFIED: Bilingual("资格已取消", "disqualified"),
    State.WITHDRAWN: Bilingual("已撤回", "withdrawn"),
    State.DEPOSIT_ASKED: Bilingual("待缴纳意向金", "the deposit is asked"),
    State.DEPOSIT_PAID: Bilingual("意向金已缴纳", "the deposit is paid"),
    State.IN_DRAW: Bilingual("已列入摇号名单", "in the list of the draw"),
    State.DRAWN: Bilingual("摇号入围", "drawn"),
    State.SUBSTITUTE: Bilingual("摇号候补", "a substitute"),
    State.CALLED_TO_CHOOSE: Bilingual("待选房", "called to choose"),
    State.CHOICE_MISSED: Bilingual("未参加选房，待听取意见", "did not come to choose, is heard"),
    State.CANCELLED: Bilingual("购房资格已取消", "qualification cancelled"),
    State.HOME_CHOSEN: Bilingual("已选定房源", "a home is chosen"),
    State.CONTRACT_SIGNED: Bilingual("已签订合同", "the contract is signed"),
    State.PRICE_SETTLED: Bilingual("房款已结清", "the price is paid"),
    State.HANDED_OVER: Bilingual("已交付入住", "handed over"),
    State.EXIT_PROPOSED: Bilingual("拟视为退出，待听取意见", "exit proposed, is heard"),
    State.EXITED: Bilingual("已退出", "has left"),
    State.BOUGHT_BACK: Bilingual("已回购", "bought back"),
}

RULES = {
    "R17a": Bilingual("主申请人具有完全民事行为能力", "The main applicant has full legal capacity"),
    "R17b": Bilingual(
        "家庭成员为配偶和未成年子女，且与登记信息一致",
        "The family is spouse and minor children, and agrees with the registers",
    ),
    "R17c": Bilingual("单身申请人达到法定婚龄", "A single person has reached the age of marriage"),
    "R18a": Bilingual("主申请人具有海南区户籍", "The main applicant's hukou is in Hainan District"),
    "R18b": Bilingual("主申请人在本地实际居住", "The main applicant actually lives locally"),
    "R18c": Bilingual(
        "家庭在海勃湾区、海南区、乌达区无住房或者人均面积低于标准",
        "The family owns no housing in Haibowan, Hainan District and Wuda, or less than the area per member",
    ),
    "R32": Bilingual("主申请人不在禁止申请期内", "The main applicant is under no ban"),
    "G20": Bilingual(
        "入住前退出公租房、保障性租赁住房", "Public or affordable rental housing is left before moving in"
    ),
    "one-application": Bilingual("同一项目只有一份在办申请", "One open application in a project"),
    "registration-window": Bilingual("项目已公布价格并在登记期内", "The project is open for registration"),
}

SENTENCES: dict[tuple[str, Truth], Bilingual] = {
    ("R17a", "met"): Bilingual("主申请人已满{law.adult_age}周岁。", "The main applicant is {law.adult_age} or older."),
    ("R17a", "not_met"): Bilingual(
        "主申请人未满{law.adult_age}周岁，且不适用例外情形。",
        "The main applicant is younger than {law.adult_age}, and no exception applies.",
    ),
    ("R17a", "unknown"): Bilingual(
        "主申请人未满{law.adult_age}周岁，提交了本人收入证明，须由工作人员认定。",
        "The main applicant is younger than {law.adult_age} and showed an income of their own; an officer decides.",
    ),
    ("R17b", "met"): Bilingual(
        "家庭成员均为配偶或者未成年子女，申报情况与登记信息一致。",
        "The family is spouse and minor children, as the registers have it.",
    ),
    ("R17b", "not_met"): Bilingual(
        "申请表所列家庭成员中，有人既不是配偶，也不是未成年子女。",
        "Somebody on the form is neither the spouse nor a minor child.",
    ),
    ("R17b", "unknown"): Bilingual(
        "申报的家庭情况与登记信息不一致，或者有关部门未能确认。",
        "The family as declared and the registers do not agree, or a department could not confirm it.",
    ),
    ("R17c", "met"): Bilingual(
        "不是单身申请，或者申请人已达到法定婚龄（男{man}周岁，女{woman}周岁）。",
        "Not a family of one, or of the age of marriage (man {man}, woman {woman}).",
    ),
    ("R17c", "not_met"): Bilingual(
        "单身申请人未达到法定婚龄（男{man}周岁，女{woman}周岁）。",
        "A family of one, below the age of marriage (man {man}, woman {woman}).",
    ),
    ("R17c", "unknown"): Bilingual(
        "尚不能确认单身申请人是否达到法定婚龄（男{man}周岁，女{woman}周岁）。",
        "It is not known whether a family of one has reached the age of marriage (man {man}, woman {woman}).",
    ),
    ("R18a", "met"): Bilingual(
        "主申请人户籍登记在海南区（{law.hukou_division}）。",
        "The main applicant's hukou is in Hainan District ({law.hukou_division}).",
    ),
    ("R18a", "not_met"): Bilingual(
        "主申请人户籍登记地不在海南区（{law.hukou_division}）。",
        "The main applicant's hukou is not in Hainan District ({law.hukou_division}).",
    ),
    ("R18a", "unknown"): Bilingual(
        "户籍登记信息未能确认主申请人的户籍所在地。", "The registers do not show where the main applicant's hukou is."
    ),
    ("R18b", "met"): Bilingual(
        "登记信息显示主申请人在本地居住、参保或者有收入记录。",
        "A register shows that the main applicant lives, is insured or has income here.",
    ),
    ("R18b", "not_met"): Bilingual(
        "户籍、社保、税务的登记信息均未显示主申请人在本地居住。",
        "No register shows that the main applicant lives here.",
    ),
    ("R18b", "unknown"): Bilingual(
        "现有登记信息不足以确认主申请人是否在本地居住。",
        "The registers do not say enough to know whether the main applicant lives here.",
    ),
    ("R18c", "met"): Bilingual(
        "家庭在三区内无住房，或者人均住房面积低于{law.area_per_member}平方米。",
        "The family owns no home in the three divisions, or less than {law.area_per_member} m² a member.",
    ),
    ("R18c", "not_met"): Bilingual(
        "家庭在三区内的人均住房面积不低于{law.area_per_member}平方米。",
        "The family owns {law.area_per_member} m² a member or more in the three divisions.",
    ),
    ("R18c", "unknown"): Bilingual(
        "登记信息不足以确认家庭在三区内的住房面积。",
        "The registers do not say enough to know how much the family owns in the three divisions.",
    ),
    ("R32", "met"): Bilingual("主申请人目前不在禁止申请期内。", "No ban binds the main applicant."),
    ("R32", "not_met"): Bilingual("主申请人目前仍在一年禁止申请期内。", "The one-year ban binds the main applicant."),
    ("R32", "unknown"): Bilingual(
        "尚未确认主申请人是否在禁止申请期内。", "It is not known whether a ban binds the main applicant."
    ),
    ("G20", "met"): Bilingual(
        "该项是入住前须完成的事项，不影响资格认定。",
        "A condition to be met before moving in; it decides nothing about the outcome.",
    ),
    ("one-application", "not_met"): Bilingual(
        "申请人或者其配偶在本项目中另有在办申请，须先办结或者撤回。",
        "Applicant or spouse stand in another open application of the project, which comes first or is withdrawn.",
    ),
    ("registration-window", "not_met"): Bilingual(
        "项目价格尚未公布，或者申请日不在该项目的登记期内。",
        "The project's price is not published, or this is no day of its registration.",
    ),
}
"""What a rule found. Its code is rule and truth, as in `R18c.not_met`; a ground of a refusal is a rule not met."""

ANYTHING: dict[Truth, str] = {"met": "符合要求。", "not_met": "不符合要求。", "unknown": "尚不能认定。"}
"""For a rule that has no sentence of its own yet."""

CONDITIONS = {
    "G20": Bilingual(
        "入住前须退出现承租的公租房或者保障性租赁住房。",
        "Public or affordable rental housing is to be left before moving in.",
    )
}
"""What is to be done before moving in; its code is `G20.condition`."""

GAPS = {
    "missing-document": Bilingual("缺少：{document}", "hand in the {document}"),
    "missing-consent": Bilingual("缺少{person}的查询授权同意", "hand in the consent of {person}"),
    "missing-consent-of-a-child": Bilingual(
        "缺少{person}的查询授权同意，由监护人出具", "hand in the consent of {person}, given by a guardian"
    ),
}
"""What can be missing, by its code."""

DOCUMENTS = {
    "application_form": Bilingual("申请表", "application form"),
    "identity_copies": Bilingual("身份证明复印件", "copies of identity documents"),
    "commitment": Bilingual("承诺书", "commitment"),
    "consent": Bilingual("信息查询授权书", "consent to the checks"),
    "own_income": Bilingual("本人收入证明", "proof of own income"),
}

RELATIONS = {
    "applicant": Bilingual("申请人本人", "the applicant"),
    "spouse": Bilingual("配偶", "the spouse"),
    "child": Bilingual("子女", "a child"),
    "member": Bilingual("家庭成员", "a family member"),
}

MARITAL_STATUS = {
    "single": Bilingual("未婚", "single"),
    "married": Bilingual("已婚", "married"),
    "widowed": Bilingual("丧偶", "widowed"),
    "divorced": Bilingual("离婚", "divorced"),
}

DIVISIONS = {
    "150303": Bilingual("海南区", "Hainan District"),
    "150302": Bilingual("海勃湾区", "Haibowan"),
    "150304": Bilingual("乌达区", "Wuda"),
}
"""The divisions of Wuhai (GB/T 2260)."""

ENTRY = {
    "name": Bilingual("姓名（隐去部分）", "name (masked)"),
    "id_number": Bilingual("证件号（隐去部分）", "ID number (masked)"),
    "family_size": Bilingual("家庭人数", "family size"),
    "outcome": Bilingual("审核结果", "outcome"),
    "how_to_object": Bilingual("异议方式", "how to object"),
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
    "hainan-2025": Bilingual(
        "海南区配售型保障性住房管理办法（试行）",
        "Measures for allocation-type affordable housing of Hainan District (trial)",
    )
}


def told_state(state: State) -> State:
    """The state as its household is told: what a machine proposes is told to nobody before a person confirmed it."""
    return State.REVIEW if state is State.INELIGIBLE_PROPOSED else state


def title(table: Mapping[str, Bilingual], name: str, language: Language) -> str:
    """A thing's title; what the table does not know keeps its plain name (a seventh department)."""
    known = table.get(name)
    return getattr(known, language) if known else name


def sentence(rule: str, truth: Truth, text: str, law: InForce) -> str:
    """What one rule found, in Chinese; for an unknown rule the words that came with it stand beside."""
    known = SENTENCES.get((rule, truth))
    if known is None:
        return f"{ANYTHING[truth]}（{text}）"
    return known.zh.format(law=law, man=law.marriage_age("male"), woman=law.marriage_age("female"))


def ground(rule: str, text: str, law: InForce) -> str:
    """A reason of a refusal, in Chinese; its dates stand in its English words only, so they are listed after."""
    chinese, dates = sentence(rule, "not_met", text, law), "、".join(_DATE.findall(text))
    return f"{chinese}（所涉日期：{dates}）" if dates else chinese


def condition(rule: str, text: str, to_be_checked: bool) -> str:
    """A condition, in Chinese."""
    known = CONDITIONS.get(rule)
    return (known.zh if known else text) + ("（待核实）" if to_be_checked else "")


def gap_code(gap: Gap, role: str) -> str:
    """Of what kind a gap is; `role` is whose consent is missing."""
    if gap.consent_of is None:
        return "missing-document"
    return "missing-consent-of-a-child" if role == "child" else "missing-consent"


def gap(gap: Gap, role: str, called: str) -> str:
    """What is missing, in Chinese; `called` says whose consent, where it is one."""
    document = title(DOCUMENTS, gap.document, "zh") if gap.document else gap.text
    return GAPS[gap_code(gap, role)].zh.format(document=document, person=called)


def role_of(form: ApplicationForm, id_number: str) -> str:
    """A person's part in the family by the form: applicant, spouse, child or member."""
    if id_number == form.applicant.id_number:
        return "applicant"
    relation = next((member.relation for member in form.members if member.id_number == id_number), "member")
    return relation if relation in RELATIONS else "member"
