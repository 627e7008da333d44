"""Announcing by a form and by a file: the same request as the command's, and every fault at its field."""

from pathlib import Path
from typing import Any

import pytest

from chassis.errors import CommandRefused
from contracts.announcement_file import EXAMPLE, read_announcement
from contracts.projects.events import Announcement
from tests.console.unit.made import Desk
from tests.support.console_views import NoBus

TYPED = {
    "project": "HN-2026-02",
    "title": "海南区2026年第二批配售型保障性住房",
    "place": "公乌素镇矿区街坊",
    "way": "offline",
    "stock": "new",
    "registration_opens": "2026-12-01",
    "registration_closes": "2026-12-31",
    "method": "An open draw; its rules and its checker are posted before the list is frozen.",
    "deposit": "yes",
    "amount": "20000.00",
    "working_days": "10",
    "pools": "two-rooms,5,elderly=1",
    "homes": "GWS-1-0201,1,2,75.30,two-rooms\r\n\r\nGWS-1-0202，1，2，75.30，two-rooms",
}


def a_desk(folder: Path, **refusals: CommandRefused) -> Desk:
    return Desk(folder, NoBus(answers={"announce": {}}, refusals=refusals))


def announced(desk: Desk) -> Announcement:
    """What was sent, as the service reads it."""
    [(service, verb, request)] = desk.bus.sent
    assert (service, verb, request["by"]) == ("allocation", "announce", "孙项目")
    return Announcement.model_validate(request["says"])


async def test_a_form_is_sent_as_the_command_sends_a_file(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    async with desk.unit as unit:
        reply = await unit.post("/announce", data=TYPED)
    assert (reply.status_code, reply.headers["location"]) == (303, "/projects/HN-2026-02?done=announce")
    says = announced(desk)
    assert [home.code for home in says.homes] == ["GWS-1-0201", "GWS-1-0202"]
    assert [(one.group, one.homes) for one in says.pools[0].reserved] == [("elderly", 1)]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"project": "第二批"}, "project"),
        ({"title": ""}, "title"),
        ({"way": "by post"}, "way"),
        ({"registration_closes": "2026-11-01"}, "registration_closes"),
        ({"registration_opens": "soon"}, "registration_opens"),
        ({"amount": "much"}, "amount"),
        ({"pools": ""}, "pools"),
        ({"pools": "two-rooms,5,elderly=9"}, "pools"),
        ({"homes": "GWS-1-0201,1,second,75.30,two-rooms"}, "homes"),
        ({"homes": f"{TYPED['homes']}\nGWS-1-0203,1,2,75.30,three-rooms"}, "homes"),
        ({"homes": "GWS-1-0201,1,2,75.30,two-rooms,sunny"}, "homes"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(tmp_path: Path, changed: dict[str, str], field: str) -> None:
    desk = a_desk(tmp_path)
    async with desk.unit as unit:
        reply = await unit.post("/announce", data={**TYPED, **changed})
    assert (reply.status_code, desk.bus.sent) == (422, [])
    assert f'href="#{field}"' in reply.text
    assert "公乌素镇矿区街坊" in reply.text


async def test_a_file_says_what_the_command_line_reads_of_it(tmp_path: Path) -> None:
    body = EXAMPLE.replace("homes = 2", "homes = 1").encode("utf-8-sig")
    desk = a_desk(tmp_path)
    async with desk.unit as unit:
        reply = await unit.post("/announce/file", files={"file": ("project.toml", body)})
        example = await unit.get("/announce/example.toml")
    assert reply.status_code == 303, reply.text
    assert announced(desk) == Announcement.model_validate(read_announcement(body))
    assert example.text == EXAMPLE


@pytest.mark.parametrize("body", [b"", b"project = ", "项目".encode("gbk"), b"\xff\xfex\0", EXAMPLE.encode(), b"\0"])
async def test_a_file_that_is_none_is_refused_with_its_reason(tmp_path: Path, body: bytes) -> None:
    """The example as it stands reserves more homes than it lists."""
    desk = a_desk(tmp_path)
    async with desk.unit as unit:
        reply = await unit.post("/announce/file", files={"file": ("project.toml", body)})
    assert (reply.status_code, desk.bus.sent) == (422, [])
    assert 'href="#file"' in reply.text
    assert ("请先选择文件" in reply.text) is (body == b"")


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"x", "multipart/form-data", 400),
        (b"x", "multipart/form-data; boundary=y", 400),
        (b"--y\r\n\r\nx\r\n--y--", "multipart/form-data; boundary=y", 400),
        (b"x" * 300_000, "multipart/form-data; boundary=y", 413),
        (b"x=y", "application/x-www-form-urlencoded", 400),
    ],
)
async def test_what_is_no_form_with_a_file_is_refused(
    tmp_path: Path, content: bytes, content_type: str, status: int
) -> None:
    async with a_desk(tmp_path).unit as unit:
        reply = await unit.post("/announce/file", content=content, headers={"content-type": content_type})
    assert reply.status_code == status


@pytest.mark.parametrize(
    ("detail", "field"),
    [
        ("project HN-2026-02 was announced before: one registration a project (Art. 26(1))", "project"),
        ("home GWS-1-0201 belongs to a family", "homes"),
        ("home GWS-1-0201 is offered by project HN-2026-01, which is not closed", "homes"),
    ],
)
async def test_what_the_service_refuses_is_said_at_its_field(tmp_path: Path, detail: str, field: str) -> None:
    refused: dict[str, Any] = {"announce": CommandRefused(409, "not possible in this state", detail)}
    async with a_desk(tmp_path, **refused).unit as unit:
        reply = await unit.post("/announce", data=TYPED)
    assert reply.status_code == 409
    assert f'href="#{field}"' in reply.text
