"""What a household is told of its case: where it stands, what comes, what it can do, who looked, and why."""

from contracts.bilingual import Bilingual
from intake.family.sentences_after_pool import AFTER_POOL

OF_STATES = {
    "family.state.submitted": Bilingual(
        "申请已收到，正在检查材料是否齐全。", "It is here, and being checked for what is missing."
    ),
    "family.state.supplement_wanted": Bilingual(
        "材料不齐，补齐之后才能受理。缺什么，下面都列出来了。",
        "Something is missing. It is taken up as soon as everything below is handed in.",
    ),
    "family.state.refused": Bilingual(
        "申请不予受理，全部理由见“逐项审核”。这不影响您以后再次申请。",
        "It was not taken up; every reason stands under “Rules”. You may apply again.",
    ),
    "family.state.verifying": Bilingual(
        "申请已受理，正在向有关部门核实。不需要您跑腿。",
        "It is taken up, and the departments are being asked. You need not go anywhere.",
    ),
    "family.state.eligible": Bilingual(
        "审核通过，马上列入公示名单。", "Every condition is met; it goes onto the public list in a moment."
    ),
    "family.state.review": Bilingual(
        "部门核实已经完成，现由工作人员审核。在工作人员决定之前，没有任何对您不利的结论。",
        "The departments have been asked; an officer looks at it now. Nothing is decided against you before that.",
    ),
    "family.state.ineligible": Bilingual(
        "经工作人员确认，不符合申请条件。逐项理由见“逐项审核”。不产生禁止申请的期限。",
        "An officer confirmed that it does not meet the conditions; see “Rules”. You may apply again.",
    ),
    "family.state.in_publicity": Bilingual(
        "符合条件，暂列轮候库，正在公示。", "Every condition is met; it stands on the public list."
    ),
    "family.state.objected": Bilingual(
        "公示期间有人提出异议，住建局正在核查。决定之前公示不能结束。",
        "Somebody objected during publicity; the bureau looks into it. The list entry stays until that is decided.",
    ),
    "family.state.pool_confirmed": Bilingual("公示结束，已正式进入轮候库。", "It is in the waiting pool."),
    "family.state.disqualified": Bilingual(
        "异议成立，本次申请的资格取消。不产生禁止申请的期限，可以再次申请。",
        "An objection was upheld: this application is disqualified. You may apply again.",
    ),
    "family.state.withdrawn": Bilingual(
        "申请已按要求撤回。可以随时再次申请。", "It was withdrawn. You may apply again."
    ),
}

OF_WAITS = {
    "family.waits.you": Bilingual("等您补交材料", "for you to hand in what is missing"),
    "family.waits.department": Bilingual("等部门答复：{department}", "for an answer: {department}"),
    "family.waits.officer": Bilingual("等工作人员审核", "for an officer"),
    "family.waits.period": Bilingual("等公示期满", "for the publicity period to end"),
    "family.waits.bureau": Bilingual("等住建局对异议作出决定", "for the bureau to decide the objection"),
    "family.waits.project": Bilingual(
        "等项目管理单位通知缴纳意向金", "for the project's manager to ask for the deposit"
    ),
}

OF_PROMISES = {
    "family.promise.supplement": Bilingual("最迟在这一天补交材料", "Hand in what is missing by this day"),
    "family.promise.answers": Bilingual("部门答复期限", "The departments answer by"),
    "family.promise.publicity": Bilingual("公示截止", "Publicity ends"),
}
"""Also the titles of entries in a calendar."""

OF_STEPS = {
    "family.next.checked": Bilingual("检查完毕，马上有结果。", "It is checked in a moment."),
    "family.next.complete": Bilingual(
        "补齐之后立即受理，并向各部门查询。在此之前不会有任何进展；逾期系统也不会自动作废申请。",
        "Once all is there it is taken up at once, and the departments are asked. Until then nothing moves; "
        "nothing is cancelled by itself after that day either.",
    ),
    "family.next.reminded": Bilingual("自动提醒还没有答复的部门：{departments}", "A reminder goes to: {departments}"),
    "family.next.deferred": Bilingual("{departments}承诺在此之前答复", "{departments} promised an answer by then"),
    "family.next.overdue": Bilingual(
        "仍未答复的部门算逾期，工作人员跟进，必要时代为答复",
        "Who has not answered by then is overdue; an officer follows it up and may answer for them",
    ),
    "family.next.by_hand": Bilingual(
        "已逾期：{departments}。工作人员正在跟进，必要时代为答复。",
        "Overdue: {departments}. An officer follows it up and may answer for them.",
    ),
    "family.next.determined": Bilingual(
        "答复齐了，马上自动逐项审核：全部符合的自动进入公示；其余的交工作人员审核，不由机器作不利决定。",
        "With the answers there, each rule is judged at once. If all are met it goes onto the public list by itself; "
        "everything else goes to an officer: no machine decides against you.",
    ),
    "family.next.publicity": Bilingual(
        "自动列入公示名单，并通知您。", "It is put onto the public list, and you are told."
    ),
    "family.next.officer": Bilingual(
        "不会自动发生任何事：由工作人员决定，结果会通知您。办法没有规定期限。",
        "Nothing by itself: an officer decides, and you are told. The measures set no date.",
    ),
    "family.next.pool": Bilingual(
        "没有未决异议的，公示自动结束，正式进入轮候库",
        "Without an open objection publicity ends by itself, and it enters the waiting pool",
    ),
    "family.next.objection": Bilingual(
        "住建局决定异议，结果会通知您。办法没有规定期限。不成立的，公示期满即自动进入轮候库。",
        "The bureau decides the objection, and you are told; the measures set no date. If it is dismissed, the case "
        "enters the pool by itself once the period is over.",
    ),
    "family.next.not_before": Bilingual("公示期满，在此之前不会结束", "The period ends; not before"),
    "family.next.deposit": Bilingual(
        "系统里不会再自动发生什么：意向金的金额、方式和期限由项目管理单位通知。请勿向短信或者电话里的账号转账。",
        "Nothing more by itself: the project's manager tells you amount, way and date of the deposit. "
        "Never transfer money to an account from a text message or a call.",
    ),
    "family.next.nothing": Bilingual(
        "这件申请已经结束，不会再发生什么。", "This application is over; nothing more happens."
    ),
}

