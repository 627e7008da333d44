"""Random stories of one project's desk, from a seed: families that post, supplement, withdraw and meet again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from tests.law.facts import Member, OwnRecord, PersonAnswer, Record
from tests.law.idnumbers import check_character
from tests.law.intake import DOCUMENTS, OWN_INCOME, Form, Step, Story, run
from tests.law.makers.people import a_foreign_number, a_number, a_small_x_number, born_at

OPENS = date(2026, 3, 1)
BORN_ON_29_FEBRUARY = date(2008, 2, 29)  # 18 on the day the project opens, 17 the day before


class Town:
    """The people of one story. They are few, so that they meet in several cases, and near the ages that decide."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.men = [a_small_x_number(random, born_at(random, 45, OPENS)), *self._aged(True, 30, 35, 22, 21, 16)]
        self.women = [a_number(random, BORN_ON_29_FEBRUARY, man=False), *self._aged(False, 20, 19, 17, 15, 30, 33)]
        self.children = self._aged(None, 17, 17, 3, 18)
        self.parent = self._aged(None, 66)[0]
        self.foreigner = a_foreign_number(random, born_at(random, 35, OPENS))

    def _aged(self, man: bool | None, *ages: int) -> list[str]:
        """People of those ages when the project opens; many have a birthday within the months after."""
        days = (self.random.choice((0, 0, 1, 2, 30, 200)) for _ in ages)
        return [
            a_number(self.random, born_at(self.random, age, OPENS + timedelta(later)), man=man)
            for age, later in zip(ages, days, strict=True)
        ]

    def a_form(self) -> Form:
        """A household of the town, mostly complete."""
        random = self.random
        applicant, partner = random.sample([random.choice(self.men), random.choice(self.women)], 2)
        members = [Member("applicant", applicant)]
        married = random.random() < 0.5
        if married:
            members.append(Member("spouse", self.foreigner if random.random() < 0.1 else partner))
        if random.random() < 0.55:
            members += [Member("child", n) for n in random.sample(self.children[:3], random.choice((1, 1, 2)))]
        if random.random() < 0.05:
            members.append(random.choice((Member("child", self.children[3]), Member("parent", self.parent))))
        counter = random.random() < 0.5
        documents = {name for name in DOCUMENTS if random.random() < 0.9}
        if random.random() < (0.5 if counter else 0.1):
            documents.add(OWN_INCOME)
        consents = frozenset(member.id_number for member in members if random.random() < 0.92)
        status = "married" if married else random.choice(("single", "single", "widowed", "divorced"))
        form = Form(tuple(members), status, frozenset(documents), consents, counter)  # type: ignore[arg-type]
        return self._spoil(form) if random.random() < 0.12 else form

    def _spoil(self, form: Form) -> Form:
        """A number that is none, or one person twice."""
        random = self.random
        place = random.randrange(len(form.members))
        member = form.members[place]
        number = member.id_number
        spoilt = random.choice(
            (
                number[:17] + ("0" if number[17] != "0" else "1"),
                number[:17],
                _with_check("27" + number[2:17]),
                number[:6] + number[8:17],
                _with_check("99" + number[2:17]) if member.role != "spouse" else _with_check("16" + number[2:17]),
                _with_check(number[:10] + "0231" + number[14:17]),
                _with_check(number[:6] + "20991203" + number[14:17]),
                form.applicant.id_number.lower() if place else self.foreigner,
                number.lower(),
            )
        )
        members = (*form.members[:place], replace(member, id_number=spoilt), *form.members[place + 1 :])
        consents = frozenset(spoilt if n == number else n for n in form.consents)
        return replace(form, members=members, consents=consents)


def _with_check(first: str) -> str:
    return first + check_character(first)


def a_story(random: Random) -> Story:
    """Three to seven steps within some months of one project."""
    town = Town(random)
    closes = OPENS + timedelta(random.choice((20, 90, 200, 300, 400)))
    day = OPENS - timedelta(random.random() < 0.06)
    bans: dict[str, list[Record]] = {}
    steps: list[Step] = []
    for number in range(random.randint(3, 7)):
        day += timedelta(random.choice((0, 0, 1, 3, 20, 60)))
        if random.random() < 0.03:
            day = max(day, closes)
        steps.append(_a_step(random, town, steps, number, day, bans))
    return Story(OPENS, closes, tuple(steps))


