"""What a check of a department sees in one reply."""

import json
from datetime import UTC, datetime, timedelta

from contracts.events.values import FamilyMember
from inquiry.questions import question_under, to_send
from lianshen.conformance.reply import read_reply
from procedures.hainan_2025.departments import BY_NAME as DEPARTMENTS
from tests.support.families import an_id_number

NOW = datetime(2026, 11, 28, 3, tzinfo=UTC)


def test_what_only_the_log_may_say_of_a_row_is_beyond_the_contract() -> None:
    contract, person = DEPARTMENTS["tax"], FamilyMember(id_number=an_id_number(), name="测试一", role="applicant")
    sent = to_send(question_under("QUESTION-OF-A-TEST", contract, 1, (person,), NOW, NOW + timedelta(days=5)), None)
    row = {"income_recorded": True, "division": "150303", "not_understood": {"division": "elsewhere"}}
    entry = {"id_number": person.id_number, "kind": "found", "records": [row]}
    said = json.dumps({"question_id": "QUESTION-OF-A-TEST", "kind": "found", "persons": [entry]}).encode()
    assert read_reply(said, sent, contract).surplus == ("not_understood",)
