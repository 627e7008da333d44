"""What the verifying services have in common: one durable a department, deadlines, answers that come otherwise."""

from chassis.ask import Asking, durable_for
from chassis.attach.attached import Attached, attach, read_attached
from chassis.by_hand import answer_by_hand, deliver_later
from chassis.deadlines import FOLLOWED, Deadlines
from chassis.keys import read_key
from chassis.open_cases import OpenCases, feed_for
from chassis.run import Context, Listen, Parts
from chassis.subscribe import Durable
from contracts.departments import Department


def durables_for(service: str, departments: tuple[Department, ...]) -> tuple[Durable, ...]:
    return (*(durable_for(service, department) for department in departments), feed_for(service, *FOLLOWED))


def build_verifying(service: str, departments: tuple[Department, ...], context: Context) -> Parts:
    """A service that asks these departments."""
    key = read_key(context.settings.keys_dir, "question")
    attached = read_attached(context.settings.departments_file)
    askings: dict[str, Asking] = {}
    listens = []
    for department in departments:
        how = attached.get(department.name, Attached())
        asking = Asking(department, context.journal, key, how.timeout_seconds)
        asking.attachment = attach(context.nc, department.name, how, asking.late)
        askings[department.name] = asking
        listens.append(Listen(durable_for(service, department), asking.handle, how.concurrency, asking.breaker))
    deadlines = Deadlines(askings, context.journal, key)
    index = OpenCases(
        feed_for(service, *FOLLOWED),
        deadlines.note,
        deadlines.due,
        deadlines.fire,
        restored=deadlines.restored,
        every=context.settings.open_cases_every,
    )

    async def close() -> None:
        for asking in askings.values():
            await asking.attachment.close()

    return Parts(
        listens=tuple(listens),
        commands=(answer_by_hand(askings, context.journal), *(deliver_later(asking) for asking in askings.values())),
        indexes=(index,),
        close=close,
    )
