"""The texts of draws and their ceremony."""

from contracts.bilingual import Bilingual

DRAWS = {
    "draws.title": Bilingual("摇号", "Draws"),
    "draws.project": Bilingual("项目", "Project"),
    "draws.none_at_all": Bilingual("还没有公布的项目。", "No project has been announced."),
    "draws.of": Bilingual("项目 {project} 的摇号", "Draws of project {project}"),
    "draws.serial": Bilingual("第几次", "Which"),
    "draws.stage": Bilingual("进行到", "How far"),
    "draws.none": Bilingual("这个项目还没有公布摇号规则。", "No draw of this project has been announced."),
    "draws.announce": Bilingual("公布第 {serial} 次摇号的规则", "Announce the rules of draw {serial}"),
    "draws.announce_about": Bilingual(
        "公布后规则不能改动。房源组取自项目公告，套数为目前未选定的房源。核验程序的 SHA-256 与规则一同公布。",
        "Once announced they stand. Pools are those of the project, with the homes that are free now. The"
        " SHA-256 of the"
        " checker is posted with them.",
    ),
    "draws.one_at_a_time": Bilingual(
        "上一次摇号还没有结束。结束或者作废以后才能公布下一次。",
        "The draw before it is not over: the next one is announced once it is published or void.",
    ),
    "draws.pool": Bilingual("房源组", "Pool"),
    "draws.homes": Bilingual("套数", "Homes"),
    "draws.substitutes": Bilingual("候补名额", "Substitutes"),
    "draws.reserved": Bilingual("定向房源", "Reserved"),
    "draws.held_at": Bilingual("摇号时间", "When it is held"),
    "draws.place": Bilingual("地点", "Where"),
    "draws.dice": Bilingual("十面骰投掷次数", "How often the ten-sided die is thrown"),
    "draws.parties": Bilingual("参与各方，每行一个", "Parties, one a line"),
    "draws.parties_hint": Bilingual(
        "字母、数字和连字符；顺序即计算顺序", "letters, digits, hyphens; in the order of the hash"
    ),
    "draws.public": Bilingual("另计入的公开号码的名称", "Name of a public number that counts, too"),
    "draws.public_format": Bilingual("公开号码的格式，例如 [0-9]{n}", "Its format, such as [0-9]{n}"),
    "draws.no_time": Bilingual("请选择日期和时间", "Choose day and time"),
    "draws.no_count": Bilingual("请填写 1 至 999 的整数", "A whole number from 1 to 999"),
}

