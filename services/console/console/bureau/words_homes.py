"""The texts of a home's file, of a family after the pool, and of what the bureau decides there."""

from contracts.bilingual import Bilingual

HOMES = {
    "home.title": Bilingual("住房档案 {home}", "File of home {home}"),
    "home.no_such": Bilingual("没有这套住房，请核对编码。", "No project listed such a home: check its code."),
    "home.away": Bilingual("暂时看不到这套住房的档案", "The file of this home cannot be read now"),
    "home.stands": Bilingual("当前情况", "Where it stands"),
    "home.place": Bilingual("位置", "Where it is"),
    "home.where": Bilingual(
        "{building} 幢 {floor} 层，{area} m²，{pool}", "building {building}, floor {floor}, {area} m², {pool}"
    ),
    "home.family": Bilingual("申请编号", "Application"),
    "home.closed": Bilingual("封闭管理", "Closed management"),
    "home.closed.yes": Bilingual("是：不得上市转让（第二十七条）", "yes: it may not be sold on the market (Art. 27)"),
    "home.closed.no": Bilingual("否", "no"),
    "home.structure": Bilingual("主体结构", "Structure"),
    "home.whole": Bilingual("没有损坏记录", "no damage on record"),
    "home.history": Bilingual("经过", "What happened"),
    "home.details": Bilingual("详情", "Details"),
    "home.open": Bilingual("显示文件和理由", "Show papers and reasons"),
    "home.csv": Bilingual("导出 CSV", "Export as CSV"),
    "home.json": Bilingual("导出 JSON", "Export as JSON"),
    "home.recorded": Bilingual(
        "显示和导出都会记录在档案所涉每一户名下，家庭可以看到。",
        "To show or export it is recorded at every family that the file names, and the families read it.",
    ),
    "home.happened.HomeListed": Bilingual("列入项目", "listed by a project"),
    "home.happened.HomeTaken": Bilingual("选定", "chosen by a family"),
    "home.happened.HomeFreed": Bilingual("退回可选", "free again"),
    "home.happened.KeysGiven": Bilingual("交付", "keys given"),
    "home.happened.OwnersOfHomeChanged": Bilingual("产权人变更", "owners changed"),
    "home.happened.RepairRecorded": Bilingual("结构与维修记录", "structure and repair"),
    "home.happened.HomeBoughtBack": Bilingual("回购入库", "bought back, in stock"),
    "home.detail.project": Bilingual("项目", "project"),
    "home.detail.price": Bilingual("价款（元）", "price, yuan"),
    "home.detail.why": Bilingual("原因", "why"),
    "home.detail.cause": Bilingual("原因", "cause"),
    "home.detail.document": Bilingual("文件", "paper"),
    "home.detail.what": Bilingual("情况", "what"),
    "home.detail.reason": Bilingual("理由", "reason"),
    "repair.damaged": Bilingual("主体结构损坏", "the structure is damaged"),
    "repair.repaired": Bilingual("已修复", "repaired"),
    "repair.refused": Bilingual("产权人拒绝修复", "the owner refuses the repair"),
    "cause.divorce": Bilingual("离婚（第三十条）", "divorce (Art. 30)"),
    "cause.inheritance": Bilingual("继承（第二十九条）", "inheritance (Art. 29)"),
    "freed.withdrawn": Bilingual("家庭撤回", "withdrawn"),
    "freed.struck": Bilingual("异议成立，除名", "struck"),
    "freed.ineligible": Bilingual("不符合条件", "not eligible"),
    "freed.exit": Bilingual("退出", "exit"),
}

