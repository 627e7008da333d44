"""Posts over real HTTP: once however often, refused with reasons, bad input that stores nothing (fault 12)."""

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

from contracts.events import ApplicationSubmitted
from lianshen.demo.synthetic_world import make_crowd
from procedures.hainan_2025.view import unknown_rules
from tests.support.running_system import Running, Start
from tests.support.worlds import form_in, one_family


async def cases_in_the_log(running: Running) -> int:
    await running.tail.read()
    return len(running.tail.cases)


async def test_fifty_identical_posts_at_once_open_one_case(start: Start, tmp_path: Path) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start(world)
    replies = await asyncio.gather(*(running.post(form, "one-key-for-all") for _ in range(50)))
    assert {reply.status_code for reply in replies} == {202}
    assert len({reply.json()["receipt"]["application_number"] for reply in replies}) == 1
    assert len({reply.json()["receipt"]["secret"] for reply in replies}) == 1
    fresh = await running.tail.read()
    assert sum(isinstance(item.event, ApplicationSubmitted) for item in fresh) == 1


async def test_one_key_for_another_body_is_refused_and_the_first_case_stays(start: Start, tmp_path: Path) -> None:
    world = make_crowd(tmp_path / "world", 2)
    running = await start(world)
    first = await running.post(form_in(world, 0), "the-same-key")
    second = await running.post(form_in(world, 1), "the-same-key")
    again = await running.post(form_in(world, 0), "the-same-key")
    assert (first.status_code, second.status_code, again.status_code) == (202, 409, 202)
    assert second.headers["content-type"] == "application/problem+json"
    assert second.json()["type"] == "/problems/key-reused"
    assert first.json()["receipt"] == again.json()["receipt"]
    assert await cases_in_the_log(running) == 1


