"""What each field of a register's row means, for whoever fills it in: shown in the JSON Schemas, part of no hash."""

from procedures.department import About, Department

DIVISION = "six digits, a county or district of GB/T 2260 such as 150303 (Hainan District, Wuhai), never twelve"
DAY = "a day, YYYY-MM-DD, Beijing time"
ABOUT: dict[About, str] = {
    "applicant": "the main applicant alone",
    "adults": "every adult of the family",
    "everyone": "every member of the family, children too",
}
"""Whom a question is about."""

ROWS = {
    "household-registry": "One row: the person's entry as it stands on the day of the answer; no history.",
    "civil-affairs": "One row: marital status and assistance as they stand on the day of the answer; no history.",
    "social-security": "A row for each division in which the person is insured on the day of the answer. No employer, "
    "no contributions.",
    "tax": "A row for each division in which the tax office recorded income of the person in the twelve months before "
    "the day of the answer (Art. 18(1) names no period; this is how we read it). No amount, no payer: it shows where "
    "somebody lives, and nothing else.",
    "real-estate": "A row for each owner of each unit in the three divisions (150302, 150303, 150304) in which the "
    "person has a part; a cancelled registration may come, marked so.",
    "housing": "A row for each net-signed contract, each tenancy and each ban of the person, past and present; "
    "`register` says which of the three it is, and only its fields are filled.",
}
"""What one row is, and of which period."""

FIELDS: dict[str, dict[str, str]] = {
    "household-registry": {
        "status": "normal, cancelled or deceased: the state of this entry",
        "hukou_division": f"where the person is registered: {DIVISION}",
        "hukou_township": "where the person is registered: nine digits, a township or street of GB/T 10114",
        "relation_to_head": "to the head of the household, one or two digits of GB/T 4761 (02 is a spouse)",
        "moved_in": f"since when the person is registered there: {DAY}",
        "residence": "whether the person lives in the district in fact (经常居住地): yes, no or unknown",
    },
    "civil-affairs": {
        "marital_status": "GB/T 2261.2: 10 single, 20 to 23 married, 30 widowed, 40 divorced, 90 not known",
        "spouse_id_number": "of the present spouse, 18 digits (15 are read as the 18 they became); empty if unmarried",
        "since": f"since when this status holds: {DAY}",
        "assistance": "the kind of social assistance that the person receives now, as the register calls it",
    },
    "social-security": {
        "insured": "whether the person is insured there on the day of the answer",
        "division": f"of the insurance: {DIVISION}",
        "last_paid_month": "the last month for which a contribution was paid, YYYY-MM",
    },
    "tax": {
        "income_recorded": "whether income of the person was recorded there in the twelve months before the answer",
        "division": f"of the tax office that recorded it: {DIVISION}",
    },
    "real-estate": {
        "unit_code": "the unit's code (不动产单元号), the same in all its rows and in its contracts",
        "division": f"where the unit lies: {DIVISION}",
        "use": "what the unit is registered for; a mixed one by its main use",
        "building_area_m2": "of the whole unit, in square metres, above 0; not the owner's part of it",
        "ownership": "sole, joint (共同共有) or shares (按份共有)",
        "owner_id_number": "of this row's owner if the question asks about them; left out for every other owner",
        "share": 'this owner\'s part as it is registered: a fraction as text, "1/3"; empty unless owned in shares',
        "registered": f"when the ownership was registered: {DAY}",
        "status": "registered, or cancelled",
    },
    "housing": {
        "register": "net_signed (a contract), tenancy or ban: which register this row comes from",
        "contract_no": "net_signed: the number of the contract",
        "unit_code": "net_signed: the unit's code (不动产单元号); empty until the unit has one",
        "division": f"net_signed: where the unit lies: {DIVISION}",
        "use": "net_signed: what the unit is sold for",
        "building_area_m2": "net_signed: of the whole unit, in square metres, above 0",
        "buyer_id_number": "net_signed: of this row's buyer if the question asks about them; no row for other buyers",
        "share": 'net_signed: this buyer\'s part, a fraction as text, "1/2"; empty for the only buyer',
        "filed": f"net_signed: when the contract was filed: {DAY}",
        "status": "net_signed: filed, registered (it became ownership) or cancelled",
        "kind": "tenancy: public_rental and affordable_rental are the state's, the others are private",
        "article": "ban: the article it rests on, such as 32(1)",
        "decision": "ban: the number of the decision",
        "since": f"tenancy: the first day; ban: the day of the decision: {DAY}",
        "until": f"tenancy: the last day, empty while it runs; ban: the first free day: {DAY}",
    },
}
"""By the department, then by the name of the field as an answer has it."""


def about_rows(department: Department) -> str:
    """What a row is, and whom a question to this department names."""
    name = "by ID number and name" if department.with_name else "by ID number, without a name"
    whom = f"A question (Art. {department.article}) names {ABOUT[department.about]}, {name}."
    return f"{ROWS[department.name]} {whom} What is not stated is left out, empty or null."
