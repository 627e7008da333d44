"""A determination once more, from exactly the answers it lists, under the days of law it names (I3, I4). Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from contracts.case.case import Case, Recorded
from contracts.events import AnsweredByHand, DepartmentAnswered, DeterminationMade
from contracts.local_time import SHANGHAI
from procedures.registry import PROCEDURES


def used_by(answers: Iterable[Recorded], made: DeterminationMade) -> dict[int, Recorded]:
    return {item.sequence: item for item in answers if item.sequence in made.used}


def recomputed(case: Case, item: Recorded, used: dict[int, Recorded]) -> Iterator[str]:
    """What does not come out again; nothing where all does. `case` is the case before it."""
    made = item.event
    assert isinstance(made, DeterminationMade)
    if missing := set(made.used) - used.keys():
        yield f"I3 it lists answers that are not in the log: {sorted(missing)}"
        return
    names = [
        (entry.event.department, entry.event.round)
        for entry in used.values()
        if isinstance(entry.event, DepartmentAnswered | AnsweredByHand)
    ]
    if len(names) != len(set(names)):
        yield "I3 it lists two answers of one department"
        return
    if made.as_of != made.at.astimezone(SHANGHAI).date():
        yield f"I4 it was made at {made.at.isoformat()}, and as of another day: {made.as_of}"
    counted = {key: answer for key, answer in case.answers.items() if answer.sequence in used}
    again = PROCEDURES.of(case).determine_again(replace(case, answers=counted), made)
    truths, before = ([(finding.rule, finding.truth) for finding in it.findings] for it in (again, made))
    if again.outcome != made.outcome or truths != before:
        yield f"I4 it says {made.outcome}; the answers it lists give {again.outcome}"
    elif [item.rule for item in again.conditions] != [item.rule for item in made.conditions]:
        yield "I4 its conditions are not those that the answers give"
