"""The price of a project: cost and a profit within the limit, per square metre and per home, to the cent (Art. 25)."""

from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from contracts.case.case import NotAllowed
from contracts.homes.events import HomeData
from contracts.money import CENT
from contracts.projects.events import PriceApproved, PriceDetermined, PriceOfHome, PricePerSquareMetre
from contracts.projects.project import SaleProject
from procedures.policy import InForce


def determine(
    project: SaleProject, per_m2: PricePerSquareMetre, law: InForce, now: datetime, by: str
) -> PriceDetermined:
    """Raises NotAllowed for a profit above the limit, with the most that it may be."""
    most = (per_m2.cost * law.profit_limit).quantize(CENT, ROUND_DOWN)
    if per_m2.profit > most:
        limit = f"{law.profit_limit:%} of the cost of {per_m2.cost} yuan (Art. {law.article('profit_limit')})"
        raise NotAllowed(f"a profit of {per_m2.profit} yuan per m2 is above {limit}: at most {most}")
    return PriceDetermined(
        project=project.name,
        at=now,
        n=len(project.prices) + 1,
        per_m2=per_m2,
        profit_limit=law.profit_limit,
        homes=tuple(price_of(home, per_m2, law.profit_limit) for home in project.says.homes),
        by=by,
    )


def price_of(home: HomeData, per_m2: PricePerSquareMetre, limit: Decimal) -> PriceOfHome:
    """Every line is rounded to the cent, profit downwards and never beyond the limit; the price is their sum."""
    land, construction, other = (
        (line * home.area).quantize(CENT, ROUND_HALF_UP) for line in (per_m2.land, per_m2.construction, per_m2.other)
    )
    cost = land + construction + other
    profit = min((per_m2.profit * home.area).quantize(CENT, ROUND_DOWN), (cost * limit).quantize(CENT, ROUND_DOWN))
    return PriceOfHome(
        home=home.code,
        area=home.area,
        land=land,
        construction=construction,
        other=other,
        profit=profit,
        price=cost + profit,
    )


def approve(
    project: SaleProject,
    determination: int,
    document: str,
    document_date: date,
    published_on: date,
    now: datetime,
    by: str,
) -> PriceApproved:
    """The government's word on one determination. A later price is a new approval. Raises NotAllowed."""
    if not 1 <= determination <= len(project.prices):
        raise NotAllowed(f"there is no price {determination} of project {project.name} to approve")
    if any(approval.determination == determination for approval in project.approvals):
        raise NotAllowed(f"price {determination} was approved before; determine another one for another price")
    if published_on < document_date:
        raise NotAllowed("a price is published once its document is there, and not before")
    return PriceApproved(
        project=project.name,
        at=now,
        n=len(project.approvals) + 1,
        determination=determination,
        document=document,
        document_date=document_date,
        published_on=published_on,
        by=by,
    )
