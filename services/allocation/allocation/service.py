"""allocation: announces projects, takes deposits, draws, lets families choose, and gives them their keys."""

from functools import partial

from allocation.asking_again import REVERIFY
from allocation.bureau.rental import Rental
from allocation.calling import CALLED, Calling
from allocation.ceremony.commands import Ceremony
from allocation.ceremony.for_families import DURABLE as DRAWN
from allocation.ceremony.for_families import ForFamilies
from allocation.commands import commands
from allocation.deposits import HOLD
from allocation.desk import Desk
from allocation.draw.offline import checker
from allocation.following import FOLLOWED, Following
from allocation.lapsing import LAPSED, Lapsing
from allocation.limits import LIMITS, limits
from allocation.public.app import NAME as DRAWS_IN_THE_OPEN
from allocation.public.app import build_draws
from allocation.public.shelf import Shelf
from allocation.settings import AllocationSettings
from allocation.windows import run_windows
from chassis.log.key_register import FollowedRegister
from chassis.process.keys import read_key
from chassis.process.permissions import writing
from chassis.process.service import Context, HttpApp, Listen, Parts, Service
from contracts.bans import QUERY as BANS_ASKED
from contracts.events import (
    CalledToChoose,
    ChoiceDeclined,
    ChoiceExcused,
    ChoiceMissed,
    ContractSigned,
    DepositAsked,
    DepositLapsed,
    DepositPaid,
    DepositSettled,
    DrawResult,
    DrawScheduled,
    DrawVoided,
    EnteredInDraw,
    ExitProposed,
    HandedOver,
    HandOverRefused,
    HomeChosen,
    LimitNear,
    PaymentKept,
    PriceGivenBack,
    PriceSettled,
    QualificationCancelled,
    RentalShown,
    ReturnedToPool,
    SlotNear,
    StruckFromDraw,
)
from procedures.hainan_2025.departments.housing import HOUSING
from procedures.registry import PROCEDURES
from procedures.working_days import Calendar

NAME = "allocation"
OF_CASES = writing(
    DepositAsked,
    DepositLapsed,
    DepositPaid,
    PaymentKept,
    DepositSettled,
    EnteredInDraw,
    DrawScheduled,
    DrawVoided,
    DrawResult,
    CalledToChoose,
    SlotNear,
    HomeChosen,
    ChoiceDeclined,
    ChoiceMissed,
    ChoiceExcused,
    QualificationCancelled,
    ReturnedToPool,
    StruckFromDraw,
    ContractSigned,
    PriceSettled,
    PriceGivenBack,
    RentalShown,
    HandOverRefused,
    HandedOver,
    LimitNear,
    ExitProposed,
)
OF_ITS_OWN = ("project.>", "draw.>", "home.>", "ban.>", "claim.bank.*", "claim.contract.*")
"""Projects, draws, homes and bans stand beside the cases; a bank's reference and a contract's number are claims."""


def build(context: Context, settings: AllocationSettings) -> Parts:
    calendar, keys = Calendar.load(settings.calendar_file), context.settings.keys_dir
    desk = Desk.of(context, calendar, PROCEDURES, read_key(keys, "ban"))
    register = FollowedRegister(context.journal)
    ceremony = Ceremony(context, calendar, read_key(keys, "draw-number"), checker(), desk.draws)
    return Parts(
        listens=(
            Listen(FOLLOWED, Following(desk).handle),
            Listen(CALLED, Calling(desk).handle, concurrency=1),
            Listen(LAPSED, Lapsing(desk).handle, concurrency=1),
            Listen(DRAWN, ForFamilies(context.journal).handle, concurrency=1),
        ),
        commands=(*commands(desk, Rental(context, register)), *ceremony.table()),
        indexes=(limits(desk),),
        apps=(_draws_of(desk, settings),),
        background=(partial(run_windows, desk),),
    )


def _draws_of(desk: Desk, settings: AllocationSettings) -> HttpApp:
    app = build_draws(Shelf(desk.draws, desk.context.clock))
    return HttpApp(DRAWS_IN_THE_OPEN, app, settings.allocation_draws_host, settings.allocation_draws_port)


SERVICE = Service(
    NAME,
    (FOLLOWED, CALLED, LAPSED, DRAWN, LIMITS),
    build,
    AllocationSettings,
    writes=(*OF_CASES, *OF_ITS_OWN),
    calls=(REVERIFY, HOLD),
    asks=(HOUSING.name,),
    asked_by=((BANS_ASKED, HOUSING.name),),
    keys=("ban", "draw-number", "question"),
)
