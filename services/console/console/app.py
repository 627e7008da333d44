"""Every page of the console, and who may use it. What is not in this table is served to nobody."""

from collections.abc import Iterable

from fastapi import FastAPI, Request

from chassis.http.pages.site import Link, Site
from console.answering.clerk import answer_later, answer_question, clerks_desk
from console.bureau.routes import BUREAU_ROUTES
from console.command_line.acts import ACTS
from console.command_line.by_hand import approve as approve_by_hand
from console.command_line.by_hand import proposal
from console.command_line.by_hand import propose as propose_by_hand
from console.command_line.cases import look, status
from console.command_line.signing_in import end_token, own_name, take_token
from console.figures.forecast_page import forecast
from console.figures.page import month_csv, month_page, month_workbook, months_json
from console.pages.assigning import give_back, take
from console.pages.by_hand import approve, propose
from console.pages.case import case, trace_csv, trace_json
from console.pages.cases import cases, search
from console.pages.causes import all_causes, cause, do_it, try_it
from console.pages.decide import decide
from console.pages.departments import all_departments, backlog_json, pause, resume
from console.pages.desk import my_desk
from console.pages.dossier import dossier
from console.pages.home import home
from console.pages.live import live
from console.pages.opened import opened, record
from console.pages.right_now import rebuild, retry, right_now
from console.route import BUREAU, EVERY_ROLE, OPEN, Route, serve
from console.sign_in.joining import codes, join, second, take_codes, take_join, take_second
from console.sign_in.keys.pages import ask_for_key, new_key, take_new_key
from console.sign_in.own_account import own_account, take_change
from console.sign_in.pages import sign_in, sign_out, take_sign_in
from console.sign_in.provider.pages import ask_second, from_provider, take_asked_second, to_provider
from console.site import console_site
from console.unit.announcing import ROUTES as ANNOUNCING
from console.unit.choosing import ROUTES as OF_CHOOSING
from console.unit.deposits import ROUTES as OF_DEPOSITS
from console.unit.families import ROUTES as OF_FAMILIES
from console.unit.payments import ROUTES as OF_PAYMENTS
from console.unit.projects import ROUTES as OF_PROJECTS
from console.visit import Console
from console.who import Role

VIEWER, CLERK, OFFICER, OPERATIONS, HEAD, _UNIT, _NOTARY = map(frozenset, ({role} for role in Role))

