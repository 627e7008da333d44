"""What will follow of a step that moves many families, before it is done."""

from contracts.bilingual import Bilingual

FOLLOWS = {
    "follows.about": Bilingual(
        "还没有办理。办理以后会发生下面这些，请看过再办理。", "Nothing is done yet. If it is done, this will follow."
    ),
    "follows.closing": Bilingual(
        "{pool}：{back} 户回到轮候库；{chosen} 户已选定住房，保留；剩余房源 {free} 套",
        "{pool}: {back} families go back to the pool; {chosen} have a home and keep it; {free} homes remain",
    ),
    "follows.nobody_called": Bilingual(
        "此后不再通知任何家庭选房，也不再补列。", "Nobody is called to choose after this, and nobody admitted."
    ),
    "follows.told": Bilingual(
        "名单上的 {count} 户收到自己的名次，结果公开。", "{count} families are told their place."
    ),
    "follows.places": Bilingual(
        "{pool}：名单 {families} 户，房源 {homes} 套，候补名额 {substitutes} 户，其余回到轮候库",
        "{pool}: {families} in the list, {homes} homes, {substitutes} substitutes; all others are back in the pool",
    ),
    "follows.for_good": Bilingual(
        "公布以后不能作废，也不能撤回。", "After this the draw can neither be void nor taken back."
    ),
    "follows.deposit.given_back": Bilingual(
        "回到轮候库的家庭，意向金退还。", "Whoever goes back is given the deposit back."
    ),
    "follows.deposit.kept": Bilingual(
        "回到轮候库的家庭，意向金不予退还。", "The deposit of whoever goes back is kept."
    ),
    "follows.priced": Bilingual(
        "{homes} 套住房自 {on} 起按这个价格出售：每平方米 {total} 元，每套 {least} 至 {most} 元",
        "{homes} homes are sold at this price from {on} on: {total} yuan per m², {least} to {most} yuan each",
    ),
    "follows.price_before": Bilingual("{on} 以前仍按原来批准的价格。", "Until {on} the price before it holds."),
    "follows.registration": Bilingual(
        "价格公布后，登记可以按公告的日期（{on}）开始。", "With it registration may open as announced ({on})."
    ),
    "follows.chosen": Bilingual(
        "{chosen} 套已选定或者已签约：仍按选房时的价格",
        "{chosen} homes are taken: they keep the price for which they were chosen",
    ),
    "follows.signed": Bilingual(
        "已签订的合同不变（第二十五条）。", "A signed contract keeps its own price (Art. 25)."
    ),
}
