"""What an empty cell means, by the name of its field: everywhere else nobody can tell, and a person looks at it."""

from typing import Final

EMPTY_MEANS: Final[dict[tuple[str, int, str], tuple[str, str | None, str]]] = {
    # household registry
    ("wife deceased", 2, "status"): ("eligible", None, "not stated contradicts nothing; of the applicant R18a asks"),
    ("hukou here", 1, "status"): ("review", None, "R18a needs it"),
    ("hukou here", 1, "residence"): ("review", None, "R18b needs it"),
    ("hukou here", 1, "hukou_township"): ("eligible", None, "decides nothing"),
    ("hukou here", 1, "relation_to_head"): ("eligible", None, "decides nothing"),
    ("hukou here", 1, "moved_in"): ("eligible", None, "no least time of registration is in the text"),
    # civil affairs
    ("single", 1, "marital_status"): ("eligible", None, "not stated contradicts nothing"),
    ("unknown status", 1, "marital_status"): ("eligible", None, "90 agrees with nothing, an empty cell with all"),
    ("couple", 1, "marital_status"): ("review", None, "whoever is declared married must be recorded so"),
    ("couple", 1, "spouse_id_number"): ("eligible", None, "not stated contradicts nothing"),
    ("other spouse", 1, "spouse_id_number"): ("eligible", None, "not stated contradicts nothing"),
    ("undeclared spouse", 1, "spouse_id_number"): ("review", None, "the status itself is another than declared"),
    ("divorced", 1, "spouse_id_number"): ("eligible", None, "a former spouse is never asked for"),
    ("divorced", 1, "marital_status"): ("review", None, "whose number stands beside it, nobody can tell"),
    ("couple", 1, "since"): ("eligible", None, "decides nothing"),
    ("couple", 1, "assistance"): ("eligible", None, "decides nothing"),
    # social security, tax
    ("insured here", 1, "insured"): ("review", None, "R18b needs it"),
    ("insured here", 1, "division"): ("review", None, "insured somewhere may be here"),
    ("insured elsewhere", 1, "division"): ("review", None, "insured somewhere may be here"),
    ("insured nowhere", 1, "division"): ("ineligible", None, "who is not insured is so nowhere"),
    ("insured here", 1, "last_paid_month"): ("eligible", None, "decides nothing"),
    ("income here", 1, "division"): ("review", None, "income somewhere may be here"),
    ("income nowhere", 1, "division"): ("ineligible", None, "who has no income has it nowhere"),
    # real-estate registration
    ("120 m2", 1, "share"): ("ineligible", None, "sole needs no share"),
    ("joint", 1, "share"): ("ineligible", None, "joint needs no share"),
    ("half each", 1, "share"): ("review", None, "shares need one on every row"),
    ("120 m2", 1, "registered"): ("ineligible", None, "decides nothing"),
    ("120 m2", 1, "unit_code"): ("review", None, "a home that cannot be told from others"),
    ("120 m2", 1, "owner_id_number"): ("review", None, "an owner without a number is nobody of the family"),
    ("half with an outsider", 2, "owner_id_number"): ("eligible", None, "outsiders have no number"),
    ("half each", 1, "owner_id_number"): ("eligible", None, "outsiders have no number: his half is an outsider's"),
    ("half each", 2, "owner_id_number"): ("eligible", None, "outsiders have no number: her half is an outsider's"),
    ("half each, under both", 2, "owner_id_number"): ("review", None, "her own listing has the number"),
    # the bureau: contracts
    ("contract", 1, "unit_code"): ("ineligible", None, "a contract need not name the unit"),
    ("contract of a registered home", 1, "unit_code"): ("ineligible", None, "so it is a home of its own"),
    ("contract", 1, "contract_no"): ("ineligible", None, "the unit tells it from others"),
    ("contract", 1, "filed"): ("ineligible", None, "decides nothing"),
    ("contract", 1, "share"): ("review", None, "a contract counts its buyer's share"),
    ("contract", 1, "buyer_id_number"): ("review", None, "the buyer may be a member"),
    ("contract", 1, "register"): ("review", "check", "it may be a row of any register"),
    # the bureau: bans
    ("ban", 1, "until"): ("ineligible", None, "over a year after it began"),
    ("ban of three years", 1, "until"): ("eligible", None, "over a year after it began"),
    ("ban lifted early", 1, "until"): ("ineligible", None, "over a year after it began"),
    ("ban over", 1, "until"): ("eligible", None, "over a year after it began"),
    ("ban", 1, "since"): ("review", None, "whether it has begun, nobody can tell"),
    ("ban over", 1, "since"): ("review", None, "a ban whose beginning is not stated is unknown"),
    ("ban", 1, "article"): ("review", None, "only Art. 32 binds"),
    ("ban", 1, "decision"): ("ineligible", None, "decides nothing"),
    # the bureau: tenancies
    ("the wife's tenancy", 1, "until"): ("eligible", "leave", "it runs"),
    ("tenancy over", 1, "until"): ("eligible", "leave", "it runs"),
    ("tenancy", 1, "since"): ("eligible", "leave", "a tenancy without a beginning runs"),
    ("tenancy to come", 1, "since"): ("eligible", "leave", "a tenancy without a beginning runs"),
    ("tenancy", 1, "kind"): ("eligible", "check", "it may be public"),
}
"""Case, row of the answer, field → outcome, condition of G20, and why."""
