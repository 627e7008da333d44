"""What the public list says in both languages; what stands in an entry itself is shown as its record has it."""

from contracts.bilingual import Bilingual

TEXTS = {
    "board.title": Bilingual("配售型保障性住房公示", "Public list for affordable homes"),
    "board.lists": Bilingual("公示名单", "Lists"),
    "board.draws": Bilingual("摇号", "Draws"),
    "board.number": Bilingual("申请编号", "Application number"),
    "board.as_of": Bilingual(
        "截至 {at}（北京时间），记录第 {sequence} 号", "As of {at} (Beijing time), record {sequence}"
    ),
    "board.nothing_read": Bilingual("还没有读到任何记录", "Nothing has been read yet"),
    "board.incomplete": Bilingual("以下内容可能不完整。", "What follows may be incomplete."),
    "board.reading": Bilingual("名单正在读取。", "The list is still being read."),
    "board.unconnected": Bilingual(
        "暂时连接不上记录，显示的是最后读到的内容。", "The record cannot be reached now; this is what was read last."
    ),
    "board.doubt": Bilingual(
        "系统时钟正在核对，到期的条目暂不撤下。", "The clock is being checked; entries whose time is over still stand."
    ),
    "home.title": Bilingual("正在公示的名单", "What is shown now"),
    "home.about": Bilingual(
        "符合条件的家庭在这里公示七个工作日（《办法》第二十六条）。任何人都可以对某一条提出异议，由区住房和城乡建设局决定。",
        "Eligible families stand here for seven working days (Art. 26). Anyone may object to an entry;"
        " the district's housing bureau decides.",
    ),
    "home.none": Bilingual("目前没有公示的条目。", "Nothing is shown at the moment."),
    "home.find": Bilingual("查找一条", "Find an entry"),
    "home.number_hint": Bilingual(
        "26 位字母和数字，例如 YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E",
        "26 letters and digits, like YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E",
    ),
    "home.look": Bilingual("查找", "Find"),
    "home.mistyped": Bilingual(
        "编号有误：应为 26 位字母和数字，请核对。", "That is no number: it has 26 letters and digits; check it."
    ),
    "home.unknown": Bilingual(
        "公示名单上没有这个编号。公示期结束后，条目即撤下。",
        "This number is not on the list. An entry is taken down when its time is over.",
    ),
    "project.column": Bilingual("项目", "Project"),
    "project.none": Bilingual("记录未载明项目", "The record names no project"),
    "project.count": Bilingual("条目数", "Entries"),
    "project.last_day": Bilingual("最后一日（最晚）", "Last day (latest)"),
    "project.total": Bilingual(
        "共 {total} 条，第 {sheet} 页，共 {sheets} 页", "{total} entries, sheet {sheet} of {sheets}"
    ),
    "project.previous": Bilingual("上一页", "Previous sheet"),
    "project.next": Bilingual("下一页", "Next sheet"),
    "entry.title": Bilingual("公示条目", "An entry of the list"),
    "entry.name": Bilingual("申请人", "Applicant"),
    "entry.id_number": Bilingual("证件号码", "ID number"),
    "entry.family_size": Bilingual("家庭人数", "Persons"),
    "entry.outcome": Bilingual("审核结果", "Outcome"),
    "entry.posted_on": Bilingual("公示日", "Posted on"),
    "entry.last_day": Bilingual("最后一日", "Last day"),
    "entry.until": Bilingual("{day}，至 {time} 为止（含）", "{day}, until {time} inclusive"),
    "entry.how_to_object": Bilingual("如何提出异议", "How to object"),
    "entry.provisional": Bilingual("暂定", "provisional"),
    "entry.provisional_why": Bilingual(
        "该年的放假安排尚未公布，公布后重新计算；在此之前提出的异议都算按时。",
        "That year's holidays are not announced yet; the day is computed again once they are."
        " Until then no objection is late.",
    ),
    "entry.drill": Bilingual("演练", "drill"),
    "entry.drill_why": Bilingual("演练条目，不是真实的公示。", "An entry of a rehearsal; it is no real one."),
    "entry.over": Bilingual(
        "公示期已满。现在提出的异议会保存，但不影响这一条。",
        "The last day is over. An objection is kept, but holds nothing.",
    ),
    "entry.object": Bilingual("对这一条提出异议", "Object to this entry"),
    "entry.gone": Bilingual("名单上没有这一条", "This is not on the list"),
    "entry.gone_why": Bilingual(
        "这一条不在公示名单上：公示期已结束、已撤下，或者编号有误。对它不能提出异议。",
        "Its time is over, it was taken down, or the number is wrong. There is nothing to object to.",
    ),
    "entry.unread": Bilingual("暂时无法确定", "This cannot be said now"),
    "entry.unread_why": Bilingual(
        "名单暂时没有读全，请过一会儿再看。", "The list is not read whole at the moment; please look again shortly."
    ),
    "objection.title": Bilingual("提出异议", "Object to an entry"),
    "objection.text": Bilingual("异议内容和理由", "What you object to, and why"),
    "objection.text_hint": Bilingual(
        "最多 4000 字。内容会永久保存在该申请的档案中，请不要在这里写您自己的姓名和电话。",
        "At most 4,000 characters. It stays in the file of this application: leave your own name and phone out here.",
    ),
    "objection.text_empty": Bilingual("请写明异议内容", "Say what you object to"),
    "objection.text_long": Bilingual("异议内容不能超过 4000 字", "At most 4,000 characters"),
    "objection.who": Bilingual("您是谁（可以不填）", "Who you are (only if you want to say)"),
    "objection.who_why": Bilingual(
        "不填也同样受理。填写的内容在提交时加密，只有区住房和城乡建设局负责人能够打开，每次打开都要说明理由并留下记录；"
        "不公开，不告诉被公示的家庭，在异议有结果一年后删除。",
        "Your objection counts just as much without. What you fill in is sealed when you send it: only the head of the"
        " housing bureau can open it, each time with a reason that is recorded. It is shown to nobody else, the family"
        " included, and is erased a year after your objection is settled.",
    ),
    "objection.name": Bilingual("姓名", "Name"),
    "objection.name_wrong": Bilingual("姓名写成一行，不超过 60 字", "One line of at most 60 characters"),
    "objection.contact": Bilingual("联系方式", "Phone or address"),
    "objection.contact_wrong": Bilingual("联系方式写成一行，不超过 100 字", "One line of at most 100 characters"),
    "objection.send": Bilingual("提交异议", "Send the objection"),
    "objection.slowed": Bilingual(
        "这里刚刚提交过多份异议，请在 {minutes} 分钟后再提交；您写的内容还在下面。",
        "Several objections came from here just now. Send yours in {minutes} min; what you wrote is still below.",
    ),
    "objection.too_many": Bilingual(
        "这一条已收到的异议达到上限。请把您的异议书面送交区住房和城乡建设局。",
        "As many objections as can be kept are there already. Bring yours to the housing bureau in writing.",
    ),
    "objection.not_now": Bilingual(
        "现在收不下，请过一会儿再提交；您写的内容还在下面。",
        "It could not be taken just now. Send it again in a moment; what you wrote is still below.",
    ),
    "receipt.title": Bilingual("异议已收到", "Your objection is kept"),
    "receipt.number": Bilingual("异议编号", "Objection"),
    "receipt.in_time": Bilingual(
        "按时收到。在区住房和城乡建设局作出决定之前，这一条不会结束公示。",
        "It came in time. The entry cannot close before the district's housing bureau has decided it.",
    ),
    "receipt.late": Bilingual(
        "公示期已过才收到。内容会保存，但不影响这一条，也不再作出决定。",
        "It came after the last day. It is kept, but holds nothing, and nothing will be decided.",
    ),
    "receipt.identity_kept": Bilingual("您的身份信息已加密保存。", "Who you are is kept, sealed."),
    "receipt.identity_lost": Bilingual(
        "异议已保存，但身份信息没有存下来。如需留下，请联系区住房和城乡建设局。",
        "The objection is kept, but not who you are. To leave that, turn to the housing bureau.",
    ),
    "receipt.gone": Bilingual("这张回执已经不能再看", "This page can no longer be shown"),
    "receipt.gone_why": Bilingual(
        "回执只显示一段时间。收到过回执的异议都已保存。",
        "It is shown for a while only. An objection that was confirmed to you is kept.",
    ),
    "draws.title": Bilingual("摇号", "Draws"),
    "draws.none": Bilingual(
        "目前没有摇号。有摇号时，规则、时间和结果在这里公布（第二十六条第五项）。",
        "There is none yet. Rules, time and result of a draw will stand here (Art. 26(5)).",
    ),
    "draws.about": Bilingual(
        "每一次摇号的进展、公布的文件和核验程序。文件和程序都可以用这里的 SHA-256 核对。",
        "How far each draw is, what is posted of it, and the checker; each file can be held against its SHA-256.",
    ),
    "draws.unread": Bilingual("暂时连接不上记录，请稍后再看。", "The record is away; look again in a moment."),
    "draws.imported": Bilingual(
        "结果由公证机构自有软件产生（{software}），不能重新计算。",
        "The notary's own software drew ({software}): this result cannot be made again.",
    ),
    "draws.void": Bilingual("本次摇号作废：{reason}", "This draw is void: {reason}"),
    "draws.stage": Bilingual("进行到", "How far"),
    "draws.held_at": Bilingual("时间", "When"),
    "draws.place": Bilingual("地点", "Where"),
    "draws.hall": Bilingual("现场大屏", "The ceremony, for the wall"),
    "draws.files": Bilingual("文件及其 SHA-256", "Files and their SHA-256"),
    "draws.checker": Bilingual("核验程序", "The checker"),
    "draws.stage.announced": Bilingual("已公布规则", "rules posted"),
    "draws.stage.frozen": Bilingual("名单已确定", "list frozen"),
    "draws.stage.committed": Bilingual("各方已承诺", "all committed"),
    "draws.stage.thrown": Bilingual("已掷骰", "dice thrown"),
    "draws.stage.held": Bilingual("已拆封计算", "envelopes opened"),
    "draws.stage.verified": Bilingual("第二程序核验一致", "verified by a second implementation"),
    "draws.stage.published": Bilingual("结果已公布", "result published"),
    "draws.stage.void": Bilingual("作废", "void"),
}