OF_ANOTHER_LOOK = {
    "family.again.refused": Bilingual(
        "认为理由不对的，可以请住建局复核；理由消除以后，也可以直接再次申请。",
        "If you think a reason is wrong, ask the bureau to look again; once it is gone you may simply apply again.",
    ),
    "family.again.ineligible": Bilingual(
        "有异议的，可以请住建局复核：工作人员可以开启新一轮核查，重新向各部门查询。某部门登记有误的，可以先请该部门更正。",
        "You may ask the bureau to look again: an officer can open a new round and ask every department anew. "
        "If a register is wrong, have that department correct it first.",
    ),
    "family.again.decided": Bilingual(
        "对决定有异议的，可以请住建局复核。", "If you disagree, ask the bureau to look again."
    ),
    "family.again.disqualified": Bilingual(
        "对决定有异议的，可以请住建局复核；也可以再次申请。",
        "If you disagree, ask the bureau to look again; you may also apply again.",
    ),
}

OF_RULES = {
    "family.rule.met": Bilingual("符合", "met"),
    "family.rule.not_met": Bilingual("不符合", "not met"),
    "family.rule.unknown": Bilingual("尚不能认定", "not known"),
    "family.rule.officer": Bilingual("由工作人员认定", "an officer decides"),
    "family.rule.waiting": Bilingual("尚未审核", "not judged yet"),
}

OF_LOOKS = {
    "family.why.ban": Bilingual("受理前核查是否在禁止申请期内", "whether a ban binds, before it is taken up"),
    "family.why.asked": Bilingual("联合审核需要核实", "the joint review needs it"),
    "family.why.asked_again": Bilingual("复核，重新查询", "asked anew for another look"),
    "family.why.by_hand": Bilingual("代{department}答复", "answered for: {department}"),
    "family.why.confirmed": Bilingual("审核并作出决定", "reviewed and decided"),
    "family.why.reverified": Bilingual("开启新一轮核查", "opened another round"),
    "family.why.objection": Bilingual("核查并决定异议", "looked into an objection and decided it"),
    "family.why.withdrawn": Bilingual("在窗口为您办理撤回", "withdrew it for you at the counter"),
    "family.why.supplemented": Bilingual("在窗口为您补交材料", "took your supplement at the counter"),
    "family.why.corrected": Bilingual("更正公示内容", "corrected the public entry"),
    "family.why.public": Bilingual("依法公示", "the law has it shown"),
    "family.result.answered": Bilingual("已答复", "answered"),
    "family.result.by_hand": Bilingual("由工作人员代为答复", "answered by an officer instead"),
    "family.result.open": Bilingual("尚未答复", "not answered"),
    "family.result.silent": Bilingual("没有答复，或者当时联系不上", "no answer, or out of reach then"),
    "family.result.unknown": Bilingual("没有单独记录", "not recorded by itself"),
    "family.result.shown": Bilingual("仍在公示", "still shown"),
    "family.result.taken_down": Bilingual("已撤下", "taken down"),
    "family.field.name": Bilingual("姓名", "name"),
    "family.field.id_number": Bilingual("证件号", "ID number"),
    "family.field.name_masked": Bilingual("姓名（隐去部分）", "name (masked)"),
    "family.field.id_number_masked": Bilingual("证件号（隐去部分）", "ID number (masked)"),
    "family.field.family_size": Bilingual("家庭人数", "family size"),
    "family.field.outcome": Bilingual("审核结果", "outcome"),
    "family.looked.case": Bilingual("整份申请", "the whole application"),
    "family.looked.names": Bilingual(
        "您家庭成员的姓名和部分证件号", "your family's names, and parts of their ID numbers"
    ),
    "family.looked.objection": Bilingual("异议和公示内容", "an objection and the public entry"),
    "family.looked.question": Bilingual(
        "向{department}查询的内容（查询了谁）", "the question to {department}: who is asked about"
    ),
    "family.role.viewer": Bilingual("查询人员", "viewer"),
    "family.role.clerk": Bilingual("部门经办人员", "department clerk"),
    "family.role.officer": Bilingual("审核人员", "officer"),
    "family.role.operations": Bilingual("运维人员", "operations"),
    "family.role.head": Bilingual("局领导", "head of the bureau"),
    "family.role.project-unit": Bilingual("项目管理单位", "project unit"),
    "family.kind.question": Bilingual("向部门查询", "question to a department"),
    "family.kind.act": Bilingual("工作人员办理", "act of an officer"),
    "family.kind.look": Bilingual("工作人员查看", "look by an officer"),
    "family.kind.public": Bilingual("公示名单", "public list"),
    "family.who.everybody": Bilingual("任何人", "anybody"),
}

SENTENCES = {
    **AFTER_POOL,
    **OF_STATES,
    **OF_WAITS,
    **OF_PROMISES,
    **OF_STEPS,
    **OF_ANOTHER_LOOK,
    **OF_RULES,
    **OF_LOOKS,
}