def _a_step(
    random: Random, town: Town, steps: list[Step], number: int, day: date, bans: dict[str, list[Record]]
) -> Step:
    outputs = run(Story(OPENS, date.max, tuple(steps)))
    posted = [n for n, step in enumerate(steps) if step.kind == "post" and outputs[n].state != "invalid"]
    wanting = [n for n in posted if outputs[n].state == "supplement"]
    kind = random.choices(("post", "supplement", "withdraw", "confirm_ineligible"), (10, 6 if wanting else 1, 1, 1))[0]
    if not posted or kind == "post":
        form = town.a_form()
        if posted and random.random() < 0.2:  # the same family comes again
            form = steps[random.choice(posted)].form or form
        post = Step("post", day, form=form, bureau=_the_bureau(random, form, day, bans))
        return _with_our_record(random, post, form)
    case = random.choice(wanting if wanting and random.random() < 0.8 else posted)
    form = steps[case].form or town.a_form()
    if kind != "supplement":
        return Step("withdraw" if kind == "withdraw" else "confirm_ineligible", day, case=case)
    if random.random() < 0.06:  # a paper that nobody asked for
        bureau = _the_bureau(random, form, day, bans)
        return Step("supplement", day, case=case, documents=frozenset({OWN_INCOME}), bureau=bureau)
    generous = random.random() < 0.6
    missing_entries = [m.id_number for m in form.members if m.id_number not in form.consents]
    step = Step(
        "supplement",
        day,
        case=case,
        documents=frozenset(n for n in DOCUMENTS if n not in form.documents and (generous or random.random() < 0.4)),
        consents=frozenset(n for n in missing_entries if generous or random.random() < 0.4),
        bureau=_the_bureau(random, form, day, bans),
    )
    return _with_our_record(random, step, form)


def _with_our_record(random: Random, step: Step, form: Form) -> Step:
    """A ban that was imposed here, around today at both ends; as often as not the bureau's list has it, too."""
    if random.random() < 0.85:
        return step
    since = step.day + timedelta(random.choice((-300, -1, 0, 1)))
    until = max(since + timedelta(1), step.day + timedelta(random.choice((-1, 0, 1, 40))))
    number = form.applicant.id_number.upper()
    if step.bureau is not None and random.random() < 0.5:
        row: Record = {"register": "ban", "article": "32", "since": since, "until": until}
        step = replace(step, bureau={**step.bureau, number: PersonAnswer("found", [row])})
    return replace(step, own_records={number: OwnRecord(since, until)})


def _the_bureau(
    random: Random, form: Form, day: date, bans: dict[str, list[Record]]
) -> dict[str, PersonAnswer] | None:  # fmt: skip
    """The ban list as it is that day: a ban once decided stays on it. It may be silent, or unable to say."""
    if random.random() < 0.08:
        return None
    if random.random() < 0.15:
        member = form.applicant if random.random() < 0.8 else random.choice(form.members)
        bans.setdefault(member.id_number.upper(), []).append(_a_ban(random, day))
    said = {}
    for member in form.members:
        rows = bans.get(member.id_number.upper(), [])
        said[member.id_number.upper()] = (
            PersonAnswer("found", [dict(row) for row in rows]) if rows else PersonAnswer("none")
        )
    if random.random() < 0.05:
        kind = random.choice(("cannot_determine", "refused"))
        said[form.applicant.id_number.upper()] = PersonAnswer(kind)
    return said


def _a_ban(random: Random, day: date) -> Record:
    """Around today at both ends; at times without a beginning, an end or an article, or of another article."""
    since = day + timedelta(random.choice((-400, -100, -1, 0, 1, 15)))
    ban: Record = {"register": "ban", "article": random.choice(("32", "32", "32", "32", "31")), "since": since}
    ban["until"] = max(since + timedelta(1), day + timedelta(random.choice((-1, 0, 1, 30))))
    ban.pop(random.choice(("", "", "", "since", "until", "article")), None)
    return ban


def stories(seed: int, count: int) -> Iterator[Story]:
    """The same stories for the same seed, each with a seed of its own."""
    for number in range(count):
        yield a_story(Random(f"story {seed}/{number}"))
