"""Why a service refused an act, and what to do: the sentences of console/offers/refusals.py in both languages."""

from contracts.bilingual import Bilingual

REFUSED = {
    "refusal.announced": Bilingual(
        "这个项目已经公告过，一个项目只登记一次（第二十六条第一项）。请换一个编号，或查看已公告的项目。",
        "It was announced before: one registration a project (Art. 26(1)). Take another name, or look at the project.",
    ),
    "refusal.lived_in": Bilingual(
        "房源 {home} 已属于一户家庭，请从清单中删去。", "Home {home} belongs to a family: take it off the list."
    ),
    "refusal.offered": Bilingual(
        "房源 {home} 正由项目 {project} 配售，该项目尚未结束。请先结束该项目，或删去这套房源。",
        "Home {home} is offered by project {project}, which is not closed: close that first, or take the home off.",
    ),
    "refusal.profit": Bilingual(
        "利润超过规定上限（第二十五条），每平方米最多 {most} 元，请改小。",
        "The profit is above the limit (Art. 25): at most {most} yuan per m².",
    ),
    "refusal.no_such_price": Bilingual("没有第 {n} 次定价。", "There is no price {n}."),
    "refusal.approved_before": Bilingual(
        "第 {n} 次定价已经批复过；另行定价后再批复。", "Price {n} was approved before: determine another one."
    ),
    "refusal.closed": Bilingual("项目已经结束。", "The project is closed already."),
    "refusal.why_called": Bilingual("请写明为什么通知候补家庭。", "Say why a substitute is called."),
    "refusal.being_told": Bilingual(
        "刚刚补列了一户家庭，正在通知，请稍后再试。", "A family was admitted and is being told: try again in a moment."
    ),
    "refusal.being_settled": Bilingual(
        "上一个项目的意向金正在结清，请稍后再试。", "Its deposit for the project before is being settled: try again."
    ),
    "refusal.applied_there": Bilingual(
        "这个家庭（申请人或者配偶）在这个项目另有申请，请先处理那一份（第二十六条）。",
        "The family (applicant or spouse) has applied in this project: decide that application (Art. 26).",
    ),
    "refusal.still_to_choose": Bilingual(
        "第 {draw} 次摇号入围的家庭还没有选完房，请先进行并结束选房。",
        "Families of draw {draw} have still to choose: open and close choosing first.",
    ),
    "refusal.under_way": Bilingual(
        "第 {draw} 次摇号正在进行，请先完成或者宣布作废。", "Draw {draw} is under way: hold it, or declare it void."
    ),
    "refusal.substitute_waits": Bilingual(
        "房源组 {pool} 还有房源，候补家庭还没有通知，请先按次序通知。",
        "Homes of pool {pool} are free and a substitute waits: call it first.",
    ),
    "refusal.busy": Bilingual("正在变动，请稍后再试。", "It is changing: try again in a moment."),
    "refusal.silent": Bilingual(
        "服务现在没有答复，请稍后再试。", "The service does not answer: try again in a moment."
    ),
    "refusal.not_now": Bilingual(
        "情况有变，现在不能这样办理，请看最新的页面。", "It moved on meanwhile: look at the page as it is now."
    ),
    "refusal.no_csv": Bilingual("文件不是 CSV，请由银行系统重新导出。", "This is no CSV: export it again."),
    "refusal.registration": Bilingual(
        "登记期到 {day} 为止，之后才能结束项目。", "Registration runs until {day}; close the project after that day."
    ),
    "refusal.choosing": Bilingual("还在选房，请先结束选房。", "Families are still choosing: close choosing first."),
    "refusal.begins": Bilingual(
        "开始时间已过，家庭需要时间赶来，请改晚。", "That time is past, and families need time to come: begin later."
    ),
    "refusal.draw": Bilingual(
        "第 {draw} 次摇号目前为 {stage}，结果公布以后才能选房。",
        "Draw {draw} is {stage}: families choose once its result is published.",
    ),
    "refusal.heard": Bilingual(
        "房源组 {pool}：有家庭未参加选房，正在听取意见。请等住房管理部门作出决定。",
        "Pool {pool}: a family that did not come is still heard. Wait for the bureau's decision.",
    ),
    "refusal.not_chosen": Bilingual(
        "房源组 {pool}：还有中签家庭没有选房，且有可选房源。请先等其选房，或记录未到场。",
        "Pool {pool}: a drawn family has not chosen and homes are free. Let it choose, or say that it did not come.",
    ),
    "refusal.no_application": Bilingual(
        "没有这个申请编号，请对照回执核对", "There is no such application: check its number"
    ),
    "refusal.same_payment": Bilingual(
        "这笔款项已经登记过，没有重复入账。", "Exactly this payment was taken before; nothing was changed."
    ),
    "refusal.reference": Bilingual(
        "这个流水号已用于另一笔款项，请与银行核对两笔。",
        "This reference stands for another payment: look at both with the bank.",
    ),
    "refusal.paid_on": Bilingual(
        "到账日期 {day} 还没有到，请对照银行清单。",
        "{day} is still to come: look at the bank's list again.",
    ),
    "refusal.which_pool": Bilingual("请写明参加哪个房源组：{pools}", "Say for which pool it draws: {pools}"),
    "refusal.group": Bilingual(
        "房源组 {pool} 的优先分组是 {groups}，没有 {group}，请改正。",
        "Pool {pool} reserves homes for {groups}, not {group}: correct the group.",
    ),
    "refusal.not_in_pool": Bilingual(
        "只有正式轮候的家庭可以参加；这份申请目前为：{state}。",
        "Whoever is confirmed in the pool may take part; this one: {state}.",
    ),
    "refusal.columns": Bilingual(
        "第一行缺少这些列：{columns}，请补上后再交", "The first line lacks these columns: {columns}"
    ),
    "refusal.columns_twice": Bilingual(
        "第一行中这些列出现两次：{columns}，请只留一列", "The first line has these columns twice: {columns}"
    ),
    "refusal.many_lines": Bilingual(
        "超过 {most} 行，请分成几个文件", "More than {most} lines: hand it in as several files"
    ),
    "refusal.no_list": Bilingual("这不是到账清单（{what}）", "This is no list of payments ({what})"),
    "refusal.anew": Bilingual(
        "按现行政策，参加新项目要重新申请并公示。",
        "For another project the family applies anew, by the policy in force.",
    ),
    "refusal.takes_none": Bilingual(
        "项目 {project} 今天不在登记期内。", "Project {project} takes no applications today."
    ),
    "refusal.once": Bilingual(
        "这个家庭已参加过项目 {project}，一个项目只登记一次（第二十六条）。",
        "The family was in project {project} already: one registration a project (Art. 26).",
    ),
    "refusal.no_deposit": Bilingual("这个项目不收意向金。", "The project asks no deposit."),
    "refusal.ahead": Bilingual(
        "可选房源 {free} 套，已通知而未选的还有 {ahead} 户，现在不能再通知。",
        "{free} homes are free, and {ahead} families that were called before may still take one: wait for them.",
    ),
    "refusal.no_substitute": Bilingual("这个房源组没有候补家庭了。", "No substitute is left in this pool."),
    "refusal.no_home_free": Bilingual(
        "已没有可选的房源；已选房的家庭保留其房源。", "No home is free: whoever has chosen keeps it."
    ),
    "refusal.taken": Bilingual(
        "房源 {home} 刚被另一户选定（{left}），请另选一套。",
        "Home {home} was taken by another family ({left}): choose another one.",
    ),
    "refusal.other_pool": Bilingual(
        "房源 {home} 不在这户家庭摇号的房源组 {pool} 中。",
        "Home {home} is not in pool {pool}, for which it was drawn.",
    ),
    "refusal.other_project": Bilingual(
        "房源 {home} 不属于这户家庭参加的项目。", "Home {home} is not offered by the project of this family."
    ),
    "refusal.not_its_own": Bilingual("房源 {home} 不是这户家庭选定的。", "Home {home} is not this family's."),
    "refusal.contract_number": Bilingual(
        "这个合同编号已用于房源 {home} 的合同，请用这份合同自己的编号。",
        "This number is of the contract for home {home}: give this contract its own.",
    ),
    "refusal.no_price": Bilingual(
        "这套房源没有批准的价格（第二十五条），请先报批。",
        "It has no approved price (Art. 25): have it approved first.",
    ),
    "refusal.slot_begins": Bilingual("还没有到这户家庭的时间：{at}。", "Its slot begins at {at}."),
    "refusal.slot_not_over": Bilingual(
        "这户家庭的时间还没有结束，请到时再记录。", "Its slot is not over: say so after that."
    ),
    "refusal.hearing": Bilingual(
        "听取意见的期限到 {day} 为止，之后才能决定。", "It may be heard until {day}; decide then."
    ),
    "refusal.no_home": Bilingual("这户家庭还没有选房。", "The family has chosen no home."),
    "refusal.bureau_silent": Bilingual(
        "住房管理部门现在没有答复是否退出公租房，请稍后再试。",
        "The housing bureau does not answer now whether a rental was left: try again in a moment.",
    ),
    "refusal.state": Bilingual(
        "这份申请目前为：{state}，不能这样办理。", "Its case is: {state}; this is not possible now."
    ),
    "refusal.no_choosing": Bilingual("这个项目现在没有选房。", "No choosing is open in this project."),
}
