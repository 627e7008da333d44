"""Why a step of a draw, an exit or a buy-back is refused, and what to do, in both languages."""

from contracts.bilingual import Bilingual

REFUSED_DRAWS = {
    "refused.bad_rules": Bilingual(
        "规则不能用：每一方和每个房源组各占一个名称，定向房源不超过套数，格式只含字符类和次数",
        "These rules cannot be used: names of one line, no more reserved homes than homes, a format of classes"
        " and counts",
    ),
    "refused.held_later": Bilingual(
        "摇号须事先公布，请填写以后的时间", "A draw is announced before it is held: a later time"
    ),
    "refused.other_rules": Bilingual("这一次摇号已经公布了别的规则", "This draw was announced with other rules"),
    "refused.nobody_paid": Bilingual(
        "还没有家庭缴纳意向金，没有可列入名单的家庭",
        "Nobody has paid a deposit for this project: there is nobody to draw",
    ),
    "refused.strange_pool": Bilingual(
        "有家庭的意向金缴在房源组 {pool}，规则里没有这个组。请作废后重新公布规则",
        "Somebody paid for pool {pool}, which the rules do not have: declare it void, and announce rules with"
        " that pool",
    ),
    "refused.bound": Bilingual(
        "{party} 已经承诺，承诺不能改动", "{party} is bound already: a commitment is never changed"
    ),
    "refused.not_all_committed": Bilingual("尚未承诺：{parties}", "Not committed yet: {parties}"),
    "refused.too_early": Bilingual("清单公布后，最早 {day} 才能掷骰", "The draw is held on {day} at the earliest"),
    "refused.second_person": Bilingual(
        "您已经录入过这些数字，请由另一个人在自己的账号下录入",
        "You typed these already: somebody else types them, signed in as themselves",
    ),
    "refused.bad_dice": Bilingual("数字的个数与规则规定的投掷次数不同", "Not as many figures as the rules say"),
    "refused.bad_public": Bilingual(
        "公开号码与规则规定的格式不同", "The public number is not in the format of the rules"
    ),
    "refused.bad_secret": Bilingual("信封内容应为 64 位十六进制数字", "An envelope holds 64 hex digits"),
    "refused.not_committed": Bilingual(
        "与该方的承诺不符。先核对是否录错；确实不符的，拆第二个信封；仍不符的，宣布作废",
        "It does not fit the party's commitment. Typed wrongly? Else open the second envelope; if that does not fit"
        " either, declare the draw void",
    ),
    "refused.no_result": Bilingual(
        "文件不是按房源组列出的 JSON", "This is no JSON of pools: as result.json of any draw"
    ),
    "refused.no_lists": Bilingual(
        "房源组 {pool} 须有 drawn、substitutes、others 三个名单",
        "Pool {pool} has the lists drawn, substitutes and others, each of draw numbers",
    ),
    "refused.not_everybody": Bilingual(
        "房源组 {pool}：名单上的每个编号须恰好出现一次", "Pool {pool}: it does not name everybody of the list once"
    ),
    "refused.other_count": Bilingual(
        "房源组 {pool}：按规则应有 {due} 户中签", "Pool {pool}: by the rules {due} are drawn"
    ),
    "refused.other_substitutes": Bilingual(
        "房源组 {pool}：按规则候补应为 {due} 户", "Pool {pool}: by the rules there are {due} substitutes"
    ),
    "refused.not_verified": Bilingual(
        "第二程序得出的结果不同：不得公布，先查明原因",
        "The second implementation came to another result: publish nothing, find out why",
    ),
    "refused.envelope_open": Bilingual(
        "已有信封拆开，只有承诺或者文件不符才能作废",
        "An envelope is open: only a commitment or a file that fails voids the draw now",
    ),
    "refused.no_party": Bilingual("请选择是哪一方的信封", "Choose the party whose envelope fails"),
    "refused.it_fits": Bilingual("信封内容与承诺相符，请照常拆封录入", "It fits the commitment: open it"),
    "refused.no_file_differs": Bilingual(
        "规则和名单与清单一致，结果由此得出，没有不符的文件",
        "Rules and list are those of the manifest, and the result follows from them",
    ),
    "refused.admitted_later": Bilingual(
        "结果公布以后才能补列", "Whoever was left out is admitted after the result is published"
    ),
    "refused.no_ticket": Bilingual(
        "结果由公证机构自有软件产生，没有种子，得不出名次",
        "The notary's own software drew: there is no seed, and so no ticket",
    ),
    "refused.in_the_list": Bilingual("这个家庭已经列在名单里", "The family stands in the list"),
    "refused.not_standing": Bilingual(
        "这个家庭现在不是已确认轮候并为本项目缴清意向金的家庭",
        "The family does not stand confirmed with its deposit for this project paid",
    ),
    "refused.confirmed_later": Bilingual(
        "名单确定以前，这个家庭还没有列入正式轮候", "It was not confirmed in the pool before the list was frozen"
    ),
    "refused.paid_later": Bilingual(
        "意向金在名单确定以后才入账：留到下一次摇号",
        "Its deposit came in after the list was frozen: it stays until the next draw",
    ),
    "refused.its_pool_is_strange": Bilingual(
        "意向金缴在房源组 {pool}，规则里没有这个组", "It paid for pool {pool}, which the rules do not have"
    ),
    "refused.nobody_called": Bilingual(
        "这一次摇号的选房已经结束，不再通知任何家庭", "Nobody is called any more from this draw"
    ),
    "refused.stage": Bilingual(
        "这一次摇号目前为：{stage}，不能这样办理", "The draw is: {stage}; this is not possible now"
    ),
    "refused.not_verified_yet": Bilingual(
        "结果由第二程序核验以后才能公布", "A result is published once it was verified, or imported"
    ),
    "refused.not_announced": Bilingual("这一次摇号还没有公布规则", "This draw is not announced"),
    "refused.rules_of_another": Bilingual("这是摇号 {draw} 的规则", "These are the rules of draw {draw}"),
    "refused.strange_party": Bilingual("{party} 不是这次摇号的一方", "{party} is no party of this draw"),
    "refused.other_checker": Bilingual(
        "核验程序与公布的不同，请停止并查明原因", "This is not the checker that was announced: stop, find out why"
    ),
    "refused.result_differs": Bilingual(
        "由文件重新得出的结果与记录的不同：不得公布，先查明原因",
        "The result made again from the files is another one: publish nothing, find out why",
    ),
    "refused.envelope_not_now": Bilingual(
        "{party} 的信封现在不拆，或者已经拆封且相符",
        "The envelope of {party} is not to be opened now, or was opened and fits",
    ),
    "refused.checker_slow": Bilingual(
        "核验程序没有在时限内算完，请检查机器后再核验", "The checker takes too long: look at the machine, then again"
    ),
    "refused.fault": Bilingual(
        "文件不符合规则（{code}），请对照摇号规则检查", "The files do not hold ({code}): look at the rules"
    ),
}

