"""One trace an application over all processes, and no person anywhere but in the encrypted log (I10, design §6)."""

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from chassis.log.history import History
from chassis.telemetry.span_tree import lines
from contracts.case.states import State
from contracts.events import NoticeSent
from lianshen.cases.trace import trace
from lianshen.demo.synthetic_world import make_crowd
from tests.support.running_system import Running, Start
from tests.support.waiting import until
from tests.support.worlds import form_in, one_family

pytestmark = pytest.mark.slow
TRACED = {"intake", "verify-household", "verify-property", "determination", "publicity", "notify"}
KIOSKS_SPAN = "00f067aa0ba902b7"


async def spans(running: Running) -> list[dict[str, Any]]:
    """Every span that the processes published."""
    history = History(await running.connect("operator"), "SPANS")
    await history.start()
    found: list[dict[str, Any]] = []
    after = 0
    while page := await history.after(after, ">", 500):
        after = page[-1].sequence
        found += [json.loads(line) for stored in page for line in stored.body.splitlines()]
    return found


async def rests(running: Running, number: str) -> None:
    async def confirmed() -> bool:
        return (await running.case(number)).state is State.POOL_CONFIRMED

    await until(confirmed)


async def determined(running: Running, number: str) -> bool:
    return (await running.case(number)).determination is not None


async def test_all_spans_of_one_application_share_one_trace_over_all_processes(start: Start, tmp_path: Path) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start(world, separate=True)
    kiosks_trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    reply = await running.post(form, "a-traced-application", traceparent=f"00-{kiosks_trace}-{KIOSKS_SPAN}-01")
    number = reply.json()["receipt"]["application_number"]
    await rests(running, number)
    await asyncio.sleep(2)  # the exporters send every half second

    async def whole() -> list[dict[str, Any]] | None:
        """Once every parent is there, too; a process that is busy sends later."""
        found = await spans(running)
        in_trace = [span for span in found if span["trace"] == kiosks_trace]
        known = {span["span"] for span in in_trace} | {KIOSKS_SPAN}
        there = {span["service"] for span in in_trace} == TRACED and {span["parent"] for span in in_trace} <= known
        return found if there else None

    found = await until(whole, 10)
    of_it = [span for span in found if span["attributes"].get("lianshen.application") == number]
    assert [span for span in of_it if span["trace"] != kiosks_trace] == []
    in_trace = [span for span in found if span["trace"] == kiosks_trace]
    assert [span["name"] for span in in_trace if span not in of_it] == []
    names = {span["name"] for span in in_trace}
    assert "POST /v1/applications" in names
    assert "ask tax" in names
    apart = [link["trace"] for span in in_trace for link in span["links"]]
    assert len({*apart, kiosks_trace}) == len(apart) + 1 == 8  # six departments, and the ban list at intake
    said = {span["name"]: span["attributes"] for span in in_trace}
    posted = said["POST /v1/applications"]
    assert (posted["http.response.status_code"], posted["lianshen.outcome"]) == (202, "verifying")
    asked = said["ask tax"]
    assert [asked[f"lianshen.{key}"] for key in ("department", "attempt", "outcome")] == ["tax", 1, "found"]
    assert said["process case.{application}.answered.{department}.{round}"]["lianshen.outcome"] == "eligible"

    # `lianshen trace` shows them all, as one tree; what began outside of us is nobody's child here.
    roots = await trace(number, running.system.data_dir.path)
    assert [root.span["name"] for root in roots] == ["POST /v1/applications"]
    assert len(list(lines(roots))) == 1 + len(of_it)

    # A notice's span ends when the notice is out; that it is recorded waits a second or more for a quiet moment.
    sent = [item.event for item in await running.history.of(number) if isinstance(item.event, NoticeSent)]
    out = sorted(span["end"] / 1e9 for span in in_trace if span["attributes"].get("lianshen.notice.folder") == "sent")
    assert len(out) == len(sent) > 0
    for end, event in zip(out, sorted(sent, key=lambda event: event.at), strict=True):
        assert abs(end - event.at.timestamp()) < 0.5, event.cause


async def at_the_households_page(running: Running, receipt: dict[str, str]) -> str:
    """All that one household reads on its page."""
    address = running.address("family")
    async with httpx.AsyncClient(base_url=address, headers={"origin": address}, trust_env=False) as browser:
        typed = {"number": receipt["application_number"], "secret": receipt["secret"]}
        assert (await browser.post("/sign-in", data=typed)).headers["location"] == "/case"
        pages = [await browser.get(path) for path in ("/case", "/rules", "/looks", "/notices", "/withdraw")]
    assert {page.status_code for page in pages} == {200}
    return "".join(page.text for page in pages)


async def test_no_name_number_or_phone_in_subjects_headers_logs_spans_metrics_or_file_names(
    start: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", 12)
    running = await start(world)
    forms = [form_in(world, n) for n in range(12)]
    canaries: set[str] = set()
    for n, form in enumerate(forms):
        for member in (form["applicant"], *form["members"]):
            member["name"] = f"金丝雀{'甲乙丙丁戊己庚辛壬癸子丑'[n]}"
            canaries |= {member["id_number"], member["id_number"][6:14], member["name"]}
        form["applicant"]["phone"] = f"1399876{n:04d}"
        canaries |= {form["applicant"]["phone"], form["residence"]["address"]}
    replies = [await running.post(form, f"canary-number-{n}") for n, form in enumerate(forms)]
    broken = await running.post({**forms[0], "documents": 7}, "canary-in-bad-input")
    assert broken.status_code == 422
    numbers = [reply.json()["receipt"]["application_number"] for reply in replies]
    for number in numbers:
        await until(partial(determined, running, number))
    pages = [await at_the_households_page(running, reply.json()["receipt"]) for reply in replies]
    await asyncio.sleep(2.5)

    stream = History(await running.connect("operator"), "CASES")
    await stream.start()
    seen: dict[str, str] = {}
    after = 0
    while page := await stream.after(after, ">", 500):
        after = page[-1].sequence
        seen |= {f"subject and headers {item.sequence}": item.subject + str(dict(item.headers)) for item in page}
    assert len(seen) > 12 * 9
    seen["spans"] = json.dumps(await spans(running), ensure_ascii=False)
    for child in running.system.children.values():
        seen[f"log of {child.program.name}"] = child.program.log.read_text(errors="replace")
    seen["log of nats-server"] = (running.system.data_dir.logs / "nats-server.log").read_text(errors="replace")
    async with httpx.AsyncClient(trust_env=False) as client:
        for child in running.system.children.values():
            if child.program.ready_file is not None:
                health = child.endpoints()["health"]
                seen[f"metrics of {child.program.name}"] = (await client.get(f"{health}/metrics")).text
    seen["file names"] = " ".join(str(path) for path in running.system.data_dir.path.rglob("*"))
    seen["replies"] = " ".join((*(reply.text for reply in (*replies, broken)), *pages))
    found = sorted(f"{place}: {canary}" for place, text in seen.items() for canary in canaries if canary in text)
    assert found == []

    # The search itself works: they are in the events' bodies, and nowhere on disk, since the store is encrypted.
    bodies = "".join(item.body.decode() for item in await stream.after(0, "case.*.submitted", 500))
    assert all(form["applicant"]["name"] in bodies and form["applicant"]["phone"] in bodies for form in forms)
    stored = b"".join(path.read_bytes() for path in running.system.data_dir.jetstream.rglob("*.blk"))
    assert len(stored) > 10_000
    assert not any(canary.encode() in stored for canary in canaries)
