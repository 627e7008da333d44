"""The certificate of a department that went through the kit: what was played, and against which contract."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime

from contracts.inquiries import DepartmentName
from contracts.jws import CERTIFICATE, Sha256, Signer, WrongSignature, kid_of, verify
from contracts.model import Frozen
from lianshen.conformance.results import Result
from lianshen.embedded.data_dir import DataDir
from procedures.department import Department, contract_hashes, contract_sha256

KIT = "2"
"""Raised whenever scenarios come or go."""
VALID_DAYS = 180
NEEDED = ("answers", "question-id", "kinds", "duplicate", "no-question")
"""Every department can be held to these: who was not is not certified."""


class Certificate(Frozen):
    """Nothing was BAD."""

    department: DepartmentName
    checked_at: AwareDatetime
    expires_at: AwareDatetime
    kit: str
    attached_by: str
    passed: tuple[str, ...]
    not_run: dict[str, str]
    """Scenario → why."""
    contract_sha256: Sha256


def make_certificate(
    department: Department, attached_by: str, results: Iterable[Result], now: datetime, valid_days: int = VALID_DAYS
) -> Certificate:
    """What can be certified of these results. Raises ValueError where one is BAD, or too little was played."""
    results = list(results)
    well = tuple(result.scenario for result in results if result.word == "ok")
    if any(result.word == "BAD" for result in results):
        raise ValueError("a department is certified where nothing is BAD")
    if missing := [name for name in NEEDED if name not in well]:
        raise ValueError(f"a department is certified where these were played and went well: {', '.join(missing)}")
    return Certificate(
        department=department.name,
        checked_at=now,
        expires_at=now + timedelta(days=valid_days),
        kit=KIT,
        attached_by=attached_by,
        passed=well,
        not_run={result.scenario: result.detail for result in results if result.word == "not run"},
        contract_sha256=contract_sha256(department),
    )


def sign_certificate(certificate: Certificate, seal: Signer) -> str:
    return seal.sign(certificate.model_dump_json().encode(), CERTIFICATE)


def verify_certificate(token: str, seal: Signer) -> Certificate:
    """Raises WrongSignature, also for a seal that is not ours."""
    if kid_of(token) != seal.kid:
        raise WrongSignature("the certificate is under another seal than this deployment's")
    return Certificate.model_validate_json(verify(token, seal.x, CERTIFICATE))


def faults_of(
    certificate: Certificate, department: Department, now: datetime | None = None, way: str | None = None
) -> list[str]:
    """Why a rightly sealed certificate does not count; nothing where it does. `way` is how it is attached now."""
    faults = []
    if certificate.department != department.name:
        faults.append("it is another department's")
    if (now or datetime.now(UTC)) >= certificate.expires_at:
        faults.append("it has expired: run the check again")
    if certificate.contract_sha256 not in contract_hashes(department):
        faults.append("the contract has changed since: run the check again")
    if way not in (certificate.attached_by, None):
        faults.append(f"checked by {certificate.attached_by}, it is attached by {way} now: run the check again")
    return faults


def path_of(data_dir: Path | None, department: str) -> Path:
    return DataDir.at(data_dir).path / "departments" / department / "certificate.jws"


def take_away(data_dir: Path | None, department: str) -> bool:
    """Whether there was one."""
    path = path_of(data_dir, department)
    there = path.is_file()
    path.unlink(missing_ok=True)
    return there


def keep(path: Path, token: str) -> None:
    """A newer one replaces the older."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(token + "\n", encoding="ascii")
    new.replace(path)
