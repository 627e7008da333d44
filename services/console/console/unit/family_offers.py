"""What may be said about one family: from the pool to the keys, and its buy-back paid (Art. 20, 26(4) to 28, 32)."""

from datetime import datetime

from console.command_line.acts import act_of
from console.offers.fields import Asks
from console.offers.offer import Offer
from console.unit.family_now import FamilyNow
from console.unit.projects import ALLOCATION
from contracts.case.fold import allows
from contracts.case.states import State
from contracts.events import (
    BuyBackPaid,
    ChoiceDeclined,
    ChoiceMissed,
    ContractSigned,
    HandOverRefused,
    HomeChosen,
)

PAYS = frozenset({State.DEPOSIT_ASKED, State.CONTRACT_SIGNED})


def _pays(now: FamilyNow, at: datetime) -> bool:
    return now.case.state in PAYS


def _registers(now: FamilyNow, at: datetime) -> bool:
    return now.case.state is State.POOL_CONFIRMED and bool(_next_projects(now))


def _next_projects(now: FamilyNow) -> dict[str, str]:
    """Those that take applications and in which it was not yet (Art. 26)."""
    open_now = (one for one in now.projects.values() if one.takes_applications(now.today))
    wanted = (one for one in open_now if one.says.deposit is not None and one.name not in now.asked_by)
    return {one.name: f"{one.name} {one.says.title}" for one in wanted}


def _chooses(now: FamilyNow, at: datetime) -> bool:
    call = now.case.allocation.call
    return allows(now.case, HomeChosen) and call is not None and call.slot_from <= at and bool(now.free)


def _is_late(now: FamilyNow, at: datetime) -> bool:
    call = now.case.allocation.call
    return allows(now.case, ChoiceMissed) and call is not None and call.slot_until < at


def _payment(now: FamilyNow) -> tuple[Asks, ...]:
    known = now.case.allocation
    due = now.balance_due if known.contract else known.asked.amount if known.asked else None
    about = (Asks("amount", "yuan", value=str(due or "")), Asks("reference", "reference"), Asks("paid_on", "day"))
    return about if known.contract else (*about, *_draws_for(now))


def _draws_for(now: FamilyNow) -> tuple[Asks, ...]:
    pools = now.project.says.pools if now.project else ()
    groups = {one.group: one.group for pool in pools for one in pool.reserved}
    pool = Asks("pool", "choice", options={one.name: one.name for one in pools})
    group = Asks("group", "choice", optional=True, options=groups)
    interest = Asks("interest", "box", optional=True)
    return (*((pool,) if len(pools) > 1 else ()), *((group,) if groups else ()), interest)


def _homes(now: FamilyNow) -> tuple[Asks, ...]:
    project = now.project
    prices = {home.code: project.price_of(home.code, now.today) if project else None for home in now.free}
    said = {home.code: _said(home.code, home.data.area if home.data else "", prices[home.code]) for home in now.free}
    return (Asks("home", "choice", options=dict(sorted(said.items()))),)


def _said(code: str, area: object, price: object) -> str:
    return f"{code} · {area} m² · {price} 元" if price is not None else f"{code} · {area} m²"


def _bought(now: FamilyNow) -> tuple[Asks, ...]:
    offer = now.case.allocation.offer
    return Asks("amount", "yuan", value=str(offer.price) if offer else ""), Asks("reference", "reference")


def _why(now: FamilyNow) -> tuple[Asks, ...]:
    return (Asks("reason", "words"),)


OFFERS: tuple[Offer[FamilyNow], ...] = (
    Offer(
        act_of(ALLOCATION, "register"),
        _registers,
        lambda now: (Asks("project", "choice", options=_next_projects(now)),),
    ),
    Offer(act_of(ALLOCATION, "pay"), _pays, _payment),
    Offer(act_of(ALLOCATION, "choose"), _chooses, _homes),
    Offer(act_of(ALLOCATION, "decline-choice"), lambda now, at: allows(now.case, ChoiceDeclined), _why),
    Offer(act_of(ALLOCATION, "miss-choice"), _is_late),
    Offer(
        act_of(ALLOCATION, "sign-contract"),
        lambda now, at: allows(now.case, ContractSigned),
        lambda now: (Asks("number", "token"),),
    ),
    Offer(act_of(ALLOCATION, "hand-over"), lambda now, at: allows(now.case, HandOverRefused)),
    Offer(act_of("after-care", "pay-buy-back"), lambda now, at: allows(now.case, BuyBackPaid), _bought),
)
"""In the order in which they come; what the bureau decides stands on its page (console/bureau/after_pool.py)."""
