"""The approval of a price, by authority of the government's document (Art. 25): one of a project's acts."""

from datetime import datetime

from console.command_line.acts import act_of
from console.offers.fields import Asks
from console.offers.follows import of_price
from console.offers.offer import Offer
from console.unit.project_now import ProjectNow
from contracts.projects.events import PriceApproved, PriceDetermined
from contracts.projects.project import SaleProject, allows


def unapproved(project: SaleProject) -> tuple[PriceDetermined, ...]:
    approved = {approval.determination for approval in project.approvals}
    return tuple(price for price in project.prices if price.n not in approved)


def _possible(now: ProjectNow, at: datetime) -> bool:
    return allows(now.project, PriceApproved) and bool(unapproved(now.project))


def _asks(now: ProjectNow) -> tuple[Asks, ...]:
    prices = {str(price.n): f"{price.n}：{price.per_m2.total} 元/m²" for price in unapproved(now.project)}
    return (
        Asks("determination", "choice", options=prices),
        Asks("document"),
        Asks("document_date", "day"),
        Asks("published_on", "day"),
    )


APPROVE: Offer[ProjectNow] = Offer(act_of("allocation", "approve-price"), _possible, _asks, of_price)
