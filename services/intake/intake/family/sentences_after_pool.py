"""What a household is told from the waiting pool to the keys, and after."""

from contracts.bilingual import Bilingual

OF_STATES = {
    "family.state.deposit_asked": Bilingual(
        "项目管理单位通知您缴纳意向金。名单确定前未缴的，不参加这一次摇号，仍在轮候库。",
        "The project unit asks for the deposit. Unpaid when the list is frozen, you are not in this draw and stay in "
        "the pool.",
    ),
    "family.state.deposit_paid": Bilingual(
        "意向金已到账，等项目管理单位确定摇号名单。到账之前名单已经确定的，意向金留到该项目的下一次摇号。",
        "The deposit is there; the list of the draw is frozen next. If a list was frozen before it came, it stays for "
        "the project's next draw.",
    ),
    "family.state.in_draw": Bilingual("已列入摇号名单。", "You stand in the frozen list of the draw."),
    "family.state.drawn": Bilingual("摇号入围，等项目管理单位通知选房。", "You were drawn; you will be called."),
    "family.state.substitute": Bilingual(
        "摇号候补：前面的家庭没有选的，按顺序通知您。", "You are a substitute, called in order if a home is left."
    ),
    "family.state.called_to_choose": Bilingual(
        "请按通知的时间参加选房。不参加的，可能取消资格，一年内不得申请。",
        "Come and choose at the time you were told. Whoever does not come may lose its qualification, with a ban of "
        "one year.",
    ),
    "family.state.choice_missed": Bilingual(
        "您没有参加选房，拟取消资格。决定之前听取您的意见。",
        "You did not come to choose. That your qualification is cancelled is proposed; you are heard first.",
    ),
    "family.state.cancelled": Bilingual(
        "因未参加选房，资格已取消，一年内不得申请。",
        "Your qualification is cancelled because you did not come to choose; you may not apply for one year.",
    ),
    "family.state.home_chosen": Bilingual("已选定房源，接下来签订合同。", "You chose a home; the contract is next."),
    "family.state.contract_signed": Bilingual("合同已签订，请付清房款。", "Signed; the balance is due."),
    "family.state.price_settled": Bilingual(
        "房款已结清，等待交付。租住公租房、保障性租赁住房的，须先退出。",
        "The price is paid; the keys are next. Public or affordable rental housing is to be left first.",
    ),
    "family.state.handed_over": Bilingual(
        "住房已交付。住房实行封闭管理，不得上市交易。",
        "You have the keys. The home is under closed management and cannot be sold on the market.",
    ),
    "family.state.exit_proposed": Bilingual(
        "拟视为退出。决定之前听取您的意见。", "That you count as having left is proposed; you are heard first."
    ),
    "family.state.exited": Bilingual(
        "已确认退出。不产生禁止申请的期限。", "It is confirmed that you have left. That carries no ban."
    ),
    "family.state.bought_back": Bilingual("住房已由项目管理单位回购。", "The home was bought back."),
}
"""By the state as it is told."""

OF_WAITS = {
    "family.waits.pays_deposit": Bilingual("等您缴纳意向金", "for you to pay the deposit"),
    "family.waits.freezes_list": Bilingual("等项目管理单位确定摇号名单", "for the list of the draw to be frozen"),
    "family.waits.holds_draw": Bilingual("等项目管理单位组织摇号", "for the draw"),
    "family.waits.calls_to_choose": Bilingual("等项目管理单位通知选房", "for the project unit to call you"),
    "family.waits.chooses": Bilingual("等您选房", "for you to choose"),
    "family.waits.decides_missed_choice": Bilingual("等工作人员听取意见后决定", "for an officer, who hears you first"),
    "family.waits.signs_contract": Bilingual("等签订合同", "for the contract to be signed"),
    "family.waits.pays_price": Bilingual("等您付清房款", "for you to pay the balance"),
    "family.waits.hands_over": Bilingual("等项目管理单位交付住房", "for the project unit to hand over the keys"),
    "family.waits.decides_exit": Bilingual("等工作人员听取意见后决定", "for an officer, who hears you first"),
    "family.waits.takes_home_back": Bilingual("等项目管理单位收回住房", "for the project unit to take the home back"),
    "family.waits.checks_home": Bilingual(
        "等项目管理单位核查回购条件", "for the project unit to check the conditions of the buy-back"
    ),
    "family.waits.takes_offer": Bilingual("等您答复回购价款", "for your answer to the offer"),
    "family.waits.pays_buy_back": Bilingual("等项目管理单位支付回购款", "for the project unit to pay"),
}
"""By contracts.case.waits.Turn."""

