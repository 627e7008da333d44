"""What the verifying services have in common: durables for each department, deadlines, answers that come otherwise."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from chassis.consume.breaker import Breaker
from chassis.consume.due_index import DueIndex, feed_for
from chassis.log.durables import former_of
from chassis.log.key_register import FollowedRegister
from chassis.process.keys import read_key
from chassis.process.permissions import of_departments
from chassis.process.service import Context, HttpApp, Listen, Parts, Service
from chassis.process.settings import Settings
from contracts.jws import Signer
from contracts.key_register import Register
from inquiry.about_a_home import ask_about_home
from inquiry.admission import reason_not_asked
from inquiry.answer_delivery import delivery_command
from inquiry.asking_now import AskingNow
from inquiry.attachments.live import Attachments
from inquiry.by_people.clerks_answers import clerks_commands
from inquiry.by_people.manual_answers import answer_by_hand
from inquiry.callbacks import build_door
from inquiry.deadlines import FOLLOWED, Deadlines
from inquiry.department_client import DepartmentClient, durables_for
from inquiry.department_commands import DepartmentCommands, clerks_list, end_certificate
from procedures.department import Department, contract_hashes
from procedures.procedure import Procedures
from procedures.working_days import Calendar

Contracts = tuple[Department, ...]


def verifying_service(name: str, procedures: Procedures, of_homes: Contracts = ()) -> Service:
    """The service of this name: it asks the departments that any of the procedures has it ask.

    `of_homes` are contracts by which some of them are asked about one home, outside of a review.
    """
    departments = procedures.asked_by(name)
    asked = tuple(department.name for department in departments)
    durables = [durables_for(name, department) for department in departments]

    def build(context: Context, settings: Settings) -> Parts:
        return build_verifying(name, departments, procedures, context, of_homes)

    return Service(
        name,
        (*(it for own in durables for it in (*own, former_of(own))), feed_for(name, *FOLLOWED)),
        build,
        writes=of_departments(*asked),
        keys=("question",),
        asks=asked,
        manages=asked,
        follows_register=True,
    )


def build_verifying(
    service: str, departments: Contracts, procedures: Procedures, context: Context, of_homes: Contracts = ()
) -> Parts:
    """A service that asks these departments for the cases of these procedures."""
    settings, journal, nc = context.settings, context.journal, context.nc
    key = read_key(settings.keys_dir, "question")
    signer = Signer.from_seed(read_key(settings.keys_dir, "signing"))
    register = FollowedRegister(journal)
    askings: dict[str, DepartmentClient] = {}
    listens = []
    for department in departments:
        asking = askings[department.name] = DepartmentClient(
            *(department, journal, key, register),
            breaker=Breaker(journal.timing),
            by_procedure=procedures.named_contracts(department.name),
        )
        listens += [
            Listen(durable, asking.handle, breaker=asking.breaker) for durable in durables_for(service, department)
        ]

    async def attached_anew(asking: DepartmentClient, before: str) -> None:
        hold(askings, register.newest, procedures, context.clock.now())
        if asking.attached_by != before:
            reason = f"it was checked by {before}, and is attached by {asking.attached_by} now"
            await end_certificate(journal, nc, asking.name, reason, "lianshen")

    attachments = Attachments(nc, settings.departments_file, askings, signer, attached_anew)
    attachments.begin()
    deadlines = Deadlines(
        askings, journal, key, Calendar.load(settings.calendar_file), settings.drill_reply_seconds, procedures
    )
    index = deadlines.index = DueIndex(
        feed_for(service, *FOLLOWED),
        deadlines.note,
        deadlines.due,
        deadlines.fire,
        restored=deadlines.restored,
        every=settings.open_cases_every,
        clock=context.clock,
        timing=context.timing,
    )
    register.changed.append(lambda known: hold(askings, known, procedures, context.clock.now()))

    return Parts(
        listens=tuple(listens),
        commands=(
            answer_by_hand(askings, journal),
            *clerks_commands(askings),
            AskingNow(askings).command(),
            *((ask_about_home(askings, of_homes),) if of_homes else ()),
            *(delivery_command(asking) for asking in askings.values()),
            *(clerks_list(asking, deadlines) for asking in askings.values()),
            *DepartmentCommands(askings, deadlines, register, journal, nc, attachments).table(),
        ),
        indexes=(index,),
        background=(partial(register.run, nc, (signer, "question")), attachments.run),
        # Always open: a department that is attached later brings its answers here, too.
        apps=(HttpApp(service, build_door(askings, attachments.tokens), settings.door_host, settings.door_port),),
        close=attachments.close,
    )


def hold(askings: Mapping[str, DepartmentClient], known: Register, procedures: Procedures, now: datetime) -> None:
    """Lets every department be asked, or not, as the register and the policy have it at this instant."""
    for name, asking in askings.items():
        was, breaker = asking.breaker.held, asking.breaker
        contracts, only = contract_hashes(asking.department), procedures.certified_only(name, now)
        breaker.held = reason_not_asked(known.of(name), only, now, contracts, asking.attached_by)
        if was is not None and breaker.held is None:
            breaker.succeeded()  # what it failed before it was held says nothing of now
