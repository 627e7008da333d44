"""The operator's drill: each fault on a running system, and what doctor, department list, cases and follow print.

An operator reads whose matter it is, since when, how many cases wait, and what mends it; and after that, that all is
well. Nothing is looked at but what is printed.
"""

import json
import re
import socket
from pathlib import Path

import pytest

from tests.operating.drill import Drill, MailHost, TaxOffice, lianshen
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

INSTANT = r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d"
CLOCK = r"\d\d:\d\d:\d\d"


def test_nothing_is_wrong_and_the_doctor_says_so(drill: Drill, tax: TaxOffice) -> None:
    found = drill.all_is_well()
    assert found["departments"] == "ok   departments: nothing is wrong with any of 6"
    assert found["restarts"] == "ok   restarts: none since `lianshen up` began"
    assert found["process decisions"] == "ok   process decisions: ready"


def test_the_tax_office_is_dead(drill: Drill, tax: TaxOffice) -> None:
    tax.end()
    number = drill.apply()
    line = drill.bad("department tax", "asked again at")
    assert re.fullmatch(
        rf"BAD  department tax: silent: tax did not answer: .+; it is asked again at {CLOCK}; since {INSTANT}; "
        r"1 case waits; mend it: ask the department whether it runs; its questions are asked again by themselves",
        line,
    ), line
    more = [drill.apply() for _ in range(3)]
    assert "; 4 cases wait; " in drill.bad("department tax", "4 cases")
    _, found = drill.doctor()
    reader = found["verify-household-tax-accepted"]
    assert reader.startswith("ok"), f"it is the department's matter, not our reader's: {reader}"
    listed = drill.shell("department", "list")
    assert re.search(r"tax +│ bus +│ silent +│", listed), listed
    assert re.search(rf"^tax did not answer: .+; since {INSTANT}, \d questions? waits?; asked at ", listed, re.M), (
        listed
    )
    assert waiting_for_tax(drill) == [number, *more]
    followed = drill.shell("follow", number, "--once").splitlines()
    assert followed[-2] == "now: verifying"
    assert re.fullmatch(
        rf"  waits for tax: answers by .+; tax did not answer: .+, since {INSTANT}; it is asked again at {CLOCK}",
        followed[-1],
    ), followed[-1]

    [*_, listed_last] = json.loads(drill.shell("cases", "--waits-for", "tax", "--json"))
    assert (listed_last["application_number"], listed_last["state"]) == (more[-1], "verifying")
    assert [(wait["whom"], wait["overdue"]) for wait in listed_last["waits_for"]] == [("tax", False)]

    with drill.beside("follow", number) as live:
        wait_until(lambda: any(line.startswith("  waits for tax: ") for line in live))
        tax.begin()
        wait_until(lambda: waiting_for_tax(drill) == [])
        assert drill.all_is_well()["departments"] == "ok   departments: nothing is wrong with any of 6"
        officer = "  waits for officer: reviews it: `lianshen confirm` or `reverify`"
        wait_until(lambda: live[-2:] == ["now: review", officer])
    assert len([line for line in live if line.startswith("  waits for tax: ")]) <= 2, "what is no news is not repeated"


def test_the_tax_office_answers_rubbish(drill: Drill, tax: TaxOffice, tmp_path: Path) -> None:
    tax.end()
    tax.rubbish(tmp_path)
    number = drill.apply()
    line = drill.bad("department tax", "answers rubbish")
    assert "answers rubbish: what tax sent is no answer: " in line
    assert "; 1 case waits; mend it: show the department what it sends (`lianshen department check tax`)" in line
    listed = drill.shell("department", "list")
    assert re.search(
        rf"^what tax sent is no answer: .+; since {INSTANT}, 1 question waits; asked at .+$", listed, re.M
    ), listed
    assert waiting_for_tax(drill) == [number]
    assert "; what tax sent is no answer: " in drill.shell("follow", number, "--once").splitlines()[-1]

    tax.end()
    tax.begin()
    wait_until(lambda: waiting_for_tax(drill) == [])
    drill.all_is_well()


def test_the_tax_office_is_paused(drill: Drill, tax: TaxOffice) -> None:
    drill.shell("department", "pause", "tax", "--by", "operations", "--reason", "their cooling failed")
    assert "is not asked: paused: their cooling failed" in drill.all_is_well()["department tax"], "nobody waits for it"
    number = drill.apply()
    line = drill.bad("department tax", "1 case waits")
    assert re.fullmatch(
        rf"BAD  department tax: is not asked: paused: their cooling failed; since {INSTANT}; 1 case waits; "
        r"mend it: `lianshen department resume tax`",
        line,
    ), line
    assert "it is not asked: paused: their cooling failed" in drill.shell("follow", number, "--once").splitlines()[-1]

    drill.shell("department", "resume", "tax", "--by", "operations")
    wait_until(lambda: waiting_for_tax(drill) == [])
    drill.all_is_well()


def test_the_mail_server_is_dead(drill: Drill, tax: TaxOffice, mail: MailHost) -> None:
    drill.all_is_well()
    mail.end()
    drill.apply()
    line = drill.bad("notices by mail", "fail")
    assert re.search(
        rf"^BAD  notices by mail: fail: .+; since {INSTANT}; 1 case waits; "
        r"mend it: look at the mail server \(LIANSHEN_NOTIFY_SMTP_…\); what failed is tried again by itself",
        line,
    ), line
    _, found = drill.doctor()
    assert found["notices by folder"] == "ok   notices by folder: all were sent"

    mail.begin()
    assert drill.all_is_well()["notices by mail"] == "ok   notices by mail: all were sent"


def test_a_service_is_killed(drill: Drill, tax: TaxOffice) -> None:
    drill.kill("decisions")
    log = drill.data / "logs" / "decisions.log"
    [said] = [line for line in drill.said if line.startswith("decisions ")]
    assert re.fullmatch(
        rf"decisions was ended by SIGKILL after .+ and is started again, for the first time; its log: {log}", said
    ), said
    wait_until(lambda: drill.pid_of("decisions") is not None)
    found = drill.all_is_well()
    assert re.fullmatch(
        rf"ok   restarts of decisions: was started again once; the last time it was ended by SIGKILL; its log: {log}; "
        rf"since {INSTANT}",
        found["restarts of decisions"],
    ), found
    drill.apply()


def test_a_part_that_ends_again_and_again_is_a_crash_loop(drill: Drill, tax: TaxOffice) -> None:
    for _ in range(4):  # the first had lived for long
        drill.kill("archive")
    line = drill.bad("restarts of archive", "crash loop")
    assert re.fullmatch(
        r"BAD  restarts of archive: crash loop: was started again 4 times; the last time it was ended by SIGKILL; "
        rf"its log: .+archive\.log(; it says: .+)?; since {INSTANT}; "
        r"mend it: its log says why it ends; `lianshen up` goes on trying",
        line,
    ), line
    assert any("archive was ended by SIGKILL" in said and "for the 4th time" in said for said in drill.said)


def test_a_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = lianshen(tmp_path / "data", "up", "--port", str(port))
    assert done.exit_code == 1
    assert done.stderr == f"port {port} is taken; name another one with --port, or leave it to the OS\n"
    assert not (tmp_path / "data" / "jetstream").exists(), "nothing was started"


def waiting_for_tax(drill: Drill) -> list[str]:
    """As the worklist has them: the numbers of the cases that wait for tax."""
    return [line.split()[0] for line in drill.shell("cases", "--waits-for", "tax").splitlines()[1:]]