AFTER_POOL = {
    "after.title": Bilingual("轮候以后 {number}", "After the pool {number}"),
    "after.link": Bilingual(
        "轮候以后的办理：选房、退出、回购、产权", "After the pool: choosing, exit, buy-back, owners"
    ),
    "after.case": Bilingual("申请的全部经过", "The whole application"),
    "after.home": Bilingual("住房", "Home"),
    "after.unit_pays": Bilingual(
        "回购款由项目管理单位支付（第二十七、二十八条），在该家庭的页面登记：",
        "The project unit pays the price of the buy-back (Art. 27, 28), on the family's page:",
    ),
    "after.heard_until": Bilingual("听取意见至", "Heard until"),
    "after.exit": Bilingual("拟视为退出的事由", "Ground of the exit"),
    "after.ban": Bilingual("禁止申请", "Ban"),
    "after.buy_back": Bilingual("回购", "Buy-back"),
    "after.opened": Bilingual("家庭、文件和理由", "Family, papers and reasons"),
    "after.open": Bilingual("打开办理", "Open it to decide"),
    "after.open_why": Bilingual(
        "打开会记录：谁、何时、为了作出决定。家庭可以看到这条记录。",
        "It is recorded who opened it and when, to decide about it. The family reads that.",
    ),
    "after.conditions": Bilingual("回购条件", "Conditions of the buy-back"),
    "after.met": Bilingual("是否满足", "Met"),
    "after.shown_by": Bilingual("由谁核实", "Shown by"),
    "after.price": Bilingual("回购价款", "Price of the buy-back"),
    "after.pays": Bilingual("应付", "To be paid"),
    "line.original_price": Bilingual("原购买价", "original price"),
    "line.depreciation": Bilingual("折旧（扣除）", "depreciation, taken off"),
    "buy_back.asked": Bilingual("已申请，核实条件", "asked; its conditions are shown"),
    "buy_back.refused": Bilingual("暂不回购，可整改后再申请", "refused; may be mended and asked again"),
    "buy_back.offered": Bilingual("已提出价款，待家庭接受", "offered; the family answers"),
    "buy_back.accepted": Bilingual("家庭已接受，待支付", "accepted; to be paid"),
    "buy_back.paid": Bilingual("已支付，住房已入库", "paid; the home is in stock"),
    "met.true": Bilingual("满足", "met"),
    "met.false": Bilingual("不满足", "not met"),
    "met.unknown": Bilingual("尚未核实", "not shown yet"),
    "condition.loan": Bilingual("无未结清贷款", "no loan"),
    "condition.mortgage": Bilingual("无抵押", "no mortgage"),
    "condition.lease": Bilingual("无出租", "no lease"),
    "condition.residence_right": Bilingual("未设立居住权", "no right of residence of others"),
    "condition.dispute": Bilingual("无产权纠纷", "no dispute"),
    "condition.use_unchanged": Bilingual("未改变用途", "use unchanged"),
    "condition.structure_unaltered": Bilingual("未改动结构", "structure unaltered"),
    "condition.fittings_whole": Bilingual("设施设备完好", "fittings whole"),
    "condition.fees_paid": Bilingual("水电暖物业等费用已结清", "utilities and property fees paid"),
    "condition.legal_bar": Bilingual("无其他法律限制", "no legal bar"),
    "exit.1": Bilingual("31(1) 两年内未签约或者未付清房款", "31(1): two years without a contract that is paid"),
    "exit.2": Bilingual("31(2) 弄虚作假（须有文件）", "31(2): fraud (a paper shows it)"),
    "exit.3": Bilingual("31(3) 被司法处置（须有文件）", "31(3): judicial disposal (a paper shows it)"),
    "exit.4": Bilingual("31(4) 损坏主体结构且拒不修复", "31(4): structure damaged, and its repair refused"),
    "exit.5": Bilingual("31(5) 自愿申请退出", "31(5): own request"),
    "exit.6": Bilingual("31(6) 法律法规规定的其他情形（写明条款）", "31(6): another law (name it and its article)"),
}