CEREMONY = {
    "ceremony.title": Bilingual("摇号 {draw}", "Draw {draw}"),
    "ceremony.step.announced": Bilingual("公布规则", "rules posted"),
    "ceremony.step.frozen": Bilingual("名单确定", "list frozen"),
    "ceremony.step.committed": Bilingual("各方承诺，清单公布", "all committed, manifest posted"),
    "ceremony.step.thrown": Bilingual("掷骰", "dice thrown"),
    "ceremony.step.held": Bilingual("拆封计算", "envelopes opened"),
    "ceremony.step.verified": Bilingual("第二程序核验一致", "verified by a second implementation"),
    "ceremony.step.published": Bilingual("公布结果", "published"),
    "ceremony.steps": Bilingual("步骤", "Steps"),
    "ceremony.done": Bilingual("已完成", "done"),
    "ceremony.to_come": Bilingual("尚未进行", "still to come"),
    "ceremony.now": Bilingual("现在办理", "Now"),
    "ceremony.look_again": Bilingual("刷新", "Look again"),
    "ceremony.wall": Bilingual("现场大屏（公开页面）", "For the wall (everybody's page)"),
    "ceremony.in_the_open": Bilingual("公开页面和文件", "Everybody's page, and the files"),
    "ceremony.no_address": Bilingual(
        "公开页面的地址没有设置；路径为 {path}/hall。",
        "The address of the public page is not set; its path is {path}/hall.",
    ),
    "ceremony.held_at": Bilingual("定于 {at}，{place}", "To be held at {at}, {place}"),
    "ceremony.earliest": Bilingual("最早可掷骰日期", "Dice on this day at the earliest"),
    "ceremony.entrants": Bilingual("名单", "List"),
    "ceremony.count": Bilingual("{n} 户，SHA-256：", "{n} entries, SHA-256:"),
    "ceremony.parties": Bilingual("各方", "Parties"),
    "ceremony.party": Bilingual("一方", "Party"),
    "ceremony.commitment": Bilingual("承诺", "Commitment"),
    "ceremony.envelope": Bilingual("信封", "Envelope"),
    "ceremony.committed": Bilingual("已承诺", "committed"),
    "ceremony.not_committed": Bilingual("尚未承诺", "not yet"),
    "ceremony.opened": Bilingual("已拆封", "open"),
    "ceremony.sealed": Bilingual("密封", "sealed"),
    "ceremony.first_envelope": Bilingual("第一个信封", "the first envelope"),
    "ceremony.second_envelope": Bilingual("公证处保管的第二个信封", "the notary's second envelope"),
    "ceremony.dice": Bilingual("骰子点数", "Dice"),
    "ceremony.by_two": Bilingual("由两人分别录入：{by}", "typed by two people: {by}"),
    "ceremony.typed_by": Bilingual(
        "{by} 已经录入点数，现在由另一个人在自己的账号下录入同样的点数。录入的数字在两人一致之前不显示。",
        "{by} has typed the figures; now somebody else types them, signed in as themselves. They are shown to nobody"
        " before two people agree.",
    ),
    "ceremony.typed_by_me": Bilingual(
        "您已经录入点数，现在由另一个人在自己的账号下录入。",
        "You have typed the figures; now somebody else types them, signed in as themselves.",
    ),
    "ceremony.differs": Bilingual(
        "两次录入从第 {n} 个数字起不同。请对照记录，两个人都重新录入。",
        "What was typed differs from figure {n} on. Look at the record; both type again.",
    ),
    "ceremony.seed": Bilingual("种子", "Seed"),
    "ceremony.result": Bilingual("结果", "Result"),
    "ceremony.result_sha256": Bilingual("结果文件的 SHA-256", "SHA-256 of the result"),
    "ceremony.imported": Bilingual(
        "结果由公证机构自有软件产生（{software}），不能重新计算。",
        "The notary's own software drew ({software}): this result cannot be made again.",
    ),
    "ceremony.unverified": Bilingual(
        "尚未由第二程序核验，不得公布。", "Not verified by a second implementation yet: nothing is published."
    ),
    "ceremony.verified": Bilingual("已由第二程序核验一致", "verified by a second implementation"),
    "ceremony.drawn": Bilingual("{pool}：入围", "{pool}: drawn"),
    "ceremony.admitted": Bilingual("结果公布后补列", "Admitted after the result"),
    "ceremony.admitted_place": Bilingual(
        "{pool}，{list}第 {place} 位：{reason}（{by}）", "{pool}, {list} place {place}: {reason} ({by})"
    ),
    "ceremony.fate.drawn": Bilingual("入围", "drawn"),
    "ceremony.fate.substitute": Bilingual("候补", "substitute"),
    "ceremony.fate.not_drawn": Bilingual("未中签", "not drawn"),
    "ceremony.void": Bilingual("本次摇号作废：{reason}", "This draw is void: {reason}"),
    "ceremony.next_serial": Bilingual(
        "各方改正后，另行公布下一次摇号；已公布的文件保留。",
        "Announce the next serial; what was posted stays posted.",
    ),
    "ceremony.again": Bilingual("用同样的文件再次开始", "Start again with the same files"),
    "ceremony.again_about": Bilingual(
        "再次开始只会给出已经记录的结果，不会写入任何内容。", "It gives the recorded result, and nothing is written."
    ),
    "ceremony.again_done": Bilingual(
        "再次开始：给出的是已经记录的结果，没有写入新的内容。",
        "Started again: this is the recorded result; nothing was written.",
    ),
    "ground.before_the_envelopes": Bilingual("拆封前事先声明的事由", "a ground declared before any envelope is open"),
    "ground.not_committed": Bilingual("信封内容与承诺不符", "an envelope does not fit its commitment"),
    "ground.envelope_missing": Bilingual("两个信封均缺失或者无法辨认", "both envelopes missing or unreadable"),
    "ground.file_differs": Bilingual("文件与清单不符", "a file differs from the manifest"),
    "party.housing-bureau": Bilingual("住房主管部门", "housing bureau"),
    "party.project-unit": Bilingual("项目管理单位", "project unit"),
    "party.notary": Bilingual("公证处", "notary"),
    "party.discipline-inspection": Bilingual("纪检监察", "discipline inspection"),
    "party.families": Bilingual("申请家庭代表", "a delegate of the families"),
}

