"""The scenes that every release plays: what happens to whom, in order. Each is a world, and what people do in it."""

import json
import tomllib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lianshen.demo.synthetic_world import make_crowd
from lianshen.demo.worlds import worlds
from tests.golden.playing import OwnDepartment, Question, Stage, deferred, found
from tests.golden.to_the_keys import to_the_keys

SAMPLE, EDGES = worlds() / "sample", worlds() / "edges"
BY = {"by": "officer Li", "reason": "looked at the papers"}
TWO = {**BY, "approved_by": "officer Bao"}
NO_MAIL = {
    "LIANSHEN_NOTIFY_CHANNELS": "folder,mail",
    "LIANSHEN_NOTIFY_MAX_ATTEMPTS": "1",
    "LIANSHEN_NOTIFY_SMTP_HOST": "127.0.0.1",
    "LIANSHEN_NOTIFY_SMTP_PORT": "1",
    "LIANSHEN_NOTIFY_SMTP_TLS": "none",
    "LIANSHEN_NOTIFY_SMTP_SENDER": "lianshen@bureau.example",
    "LIANSHEN_NOTIFY_SMTP_RECIPIENT": "desk@bureau.example",
}
"""Notices by mail, too, and no mail server there."""
TAX = {"income_recorded": True, "division": "150303"}


@dataclass(frozen=True)
class Scene:
    """`dossiers` are the labels that are proved: few, since each holds its case, its register and the policy again."""

    name: str
    world: Callable[[Path], Path]
    play: Callable[[Stage, Path], Awaitable[None]]
    dossiers: tuple[str, ...]
    faults: bool = False
    without: tuple[str, ...] = ()
    signing: bool = True
    required: bool = False
    environment: dict[str, str] = field(default_factory=dict)


def forms(world: Path, *labels: str) -> list[Path]:
    every = sorted((world / "applications").glob("*.json"))
    return [path for path in every if not labels or path.stem in labels]


def form(world: Path, label: str) -> dict[str, Any]:
    return dict(json.loads((world / "applications" / f"{label}.json").read_text(encoding="utf-8")))


def applicant(world: Path, label: str) -> str:
    return str(form(world, label)["applicant"]["id_number"])


async def whole_world(stage: Stage, world: Path) -> None:
    """Every form of a world, and the families that come back to withdraw."""
    await stage.post_all(forms(world))
    visits = world / "visits.toml"
    for visit in tomllib.loads(visits.read_text(encoding="utf-8"))["withdraw"] if visits.is_file() else ():
        label = Path(visit["file"]).stem
        await stage.command("intake", "withdraw", label, by="the family", reason=visit["reason"])
    await stage.until_nothing_moves()


async def a_silent_department(stage: Stage, world: Path) -> None:
    """Tax and real estate are dead: overdue, by hand, unsigned, deferred, contradicting, late, asked again."""
    by_hand, unsigned, later, contradicted, owns = (f"00000{n}" for n in (0, 1, 2, 3, 9))
    await stage.post_all(forms(world, by_hand, unsigned, later, owns))
    for label in (by_hand, unsigned, later, owns):
        await stage.until(label, lambda case: {("tax", 1), ("real-estate", 1)} <= case.overdue)
    await stage.command("verify-property", "answer", by_hand, department="real-estate", kind="none", **TWO)
    await stage.until_state("pool_confirmed", by_hand)

    promised: set[str] = set()

    def registry_says(registry: OwnDepartment, question: Question) -> bytes | None:
        person = question["persons"][0]["id_number"]
        if person == applicant(world, unsigned):
            return json.dumps(none(question)).encode()
        if person == applicant(world, owns):
            return registry.sign(owned(question, "88.50"), question)
        if person == applicant(world, later) and person not in promised:
            promised.add(person)
            return json.dumps(deferred(question, 3)).encode()
        return registry.sign(none(question), question)

    registry = await stage.own_department("real-estate", registry_says)
    # Tax can change nothing of these any more: they are determined without it.
    await stage.until_state("ineligible_proposed", owns)
    await stage.command("determination", "reverify", owns, **BY)
    await stage.until(owns, lambda case: ("real-estate", 2) in case.answers)
    await registry.push(applicant(world, owns), none)
    await stage.until_state("ineligible_proposed", owns)
    await stage.command("determination", "confirm", owns, outcome="ineligible", **BY)
    await stage.until_state("pool_confirmed", unsigned, later)
    await registry.push(applicant(world, later), lambda question: owned(question, "120"))
    await stage.post_all(forms(world, contradicted))
    await stage.until(contradicted, lambda case: ("real-estate", 1) in case.answers)
    await registry.push(applicant(world, contradicted), lambda question: owned(question, "120"))
    await stage.until_state("review", contradicted)
    await stage.own_department("tax", lambda tax, question: tax.sign(found(question, TAX), question))
    await stage.command("determination", "reverify", contradicted, **BY)
    await stage.until_state("pool_confirmed", contradicted)


