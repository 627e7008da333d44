"""Who may do what on the bus: one account a process, one a department, and what passes between them. Pure.

Accounts are the walls. A permission inside an account does not bind the reply subject of a request, and the server
delivers a reply wherever it is told to; between accounts only what is exported and imported passes, replies under a
name of the server's own. So the log has an account that only the provisioner enters, every process of services has
one, and whatever subject it chooses, it reaches what its services may write anyway.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chassis.log.append_health import SERVER_HEALTH, subject_of
from chassis.log.key_register import NEWS
from chassis.log.replicas import SERVER_STATE
from chassis.process.permissions import SECRETS
from lianshen.bus_access.account_names import CHECK, LOG, NOWHERE, OPERATOR, SYSTEM
from lianshen.bus_access.nkeys_of import PublicKeys

if TYPE_CHECKING:
    # Everything that a service needs would be loaded with it, also where the command line only asks for help.
    from chassis.process.service import Service

    Groups = Mapping[str, Iterable[Service]]
    """The services of each process."""

SPANS = "telemetry.spans"
SERVER_COUNTS = "$SYS.REQ.SERVER.PING.STATSZ"
"""How many messages went into a server and out of it; nothing of what is in them."""
REMOVE_NODE = "$JS.API.SERVER.REMOVE"
"""Only who is of the server's own account may ask for it."""
HOPS = "telemetry.hops"
"""Where the server says how a message went, in the account of the process that sent it."""
TRACED = "case."
"""What is followed beyond the account it was sent in: records. With a question a department would be given the subject
that takes the reports, and could report what it likes."""
WHOLE_API = "$JS.API.INFO"
"""The server gives an account all of JetStream's API, unless it imports this from elsewhere: so each does."""

READS = (
    "$JS.API.INFO",
    "$JS.API.STREAM.INFO.*",
    "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.LIST",
    "$JS.API.STREAM.MSG.GET.*",
    "$JS.API.DIRECT.GET.>",
    "$JS.API.CONSUMER.INFO.*.*",
    "$JS.API.CONSUMER.NAMES.*",
    "$JS.API.CONSUMER.LIST.*",
)
"""What looks at streams and consumers and changes nothing."""

MANY_REPLIES = ("$SRV.", "$JS.API.DIRECT.GET.", "$JS.API.CONSUMER.MSG.NEXT.")
REPLIES_WITHIN = "30s"
"""How long the server keeps the way back of what has many replies; longer costs memory with every read."""
LATE_REPLIES = "15m"
"""How long a department's late reply still finds its way; an outage may hold one for ten minutes."""

Config = dict[str, Any]


REPLIES = "_R_.>"
"""The server's own names for the ways back across accounts: within an account only those of its own questions."""


def account_of(department: str) -> str:
    return f"DEPARTMENT-{department}"


def account_of_group(group: str) -> str:
    return f"SERVICE-{group}"


def asked(department: str) -> str:
    return f"department.{department}.query.v1"


def asked_together(department: str) -> str:
    return f"department.{department}.batch.v1"


def told(department: str) -> str:
    return f"department.{department}.notice.v1"


def brought(department: str) -> tuple[str, str]:
    """What a department itself asks of the service that asks it: to take an answer, and what is open."""
    return f"answer.{department}.v1", f"questions.{department}.v1"


def accounts(keys: PublicKeys, groups: "Groups", hops: int = 0, drill: bool = False) -> dict[str, Config]:
    """The accounts of a server on which these groups of services run.

    Of `hops` percent of all messages that belong to a trace the server says how they went (ADR 0025). In a `drill`
    the operator may send what else takes a person who signed in (ADR 0027).
    """
    made = Accounts(hops)
    made.user(LOG, keys.provisioner)
    made.jetstream(LOG)
    commands = EVERY_COMMAND if drill else OPERATOR_COMMANDS
    asks = [*commands, "$SRV.>", *READS, OPERATOR_TRIES, SERVER_HEALTH, SERVER_STATE, SERVER_COUNTS]
    made.user(OPERATOR, keys.operator, publish=asks, subscribe=["_INBOX.>", *OPERATOR_WATCHES], never=SEALED)
    for subject in (*READS, OPERATOR_TRIES):
        made.serves(LOG, subject, to=OPERATOR)
    for subject in (SERVER_HEALTH, SERVER_STATE, SERVER_COUNTS):
        made.serves(SYSTEM, subject, to=OPERATOR)
    if keys.system is not None:
        made.user(SYSTEM, keys.system, publish=[REMOVE_NODE, SERVER_STATE], subscribe=["_INBOX.>"])
    made.user(
        CHECK, keys.check, publish=[asked("*"), asked_together("*"), told("*"), "$SRV.INFO.*"], subscribe=["_INBOX.>"]
    )
    questions = [pair for services in groups.values() for service in services for pair in service.asked_by]
    for name, key in keys.departments.items():
        _department(made, name, key, [subject for subject, department in questions if department == name])
    runs = {service.name: account_of_group(group) for group, services in groups.items() for service in services}
    for group, services in groups.items():
        account = account_of_group(group)
        made.user(account, keys.groups[group])
        made.serves(account, "$SRV.*", to=OPERATOR)
        made.serves(SYSTEM, SERVER_HEALTH, to=account)
        for subject in OPERATOR_WATCHES:
            made.shows(account, subject, to=OPERATOR)
        if hops:
            made.traced.append(account)
            made.serves(LOG, HOPS, to=account)
        for service in services:
            _service(made, account, service, set(keys.departments), runs)
    return made.config()


