"""What the pages of draws say in both languages."""

from contracts.bilingual import Bilingual

TEXTS = {
    "draws.title": Bilingual("公开摇号", "Draws in the open"),
    "draws.about": Bilingual(
        "每一次摇号的规则、名单、骰子点数、各方密码和结果都在这里公布，任何人都可以自己重新计算（《办法》第二十六条）。",
        "Rules, list, dice, secrets and result of every draw are posted here; anybody can make it again (Art. 26).",
    ),
    "draws.none": Bilingual("目前没有公布的摇号。", "No draw has been announced."),
    "draws.draw": Bilingual("摇号", "Draw"),
    "draws.stage": Bilingual("进行到", "How far"),
    "draws.held_at": Bilingual("时间", "When"),
    "draws.place": Bilingual("地点", "Where"),
    "draws.entrants": Bilingual("名单人数", "In the list"),
    "draws.hall": Bilingual("现场大屏", "For the wall"),
    "draws.as_of": Bilingual("截至 {at}（北京时间）", "As of {at} (Beijing time)"),
    "draws.away": Bilingual("暂时连接不上记录，显示的是最后读到的内容。", "The record is away; this was read last."),
    "draws.steps": Bilingual("步骤", "Steps"),
    "draws.done": Bilingual("已完成", "done"),
    "draws.to_come": Bilingual("尚未进行", "still to come"),
    "draws.parties": Bilingual("参与各方", "Parties"),
    "draws.party": Bilingual("一方", "Party"),
    "draws.commitment": Bilingual("承诺", "Commitment"),
    "draws.secret": Bilingual("信封内容", "Envelope"),
    "draws.sealed": Bilingual("尚未拆封", "sealed"),
    "draws.dice": Bilingual("骰子点数", "Dice"),
    "draws.seed": Bilingual("种子", "Seed"),
    "draws.pools": Bilingual("房源", "Pools"),
    "draws.pool": Bilingual("房源组", "Pool"),
    "draws.homes": Bilingual("套数", "Homes"),
    "draws.substitutes": Bilingual("候补名额", "Substitutes"),
    "draws.files": Bilingual("文件及其 SHA-256", "Files and their SHA-256"),
    "draws.void": Bilingual("本次摇号作废：{reason}", "This draw is void: {reason}"),
    "draws.imported": Bilingual(
        "结果由公证机构自有软件产生（{software}），不能重新计算。原始文件在下面公布。",
        "The notary's own software drew ({software}): this result cannot be made again. Its file is posted below.",
    ),
    "draws.result": Bilingual("结果", "Result"),
    "draws.figures": Bilingual("两项简单检查", "Two plain checks"),
    "draws.figures_about": Bilingual(
        "名单中连续入围的最长一段，以及出现这么长或者更长一段的概率；申报了利害关系的家庭预计和实际入围的数目。"
        "这些数字本身不证明什么，也不使摇号无效。",
        "The longest run of consecutive lines of the list that were drawn, and how probable one so long or longer "
        "is; of entries that declared an interest how many were to be expected among the drawn, and how many came. "
        "They prove nothing by themselves, and void nothing.",
    ),
    "draws.run": Bilingual("最长连续入围", "Longest run"),
    "draws.probability": Bilingual("概率", "Probability"),
    "draws.declared": Bilingual("申报利害关系", "Declared an interest"),
    "draws.expected": Bilingual("预计入围", "Expected"),
    "draws.came": Bilingual("实际入围", "Came"),
    "draws.list.drawn": Bilingual("入围", "Drawn"),
    "draws.list.substitutes": Bilingual("候补", "Substitutes"),
    "draws.list.others": Bilingual("未入围", "Not drawn"),
    "draws.admitted": Bilingual("结果公布后补列", "Admitted after the draw"),
    "draws.admitted_about": Bilingual(
        "名单确定前已列入正式轮候、已缴意向金而被错漏的家庭。名次由签号得出，排在名单中同一名次的家庭之前；"
        "已公布的文件和结果不变，已经选房的家庭不受影响。",
        "Families that the list left out wrongly: confirmed, their deposit paid, before it was frozen. The ticket "
        "gives the place, before whoever has it in the list; files and result stay, and whoever has chosen is not "
        "displaced.",
    ),
    "draws.admitted_place": Bilingual(
        "{pool}，{list}第{place}位。理由：{reason}。签号：", "{pool}, {list}, place {place}. Reason: {reason}. Ticket:"
    ),
    "draws.checker": Bilingual("核验程序", "The checker"),
    "draws.checker_about": Bilingual(
        "下载核验程序和某次摇号的五个文件，断网也能核验。网页版请保存到本机后打开。",
        "Download the checker and the five files of a draw; it checks them offline. Save the page, then open it.",
    ),
    "draws.checker_run": Bilingual("运行：", "Run:"),
    "draws.stage.announced": Bilingual("公布规则", "rules posted"),
    "draws.stage.frozen": Bilingual("名单确定", "list frozen"),
    "draws.stage.committed": Bilingual("各方承诺", "all committed"),
    "draws.stage.thrown": Bilingual("掷骰", "dice thrown"),
    "draws.stage.held": Bilingual("拆封计算", "envelopes opened"),
    "draws.stage.verified": Bilingual("第二程序核验一致", "verified by a second implementation"),
    "draws.stage.published": Bilingual("公布结果", "published"),
    "draws.stage.void": Bilingual("作废", "void"),
}
