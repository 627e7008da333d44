"""Announces a project: by a form of fields, or by the file that `lianshen project announce` takes."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Response

from chassis.errors import CommandRefused
from chassis.http.pages.files import read_with_files
from console.command_line.acts import act_of
from console.offers.refusals import refusal_of
from console.pages.shown import shown
from console.route import Route
from console.unit.announcement import DEPOSIT, FIELDS, STOCKS, WAYS, Fault, faults_of, read_form
from console.unit.projects import ALLOCATION
from console.visit import Visit
from contracts.announcement_file import EXAMPLE, read_announcement

ACT = act_of(ALLOCATION, "announce")
ALL = (*(one.name for one in FIELDS), "deposit", *(one.name for one in DEPOSIT), "pools", "homes")
MOST_BYTES = 256 * 1024
"""Of a form or a file: 500 homes are 50 kB."""


async def announce(visit: Visit) -> Response:
    return _page(visit, {"way": WAYS[0], "stock": STOCKS[0]})


async def take_form(visit: Visit) -> Response:
    posted = await visit.posted(MOST_BYTES)
    typed = {name: posted.one(name) for name in ALL}
    found = read_form(typed)
    if found.faults:
        return _page(visit, typed, _said(visit, found.faults), 422)
    return await _send(visit, found.says, typed)


async def take_file(visit: Visit) -> Response:
    """Every fault of the file at its one field."""
    sent = (await read_with_files(visit.request, MOST_BYTES)).files.get("file", b"")
    if not sent:
        return _page(visit, {}, {"file": visit.say("announce.wrong.no_file")}, 422)
    try:
        says = read_announcement(sent)
    except ValueError as wrong:
        return _page(visit, {}, {"file": visit.say("announce.wrong.toml", what=wrong)}, 422)
    if faults := faults_of(says):
        said = "；".join(_said(visit, faults, named=True).values())
        return _page(visit, {}, {"file": said}, 422)
    return await _send(visit, says, {})


async def example(visit: Visit) -> Response:
    headers = {"content-disposition": 'attachment; filename="project.toml"'}
    return Response(EXAMPLE, media_type="application/toml; charset=utf-8", headers=headers)


async def _send(visit: Visit, says: dict[str, Any], typed: Mapping[str, str]) -> Response:
    try:
        await ACT.send(visit, {"says": says})
    except CommandRefused as refused:
        fields = ALL if typed else ("file",)
        name, said = refusal_of(visit, refused, fields)
        return _page(visit, typed, {name or fields[0]: said}, refused.status)
    return visit.go_to(f"/projects/{says['project']}?done={ACT.verb}")


def _said(visit: Visit, faults: Iterable[Fault], *, named: bool = False) -> dict[str, str]:
    """The first of each field; `named` says which field each is about."""
    found: dict[str, str] = {}
    for fault in faults:
        words = {"line": "", "what": "", **fault.words}
        sentence = visit.say(fault.key, **words)
        label = visit.say(f"asks.{fault.field}") if fault.field in ALL else fault.field
        found.setdefault(fault.field, f"{label}：{sentence}" if named else sentence)
    return found


def _page(
    visit: Visit, typed: Mapping[str, str], errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    first = {**dict.fromkeys(ALL, ""), "deposit": "yes", "way": WAYS[0], "stock": STOCKS[0], **typed}
    ways = {one: visit.say("announce.way." + one) for one in WAYS}
    stocks = {one: visit.say("announce.stock." + one) for one in STOCKS}
    return shown(visit, "announce.html", status, typed=first, errors=dict(errors or {}), ways=ways, stocks=stocks)


ROUTES: tuple[Route, ...] = (
    Route("GET", "/announce", ACT.roles, announce),
    Route("GET", "/announce/example.toml", ACT.roles, example),
    Route("POST", "/announce", ACT.roles, take_form),
    Route("POST", "/announce/file", ACT.roles, take_file),
)