def owned(question: Question, area: str) -> dict[str, Any]:
    """A home of so many m² that the first person asked about owns alone; the others own none."""
    first, *others = [person["id_number"] for person in question["persons"]]
    home = {
        "unit_code": "150303GOLDEN1",
        "division": "150303",
        "use": "residential",
        "building_area_m2": area,
        "ownership": "sole",
        "owner_id_number": first,
        "share": "1/1",
        "registered": "2018-06-01",
        "status": "registered",
    }
    persons = [{"id_number": first, "kind": "found", "records": [home]}]
    persons += [{"id_number": other, "kind": "none", "records": []} for other in others]
    return {"question_id": question["question_id"], "kind": "found", "persons": persons}


def none(question: Question) -> dict[str, Any]:
    return {"question_id": question["question_id"], "kind": "none", "persons": []}


async def objections(stage: Stage, world: Path) -> None:
    """Dismissed, upheld, still open, too late; and an entry that is shown anew."""
    dismissed, upheld, stays, late, corrected = (f"00000{n}" for n in range(5))
    await stage.post_all(forms(world, dismissed, upheld, stays, corrected))
    await stage.until_state("in_publicity", dismissed, upheld, stays, corrected)
    text = "this family owns a home in Haibowan, says its neighbour"
    for label in (dismissed, upheld, stays, stays):
        await stage.command("publicity", "object", label, text=text)
    await stage.command("publicity", "correct", corrected, **BY)
    await stage.command("publicity", "decide-objection", dismissed, n=1, upheld=False, **BY)
    await stage.command("publicity", "decide-objection", upheld, n=1, upheld=True, **BY)
    await stage.command("publicity", "decide-objection", stays, n=1, upheld=False, **BY)
    await stage.post_all(forms(world, late))
    await stage.until_state("pool_confirmed", dismissed, corrected, late)
    await stage.command("publicity", "object", late, text=text)


async def at_the_counter(stage: Stage, world: Path) -> None:
    """Supplement, withdrawal while listed, officers' words, a case opened again while another names its child."""
    supplemented, review, confirmed, again, child = (
        *("06-spouse-consent-missing", "14-residence-unknown", "07-undeclared-spouse"),
        *("03-exactly-15", "15-child-owns"),
    )
    await stage.post_all(forms(world, supplemented, review, confirmed, again, child))
    missing = [{"id_number": "15030319850707002X", "given": True, "text_version": "2025-1"}]
    await stage.command("intake", "supplement", supplemented, supplement={"consents": missing})
    await stage.until_state("review", review, confirmed)
    await stage.until_state("ineligible_proposed", again, child)
    await stage.command("determination", "confirm", review, outcome="eligible", **BY)
    await stage.command("determination", "confirm", confirmed, outcome="ineligible", **BY)
    await stage.command("determination", "confirm", child, outcome="ineligible", **BY)
    await stage.until_state("in_publicity", review)
    await stage.command("intake", "withdraw", review, by="the family", reason="we buy elsewhere")
    await stage.command("determination", "reverify", again, **BY)
    other = form(world, "01-family-no-home")
    other["members"].append(form(world, child)["members"][1])
    other["consents"].append(form(world, child)["consents"][2])
    await stage.post("01-names-the-child-of-15", other)
    await stage.until("01-names-the-child-of-15", lambda case: case.determination is not None)
    await stage.command("determination", "reverify", child, **BY)
    for label in (again, child):
        await stage.until(label, lambda case: case.round == 2 and case.determination is not None)
    await stage.until_state("pool_confirmed", supplemented)


