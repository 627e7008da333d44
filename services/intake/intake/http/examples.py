"""What the OpenAPI document shows as examples; the tests send each body, and read each case. Synthetic people only."""

from typing import Any

FORM: dict[str, Any] = {
    "project": "HN-2026-01",
    "channel": "kiosk-03",
    "applicant": {
        "name": "王建国",
        "id_number": "15030319880312001X",
        "phone": "13800000000",
        "marital_status": "married",
        "hukou_division": "150303",
    },
    "members": [{"name": "刘芳", "id_number": "150303199007220022", "relation": "spouse"}],
    "residence": {"division": "150303", "township": "150303103", "address": "公乌素镇"},
    "documents": ["application_form", "identity_copies", "consent"],
    "consents": [{"id_number": "15030319880312001X", "given": True, "text_version": "2025-1"}],
}
SUPPLEMENT = {
    "documents": ["commitment"],
    "consents": [{"id_number": "150303199007220022", "given": True, "text_version": "2025-1"}],
}
WITHDRAWAL = {"reason": "we move to another town"}

BODIES: dict[str, dict[str, Any]] = {
    "ApplicationForm": {"a couple, something missing": {"value": FORM}},
    "Supplement": {"what was missing": {"value": SUPPLEMENT}},
    "Withdrawal": {"with a reason": {"value": WITHDRAWAL}, "without": {"value": {}}},
}

NUMBER = "YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E"
_JUST_POSTED: dict[str, Any] = {
    "application_number": NUMBER,
    "state": "submitted",
    "intake": None,
    "outcome": None,
    "submitted_at": "2026-11-02T01:00:00+00:00",
    "updated_at": "2026-11-02T01:00:00+00:00",
    "grounds": [],
    "gaps": [],
    "round": None,
    "waiting_for": [],
    "findings": [],
    "conditions": [],
    "confirmed_by_officer": False,
    "publicity": None,
    "objections": [],
    "notes": [],
    "withdrawal": None,
}
SUPPLEMENT_WANTED = _JUST_POSTED | {
    "state": "supplement_wanted",
    "intake": "supplement",
    "gaps": [
        {
            "pointer": "/documents",
            "article": "22",
            "text": "hand in the signed commitment",
            "document": "commitment",
            "hand_in_by": "2026-11-16",
            "code": "missing-document",
            "text_zh": "缺少：承诺书",
            "role": None,
            "member": None,
        },
        {
            "pointer": "/consents",
            "article": "22(2)",
            "text": "hand in the consent of the spouse",
            "document": None,
            "hand_in_by": "2026-11-16",
            "code": "missing-consent",
            "text_zh": "缺少配偶（第1名成员）的查询授权同意",
            "role": "spouse",
            "member": 0,
        },
    ],
}
REFUSED = _JUST_POSTED | {
    "state": "refused",
    "intake": "refused",
    "grounds": [
        {
            "rule": "one-application",
            "article": "26(1)",
            "text": "in this project another application with the applicant as applicant or spouse is open; "
            "it goes on, or can be withdrawn first",
            "code": "one-application.not_met",
            "text_zh": "申请人或者其配偶在本项目中另有在办申请，须先办结或者撤回。",
        }
    ],
}
VERIFYING = _JUST_POSTED | {
    "state": "verifying",
    "intake": "accepted",
    "round": 1,
    "waiting_for": [
        {
            "department": "tax",
            "asked_at": "2026-11-02T01:00:00+00:00",
            "answer_by": "2026-11-09T10:00:00+00:00",
            "overdue": False,
            "promised_at": None,
        }
    ],
}
IN_PUBLICITY = _JUST_POSTED | {
    "state": "in_publicity",
    "intake": "accepted",
    "outcome": "eligible",
    "updated_at": "2026-11-03T02:01:00+00:00",
    "round": 1,
    "findings": [
        {
            "rule": "R18a",
            "article": "18(1), 21",
            "truth": "met",
            "text": "The applicant's hukou is normal in 150303; the district is 150303.",
            "values": {"district": "150303", "recorded": ["normal in 150303"]},
            "sources": [{"department": "household-registry", "said_at": "2026-11-03T02:00:00Z", "sequence": 4711}],
            "code": "R18a.met",
            "text_zh": "主申请人户籍登记在海南区（150303）。",
        }
    ],
    "publicity": {
        "opened_at": "2026-11-03T02:01:00+00:00",
        "last_day": "2026-11-12",
        "closes_at": "2026-11-12T10:00:00+00:00",
        "provisional": False,
        "drill": False,
        "derivation": [
            {"date": "2026-11-04", "number": 1, "reason": "Wednesday", "provisional": False},
            {"date": "2026-11-07", "number": None, "reason": "Saturday", "provisional": False},
        ],
    },
}
CASES: dict[str, Any] = {
    "something is missing": {"value": SUPPLEMENT_WANTED},
    "refused": {"value": REFUSED},
    "departments are asked": {"value": VERIFYING},
    "in publicity": {"value": IN_PUBLICITY},
    "withdrawn": {
        "value": _JUST_POSTED
        | {"state": "withdrawn", "withdrawal": {"at": "2026-11-02T07:30:00+00:00", "reason": "we move away"}}
    },
}
