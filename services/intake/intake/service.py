"""intake: takes applications in over HTTP, and the commands that a counter gives."""

from functools import partial

from chassis.log.every_stream import EveryStream
from chassis.log.key_register import FollowedRegister
from chassis.process.keys import read_key
from chassis.process.permissions import writing
from chassis.process.service import Context, HttpApp, Parts, Service
from contracts.events import (
    ApplicationAccepted,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationSupplemented,
    ApplicationWithdrawn,
    SupplementRequested,
)
from contracts.homes import HomeRecord
from contracts.homes.home import HomeFile
from contracts.jws import Signer
from contracts.looks import STREAM as LOOKS
from evidence.own_bans import OwnBans
from evidence.projects_in_force import LOOKS_AT_PROJECTS, ProjectsInForce
from evidence.streams import HOMES
from inquiry.attachments.config import AttachmentConfig, attach, read_attachments
from intake.app import build_app
from intake.ban_attachment import follow_attachment
from intake.bans import BanList
from intake.claims import ADULT, CHILD, Claims
from intake.commands import commands
from intake.consent_texts import load_consent_texts
from intake.family.app import build_family_app
from intake.family.looks import LookLog
from intake.family.reading import Homes
from intake.family.sign_in import NAME as FAMILY
from intake.kiosk.site import NAME as KIOSK
from intake.kiosk.site import build_kiosk, open_visits
from intake.kiosk.visits import forget_when_idle
from intake.reception import Reception
from intake.settings import IntakeSettings
from intake.submission import ApplicationDesk
from procedures.hainan_2025.ban_question import BAN_LIST
from procedures.hainan_2025.letters import Desk
from procedures.hainan_2025.projects import load_projects
from procedures.registry import PROCEDURES
from procedures.working_days import Calendar

NAME = "intake"
BANS_FROM = BAN_LIST.name


def build(context: Context, settings: IntakeSettings) -> Parts:
    keys = settings.keys_dir
    how = read_attachments(settings.departments_file).get(BANS_FROM, AttachmentConfig())

    async def nobody_waits(body: bytes) -> None:
        """A ban answer that comes too late is not needed: R32 decides in the determination."""

    register = FollowedRegister(context.journal)
    bans = BanList(
        attach(context.nc, BANS_FROM, how, nobody_waits),
        read_key(keys, "question"),
        settings.intake_ban_within,
        register,
        None if how.signature == "none" else Signer.from_seed(read_key(keys, "signing")),
        how.signature,
        clock=context.clock,
    )
    register.changed.append(bans.hold)
    projects = ProjectsInForce(load_projects(settings.intake_projects_file), context.journal.history)
    desk = ApplicationDesk(
        journal=context.journal,
        claims=Claims(read_key(keys, "claim"), context.journal.history),
        bans=bans,
        own_bans=OwnBans(read_key(keys, "ban"), context.journal.history),
        projects=projects,
        calendar=Calendar.load(settings.calendar_file),
        drill_reply_seconds=settings.drill_reply_seconds,
        procedures=PROCEDURES,
    )
    reception = Reception(
        desk,
        number_key=read_key(keys, "application-number"),
        receipt_key=read_key(keys, "receipt"),
        answer_within=settings.intake_answer_within,
        clock=context.clock,
    )
    texts = load_consent_texts(settings.intake_consent_texts_file)
    at_the_kiosk = open_visits(settings)
    kiosk = build_kiosk(reception, settings, texts, at_the_kiosk)
    looks = LookLog(context.nc, context.timing)
    family = build_family_app(
        reception, _letters(reception, settings), texts, looks, _homes(context), secure=settings.intake_family_tls
    )
    return Parts(
        commands=commands(desk, context.clock),
        background=(
            partial(register.run, context.nc),
            partial(projects.follow, LOOKS_AT_PROJECTS * settings.open_cases_every),
            partial(follow_attachment, context.nc, settings, how, bans, nobody_waits),
            partial(forget_when_idle, at_the_kiosk, context.clock),
        ),
        apps=(
            HttpApp(NAME, build_app(reception, settings, texts), settings.intake_host, settings.intake_port),
            HttpApp(KIOSK, kiosk, settings.intake_kiosk_host, settings.intake_kiosk_port),
            HttpApp(FAMILY, family, settings.intake_family_host, settings.intake_family_port),
        ),
    )


def _homes(context: Context) -> Homes:
    """As the log has them, for whoever is to choose one."""
    every: EveryStream[HomeFile, HomeRecord] = EveryStream(context.journal.history, HOMES)

    async def homes() -> list[HomeFile]:
        return [known.state for known in (await every.look()).values()]

    return homes


def _letters(reception: Reception, settings: IntakeSettings) -> Desk:
    """As notify has it: the page shows the letters that were sent."""
    desk, drill = reception.desk, settings.notify_drill or reception.clock.drill
    return Desk(settings.notify_enquiries_zh, settings.notify_enquiries_en, desk.calendar, drill, desk.procedures)


WRITES = writing(
    ApplicationSubmitted,
    SupplementRequested,
    ApplicationSupplemented,
    ApplicationRefused,
    ApplicationAccepted,
    ApplicationWithdrawn,
)
SERVICE = Service(
    NAME,
    (),
    build,
    IntakeSettings,
    writes=(*WRITES, f"claim.{ADULT}.*", f"claim.{CHILD}.*"),
    reads=(LOOKS,),
    keys=("application-number", "receipt", "claim", "question", "ban"),
    asks=(BANS_FROM,),
    follows_register=True,
)
