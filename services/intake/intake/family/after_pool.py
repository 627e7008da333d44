"""Which text a household reads from the waiting pool to the keys, and after: by state, by turn, and for what comes."""

from contracts.case.states import State
from contracts.case.waits import Turn

S = State

SENTENCES = {
    S.DEPOSIT_ASKED: "family.state.deposit_asked",
    S.DEPOSIT_PAID: "family.state.deposit_paid",
    S.IN_DRAW: "family.state.in_draw",
    S.DRAWN: "family.state.drawn",
    S.SUBSTITUTE: "family.state.substitute",
    S.CALLED_TO_CHOOSE: "family.state.called_to_choose",
    S.CHOICE_MISSED: "family.state.choice_missed",
    S.CANCELLED: "family.state.cancelled",
    S.HOME_CHOSEN: "family.state.home_chosen",
    S.CONTRACT_SIGNED: "family.state.contract_signed",
    S.PRICE_SETTLED: "family.state.price_settled",
    S.HANDED_OVER: "family.state.handed_over",
    S.EXIT_PROPOSED: "family.state.exit_proposed",
    S.EXITED: "family.state.exited",
    S.BOUGHT_BACK: "family.state.bought_back",
}
WAITS = {
    Turn.PAYS_DEPOSIT: "family.waits.pays_deposit",
    Turn.FREEZES: "family.waits.freezes_list",
    Turn.DRAWS: "family.waits.holds_draw",
    Turn.CALLS: "family.waits.calls_to_choose",
    Turn.CHOOSES: "family.waits.chooses",
    Turn.HEARS_MISSED: "family.waits.decides_missed_choice",
    Turn.SIGNS: "family.waits.signs_contract",
    Turn.PAYS_PRICE: "family.waits.pays_price",
    Turn.HANDS_OVER: "family.waits.hands_over",
    Turn.HEARS_EXIT: "family.waits.decides_exit",
    Turn.TAKES_BACK: "family.waits.takes_home_back",
    Turn.CHECKS_HOME: "family.waits.checks_home",
    Turn.TAKES_OFFER: "family.waits.takes_offer",
    Turn.PAYS_BACK: "family.waits.pays_buy_back",
}
NEXT = {
    S.DEPOSIT_ASKED: "family.next.yours",
    S.DEPOSIT_PAID: "family.next.draw",
    S.IN_DRAW: "family.next.draw",
    S.DRAWN: "family.next.draw",
    S.SUBSTITUTE: "family.next.draw",
    S.CALLED_TO_CHOOSE: "family.next.yours",
    S.CHOICE_MISSED: "family.next.officer",
    S.HOME_CHOSEN: "family.next.unit",
    S.CONTRACT_SIGNED: "family.next.yours",
    S.PRICE_SETTLED: "family.next.unit",
    S.HANDED_OVER: "family.next.home",
    S.EXIT_PROPOSED: "family.next.officer",
}
"""What comes from the deposit to the keys: hardly anything of it by itself."""
