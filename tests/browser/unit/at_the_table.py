"""The console over allocation on a real bus, in this process, so that its clock can be turned; and who sits there."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from console.bureau.aggregates import aggregates_of
from console.who import Role
from playwright.async_api import Page

from chassis.commands import call
from chassis.process.service import Context
from chassis.process.settings import Settings
from tests.allocation.stage import Stage, allocation
from tests.browser.kit.site import served
from tests.support.console import Stage as ConsoleStage
from tests.support.console_views import NoBus, views_in
from tests.support.departments import OnTheBus, an_answer
from tests.support.real_bus import running_bus

RENTED = {"register": "tenancy", "kind": "public_rental", "since": "2020-01-01"}


@asynccontextmanager
async def at_work(store: Path, folder: Path, rents: list[dict[str, Any]]) -> AsyncIterator[tuple[Stage, "Table"]]:
    """`rents` is what the housing bureau answers before the keys."""

    def housing(question: Any) -> Any:
        return an_answer(question, "found" if rents else "none", *rents)

    async with running_bus(shutil.copytree(store, folder / "data")) as bus, allocation(bus) as stage:
        await OnTheBus("housing", housing).start(bus)
        (folder / "views").mkdir()
        context = Context(Settings(), stage.nc, stage.journal)
        views = replace(
            views_in(folder / "views", stage.clock, NoBus()),
            call=partial(call, stage.nc),
            history=stage.journal.history.of,
            aggregates=aggregates_of(context),
            live_for=45,
        )
        console: Any = {"more": {"views": views}, "clock": stage.clock}
        pages = ConsoleStage(folder, **console)
        async with served(pages.app) as address:
            yield stage, Table(pages, address)


class Table:
    """Where the pages are, and whoever sits there."""

    def __init__(self, pages: ConsoleStage, address: str) -> None:
        self.pages = pages
        self.address = address

    async def sit(self, page: Page) -> None:
        """Signed in as this person: again once the clock was turned, for a session is idle by it then."""
        cookies = self.pages.browser(Role.PROJECT_UNIT, account="sun", name="孙项目").cookies
        await page.context.add_cookies(
            [{"name": it, "value": str(cookies[it]), "url": self.address} for it in cookies]
        )
