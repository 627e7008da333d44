"""Every text of the kiosk's screens, in both languages."""

from contracts.bilingual import Bilingual

TEXTS = {
    "kiosk.title": Bilingual("海南区配售型保障性住房申请", "Apply for an affordable home · Hainan District"),
    # the first page
    "start.heading": Bilingual("申请配售型保障性住房", "Apply for an affordable home"),
    "start.about": Bilingual(
        "请一页一页地填写，最后核对全部内容再提交。大约需要十分钟。",
        "Fill in one page after the other, check everything at the end, then send. It takes about ten minutes.",
    ),
    "start.needed": Bilingual("请先准备好", "Have ready"),
    "start.cards": Bilingual("全家人的身份证或者号码", "the identity cards, or the numbers, of the whole family"),
    "start.phone": Bilingual("申请人的手机号码", "the applicant's mobile number"),
    "start.begin": Bilingual("开始填写", "Start"),
    "start.sent_before": Bilingual(
        "刚才在这台机器上提交过一份申请，但没有看到回执。",
        "An application was just sent from this screen, and its receipt was not shown.",
    ),
    "start.show_receipt": Bilingual("查看这份回执", "Show that receipt"),
    "document.required": Bilingual("必需", "required"),
    "document.if_any": Bilingual("如有", "if it applies"),
    # every screen
    "screen.step": Bilingual("第 {n} 步，共 {of} 步", "Step {n} of {of}"),
    "screen.continue": Bilingual("继续", "Continue"),
    "screen.project": Bilingual("选择项目", "The project"),
    "screen.applicant": Bilingual("申请人", "The applicant"),
    "screen.members": Bilingual("家庭成员", "Family members"),
    "screen.residence": Bilingual("现住址", "Where you live"),
    "screen.housing": Bilingual("已有住房", "Homes you own"),
    "screen.documents": Bilingual("申请材料", "Documents"),
    "screen.consents": Bilingual("信息查询授权", "Consent to the checks"),
    "fault.named": Bilingual("{what}：{sentence}", "{what}: {sentence}"),
    # the fields
    "field.project": Bilingual("项目", "project"),
    "field.name": Bilingual("姓名", "name"),
    "field.id_number": Bilingual("身份证号码", "ID number"),
    "field.phone": Bilingual("手机号码", "mobile number"),
    "field.marital_status": Bilingual("婚姻状况", "marital status"),
    "field.hukou_division": Bilingual("户籍所在地", "place of hukou"),
    "field.relation": Bilingual("与申请人的关系", "relation to the applicant"),
    "field.division": Bilingual("所在区", "district"),
    "field.township": Bilingual("乡镇（街道）代码", "code of the township"),
    "field.address": Bilingual("详细地址", "address"),
    "field.area": Bilingual("建筑面积（平方米）", "building area (m²)"),
    "field.owner": Bilingual("所有权人", "owner"),
    "hint.name": Bilingual("与身份证上的姓名一致", "as on the identity card"),
    "hint.id_number": Bilingual("18 位，最后一位可以是 X", "18 characters; the last may be X"),
    "hint.phone": Bilingual("用于接收通知", "for notices"),
    "hint.hukou": Bilingual(
        "以户籍登记为准，此处填写不影响审核结果", "the register decides; what is entered here decides nothing"
    ),
    "hint.township": Bilingual("九位数字；不知道的不用填", "nine digits; leave it empty if you do not know it"),
    "hint.residence_card": Bilingual(
        "配偶是外国人的，填写外国人永久居留身份证号码", "a foreign spouse's permanent residence card is taken, too"
    ),
    "division.elsewhere": Bilingual("其他地方", "somewhere else"),
    "division.unstated": Bilingual("不填写", "not stated"),
    "division.code": Bilingual("其他地方的行政区划代码", "code of that place"),
    "division.code_hint": Bilingual(
        "六位数字，身份证号码的前六位多为户籍地代码", "six digits, as at the beginning of many ID numbers"
    ),
    # project
    "project.until": Bilingual("登记至{day}", "registration until {day}"),
    "project.closed": Bilingual("现在不在登记期内的项目", "Projects that are not open today"),
    "project.window": Bilingual("登记期：{opens}至{closes}", "registration from {opens} to {closes}"),
    "project.none": Bilingual("现在没有正在登记的项目。", "No project is open for registration now."),
    # members and homes
    "members.about": Bilingual(
        "填写配偶和未成年子女（第17条）。没有的，直接点“继续”。",
        "Enter the spouse and minor children (Art. 17). If there are none, just continue.",
    ),
    "members.nth": Bilingual("第{n}名家庭成员", "family member {n}"),
    "members.add": Bilingual("添加家庭成员", "Add a family member"),
    "members.remove": Bilingual("删除第{n}名", "Remove member {n}"),
    "housing.about": Bilingual(
        "填写家庭成员已有的住房。没有的，直接点“继续”。登记信息由有关部门核实。",
        "Enter homes that members of the family own. If there are none, just continue. The registers are asked.",
    ),
    "housing.nth": Bilingual("第{n}处住房", "home {n}"),
    "housing.add": Bilingual("添加住房", "Add a home"),
    "housing.remove": Bilingual("删除第{n}处", "Remove home {n}"),
    # documents
    "documents.about": Bilingual(
        "勾选今天已经交来的材料。缺少的可以以后补交，会一次告知。",
        "Tick what you hand in today. What is missing can follow; you are told all of it at once.",
    ),
    # consents
    "consents.about": Bilingual(
        "每位家庭成员分别授权。未成年人由监护人授权。请先读完全文。",
        "Every member consents by itself; a guardian does for a minor. Please read the whole text first.",
    ),
    "consents.version": Bilingual("版本 {version}，自{day}起施行", "version {version}, in force from {day}"),
    "consents.chinese_counts": Bilingual("以中文文本为准。", "The Chinese text is the one that counts."),
    "consents.agrees": Bilingual("{name}（{who}）同意", "{name} ({who}) agrees"),
    "consents.no_text": Bilingual(
        "现在没有施行中的授权书文本，请到服务窗口办理。", "No text is in force; ask at the counter."
    ),
    "consents.no_people": Bilingual("请先填写申请人。", "Enter the applicant first."),
    "consents.changed": Bilingual(
        "授权书文本刚刚更新，请重新阅读后勾选。", "The text has just changed; read it again before you agree."
    ),
    # check your answers
    "check.heading": Bilingual("核对全部内容", "Check your answers"),
    "check.change": Bilingual("修改", "Change"),
    "check.change_what": Bilingual("：{what}", ": {what}"),
    "check.none": Bilingual("无", "none"),
    "check.not_stated": Bilingual("未填写", "not stated"),
    "check.given": Bilingual("已同意（版本 {version}）", "agreed (version {version})"),
    "check.not_given": Bilingual("未同意，会要求补交", "not agreed; it will be asked for"),
    "check.handed_in": Bilingual("已交", "handed in"),
    "check.missing": Bilingual("未交，会要求补交", "not there; it will be asked for"),
    "check.about_sending": Bilingual(
        "提交即表示以上内容属实。提交后立即给出回执。",
        "By sending you state that all of this is true. The receipt comes at once.",
    ),
    "check.send": Bilingual("提交申请", "Send the application"),
    "check.sending": Bilingual(
        "正在提交。线路不稳时会自动重试，同一份申请不会重复受理。",
        "Sending. If the line is down it is tried again; the same application is never taken twice.",
    ),
    # not now
    "away.heading": Bilingual("现在还不能受理", "This cannot be taken at the moment"),
    "away.about": Bilingual(
        "您的申请还没有确认受理。填写的内容都还在，没有丢失。",
        "Nothing is confirmed as taken yet. All that you have typed is still here; nothing is lost.",
    ),
    "away.again": Bilingual(
        "请稍等片刻再试。再次提交的是同一份申请，不会重复受理。",
        "Wait a moment and try again. It is the same application, and it is never taken twice.",
    ),
    "away.try": Bilingual("再试一次", "Try again"),
    # cleared
    "cleared.heading": Bilingual("屏幕已清空", "This screen is cleared"),
    "cleared.about": Bilingual(
        "填写的内容已经删除，没有留在这台机器上。已经拿到回执的申请不受影响。",
        "What was typed is gone and nothing stays on this machine. An application with a receipt is not touched.",
    ),
    # idle
    "idle.note": Bilingual(
        "{seconds} 秒没有操作，屏幕会自动清空。", "The screen is cleared after {seconds} seconds without a touch."
    ),
    "idle.warning": Bilingual("屏幕即将清空。还在填写吗？", "The screen is about to be cleared. Are you still here?"),
    "idle.stay": Bilingual("我还在填写", "I am still here"),
    "idle.leave": Bilingual("清空并离开", "Clear everything and leave"),
    # identity cards
    "card.read": Bilingual("读取身份证", "Read the identity card"),
    "card.reading": Bilingual("请把身份证放在读卡器上", "Put the card on the reader"),
    "card.done": Bilingual("已读取，请核对", "Read; please check it"),
    "card.none": Bilingual("没有读到身份证，请再放一次", "No card was read; put it on the reader again"),
    "card.away": Bilingual("读卡器没有响应，请手工填写", "The reader does not answer; please type it"),
    "number.good": Bilingual("号码校验通过", "the number fits its check digit"),
    # the receipt
    "receipt.heading": Bilingual("申请回执", "Receipt of your application"),
    "receipt.keep": Bilingual(
        "请打印并妥善保管。凭编号和密码可以查询、补正和撤回。密码不要告诉他人。",
        "Print and keep this sheet. With number and secret you can look, supplement and withdraw. Keep the secret.",
    ),
    "receipt.number": Bilingual("申请编号", "application number"),
    "receipt.secret": Bilingual("回执密码", "secret"),
    "receipt.at": Bilingual("提交时间", "handed in"),
    "receipt.state": Bilingual("办理结果", "what was decided"),
    "receipt.accepted": Bilingual("已受理", "accepted"),
    "receipt.supplement": Bilingual("需要补正", "something is missing"),
    "receipt.refused": Bilingual("不予受理", "not taken up"),
    "receipt.code": Bilingual("查询用二维码", "QR code for looking it up"),
    "receipt.why_refused": Bilingual("不予受理的全部理由", "All the reasons"),
    "receipt.why_missing": Bilingual("需要补正的全部内容", "All that is missing"),
    "receipt.article": Bilingual("（{article}）", "({article})"),
    "receipt.to_do": Bilingual("怎么办：{what}", "What to do: {what}"),
    "receipt.next": Bilingual("接下来", "What happens next"),
    "receipt.next_accepted": Bilingual(
        "自动向以下部门核实：{departments}。不需要您办理。全部答复后作出审核结论，并另行通知。",
        "These departments are asked by themselves: {departments}. Nothing is to be done by you. "
        "When all have answered it is decided, and you are told.",
    ),
    "receipt.answers_by": Bilingual("部门答复期限：{when}前", "They answer by {when}"),
    "receipt.next_supplement": Bilingual(
        "请补交以上各项，其他内容不必重填。交齐后自动继续办理。",
        "Hand in what is listed; nothing else has to be filled in again. It then goes on by itself.",
    ),
    "receipt.hand_in_by": Bilingual("补交期限：{when}", "Hand it in by {when}"),
    "receipt.next_refused": Bilingual(
        "不予受理不产生禁止申请的期限；理由消除后可以再次申请。有异议的，可以持申请编号到服务窗口申请复核。",
        "A refusal carries no ban; you may apply again when the reasons are gone. "
        "To ask for another look, go to the counter with the application number.",
    ),
    "receipt.next_other": Bilingual("现在的办理状态：{state}", "Where it stands now: {state}"),
    "receipt.how_counted": Bilingual("期限怎么算", "How that day is counted"),
    "receipt.counting": Bilingual(
        "自{start}次日起数 {days} 个工作日（内部期限，办法未作规定）：",
        "{days} working days from the day after {start} (internal limit, not in the text):",
    ),
    "receipt.nth_day": Bilingual("第{n}个工作日", "working day {n}"),
    "receipt.not_counted": Bilingual("不计", "not counted"),
    "receipt.provisional": Bilingual(
        "暂定：有的日子所在年份的节假日安排尚未公布。",
        "Provisional: the holidays of a year in it are not announced yet.",
    ),
    "receipt.where": Bilingual("在哪里查询", "Where to look"),
    "receipt.page": Bilingual(
        "扫二维码，或者打开 {page}，输入编号和密码。", "Scan the code, or open {page}; type both."
    ),
    "receipt.counter": Bilingual("持编号和密码到服务窗口查询。", "Ask at the counter with number and secret."),
    "receipt.withdraw": Bilingual(
        "在交房之前，您可以随时撤回申请（第24条）。", "You may withdraw before the home is handed over (Art. 24)."
    ),
    "receipt.changed": Bilingual(
        "这份申请此前已经受理，之后在屏幕上的修改没有计入。需要更正的，请到服务窗口办理。",
        "This application had been taken before; what was changed on the screen since is not in it. "
        "Ask at the counter to correct it.",
    ),
    "receipt.times": Bilingual("所列时间均为北京时间。", "All times are Beijing time."),
    "receipt.print": Bilingual("打印", "Print"),
    "receipt.finish": Bilingual("完成并清空屏幕", "Finish and clear the screen"),
}
