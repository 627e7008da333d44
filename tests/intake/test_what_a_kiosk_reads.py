"""What a kiosk reads of a case and before a form: codes in both languages, an ETag, and nothing that it must guess."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from intake.consent_texts import load_consent_texts
from intake.http import examples
from intake.http.what_a_form_needs import consent_texts_on, projects_on
from intake.settings import IntakeSettings
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from procedures.hainan_2025.projects import Project
from procedures.hainan_2025.view import CaseView
from tests.intake.in_memory import JSON, Intake
from tests.support.families import a_form

COMPLETE: dict[str, Any] = json.loads(a_form().model_dump_json(exclude_none=True))
APPLICANT, SPOUSE, CHILD = (consent["id_number"] for consent in COMPLETE["consents"])


def opened(intake: Intake, form: dict[str, Any] = COMPLETE, key: bytes = b"a-key-of-its-own") -> str:
    return str(intake.post(json.dumps(form).encode(), key).json()["receipt"]["application_number"])


# --- codes, roles, both languages -----------------------------------------------------------------------------


def test_a_gap_says_whose_consent_is_missing_by_role_and_place_on_the_form() -> None:
    intake = Intake()
    form = {**COMPLETE, "documents": ["application_form", "identity_copies", "consent"], "consents": []}
    gaps = intake.get(opened(intake, form)).json()["gaps"]
    assert [(gap["code"], gap["document"], gap["role"], gap["member"]) for gap in gaps] == [
        ("missing-document", "commitment", None, None),
        ("missing-consent", None, "applicant", None),
        ("missing-consent", None, "spouse", 0),
        ("missing-consent-of-a-child", None, "child", 1),
    ]
    assert [gap["text_zh"] for gap in gaps] == [
        "缺少：承诺书",
        "缺少申请人本人的查询授权同意",
        "缺少配偶（第1名成员）的查询授权同意",
        "缺少子女（第2名成员）的查询授权同意，由监护人出具",
    ]
    assert not [number for number in (APPLICANT, SPOUSE, CHILD) if number in json.dumps(gaps)]


def test_a_ground_has_a_code_and_the_sentence_of_the_letter() -> None:
    intake = Intake()
    opened(intake)
    again = intake.get(opened(intake, key=b"another-key")).json()
    assert [(ground["code"], ground["text_zh"]) for ground in again["grounds"]] == [
        ("one-application.not_met", "申请人或者其配偶在本项目中另有在办申请，须先办结或者撤回。")
    ]


def test_a_ground_lists_its_dates_in_chinese_too() -> None:
    closed = Project("HN-2026-01", "示范", date(2020, 1, 1), date(2020, 12, 31), date(2020, 1, 1))
    intake = Intake(projects={closed.name: closed})
    [ground] = intake.get(opened(intake)).json()["grounds"]
    assert ground["text_zh"].endswith("（所涉日期：2020-01-01、2020-12-31）")


@pytest.mark.parametrize("name", examples.CASES)
def test_every_example_of_a_case_is_one_that_could_be_shown(name: str) -> None:
    shown, document = examples.CASES[name]["value"], Intake().document
    schema = document["components"]["schemas"]["CaseView"]
    validator = Draft202012Validator({**schema, "components": document["components"]})
    assert [error.message for error in validator.iter_errors(shown)] == []
    assert CaseView.model_validate_json(json.dumps(shown)).model_dump(mode="json") == shown
    assert set(shown) == set(CaseView.model_fields)


def test_every_example_of_a_body_is_taken() -> None:
    intake = Intake()
    number = opened(intake, examples.FORM)
    assert [gap["code"] for gap in intake.get(number).json()["gaps"]] == ["missing-document", "missing-consent"]
    assert intake.supplement(number, json.dumps(examples.SUPPLEMENT).encode()).json()["application"]["gaps"] == []
    for body in examples.BODIES["Withdrawal"].values():
        assert intake.withdraw(number, json.dumps(body["value"]).encode()).status_code == 202


# --- has anything happened since? -----------------------------------------------------------------------------


def test_a_case_has_an_etag_that_changes_with_it_and_says_when() -> None:
    intake = Intake()
    number = opened(intake)
    before = intake.get(number)
    tag = before.headers["etag"].encode()
    assert before.json()["updated_at"] == before.json()["submitted_at"]
    for known in (tag, tag.removeprefix(b"W/"), b'"7", ' + tag, b"*"):
        reply = intake.get(number, {b"if-none-match": known})
        assert (reply.status_code, reply.content, reply.headers["etag"].encode()) == (304, b"", tag)
    intake.withdraw(number)
    after = intake.get(number, {b"if-none-match": tag})
    assert (after.status_code, after.headers["etag"] != before.headers["etag"]) == (200, True)
    assert datetime.fromisoformat(after.json()["updated_at"]) > datetime.fromisoformat(before.json()["updated_at"])


def test_a_case_is_kept_by_nobody_between_the_family_and_intake() -> None:
    intake = Intake()
    assert intake.get(opened(intake)).headers["cache-control"] == "private, no-cache"


def test_what_a_withdrawal_was_for_stays_readable_without_a_number_in_it() -> None:
    intake = Intake()
    number = opened(intake)
    assert intake.get(number).json()["withdrawal"] is None
    intake.withdraw(number, json.dumps({"reason": f"我们搬家了 {APPLICANT}"}).encode())
    withdrawal = intake.get(number).json()["withdrawal"]
    assert withdrawal["reason"] == f"我们搬家了 {APPLICANT[:4]}**********{APPLICANT[-4:]}"
    assert datetime.fromisoformat(withdrawal["at"]) <= datetime.now(UTC)


# --- who may read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", [None, b"", b"Basic abc", b"Token x", b"bearerx"])
@pytest.mark.parametrize("known", [True, False])
def test_without_a_receipt_the_answer_is_401_with_a_challenge_whatever_the_number(
    shown: bytes | None, known: bool
) -> None:
    intake = Intake()
    number = opened(intake) if known else "no-number-at-all"
    headers = {} if shown is None else {b"authorization": shown}
    for method, template in (
        ("get", "/v1/applications/{number}"),
        ("post", "/v1/applications/{number}/supplement"),
        ("post", "/v1/applications/{number}/withdrawal"),
    ):
        reply = intake.answer(method, template, number, b"{}", {**JSON, **headers})
        assert (reply.status_code, reply.json()["type"]) == (401, "/problems/no-receipt")
        assert reply.headers["www-authenticate"] == 'Bearer realm="lianshen"'


# --- before a form ---------------------------------------------------------------------------------------------


def test_projects_documents_and_consent_texts_can_be_asked_for_without_a_receipt() -> None:
    intake = Intake()
    [project] = intake.answer("get", "/v1/projects", "").json()
    assert (project["name"], project["open"]) == ("HN-2026-01", True)
    documents = intake.answer("get", "/v1/documents", "").json()
    assert [document["name"] for document in documents if document["required"]] == COMPLETE["documents"]
    assert [document["title_zh"] for document in documents][:2] == ["申请表", "身份证明复印件"]
    [text] = intake.answer("get", "/v1/consent-texts", "").json()
    assert (text["version"], text["current"]) == ("2025-1", True)
    assert "申请" in text["text_zh"]


@pytest.mark.parametrize(
    ("today", "priced", "is_open"),
    [
        (date(2026, 9, 30), date(2026, 9, 20), False),
        (date(2026, 10, 1), date(2026, 9, 20), True),
        (date(2026, 12, 31), date(2026, 9, 20), True),
        (date(2027, 1, 1), date(2026, 9, 20), False),
        (date(2026, 10, 1), None, False),
        (date(2026, 10, 1), date(2026, 10, 2), False),
    ],
)
def test_a_project_is_open_on_the_days_of_its_window_once_its_price_is_published(
    today: date, priced: date | None, is_open: bool
) -> None:
    project = Project("HN-2026-01", "示范", date(2026, 10, 1), date(2026, 12, 31), priced)
    assert [shown.open for shown in projects_on({project.name: project}, today)] == [is_open]


def test_of_the_consent_texts_the_newest_in_force_is_current(tmp_path: Path) -> None:
    file = tmp_path / "texts.toml"
    file.write_text(
        '[2026-2]\nin_force = 2026-12-01\nzh = "新"\nen = "new"\n'
        '[2025-1]\nin_force = 2025-04-01\nzh = "旧"\nen = "old"\n'
    )
    texts = load_consent_texts(file)
    for today, current in ((date(2026, 11, 30), ["2025-1"]), (date(2026, 12, 1), ["2026-2"]), (date(2025, 1, 1), [])):
        shown = consent_texts_on(texts, today)
        assert [text.version for text in shown] == ["2025-1", "2026-2"]
        assert [text.version for text in shown if text.current] == current


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no version is there"),
        ('[2025-1]\nzh = "x"\nen = "y"', "2025-1.in_force"),
        ('[2025-1]\nin_force = 2025-04-01\nzh = ""\nen = "y"', "2025-1.zh"),
        ('["a b"]\nin_force = 2025-04-01\nzh = "x"\nen = "y"', "a b"),
        ("[", "no TOML"),
    ],
)
def test_a_file_of_consent_texts_that_is_wrong_is_named_with_its_key(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "texts.toml"
    file.write_text(text)
    with pytest.raises(ValueError, match=told) as wrong:
        load_consent_texts(file)
    assert "texts.toml" in str(wrong.value)


# --- from a browser --------------------------------------------------------------------------------------------

ORIGIN = b"https://kiosk.example:8443"
PREFLIGHT = {
    b"origin": ORIGIN,
    b"access-control-request-method": b"POST",
    b"access-control-request-headers": b"content-type,idempotency-key",
}


def test_a_page_may_ask_from_a_browser_only_where_its_origin_is_set() -> None:
    closed = Intake()
    assert closed.send("OPTIONS", "/v1/applications", headers=PREFLIGHT).status_code == 405
    assert "access-control-allow-origin" not in closed.send("GET", "/v1/projects", headers={b"origin": ORIGIN}).headers

    intake = Intake(settings=IntakeSettings(intake_cors_origins=(ORIGIN.decode(),)))
    allowed = intake.send("OPTIONS", "/v1/applications", headers=PREFLIGHT)
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, ORIGIN.decode())
    assert "access-control-allow-credentials" not in allowed.headers
    read = intake.send("GET", "/v1/projects", headers={b"origin": ORIGIN})
    assert read.headers["access-control-allow-origin"] == ORIGIN.decode()
    assert "ETag" in read.headers["access-control-expose-headers"]
    for stranger in (b"https://kiosk.example", b"https://kiosk.example:8443.evil.example", b"null"):
        refused = intake.send("OPTIONS", "/v1/applications", headers={**PREFLIGHT, b"origin": stranger})
        assert refused.status_code == 400
        assert "access-control-allow-origin" not in refused.headers


def test_origins_are_set_by_a_variable_and_each_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANSHEN_INTAKE_CORS_ORIGINS", "https://a.example, http://127.0.0.1:8080")
    assert IntakeSettings().intake_cors_origins == ("https://a.example", "http://127.0.0.1:8080")
    for wrong in ("*", "https://*.example", "a.example", "https://a.example/", "null"):
        monkeypatch.setenv("LIANSHEN_INTAKE_CORS_ORIGINS", wrong)
        with pytest.raises(ValidationError, match="scheme, host and port"):
            IntakeSettings()
