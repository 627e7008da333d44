"""What a family can do about a reason or a gap, by its code, in both languages: said wherever one is shown."""

from collections.abc import Mapping

from contracts.bilingual import Bilingual

WHAT_TO_DO: Mapping[str, Bilingual] = {
    "R17a.not_met": Bilingual(
        "满法定年龄后再申请；有本人收入证明的，请到服务窗口咨询。",
        "Apply when of age; with proof of an income of your own, ask at the counter.",
    ),
    "R17b.not_met": Bilingual(
        "申请表上只填写配偶和未成年子女，然后重新申请；其他家人可以另行申请。",
        "Apply again with only the spouse and minor children on the form; others may apply for themselves.",
    ),
    "R17c.not_met": Bilingual(
        "达到法定婚龄后再申请；与配偶或者未成年子女共同申请的，请把他们填入申请表。",
        "Apply when of that age, or enter the spouse or minor children if you apply together with them.",
    ),
    "R32.not_met": Bilingual(
        "禁止申请期满后再申请；认为记录有误的，请申请复核。",
        "Apply when the ban has ended; ask for another look if the record is wrong.",
    ),
    "one-application.not_met": Bilingual(
        "等待另一份申请办结，或者先凭其回执撤回，再重新申请。",
        "Wait for the other application, or withdraw it with its receipt and apply again.",
    ),
    "registration-window.not_met": Bilingual(
        "请在项目公布的登记期内申请，或者选择其他项目。",
        "Apply within its days of registration, or for another project.",
    ),
    "missing-document": Bilingual(
        "凭回执在家庭查询页面登记补交，原件交服务窗口。",
        "Enter it on the family's page with the receipt, and bring the paper to the counter.",
    ),
    "missing-consent": Bilingual(
        "由本人在家庭查询页面凭回执作出，或者到服务窗口签署。",
        "The person gives it on the family's page with the receipt, or signs it at the counter.",
    ),
    "missing-consent-of-a-child": Bilingual(
        "由监护人在家庭查询页面凭回执作出，或者到服务窗口签署。",
        "A guardian gives it on the family's page with the receipt, or signs it at the counter.",
    ),
}
ANYTHING = Bilingual("请到服务窗口咨询。", "Ask at the counter.")
"""For a code that is new."""


def what_to_do(code: str) -> Bilingual:
    return WHAT_TO_DO.get(code, ANYTHING)
