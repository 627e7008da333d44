"""What the command line may do with accounts; one table. Nobody's secrets pass here, only links to set them."""

from typing import Annotated, Any

from pydantic import Field

from chassis.commands import Command
from chassis.errors import CommandRefused
from console.sign_in.invitations import GOOD_FOR, Invitation, SomebodyIsHere
from console.sign_in.provider.subjects import Subjects
from console.sign_in.staff import Taken
from console.visit import Console
from console.who import ACCOUNT, Role, SignedIn
from contracts.events.values import Officer, SubjectToken
from contracts.model import Frozen

Account = Annotated[str, Field(pattern=ACCOUNT, description="by which a person signs in")]
Subject = Annotated[str, Field(min_length=1, max_length=255, description="who the person is at the provider")]
Roles = Annotated[tuple[Role, ...], Field(min_length=1, description="what the person is here for")]


class FirstLink(Frozen):
    """The link of the first account; only while nobody has one."""


class ListStaff(Frozen):
    """Everybody who has an account."""


class AddStaff(Frozen):
    """Somebody new: the answer is a link by which they set their own secrets."""

    by: Officer
    account: Account
    name: Officer
    roles: Roles
    subject: Subject | None = None


class OfAccount(Frozen):
    """One account."""

    by: Officer
    account: Account


class GiveRoles(Frozen):
    """Roles in place of those that the account has."""

    by: Officer
    account: Account
    roles: Roles


class GiveDepartments(Frozen):
    """The departments for which a clerk answers, in place of those before: of whom they see persons."""

    by: Officer
    account: Account
    departments: tuple[SubjectToken, ...]


class BindSubject(Frozen):
    """Who signs in to an account by the provider, in place of whoever did before; null: nobody."""

    by: Officer
    account: Account
    subject: Subject | None


def commands(console: Console) -> tuple[Command[Any], ...]:
    staff, clock, links = console.staff, console.clock, console.invitations

    async def first(_: FirstLink) -> dict[str, Any]:
        try:
            return _link(links.first(clock.now()))
        except SomebodyIsHere:
            raise CommandRefused(409, "somebody has an account", "add others with `lianshen staff add`") from None

    async def add(request: AddStaff) -> dict[str, Any]:
        if staff.is_taken(request.account, request.name):
            raise CommandRefused(409, "taken", "somebody has this account or this name")
        _bind(console, request.account, request.subject, request.by)
        who = Invitation(request.account, request.name, frozenset(request.roles))
        return _link(links.invite(who, request.by, clock.now()))

    async def reset(request: OfAccount) -> dict[str, Any]:
        who = _known(staff.of(request.account))
        again = Invitation(who.account, who.name, who.roles)
        return _link(links.invite(again, request.by, clock.now()))

    async def list_(_: ListStaff) -> dict[str, Any]:
        return {"staff": [_shown(console, it) for it in staff.all()]}

    async def remove(request: OfAccount) -> dict[str, Any]:
        _known(staff.of(request.account))
        staff.remove(request.account, request.by, clock.now())
        return {"removed": request.account}

    async def roles(request: GiveRoles) -> dict[str, Any]:
        _known(staff.of(request.account))
        staff.give_roles(request.account, request.roles, request.by, clock.now())
        return {"account": request.account, "roles": sorted(request.roles)}

    async def departments(request: GiveDepartments) -> dict[str, Any]:
        _known(staff.of(request.account))
        if unknown := set(request.departments) - set(console.views.departments):
            raise CommandRefused(404, "no such department", f"nobody asks {', '.join(sorted(unknown))}")
        with staff.whole():
            staff.give_departments(request.account, set(request.departments), request.by, clock.now())
        return {"account": request.account, "departments": sorted(set(request.departments))}

    async def subject(request: BindSubject) -> dict[str, Any]:
        _known(staff.of(request.account))
        _bind(console, request.account, request.subject, request.by)
        return {"account": request.account, "subject": request.subject}

    return (
        Command("staff-first", FirstLink, first),
        Command("staff-add", AddStaff, add),
        Command("staff-reset", OfAccount, reset),
        Command("staff-list", ListStaff, list_),
        Command("staff-remove", OfAccount, remove),
        Command("staff-roles", GiveRoles, roles),
        Command("staff-departments", GiveDepartments, departments),
        Command("staff-subject", BindSubject, subject),
    )


def _shown(console: Console, who: SignedIn) -> dict[str, Any]:
    subject = Subjects(console.staff).of(who.account)
    return {"account": who.account, "name": who.name, "roles": sorted(who.roles), "subject": subject}


def _bind(console: Console, account: str, subject: str | None, by: str) -> None:
    try:
        Subjects(console.staff).bind(account, subject, by, console.clock.now())
    except Taken:
        raise CommandRefused(409, "taken", "another account is bound to this subject") from None


def _link(token: str) -> dict[str, Any]:
    return {"path": f"/join/{token}", "minutes": int(GOOD_FOR.total_seconds() // 60)}


def _known(who: SignedIn | None) -> SignedIn:
    if who is None:
        raise CommandRefused(404, "no such account", "`lianshen staff list` shows those that there are")
    return who
