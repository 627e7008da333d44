"""A crowd of synthetic families: a world folder of any size, for load, faults and benchmarks. The same seed, the same
world."""

import csv
import json
import random
from pathlib import Path

from contracts.people import check_digit

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉建国志文"
ADDRESS = "公乌素镇矿区街坊 {} 号"
CONSENT = {"given": True, "text_version": "2025-1"}


def make_crowd(folder: Path, families: int, seed: int = 1) -> Path:
    """Writes registers and applications of `families` families: couples, most with a child, one in ten owning too
    much (ineligible by Art. 18(2)). Returns the folder."""
    chance = random.Random(seed)
    (folder / "applications").mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[dict[str, str]]] = {name: [] for name in HEADERS}
    for n in range(families):
        form = _family(n, chance, rows)
        path = folder / "applications" / f"{n:06d}.json"
        path.write_text(json.dumps(form, ensure_ascii=False), encoding="utf-8")
    for name, header in HEADERS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, restval="")
            writer.writeheader()
            writer.writerows(rows[name])
    return folder


HEADERS: dict[str, tuple[str, ...]] = {
    "household-registry": (
        *("id_number", "name", "status", "hukou_division", "hukou_township"),
        *("relation_to_head", "moved_in", "residence"),
    ),
    "civil-affairs": ("id_number", "marital_status", "spouse_id_number", "since", "assistance"),
    "social-security": ("id_number", "insured", "division", "last_paid_month"),
    "tax": ("id_number", "income_recorded", "division"),
    "real-estate": (
        *("unit_code", "division", "use", "building_area_m2", "ownership"),
        *("owner_id_number", "share", "registered", "status"),
    ),
    "net-signed": (
        *("contract_no", "unit_code", "division", "use", "building_area_m2"),
        *("buyer_id_number", "share", "filed", "status"),
    ),
    "tenancies": ("id_number", "kind", "since", "until"),
    "bans": ("id_number", "article", "decision", "since", "until"),
}


def _number(first_year: int, years: int, n: int, order: int) -> str:
    """An ID number of our own making; no two families share one, up to some 190,000 of them."""
    rest, day = divmod(n // 12, 28)
    rest, year = divmod(rest, years)
    if rest > 98:
        raise ValueError("a crowd has at most 190,000 families")
    body = f"150303{first_year + year:04d}{n % 12 + 1:02d}{day + 1:02d}{rest * 10 + order:03d}"
    return body + check_digit(body)


def _name(chance: random.Random) -> str:
    return chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))


def _family(n: int, chance: random.Random, rows: dict[str, list[dict[str, str]]]) -> dict[str, object]:
    husband, wife, child = _number(1971, 20, n, 1), _number(1971, 20, n, 2), _number(2011, 6, n, 3)
    members = [{"name": _name(chance), "id_number": wife, "relation": "spouse"}]
    if chance.random() < 0.7:
        members.append({"name": _name(chance), "id_number": child, "relation": "child"})
    names = {husband: _name(chance), **{member["id_number"]: member["name"] for member in members}}
    for number, name in names.items():
        rows["household-registry"].append(
            {
                "id_number": number,
                "name": name,
                "status": "normal",
                "hukou_division": "150303",
                "hukou_township": "150303103",
                "moved_in": "2010-03-01",
                "residence": "yes",
            }
        )
    for one, other in ((husband, wife), (wife, husband)):
        married = {"marital_status": "20", "spouse_id_number": other, "since": "2015-05-20", "assistance": "none"}
        rows["civil-affairs"].append({"id_number": one, **married})
    rows["social-security"].append({"id_number": husband, "insured": "yes", "division": "150303"})
    rows["tax"].append({"id_number": husband, "income_recorded": "yes", "division": "150303"})
    if n % 10 == 9:
        rows["real-estate"].append(
            {
                "unit_code": f"150303CROWD{n:06d}",
                "division": "150303",
                "use": "residential",
                "building_area_m2": "88.50",
                "ownership": "sole",
                "owner_id_number": husband,
                "share": "1/1",
                "status": "registered",
            }
        )
    return {
        "project": "HN-2026-01",
        "channel": f"kiosk-{n % 9 + 1:02d}",
        "applicant": {
            "name": names[husband],
            "id_number": husband,
            "phone": f"138{n % 100_000_000:08d}",
            "marital_status": "married",
            "hukou_division": "150303",
        },
        "members": members,
        "residence": {"division": "150303", "township": "150303103", "address": ADDRESS.format(n % 99 + 1)},
        "declared_housing": [],
        "documents": ["application_form", "identity_copies", "commitment", "consent"],
        "consents": [{"id_number": number, **CONSENT} for number in names],
    }
