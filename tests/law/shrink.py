"""Makes a family or a story smaller as long as it still shows the same difference."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from tests.law.facts import ESTATE, HOUSING, Answer, Facts, PersonAnswer, whole_kind
from tests.law.intake import DOCUMENTS, Form, Step, Story
from tests.law.rules.waiting import hopeful

Thing = TypeVar("Thing", Facts, Story)


def shrink(thing: Thing, still: Callable[[Thing], bool], smaller: Callable[[Thing], Iterator[Thing]]) -> Thing:
    """The first smaller one that is still so, again and again, until none is."""
    while True:
        for candidate in smaller(thing):
            if candidate != thing and still(candidate):
                thing = candidate
                break
        else:
            return thing


def smaller_family(facts: Facts) -> Iterator[Facts]:
    """Fewer members, fewer silences and failures, fewer rows, fewer cells, plainer values."""
    for member in facts.members[1:]:
        rest = tuple(other for other in facts.members if other != member)
        answers = {name: _without(answer, member.id_number) for name, answer in facts.answers.items()}
        status = "single" if member.role == "spouse" else facts.marital_status
        yield replace(facts, members=rest, marital_status=status, answers=answers)
    yield replace(facts, children_elsewhere=frozenset())
    yield replace(facts, own_record=None)
    yield replace(facts, at_a_counter=False, own_income_shown=False)
    yield replace(facts, own_income_shown=False)
    yield replace(facts, as_of=facts.accepted_on)
    for name, answer in facts.answers.items():
        of_things = name in (ESTATE, HOUSING)
        plain = {
            member.id_number: PersonAnswer("none") if of_things else hopeful(facts, name, member)
            for member in facts.asked(name)
        }
        yield _saying(facts, name, plain)
        for number, said in (answer.persons if answer else {}).items():
            assert answer is not None
            if number in plain and said != plain[number]:
                yield _saying(facts, name, {**answer.persons, number: plain[number]})
            for fewer in _smaller_answer(said) if of_things else ():
                yield _saying(facts, name, {**answer.persons, number: fewer})


def _saying(facts: Facts, department: str, persons: dict[str, PersonAnswer]) -> Facts:
    answer = Answer(whole_kind(persons.values()) if persons else "none", persons)
    return replace(facts, answers={**facts.answers, department: answer})


def _without(answer: Answer | None, number: str) -> Answer | None:
    if answer is None:
        return None
    persons = {other: said for other, said in answer.persons.items() if other != number}
    return Answer(whole_kind(persons.values()) if persons else "none", persons)


def _smaller_answer(said: PersonAnswer) -> Iterator[PersonAnswer]:
    """Without one row, or with one cell less or plainer in a row."""
    for place, row in enumerate(said.records):
        others = said.records[:place], said.records[place + 1 :]
        if len(said.records) > 1:
            yield PersonAnswer(said.kind, [*others[0], *others[1]])
        for cell in row:
            if cell != "register":
                yield PersonAnswer(said.kind, [*others[0], {c: v for c, v in row.items() if c != cell}, *others[1]])


def smaller_story(story: Story) -> Iterator[Story]:
    """Fewer steps, complete forms, smaller families, a bureau with nothing to say."""
    for place in range(len(story.steps) - 1, -1, -1):
        yield _without_step(story, place)
    for place, step in enumerate(story.steps):
        for plainer in _plainer_steps(step):
            yield replace(story, steps=(*story.steps[:place], plainer, *story.steps[place + 1 :]))


def _without_step(story: Story, place: int) -> Story:
    """Without a step, and without those that speak of the case it posted."""
    kept = [n for n, step in enumerate(story.steps) if n != place and step.case != place]
    new_place = {old: new for new, old in enumerate(kept)}
    steps = (story.steps[old] for old in kept)
    moved = tuple(step if step.case is None else replace(step, case=new_place[step.case]) for step in steps)
    return replace(story, steps=moved)


def _plainer_steps(step: Step) -> Iterator[Step]:
    if step.bureau != {}:
        yield replace(step, bureau={})
    for document in step.documents:
        yield replace(step, documents=step.documents - {document})
    for consent in step.consents:
        yield replace(step, consents=step.consents - {consent})
    if step.form is not None:
        for form in _plainer_forms(step.form):
            yield replace(step, form=form)


def _plainer_forms(form: Form) -> Iterator[Form]:
    for member in form.members[1:]:
        rest = tuple(other for other in form.members if other != member)
        status = "single" if member.role == "spouse" else form.marital_status
        yield replace(form, members=rest, marital_status=status, consents=form.consents - {member.id_number})
    if not form.documents >= set(DOCUMENTS):
        yield replace(form, documents=form.documents | set(DOCUMENTS))
    everybody = frozenset(member.id_number for member in form.members)
    if form.consents != everybody:
        yield replace(form, consents=everybody)
    if form.at_a_counter:
        yield replace(form, at_a_counter=False)