OPERATOR_COMMANDS = tuple(
    f"command.{one}"
    for one in (
        *("*.departments", "*.overdue", "archive.state", "console.staff-first", "console.staff-list"),
        *("*.register-key", "*.revoke-key", "*.certify", "*.end-certificate"),
        *("publicity.list", "publicity.object", "publicity.erase-objectors"),
        *("allocation.list-projects", "allocation.show-project", "allocation.show-choosing"),
        *("allocation.show-deposit", "allocation.show-contract", "allocation.draw-show"),
        *("after-care.show-home", "after-care.closed-management"),
    )
)
"""What needs no person who signed in: to look, to let a department in that was attached here, what anybody may."""
EVERY_COMMAND = ("command.>",)
"""In a drill, in which names are typed."""
SEALED = tuple(
    f"$JS.API.{read}" for read in ("DIRECT.GET.OBJECTORS", "DIRECT.GET.OBJECTORS.>", "STREAM.MSG.GET.OBJECTORS")
)
"""What an operator gets by the command alone, which records who asked, and why."""
OPERATOR_TRIES = subject_of("operator")
OPERATOR_WATCHES = ("case.>", "telemetry.>")
"""Live, as services publish it: what came into an account from another is not shown to a third."""


def _department(made: "Accounts", name: str, key: str | None, questions: Iterable[str]) -> None:
    """Answers its own questions, brings what it had deferred, asks what it may, shows itself, and nothing else."""
    account = account_of(name)
    made.account(account)
    if key is not None:
        made.user(
            account,
            key,
            # Not allow_responses: the server forgets those permissions whenever it reads its accounts again, and what
            # any department is just answering would be refused.
            publish=[*brought(name), *questions, REPLIES],
            subscribe=[asked(name), asked_together(name), told(name), "$SRV.>", "_INBOX.>"],
        )
    for subject in (asked(name), asked_together(name), told(name)):
        made.serves(account, subject, to=CHECK)
    # Under its own name only: no department can show itself as another, or as one of our services.
    made.serves(account, f"$SRV.INFO.{name}", to=CHECK)
    for verb in ("PING", "INFO", "STATS"):
        made.serves(account, f"$SRV.{verb}.{name}", to=OPERATOR)


def _service(made: "Accounts", account: str, service: "Service", there: set[str], runs: Mapping[str, str]) -> None:
    """What one service may do, for the account of its process."""
    for subject in of_the_log(service):
        made.serves(LOG, subject, to=account)
    for durable in service.durables:
        if durable.pushed_to is not None:
            made.shows(LOG, durable.pushed_to, to=account)
    if service.follows_register:
        made.shows(LOG, NEWS, to=account)
    for call in service.calls:
        owner, _, _ = call.partition(".")
        if owner in runs:
            made.serves(runs[owner], f"command.{call}", to=account)
    for name in sorted(there.intersection(service.asks)):
        made.serves(account_of(name), asked(name), to=account)
    for name in sorted(there.intersection(service.manages)):
        for subject in (told(name), asked_together(name), f"$SRV.INFO.{name}"):
            made.serves(account_of(name), subject, to=account)
        for subject in brought(name):
            made.serves(account, subject, to=account_of(name))
    for subject, name in service.asked_by:
        if name in there:
            made.serves(account, subject, to=account_of(name))
    for name in sorted(there.intersection(service.sees)):
        for verb in ("PING", "STATS"):
            made.serves(account_of(name), f"$SRV.{verb}.{name}", to=account)
    if service.sees_storage:
        made.serves(LOG, WHOLE_API, to=account)
    # By its name, so that no process can pass for the service of another.
    for subject in (f"command.{service.name}.>", f"$SRV.*.{service.name}", f"$SRV.*.{service.name}.*"):
        made.serves(account, subject, to=OPERATOR)


