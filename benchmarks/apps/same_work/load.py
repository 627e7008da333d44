"""Kiosks before a peer: first the sample world, whose every outcome is compared with `expected.csv`, then the crowd in
a closed loop, whose every outcome is known, too. A case ends when its determination is heard on the bus."""

import argparse
import asyncio
import json
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop
from nats.aio.client import Client
from nats.aio.msg import Msg

from benchmarks.apps.gate import closed_loop
from benchmarks.apps.same_work.bureau import connected
from chassis.process.keys import read_key
from contracts.events import EVENTS, DeterminationMade
from contracts.numbers import application_number
from lianshen.bench.load import Kiosks, LoadError, get, post
from lianshen.demo.results import differences, read_expected

POSTS_AT_ONCE = 128
PATIENCE = 120.0
"""Seconds after which a case counts as lost, and the run as failed; both as in `lianshen bench`."""
NOT_BY_INTAKE_ALONE = ("20-withdrawn-midway.json", "21-second-application.json")
"""One is withdrawn by a visit. The other needs to know of the family's first application: no peer keeps that."""
UNDER_WAY = ("submitted", "verifying")


@dataclass
class Load:
    """The kiosks of one peer; `urls` are its processes, asked in turn."""

    urls: list[str]
    number_key: bytes
    kiosks: list[Kiosks]
    waiting: dict[str, asyncio.Future[str]] = field(default_factory=dict)
    posts: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(POSTS_AT_ONCE))

    async def listen(self, nc: Client) -> None:
        await nc.subscribe(
            EVENTS.subjects_of(DeterminationMade), cb=self._heard, pending_msgs_limit=-1, pending_bytes_limit=-1
        )
        await nc.flush()

    async def _heard(self, message: Msg) -> None:
        if future := self.waiting.pop(message.subject.split(".", 2)[1], None):
            future.set_result(json.loads(message.data)["outcome"])

    async def hand_in(self, n: int, family: int, number: str, request: bytes) -> None:
        """The nth application, until it is determined as the law gives it. Raises LoadError."""
        decided = self.waiting[number] = asyncio.get_running_loop().create_future()
        async with self.posts:
            reply = await self.kiosks[n % len(self.urls)].send(request)
        if reply.status != 202 or number.encode() not in reply.body:
            raise LoadError(f"a complete application was not taken in: {reply.status} {reply.body[:300]!r}")
        outcome = await asyncio.wait_for(decided, PATIENCE)
        if outcome != expected_of(family):
            raise LoadError(f"family {family} of the crowd is {outcome}, not {expected_of(family)}")

    def requests(self, forms: list[bytes]) -> Iterator[tuple[str, bytes]]:
        for n, form in enumerate(forms):
            key = secrets.token_urlsafe(24)
            yield application_number(key, self.number_key), post(self.urls[n % len(self.urls)], key, form)

    async def check(self, sample: Path) -> None:
        """Plays the sample world. Raises LoadError where something else comes of a form than the law gives."""
        for file, expected in read_expected(sample).items():
            if file not in NOT_BY_INTAKE_ALONE:
                row = await self._played((sample / "applications" / file).read_bytes())
                if wrong := differences(row, expected):
                    raise LoadError(f"{file}: {'; '.join(wrong)}")
        await self._check_keys(sample)

    async def _played(self, form: bytes) -> dict[str, Any]:
        reply = await self.kiosks[0].send(post(self.urls[0], secrets.token_urlsafe(24), form))
        said = json.loads(reply.body)
        if reply.status == 422:
            return {"intake": "invalid", "outcome": None, "failed": [], "unknown": [], "conditions": []}
        receipt = said["receipt"]
        asking = get(self.urls[-1], receipt["application_number"], receipt["secret"])
        deadline = time.monotonic() + PATIENCE
        case = said["application"]
        while case["state"] in UNDER_WAY and not case["outcome"]:
            if time.monotonic() > deadline:
                raise LoadError("an application of the sample world is not determined")
            await asyncio.sleep(0.01)
            reply = await self.kiosks[-1].send(asking)
            if reply.status not in (200, 404):
                raise LoadError(f"a case cannot be asked about: {reply.status} {reply.body[:300]!r}")
            # A peer may know a case a moment later than it was taken in.
            case = json.loads(reply.body) if reply.status == 200 else case
        return _row(case)

    async def _check_keys(self, sample: Path) -> None:
        """The same key opens the same case, also at another process; with another body it is refused."""
        forms = [path.read_bytes() for path in sorted((sample / "applications").glob("*.json"))[:2]]
        key = secrets.token_urlsafe(24)
        first, again, other = [
            await kiosks.send(post(url, key, form))
            for kiosks, url, form in (
                (self.kiosks[0], self.urls[0], forms[0]),
                (self.kiosks[-1], self.urls[-1], forms[0]),
                (self.kiosks[0], self.urls[0], forms[1]),
            )
        ]
        one, two = (json.loads(reply.body)["receipt"]["application_number"] for reply in (first, again))
        if one != two or other.status != 409:
            raise LoadError(f"an Idempotency-Key used again: {first.status}, {again.status}, {other.status}")


def _row(case: dict[str, Any]) -> dict[str, Any]:
    """A case as GET shows it, as a row of the results."""

    def found(truth: str) -> list[str]:
        return [finding["rule"] for finding in case["findings"] if finding["truth"] == truth]

    return {
        "intake": case["intake"],
        "outcome": case["outcome"],
        "failed": found("not_met") + [ground["rule"] for ground in case["grounds"]],
        "unknown": found("unknown"),
        "conditions": [item["rule"] for item in case["conditions"]],
    }


def apart_from(sample: Path, crowd: Path) -> list[tuple[int, bytes]]:
    """The crowd's families and their places in it, without those who have a number of somebody in the sample world.

    The departments know both worlds, and would say two things of one person.
    """
    taken = {number for path in (sample / "applications").glob("*.json") for number in _numbers(path.read_bytes())}
    forms = enumerate(path.read_bytes() for path in sorted((crowd / "applications").glob("*.json")))
    return [(n, form) for n, form in forms if not taken & _numbers(form)]


def _numbers(form: bytes) -> set[str]:
    """Whatever looks like an ID number in a form, which may be one that no model takes."""
    return set(re.findall(r"\b\d{17}[\dX]\b", form.decode(errors="replace")))


def expected_of(n: int) -> str:
    """What comes of the crowd's nth family (`lianshen.demo.synthetic_world`): one in ten owns too much, Art. 18(2)."""
    return "ineligible" if n % 10 == 9 else "eligible"


async def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("folder", "crowd", "sample"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--url", action="append", required=True)
    for name in ("cases", "at-once", "warm"):
        parser.add_argument(f"--{name}", type=int, required=True)
    args = parser.parse_args()
    key = read_key(args.folder / "keys", "application-number")
    load = Load(args.url, key, [Kiosks(url) for url in args.url])
    await load.check(args.sample)
    await load.listen(await connected(args.folder))
    crowd = apart_from(args.sample, args.crowd)
    requests = list(load.requests([form for _, form in crowd]))

    async def case(n: int) -> None:
        await load.hand_in(n, crowd[n][0], *requests[n])

    await closed_loop(case, args.cases, args.at_once, args.warm)


if __name__ == "__main__":
    uvloop.run(main())
