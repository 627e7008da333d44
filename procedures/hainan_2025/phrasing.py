"""How a date, an article, a value or a source reads in a notice, in one language. Times are Asia/Shanghai."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from chinese_calendar import Holiday

from contracts.application import ApplicationForm
from contracts.events.values import Condition, Finding, Gap, Ground, Source
from contracts.text import masked
from procedures.hainan_2025 import titles
from procedures.hainan_2025.pages.after_pool import NAMES
from procedures.hainan_2025.pages.reckoned import reckoned
from procedures.hainan_2025.titles import Language
from procedures.policy import InForce

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOLIDAYS = {holiday.value: holiday.chinese for holiday in Holiday}
WEEKDAYS = "一二三四五六日"
KINDS_OF_DAY = (
    ("statutory holiday: announced in ", "法定节假日（见{}）"),
    ("statutory holiday: by law every year", "法定节假日（每年固定，国务院令第795号）"),
    ("statutory holiday: ", "法定节假日：{}"),
    ("make-up working day: announced in ", "调休上班（见{}）"),
    ("make-up working day for ", "调休上班：{}"),
)
"""How the reason of a day begins in the log (procedures/working_days.py), and what it is called in Chinese."""


Date = date


class CalendarDay(Protocol):
    """A day of a derivation, as it was counted or as it stands in the log."""

    @property
    def date(self) -> Date: ...
    @property
    def reason(self) -> str: ...
    @property
    def number(self) -> int | None: ...


@dataclass(frozen=True)
class Words:
    """The words of one language. Every public method is a filter in the templates."""

    language: Language

    def _say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def day(self, day: date) -> str:
        return self._say(f"{day.year}年{day.month}月{day.day}日", f"{day.year}-{day.month:02}-{day.day:02}")

    def when(self, instant: datetime, seconds: bool = False) -> str:
        """To the minute, or to the second where a drill's period is seconds."""
        local = instant.astimezone(SHANGHAI)
        to_the_second = f":{local.second:02}" if seconds else ""
        return f"{self.day(local)} {local.hour:02}:{local.minute:02}{to_the_second}"

    def why_counted(self, day: CalendarDay) -> str:
        """Why a day of a period counts or does not: its weekday, or the holiday."""
        return self._say(_kind_of_day(day), day.reason)

    def articles(self, articles: str | tuple[str, ...]) -> str:
        """`18(2), 19`: 第18(2)条、第19条 or Art. 18(2), 19; the number is the citation in both."""
        numbers = articles.split(", ") if isinstance(articles, str) else articles
        return self._say("、".join(f"第{number}条" for number in numbers), f"Art. {', '.join(numbers)}")

    def department(self, name: str) -> str:
        return titles.title(titles.DEPARTMENT_TITLES, name, self.language)

    def departments(self, names: tuple[str, ...]) -> str:
        return self._say("、", ", ").join(map(self.department, names))

    def policy(self, law: InForce) -> str:
        return titles.title(titles.POLICIES, law.policy.name, self.language)

    def rule(self, rule: str) -> str:
        return titles.title(titles.RULES, rule, self.language)

    def finding(self, finding: Finding, law: InForce) -> str:
        """What a rule found: the finding's own English, or the Chinese sentence for the same."""
        return self._say(titles.sentence(finding.rule, finding.truth, finding.text, law), finding.text)

    def ground(self, ground: Ground, law: InForce) -> str:
        """A reason of a refusal."""
        return self._say(titles.ground(ground.rule, ground.text, law), ground.text)

    def condition(self, condition: Condition) -> str:
        chinese = titles.condition(condition.rule, condition.text, condition.to_be_checked)
        return self._say(chinese, condition.text + (" (to be checked)" if condition.to_be_checked else ""))

    def values(self, values: dict[str, Any]) -> str:
        """What a finding rests on, every value by its name."""
        return self._say("；", "; ").join(
            f"{self._say(titles.VALUES.get(name, self.department(name)), name)}={self._value(value)}"
            for name, value in values.items()
        )

    def _value(self, value: Any) -> str:
        match value:
            case None:
                return self._say("未载明", "not stated")
            case bool():
                return self._say("是", "yes") if value else self._say("否", "no")
            case dict():
                return f"({self.values(value)})"
            case list() | tuple():
                return self._say("、", ", ").join(map(self._value, value)) or self._say("无", "none")
        return self._word(str(value))

    def _word(self, word: str) -> str:
        return self._say(titles.SAID.get(word, self.department(word)), word)

    def sources(self, sources: tuple[Source, ...], by_hand: Collection[int]) -> str:
        """Which department said it and when; an officer's answer for a silent department is called that."""
        said = []
        for source in sources:
            by_officer = self._say("，工作人员代为答复", ", entered by an officer")
            hand = by_officer if source.sequence in by_hand else ""
            parts = (self.department(source.department), self.when(source.said_at), hand)
            said.append(self._say("{}（{}{}）", "{} ({}{})").format(*parts))
        return self._say("；", "; ").join(said) or self._say("暂无部门答复", "no department has answered")

    def gap(self, gap: Gap, form: ApplicationForm) -> str:
        """What to hand in; whose consent is missing is said by part in the family and a masked number."""
        if gap.consent_of is None:
            return self._say(titles.gap(gap, "", ""), gap.text)
        role, number = titles.role_of(form, gap.consent_of), masked(gap.consent_of)
        person = f"{titles.title(titles.RELATIONS, role, 'zh')}（{number}）"
        return self._say(titles.gap(gap, role, person), f"{gap.text} ({number})")

    def called(self, name: str, kind: str) -> str:
        """The name of something after the pool, such as a reason: `event.why|called("deposit_why")`."""
        return titles.title(NAMES[kind], name, self.language)

    def reckoned(self, how: str) -> str:
        """How a line of a price was reckoned: `line.how|reckoned`."""
        return reckoned(how, self.language)

    def entry_field(self, name: str) -> str:
        return titles.title(titles.ENTRY, name, self.language)

    def filters(self) -> dict[str, Callable[..., str]]:
        """Every public method by its name, for a template environment."""
        public = [name for name in vars(Words) if not name.startswith("_") and name != "filters"]
        return {name: getattr(self, name) for name in public if callable(getattr(self, name))}


def _kind_of_day(day: CalendarDay) -> str:
    for begins, chinese in KINDS_OF_DAY:
        if day.reason.startswith(begins):
            name = day.reason.removeprefix(begins)
            return chinese.format(HOLIDAYS.get(name, name))
    return f"星期{WEEKDAYS[day.date.weekday()]}"