async def test_fifty_bodies_at_once_under_one_key_open_one_case_and_the_others_are_told(
    start: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", 5)
    running = await start(world)
    forms = [form_in(world, n % 5) for n in range(50)]
    replies = await asyncio.gather(*(running.post(form, "contested-key") for form in forms))
    taken = [
        form["applicant"]["id_number"] for form, reply in zip(forms, replies, strict=True) if reply.status_code == 202
    ]
    assert len(set(taken)) == 1
    assert {reply.status_code for reply in replies} == {202, 409}
    assert await cases_in_the_log(running) == 1


async def test_of_two_applications_by_one_person_at_once_one_is_refused_with_the_reason(
    start: Start, tmp_path: Path
) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start(world)
    replies = await asyncio.gather(running.post(form, "first-key-of-two"), running.post(form, "second-key-of-two"))
    bodies = [reply.json()["application"] for reply in replies]
    assert sorted(body["intake"] for body in bodies) == ["accepted", "refused"]
    refused = next(body for body in bodies if body["intake"] == "refused")
    assert [(ground["rule"], ground["article"]) for ground in refused["grounds"]] == [("one-application", "26(1)")]


async def test_a_family_may_apply_again_after_it_withdrew(start: Start, tmp_path: Path) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start(world)
    first = (await running.post(form, "before-the-withdrawal")).json()["receipt"]
    secret = {"Authorization": f"Bearer {first['secret']}"}
    url = f"/v1/applications/{first['application_number']}"
    for _ in range(2):
        reply = await running.kiosk.post(f"{url}/withdrawal", json={"reason": "we move away"}, headers=secret)
        assert (reply.status_code, reply.json()["application"]["state"]) == (202, "withdrawn")
    again = await running.post(form, "after-the-withdrawal")
    assert again.json()["application"]["intake"] == "accepted"


async def test_a_supplement_re_opens_only_what_was_missing(start: Start, tmp_path: Path) -> None:
    world, form = one_family(tmp_path / "world")
    form["documents"].remove("commitment")
    missing = form["consents"].pop()
    running = await start(world)
    taken = (await running.post(form, "incomplete-at-first")).json()
    assert taken["application"]["state"] == "supplement_wanted"
    assert {gap["pointer"] for gap in taken["application"]["gaps"]} == {"/documents", "/consents"}
    url = f"/v1/applications/{taken['receipt']['application_number']}/supplement"
    secret = {"Authorization": f"Bearer {taken['receipt']['secret']}"}

    beyond = await running.kiosk.post(url, json={"documents": ["own_income"]}, headers=secret)
    assert beyond.status_code == 422
    assert [fault["pointer"] for fault in beyond.json()["errors"]] == ["/documents/0"]

    half = await running.kiosk.post(url, json={"documents": ["commitment"]}, headers=secret)
    assert half.json()["application"]["state"] == "supplement_wanted"
    rest = {"consents": [missing]}
    for _ in range(2):
        whole = await running.kiosk.post(url, json=rest, headers=secret)
        assert (whole.status_code, whole.json()["application"]["intake"]) == (202, "accepted")
    late = await running.kiosk.post(url, json={"documents": ["own_income"]}, headers=secret)
    assert late.status_code == 409


async def test_a_supplement_that_brings_nothing_writes_nothing_and_a_blank_reason_is_told(
    start: Start, tmp_path: Path
) -> None:
    world, form = one_family(tmp_path / "world")
    missing = {**form["consents"].pop(), "given": False}
    running = await start(world)
    taken = (await running.post(form, "without-one-consent")).json()
    url = f"/v1/applications/{taken['receipt']['application_number']}"
    secret = {"Authorization": f"Bearer {taken['receipt']['secret']}"}
    for nothing in ({"consents": [missing]}, {"documents": ["commitment"]}) * 3:
        reply = await running.kiosk.post(f"{url}/supplement", json=nothing, headers=secret)
        assert (reply.status_code, reply.json()["application"]["gaps"]) == (202, taken["application"]["gaps"])
    fresh = [type(item.event).__name__ for item in await running.tail.read()]
    assert fresh.count("SupplementRequested") == 1
    assert "ApplicationSupplemented" not in fresh
    for blank in ("", " ", "\u3000\t"):
        reply = await running.kiosk.post(f"{url}/withdrawal", json={"reason": blank}, headers=secret)
        assert (reply.status_code, [fault["pointer"] for fault in reply.json()["errors"]]) == (422, ["/reason"])


async def test_of_families_that_name_one_child_at_once_all_are_accepted_and_all_but_one_are_told(
    start: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", 6)
    running = await start(world)
    forms = [form_in(world, n) for n in range(6)]
    child = next(member for form in forms for member in form["members"] if member["relation"] == "child")
    consent = {"id_number": child["id_number"], "given": True, "text_version": "2025-1"}
    for form in forms:
        form["members"] = [*form["members"][:1], child]
        form["consents"] = [*form["consents"][:2], consent]
    replies = await asyncio.gather(*(running.post(form, f"parents-{n}") for n, form in enumerate(forms)))
    assert {reply.json()["application"]["intake"] for reply in replies} == {"accepted"}
    assert sorted(len(reply.json()["application"]["notes"]) for reply in replies) == [0, 1, 1, 1, 1, 1]
    assert all(child["id_number"] not in reply.text for reply in replies)


async def test_a_family_with_a_foreign_spouse_is_accepted_and_comes_before_an_officer(
    start: Start, tmp_path: Path
) -> None:
    world, form = one_family(tmp_path / "world")
    card = "915840198904120022"
    form["members"][0] = {"name": "JOHN MICHAEL SMITH", "id_number": card, "relation": "spouse"}
    form["consents"][1] = {"id_number": card, "given": True, "text_version": "2025-1"}
    running = await start(world)
    taken = await running.post(form, "with-a-foreign-spouse")
    assert taken.json()["application"]["intake"] == "accepted"
    number = taken.json()["receipt"]["application_number"]
    async with asyncio.timeout(90):
        while (case := await running.case(number)).determination is None:
            await asyncio.sleep(0.2)
        while ("handed-to-officer-1", "folder") not in (case := await running.case(number)).notices:
            await asyncio.sleep(0.2)
    assert (case.outcome, unknown_rules(case)) == ("review", ["R17b"])


async def test_an_application_is_shown_only_with_the_receipts_secret(start: Start, tmp_path: Path) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start(world)
    receipt = (await running.post(form, "whose-is-this-case")).json()["receipt"]
    url = f"/v1/applications/{receipt['application_number']}"
    spoken = receipt["secret"].lower().replace("0", "o")
    for secret, status in ((receipt["secret"], 200), (spoken, 200), ("WRONG", 404)):
        reply = await running.kiosk.get(url, headers={"Authorization": f"Bearer {secret}"})
        assert reply.status_code == status
    assert (await running.kiosk.get(url)).status_code == 401
    unknown = await running.kiosk.get("/v1/applications/not-a-number", headers={"Authorization": "Bearer x"})
    assert unknown.status_code == 404
    shown = (await running.kiosk.get(url, headers={"Authorization": f"Bearer {receipt['secret']}"})).text
    for person in (form["applicant"], *form["members"]):
        assert person["id_number"] not in shown
        assert person["name"] not in shown


def changed(form: dict[str, Any], **parts: Any) -> bytes:
    return json.dumps({**form, **parts}, ensure_ascii=False).encode()


async def test_bad_input_of_every_kind_names_the_field_and_stores_nothing(start: Start, tmp_path: Path) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start(world)
    applicant, members = form["applicant"], form["members"]
    wrong_digit = applicant["id_number"][:17] + ("0" if applicant["id_number"][17] != "0" else "1")
    future = "150303209001010011"
    bad: list[tuple[bytes, int, str | None]] = [
        (b"{", 422, ""),
        (b"[]", 422, ""),
        (b"\xff\xfe", 422, ""),
        (b'{"project": NaN}', 422, "/project"),
        (b"[" * 30_000, 422, ""),
        (changed(form, applicant={**applicant, "id_number": wrong_digit}), 422, "/applicant/id_number"),
        (changed(form, applicant={**applicant, "id_number": "123"}), 422, "/applicant/id_number"),
        (changed(form, applicant={**applicant, "id_number": future}), 422, "/applicant/id_number"),
        (changed(form, applicant={**applicant, "phone": "12"}), 422, "/applicant/phone"),
        (
            changed(form, applicant={**applicant, "marital_status": "it's complicated"}),
            422,
            "/applicant/marital_status",
        ),
        (changed(form, members=[*members, members[0]]), 422, f"/members/{len(members)}/id_number"),
        (changed(form, project="HN-1999-01"), 422, "/project"),
        (changed(form, surprise=1), 422, "/surprise"),
        (changed({key: value for key, value in form.items() if key != "members"}), 422, "/members"),
        (changed(form, declared_housing=["x" * 70_000]), 413, None),
    ]
    for n, (body, status, pointer) in enumerate(bad):
        reply = await running.post(body, f"bad-input-number-{n}")
        assert reply.status_code == status, reply.text
        assert reply.headers["content-type"] == "application/problem+json"
        if pointer is not None:
            assert pointer in [fault["pointer"] for fault in reply.json()["errors"]], reply.text
            assert all(fault["detail"] for fault in reply.json()["errors"])
        for person in (applicant, *members):
            assert person["id_number"] not in reply.text
            assert person["name"] not in reply.text
    no_key = await running.kiosk.post("/v1/applications", json=form)
    assert (no_key.status_code, no_key.json()["type"]) == (422, "/problems/missing-idempotency-key")
    plain = await running.post(json.dumps(form).encode(), "a-plain-text-body", **{"Content-Type": "text/plain"})
    assert plain.status_code == 415
    zipped = await running.post(json.dumps(form).encode(), "a-zipped-body-key", **{"Content-Encoding": "gzip"})
    assert zipped.status_code == 415
    assert await cases_in_the_log(running) == 0


async def test_without_the_bus_a_kiosk_is_told_to_come_back_and_the_same_key_opens_one_case(
    start: Start, tmp_path: Path
) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start(world, LIANSHEN_INTAKE_ANSWER_WITHIN="2")
    pid = running.system.bus.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        reply = await running.post(form, "while-the-bus-sleeps")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert reply.status_code == 503
    assert int(reply.headers["Retry-After"]) > 0
    for _ in range(20):
        again = await running.post(form, "while-the-bus-sleeps")
        if again.status_code == 202:
            break
        await asyncio.sleep(0.5)
    assert again.status_code == 202
    assert await cases_in_the_log(running) == 1
