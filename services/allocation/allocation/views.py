"""What is shown of a project: its window, its price, and how its homes stand. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from allocation.decide.contracts import balance_due
from allocation.decide.order import InPool, next_to_call
from contracts.case.case import Case, NotAllowed
from contracts.homes.home import HomeFile, Stands
from contracts.projects.project import SaleProject


def shown_briefly(project: SaleProject, today: date) -> dict[str, Any]:
    """One line of a list."""
    says = project.says
    return {
        "project": project.name,
        "title": says.title,
        "place": says.place,
        "registration_opens": says.registration_opens.isoformat(),
        "registration_closes": says.registration_closes.isoformat(),
        "takes_applications": project.takes_applications(today),
        "homes": len(says.homes),
        "price_approved": project.approval is not None,
        "closed": project.closed is not None,
    }


def shown(project: SaleProject, homes: Mapping[str, HomeFile], today: date) -> dict[str, Any]:
    """All of it; of families only their numbers."""
    assert project.announced is not None
    price, approval = project.approved_price, project.approval
    return {
        **shown_briefly(project, today),
        "way": project.says.way,
        "stock": project.says.stock,
        "method": project.says.method,
        "pools": [pool.model_dump(mode="json") for pool in project.says.pools],
        "deposit": project.says.deposit.model_dump(mode="json") if project.says.deposit else None,
        "warnings": list(project.announced.warnings),
        "determinations": [
            {"n": one.n, "per_m2": one.per_m2.model_dump(mode="json"), "total_per_m2": str(one.per_m2.total)}
            for one in project.prices
        ],
        "approval": approval.model_dump(mode="json", exclude={"project"}) if approval else None,
        "prices": [one.model_dump(mode="json") for one in price.homes] if price else [],
        "homes_now": {stands.value: sum(home.stands is stands for home in homes.values()) for stands in Stands},
        "choosing": project.choosing is not None and not project.choosing_over,
        "closing": project.closed.model_dump(mode="json", exclude={"project"}) if project.closed else None,
    }


def money_of(case: Case) -> dict[str, Any]:
    """What a family was asked, paid and is owed; a payment that is kept aside shows its reason."""
    known = case.allocation
    return {
        "application": case.application,
        "state": case.state,
        "asked": known.asked.model_dump(mode="json", include={"project", "amount", "pay_by"}) if known.asked else None,
        "paid": known.paid.model_dump(mode="json", exclude={"application"}) if known.paid else None,
        "deposit": str(known.deposit),
        "kept": [kept.model_dump(mode="json", exclude={"application"}) for kept in known.kept],
    }


def choosing_now(ordered: Sequence[InPool], free: Sequence[str]) -> dict[str, Any]:
    """One pool: everybody in the order of the draw, the homes that are free, and who would be called next."""
    return {
        "free": list(free),
        "next": _next_of(ordered, len(free)),
        "families": [
            {
                "application": one.case.application,
                "fate": one.fate,
                "place": one.place,
                "state": one.case.state,
                "slot_from": one.case.allocation.call.slot_from.isoformat() if one.case.allocation.call else None,
                "home": one.case.allocation.home,
            }
            for one in ordered
        ],
    }


def _next_of(ordered: Sequence[InPool], free: int) -> str | None:
    try:
        return next_to_call(ordered, free).case.application
    except NotAllowed:
        return None


def housed(case: Case) -> dict[str, Any]:
    """From the choice to the keys."""
    known = case.allocation
    return {
        **money_of(case),
        "home": known.home,
        "contract_by": known.choice.contract_by.isoformat() if known.choice else None,
        "contract": known.contract.model_dump(mode="json", exclude={"application"}) if known.contract else None,
        "balance_due": str(balance_due(case)),
        "handed_over": known.keys.at.isoformat() if known.keys else None,
    }
