"""The policy in force on a day: dated parameters, each with the article that sets it."""

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from contracts.text_file import text_in


@dataclass(frozen=True)
class Parameter:
    """One number of the law: its article, and its value from each day on."""

    name: str
    article: str
    values: tuple[tuple[date, Any], ...]

    def on(self, day: date) -> Any:
        """The value on `day`, or None where the law has set none yet."""
        in_force = [value for start, value in self.values if start <= day]
        return in_force[-1] if in_force else None


@dataclass(frozen=True)
class Policy:
    """One regulation's parameters. `policy.on(day)` gives those of a day."""

    name: str
    title: str
    document: str
    in_force: date
    parameters: dict[str, Parameter]

    def on(self, day: date) -> "InForce":
        """Raises ValueError for a day before the regulation."""
        if day < self.in_force:
            raise ValueError(f"{self.name} is in force from {self.in_force}; {day} is before it")
        return InForce(self, day)


@dataclass(frozen=True)
class InForce:
    """The parameters of one day, under plain names; ages in years, areas in square metres."""

    policy: Policy
    day: date

    def _value(self, name: str) -> Any:
        return self.policy.parameters[name].on(self.day)

    def article(self, name: str) -> str:
        return self.policy.parameters[name].article

    @property
    def adult_age(self) -> int:
        return int(self._value("adult_age"))

    @property
    def own_income_age(self) -> int:
        return int(self._value("own_income_age"))

    def marriage_age(self, sex: str) -> int:
        return int(self._value("marriage_age_man" if sex == "male" else "marriage_age_woman"))

    @property
    def hukou_division(self) -> str:
        return str(self._value("hukou_division"))

    @property
    def residence_division(self) -> str:
        return str(self._value("residence_division"))

    @property
    def housing_divisions(self) -> tuple[str, ...]:
        return tuple(self._value("housing_divisions"))

    @property
    def area_per_member(self) -> Fraction:
        return Fraction(str(self._value("area_per_member_m2")))

    @property
    def rental_kinds(self) -> tuple[str, ...]:
        return tuple(self._value("rental_kinds"))

    @property
    def ban_article(self) -> str:
        return str(self._value("ban_article"))

    @property
    def required_documents(self) -> tuple[str, ...]:
        return tuple(self._value("required_documents"))

    @property
    def departments(self) -> tuple[str, ...]:
        return tuple(self._value("departments"))

    @property
    def publicity_working_days(self) -> int:
        return int(self._value("publicity_working_days"))

    @property
    def department_reply_working_days(self) -> int:
        return int(self._value("department_reply_working_days"))

    @property
    def reminder_working_days(self) -> tuple[int, ...]:
        return tuple(self._value("reminder_working_days"))

    @property
    def certified_departments_only(self) -> bool:
        return bool(self._value("certified_departments_only"))

    @property
    def supplement_working_days(self) -> int:
        return int(self._value("supplement_working_days"))

    @property
    def objections_per_entry(self) -> int:
        return int(self._value("objections_per_entry"))

    @property
    def manifest_working_days(self) -> int:
        return int(self._value("manifest_working_days"))

    @property
    def new_home_area(self) -> tuple[Decimal, Decimal]:
        """The smallest and the largest, in square metres."""
        smallest, largest = self._value("new_home_area_m2")
        return Decimal(smallest), Decimal(largest)

    @property
    def profit_limit(self) -> Decimal:
        """Of the cost before it."""
        assert self._value("profit_base") == "cost"
        return Decimal(self._value("profit_limit"))

    @property
    def deposit_amount(self) -> Decimal:
        return Decimal(self._value("deposit_amount"))

    @property
    def deposit_working_days(self) -> int:
        return int(self._value("deposit_working_days"))

    def deposit_if(self, why: str) -> str:
        """What becomes of a deposit, such as `deposit_if("not drawn")`: given_back or kept."""
        return str(self._value(f"deposit_{why.replace(' ', '_')}"))

    @property
    def pool_keeps_confirmation(self) -> bool:
        """Whether a family in the pool takes part in the next project without a new publicity."""
        return bool(self._value("pool_keeps_confirmation"))

    @property
    def determination_valid_months(self) -> int:
        return int(self._value("determination_valid_months"))

    @property
    def choosing_minutes(self) -> int:
        return int(self._value("choosing_minutes"))

    @property
    def choosing_notice_hours(self) -> int:
        """Before a slot, when its family is told a second time."""
        return int(self._value("choosing_notice_hours"))

    @property
    def declining_bans(self) -> bool:
        return bool(self._value("declining_bans"))

    @property
    def hearing_working_days(self) -> int:
        return int(self._value("hearing_working_days"))

    @property
    def ban_years(self) -> int:
        return int(self._value("ban_years"))

    @property
    def contract_check_days(self) -> int:
        return int(self._value("contract_check_days"))

    @property
    def settlement_years(self) -> int:
        """Until contract and payment, from the day a home is chosen."""
        assert self._value("settlement_from") == "home_chosen"
        return int(self._value("settlement_years"))

    @property
    def settlement_notice_days(self) -> tuple[int, ...]:
        return tuple(self._value("settlement_notice_days"))

    @property
    def depreciation_yearly(self) -> Decimal:
        """Of the original price, straight-line, by whole months."""
        assert self._value("depreciation_formula") == "straight_line_by_whole_months"
        return Decimal(self._value("depreciation_yearly"))


REVIEW, AFTERWARDS = "policy.toml", "allocation.toml"
"""The numbers that an application is reviewed by, which its dossier holds as they stand; and those after the pool."""


def read_policy(text: str) -> Policy:
    """A policy from its TOML text. Raises ValueError naming the parameter that is out of order."""
    table = tomllib.loads(text)
    parameters = _parameters(table)
    return Policy(table["name"], table["title"], table["document"], table["in_force"], parameters)


def _parameters(table: dict[str, Any]) -> dict[str, Parameter]:
    parameters = {}
    for name, entry in table.items():
        if not isinstance(entry, dict):
            continue
        values = tuple((value["from"], value["value"]) for value in entry["values"])
        if list(values) != sorted(values, key=lambda pair: pair[0]):
            raise ValueError(f"policy parameter {name}: put the values in the order of their days")
        parameters[name] = Parameter(name, entry["article"], values)
    return parameters


@cache
def policy_named(name: str) -> Policy:
    """A policy that ships with its procedure. Raises LookupError for a name that none has."""
    policy, file = read_policy(policy_text(name)), _folder(name) / AFTERWARDS
    if not file.is_file():
        return policy
    afterwards = _parameters(tomllib.loads(text_in(file.read_bytes())))
    return replace(policy, parameters={**policy.parameters, **afterwards})


def policy_text(name: str) -> str:
    """The numbers of the review, as they ship. Raises LookupError for a name that no procedure has."""
    file = _folder(name) / REVIEW
    if not file.is_file():
        raise LookupError(f"there is no policy {name!r} in procedures/")
    return text_in(file.read_bytes())


def _folder(name: str) -> Traversable:
    return files("procedures") / name.replace("-", "_")
