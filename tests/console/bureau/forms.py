"""How a test sends a form of an act, and what comes of it."""

import html
import re

import httpx


async def send(who: httpx.AsyncClient, path: str, verb: str, seen: object, **typed: str) -> httpx.Response:
    """As the page sends it, and once more from the page that says what will follow, where there is one."""
    fields = {f"{verb}.{name}": value for name, value in typed.items()}
    reply = await who.post(f"{path}/{verb}", data={"seen": str(seen), **fields})
    return await who.post(f"{path}/{verb}", data=hidden(reply.text)) if is_foreseen(reply) else reply


def is_foreseen(reply: httpx.Response) -> bool:
    return 'id="foreseen"' in reply.text


def hidden(page: str) -> dict[str, str]:
    """What the form of a page sends without anybody typing."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


def done(reply: httpx.Response) -> str:
    """What a form led to; the page of a refusal fails here with its sentences."""
    assert reply.status_code == 303, wrong(reply)
    return reply.headers["location"].partition("done=")[2]


def wrong(reply: httpx.Response) -> dict[str, str]:
    """By field, as the summary above a page has it."""
    return dict(re.findall(r'<li><a href="#([^"]+)">([^<]*)</a></li>', reply.text.partition('id="errors"')[2]))


def seen(page: str) -> str:
    """What the forms of a page send back, so that none is done twice."""
    return re.findall(r'name="seen" value="([^"]*)"', page)[0]
