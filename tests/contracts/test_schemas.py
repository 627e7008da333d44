"""The contracts for whoever speaks no Python: committed as generated, whole in themselves, true of the real bus."""

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from intake import problems
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.commands import serve_commands
from chassis.consume.retry import all_commands
from chassis.log.journal import Journal
from contracts.events import EVENTS, STORY, Event
from contracts.inquiries import Question
from contracts.key_register import REGISTER
from inquiry.attachments.bus import BusAttachment
from inquiry.parse_answer import read_answer
from inquiry.questions import to_send
from lianshen.catalog import DEPARTMENTS
from lianshen.demo.worlds import worlds
from lianshen.documents.schemas import (
    MODELS,
    differences,
    documents,
    file_name,
    json_schema,
    main,
    services_without_a_bus,
    write,
)
from lianshen.simulation import answers
from lianshen.simulation.registers import load
from procedures.department import Department
from procedures.hainan_2025.departments import DEPARTMENTS as ALL_DEPARTMENTS
from tests.contracts.examples import AT, CHILD, EXAMPLES, FORM, LATER, MAN, NUMBER, QUESTION
from tests.support.real_bus import RealBus

SAMPLE = worlds() / "sample"

each_event = pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
each_department = pytest.mark.parametrize("department", ALL_DEPARTMENTS, ids=lambda one: one.name)


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    """Every generated file but the pages, as JSON."""
    return {path: json.loads(text) for path, text in documents().items() if path.endswith(".json")}


