"""console: pages for those who work with applications, with an account on the bus of its own."""

from chassis.http.pages.sessions import SessionLimits, Sessions
from chassis.process.service import Context, HttpApp, Parts, Service
from console.app import build_app, site_of
from console.settings import ConsoleSettings
from console.sign_in.staff import Staff
from console.visit import Console

NAME = "console"
COOKIE = "console"


def build(context: Context, settings: ConsoleSettings) -> Parts:
    console = console_of(context, settings)
    return Parts(apps=(HttpApp(NAME, build_app(console), settings.console_host, settings.console_port),))


def console_of(context: Context, settings: ConsoleSettings) -> Console:
    secure = settings.console_secure_cookies
    return Console(
        site=site_of(secure=secure),
        clock=context.clock,
        staff=Staff(settings.folder / "staff.sqlite"),
        sessions=Sessions(COOKIE, SessionLimits(), secure=secure),
    )


SERVICE = Service(NAME, (), build, ConsoleSettings)
