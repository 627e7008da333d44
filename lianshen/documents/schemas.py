"""`python -m lianshen.documents.schemas`: writes the contracts for whoever speaks no Python; `--check` compares."""

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nats.aio.client import Client
from pydantic import BaseModel

import contracts
from chassis.log.journal import Journal
from chassis.process.keys import make_keys
from chassis.process.service import Context, Parts
from chassis.process.settings import Settings
from contracts.application import ApplicationForm, Supplement
from contracts.events import STORY
from contracts.inquiries import Answer, AnswerClaims, DepartmentNotice, Question
from contracts.key_register import REGISTER
from lianshen.catalog import SERVICES
from lianshen.documents.asyncapi import bus_document
from lianshen.documents.department_openapi import department_document
from lianshen.documents.events_page import events_page
from lianshen.documents.kiosk_codes import kiosk_codes
from lianshen.documents.law_page import law_page
from procedures.department import Department, about_rows
from procedures.hainan_2025.departments import DEPARTMENTS

FOLDER = Path(contracts.__file__).parent
LAW = "../docs/law.md"
"""From `contracts/`, where all others stand."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"

MODELS: tuple[type[BaseModel], ...] = (
    *STORY,
    *REGISTER,
    ApplicationForm,
    Supplement,
    Question,
    Answer,
    AnswerClaims,
    DepartmentNotice,
    *(department.record for department in DEPARTMENTS),
)
"""Every model that has a JSON Schema file of its own."""


def file_name(model: type[BaseModel]) -> str:
    """`department-answered.json`"""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", model.__name__).lower() + ".json"


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """What a model takes, as one self-contained JSON Schema."""
    name = file_name(model).removesuffix(".json")
    return {"$schema": DIALECT, "$id": f"urn:lianshen:schema:{name}", **model.model_json_schema()}


def row_schema(department: Department) -> dict[str, Any]:
    """What a row of this department's answer may hold, and what each field of it means."""
    return json_schema(department.record) | {"description": about_rows(department)}


def documents() -> dict[str, str]:
    """Every generated file: its path from `contracts/`, and its text."""
    with services_without_a_bus() as services:
        kiosks = next(it for it in services["intake"].apps if it.name == "intake")
        made = {"asyncapi.json": bus_document(services), "openapi.json": kiosks.app.openapi()}
    made["department-openapi.json"] = department_document()
    made["kiosk-codes.json"] = kiosk_codes()
    made |= {f"schemas/{file_name(model)}": json_schema(model) for model in MODELS}
    made |= {f"schemas/{file_name(it.record)}": row_schema(it) for it in DEPARTMENTS}
    texts = {path: json.dumps(it, indent=2, sort_keys=True, ensure_ascii=False) + "\n" for path, it in made.items()}
    return dict(sorted(texts.items())) | {"events.md": events_page(SERVICES.values()), LAW: law_page()}


@contextmanager
def services_without_a_bus() -> Iterator[dict[str, Parts]]:
    """Every service as production builds it, on a client that never connects, keys of the moment and no settings."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        given: dict[str, Any] = {"_env_prefix": "NOT_SET_", "keys_dir": folder / "keys"}
        own = given | {
            "folder": folder / "notices",
            "archive_dir": folder / "archive",
            "console_dir": folder / "console",
        }
        make_keys(folder / "keys")
        nc = Client()
        context = Context(Settings(**given), nc, Journal(nc, within=1))
        yield {name: service.build(context, service.settings(**own)) for name, service in SERVICES.items()}


def differences(folder: Path = FOLDER) -> list[str]:
    """The files under `folder` that are missing, differ, or belong to nothing any more; each with the word for it."""
    made = documents()
    found = {path: _text(folder / path) for path in made}
    said = [f"{path}: {'differs' if found[path] else 'missing'}" for path in made if found[path] != made[path]]
    return said + [f"{path}: belongs to nothing" for path in _left_over(folder, made)]


def write(folder: Path = FOLDER) -> list[str]:
    """Makes `folder` what `documents` says. Returns the paths written and removed."""
    made = documents()
    changed = [path for path, text in made.items() if _text(folder / path) != text]
    (folder / "schemas").mkdir(parents=True, exist_ok=True)
    for path in changed:
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(made[path], encoding="utf-8")
    left_over = _left_over(folder, made)
    for path in left_over:
        (folder / path).unlink()
    return [*changed, *left_over]


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _left_over(folder: Path, made: dict[str, str]) -> list[str]:
    """Schemas of models that are gone."""
    there = sorted(path.relative_to(folder).as_posix() for path in (folder / "schemas").glob("*.json"))
    return [path for path in there if path not in made]


def main(arguments: Sequence[str] | None = None, folder: Path = FOLDER) -> int:
    """0, or with `--check` 1 where the files are not what the code says."""
    parser = argparse.ArgumentParser(prog="python -m lianshen.documents.schemas", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name what differs")
    if not parser.parse_args(arguments).check:
        for path in write(folder):
            print(os.path.normpath(f"contracts/{path}"))
        return 0
    differing = differences(folder)
    for line in differing:
        print(os.path.normpath(f"contracts/{line}"), file=sys.stderr)
    if differing:
        print("run `make schemas`, look at what changed for others, and commit it", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
