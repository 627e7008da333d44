"""The texts of the list of a project's deposits."""

from contracts.bilingual import Bilingual

DEPOSITS = {
    "deposits.title": Bilingual("意向金清单 {project}", "Deposits of {project}"),
    "deposits.none": Bilingual("这个项目还没有通知任何家庭缴纳意向金。", "No family was asked for a deposit yet."),
    "deposits.about": Bilingual(
        "名单确定以后到账的意向金，留到本项目的下一次摇号；项目结束时结清。",
        "What comes in after a list is frozen is held for the project's next draw, and settled once it is closed.",
    ),
    "deposits.sums": Bilingual("合计", "Sums"),
    "deposits.each": Bilingual("逐户", "Each"),
    "deposits.all": Bilingual("全部", "All of them"),
    "deposits.csv": Bilingual("下载清单（CSV）", "Download it (CSV)"),
    "deposits.cut": Bilingual(
        "共 {many} 户，这里列出前 {most} 户；下载的清单是全部。", "{most} of {many}; the file has all."
    ),
    "deposits.status": Bilingual("情况", "Status"),
    "deposits.families": Bilingual("户数", "Families"),
    "deposits.yuan": Bilingual("金额（元）", "Yuan"),
    "deposits.asked": Bilingual("应缴", "Asked"),
    "deposits.paid": Bilingual("实缴", "Paid"),
    "deposits.became": Bilingual("去向", "What became of it"),
    "deposits.late": Bilingual("已过期限", "late"),
    "deposits.status.missing": Bilingual("未缴", "missing"),
    "deposits.status.held": Bilingual("已缴，保管中", "paid, held"),
    "deposits.status.given_back": Bilingual("已退还", "given back"),
    "deposits.status.kept": Bilingual("不予退还", "kept"),
    "deposits.status.set_off": Bilingual("已抵作房款", "set off"),
    "deposits.status.lapsed": Bilingual("未缴，未列入摇号", "not paid, not in the draw"),
    "deposits.status.withdrawn": Bilingual("未缴，已撤回申请", "not paid, withdrawn"),
}
