"""The texts of the form of an answer, and of the clerk's desk."""

from contracts.bilingual import Bilingual

ANSWERS = {
    "answer.person": Bilingual("第 {n} 人：{name} {id_number}", "Person {n}: {name} {id_number}"),
    "answer.kind": Bilingual("查询结果", "What was found"),
    "answer.row": Bilingual("第 {n} 条登记", "Row {n}"),
    "answer.add": Bilingual("再加一条登记", "Another row"),
    "answer.remove": Bilingual("删除第 {n} 条", "Remove row {n}"),
    "answer.not_stated": Bilingual("未登记", "not stated"),
    "answer.most_rows": Bilingual(
        "一次最多 {most} 条登记；更多请用 lianshen answer 或 lianshen clerk answer 录入。",
        "At most {most} rows at once; more of them by `lianshen answer` or `lianshen clerk answer`.",
    ),
    "answer.empty": Bilingual("没有登记的内容请留空。", "What the register does not state stays empty."),
    "answer.wrong.kind": Bilingual("请选择查询结果", "Choose what was found"),
    "answer.wrong.no_row": Bilingual("“查到记录”至少要填一条登记", "Found: at least one row says what"),
    "answer.wrong.rows": Bilingual("填有登记内容时，查询结果应为“查到记录”", "With a row filled in, it is found"),
    "answer.wrong.code": Bilingual("不是规定的代码，请按说明填写", "This is no such code; see how it is written"),
    "answer.wrong.text": Bilingual(
        "不能作为编号或文字：最多 64 个字，不写“无”“未知”", "No such text: at most 64 characters, and no word for none"
    ),
    "answer.wrong.day": Bilingual("日期写作 2025-04-01，应是真实存在的日子", "A day, such as 2025-04-01"),
    "answer.wrong.person": Bilingual("身份证号不正确，请核对", "This is no ID number; check it"),
    "answer.wrong.area": Bilingual("面积是大于 0 的数字，如 88.5", "An area is a number above 0, such as 88.5"),
    "answer.wrong.beyond": Bilingual(
        "超出本次查询范围，不能填写", "This is beyond the question, and may not be handed over"
    ),
    "answer.wrong.whole": Bilingual("各项之间有矛盾，请核对", "The parts contradict each other; check them"),
}
"""Of the form itself, whoever fills it in."""

CLERK = {
    "clerk.title": Bilingual("部门答复", "Clerk's desk"),
    "clerk.none": Bilingual("没有等待答复的查询。", "No question waits."),
    "clerk.no_department": Bilingual(
        "您的账号还没有负责的部门，请向管理员申请。",
        "Your account names no department; ask whoever manages the accounts.",
    ),
    "clerk.not_here": Bilingual("这个部门的查询不在这里答复。", "Questions to this department are not answered here."),
    "clerk.unknown": Bilingual(
        "暂时无法得知部门的接入方式，请稍后再看。", "How the department is attached cannot be found out now."
    ),
    "clerk.by_machine": Bilingual("{department}由系统自动答复。", "{department} is answered for by its system."),
    "clerk.signed": Bilingual(
        "{department}的答复必须签名，请用 lianshen clerk answer。",
        "Answers of {department} must be signed: use `lianshen clerk answer`.",
    ),
    "clerk.asked": Bilingual("查询时间", "Asked"),
    "clerk.promised": Bilingual("已说明的答复时间", "Promised for"),
    "clerk.open": Bilingual("查看并答复", "Look and answer"),
    "clerk.recorded": Bilingual(
        "打开后会显示查询了谁，并留下记录；申请家庭可以看到这条记录。",
        "Opening a question shows whom it is about, and is recorded; the family can see that record.",
    ),
    "clerk.question": Bilingual("{department}：申请 {number}", "{department}: application {number}"),
    "clerk.check": Bilingual("下一步：核对", "Next: check it"),
    "clerk.checked": Bilingual("请核对后答复", "Check, then answer"),
    "clerk.send": Bilingual("答复", "Answer"),
    "clerk.change": Bilingual("返回修改", "Change it"),
    "clerk.final": Bilingual(
        "第一次答复即作为部门的答复，以您的姓名记录，不能撤回。",
        "The first answer counts as the department's, under your name; it cannot be taken back.",
    ),
    "clerk.later": Bilingual("还需要时间", "I need longer"),
    "clerk.until": Bilingual("预计答复日期", "I need until"),
    "clerk.until_hint": Bilingual("30 天以内；到当天下班（18:00）为止", "Within 30 days; the end of that day, 18:00"),
    "clerk.defer": Bilingual("告知答复日期", "Say so"),
    "clerk.no_day": Bilingual("请选择今天以后、30 天以内的日期", "Choose a day within the next 30 days"),
    "clerk.done": Bilingual("已答复。", "Answered."),
    "clerk.deferred": Bilingual("已记录答复日期。", "The day is recorded."),
}