ROUTES: tuple[Route, ...] = (
    Route("GET", "/sign-in", OPEN, sign_in),
    Route("POST", "/sign-in", OPEN, take_sign_in),
    Route("POST", "/sign-in/key", OPEN, ask_for_key),
    Route("GET", "/sign-in/provider", OPEN, to_provider),
    Route("GET", "/sign-in/provider/back", OPEN, from_provider),
    Route("GET", "/sign-in/second", OPEN, ask_second),
    Route("POST", "/sign-in/second", OPEN, take_asked_second),
    Route("POST", "/sign-out", OPEN, sign_out),
    # A link that `lianshen up` or `lianshen staff` printed.
    Route("GET", "/join/second", OPEN, second),
    Route("POST", "/join/second", OPEN, take_second),
    Route("GET", "/join/codes", OPEN, codes),
    Route("POST", "/join/codes", OPEN, take_codes),
    Route("GET", "/join/{token}", OPEN, join),
    Route("POST", "/join", OPEN, take_join),
    Route("GET", "/", EVERY_ROLE, home, menu="console.home"),
    Route("GET", "/live", EVERY_ROLE, live),
    Route("GET", "/desk", OFFICER | HEAD | OPERATIONS, my_desk, menu="desk.title"),
    Route("GET", "/clerk", CLERK, clerks_desk, menu="clerk.title"),
    Route("POST", "/clerk/{application}/{department}", CLERK, answer_question),
    Route("POST", "/clerk/{application}/{department}/later", CLERK, answer_later),
    Route("GET", "/cases", BUREAU, cases, menu="cases.title"),
    Route("POST", "/cases", BUREAU, search),
    Route("GET", "/cases/{application}", BUREAU, case),
    Route("GET", "/cases/{application}/trace.json", BUREAU, trace_json),
    Route("GET", "/cases/{application}/trace.csv", BUREAU, trace_csv),
    Route("POST", "/cases/{application}/open", BUREAU, opened),
    Route("POST", "/cases/{application}/records", BUREAU, record),
    Route("POST", "/cases/{application}/decide", OFFICER | HEAD, decide),
    Route("POST", "/cases/{application}/dossier", OFFICER | HEAD, dossier),
    Route("POST", "/cases/{application}/take", OFFICER | HEAD, take),
    Route("POST", "/cases/{application}/give-back", OFFICER | HEAD, give_back),
    Route("POST", "/cases/{application}/by-hand", OFFICER, propose),
    Route("POST", "/cases/{application}/by-hand/approve", OFFICER | HEAD, approve),
    Route("GET", "/causes", BUREAU, all_causes, menu="causes.title"),
    Route("GET", "/causes/{whom}/{turn}", BUREAU, cause),
    Route("POST", "/causes/{whom}/{turn}/try", OFFICER | HEAD | OPERATIONS, try_it),
    Route("POST", "/causes/{whom}/{turn}/do", OFFICER | HEAD | OPERATIONS, do_it),
    Route("GET", "/departments", BUREAU, all_departments, menu="departments.title"),
    Route("GET", "/departments/{name}/backlog.json", BUREAU, backlog_json),
    Route("POST", "/departments/{name}/pause", OPERATIONS | HEAD, pause),
    Route("POST", "/departments/{name}/resume", OPERATIONS | HEAD, resume),
    Route("GET", "/figures", VIEWER | OPERATIONS | OFFICER | HEAD, month_page, menu="figures.title"),
    Route("GET", "/figures/months.json", VIEWER | OPERATIONS | OFFICER | HEAD, months_json),
    Route("GET", "/figures.xlsx", VIEWER | OPERATIONS | OFFICER | HEAD, month_workbook),
    Route("GET", "/figures/{table}.csv", VIEWER | OPERATIONS | OFFICER | HEAD, month_csv),
    Route("GET", "/forecast", OPERATIONS | OFFICER | HEAD, forecast, menu="forecast.title"),
    Route("GET", "/now", VIEWER | OFFICER | OPERATIONS | HEAD, right_now, menu="now.title"),
    Route("POST", "/now/letters", OPERATIONS, retry),
    Route("POST", "/now/rebuild", OPERATIONS, rebuild),
    *OF_PROJECTS,
    *ANNOUNCING,
    *BUREAU_ROUTES,
    *OF_CHOOSING,
    *OF_PAYMENTS,
    *OF_DEPOSITS,
    *OF_FAMILIES,
    Route("GET", "/account", EVERY_ROLE, own_account, menu="staff.own"),
    Route("POST", "/account", EVERY_ROLE, take_change),
    Route("GET", "/account/key", EVERY_ROLE, new_key),
    Route("POST", "/account/key", EVERY_ROLE, take_new_key),
    # What the command line sends for a person: by `lianshen login` and the token that it gives.
    Route("POST", "/command-line/sign-in", OPEN, take_token, by_token=True),
    Route("POST", "/command-line/sign-out", EVERY_ROLE, end_token, by_token=True),
    Route("POST", "/command-line/me", EVERY_ROLE, own_name, by_token=True),
    Route("POST", "/command-line/status", BUREAU, status, by_token=True),
    Route("POST", "/command-line/look", BUREAU, look, by_token=True),
    Route("POST", "/command-line/by-hand", OFFICER, propose_by_hand, by_token=True),
    Route("POST", "/command-line/by-hand/proposal", OFFICER | HEAD, proposal, by_token=True),
    Route("POST", "/command-line/by-hand/approve", OFFICER | HEAD, approve_by_hand, by_token=True),
    *(Route("POST", act.path, act.roles, act.take, by_token=True) for act in ACTS),
)


def menu(request: Request) -> Iterable[Link]:
    """What the person who asks may use."""
    who = getattr(request.state, "who", None)
    return [Link(route.path, route.menu) for route in ROUTES if route.menu and route.lets_in(who)]


def site_of(*, secure: bool) -> Site:
    return console_site(menu, secure=secure)


def build_app(console: Console, routes: tuple[Route, ...] = ROUTES) -> FastAPI:
    """The same for a process and for a test."""
    app = console.site.app()
    serve(app, console, routes)
    return app