DRAW_ACTS = {
    "act.draw-announce": Bilingual("公布规则", "Announce the rules"),
    "act.draw-freeze": Bilingual("确定名单", "Freeze the list"),
    "act.hint.draw-freeze": Bilingual(
        "列入正式轮候、已缴意向金、未退出的家庭。确定后不能增减，每户会收到自己的一行。",
        "Confirmed in the pool, deposit paid, not withdrawn. It never changes then, and each family is told its line.",
    ),
    "act.draw-commit": Bilingual("登记一方的承诺", "Enter a party's commitment"),
    "act.hint.draw-commit": Bilingual(
        "只登记承诺，不登记密码。承诺由该方自行计算：lianshen draw commitment，或任何能计算 SHA-256 的机器。"
        "承诺登记后不能改动。",
        "The commitment alone, never the secret. The party computes it: `lianshen draw commitment`, or"
        " any machine that has SHA-256. It is never changed.",
    ),
    "act.draw-manifest": Bilingual("公布清单", "Post the manifest"),
    "act.hint.draw-manifest": Bilingual(
        "把规则、名单和全部承诺绑定在一起，至少在摇号前一个工作日。",
        "Binds rules, list and commitments together, at least a working day before the draw.",
    ),
    "act.draw-dice": Bilingual("录入骰子点数", "Type the dice"),
    "act.hint.draw-dice": Bilingual(
        "由两个人各自在自己的账号下录入；两次一致才算数。斜立的骰子当场重掷，并写在备注里。",
        "Two people type them, each signed in as themselves; they count once both agree. A cocked die is thrown"
        " again at"
        " once, and said in the remark.",
    ),
    "act.draw-open": Bilingual("拆封一方的信封", "Open a party's envelope"),
    "act.hint.draw-open": Bilingual(
        "照信封内容录入。与承诺不符时先核对是否录错；确实不符的，拆第二个信封；仍不符的，作废。",
        "Type what it says. If it does not fit, look whether it was typed wrongly; then open the second one; if"
        " that does"
        " not fit either, the draw is void.",
    ),
    "act.draw-verify": Bilingual("由第二程序核验", "Verify by a second implementation"),
    "act.hint.draw-verify": Bilingual(
        "用已公布的核验程序，只凭文件重新计算。", "The announced checker makes the draw again from the files alone."
    ),
    "act.draw-publish": Bilingual("公布结果", "Publish the result"),
    "act.hint.draw-publish": Bilingual(
        "结果公开，每户收到自己的名次。", "It is everybody's then, and each family is told."
    ),
    "act.draw-void": Bilingual("宣布作废", "Declare it void"),
    "act.hint.draw-void": Bilingual(
        "第一个信封拆开以后，只有可以当场核验的事由（承诺或者文件不符）才能作废。理由会公布。",
        "Once an envelope is open, only what anybody can check is a ground: a commitment or a file that fails."
        " The reason"
        " is posted.",
    ),
    "act.draw-admit": Bilingual("补列被错漏的家庭", "Admit a family that the list left out"),
    "act.hint.draw-admit": Bilingual(
        "仅限名单确定以前已经列入正式轮候、意向金已经入账、却没有列入名单的家庭。名次由摇号号码得出，其他家庭的名次不变。"
        "理由会公布，不写姓名和申请编号。",
        "Only a family that was confirmed in the pool, with its deposit in the log, before the list was frozen, and is"
        " not in it. Its ticket gives its place, and nobody else is moved. The reason is posted: no name in it, and no"
        " application number.",
    ),
    "act.draw-import": Bilingual("导入公证机构自有软件的结果", "Import a result of the notary's own software"),
    "act.hint.draw-import": Bilingual(
        "仅限公证机构必须使用自有软件的情形。导入即公布：结果不能重新计算，各处都会写明；不再掷骰。",
        "Only where the notary has to use it. It is published at once; it cannot be made again, and says so"
        " everywhere. No dice are thrown then.",
    ),
    "asks.software": Bilingual("软件名称和版本", "The software, and its version"),
    "asks.import_file": Bilingual("软件给出的文件", "What it gave"),
    "asks.import_result": Bilingual("结果（JSON）", "The result, as JSON"),
    "asks.known": Bilingual("我知道这个结果不能重新计算", "I know that this result cannot be made again"),
    "ceremony.import_file": Bilingual("原样公布，UTF-8 编码", "It is posted as it is; in UTF-8"),
    "ceremony.import_result": Bilingual(
        "每个房源组三个名单：drawn、substitutes、others，名单上的每个摇号编号恰好一次",
        "Of each pool the lists drawn, substitutes and others: every draw number of the list once",
    ),
    "asks.party": Bilingual("哪一方", "Which party"),
    "asks.commitment": Bilingual("承诺", "Commitment"),
    "asks.dice": Bilingual("点数", "Figures"),
    "asks.public": Bilingual("公开号码", "Public number"),
    "asks.remark": Bilingual("备注", "Remark"),
    "asks.secret": Bilingual("信封内容", "What the envelope says"),
    "asks.second": Bilingual("哪一个信封", "Which envelope"),
    "asks.ground": Bilingual("事由", "Ground"),
}
