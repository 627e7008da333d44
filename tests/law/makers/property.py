"""Homes that a family may own: registered in every form, or under a contract; 15 m² is met exactly at times."""

from fractions import Fraction
from random import Random

from tests.law.facts import Record
from tests.law.makers.draft import HERE, Draft

FRACTIONS = ("1/1", "1/1", "1/2", "1/2", "1/3", "2/3", "1/4", "3/4")
OTHER_USES = ("commercial", "garage", "storage")


def an_area(random: Random, draft: Draft, part: Fraction) -> str:
    """A building area of which `part` is near the family's limit, exactly it, or anything."""
    limit = 15 * len(draft.family) / part
    aim = random.random()
    if aim < 0.2:
        area = limit
    elif aim < 0.3:
        area = limit - Fraction(1, 100)
    elif aim < 0.36:
        area = limit + Fraction(1, 100)
    elif aim < 0.8:
        area = limit * random.randint(5, 90) / 100
    else:
        area = Fraction(random.randint(2000, 16000), 100)
    text = f"{float(area):.2f}"
    return text[:-3] if text.endswith(".00") and random.random() < 0.5 else text


def a_unit_code(random: Random) -> str:
    return f"{random.randrange(10**12):012d}"


def own_a_home(draft: Draft) -> None:
    """One registered unit, in one form of ownership."""
    random = draft.random
    form = random.choices(("sole", "joint", "shares"), (3, 2, 4))[0]
    owners = [member.id_number for member in draft.members]
    random.shuffle(owners)
    if form == "sole":
        rows: list[Record] = [{"owner_id_number": owners[0]}]
        part = Fraction(1)
    elif form == "joint":
        rows = [{"owner_id_number": number} for number in owners[: random.randint(1, 2)]]
        part = Fraction(1)
        if random.random() < 0.35:
            rows.append({})
    else:
        rows, part = _shares(random, owners)
    unit = {
        "unit_code": a_unit_code(random),
        "division": random.choice((HERE, HERE, "150302", "150304")),
        "use": "residential",
        "building_area_m2": an_area(random, draft, part),
        "ownership": form,
        "status": "registered",
    }
    draft.homes.append([{**unit, **row} for row in rows])


def _shares(random: Random, owners: list[str]) -> tuple[list[Record], Fraction]:
    """Owner rows that are the whole together: one or two of the family, the rest to outsiders."""
    first = random.choice(FRACTIONS)
    rows: list[Record] = [{"owner_id_number": owners[0], "share": first}]
    part = Fraction(first)
    rest = 1 - part
    if rest and len(owners) > 1 and random.random() < 0.5:
        rows.append({"owner_id_number": owners[1], "share": str(rest)})
        return rows, Fraction(1)
    if rest and random.random() < 0.3:
        return rows + [{"share": str(rest / 2)}] * 2, part
    return rows + [{"share": str(rest)}] * (rest > 0), part


def sign_a_contract(draft: Draft) -> None:
    """One filed contract on a unit of its own, by one or two buyers of the family."""
    random = draft.random
    buyers = [member.id_number for member in draft.members]
    random.shuffle(buyers)
    share = random.choice(FRACTIONS)
    parts = [share]
    if Fraction(share) < 1 and len(buyers) > 1 and random.random() < 0.5:
        parts.append(str(1 - Fraction(share)))
    contract = {
        "register": "net_signed",
        "contract_no": f"WS-{random.randrange(10**8):08d}",
        "unit_code": a_unit_code(random),
        "division": random.choice((HERE, HERE, "150302", "150304")),
        "use": "residential",
        "building_area_m2": an_area(random, draft, sum(map(Fraction, parts), Fraction(0))),
        "status": "filed",
    }
    draft.contracts += [
        {**contract, "buyer_id_number": buyer, "share": part} for buyer, part in zip(buyers, parts, strict=False)
    ]
