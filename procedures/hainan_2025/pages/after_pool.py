"""Names of what happens between the pool and the keys, and after, in Chinese and English; by kind."""

from collections.abc import Mapping

from contracts.bilingual import Bilingual

DEPOSIT_WHY = {
    "not drawn": Bilingual("摇号未中", "not drawn"),
    "no home left": Bilingual("入围或者候补，但已无房可选", "drawn or a substitute, and no home is left"),
    "declined": Bilingual("到场选房，但未选", "came to choose and took none"),
    "cancelled": Bilingual("未参加选房，资格取消", "did not come to choose, and the qualification is cancelled"),
    "withdrawn": Bilingual("交付前撤回", "withdrawn before the keys"),
    "struck": Bilingual("异议成立，从摇号名单中除名", "struck after an upheld objection"),
    "ineligible": Bilingual("签订合同前复核不符合条件", "found ineligible when asked again before the contract"),
    "draw void": Bilingual("摇号无效且项目不再摇号", "the draw is void, and its project draws no more"),
    "exit": Bilingual("视为退出", "deemed to have left"),
    "contract": Bilingual("签订合同，抵作房款", "set off against the price in the contract"),
}
HOW = {
    "given_back": Bilingual("退还", "given back"),
    "kept": Bilingual("不予退还", "not given back"),
    "set_off": Bilingual("抵作房款", "set off against the price"),
}
PAYMENT_WHY = {
    "another amount": Bilingual("金额与应缴的意向金不一致", "it is another amount than the deposit"),
    "nothing was asked": Bilingual("目前没有应缴的意向金", "no deposit is due"),
    "paid before": Bilingual("意向金已经缴过", "the deposit was paid before"),
}
FATE = {
    "drawn": Bilingual("入围", "drawn"),
    "substitute": Bilingual("候补", "a substitute"),
    "not_drawn": Bilingual("未中", "not drawn"),
}
RETURNED_WHY = {
    "no home left": Bilingual("已无房可选", "no home is left"),
    "draw void": Bilingual("摇号无效，项目不再摇号", "the draw was void, and its project draws no more"),
    "project closed": Bilingual("项目已结束", "the project is closed"),
}
MISSING = {
    "balance": Bilingual("房款尚未结清", "the balance of the price is due"),
    "rental": Bilingual(
        "承租的公租房或者保障性租赁住房尚未退出（第20条）",
        "the public or affordable rental home is not left yet (Art. 20)",
    ),
}
EXIT_GROUND = {
    "31(1)": Bilingual("两年内未签订合同并付清房款", "no contract and payment within two years"),
    "31(2)": Bilingual("以弄虚作假取得", "obtained by fraud"),
    "31(3)": Bilingual("住房被司法处置", "the home is disposed of by a court"),
    "31(4)": Bilingual("损坏房屋结构且拒不修复", "the structure was damaged and its repair refused"),
    "31(5)": Bilingual("本人申请退出", "at the family's own request"),
    "31(6)": Bilingual("法律法规规定的其他情形", "another case that a law names"),
}
CONDITION = {
    "loan": Bilingual("有未还清的贷款", "a loan is not paid back"),
    "mortgage": Bilingual("设有抵押", "a mortgage"),
    "lease": Bilingual("已出租", "a lease"),
    "residence_right": Bilingual("为他人设有居住权", "a right of residence of somebody else"),
    "dispute": Bilingual("有权属纠纷", "a dispute over who owns it"),
    "use_unchanged": Bilingual("改变了用途", "its use was changed"),
    "structure_unaltered": Bilingual("改动了结构", "its structure was altered"),
    "fittings_whole": Bilingual("设施不完好", "fittings are not whole"),
    "fees_paid": Bilingual("水电气暖或者物业费未结清", "utilities or property fees are not paid"),
    "legal_bar": Bilingual("法律法规禁止转让", "a law forbids the transfer"),
}
"""Of a buy-back: what stands against it if the condition is not met."""
CAUSE = {"divorce": Bilingual("离婚", "divorce"), "inheritance": Bilingual("继承", "inheritance")}
AGAIN = {
    "no": Bilingual("结果由公证机构自有软件产生，不能重新计算", "by the notary's own software: cannot be made again")
}
LINE = {"original price": Bilingual("原购房价款", "original price"), "depreciation": Bilingual("折旧", "depreciation")}
"""Lines of a price; any other keeps its own words."""

NAMES: Mapping[str, Mapping[str, Bilingual]] = {
    "deposit_why": DEPOSIT_WHY,
    "how": HOW,
    "payment_why": PAYMENT_WHY,
    "fate": FATE,
    "returned_why": RETURNED_WHY,
    "missing": MISSING,
    "exit_ground": EXIT_GROUND,
    "condition": CONDITION,
    "cause": CAUSE,
    "line": LINE,
    "again": AGAIN,
}
"""By the kind that a template names: `{{ event.why|called("deposit_why") }}`."""