BUREAU_ACTS = {
    "act.approve-price": Bilingual("登记价格批准", "Record the approval of a price"),
    "act.hint.approve-price": Bilingual(
        "以政府批准文件为依据；价格公布之日起方可受理登记。已签合同的价格不变。",
        "By the government's document; registration opens once it is published. Signed contracts keep their price.",
    ),
    "act.record-repair": Bilingual("记录结构损坏或者维修", "Record damage or repair"),
    "act.hint.record-repair": Bilingual(
        "事由 31(4) 须先有损坏和拒修两条记录。", "Ground 31(4) rests on damage and on its refusal."
    ),
    "act.inspect": Bilingual("登记查验结果", "Record what the inspection found"),
    "act.hint.inspect": Bilingual(
        "回购条件中由项目管理单位查验的四项。", "The four conditions that the project unit sees."
    ),
    "act.excuse-choice": Bilingual("听取意见后不取消资格", "Excuse it: nothing is cancelled"),
    "act.hint.excuse-choice": Bilingual(
        "家庭恢复选房资格，由下一个通知时段选房。", "The family is the next to be called."
    ),
    "act.cancel-qualification": Bilingual("取消购房资格", "Cancel the qualification"),
    "act.hint.cancel-qualification": Bilingual(
        "听取意见的期限已满。自今日起一年内不得申请（第三十二条）。",
        "The time in which it is heard is over. Nobody of it may apply for a year from today (Art. 32).",
    ),
    "act.strike": Bilingual("从摇号名单中除名", "Strike its entry"),
    "act.hint.strike": Bilingual(
        "异议成立以后；后面的依次前移，选定的房源退回。", "After an upheld objection; those behind move up."
    ),
    "act.propose-exit": Bilingual("拟视为退出", "Propose an exit"),
    "act.hint.propose-exit": Bilingual(
        "先听取家庭意见，期满后另行确认。事由 31(1) 由系统按期限自动提出。",
        "The family is heard first; it is confirmed on a later day. 31(1) is proposed by the clock.",
    ),
    "act.confirm-exit": Bilingual("确认退出", "Confirm the exit"),
    "act.hint.confirm-exit": Bilingual(
        "交付前退回房源，交付后回购。", "Before the keys the home is free, after them it is bought back."
    ),
    "act.drop-exit": Bilingual("不视为退出", "Drop it"),
    "act.hint.drop-exit": Bilingual("家庭维持原状。", "The family stays where it stood."),
    "act.hand-to-court": Bilingual("移交法院强制执行", "Hand it to the court"),
    "act.hint.hand-to-court": Bilingual(
        "退出后未腾退的，登记法院案号。", "A home that is not left: the court's file number goes on record."
    ),
    "act.ask-buy-back": Bilingual("受理回购申请", "Take the owner's request for a buy-back"),
    "act.hint.ask-buy-back": Bilingual(
        "产权人申请；曾暂不回购的，可以再次申请。", "After a refusal it may be asked again."
    ),
    "act.show-rental": Bilingual("登记是否退出公租房", "Record whether a rental home is left"),
    "act.hint.show-rental": Bilingual(
        "住房管理部门由工作人员人工答复时，按其文件登记；交付前须有新近的文件（第二十条）。",
        "Where the bureau's clerk answers: as its paper says. The keys need a recent one (Art. 20).",
    ),
    "act.ask-registration": Bilingual("向不动产登记机构查询", "Ask real-estate registration"),
    "act.hint.ask-registration": Bilingual(
        "一次查询四项：抵押、出租、居住权、产权纠纷。答复不明确的，凭文件登记。",
        "Mortgage, lease, right of residence and dispute at once; what it leaves open needs a paper.",
    ),
    "act.show-condition": Bilingual("登记一项条件", "Record a condition"),
    "act.hint.show-condition": Bilingual(
        "从登记机构或者法院的文件读出。", "As a paper of the registry or a court says."
    ),
    "act.decide-buy-back": Bilingual("作出回购决定", "Decide about the buy-back"),
    "act.hint.decide-buy-back": Bilingual(
        "全部满足的提出价款；有不满足的暂不回购，逐项写明。",
        "All met: the price is offered. Else it is refused with each that is not.",
    ),
    "act.accept-buy-back": Bilingual("家庭接受价款", "The owner takes the offer"),
    "act.hint.accept-buy-back": Bilingual("由窗口代为登记。", "Whoever is at the counter says it for them."),
    "act.pay-buy-back": Bilingual("登记已支付", "Record that it was paid"),
    "act.hint.pay-buy-back": Bilingual(
        "金额须与提出的价款一致；住房随即入库。", "Exactly what was offered; the home is in stock then."
    ),
    "act.change-owners": Bilingual("变更产权人", "Change the owners"),
    "act.hint.change-owners": Bilingual(
        "凭离婚或者继承的文件；继承人不需要符合购房条件。", "By the paper; an heir needs no eligibility."
    ),
    "asks.determination": Bilingual("哪一次定价", "Which price"),
    "asks.document_date": Bilingual("文件日期", "Date of the document"),
    "asks.published_on": Bilingual("价格公布日期", "From when it is published"),
    "asks.condition": Bilingual("条件", "Condition"),
    "asks.left": Bilingual("是否已退出", "Is it left"),
    "asks.dated": Bilingual("文件日期", "Day of the paper"),
    "left.true": Bilingual("已退出或者未承租", "left, or none rented"),
    "left.false": Bilingual("尚未退出", "not left"),
    "asks.met": Bilingual("是否满足", "Is it met"),
    "asks.what": Bilingual("情况", "What"),
    "asks.cause": Bilingual("原因", "Cause"),
    "asks.file_number": Bilingual("法院案号", "The court's file number"),
}
