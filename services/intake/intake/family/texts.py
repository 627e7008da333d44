"""The texts of the pages themselves: titles, labels, and what is said when something cannot be done."""

from contracts.bilingual import Bilingual

TEXTS = {
    "family.title": Bilingual("我的住房申请", "My application"),
    "family.menu.case": Bilingual("办理进度", "Where it stands"),
    "family.menu.rules": Bilingual("逐项审核", "Rules"),
    "family.menu.looks": Bilingual("谁看过", "Who looked"),
    "family.menu.notices": Bilingual("通知书", "Notices"),
    # --- signing in and out
    "family.sign_in": Bilingual("查询我的申请", "Look up my application"),
    "family.sign_in.how": Bilingual(
        "申请编号和回执密码都印在回执上。用完请退出。",
        "Number and secret stand on the receipt. Sign out when you are done.",
    ),
    "family.number": Bilingual("申请编号", "Application number"),
    "family.number.hint": Bilingual(
        "26位，例如 YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E", "26 characters, like YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E"
    ),
    "family.secret": Bilingual("回执密码", "Secret"),
    "family.secret.hint": Bilingual(
        "20位，大小写、空格和横线都可以不管", "20 characters; case, blanks and dashes do not matter"
    ),
    "family.enter": Bilingual("查询", "Look it up"),
    "family.sign_out": Bilingual("退出", "Sign out"),
    "family.wrong": Bilingual(
        "没有与该编号和密码相符的申请。请照回执重新输入。",
        "No application has this number and secret. Type both again as the receipt shows them.",
    ),
    "family.slowed": Bilingual(
        "从这里输错的次数太多，请{seconds}秒后再试。密码正确的，现在也可以进入。",
        "Too many wrong tries from here; wait {seconds} seconds. A right secret is taken even now.",
    ),
    "family.mistyped": Bilingual(
        "编号应有26位字母和数字，且末位是校验码；这里输入的不是，请对照回执检查。",
        "A number has 26 characters, the last of which checks the others; this one has a slip.",
    ),
    "family.ended": Bilingual(
        "为了您的安全，十分钟没有操作就自动退出。请重新输入。",
        "To keep your affairs safe you were signed out after ten minutes of rest. Please enter both again.",
    ),
    # --- what every page has
    "family.away": Bilingual("系统暂时连不上，正在恢复。", "The system is out of reach at the moment."),
    "family.as_of": Bilingual("以下是 {at} 的情况。", "This is how it was at {at}."),
    "family.away.help": Bilingual(
        "已经提交的内容不会丢失。请过几分钟刷新。", "Nothing that was handed in is lost. Refresh in a few minutes."
    ),
    "family.not_now": Bilingual(
        "刚才的操作没有得到确认。请稍后再做一次，不会重复办理。",
        "What you did was not confirmed. Do it again in a moment; nothing happens twice.",
    ),
    "family.drill": Bilingual(
        "演练：数据均为虚构，不产生法律效力。", "Rehearsal with invented data; it has no legal effect."
    ),
    "family.refresh": Bilingual("刷新", "Refresh"),
    "family.read_at": Bilingual("{at} 的情况", "as of {at}"),
    "family.of_number": Bilingual("申请编号 {number}", "Application {number}"),
    "family.beijing_time": Bilingual("所列时间均为北京时间。", "All times are Beijing time."),
    # --- where it stands
    "family.waits": Bilingual("在等谁", "What it waits for"),
    "family.waits.since": Bilingual("从 {at} 起", "since {at}"),
    "family.waits.overdue": Bilingual("已逾期", "overdue"),
    "family.waits.promised": Bilingual("承诺 {at} 前答复", "promised for {at}"),
    "family.promise": Bilingual("承诺的日期", "The date that was promised"),
    "family.promise.days": Bilingual(
        "共{days}个工作日，今天之后还有{left}个", "{days} working days, {left} of them after today"
    ),
    "family.promise.internal": Bilingual("内部期限，办法没有规定", "an internal limit; the measures set none"),
    "family.promise.none": Bilingual("这一步办法没有规定期限。", "The measures set no date for this step."),
    "family.provisional": Bilingual(
        "暂定：该年节假日安排尚未公布，公布后重新计算", "provisional: that year's holidays are not announced yet"
    ),
    "family.derivation": Bilingual("怎么算出来的", "How the date was counted"),
    "family.derivation.rule": Bilingual(
        "只数工作日；起始当天不算，最后一天 18:00 截止（民法典第201、203条）。",
        "Working days only; the first day does not count, the last ends at 18:00 (Civil Code 201, 203).",
    ),
    "family.derivation.day": Bilingual("日期", "Day"),
    "family.derivation.number": Bilingual("第几个工作日", "Working day"),
    "family.derivation.why": Bilingual("说明", "Why"),
    "family.next": Bilingual("接下来会自动发生什么", "What happens by itself next"),
    "family.can": Bilingual("您现在可以做什么", "What you can do now"),
    "family.can.nothing": Bilingual("现在不需要您做什么。", "There is nothing you need to do."),
    "family.again": Bilingual("请求复核", "Asking for another look"),
    "family.again.whom": Bilingual(
        "这里不能直接提交复核：请带申请编号到{enquiries}，或者书面向住建局提出。"
        "工作日 9:00 至 18:00；办法没有规定提出的期限。",
        "It cannot be handed in here: go to {enquiries} with the application number, or write to the housing bureau. "
        "Working days 9:00 to 18:00; the measures set no last day for it.",
    ),
    "family.dates": Bilingual("把日期存入手机日历", "Put the dates into a calendar"),
    # --- supplement and withdrawal
    "family.supplement": Bilingual("补交材料", "Hand in what is missing"),
    "family.supplement.how": Bilingual(
        "纸质材料交到窗口或自助机之后，在这里勾选；同意书可以直接在这里确认。",
        "Tick a paper once it is handed in at the counter or a kiosk; a consent can be given right here.",
    ),
    "family.supplement.documents": Bilingual("已交到窗口或自助机的材料", "Papers that are at the counter or a kiosk"),
    "family.supplement.consents": Bilingual("信息查询授权", "Consent to the checks"),
    "family.supplement.version": Bilingual("授权书版本 {version}", "Text of version {version}"),
    "family.supplement.child": Bilingual("（由监护人作出）", " (given by a guardian)"),
    "family.supplement.agree": Bilingual("同意：{person}", "Agreed: {person}"),
    "family.supplement.nothing": Bilingual("请至少勾选一项。", "Tick at least one."),
    "family.supplement.text_changed": Bilingual(
        "授权书文本刚刚更新，请重新阅读并确认。", "The text to agree to has just changed; please read it again."
    ),
    "family.supplement.over": Bilingual(
        "现在没有需要补交的材料，没有作任何改动。", "Nothing is missing now; nothing was changed."
    ),
    "family.send": Bilingual("提交", "Send"),
    "family.withdraw": Bilingual("撤回申请", "Withdraw the application"),
    "family.withdraw.how": Bilingual(
        "交房之前随时可以撤回（第24条）。撤回之后这件申请就结束了，不能恢复；可以随时再次申请，没有禁止期。",
        "Possible at any time before hand-over (Art. 24). It ends this application for good; you may apply again.",
    ),
    "family.withdraw.reason": Bilingual("撤回理由", "Reason"),
    "family.withdraw.sure": Bilingual("我要撤回这件申请", "I withdraw this application"),
    "family.withdraw.tick": Bilingual("请勾选确认。", "Tick this to confirm."),
    "family.withdraw.long": Bilingual("理由太长，请写在500字以内。", "That is too long; at most 500 characters."),
    "family.withdraw.over": Bilingual(
        "申请已经结束，不能撤回，没有作任何改动。",
        "The application is over and cannot be withdrawn; nothing was changed.",
    ),
    # --- rules
    "family.rules.how": Bilingual(
        "每一条规则、依据的内容、谁提供的、哪一条规定。",
        "Each rule, the values it rests on, who said so, and the article.",
    ),
    "family.rules.officer": Bilingual(
        "有的条件由工作人员认定。决定之前，这里只列依据，不下结论。",
        "Some conditions are for an officer to decide. Until then only what it rests on is shown, and no conclusion.",
    ),
    "family.rules.values": Bilingual("依据", "Values"),
    "family.rules.sources": Bilingual("来源", "Source"),
    "family.rules.reads": Bilingual("等待答复：{departments}", "waits for: {departments}"),
    "family.rules.do": Bilingual("您可以", "What you can do"),
    "family.rules.conditions": Bilingual("附带条件", "Conditions"),
    # --- who looked
    "family.looks.how": Bilingual(
        "谁在什么时候、为什么、得到了您家的哪些信息。发生之后几秒钟内就列在这里，只有您家能看到。",
        "Who learned what of your family, when and why. It stands here within seconds; your household alone sees it.",
    ),
    "family.looks.policy": Bilingual(
        "依照法律须保密的查看（个人信息保护法第18条、第35条）不在此列，但同样留有记录并接受审计。",
        "Looks that a law orders to be kept secret (Personal Information Protection Law, Art. 18, 35) are not listed; "
        "they are recorded and audited all the same.",
    ),
    "family.looks.unreadable": Bilingual(
        "工作人员的查看记录暂时读不到，请稍后刷新。", "Looks by officers cannot be read at the moment; refresh later."
    ),
    "family.looks.when": Bilingual("时间", "When"),
    "family.looks.why": Bilingual("为什么", "Why"),
    "family.looks.what": Bilingual("得到了什么", "What was handed over"),
    "family.looks.result": Bilingual("结果", "What came of it"),
    # --- notices
    "family.notices.none": Bilingual("还没有通知。", "There are no notices yet."),
    "family.notices.sent": Bilingual("{at} 已通过{channel}发出", "sent by {channel} at {at}"),
    "family.notices.failed": Bilingual(
        "通过{channel}未能送达，正在重试或已放弃", "could not be delivered by {channel}"
    ),
    "family.notices.on_its_way": Bilingual("正在发出", "on its way"),
    "family.notices.print": Bilingual("可以打印本页留存。", "This page may be printed and kept."),
}
CHANNELS = {
    "folder": Bilingual("服务中心存档", "the service centre's folder"),
    "sms": Bilingual("短信", "text message"),
    "mail": Bilingual("邮件", "mail"),
}
"""By the names that notify gives them; one that is new keeps its own."""
