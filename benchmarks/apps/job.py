"""The job every system does for a case: six departments are asked at the same time, then one decision over the
answers. Both are trivial on purpose: what is measured is everything around them."""

from typing import Any

DEPARTMENTS = ("household-registry", "civil-affairs", "social-security", "tax", "real-estate", "housing")


def application(n: int) -> dict[str, Any]:
    """What a case begins with: some 700 bytes of a synthetic family, the same for every peer."""
    people = [
        {
            "name": f"申请人{order}",
            "id_number": f"15030319{70 + order}01{n % 28 + 1:02d}{n % 1000:03d}X",
            "relation": kin,
        }
        for order, kin in enumerate(("self", "spouse", "child"))
    ]
    consents = [{"id_number": person["id_number"], "given": True, "text_version": "2025-1"} for person in people]
    residence = {"division": "150303", "township": "150303103", "address": f"公乌素镇矿区街坊 {n % 99} 号"}
    return {"number": n, "project": "HN-2026-01", "people": people, "residence": residence, "consents": consents}


def answer(department: str, form: dict[str, Any]) -> dict[str, Any]:
    """One department's answer."""
    persons = [{"id_number": person["id_number"], "kind": "found", "records": []} for person in form["people"]]
    return {"department": department, "kind": "found", "persons": persons}


def decide(answers: list[dict[str, Any]]) -> str:
    """The outcome over all six. Raises ValueError where one is missing."""
    if {said["department"] for said in answers} != set(DEPARTMENTS):
        raise ValueError(f"an answer is missing: {answers}")
    return "eligible" if all(said["kind"] == "found" for said in answers) else "review"
