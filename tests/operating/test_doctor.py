"""What the doctor makes of what it sees: whose matter it is, since when, how many cases wait, what mends it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from chassis.log.append_health import DISK_FULL
from contracts.case.case import Recorded
from contracts.events import Event
from evidence.audit import RESTS, Auditor
from lianshen.cli.main import app
from lianshen.doctor.appends import about_appends
from lianshen.doctor.departments import about_departments, stands_for
from lianshen.doctor.finding import Finding
from lianshen.doctor.notices import Notices
from lianshen.doctor.parts import about_restarts
from lianshen.doctor.public_list import about_list
from lianshen.doctor.readers import about_reader
from lianshen.doctor.resting import about_resting
from lianshen.embedded.disk_watch import room_wanted
from lianshen.embedded.restarts import Restart, Restarts, ended_how, loops_since, ordinal, read_restarts
from tests.contracts.examples import AT, NOTICE_FAILED, NOTICE_SENT
from tests.support.families import DEPARTMENTS, accepted, an_application_number, answered, submitted

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
SINCE = NOW - timedelta(minutes=5)


def state(**changes: Any) -> dict[str, Any]:
    well = {
        "department": "tax",
        "paused": None,
        "paused_since": None,
        "not_asked_because": None,
        "breaker_open": False,
        "asked_next": None,
        "faults": [],
        "open_questions": 0,
        "oldest_asked_at": None,
        "overdue": 0,
        "overdue_since": None,
    }
    return well | changes


def fault(kind: str, why: str) -> dict[str, Any]:
    return {"kind": kind, "why": why, "since": SINCE.isoformat(), "questions": 2, "address": "department.tax.query.v1"}


def only(findings: list[Finding]) -> Finding:
    [finding] = findings
    return finding


# --- departments ------------------------------------------------------------------------------------------------


def test_a_silent_department_is_named_with_since_when_how_many_cases_and_when_it_is_asked_again() -> None:
    silent = state(
        faults=[fault("silent", "tax did not answer: within 10 s")],
        breaker_open=True,
        asked_next=(NOW + timedelta(seconds=20)).isoformat(),
        open_questions=7,
    )
    finding = only(about_departments([silent]))
    assert (finding.well, finding.since, finding.cases) == (False, SINCE, 7)
    assert finding.sentence() == (
        "BAD  department tax: silent: tax did not answer: within 10 s (asked at department.tax.query.v1); "
        "it is asked again at 12:00:20; "
        "since 2026-11-28 11:55:00; 7 cases wait; "
        "mend it: ask the department whether it runs; its questions are asked again by themselves"
    )


@pytest.mark.parametrize(
    ("kind", "called", "mend"),
    [
        ("no answer", "answers rubbish: ", "`lianshen department check tax`"),
        ("not believed", "not believed: ", "`lianshen department rotate tax`"),
        ("of a kind not thought of", "of a kind not thought of: ", "`lianshen department check tax`"),
    ],
)
def test_every_kind_of_fault_has_its_name_and_what_mends_it(kind: str, called: str, mend: str) -> None:
    finding = only(about_departments([state(faults=[fault(kind, "why")], open_questions=2)]))
    assert finding.detail.startswith(called)
    assert mend in str(finding.mend)


def test_a_pause_is_a_worry_only_once_a_case_waits_for_it() -> None:
    paused = {"paused": "their cooling failed", "paused_since": SINCE.isoformat()}
    paused["not_asked_because"] = "paused: their cooling failed"
    finding = only(about_departments([state(**paused, open_questions=1)]))
    assert finding.sentence() == (
        "BAD  department tax: is not asked: paused: their cooling failed; since 2026-11-28 11:55:00; 1 case waits; "
        "mend it: `lianshen department resume tax`"
    )
    well, quiet = about_departments([state(**paused)])
    assert (well.what, well.well, quiet.well) == ("departments", True, True)
    assert "paused: their cooling failed" in quiet.sentence()


def test_what_is_overdue_is_named_too() -> None:
    finding = only(about_departments([state(overdue=3, overdue_since=SINCE.isoformat(), open_questions=3)]))
    assert (finding.well, finding.cases, finding.since) == (False, 3, SINCE)
    assert "lianshen cases --waits-for tax" in str(finding.mend)


def test_where_not_all_questions_were_counted_none_counted_is_not_none_and_it_says_so() -> None:
    """Two hundred of a department that is dead hide those of another one that is paused."""
    paused = state(not_asked_because="paused: planned work", paused="planned work", at_least=True)
    finding = only(about_departments([paused]))
    assert not finding.well
    assert "; at least 0 cases wait; " in finding.sentence()
    silent = only(about_departments([state(breaker_open=True, at_least=True)]))
    assert not silent.well
    overdue = only(about_departments([state(overdue=200, open_questions=200, at_least=True)]))
    assert "; at least 200 cases wait; " in overdue.sentence()


def test_a_departments_file_that_does_not_count_is_named_once_with_what_mends_it() -> None:
    wrong = {"departments_file": "departments.toml: tax.url is missing"}
    found = about_departments([state(**wrong), state(department="housing", **wrong)])
    assert [finding.well for finding in found] == [True, False]
    assert found[1].sentence() == (
        "BAD  departments file: departments.toml: tax.url is missing; what was in it before counts on;"
        " mend it: correct the file; it is read again by itself"
    )


def test_all_is_well_only_if_every_service_said_how_its_departments_are() -> None:
    assert only(about_departments([state()])).sentence() == "ok   departments: nothing is wrong with any of 1"
    found = about_departments([state()], mute=["verify-property"])
    assert [finding.well for finding in found] == [True, False]
    assert "the service does not answer" in found[1].detail


# --- who reads --------------------------------------------------------------------------------------------------


def consumer(pending: int, pulls: int = 0, delivered: int = 5) -> dict[str, Any]:
    last = {"consumer_seq": delivered, "last_active": "2026-11-28T03:55:00Z"}
    return {"num_pending": pending, "num_waiting": pulls, "num_ack_pending": 1, "delivered": last}


def test_a_backlog_that_nobody_fetches_is_the_silent_departments_matter_and_not_our_readers() -> None:
    silent = state(breaker_open=True, asked_next=NOW.isoformat())
    why = stands_for("verify-household-tax-accepted", [silent])
    finding = about_reader("verify-household-tax-accepted", consumer(9), consumer(9), why)
    assert finding.well
    assert "tax gives no answer; it is asked again at 12:00:00" in finding.detail
    paused = state(paused="x", not_asked_because="paused: x")
    assert stands_for("verify-household-tax-accepted", [paused]) == "tax is not asked: paused: x"
    assert stands_for("verify-household-tax-accepted", [state()]) is None
    assert stands_for("determination", [silent]) is None


def test_a_backlog_that_nobody_fetches_and_nobody_explains_is_told_since_the_last_delivery() -> None:
    finding = about_reader("determination", consumer(9), consumer(9), None)
    assert (finding.well, finding.since) == (False, SINCE)
    assert "nobody reads it now" in finding.detail
    assert "lianshen run determination" in str(finding.mend)


@pytest.mark.parametrize("last", [consumer(0), consumer(9, pulls=1), consumer(9, delivered=6)])
def test_a_durable_is_read_if_nothing_waits_or_somebody_fetches_or_something_moved(last: dict[str, Any]) -> None:
    assert about_reader("determination", consumer(9), last, None).well


# --- notices ----------------------------------------------------------------------------------------------------

MINUTE = timedelta(minutes=1)


def notices(*events: Event, tried_again: bool = True) -> list[Finding]:
    seen = Notices()
    for n, event in enumerate(events, start=1):
        seen.take(Recorded(n, event, str(n), event.at))
    return seen.findings(tried_again)


FAILED = NOTICE_FAILED.model_copy(update={"at": AT})
AGAIN = FAILED.model_copy(update={"n": 2, "at": AT + MINUTE, "reason": "the gateway did not answer"})
REFUSED = FAILED.model_copy(update={"last": True, "reason": "no such number"})
BY_MAIL = NOTICE_SENT.model_copy(update={"channel": "mail"})


def test_a_channel_that_fails_is_named_with_its_newest_reason_and_its_first_instant() -> None:
    mail, sms = notices(FAILED, AGAIN, BY_MAIL)
    assert mail.sentence() == "ok   notices by mail: all were sent"
    assert (sms.what, sms.well, sms.since, sms.cases) == ("notices by sms", False, AT, 1)
    assert "the gateway did not answer" in sms.detail
    assert "LIANSHEN_NOTIFY_SMS_" in str(sms.mend)
    assert "tried again by itself" in str(sms.mend)


def test_a_notice_that_got_out_in_the_end_is_no_worry() -> None:
    assert all(finding.well for finding in notices(FAILED, AGAIN, NOTICE_SENT))


def test_a_number_that_is_refused_for_good_is_a_worry_until_the_channel_delivers_again() -> None:
    assert not only(notices(REFUSED)).well
    other = NOTICE_SENT.model_copy(update={"cause": "pool-confirmed"})
    finding = only(notices(REFUSED, other))
    assert finding.well
    assert "1 family was not reached by it" in finding.detail


def test_a_channel_that_was_left_out_since_is_no_worry() -> None:
    assert only(notices(FAILED, tried_again=False)).well


# --- restarts ---------------------------------------------------------------------------------------------------


def ends(*lived: float, last_at: datetime = NOW) -> list[Restart]:
    found: list[Restart] = []
    at = last_at
    for n in range(len(lived), 0, -1):
        found.insert(0, Restart("archive", at, "ended with exit status 1", lived[n - 1], n, "archive.log"))
        at -= timedelta(seconds=lived[n - 1])
    return found


def test_three_quick_ends_are_a_crash_loop_until_a_minute_of_calm() -> None:
    assert loops_since(ends(3, 3), NOW) is None
    assert loops_since(ends(3, 3, 3), NOW) == NOW - timedelta(seconds=6)
    assert loops_since(ends(3, 3, 400, 3, 3), NOW) is None
    assert loops_since(ends(400, 6, 6, 6), NOW) == NOW - timedelta(seconds=12)
    assert loops_since(ends(3, 3, 3), NOW + timedelta(seconds=61)) is None


def test_a_restart_is_told_and_a_crash_loop_is_bad_and_says_what_the_log_says(tmp_path: Path) -> None:
    log = tmp_path / "archive.log"
    said = [{"level": "INFO", "message": "ready"}, {"level": "ERROR", "message": "ended: record 4 is not the same"}]
    log.write_text("\n".join(map(json.dumps, said)) + "\nnot json\n")
    looping = [Restart("archive", NOW, "ended with exit status 1", 3, n, str(log)) for n in (1, 2, 3)]
    finding = only(about_restarts({"archive": looping}, NOW))
    assert not finding.well
    assert finding.detail.startswith(
        "crash loop: was started again 3 times; the last time it ended with exit status 1"
    )
    assert "it says: ended: record 4 is not the same" in finding.detail
    once = only(about_restarts({"decisions": ends(400)}, NOW))
    assert once.well
    assert "was started again once" in once.detail
    assert only(about_restarts({}, NOW)).detail == "none since `lianshen up` began"


def test_what_up_writes_the_doctor_reads_and_a_line_cut_off_counts_for_nothing(tmp_path: Path) -> None:
    restarts = Restarts(tmp_path)
    first = restarts.add("decisions", -9, 12.3, tmp_path / "decisions.log")
    second = restarts.add("decisions", 1, 700, tmp_path / "decisions.log")
    with (tmp_path / "restarts.jsonl").open("a") as file:
        file.write('{"part": "deci')
    assert read_restarts(tmp_path) == {"decisions": [first, second]}
    assert first.sentence() == (
        "decisions was ended by SIGKILL after 12 s and is started again, for the first time; "
        f"its log: {tmp_path}/decisions.log"
    )
    assert "ended with exit status 1 after 12 minutes and is started again, for the 2nd time" in second.sentence()
    Restarts(tmp_path).begin()
    assert read_restarts(tmp_path) == {}


def test_how_it_ended_in_words() -> None:
    assert [ended_how(code) for code in (-9, 1, -99)] == [
        "was ended by SIGKILL",
        "ended with exit status 1",
        "was ended by signal 99",
    ]
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 101, 111)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "101st", "111th")
    ]


# --- as a sentence and as data ----------------------------------------------------------------------------------


def test_a_finding_is_one_line_and_plain_data() -> None:
    finding = Finding("the log", False, "two\nlines", SINCE, 2, "`lianshen audit`")
    assert finding.sentence() == (
        "BAD  the log: two\\nlines; since 2026-11-28 11:55:00; 2 cases wait; mend it: `lianshen audit`"
    )
    assert json.loads(json.dumps(finding.as_dict())) == {
        "what": "the log",
        "well": False,
        "detail": "two\nlines",
        "since": "2026-11-28T03:55:00+00:00",
        "cases": 2,
        "mend": "`lianshen audit`",
        "at_least": False,
    }


# --- the public list --------------------------------------------------------------------------------------------


def test_a_clock_in_doubt_is_named_with_how_many_entries_wait_to_be_closed_and_who_ends_it() -> None:
    entries = [{"closes_at": (NOW + timedelta(days=days)).isoformat()} for days in (-1, 1)]
    doubt = "the clock is 240 h past the newest record from before the start"
    finding = about_list({"complete": True, "clock": doubt, "entries": entries}, NOW)
    assert (finding.well, finding.cases) == (False, 1)
    assert finding.detail == f"nothing is closed while {doubt}"
    assert "`lianshen trust-clock" in str(finding.mend)
    assert about_list({"complete": True, "clock": None, "entries": entries}, NOW).well


@pytest.mark.parametrize(("well", "status"), [(True, 0), (False, 1)])
def test_the_exit_status_says_whether_something_is_wrong_and_json_says_all(
    well: bool, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found(*_: object) -> list[Finding]:
        return [Finding("dead letters", True, "0 wait"), Finding("the log", well, "detail")]

    monkeypatch.setattr("lianshen.doctor.doctor", found)
    shown = CliRunner().invoke(app, ["doctor", "--json"])
    assert shown.exit_code == status
    assert [(one["what"], one["well"]) for one in json.loads(shown.stdout)] == [
        ("dead letters", True),
        ("the log", well),
    ]


# --- the disk ---------------------------------------------------------------------------------------------------


def test_a_full_disk_is_named_with_what_mends_it_here_and_elsewhere() -> None:
    finding = about_appends(DISK_FULL)
    assert not finding.well
    assert finding.detail == "disk full, the bus must be restarted once there is room"
    assert "free space" in (finding.mend or "")
    assert "restart nats-server" in (finding.mend or "")


def test_an_append_that_was_stored_is_well_and_any_other_fault_says_where_to_look() -> None:
    assert about_appends(None).well
    assert "look at the disk" in (about_appends("the bus takes no append: refused").mend or "")


@pytest.mark.parametrize(("total", "wanted"), [(40 * 2**20, 4 * 2**20), (2**40, 64 * 2**20), (0, 0)])
def test_a_bus_is_restarted_with_room_for_a_while_and_on_a_small_disk_with_a_tenth(total: int, wanted: int) -> None:
    assert room_wanted(total) == wanted


def test_a_case_that_rests_is_found_by_the_audit_and_named_by_the_doctor_with_what_mends_it() -> None:
    now = datetime.now(UTC)
    numbers = [an_application_number() for _ in range(3)]
    auditor = Auditor()
    for number, names in zip(numbers, (DEPARTMENTS, DEPARTMENTS, DEPARTMENTS[:-1]), strict=True):
        events = (submitted(number), accepted(number), *(answered(number, name) for name in names))
        for sequence, event in enumerate(events, start=1):
            auditor.take(Recorded(sequence, event, f"{sequence}", now - timedelta(minutes=3)))
    auditor.finish(now)
    resting = [violation for violation in auditor.violations if RESTS in violation]
    assert [violation.split(":")[0] for violation in resting] == numbers[:2], "the third waits for a department"
    [finding] = about_resting(auditor.violations)
    assert (finding.well, finding.cases) == (False, 2)
    assert "determination decides them again" in finding.sentence()
    assert about_resting([]) == []
