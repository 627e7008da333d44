"""The texts of acts as pages offer them: their titles, what they do, their fields, and what is wrong with one."""

from contracts.bilingual import Bilingual

OFFERS = {
    "act.moved": Bilingual(
        "显示之后情况有变，没有办理。请看过现在的内容再办。",
        "It has moved since it was shown, so nothing was done. Look at it as it is now.",
    ),
    "act.others": Bilingual("现在可以由其他人办理：", "What others may do now:"),
    "act.none": Bilingual("现在没有可以办理的事项。", "There is nothing to do about it now."),
    "act.done": Bilingual("已办理：{what}", "Done: {what}"),
    "asks.reason": Bilingual("理由", "Reason"),
    "asks.document": Bilingual("文件的编号和日期", "Number and date of the paper"),
    "asks.missing": Bilingual("请填写此项", "Fill this in"),
    "asks.wrong.line": Bilingual("请填写一行文字，最多 200 个字", "One line of at most 200 characters"),
    "asks.wrong.words": Bilingual("请填写文字，最多 2000 个字", "Words, at most 2,000 characters"),
    "asks.wrong.token": Bilingual(
        "只能使用字母、数字、连字符和下划线，最多 64 位", "Letters, digits, hyphens and underscores only, at most 64"
    ),
    "asks.wrong.reference": Bilingual(
        "请按银行回单填写流水号：字母、数字和 . / _ -，最多 64 位",
        "As the bank's slip shows it: letters, digits and . / _ -, at most 64",
    ),
    "asks.wrong.number": Bilingual("请填写 1 至 999 的整数", "A whole number from 1 to 999"),
    "asks.wrong.yuan": Bilingual("请填写金额，最多两位小数，例如 2800.00", "Yuan, to the cent, such as 2800.00"),
    "asks.wrong.day": Bilingual("请填写日期，例如 2026-12-01", "A day, such as 2026-12-01"),
    "asks.wrong.instant": Bilingual(
        "请填写日期和时间，例如 2027-01-11T09:00", "Day and time, such as 2027-01-11T09:00"
    ),
    "asks.wrong.choice": Bilingual("请从列出的选项中选择", "Choose one of those that are listed"),
    "asks.wrong.application": Bilingual(
        "申请编号不正确，请对照回执逐位核对", "This is no application number: compare it with the receipt"
    ),
    "asks.wrong.hex": Bilingual("请填写 64 位十六进制数字（0-9、a-f）", "64 hex digits (0-9, a-f)"),
    "asks.wrong.figures": Bilingual("请只填写数字", "Figures only"),
    "asks.hint.hex": Bilingual("64 位十六进制数字", "64 hex digits"),
    "asks.hint.figures": Bilingual("按念出的顺序，逐个数字", "in the order in which they were called"),
    "asks.hint.yuan": Bilingual("元，例如 2800.00", "yuan, such as 2800.00"),
    "asks.hint.token": Bilingual("字母、数字、连字符和下划线", "letters, digits, hyphens and underscores"),
    "asks.hint.reference": Bilingual("银行回单上的流水号", "as the bank's slip shows it"),
}