@pytest.fixture(scope="module")
def bus(made: dict[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = made["asyncapi.json"]
    return document


@pytest.fixture(scope="module")
def http(made: dict[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = made["openapi.json"]
    return document


def component(document: dict[str, Any], name: str) -> Draft202012Validator:
    """A validator for one of a document's own schemas."""
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolved(document: Any, reference: str) -> Any:
    """Raises KeyError where a reference leads nowhere."""
    assert reference.startswith("#/"), "every file is whole in itself"
    node = document
    for step in reference[2:].split("/"):
        node = node[step.replace("~1", "/").replace("~0", "~")]
    return node


def matches(address: str, subject: str) -> bool:
    pattern = "".join(
        r"[^.\s*>]+" if piece.startswith("{") else re.escape(piece) for piece in re.split(r"(\{\w+\})", address)
    )
    return re.fullmatch(pattern, subject) is not None


# --- the files -------------------------------------------------------------------------------------------------


def test_what_is_committed_is_what_the_code_says() -> None:
    assert differences() == [], "run `make schemas`, look at what changed for others, and commit it"


def test_the_files_are_the_same_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    before = documents()
    monkeypatch.setenv("LIANSHEN_INTAKE_PROJECTS_FILE", "/nowhere/projects.toml")
    monkeypatch.setenv("LIANSHEN_NATS_URL", "nats://bus.example:4222")
    monkeypatch.setenv("LIANSHEN_NOTIFY_CHANNELS", "sms")
    assert documents() == before
    assert os.environ["LIANSHEN_NOTIFY_CHANNELS"] == "sms"
    assert "LIANSHEN_KEYS_DIR" not in os.environ


def test_a_file_is_sorted_indented_and_ends_with_a_new_line(made: dict[str, Any]) -> None:
    for path, text in ((path, text) for path, text in documents().items() if path in made):
        assert text == json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n", path


def test_check_names_what_is_missing_differs_or_belongs_to_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "contracts"
    assert main([], folder) == 0
    assert main(["--check"], folder) == 0
    capsys.readouterr()
    (folder / "openapi.json").write_text("{}\n")
    (folder / "schemas" / "answer.json").unlink()
    (folder / "schemas" / "department-guessed.json").write_text("{}\n")

    assert main(["--check"], folder) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[:3] == [
        "contracts/openapi.json: differs",
        "contracts/schemas/answer.json: missing",
        "contracts/schemas/department-guessed.json: belongs to nothing",
    ]
    assert write(folder) == ["openapi.json", "schemas/answer.json", "schemas/department-guessed.json"]
    assert differences(folder) == []
    assert (tmp_path / "docs" / "law.md").is_file()
    assert not (folder / "schemas" / "department-guessed.json").exists()


def test_no_reference_leads_nowhere(made: dict[str, Any]) -> None:
    for path, document in made.items():
        for reference in references(document):
            try:
                resolved(document, reference)
            except KeyError:
                pytest.fail(f"{path}: {reference}")


# --- JSON Schemas ----------------------------------------------------------------------------------------------


def test_every_model_has_a_schema_of_its_own_with_id_and_title(made: dict[str, Any]) -> None:
    by_path = {f"schemas/{file_name(model)}": model for model in MODELS}
    assert len(by_path) == len(MODELS)
    assert set(by_path) == {path for path in made if path.startswith("schemas/")}
    for path, model in by_path.items():
        schema = made[path]
        Draft202012Validator.check_schema(schema)
        assert re.fullmatch(r"schemas/[a-z]+(-[a-z]+)*\.json", path)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["$id"] == f"urn:lianshen:schema:{Path(path).stem}"
        assert schema["title"] == model.__name__


def required(kind: type[Event]) -> set[str]:
    return {name for name, field in kind.model_fields.items() if field.is_required()}


@each_event
def test_a_real_event_fits_its_schema_and_no_other(event: Event, made: dict[str, Any]) -> None:
    body = json.loads(EVENTS.write(event))
    Draft202012Validator(made[f"schemas/{file_name(type(event))}"]).validate(body)
    # Kinds that ask for the same fields, or have the same, are told apart by their subject and header.
    own = required(type(event)), set(type(event).model_fields)
    others = [kind for kind in STORY if required(kind) != own[0] and set(kind.model_fields) != own[1]]
    fitting = [kind for kind in others if Draft202012Validator(json_schema(kind)).is_valid(body)]
    assert fitting == []


@each_event
def test_a_schema_refuses_what_the_model_refuses(event: Event) -> None:
    validator = Draft202012Validator(json_schema(type(event)))
    body = json.loads(EVENTS.write(event))
    assert not validator.is_valid(body | {"guessed": 1})
    assert not validator.is_valid(body | {"application": "7Q2KD-9M4TX"})
    for name in validator.schema["required"]:
        assert not validator.is_valid({key: value for key, value in body.items() if key != name})


@each_department
async def test_what_a_department_is_asked_and_says_fits_the_schemas(
    department: Department, made: dict[str, Any]
) -> None:
    """Every application of the sample world, asked of the simulated department, raw and as it is stored."""
    registers = load(SAMPLE, department.name)
    record = Draft202012Validator(made[f"schemas/{file_name(department.record)}"])
    records = 0
    for file in sorted((SAMPLE / "applications").glob("*.json")):
        form = json.loads(file.read_text(encoding="utf-8"))
        people = [form.get("applicant", {}), *form.get("members", [])]
        body = {
            "question_id": QUESTION,
            "department": department.name,
            "round": 1,
            "asked_at": AT.isoformat(),
            "answer_by": LATER.isoformat(),
            "persons": [{"id_number": one["id_number"], "name": one["name"]} for one in people if one.get("name")],
        }
        try:
            question = Question.model_validate(body)
        except ValueError:
            continue  # an application that intake refuses as invalid
        Draft202012Validator(made["schemas/question.json"]).validate(question.model_dump(mode="json"))
        raw = answers.DEPARTMENTS[department.name](registers, question.model_dump(mode="json"))
        stored = read_answer(json.dumps(raw).encode(), question, department, AT)
        assert not stored.contradictions
        for answer in (raw, stored.answer.model_dump(mode="json")):
            Draft202012Validator(made["schemas/answer.json"]).validate(answer)
            for row in (row for person in answer["persons"] for row in person["records"]):
                record.validate(row)
                records += 1
    assert records > 0


def test_a_form_and_a_supplement_as_they_are_posted_fit_their_schemas(made: dict[str, Any]) -> None:
    form = Draft202012Validator(made["schemas/application-form.json"])
    form.validate(FORM.model_dump(mode="json", exclude_none=True))
    with pytest.raises(ValidationError, match="documents"):
        form.validate(FORM.model_dump(mode="json", exclude={"documents"}))
    supplement = Draft202012Validator(made["schemas/supplement.json"])
    supplement.validate({"documents": ["consent"]})
    assert not supplement.is_valid({"documents": ["Consent!"]})


# --- AsyncAPI --------------------------------------------------------------------------------------------------


@each_event
def test_an_event_is_on_exactly_one_channel_which_says_what_it_carries(event: Event, bus: dict[str, Any]) -> None:
    subject = EVENTS.subject_of(event)
    named = {name for name, it in bus["channels"].items() if it["address"] and matches(it["address"], subject)}
    assert named == {type(event).__name__}
    channel = bus["channels"][type(event).__name__]
    assert re.sub(r"\{\w+\}", "*", channel["address"]) == EVENTS.subjects_of(type(event))
    assert set(channel["parameters"]) == set(re.findall(r"\{(\w+)\}", channel["address"]))

    (message,) = channel["messages"].values()
    payload = resolved(bus, resolved(bus, message["$ref"])["payload"]["$ref"])
    body = json.loads(EVENTS.write(event))
    component(bus, payload["title"]).validate(body)
    for name, parameter in channel["parameters"].items():
        place = parameter["location"].removeprefix("$message.payload#/")
        assert f".{body[place]}" in subject, name


def test_every_channel_has_its_operation_and_every_request_its_reply(bus: dict[str, Any]) -> None:
    inboxes = {name for name, channel in bus["channels"].items() if channel["address"] is None}
    assert set(bus["operations"]) == set(bus["channels"]) - inboxes
    replies = {name: bus["operations"][name].get("reply") for name in bus["operations"]}
    facts = {kind.__name__ for kind in (*STORY, *REGISTER)} | {"DepartmentNotice"}
    assert {name for name, reply in replies.items() if reply is None} == facts
    assert {reply["channel"]["$ref"] for reply in replies.values() if reply} == {f"#/channels/{n}" for n in inboxes}
    sent = {name for name, operation in bus["operations"].items() if operation["action"] == "send"}
    assert sent == facts | {"DepartmentQuery", "DepartmentBatch"}


def test_a_binding_says_only_what_the_nats_binding_of_asyncapi_knows(bus: dict[str, Any]) -> None:
    assert not [name for name, channel in bus["channels"].items() if "bindings" in channel]
    for operation in bus["operations"].values():
        assert operation["bindings"]["nats"].keys() <= {"queue", "bindingVersion"}
        assert operation["bindings"]["nats"]["bindingVersion"] == "0.1.0"
    assert "correlationId" not in json.dumps(bus)
    assert "custom" not in json.dumps(bus)


class Overheard:
    """Stands in for the connection: keeps what was published, and answers nothing."""

    def __init__(self) -> None:
        self.published: list[tuple[str, bytes]] = []
        self.stats = {"reconnects": 0}

    def new_inbox(self) -> str:
        return "_INBOX.test"

    async def subscribe(self, subject: str, cb: Callable[[Msg], Awaitable[None]], **limits: int) -> None:
        self.replies = cb

    async def publish(self, subject: str, body: bytes, **rest: Any) -> None:
        self.published.append((subject, body))
        await self.replies(Msg(_client=Client(), subject=rest["reply"], data=b"{}"))


@each_department
async def test_a_department_is_asked_where_and_how_the_document_says(
    department: Department, bus: dict[str, Any]
) -> None:
    async def nobody(body: bytes) -> None: ...

    nc = Overheard()
    attachment = BusAttachment(nc, department.name, nobody)  # type: ignore[arg-type]
    question = Question.model_validate(
        {
            "question_id": QUESTION,
            "department": department.name,
            "round": 1,
            "asked_at": AT,
            "answer_by": LATER,
            "persons": [{"id_number": MAN, "name": "王建国"}, {"id_number": CHILD}],
        }
    )
    await attachment.ask(to_send(question, None), 5)
    ((subject, body),) = nc.published
    channel = bus["channels"]["DepartmentQuery"]
    assert matches(channel["address"], subject)
    assert department.name in channel["parameters"]["department"]["enum"]
    component(bus, "Question").validate(json.loads(body))


async def test_the_commands_of_the_document_are_the_endpoints_on_the_real_bus(
    real_bus: RealBus, bus: dict[str, Any]
) -> None:
    nc = await real_bus.connect()
    with services_without_a_bus() as services:
        running = [
            await serve_commands(nc, name, all_commands(nc, name, parts.commands, parts.listens))
            for name, parts in services.items()
        ]
        endpoints = {endpoint.subject: endpoint for service in running for endpoint in service.info().endpoints}
        described = {
            name: channel["address"] for name, channel in bus["channels"].items() if name.startswith("command.")
        }
        offered = {
            bus["channels"][channel]["address"].replace("{department}", name)
            for channel in ("DepartmentDelivery", "ClerksList", "ClosedManagementQuery", "BanQuery")
            for name in DEPARTMENTS
        }
        assert set(endpoints) == {*described.values(), *offered}
        for name in (*described, "DepartmentDelivery"):
            queue = bus["operations"][name]["bindings"]["nats"]["queue"]
            address = bus["channels"][name]["address"].replace("{department}", "tax")
            assert endpoints[address].queue_group == queue

        reply = component(bus, "CommandReply")
        done = json.loads((await nc.request("command.publicity.list", b"{}", timeout=5)).data)
        refused = json.loads((await nc.request("command.determination.confirm", b"{}", timeout=5)).data)
        assert (set(done), set(refused)) == ({"ok"}, {"problem"})
        reply.validate(done)
        reply.validate(refused)
        await asyncio.gather(*(service.stop() for service in running))


async def test_an_event_in_the_real_log_has_the_headers_and_the_body_of_the_document(
    journal: Journal, bus: dict[str, Any]
) -> None:
    for event in EXAMPLES:
        await journal.once(event)
        stored = await journal.history.last(EVENTS.subject_of(event))
        assert stored is not None
        message = resolved(bus, f"#/components/messages/{type(event).__name__}")
        Draft202012Validator(message["headers"]).validate(dict(stored.headers))
        component(bus, type(event).__name__).validate(json.loads(stored.body))
    assert len(await journal.history.of(NUMBER)) == len(STORY)


# --- OpenAPI ---------------------------------------------------------------------------------------------------

WITH_A_RECEIPT = {"202", "401", "404", "408", "409", "413", "415", "422", "429", "503"}
"""What a family may be answered that hands something in for its case."""
EXPECTED: dict[tuple[str, str], set[str]] = {
    ("/v1/applications", "post"): {"202", "408", "409", "413", "415", "422", "503"},
    ("/v1/applications/{number}", "get"): {"200", "304", "401", "404", "429", "503"},
    ("/v1/applications/{number}/supplement", "post"): WITH_A_RECEIPT,
    ("/v1/applications/{number}/withdrawal", "post"): WITH_A_RECEIPT,
    ("/v1/projects", "get"): {"200"},
    ("/v1/documents", "get"): {"200"},
    ("/v1/consent-texts", "get"): {"200"},
}
NO_PROBLEM = {"200", "202", "304"}


def test_every_route_of_the_app_is_described_with_all_it_may_answer(http: dict[str, Any]) -> None:
    with services_without_a_bus() as services:
        app = services["intake"].apps[0].app
        routes = {
            (route.path, method.lower())
            for route in app.routes
            if isinstance(route, APIRoute)
            for method in route.methods
        }
    described = {(path, method): it for path, methods in http["paths"].items() for method, it in methods.items()}
    assert set(described) == routes
    assert {place: set(operation["responses"]) for place, operation in described.items()} == EXPECTED


def test_every_problem_that_intake_can_say_is_described_where_it_is_said(http: dict[str, Any]) -> None:
    for (path, method), statuses in EXPECTED.items():
        for status in statuses - NO_PROBLEM:
            said = http["paths"][path][method]["responses"][status]
            assert list(said["content"]) == ["application/problem+json"]
            assert said["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
            for kind in problems.KINDS:
                if kind.status == int(status):
                    assert kind.title in said["description"]
                    assert ("Retry-After" in said.get("headers", {})) == bool(kind.retry_after)
                    assert ("WWW-Authenticate" in said.get("headers", {})) == (kind.status == 401)
    assert {str(kind.status) for kind in problems.KINDS} == set().union(*EXPECTED.values()) - NO_PROBLEM


@pytest.mark.parametrize("kind", problems.KINDS, ids=lambda kind: kind.name)
def test_the_body_of_every_problem_fits_its_schema(kind: problems.Kind, http: dict[str, Any]) -> None:
    component(http, "Problem").validate(json.loads(kind.problem().body()))


def test_a_new_application_needs_its_idempotency_key_and_the_rest_the_receipt(http: dict[str, Any]) -> None:
    post = http["paths"]["/v1/applications"]["post"]
    assert [(one["in"], one["name"], one["required"]) for one in post["parameters"]] == [
        ("header", "Idempotency-Key", True)
    ]
    assert "security" not in post
    for (path, method), operation in (
        ((path, method), it) for path, methods in http["paths"].items() for method, it in methods.items()
    ):
        of_a_case = path.startswith("/v1/applications/")
        assert operation.get("security") == ([{"receipt": []}] if of_a_case else None), (path, method)
    assert http["components"]["securitySchemes"]["receipt"]["scheme"] == "bearer"


def test_a_form_as_a_kiosk_posts_it_fits_the_document(http: dict[str, Any]) -> None:
    body = http["paths"]["/v1/applications"]["post"]["requestBody"]
    assert body["required"]
    reference = body["content"]["application/json"]["schema"]["$ref"]
    validator = component(http, reference.rsplit("/", 1)[1])
    files = sorted((SAMPLE / "applications").glob("*.json"))
    posted = [json.loads(file.read_text(encoding="utf-8")) for file in files if file.stem != "17-bad-id-number"]
    assert len(posted) > 10
    for form in (FORM.model_dump(mode="json", exclude_none=True), *posted):
        validator.validate(form)
    assert not validator.is_valid({})
