"""Who objected: sealed so that only the private key opens it, and kept until a year after nothing depends on it."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from publicity.objectors.erasing import Erasing, Looked
from publicity.objectors.kept_until import kept_until, settled_at
from publicity.objectors.sealing import LENGTH, BureauKey, HeadsKey, NotOpened, Objector, Sealed
from publicity.objectors.store import Kept
from pydantic import ValidationError

from chassis.errors import Later
from chassis.log.stored import Unreadable
from contracts.case.case import Recorded
from contracts.events import (
    ApplicationWithdrawn,
    Event,
    ObjectionDecided,
    ObjectionRaised,
    ObjectorIdentified,
    PoolConfirmed,
    PublicityClosed,
)
from contracts.local_time import SHANGHAI
from tests.publicity.boards import World
from tests.publicity.listed import determined
from tests.support.families import accepted, submitted

WHO = Objector(name="钱举报", contact="13912345678")
AT = datetime(2026, 1, 5, 3, tzinfo=UTC)
KEPT_AT = AT - timedelta(hours=1)


def history(*events: Event) -> list[Recorded]:
    """Of a family that stands on the list, and then these."""
    world = World()
    number = world.show()
    case = world.cases[number]
    assert case.publicity is not None
    before = (submitted(number), accepted(number), determined(number), case.publicity)
    after = [event.model_copy(update={"application": number}) for event in events]
    return [Recorded(n, event, "", event.at) for n, event in enumerate((*before, *after), 1)]


def settled(n: int, *events: Event) -> datetime | None:
    found = history(*events)
    return settled_at(found, found[0].event.application, n, KEPT_AT)


def raised(n: int, hours: int, in_time: bool = True) -> ObjectionRaised:
    at = AT + timedelta(hours=hours)
    return ObjectionRaised(application=NUMBER, at=at, n=n, received_at=at, in_time=in_time, text="a second home")


def decided(n: int, hours: int, upheld: bool = False) -> ObjectionDecided:
    at = AT + timedelta(hours=hours)
    return ObjectionDecided(application=NUMBER, at=at, n=n, upheld=upheld, reason="looked into", by="officer 7")


NUMBER = "YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E"
WITHDRAWN = ApplicationWithdrawn(application=NUMBER, at=AT + timedelta(hours=9), reason="a home", by="the family")
LOOKED_AT = ObjectorIdentified(
    application=NUMBER, at=AT + timedelta(hours=8), n=1, opening=1, reason="to hear them", by="head"
)


# --- sealed -----------------------------------------------------------------------------------------------------


def test_what_is_sealed_opens_with_its_own_private_key_alone() -> None:
    key = HeadsKey.make()
    sealed = key.public.seal(WHO)
    assert key.open(sealed) == WHO
    with pytest.raises(NotOpened):
        HeadsKey.make().open(sealed)
    with pytest.raises(NotOpened):
        key.open(Sealed(kid=sealed.kid, box="x" + sealed.box[1:]))


def test_the_length_of_a_box_tells_nothing_and_the_longest_of_any_letters_fits() -> None:
    seal = HeadsKey.make().public.seal
    longest = Objector(name="𪚥" * 60, contact='"' * 100)
    assert len({len(seal(who).box) for who in (WHO, Objector(name="钱"), longest)}) == 1
    assert len(longest.model_dump_json().encode()) <= LENGTH


def test_keys_go_through_their_files_and_a_service_refuses_the_private_one() -> None:
    made = HeadsKey.make()
    public = json.loads(made.public.jwk())
    assert public.keys() == {"kty", "crv", "use", "kid", "x"}
    assert BureauKey.from_jwk(public).kid == public["kid"] == made.public.kid
    assert HeadsKey.from_jwk(json.loads(made.jwk())).open(BureauKey.from_jwk(public).seal(WHO)) == WHO
    with pytest.raises(ValueError, match="no service may have"):
        BureauKey.from_jwk(json.loads(made.jwk()))


@pytest.mark.parametrize("wrong", [None, [], {}, {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43}, "secret"])
def test_what_is_no_key_is_refused_without_repeating_it(wrong: object) -> None:
    for read in (BureauKey.from_jwk, HeadsKey.from_jwk):
        with pytest.raises(ValueError, match=r"no X25519 key"):
            read(wrong)
    short = {"kty": "OKP", "crv": "X25519", "x": "AAAA", "d": "AAAA"}
    with pytest.raises(ValueError, match=r"no X25519 key"):
        HeadsKey.from_jwk(short)


def test_what_somebody_says_of_themselves_is_one_line_each() -> None:
    assert Objector(name="  钱举报\u3000").name == "钱举报"
    for wrong in ({"name": "钱\n举报"}, {"contact": "x" * 101}):
        with pytest.raises(ValidationError):
            Objector.model_validate(wrong)


# --- until when -------------------------------------------------------------------------------------------------


def test_an_objection_is_settled_by_its_decision_and_by_no_later_one() -> None:
    story = (raised(1, 0), raised(2, 1), decided(1, 3), LOOKED_AT)
    assert settled(1, *story) == AT + timedelta(hours=3)
    assert settled(2, *story) is None, "still open"
    assert settled(2, *story, decided(2, 30)) == AT + timedelta(hours=30)
    assert settled(1, *story, decided(2, 30)) == AT + timedelta(hours=3)


def test_one_that_nobody_decides_any_more_is_settled_by_what_ended_it() -> None:
    assert settled(1, raised(1, 0), WITHDRAWN) == WITHDRAWN.at
    upheld = (raised(1, 0), raised(2, 1), decided(2, 5, upheld=True))
    assert settled(1, *upheld) == AT + timedelta(hours=5)


def test_a_late_one_holds_nothing_from_the_start() -> None:
    closed = PublicityClosed(application=NUMBER, at=AT, n=1, shown_from=AT, shown_until=AT)
    story = (closed, PoolConfirmed(application=NUMBER, at=AT), raised(1, 4, in_time=False))
    assert settled(1, *story) == AT + timedelta(hours=4)


def test_what_the_log_does_not_know_is_counted_from_when_it_was_kept() -> None:
    assert settled(3, raised(1, 0)) == KEPT_AT
    assert settled_at((), NUMBER, 1, KEPT_AT) == KEPT_AT


@pytest.mark.parametrize(
    ("settled", "until"),
    [
        ("2026-01-05 00:00", "2027-01-06"),
        ("2026-01-05 23:59", "2027-01-06"),
        ("2028-02-29 12:00", "2029-03-01"),
        ("2027-02-28 12:00", "2028-02-29"),
        ("2026-12-31 12:00", "2028-01-01"),
    ],
)
def test_a_year_is_over_with_the_day_of_the_same_date_in_the_district(settled: str, until: str) -> None:
    at = datetime.fromisoformat(settled).replace(tzinfo=SHANGHAI).astimezone(UTC)
    assert kept_until(at) == datetime.fromisoformat(until).replace(tzinfo=SHANGHAI)


# --- erased -----------------------------------------------------------------------------------------------------


@dataclass
class Boxes:
    """A store, the cases and the clock of one look."""

    now: datetime | Later
    kept: list[Kept]
    stories: dict[str, list[Recorded] | Unreadable]
    erased: list[Kept] = field(default_factory=list)

    async def closes_at(self) -> datetime:
        if isinstance(self.now, Later):
            raise self.now
        return self.now

    async def all(self) -> AsyncIterator[Kept]:
        for each in self.kept:
            yield each

    async def erase(self, kept: Kept) -> None:
        self.erased.append(kept)

    async def of(self, application: str) -> list[Recorded]:
        found = self.stories[application]
        if isinstance(found, Unreadable):
            raise found
        return found

    async def looked_at(self) -> Looked:
        store: Any = self
        return await Erasing(store, store, store).erase_due()


def box(application: str) -> Kept:
    return Kept(application, 1, 1, KEPT_AT, Sealed(kid="A" * 43, box=""))


async def test_what_is_over_is_erased_and_what_is_open_or_cannot_be_read_is_not() -> None:
    over, still = history(raised(1, 0), decided(1, 3)), history(raised(1, 0))
    numbers = [over[0].event.application, still[0].event.application, "unread", "unknown"]
    boxes = Boxes(
        AT + timedelta(days=367),
        [box(number) for number in numbers],
        {**dict(zip(numbers[:2], (over, still), strict=True)), "unread": Unreadable("it"), "unknown": []},
    )
    assert await boxes.looked_at() == Looked(erased=2, kept=2)
    assert [it.application for it in boxes.erased] == [numbers[0], "unknown"]
    boxes.now = AT + timedelta(days=360)
    boxes.erased.clear()
    assert await boxes.looked_at() == Looked(erased=0, kept=4)


async def test_nothing_is_erased_while_a_clock_is_in_doubt() -> None:
    over = history(raised(1, 0), decided(1, 3))
    number = over[0].event.application
    boxes = Boxes(Later("the clock jumped"), [box(number)], {number: over})
    with pytest.raises(Later):
        await boxes.looked_at()
    assert boxes.erased == []
