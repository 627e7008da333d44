"""Histories from the pool to the keys in the order of the log, to be broken in one place and audited."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from allocation.ceremony import before, dice, opening
from allocation.ceremony.act import Act
from allocation.ceremony.admitting import admit, standing_of
from allocation.ceremony.results import admitted as after_admission
from allocation.ceremony.results import places_of
from allocation.draw.draw_number import draw_number
from allocation.draw.hashes import commitment
from allocation.draw.rules import Pool, Rules

from chassis.log.stored import Stored
from contracts import events as of
from contracts.bans import BAN_EVENTS, BanImposed, person_under
from contracts.case.case import Case, NotAllowed, Recorded
from contracts.case.fold import evolve
from contracts.draws import DRAW_EVENTS
from contracts.draws.draw import Draw
from contracts.draws.draw import evolve as after_draw
from contracts.draws.events import DrawEvent, DrawVoid, Entrant
from contracts.events.base import CaseEvent
from contracts.homes import HOME_EVENTS
from contracts.homes.events import HomeBoughtBack, HomeEvent, HomeFreed, HomeListed, HomeTaken, KeysGiven
from contracts.local_time import SHANGHAI
from contracts.numbers import application_number
from contracts.projects import PROJECT_EVENTS
from contracts.projects.events import PriceApproved, PriceDetermined, ProjectAnnounced, ProjectEvent
from evidence.allocation.audit import AllocationAudit
from tests.allocation.announced import PER_M2, an_announcement
from tests.allocation.families import of_a_case, until_the_pool
from tests.support.families import a_form

AT = datetime(2026, 12, 1, 2, tzinfo=UTC)
KEY = b"a key of a test that is long enough"
PARTIES = ("bureau", "unit", "notary")
SECRETS = {party: f"{n:064x}" for n, party in enumerate(PARTIES, 1)}
PRICE, DEPOSIT, BALANCE = "220000.00", "20000.00", "200000.00"
BESIDE: tuple[tuple[type, Any], ...] = (
    (ProjectEvent, PROJECT_EVENTS),
    (DrawEvent, DRAW_EVENTS),
    (HomeEvent, HOME_EVENTS),
    (BanImposed, BAN_EVENTS),
)


def stored(event: Any, sequence: int) -> Stored:
    """An event that stands beside the cases, as the log holds it."""
    registry = next(one for kind, one in BESIDE if isinstance(event, kind))
    headers = {"ce-type": type(event).__name__}
    return Stored(registry.subject_of(event), sequence, event.at, headers, registry.write(event))


def audited(history: Sequence[Any]) -> list[str]:
    """What the audit of these events says."""
    audit, cases, found = AllocationAudit(), dict[str, Case](), list[str]()
    for sequence, event in enumerate(history, 1):
        if not isinstance(event, CaseEvent):
            found += audit.beside(stored(event, sequence), cases)
            continue
        case, item = cases.get(event.application, Case(event.application)), Recorded(sequence, event, "", event.at)
        found += audit.of_case(case, item)
        try:
            cases[event.application] = evolve(case, item)
        except NotAllowed as refusal:
            found.append(f"I2 {refusal}")
    for case in cases.values():
        found += audit.at_rest(case)
    return found


@dataclass
class Log:
    """One project, its homes and its families; each step appends what the services would."""

    homes: int = 2
    events: list[Any] = field(default_factory=list)
    now: datetime = AT
    cases: dict[str, Case] = field(default_factory=dict)
    n: dict[Any, int] = field(default_factory=dict)
    serial: int = 0
    drawn: Draw | None = None
    """The last one that was published."""

    def put(self, *events: Any) -> None:
        for event in events:
            self.events.append(event)
            if isinstance(event, CaseEvent):
                case = self.cases.get(event.application, Case(event.application))
                self.cases[event.application] = evolve(case, Recorded(len(self.events), event, "", event.at))

    def next(self, *key: Any) -> int:
        self.n[key] = self.n.get(key, 0) + 1
        return self.n[key]

    def say(self, family: str, kind: type[Any], **fields: Any) -> None:
        """One more event of a family."""
        numbered = {"n": self.next(family, kind), "by": "officer 7", "reason": "it was said", **fields, "at": self.now}
        known = {key: value for key, value in numbered.items() if key in kind.model_fields}
        self.put(kind.model_validate({"application": family, **known}))

    def of_home(self, kind: type[HomeEvent], code: str, **fields: Any) -> None:
        said = {"home": code, "n": self.next(code, kind), "at": self.now, "by": "unit 1", **fields}
        self.put(kind.model_validate(said))

    def announce(self) -> None:
        says = an_announcement(date(2026, 12, 1), homes=self.homes)
        lines = {"land": PRICE, "construction": "0.00", "other": "0.00", "profit": "0.00", "price": PRICE}
        prices = [{"home": home["code"], "area": "75.30", **lines} for home in says["homes"]]
        who = {"project": "P-1", "at": self.now, "by": "unit 1"}
        self.put(ProjectAnnounced.model_validate({**who, "says": says}))
        for home in says["homes"]:
            self.of_home(HomeListed, home["code"], project="P-1", data=home)
        limit = {"n": 1, "per_m2": PER_M2, "profit_limit": "0.05", "homes": prices}
        self.put(PriceDetermined.model_validate({**who, **limit}))
        document = {"document": "1", "document_date": "2026-12-01", "published_on": "2026-12-01"}
        self.put(PriceApproved.model_validate({**who, "n": 1, "determination": 1, **document}))

    def family(self, n: int) -> str:
        """In the pool, its deposit paid."""
        number = application_number(f"family {n}", KEY)
        self.put(*until_the_pool(number, a_form(project="P-1")))
        self.say(number, of.DepositAsked, project="P-1", amount=DEPOSIT, pay_by="2026-12-20")
        paid = {"pool": "two-rooms", "amount": DEPOSIT, "reference": f"D-{n}", "paid_on": "2026-12-02"}
        self.say(number, of.DepositPaid, **paid)
        return number

    def admit(self, family: str, draw: Draw) -> None:
        """Left out of the list of this draw, and admitted after its result; then the case has line and place."""
        history = [Recorded(n, it, "", it.at) for n, it in enumerate(self.events, 1)
                   if getattr(it, "application", None) == family and isinstance(it, CaseEvent)]  # fmt: skip
        stands = standing_of(family, history, "P-1", KEY)
        [event] = admit(draw, Act("P-1", draw.id.partition(".")[2], "officer 7", self.now), stands, "left out")
        self.put(event)
        for said in after_admission(self.cases[family], self.now, draw, event):
            self.say(family, type(said), **said.model_dump(exclude={"application", "at", "n"}))

    def draw(self, families: Sequence[str], void: bool = False) -> dict[str, str]:
        """A whole ceremony; returns each family's fate, nobody's if it was void."""
        self.serial += 1
        serial = str(self.serial)
        draw = Draw(f"P-1.{serial}")

        def act(by: str) -> Act:
            return Act("P-1", serial, by, self.now)

        def after(events: Sequence[Any]) -> None:
            nonlocal draw
            for event in events:
                self.put(event)
                draw = after_draw(draw, Recorded(len(self.events), event, "", event.at))

        rules = Rules("P-1", serial, 20, "", "", PARTIES, (Pool("two-rooms", self.homes, 1),))
        after(before.announce(draw, act("unit 1"), rules.to_bytes(), "c" * 64, self.now + timedelta(days=3), "hall"))
        entrants = [Entrant(application=one, number=draw_number(one, f"P-1{serial}", KEY), pool="two-rooms",
                            group="none") for one in families]  # fmt: skip
        after(before.freeze(draw, act("unit 1"), entrants))
        assert draw.frozen is not None
        for one in entrants:
            entry = {"project": "P-1", "serial": serial, "entrants": draw.frozen.entrants}
            self.say(one.application, of.EnteredInDraw, number=one.number, pool=one.pool, group=one.group, **entry)
        for party in PARTIES:
            after(before.commit(draw, act(party), party, commitment("P-1", serial, party, SECRETS[party])))
        after(before.post_manifest(draw, act("notary")))
        if void:
            word = {"project": "P-1", "serial": serial, "at": self.now, "by": "notary"}
            self.put(DrawVoid.model_validate({**word, "ground": "before the envelopes", "reason": "power cut"}))
            return {}
        self.now += timedelta(days=3)
        for by in ("clerk 1", "clerk 2"):
            after(dice.type_dice(draw, act(by), "67674954409959029496", "", self.now.date()))
        for party in PARTIES:
            after(opening.open_envelope(draw, act("notary"), party, SECRETS[party]))
        assert draw.held is not None
        after(opening.verify(draw, act("notary"), "c" * 64, draw.held.result))
        after(opening.publish(draw, act("unit 1")))
        places = places_of(draw)
        for family, place in places.items():
            self.say(family, of.DrawResult, fate=place.fate, place=place.place, ticket=place.ticket)
        self.drawn = draw
        return {family: place.fate for family, place in places.items()}

    def call(self, family: str) -> None:
        slot = {"slot_from": self.now, "slot_until": self.now + timedelta(minutes=20)}
        self.say(family, of.CalledToChoose, homes_left=1, **slot)

    def choose(self, family: str, home: str) -> None:
        self.of_home(HomeTaken, home, application=family, price=PRICE)
        self.say(family, of.HomeChosen, home=home, price=PRICE, contract_by="2028-12-10")

    def sign(self, family: str) -> None:
        home = self.cases[family].allocation.home
        contract = {"number": "C-1", "home": home, "price": PRICE, "approval": 1}
        self.say(family, of.ContractSigned, deposit=DEPOSIT, balance=BALANCE, **contract)
        self.settle(family, "set_off", "contract")

    def pay(self, family: str) -> None:
        self.say(family, of.PriceSettled, amount=BALANCE, reference=f"P-{family[:11]}")

    def keys(self, family: str) -> None:
        home = self.cases[family].allocation.home
        self.say(family, of.HandedOver, home=home)
        self.of_home(KeysGiven, str(home), application=family)

    def miss(self, family: str) -> None:
        self.say(family, of.ChoiceMissed, heard_until=self.now.astimezone(SHANGHAI).date() + timedelta(days=5))

    def cancel(self, family: str) -> None:
        self.now += timedelta(days=6)
        today, form = self.now.astimezone(SHANGHAI).date(), self.cases[family].form
        assert form is not None
        days = {"since": today, "until": today.replace(year=today.year + 1)}
        self.say(family, of.QualificationCancelled, ban_from=days["since"], ban_until=days["until"])
        who = {"person": person_under(KEY, form.applicant.id_number), "n": 1, "application": family}
        self.put(BanImposed.model_validate({**who, **days, "at": self.now, "reason": "missed", "by": "officer 7"}))
        self.settle(family, "given_back", "cancelled")

    def leave(self, family: str, ground: str = "31(1)") -> None:
        """Proposed, heard, confirmed; before the keys the home is free."""
        known = self.cases[family].allocation
        heard_until = self.now.astimezone(SHANGHAI).date() + timedelta(days=5)
        self.say(family, of.ExitProposed, ground=ground, heard_until=heard_until, by="by the calendar")
        self.now += timedelta(days=6)
        self.say(family, of.ExitConfirmed, ground=ground)
        if known.keys is None:
            self.of_home(HomeFreed, str(known.home), application=family, why="exit")
        self.settle(family, "given_back", "exit")
        self.give_back(family, "exit")

    def withdraw(self, family: str) -> None:
        home = self.cases[family].allocation.home
        self.put(*of_a_case(family, (of.ApplicationWithdrawn, {"reason": "moved away", "by": "clerk 1"})))
        if home is not None:
            self.of_home(HomeFreed, home, application=family, why="withdrawn")
        self.settle(family, "given_back", "withdrawn")
        self.give_back(family, "withdrawn")

    def buy_back(self, family: str) -> None:
        home = str(self.cases[family].allocation.home)
        self.say(family, of.BuyBackAsked, home=home)
        self.say(family, of.BuyBackOffered, lines=(), price=PRICE)
        self.say(family, of.BuyBackAccepted)
        self.say(family, of.BuyBackPaid, amount=PRICE)
        self.of_home(HomeBoughtBack, home, application=family, price=PRICE)

    def settle(self, family: str, how: str, why: str) -> None:
        if held := self.cases[family].allocation.deposit:
            self.say(family, of.DepositSettled, how=how, amount=held, why=why)

    def give_back(self, family: str, why: str) -> None:
        """What came in for a home whose keys it never had."""
        known = self.cases[family].allocation
        if known.contract is not None and known.keys is None:
            balance = known.settled.amount if known.settled is not None else Decimal(0)
            self.say(family, of.PriceGivenBack, amount=known.contract.deposit + balance, kept="0.00", why=why)


def left_with_a_contract() -> Log:
    """A family that signed, paid, and left before its keys."""
    log = Log(homes=1)
    log.announce()
    family = log.family(0)
    log.draw([family])
    log.call(family)
    log.choose(family, "P-1-0001")
    log.sign(family)
    log.pay(family)
    log.leave(family)
    return log


def whole() -> Log:
    """A void draw, then one: keys for one family, a ban for another, one left with its home, the rest in the pool."""
    log = Log(homes=3)
    log.announce()
    families = [log.family(n) for n in range(5)]
    log.draw(families, void=True)
    fates = log.draw(families)
    drawn = [family for family in families if fates[family] == "drawn"]
    for family in drawn:
        log.call(family)
    log.choose(drawn[0], "P-1-0001")
    log.choose(drawn[1], "P-1-0002")
    log.miss(drawn[2])
    log.sign(drawn[0])
    log.pay(drawn[0])
    log.keys(drawn[0])
    log.leave(drawn[1])
    log.cancel(drawn[2])
    for family in families:
        if fates[family] != "drawn":
            if fates[family] == "substitute":
                log.say(family, of.ReturnedToPool, why="no home left")
            log.settle(family, "given_back", "not drawn")
    return log


def legal(chance: random.Random) -> Log:
    """Any history that the services could write."""
    log = Log(homes=chance.randint(1, 3))
    log.announce()
    families = [log.family(n) for n in range(chance.randint(1, 6))]
    for _ in range(chance.randint(0, 2)):
        log.draw(families, void=True)
    fates = log.draw(families)
    homes = [f"P-1-{n:04d}" for n in range(1, log.homes + 1)]
    for family, fate in fates.items():
        if fate == "not_drawn":
            log.settle(family, "given_back", "not drawn")
        elif homes and chance.random() < 0.9:
            log.call(family)
            _chosen(log, family, homes, chance)
        else:
            log.withdraw(family)
    return log


def _chosen(log: Log, family: str, homes: list[str], chance: random.Random) -> None:
    what = chance.choice(("choose", "choose", "choose", "miss", "decline", "withdraw", "excuse"))
    if what == "choose":
        home = homes.pop()
        log.choose(family, home)
        if not _housed(log, family, chance):
            homes.append(home)
    elif what == "miss":
        log.miss(family)
        log.cancel(family)
    elif what == "decline":
        log.say(family, of.ChoiceDeclined)
        log.settle(family, "given_back", "declined")
    elif what == "withdraw":
        log.withdraw(family)
    else:
        log.miss(family)
        log.say(family, of.ChoiceExcused)
        log.call(family)
        _chosen(log, family, homes, chance)


def _housed(log: Log, family: str, chance: random.Random) -> bool:
    """Whether the family still has its home."""
    for step in (log.sign, log.pay, log.keys):
        if chance.random() < 0.2:
            chance.choice((log.leave, log.withdraw))(family)
            return False
        step(family)
    if chance.random() < 0.5:
        log.leave(family)
    if chance.random() < 0.5:
        log.buy_back(family)
    return True


def where(history: Sequence[Any], kind: type) -> Iterator[int]:
    return (at for at, event in enumerate(history) if isinstance(event, kind))


Break = Callable[[list[Any]], None]


def change(kind: type, which: int = 0, **fields: Any) -> Break:
    """One event says something else."""

    def broken(history: list[Any]) -> None:
        at = list(where(history, kind))[which]
        history[at] = history[at].model_copy(update=fields)

    return broken


def without(kind: type, which: int = 0) -> Break:
    """One event is missing."""

    def broken(history: list[Any]) -> None:
        del history[list(where(history, kind))[which]]

    return broken