OF_STEPS = {
    "family.next.draw": Bilingual(
        "项目管理单位按公布的规则进行，结果会通知您。",
        "The project unit goes on by its rules, and tells you.",
    ),
    "family.next.yours": Bilingual(
        "请您办理；在此之前系统里不会自动发生什么。请勿向短信或者电话里的账号转账。",
        "It is your turn; until then nothing happens by itself. Never transfer money to an account from a text "
        "message or a call.",
    ),
    "family.next.unit": Bilingual(
        "由项目管理单位办理，办好会通知您。", "The project unit goes on with it, and you are told."
    ),
    "family.next.home": Bilingual("系统里不会再自动发生什么。", "Nothing more happens by itself."),
}

OF_PROMISES = {
    "family.promise.deposit": Bilingual("缴纳意向金的最后一天", "Pay the deposit by"),
    "family.promise.choose": Bilingual("选房时间截止", "Your time to choose ends"),
    "family.promise.heard": Bilingual("提出意见的最后一天", "You are heard until"),
    "family.promise.contract": Bilingual("签订合同并付清房款的最后一天", "Contract and price are due by"),
}
"""Also the titles of entries in a calendar."""

OF_THE_WAY = {
    "family.home": Bilingual("购房进展", "On the way to a home"),
    "family.home.project": Bilingual("项目", "Project"),
    "family.home.deposit": Bilingual("意向金（元）", "Deposit, yuan"),
    "family.home.pay_by": Bilingual("最迟缴纳日", "To be paid by"),
    "family.home.paid_on": Bilingual("缴纳日期", "Paid on"),
    "family.home.held": Bilingual("目前留存（元）", "Held now, yuan"),
    "family.home.deposit.given_back": Bilingual("意向金已退还（元）", "Deposit given back, yuan"),
    "family.home.deposit.kept": Bilingual("意向金不予退还（元）", "Deposit not given back, yuan"),
    "family.home.deposit.set_off": Bilingual("意向金抵作房款（元）", "Deposit set off against the price, yuan"),
    "family.home.deposit.why": Bilingual("原因", "Why"),
    "family.home.price_back": Bilingual("交付前退出，退还（元）", "Left before the keys: given back, yuan"),
    "family.home.void": Bilingual(
        "摇号作废，意向金留存至下一次；原因", "The draw is void, your deposit is held for the next; why"
    ),
    "family.home.held_at": Bilingual("摇号时间", "The draw is held"),
    "family.home.held_where": Bilingual("摇号地点", "Where it is held"),
    "family.home.number": Bilingual("摇号编号（请保密）", "Your draw number (keep it to yourself)"),
    "family.home.pool": Bilingual("房源组", "Pool"),
    "family.home.list": Bilingual("名单文件的 SHA-256", "SHA-256 of the list"),
    "family.home.place.drawn": Bilingual("入围，顺序号", "Drawn, place"),
    "family.home.place.substitute": Bilingual("候补，顺序号", "Substitute, place"),
    "family.home.place.not_drawn": Bilingual("未入围，顺序号", "Not drawn, place"),
    "family.home.ticket": Bilingual("摇号票", "Ticket"),
    "family.home.check": Bilingual("自行核验（任何电脑）", "Check it yourself, on any computer"),
    "family.home.slot_from": Bilingual("选房开始", "Your slot begins"),
    "family.home.slot_until": Bilingual("选房结束", "Your slot ends"),
    "family.home.left": Bilingual("通知时剩余套数", "Homes left when you were called"),
    "family.home.home": Bilingual("住房", "Home"),
    "family.home.price": Bilingual("房价（元）", "Price, yuan"),
    "family.home.two_years": Bilingual("签约付款期限（第三十一条）", "Sign and pay by (Art. 31)"),
    "family.home.contract": Bilingual("合同编号", "Contract"),
    "family.home.balance": Bilingual("余款（元）", "Balance, yuan"),
    "family.home.offer": Bilingual("回购价（元）", "Offered for the home, yuan"),
}
OF_FREE_HOMES = {
    "family.free": Bilingual("目前可选的住房", "Homes that are free now"),
    "family.free.count": Bilingual(
        "您的户型目前还有{count}套可选；其他家庭选房后会减少。",
        "{count} of your pool are free; others choose, too.",
    ),
    "family.free.none": Bilingual("您的户型目前没有可选的住房。", "No home of your pool is free now."),
    "family.free.unread": Bilingual("目前读不到房源，请稍后再看。", "They cannot be read now; look again soon."),
    "family.free.code": Bilingual("房号", "Home"),
    "family.free.building": Bilingual("楼栋", "Building"),
    "family.free.floor": Bilingual("楼层", "Floor"),
    "family.free.area": Bilingual("建筑面积（平方米）", "Building area, m²"),
}
AFTER_POOL = {**OF_THE_WAY, **OF_FREE_HOMES, **OF_STATES, **OF_WAITS, **OF_PROMISES, **OF_STEPS}
