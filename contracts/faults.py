"""Everything that can be wrong with what is sent: one code each, in Chinese and English.

The codes are stable: kiosks choose by them what they do. The sentences say what to do, and never what was sent.
"""

from collections.abc import Mapping

from pydantic import Field

from contracts.bilingual import Bilingual
from contracts.model import Shown

_WORD = "letters, digits and . _ - only"
_WORD_ZH = "只用字母、数字和 . _ -"

FAULTS: Mapping[str, Bilingual] = {
    # what stands in a field
    "missing": Bilingual("请补上该项", "add this field"),
    "unknown-field": Bilingual("没有这一项，请删除或者检查拼写", "unknown field; remove it or check its spelling"),
    "not-text": Bilingual("请写成带引号的文本", "write text in quotation marks"),
    "not-boolean": Bilingual("请写 true 或者 false，不加引号", "write true or false, without quotation marks"),
    "not-list": Bilingual("请写成方括号内的列表", "write a list in square brackets"),
    "not-object": Bilingual("请写成花括号内的对象", "write an object in curly brackets"),
    "not-a-choice": Bilingual("请从以下各项中选一个：{choices}", "write one of: {choices}"),
    "too-many-items": Bilingual("最多 {limit} 项", "write at most {limit} {unit}"),
    "too-few-items": Bilingual("至少 {limit} 项", "write at least {limit} {unit}"),
    "too-many-characters": Bilingual("最多 {limit} 个字符", "write at most {limit} {unit}"),
    "too-few-characters": Bilingual("至少 {limit} 个字符", "write at least {limit} {unit}"),
    "unexpected": Bilingual(
        "此处内容与表格要求不符，请对照表格说明",
        "this is not what the form has here; compare it with the description of the form",
    ),
    # what a field must look like
    "form-of-phone": Bilingual(
        "请填写手机号码：以 1 开头的 11 位数字，前面可加 +86",
        "write a mobile number: 11 digits beginning with 1, with or without +86 before them",
    ),
    "form-of-division": Bilingual(
        "请填写六位行政区划代码（GB/T 2260），例如 150303",
        "write the six digits of the division (GB/T 2260), such as 150303",
    ),
    "form-of-township": Bilingual(
        "请填写九位乡镇（街道）代码，例如 150303103", "write the nine digits of the township, such as 150303103"
    ),
    "form-of-relation": Bilingual(
        "请用小写字母填写 spouse（配偶）或者 child（子女）", "write spouse or child, in small letters"
    ),
    "form-of-document": Bilingual(
        "请填写材料名称：小写字母、数字和 _，例如 application_form",
        "write the document's name in small letters, digits and _, such as application_form",
    ),
    "form-of-name": Bilingual(
        "姓名请写在一行内，前后不留空格", "write the name in one line, without spaces before or after it"
    ),
    "form-of-project": Bilingual(
        f"请填写项目名称，{_WORD_ZH}，例如 HN-2026-01", f"write the project's name, {_WORD}, such as HN-2026-01"
    ),
    "form-of-channel": Bilingual(
        f"请填写受理渠道名称，{_WORD_ZH}，例如 kiosk-03", f"write the channel's name, {_WORD}, such as kiosk-03"
    ),
    "form-of-text-version": Bilingual(
        f"请填写授权书文本的版本，{_WORD_ZH}，例如 2025-1",
        f"write the version of the consent's text, {_WORD}, such as 2025-1",
    ),
    "nothing-visible": Bilingual(
        "请填写看得见的内容：此处只有空白或者不可见字符",
        "write something that can be read: there are only blanks or invisible characters here",
    ),
    "not-in-one-line": Bilingual("请用看得见的字符写在一行内", "write it in one line, in characters that can be seen"),
    "name-without-letters": Bilingual(
        "姓名请用看得见的文字填写", "write the name in letters or characters that can be seen"
    ),
    # ID numbers
    "id-number-of-15-digits": Bilingual(
        "这是旧的 15 位号码，请填写现用证件上的 18 位号码",
        "this is an old 15-digit number; give the 18-digit one of the present card",
    ),
    "id-number-length": Bilingual(
        "证件号共 18 位，请完整填写，中间不留空格", "an ID number has 18 characters; type all of them, without spaces"
    ),
    "id-number-characters": Bilingual(
        "证件号为 17 位数字加末位数字或者 X", "an ID number is 17 digits and a last digit or X"
    ),
    "id-number-province": Bilingual(
        "前两位不是任何省级行政区划代码（GB/T 2260）", "the first two digits are no province's code (GB/T 2260)"
    ),
    "id-number-birth-date": Bilingual("第 7 至 14 位不是出生日期", "digits 7 to 14 are no date of birth"),
    "id-number-check-digit": Bilingual(
        "末位校验码不符，有一位输错了（GB 11643）",
        "the check digit does not fit: one of the digits was mistyped (GB 11643)",
    ),
    # who may stand on a form
    "born-in-the-future": Bilingual("出生日期在今天之后，请核对", "the date of birth is in the future; check it"),
    "born-too-long-ago": Bilingual(
        "第 7 至 14 位不可能是在世的人的出生日期，请核对",
        "digits 7 to 14 are no date of birth of anybody living; check them",
    ),
    "person-twice": Bilingual(
        "此人已在表上，每人只填一次", "this person is on the form already; enter each person once"
    ),
    "second-spouse": Bilingual(
        "一个家庭最多一名配偶，请更正关系", "a family has one spouse at most; correct the relation"
    ),
    "residence-card-of-no-spouse": Bilingual(
        "外国人永久居留身份证只适用于配偶；请填写此人的 18 位身份证号，或者到窗口咨询",
        "a foreigner's permanent residence card is taken for a spouse only; "
        "give this person's 18-digit ID number, or ask at a counter",
    ),
    "residence-card-of-nobody": Bilingual(
        "表上没有人持此永久居留身份证；请填为配偶的证件，或者删去这项授权",
        "this residence card is nobody's on the form; enter it as the spouse's, or leave this consent out",
    ),
    "no-such-project": Bilingual(
        "没有这个项目，现有项目：{projects}", "there is no such project; there are: {projects}"
    ),
    # a supplement
    "supplement-empty": Bilingual(
        "请至少写明一项补交的材料或者授权", "name at least one document or one consent that is handed in"
    ),
    "not-asked-for": Bilingual("没有要求补交这一项，请删去", "this was not asked for; leave it out"),
    # the body as a whole, and a header
    "not-utf-8": Bilingual(
        "第 {byte} 个字节不是 UTF-8，请用 UTF-8 编码发送", "the body is not UTF-8 at byte {byte}; send it in UTF-8"
    ),
    "not-json": Bilingual(
        "内容不是合法的 JSON{place_zh}，请发送一个 JSON 对象",
        "the body is not well-formed JSON{place}; send one JSON object",
    ),
    "too-deep": Bilingual(
        "对象和列表嵌套过深，最多 {levels} 层",
        "too many objects or lists within each other; at most {levels} levels are taken",
    ),
    "not-a-number": Bilingual("这不是可以保存的数字，请更正", "this is no number that can be kept; correct it"),
    "field-twice": Bilingual(
        "同一项写了不止一次，请只写一次", "a field is written more than once here; write it once"
    ),
    "more-faults": Bilingual(
        "错误不止所列各项，请先更正这些", "there are more faults than listed; correct these first"
    ),
    "idempotency-key": Bilingual(
        "请求头 Idempotency-Key 须有且只有一个：1 至 200 个可见 ASCII 字符，每份新申请换一个",
        "send Idempotency-Key once: 1 to 200 visible ASCII characters, new for each form",
    ),
}
"""Every fault there is, by its code."""


class Fault(Shown):
    """One thing wrong with a body: a JSON pointer (RFC 6901), a stable code, what is wrong and what to do."""

    pointer: str = Field(examples=["/applicant/id_number"])
    code: str = Field(
        description="stable; contracts/kiosk-codes.json lists them all", examples=["id-number-check-digit"]
    )
    detail: str = Field(examples=[FAULTS["id-number-check-digit"].en])
    detail_zh: str = Field(examples=[FAULTS["id-number-check-digit"].zh])


def fault(pointer: str, code: str, **values: object) -> Fault:
    """The fault of this code at a place; `values` fill what stands in braces."""
    said = FAULTS[code]
    return Fault(pointer=pointer, code=code, detail=said.en.format_map(values), detail_zh=said.zh.format_map(values))


class Faulty(ValueError):
    """A value that is no good; its text is the English sentence, and `code` says which of FAULTS it is."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(FAULTS[code].en.format_map(values))
        self.code = code
