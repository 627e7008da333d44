"""console: pages for those who work with applications, with an account on the bus of its own."""

from datetime import timedelta
from functools import partial

from chassis.http.pages.sessions import SessionLimits, Sessions
from chassis.log.write_once import write_once
from chassis.process.service import Context, HttpApp, Parts, Service
from console.app import build_app, site_of
from console.settings import ConsoleSettings
from console.sign_in.commands import commands
from console.sign_in.provider.provider import Provider
from console.sign_in.signing_in import SigningIn
from console.sign_in.staff import Staff
from console.views import Views
from console.visit import Console
from console.watching import CALLS, READS, SEES, Watching
from contracts.looks import STREAM, Look

NAME = "console"
LIMITS = SessionLimits(idle=timedelta(minutes=30))
SOON = SessionLimits(idle=timedelta(minutes=5), longest=timedelta(minutes=5))


def build(context: Context, settings: ConsoleSettings) -> Parts:
    watching = Watching(context, settings)
    console = console_of(context, settings, watching.views)
    return Parts(
        commands=commands(console),
        background=watching.background,
        apps=(HttpApp(NAME, build_app(console), settings.console_host, settings.console_port),),
        close=watching.close,
    )


def console_of(context: Context, settings: ConsoleSettings, views: Views) -> Console:
    secure = settings.console_secure_cookies
    return Console(
        site=site_of(secure=secure),
        clock=context.clock,
        signing_in=SigningIn(Staff(settings.folder / "staff.sqlite"), context.clock),
        sessions=Sessions("console", LIMITS, secure=secure),
        joining=Sessions("console-joining", LIMITS, secure=secure),
        challenges=Sessions("console-challenge", SOON, secure=secure),
        record=partial(record, context),
        views=views,
        address=settings.console_url,
        provider=provider_of(settings),
    )


def provider_of(settings: ConsoleSettings) -> Provider | None:
    """None while no setting names one."""
    if not settings.console_oidc_issuer:
        return None
    secret, secure = settings.console_oidc_client_secret, settings.console_secure_cookies
    return Provider(
        issuer=settings.console_oidc_issuer,
        client_id=settings.console_oidc_client_id,
        secret=secret.get_secret_value() if secret else None,
        claim=settings.console_oidc_claim,
        methods=frozenset(settings.console_oidc_methods),
        ca_file=settings.console_oidc_ca_file,
        # Who comes back comes from another site: a strict cookie would stay behind.
        sent=Sessions("console-sent", SOON, secure=secure, same_site="lax"),
        vouched=Sessions("console-vouched", SOON, secure=secure),
    )


async def record(context: Context, look: Look) -> None:
    """Returns once it is on the disk of the bus. Raises Unavailable."""
    body = look.model_dump_json().encode()
    await write_once(context.nc, STREAM, look.subject, body, context.timing.request_timeout)


SERVICE = Service(
    NAME,
    (),
    build,
    ConsoleSettings,
    writes=("look.*.*",),
    reads=(STREAM, *READS),
    calls=CALLS,
    sees=SEES,
    sees_storage=True,
)
