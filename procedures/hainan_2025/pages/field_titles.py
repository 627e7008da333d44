"""What the fields and the codes of departments' rows are called, in both languages: by whoever fills one in."""

from contracts.bilingual import Bilingual

FIELDS = {
    "status": Bilingual("登记状态", "Status"),
    "hukou_division": Bilingual("户籍所在区县代码", "Division of the hukou"),
    "hukou_township": Bilingual("户籍所在街镇代码", "Township of the hukou"),
    "relation_to_head": Bilingual("与户主关系代码", "Relation to the head"),
    "moved_in": Bilingual("迁入日期", "Moved in"),
    "residence": Bilingual("是否在本区常住", "Lives in the district"),
    "marital_status": Bilingual("婚姻状况", "Marital status"),
    "spouse_id_number": Bilingual("现配偶身份证号", "ID number of the present spouse"),
    "since": Bilingual("起始日期", "Since"),
    "until": Bilingual("截止日期", "Until"),
    "assistance": Bilingual("社会救助类别", "Social assistance"),
    "insured": Bilingual("是否参保", "Insured"),
    "division": Bilingual("区县代码", "Division"),
    "last_paid_month": Bilingual("最近缴费月份", "Last month paid"),
    "income_recorded": Bilingual("是否有收入记录", "Income recorded"),
    "unit_code": Bilingual("不动产单元号", "Code of the unit"),
    "use": Bilingual("用途", "Use"),
    "building_area_m2": Bilingual("建筑面积（平方米）", "Floor area in m²"),
    "ownership": Bilingual("所有方式", "Ownership"),
    "owner_id_number": Bilingual("权利人身份证号", "ID number of the owner"),
    "share": Bilingual("份额", "Share"),
    "registered": Bilingual("登记日期", "Registered"),
    "register": Bilingual("登记类别", "Register"),
    "contract_no": Bilingual("合同编号", "Number of the contract"),
    "buyer_id_number": Bilingual("买受人身份证号", "ID number of the buyer"),
    "filed": Bilingual("备案日期", "Filed"),
    "kind": Bilingual("租赁类别", "Kind of tenancy"),
    "article": Bilingual("依据条款", "Article"),
    "decision": Bilingual("决定文号", "Number of the decision"),
}
"""By the name in the contract; a field that is not here shows by that name."""


def _codes(field: str, **titles: Bilingual) -> dict[tuple[str, str], Bilingual]:
    return {(field, code.lstrip("_")): title for code, title in titles.items()}


CODES = {
    **_codes(
        "status",
        normal=Bilingual("正常", "normal"),
        cancelled=Bilingual("已注销", "cancelled"),
        deceased=Bilingual("死亡", "deceased"),
        filed=Bilingual("已备案", "filed"),
        registered=Bilingual("已登记", "registered"),
    ),
    **_codes(
        "residence",
        yes=Bilingual("是", "yes"),
        no=Bilingual("否", "no"),
        unknown=Bilingual("不详", "unknown"),
    ),
    **_codes(
        "marital_status",
        _10=Bilingual("10 未婚", "10 single"),
        _20=Bilingual("20 已婚", "20 married"),
        _21=Bilingual("21 初婚", "21 married for the first time"),
        _22=Bilingual("22 再婚", "22 married again"),
        _23=Bilingual("23 复婚", "23 married the same person again"),
        _30=Bilingual("30 丧偶", "30 widowed"),
        _40=Bilingual("40 离婚", "40 divorced"),
        _90=Bilingual("90 未说明", "90 not known"),
    ),
    **_codes(
        "use",
        residential=Bilingual("住宅", "residential"),
        commercial=Bilingual("商业", "commercial"),
        garage=Bilingual("车库", "garage"),
        storage=Bilingual("储藏", "storage"),
    ),
    **_codes(
        "ownership",
        sole=Bilingual("单独所有", "sole"),
        joint=Bilingual("共同共有", "joint"),
        shares=Bilingual("按份共有", "in shares"),
    ),
    **_codes(
        "register",
        net_signed=Bilingual("网签合同", "net-signed contract"),
        tenancy=Bilingual("租赁", "tenancy"),
        ban=Bilingual("限制申请", "ban"),
    ),
    **_codes(
        "kind",
        public_rental=Bilingual("公共租赁住房", "public rental"),
        affordable_rental=Bilingual("保障性租赁住房", "affordable rental"),
        private_rental=Bilingual("私人租赁", "private rental"),
        market_rental=Bilingual("市场租赁", "market rental"),
        private=Bilingual("私人出租", "private"),
        market=Bilingual("市场出租", "market"),
    ),
}
"""By field and code; a code that is not here shows as it is."""
