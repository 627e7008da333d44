"""The texts of families between the pool and the keys, and of choosing, as the project unit handles them."""

from contracts.bilingual import Bilingual

FAMILIES = {
    "families.title": Bilingual("选房家庭", "Families"),
    "families.find": Bilingual("打开", "Open"),
    "families.waiting": Bilingual("等待项目管理单位", "They wait for the project unit"),
    "families.asked": Bilingual("待缴意向金", "They are asked for a deposit"),
    "families.called": Bilingual("待选房", "They are called to choose"),
    "families.signed": Bilingual("待付房款", "They owe the balance"),
    "families.none": Bilingual("没有。", "None."),
    "families.most": Bilingual("只列出最近变动的 {n} 户", "the {n} that changed last"),
    "family.asked_again": Bilingual(
        "部门答复已超过规定天数，正在向所有部门重新核查。核查通过以后再签合同。",
        "The departments' answers were too old: all are asked again. Sign once the case is back.",
    ),
    "family.missing": Bilingual("暂时不能交付，还缺：", "No keys yet. What is missing:"),
    "family.missing.balance": Bilingual("房款没有结清", "a balance is due"),
    "family.missing.rental": Bilingual(
        "还没有退出公租房或保障性租赁住房，或者住房管理部门的文件还没有登记（第二十条）",
        "a rental home is still kept, or no recent paper of the bureau shows that it is left (Art. 20)",
    ),
    "family.deposit": Bilingual("意向金", "Deposit"),
    "family.deposit_asked": Bilingual("应缴 {amount} 元，{by} 前", "{amount} yuan asked, by {by}"),
    "family.deposit_paid": Bilingual("已缴 {amount} 元，{on}", "{amount} yuan paid on {on}"),
    "family.held": Bilingual("现存 {amount} 元", "{amount} yuan held now"),
    "settled.given_back": Bilingual("已退还 {amount} 元", "{amount} yuan given back"),
    "settled.kept": Bilingual("不予退还 {amount} 元", "{amount} yuan kept"),
    "settled.set_off": Bilingual("已抵作房款 {amount} 元", "{amount} yuan set off against the price"),
    "settled.why.not_drawn": Bilingual("未中签", "not drawn"),
    "settled.why.no_home_left": Bilingual("没有剩余房源", "no home left"),
    "settled.why.declined": Bilingual("到场未选", "declined"),
    "settled.why.cancelled": Bilingual("资格取消", "cancelled"),
    "settled.why.withdrawn": Bilingual("撤回申请", "withdrawn"),
    "settled.why.struck": Bilingual("除名", "struck"),
    "settled.why.ineligible": Bilingual("不符合条件", "not eligible"),
    "settled.why.draw_void": Bilingual("摇号作废", "the draw is void"),
    "settled.why.exit": Bilingual("退出", "exit"),
    "settled.why.contract": Bilingual("签订合同", "contract"),
    "family.kept": Bilingual("留存未用的款项", "Payments that are kept, not used"),
    "family.kept_one": Bilingual("{amount} 元，流水号 {reference}", "{amount} yuan, reference {reference}"),
    "kept.another_amount": Bilingual("金额与应缴不符", "another amount than was asked"),
    "kept.nothing_was_asked": Bilingual("没有应缴款项", "nothing was asked"),
    "kept.paid_before": Bilingual("此前已缴", "paid before"),
    "family.draw_number": Bilingual("摇号编号", "Draw number"),
    "family.place": Bilingual("摇号结果", "Result of the draw"),
    "fate.drawn": Bilingual("中签", "drawn"),
    "fate.substitute": Bilingual("候补", "substitute"),
    "fate.not_drawn": Bilingual("未中签", "not drawn"),
    "family.slot": Bilingual("选房时间", "Slot"),
    "family.heard_until": Bilingual("听取意见至", "Heard until"),
    "family.price": Bilingual("{price} 元", "{price} yuan"),
    "family.contract_by": Bilingual("签约付清期限", "Contract and price by"),
    "family.contract": Bilingual("合同编号", "Contract"),
    "family.balance": Bilingual("应付余款（元）", "Balance due (yuan)"),
    "family.price_back": Bilingual("房款退还", "Price given back"),
    "family.keys": Bilingual("交付时间", "Keys given"),
    "family.bureau": Bilingual("住房管理部门的决定", "What the bureau decides about it"),
    "family.names": Bilingual("应到场的人", "Who has to come"),
    "family.show_names": Bilingual("显示姓名", "Show the names"),
    "family.names_hint": Bilingual(
        "核对到场人身份时使用。查看会先登记，家庭能看到。",
        "To know who stands before the table. The look is recorded first, and the family reads it.",
    ),
    "family.role.applicant": Bilingual("主申请人", "applicant"),
    "family.role.spouse": Bilingual("配偶", "spouse"),
    "family.role.child": Bilingual("子女", "child"),
    "act.register": Bilingual("参加新项目", "Take part in the next project"),
    "act.hint.register": Bilingual(
        "不重新公示；认定超过有效期的，先向部门重新核查。",
        "Nothing is published anew; a determination that is too old is made anew first.",
    ),
    "act.pay": Bilingual("登记到账", "Record a payment"),
    "act.hint.pay": Bilingual(
        "金额与应缴不符的，留存并显示，不会自动使用。",
        "Another amount than was asked is kept and shown, never used by itself.",
    ),
    "act.choose": Bilingual("选定房源", "Choose a home"),
    "act.hint.choose": Bilingual(
        "选定以后从当天起算两年（第三十一条第一项）。", "From this day the two years run (Art. 31(1))."
    ),
    "act.decline-choice": Bilingual("到场未选", "It came and takes none"),
    "act.hint.decline-choice": Bilingual("回到轮候库，退还意向金。", "Back to the pool, and its deposit back."),
    "act.miss-choice": Bilingual("未参加选房", "It did not come"),
    "act.hint.miss-choice": Bilingual(
        "只是提出取消资格；先听取家庭意见，由住房管理部门决定（第三十二条）。",
        "This only proposes to cancel: the family is heard first, and the bureau decides (Art. 32).",
    ),
    "act.sign-contract": Bilingual("签订合同", "Sign the contract"),
    "act.hint.sign-contract": Bilingual(
        "按批准的价格，意向金抵作房款。部门答复超过 30 天的，先向所有部门重新核查，通过以后再签（第二十六条第六项）。",
        "At the approved price, the deposit set off. If answers are older than 30 days all departments are asked again"
        " first; sign once the case is back (Art. 26(6)).",
    ),
    "act.hand-over": Bilingual("交付住房", "Hand over the keys"),
    "act.hint.hand-over": Bilingual(
        "当场向住房管理部门核查是否退出公租房（第二十条）；还缺什么，会在上面写明并通知家庭。",
        "The housing bureau is asked now (Art. 20). What is missing is said above, and the family is told.",
    ),
    "asks.application": Bilingual("申请编号", "Application number"),
    "asks.reference": Bilingual("银行流水号", "Bank reference"),
    "asks.paid_on": Bilingual("到账日期", "Paid on"),
    "asks.group": Bilingual("优先分组", "Reserved group"),
    "asks.interest": Bilingual("意向金单上申报与摇号参与方有关系", "Its form declares a tie to a party of the draw"),
    "asks.number": Bilingual("合同编号", "Number of the contract"),
    "asks.slot_from": Bilingual("开始时间", "When its slot begins"),
}
PAYMENTS = {
    "payments.title": Bilingual("收款", "Payments"),
    "payments.file": Bilingual("银行到账清单", "A bank's list"),
    "payments.file_hint": Bilingual(
        "CSV 文件，UTF-8 编码，第一行写明：application,amount,reference,paid_on，也可以有 pool,group,interest。"
        "同一个文件交两次不会重复入账。",
        "CSV in UTF-8; its first line names application,amount,reference,paid_on, and if they are there"
        " pool,group,interest. The same file twice changes nothing.",
    ),
    "payments.take_file": Bilingual("提交清单", "Take the list"),
    "payments.no_text": Bilingual("文件不是 UTF-8 编码，请另存为 UTF-8 后重试", "This is not UTF-8: save it as UTF-8"),
    "payments.try_file": Bilingual("先看每一行会怎样", "See what each line would do"),
    "payments.tried": Bilingual("每一行会怎样", "What would become of each line"),
    "payments.not_previewed": Bilingual(
        "请先看每一行会怎样，再提交清单", "See what each line would do before the list is taken"
    ),
    "payments.shown_before": Bilingual(
        "这份结果已失效。请再次提交同一个文件，不会重复入账。",
        "These results are of before. Take the same file again: it changes nothing.",
    ),
    "payments.fates": Bilingual("每一行的结果", "What became of each line"),
    "payments.line": Bilingual("行", "Line"),
    "payments.fate": Bilingual("结果", "Fate"),
    "payments.why": Bilingual("说明", "Why"),
    "payments.csv": Bilingual("下载结果（CSV）", "Download it (CSV)"),
    "fate.taken": Bilingual("已入账", "taken"),
    "fate.known": Bilingual("此前已登记", "known before"),
    "fate.kept": Bilingual("留存，未使用", "kept, not used"),
    "fate.refused": Bilingual("未登记", "refused"),
    "fate.paid": Bilingual("金额与应缴一致", "exactly what was due"),
    "fate.unforeseen": Bilingual(
        "没有登记，请在收款页面单独登记这一笔，会说明原因",
        "Not taken: enter this one alone on the page, which says why",
    ),
    "fate.column": Bilingual(
        "{column} 一栏的内容不符合要求，请改正后再交", "Column {column} is not as it should be: correct it"
    ),
}
CHOOSING = {
    "choosing.free": Bilingual("可选房源 {n} 套：", "{n} homes are free:"),
    "choosing.next": Bilingual("下一户", "next"),
    "act.call-next": Bilingual("通知下一户", "Call whoever is next"),
    "act.hint.call-next": Bilingual(
        "只能按摇号次序：先是不取消资格的中签家庭，然后是候补家庭（第二十六条第五项）。",
        "There is no order but the draw's: a family that was excused, then the next substitute (Art. 26(5)).",
    ),
    "choosing.title": Bilingual("选房", "Choosing"),
    "choosing.order": Bilingual("选房顺序和可选房源", "The order, and the homes that are free"),
}
