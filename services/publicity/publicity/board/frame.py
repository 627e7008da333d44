"""What every page of the public list has: how current it is, and what is said where there is nothing to show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from fastapi import Request, Response

from chassis.http.pages.language import language_of
from chassis.http.pages.site import Site
from contracts.numbers import parse_application_number
from publicity.board.listing import Entry, Freshness, Kept


class PublicList(Protocol):
    """What is shown now, by application number."""

    @property
    def entries(self) -> Mapping[str, Kept]: ...

    def freshness(self) -> Freshness: ...

    def now(self) -> datetime:
        """The time by which an objection is stamped."""


@dataclass(frozen=True)
class Frame:
    """The layout over one public list."""

    site: Site
    shown: PublicList

    def page(
        self,
        request: Request,
        template: str,
        status: int = 200,
        errors: Mapping[str, str] | None = None,
        filled: Mapping[str, object] | None = None,
        **values: Any,
    ) -> Response:
        """`errors` are keys of sentences by field; `filled` is what stands in their braces."""
        language = language_of(request)
        said = {name: self.site.catalogue.say(language, key, **(filled or {})) for name, key in (errors or {}).items()}
        return self.site.page(request, template, status, errors=said, fresh=self.shown.freshness(), **values)

    def message(self, request: Request, status: int, title: str, why: str) -> Response:
        """What was asked for is repeated nowhere where it is not there: it may be anything."""
        here = request.url.path if status == 200 else "/"
        return self.page(request, "message.html", status, title=title, why=why, here=here)

    def gone(self, request: Request) -> Response:
        """No such entry; while the list is not read whole nobody can say so."""
        if not self.shown.freshness().is_whole:
            return self.message(request, 503, "entry.unread", "entry.unread_why")
        return self.message(request, 404, "entry.gone", "entry.gone_why")

    def entry(self, typed: str) -> Entry | None:
        number = number_in(typed)
        kept = self.shown.entries.get(number) if number else None
        return Entry.of(number, kept) if number and kept else None


def number_in(typed: str) -> str | None:
    """The application number as stored; None for what is none."""
    try:
        return parse_application_number(typed)
    except ValueError:
        return None