REFUSED_AFTER = {
    "refused.published_before": Bilingual(
        "公布日期不能早于文件日期", "A price is published once its document is there"
    ),
    "refused.by_document": Bilingual(
        "这个事由须有文件：填写编号和日期", "A paper shows this ground: give its number and date"
    ),
    "refused.day_to_come": Bilingual("文件日期不能晚于今天", "The day of the paper is not after today"),
    "refused.rental_not_now": Bilingual(
        "签订合同之后、交付之前登记", "It is recorded after the contract and before the keys"
    ),
    "refused.registration_silent": Bilingual(
        "不动产登记机构现在没有答复：请稍后再查询，或者凭文件登记",
        "Real-estate registration does not answer now: ask again later, or record what a paper says",
    ),
    "refused.other_law": Bilingual("请写明所依据的法律和条款", "Name the other law, and its article"),
    "refused.no_damage": Bilingual(
        "请先在住房档案记录损坏和拒绝修复", "Record the damage and that its repair is refused first, at the home"
    ),
    "refused.other_amount": Bilingual(
        "提出的价款是 {price} 元，须一致", "{price} yuan were offered: exactly that is paid"
    ),
    "refused.another_shows": Bilingual(
        "这一项不由您登记：使用、结构、设施和费用由项目管理单位查验，其余凭文件由住房主管部门登记",
        "Somebody else shows this: use, structure, fittings and fees the project unit, the rest an officer by a paper",
    ),
    "refused.no_such_home": Bilingual("没有这套住房，请核对编号", "No such home: check its code"),
    "refused.owners_later": Bilingual(
        "住房交付以后、家庭仍持有期间才能变更产权人",
        "Owners change once a home was handed over, and while the family has it",
    ),
    "refused.damage_first": Bilingual("没有损坏的记录，请先记录", "No damage stands on record: record it first"),
    "refused.exit_later": Bilingual(
        "这份申请目前为：{state}；选定住房以后才能提出视为退出",
        "The case is: {state}; an exit is proposed once a home is chosen",
    ),
    "refused.by_the_clock": Bilingual(
        "两年期限由系统计算，到期自行提出", "The clock counts the two years and proposes this ground itself"
    ),
    "refused.no_exit": Bilingual(
        "这份申请目前为：{state}；没有提出视为退出", "The case is: {state}; no exit is proposed"
    ),
    "refused.exit_heard": Bilingual(
        "听取意见的期限到 {day} 为止：之后再确认，或者撤回",
        "The family is heard until {day}: confirm later, or drop it",
    ),
    "refused.buy_back_once": Bilingual(
        "住房交付以后才能申请回购，一次只能有一件", "A buy-back is asked after the keys, once at a time"
    ),
    "refused.conditions_open": Bilingual(
        "条件尚未全部登记，请先登记其余条件", "Conditions are not shown yet: show them"
    ),
    "refused.state": Bilingual(
        "这份申请目前为：{state}，不能这样办理", "The case is: {state}; this is not possible now"
    ),
}
