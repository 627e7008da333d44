"""The synthetic persons the kit asks about: most for one scenario each, so that a fault shows where it belongs."""

from contracts.events.values import FamilyMember
from contracts.people import check_digit

PEOPLE: dict[str, tuple[str, str]] = {
    "known": ("150303198803126067", "王建国"),  # in every register
    "other": ("150303199007226045", "刘芳"),  # in every register, with other rows
    "third": ("150303197501056097", "陈静"),  # in every register, with other rows again
    "empty": ("150303198309186021", "周洋"),  # in the household registry, and nowhere else
    "nobody": ("150303199204306087", "孙浩"),  # in no register
    "misnamed": ("150303197902116011", "赵明"),  # the registers know the number as 赵敏
    "namesake": ("150303198606146093", "王伟"),  # two of one name
    "the other namesake": ("150303199511036013", "王伟"),
    "with x": ("15030319810827608X", "李娜"),  # asked about as …x
    "with a dot": ("150303196912206075", "买买提·吐尔逊"),
    "with a rare character": ("150303199310056093", "王𠮷"),  # U+20BB7, CJK extension B
    "of thirds": ("150303197707166013", "吴刚"),  # owns, and buys, one third with two outsiders
    "jointly": ("150303198402296073", "郑凯"),  # owns one unit jointly with two others
    "jointly too": ("150303197205086021", "冯丽"),
    "here and elsewhere": ("150303198911306073", "何军"),  # one unit here, one in Hohhot
}
"""What a scenario calls them → ID number, name."""

OUTSIDERS = ("150303196603036017", "150303197109146047")
"""They own and buy together with others, and are never asked about."""

CROWD = 50


def person(label: str) -> FamilyMember:
    """Raises KeyError for nobody."""
    number, name = PEOPLE[label]
    return FamilyMember(id_number=number, name=name, role="applicant")


def crowd(many: int = CROWD) -> tuple[FamilyMember, ...]:
    """As many adults, each in every register."""
    return tuple(
        FamilyMember(
            id_number=_number(n), name=f"测试{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{'子丑寅卯辰'[n // 10]}", role="applicant"
        )
        for n in range(many)
    )


def _number(n: int) -> str:
    body = f"150303{1950 + n}0615{900 - n:03d}"
    return body + check_digit(body)
