"""Every route of an app is asked for, and every field of its forms is filled with what must be repeated nowhere."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute

from chassis.http.pages.breaches import PATH as SINK

FIELDS = re.compile(r"""name="([\w-]+)"|form\.\w+\('([\w-]+)'|\{\{ (?:text|choice|choose|tick)\('([\w-]+)'""")
TYPED = ("金丝雀甲", "150303198503120018", "13998760000", "海南区金丝雀巷 7 号")
"""A name, a number, a telephone and an address: typed into every field of every form."""
FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass
class Walk:
    """Through an app, by whoever `comes`: somebody new for each request, so that no answer rests on another one."""

    app: FastAPI
    comes: Callable[[], httpx.AsyncClient]
    parts: Mapping[str, str] = field(default_factory=dict)
    """What stands in a path, by the name of its part."""
    left_out: tuple[str, ...] = ()
    answers: list[httpx.Response] = field(default_factory=list)

    @property
    def routes(self) -> Iterator[tuple[str, str]]:
        for route in self.app.routes:
            if isinstance(route, APIRoute) and route.path not in (*self.left_out, SINK):
                yield from ((method, route.path) for method in sorted(route.methods - {"HEAD", "OPTIONS"}))

    async def all(self, package: ModuleType, *made: str) -> "Walk":
        """Every page, and every form once for each thing that may be typed; `made` are fields no template names."""
        fields = sorted({*fields_of(package), *made})
        for method, path in self.routes:
            if method == "GET":
                await self.ask(method, path.format_map(self.parts))
            for typed in TYPED if method == "POST" else ():
                await self.ask(method, path.format_map(self.parts), dict.fromkeys(fields, typed))
        return self

    async def ask(self, method: str, path: str, data: Mapping[str, str] | None = None) -> httpx.Response:
        async with self.comes() as visitor:
            answer = await visitor.request(method, path, data=data and dict(data), follow_redirects=False)
        self.answers.append(answer)
        return answer

    @property
    def told(self) -> str:
        """What of the answers is no page: addresses, and headers, where the next one stands as well."""
        return "\n".join(f"{it.url} {it.headers}" for it in self.answers)

    @property
    def unguarded(self) -> list[str]:
        """Pages without the policy for their content, or whose breaches nobody hears of."""
        return [
            f"{it.request.method} {it.url.path}"
            for it in self.answers
            if "text/html" in it.headers.get("content-type", "") and not _guarded(it.headers)
        ]


def _guarded(headers: httpx.Headers) -> bool:
    policy = headers.get("content-security-policy", "")
    return "default-src 'self'" in policy and "unsafe" not in policy and f"report-uri {SINK}" in policy


def fields_of(package: ModuleType) -> Iterator[str]:
    """The fields of every form in its templates."""
    for template in (Path(str(package.__file__)).parent / "templates").glob("*.html"):
        for names in FIELDS.findall(template.read_text(encoding="utf-8")):
            yield next(filter(None, names))
