"""The texts of announcing a project: the file, the form, its fields, and what is wrong with one."""

from contracts.bilingual import Bilingual

ANNOUNCING = {
    "act.announce": Bilingual("公告项目", "Announce a project"),
    "announce.by_file": Bilingual("用文件公告", "By a file"),
    "announce.file_hint": Bilingual(
        "与 lianshen project announce 使用的 TOML 文件相同，UTF-8 编码。",
        "The TOML file that `lianshen project announce` takes, too, in UTF-8.",
    ),
    "announce.example": Bilingual("下载样例文件", "Download an example"),
    "announce.send_file": Bilingual("用此文件公告", "Announce by this file"),
    "announce.by_form": Bilingual("逐项填写", "Or field by field"),
    "announce.hint": Bilingual(
        "一个项目只登记一次；公告后不能修改（第二十六条第一项）。"
        "新建住房面积在 60 至 100 平方米以外的，公告时提示（第十五条）。",
        "One registration a project; what is announced stays (Art. 26(1))."
        " New homes outside 60 to 100 m² are announced with a warning (Art. 15).",
    ),
    "announce.pools_hint": Bilingual(
        "每行一组：名称,候补户数，优先分组写在后面，例如 two-rooms,5,elderly=2",
        "One a line: name,substitutes, then reserved groups, such as two-rooms,5,elderly=2",
    ),
    "announce.homes_hint": Bilingual(
        "每行一套：编号,楼栋,楼层,面积,房源组，例如 GWS-1-0201,1,2,75.30,two-rooms",
        "One a line: code,building,floor,area,pool, such as GWS-1-0201,1,2,75.30,two-rooms",
    ),
    "announce.deposit_hint": Bilingual("金额和天数不填的，按现行政策", "What is left out is as the policy has it"),
    "announce.yes": Bilingual("收取", "asked"),
    "announce.no": Bilingual("不收取", "none is asked"),
    "announce.way.offline": Bilingual("现场", "offline"),
    "announce.way.online": Bilingual("线上", "online"),
    "announce.stock.new": Bilingual("新建", "new"),
    "announce.stock.purchased": Bilingual("收购", "purchased"),
    "announce.wrong.no_file": Bilingual("请先选择文件", "Choose a file first"),
    "announce.wrong.toml": Bilingual("这个文件读不出来：{what}", "This cannot be read as TOML: {what}"),
    "announce.wrong.pools": Bilingual(
        "第 {line} 行不正确（{what}），请按提示的格式填写", "Line {line} is wrong ({what}): write it as the hint shows"
    ),
    "announce.wrong.homes": Bilingual(
        "第 {line} 行不正确（{what}），请按提示的格式填写", "Line {line} is wrong ({what}): write it as the hint shows"
    ),
    "announce.wrong.unknown": Bilingual("内容不符合要求：{what}", "This is not taken: {what}"),
    "announce.wrong.window": Bilingual("登记结束日早于开始日", "Registration closes before it opens"),
    "announce.wrong.home_twice": Bilingual("有一套房源列了两次", "A home is listed twice"),
    "announce.wrong.pool_twice": Bilingual("有一个房源组写了两次", "A pool is named twice"),
    "announce.wrong.pool_empty": Bilingual("有房源组没有房源（{what}）", "A pool has no home ({what})"),
    "announce.wrong.reserved": Bilingual(
        "有房源组的优先房源多于该组房源（{what}）", "A pool reserves more homes than it has ({what})"
    ),
    "announce.wrong.pool_unknown": Bilingual(
        "有房源写的房源组不在上面列出的组中", "A home names a pool that is not listed above"
    ),
    "asks.title": Bilingual("项目名称", "Title"),
    "asks.place": Bilingual("地点", "Place"),
    "asks.way": Bilingual("登记方式", "How families register"),
    "asks.stock": Bilingual("房源来源", "Where the homes come from"),
    "asks.registration_opens": Bilingual("登记开始日", "Registration opens on"),
    "asks.registration_closes": Bilingual("登记结束日（含）", "Its last day"),
    "asks.method": Bilingual("配售办法", "How homes are given out"),
    "asks.deposit": Bilingual("意向金", "Deposit"),
    "asks.amount": Bilingual("金额", "Amount"),
    "asks.working_days": Bilingual("缴纳期限（工作日）", "To be paid within (working days)"),
    "asks.pools": Bilingual("房源组", "Pools of homes"),
    "asks.homes": Bilingual("房源", "Homes"),
    "asks.file": Bilingual("文件", "File"),
}
