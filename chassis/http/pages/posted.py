"""The fields of a posted form, read within limits."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from chassis.http.body import BodyRefused, read_body

MEDIA_TYPE = "application/x-www-form-urlencoded"
MOST_BYTES, WITHIN = 128 * 1024, 10.0
MOST_FIELDS = 500


@dataclass(frozen=True)
class Posted:
    """What a person typed, by the names of the fields, without the blanks around it."""

    fields: tuple[tuple[str, str], ...]

    def one(self, name: str) -> str:
        """The first of that name; empty if there is none."""
        return next((value for field, value in self.fields if field == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for field, value in self.fields if field == name)

    def has(self, name: str) -> bool:
        """Whether a box was ticked, or a button of that name pressed."""
        return any(field == name for field, _ in self.fields)

    def under(self, prefix: str) -> dict[str, str]:
        """The fields whose names begin so, without the beginning."""
        return {name.removeprefix(prefix): value for name, value in self.fields if name.startswith(prefix)}


async def read_posted(request: Request, most: int = MOST_BYTES, within: float = WITHIN) -> Posted:
    """Raises BodyRefused: 408 too slow, 413 too large, 415 no form of a page, 400 no text."""
    body = await read_body(request, (MEDIA_TYPE,), most, within)
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise BodyRefused(400) from None
    return Posted(tuple((name, value.strip()) for name, value in pairs))
