"""The texts that every page has."""

from contracts.bilingual import Bilingual

COMMON = {
    "common.skip": Bilingual("跳到正文", "Skip to the content"),
    "common.language": Bilingual("语言", "Language"),
    "common.elder_on": Bilingual("长辈版（大字）", "Large text"),
    "common.elder_off": Bilingual("标准版", "Standard text"),
    "common.menu": Bilingual("导航", "Menu"),
    "common.errors": Bilingual("请先改正以下内容", "Please correct this first"),
    "common.error": Bilingual("有误：", "Error: "),
    "common.optional": Bilingual("（选填）", "(optional)"),
    "common.back": Bilingual("返回", "Back"),
    "common.table": Bilingual("表格，可以左右移动", "A table that can be moved sideways"),
    "common.home": Bilingual("回到首页", "To the first page"),
    "fault.400": Bilingual("没有看懂这个请求", "This request could not be read"),
    "fault.403": Bilingual("这个请求不被允许", "This request is not allowed"),
    "fault.404": Bilingual("没有这个页面", "There is no such page"),
    "fault.405": Bilingual("这个页面不能这样使用", "This page cannot be used that way"),
    "fault.408": Bilingual("等待的时间太长", "That took too long"),
    "fault.413": Bilingual("提交的内容太多", "That is too much at once"),
    "fault.429": Bilingual("尝试的次数太多，请稍后再试", "Too many tries; please wait a little"),
    "fault.500": Bilingual("系统出了问题", "Something went wrong on our side"),
    "fault.503": Bilingual("系统暂时不可用", "This is not available at the moment"),
    "fault.help": Bilingual(
        "已经提交的内容不会丢失。请返回后再试一次，或者请窗口工作人员帮忙。",
        "Nothing that was handed in is lost. Go back and try again, or ask at the counter.",
    ),
    "fault.origin": Bilingual(
        "这个表格不是从本站的页面提交的，因此没有受理。请从首页重新打开。",
        "This form was not sent from a page of this site, so it was not taken. Start again from the first page.",
    ),
}
"""Of the layout, and of what cannot be answered."""