def of_the_log(service: "Service") -> tuple[str, ...]:
    """The subjects on which a service may publish into the account of the log."""
    subjects = [SPANS, subject_of(service.name), *service.writes, *([SECRETS] if service.keys else [])]
    for stream in service.streams:
        subjects += [f"$JS.API.{read}.{stream}" for read in ("DIRECT.GET", "STREAM.MSG.GET", "STREAM.INFO")]
    for durable in service.durables:
        place = f"{durable.stream}.{durable.name}"
        subjects.append(f"$JS.API.CONSUMER.INFO.{place}")
        if durable.pushed_to is None:
            subjects += [f"$JS.API.CONSUMER.MSG.NEXT.{place}", f"$JS.ACK.{place}.>", f"dead.{durable.name}.*"]
        else:
            # An index keeps checkpoints under the name of its feed.
            subjects += [f"checkpoint.{durable.name}", f"checkpoint.{durable.name}.>"]
    return tuple(dict.fromkeys(subjects))


@dataclass
class Accounts:
    """Gathers exports together with their imports: there is none of the one without the other."""

    hops: int = 0
    users: dict[str, list[Config]] = field(default_factory=dict)
    traced: list[str] = field(default_factory=list)
    with_jetstream: list[str] = field(default_factory=list)
    shared: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    """Who imports what: by kind, owner and subject."""

    def account(self, name: str) -> None:
        self.users.setdefault(name, [])

    def jetstream(self, name: str) -> None:
        self.with_jetstream.append(name)

    def user(
        self,
        account: str,
        key: str,
        publish: Iterable[str] | None = None,
        subscribe: Iterable[str] = (),
        never: Iterable[str] = (),
    ) -> None:
        """Without a word on what it may publish, a user may do all that its account can; `never` goes before that."""
        self.account(account)
        user: Config = {"nkey": key}
        if publish is not None:
            user["permissions"] = {
                "publish": {"allow": list(publish), **({"deny": denied} if (denied := list(never)) else {})},
                "subscribe": {"allow": list(subscribe)},
            }
        self.users[account].append(user)

    def serves(self, owner: str, subject: str, to: str) -> None:
        """Requests and messages on this subject pass from one account to the other."""
        self._share("service", owner, subject, to)

    def shows(self, owner: str, subject: str, to: str) -> None:
        """What is published in one account is heard in the other."""
        self._share("stream", owner, subject, to)

    def _share(self, kind: str, owner: str, subject: str, to: str) -> None:
        importers = self.shared.setdefault((kind, owner, subject), [])
        if owner != to and to not in importers:
            importers.append(to)

    def config(self) -> dict[str, Config]:
        """As the server reads it."""
        for name in self.users:
            if name not in (SYSTEM, *self.with_jetstream, *self.shared.get(("service", LOG, WHOLE_API), ())):
                self._share("service", NOWHERE, WHOLE_API, name)
        found: dict[str, Config] = {SYSTEM: {"exports": []}, NOWHERE: {"exports": []}}
        for name, users in self.users.items():
            found[name] = {"users": users, "exports": [], "imports": []}
        for name in self.with_jetstream:
            found[name]["jetstream"] = "enabled"
        for name in self.traced:
            found[name]["msg_trace"] = {"dest": HOPS, "sampling": self.hops}
        for (kind, owner, subject), importers in self.shared.items():
            if importers:
                says = {**_replies(kind, subject), **self._tracing(kind, subject)}
                found[owner]["exports"].append({kind: subject, "accounts": importers, **says})
            for importer in importers:
                found[importer]["imports"].append({kind: {"account": owner, "subject": subject}})
        return found

    def _tracing(self, kind: str, subject: str) -> Config:
        return {"allow_trace": True} if self.hops and kind == "service" and subject.startswith(TRACED) else {}


def _replies(kind: str, subject: str) -> Config:
    if kind == "service" and subject.startswith(MANY_REPLIES):
        return {"response_type": "stream", "threshold": REPLIES_WITHIN}
    if kind == "service" and subject.startswith("department."):
        return {"threshold": LATE_REPLIES}
    return {}
