"""A small site that has every part of the kit's layout, and a page that breaks every rule."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

from fastapi import FastAPI, Request, Response

from chassis.http.listening import listening
from chassis.http.pages.posted import Posted, read_posted
from chassis.http.pages.site import Link, Site
from chassis.http.server import Server
from contracts.bilingual import Bilingual

REPORTS = "/reports-of-the-kit"
TEXTS = {
    "demo.title": Bilingual("保障性住房申请", "Apply for a home"),
    "demo.everything": Bilingual("全部", "Everything"),
    "demo.name": Bilingual("姓名", "Name"),
    "demo.name_hint": Bilingual("与身份证上的一致", "As your identity card has it"),
    "demo.why": Bilingual("情况说明", "What else we should know"),
    "demo.status": Bilingual("婚姻状况", "Marital status"),
    "demo.single": Bilingual("未婚", "Single"),
    "demo.married": Bilingual("已婚", "Married"),
    "demo.town": Bilingual("街道（镇）", "Township"),
    "demo.town_a": Bilingual("海南镇", "Hainan"),
    "demo.town_b": Bilingual("公乌素镇", "Gongwusu"),
    "demo.consent": Bilingual("同意查询本人信息", "I agree that my records are looked up"),
    "demo.send": Bilingual("提交", "Send"),
    "demo.hint": Bilingual("七个工作日之内会有答复，无需再来。", "You hear from us within seven working days."),
    "demo.printed": Bilingual("打印于窗口", "Printed at the counter"),
    "demo.not_printed": Bilingual("只在屏幕上", "On the screen only"),
    "demo.missing": Bilingual("请填写{what}", "Fill in: {what}"),
}
WANTED = MappingProxyType(
    {"name": "demo.name", "status": "demo.status", "town": "demo.town", "consent": "demo.consent"}
)


def build(reports: list[bytes]) -> FastAPI:
    """`reports` takes what browsers report of breaches of the content policy."""
    menu = (Link("/", "demo.title"), Link("/everything", "demo.everything"))
    site = Site("demo", "demo.title", Path(__file__).parent, (TEXTS,), menu=lambda _: menu, report_to=REPORTS)
    app = site.app()

    @app.get("/")
    async def form(request: Request) -> Response:
        return site.page(request, "apply.html", errors={}, posted=Posted(()))

    @app.post("/form")
    async def send(request: Request) -> Response:
        posted = await read_posted(request)
        wrong = {
            name: TEXTS["demo.missing"].zh.format(what=TEXTS[key].zh)
            for name, key in WANTED.items()
            if not posted.one(name)
        }
        if wrong:
            return site.page(request, "apply.html", 422, errors=wrong, posted=posted, here="/")
        return site.go_to("/everything")

    @app.get("/everything")
    async def everything(request: Request) -> Response:
        return site.page(request, "everything.html")

    @app.get("/breach")
    async def breach(request: Request) -> Response:
        return site.page(request, "breach.html")

    @app.post(REPORTS)
    async def report(request: Request) -> Response:
        reports.append(await request.body())
        return Response(status_code=204)

    return app


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Its address, on a port that the OS chose."""
    server = Server(app)
    running = asyncio.create_task(server.serve(sockets=[listening("demo", "127.0.0.1", 0)]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.address
    server.should_exit = True
    await running