async def unsigned(stage: Stage, world: Path) -> None:
    """Nobody signs; a department is paused and resumed meanwhile; one form is refused over a ban."""
    tax = {"department": "tax", **BY}
    await stage.command("verify-household", "pause", **tax)
    labels = "01-family-no-home", "12-public-rental-tenant", "13-lives-elsewhere", "19-under-ban"
    await stage.post_all(forms(world, *labels))
    await stage.until(labels[0], lambda case: case.waiting_for == ("tax",))
    await stage.command("verify-household", "resume", **tax)
    await stage.until_state("pool_confirmed", *labels[:2])
    await stage.until_state("ineligible_proposed", labels[2])


async def signatures_required(stage: Stage, world: Path) -> None:
    """An unsigned answer counts for nothing; a key is replaced, and the old one revoked."""

    heard: set[str] = set()

    def says(own: OwnDepartment, question: Question) -> bytes | None:
        answer, token = found(question, TAX), question["question_id"]
        if token in heard:
            return own.sign(answer, question)
        heard.add(token)
        return json.dumps(answer).encode()

    tax = await stage.own_department("tax", says)
    await stage.post_all(forms(world, "000000", "000001"))
    await stage.until_state("pool_confirmed", "000000", "000001")
    await stage.command(
        "verify-household",
        "revoke-key",
        department="tax",
        kid=tax.signer.kid,
        by="operations",
        reason="the key is replaced",
    )


def crowd(families: int) -> Callable[[Path], Path]:
    return lambda folder: make_crowd(folder, families)


SCENES = (
    Scene(
        "sample",
        lambda _: SAMPLE,
        whole_world,
        faults=True,
        dossiers=("01-family-no-home", "09-same-unit-twice", "13-lives-elsewhere", "19-under-ban"),
    ),
    Scene(
        "edges",
        lambda _: EDGES,
        whole_world,
        dossiers=("R17b-01-adult-child", "R18c-13-elevenths-are-exact", "R18b-08-residence-not-stated"),
    ),
    Scene(
        "silent-department",
        crowd(10),
        a_silent_department,
        without=("tax", "real-estate"),
        environment={"LIANSHEN_DRILL_REPLY_SECONDS": "4"},
        dossiers=("000000", "000002", "000003"),
    ),
    Scene(
        "objections",
        crowd(5),
        objections,
        environment={"LIANSHEN_DRILL_PUBLICITY_SECONDS": "6"},
        dossiers=("000001", "000004"),
    ),
    Scene(
        "counter",
        lambda _: SAMPLE,
        at_the_counter,
        environment={"LIANSHEN_DRILL_PUBLICITY_SECONDS": "5"},
        dossiers=("06-spouse-consent-missing", "14-residence-unknown", "15-child-owns"),
    ),
    Scene("unsigned", lambda _: SAMPLE, unsigned, signing=False, dossiers=("01-family-no-home", "19-under-ban")),
    Scene(
        "required",
        crowd(2),
        signatures_required,
        without=("tax",),
        required=True,
        environment=NO_MAIL,
        dossiers=("000000",),
    ),
    Scene(
        "to-the-keys",
        lambda _: SAMPLE,
        to_the_keys,
        environment={"LIANSHEN_DRILL_CLOCK_AHEAD_DAYS": "0"},
        dossiers=("01-family-no-home",),
    ),
)
