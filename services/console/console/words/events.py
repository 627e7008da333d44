"""What happened, in a few words and without anything that somebody typed: every event of the story has a line."""

from contracts.bilingual import Bilingual

EVENTS = {
    "event.ApplicationSubmitted": Bilingual("提交申请", "handed in"),
    "event.SupplementRequested": Bilingual("要求补正材料", "something is missing"),
    "event.ApplicationSupplemented": Bilingual("补正材料", "what was missing was handed in"),
    "event.ApplicationRefused": Bilingual("不予受理", "not taken up"),
    "event.ApplicationAccepted": Bilingual("受理，开始向部门核查", "accepted; departments are asked"),
    "event.ApplicationWithdrawn": Bilingual("撤回申请", "withdrawn"),
    "event.DepartmentAnswered": Bilingual("部门答复", "a department answered"),
    "event.DepartmentDeferred": Bilingual("部门推迟答复", "a department put its answer off"),
    "event.DeferredByClerk": Bilingual("部门经办需要更多时间", "a clerk needs more time"),
    "event.DepartmentReminded": Bilingual("提醒部门", "a department was reminded"),
    "event.DepartmentOverdue": Bilingual("部门逾期", "a department is overdue"),
    "event.AnsweredByHand": Bilingual("工作人员代为答复", "an officer answered for a department"),
    "event.AlsoAnswered": Bilingual("部门又一次答复（留存，未采用）", "a department answered again: kept, not used"),
    "event.DeterminationMade": Bilingual("作出认定", "determined"),
    "event.HandedToOfficer": Bilingual("转工作人员", "handed to an officer"),
    "event.DeterminationConfirmed": Bilingual("工作人员确认", "an officer decided"),
    "event.ReverificationOpened": Bilingual("重新核查", "departments are asked again"),
    "event.PublicityOpened": Bilingual("列入公示", "on the public list"),
    "event.ObjectionRaised": Bilingual("收到异议", "an objection was raised"),
    "event.ObjectionDecided": Bilingual("异议已处理", "an objection was decided"),
    "event.ObjectorIdentified": Bilingual("查看了异议人身份（记录在案）", "who objected was looked at, on record"),
    "event.PublicityClosed": Bilingual("公示结束", "taken off the public list"),
    "event.PoolConfirmed": Bilingual("进入正式轮候", "in the waiting pool"),
    "event.NoticeSent": Bilingual("已通知家庭", "the family was told"),
    "event.NoticeFailed": Bilingual("通知未送达", "a notice did not go out"),
}
"""By the name of the event; a kind that is not here shows by its name."""

WORDS = {
    "found": Bilingual("查到记录", "found"),
    "none": Bilingual("查无记录", "nothing there"),
    "not_matched": Bilingual("查无此人", "not matched"),
    "cannot_determine": Bilingual("不能确定", "cannot determine"),
    "refused": Bilingual("拒绝答复", "refused"),
    "deferred": Bilingual("稍后答复", "deferred"),
    "eligible": Bilingual("符合条件", "eligible"),
    "ineligible": Bilingual("不符合条件", "not eligible"),
    "review": Bilingual("需人工审核", "for review"),
}
"""Of an event's summary: kinds of answers and outcomes, from closed lists."""
