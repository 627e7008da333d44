"""Every sentence of §3 that decides something, as branches that a reading of a family or of a story passes through."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class Branch(NamedTuple):
    """One branch: its name, the article, and the words of the text it stands for."""

    name: str
    article: str
    sentence: str

    @property
    def clause(self) -> str:
        return self.name.split(".")[0]


def _branches(article: str, clause: str, *lines: tuple[str, str]) -> tuple[Branch, ...]:
    return tuple(Branch(f"{clause}.{name}", article, sentence) for name, sentence in lines)


OUTCOMES = (
    *_branches(
        "26",
        "outcome",
        ("eligible", "else eligible"),
        ("review", "else any unknown: a person decides"),
        ("ineligible", "any not_met"),
    ),
    *_branches(
        "26",
        "waits",
        ("ineligible_anyway", "not_met elsewhere makes the case ineligible whatever the silent department would say"),
        ("review_for_certain", "a rule is unknown and nothing the silent one may say can be not_met"),
        ("eligible_for_certain", "the silent one could change merely a rule, or nothing"),
        ("for_one_of_two", "of two silent ones, one could change the outcome"),
        ("for_household-registry", "a missing answer that could change the outcome: household-registry"),
        ("for_civil-affairs", "a missing answer that could change the outcome: civil-affairs"),
        ("for_social-security", "a missing answer that could change the outcome: social-security"),
        ("for_tax", "a missing answer that could change the outcome: tax"),
        ("for_real-estate", "a missing answer that could change the outcome: real-estate"),
        ("for_housing", "a missing answer that could change the outcome: housing"),
    ),
)

ARTICLE_17 = (
    *_branches(
        "17",
        "R17a",
        ("adult", "18 or older"),
        ("adult_born_29_february", "18 or older, born on 29 February"),
        ("minor_at_a_kiosk", "at a kiosk below 18 is not_met"),
        ("own_income", "a counter may enter a 16- or 17-year-old with proof of own income: unknown"),
        ("no_own_income", "16 or 17 at a counter, without proof of own income"),
        ("below_16_at_a_counter", "a counter may enter a 16- or 17-year-old, nobody younger"),
    ),
    *_branches(
        "17",
        "R17b",
        ("agrees", "the declared family agrees with the registers"),
        ("grown_child", "not_met only from the form: a member who is neither spouse nor minor child"),
        ("turned_18_since", "minor children: under 18 on the day of acceptance"),
        ("spouse_under_18", "the declared spouse is under 18"),
        ("child_elsewhere", "a declared child stands in another open case of the project"),
        ("civil_silent", "an answer that has not come yet is waited for"),
        ("civil_unclear", "a failed or unclear answer is unknown, never no: civil affairs"),
        ("no_record_none", "civil affairs has no record of an adult who is declared married (none)"),
        ("no_record_not_matched", "civil affairs has no record of an adult who is declared married (not matched)"),
        ("no_record_of_unmarried", "this list is complete: no record of an unmarried adult is no reason"),
        ("other_status", "it records another marital status than declared"),
        ("status_90", "another marital status: 90, unknown"),
        ("status_not_stated", "an unclear answer: no marital status in the row"),
        ("married_by_another_code", "codes 20–23 are all married"),
        ("spouse_not_stated", "a spouse cell left empty is not stated"),
        ("agrees_unmarried", "an unmarried person, as declared"),
        ("status_not_stated_of_unmarried", "this list is complete: a status left empty contradicts nobody unmarried"),
        ("other_spouse", "another spouse than declared"),
        ("former_spouse", "former spouses are never asked for (§4): beside widowed or divorced, a number is theirs"),
        ("small_x", "x = X everywhere it is compared"),
        ("registry_silent", "an answer that has not come yet is waited for"),
        ("registry_unclear", "a failed or unclear answer is unknown: household registry"),
        ("applicant_not_known", "this list is complete: an applicant the registry does not know is R18a's"),
        ("member_not_known", "this list is complete: another member the registry does not know is no reason"),
        ("deceased", "the household registry records a member as deceased"),
        ("cancelled_is_no_reason", "this list is complete: a cancelled registration is R18a's"),
    ),
    *_branches(
        "17",
        "R17c",
        ("couple", "rules that do not apply to a case (R17c for a couple) are met"),
        ("parent_with_child", "applies to a family of one: not to a parent with a minor child"),
        ("of_age", "a single-person household has reached the legal age of marriage"),
        ("of_age_since_today", "man 22, woman 20: exactly that age"),
        ("man_too_young", "man 22; sex is digit 17 of the ID number"),
        ("woman_too_young", "woman 20"),
        ("widow_too_young", "a widowed or divorced applicant without children is a family of one"),
        ("alone_with_a_grown_child", "so is one who declares only people who are no members: R17b and R17c are named"),
    ),
)

ARTICLE_18_1 = (
    *_branches(
        "18(1)",
        "R18a",
        ("here", "status is normal and the division is 150303"),
        ("here_by_another_prefix", "the ID prefix does not matter: hukou here"),
        ("elsewhere", "status is normal and the division is another"),
        ("elsewhere_by_this_prefix", "the ID prefix does not matter: hukou elsewhere"),
        ("not_matched", "the person is not matched"),
        ("none", "number not found"),
        ("cancelled", "the registration is cancelled"),
        ("deceased", "the person is recorded as deceased"),
        ("not_stated", "status or division not stated"),
        ("unclear", "a failed or unclear answer is unknown"),
        ("silent", "an answer that has not come yet is waited for"),
    ),
    *_branches(
        "18(1)",
        "R18b",
        ("residence_yes", "registry residence = yes"),
        ("residence_no", "the registry says no"),
        ("residence_unknown", "registry residence unknown or not stated"),
        ("registry_silent", "otherwise unknown: the registry is silent"),
        ("registry_says_nothing", "otherwise unknown: the registry failed or knows no such person"),
        ("insured_here", "insured with division 150303"),
        ("insured_elsewhere", "neither of the others says 150303: insured elsewhere"),
        ("insured_no", "neither of the others says 150303: not insured"),
        ("insured_none", "none: we looked, there is nothing"),
        ("insured_without_division", "a person insured whose division is not stated may live here"),
        ("insured_not_stated", "a cell that is not stated is unclear: insured"),
        ("insured_not_matched", "not_matched there is no answer either"),
        ("insured_unclear", "each of them having answered: social security failed"),
        ("insured_silent", "each of them having answered: social security is silent"),
        ("income_recorded_here", "income recorded with division 150303"),
        ("income_recorded_elsewhere", "neither of the others says 150303: income elsewhere"),
        ("income_recorded_no", "neither of the others says 150303: no income recorded"),
        ("income_recorded_none", "none: we looked, there is nothing"),
        ("income_recorded_without_division", "a person with income whose division is not stated may live here"),
        ("income_recorded_not_stated", "a cell that is not stated is unclear: income"),
        ("income_recorded_not_matched", "not_matched there is no answer either"),
        ("income_recorded_unclear", "each of them having answered: tax failed"),
        ("income_recorded_silent", "each of them having answered: tax is silent"),
        ("three_times_no", "not_met when the registry says no and neither of the others says 150303"),
    ),
)

ARTICLE_18_2 = (
    *_branches(
        "18(2)",
        "R18c",
        ("no_home", "the family owns no housing"),
        ("below_15", "or less than 15 m² per family member"),
        ("exactly_15", "compared strictly below 15, in exact fractions"),
        ("above_15", "15 m² or more per member"),
        ("decided_beside_unclear", "known homes that make 15 m² or more decide even beside an unclear one"),
        ("unclear_could_lift", "an unclear one that could still lift the sum leaves it unknown"),
        ("commercial", "a shop is no housing"),
        ("garage", "a garage is no housing"),
        ("storage", "a storage room is no housing"),
        ("elsewhere", "in the three divisions only"),
        ("registration_cancelled", "status registered"),
        ("sole", "sole = all"),
        ("joint_in_family", "joint: if every owner is in the family the unit counts once"),
        ("joint_with_outsider", "joint: else unknown"),
        ("shares_in_family", "shares counts the family's fractions of the building area"),
        ("shares_with_outsiders", "every owner row is returned, outsiders as anonymous rows"),
        ("share_not_stated", "shares needs a fraction on every row: missing"),
        ("shares_above_1", "shares: more than 1 over all rows"),
        ("cell_not_stated", "a row that cannot be placed is unclear, not absent"),
        ("code_not_stated", "a row without a unit code is unclear, not absent"),
        ("estate_silent", "a silent registry may hide a home"),
        ("estate_unclear", "a failed answer may hide a home: real estate"),
    ),
    *_branches(
        "19",
        "R18c",
        ("contract", "a net-signed contract counts its buyer's fraction of the area"),
        ("contract_registered", "cancelled and registered ones do not count: registered"),
        ("contract_cancelled", "cancelled and registered ones do not count: cancelled"),
        ("contract_no_home", "a contract on no home of the family in the three divisions"),
        ("contract_not_stated", "a contract that cannot be placed: another cell is missing"),
        ("contract_share_not_stated", "a net-signed contract counts its buyer's fraction (missing → unknown)"),
        ("contract_above_1", "fractions of one contract above the whole"),
        ("contract_on_registered_home", "where a contract names a registered unit, the registered area counts"),
        ("contract_on_unclear_unit", "one home counted once: the registered unit is itself unclear"),
        ("contract_on_a_shop", "a contract on a unit registered as a shop is unclear"),
        ("contract_on_cancelled_unit", "the unit's registration for the family is cancelled"),
        ("contract_register_silent", "a contract on a unit the registry is silent about is unclear"),
        ("two_contracts_one_home", "two contracts on one unit are one home"),
        ("housing_silent", "a silent bureau may hide a contract"),
        ("housing_unclear", "a failed answer may hide a contract"),
    ),
)

THE_BUREAU = (
    *_branches(
        "32",
        "R32",
        ("no_ban", "under no ban"),
        ("binds", "since ≤ today < until"),
        ("begins_today", "since = today binds"),
        ("not_yet", "today < since does not bind"),
        ("over", "until < today does not bind"),
        ("first_free_day_is_today", "until is the first free day"),
        ("binds_without_end", "one year from the decision (Civil Code 202)"),
        ("over_without_end", "one year from the decision is over"),
        ("ended_on_28_february", "29 Feb → 28 Feb"),
        ("no_beginning", "a ban whose beginning is not stated is unknown"),
        ("no_article", "a ban whose article is not stated is unknown"),
        ("other_article", "the only ban, and only for Art. 32"),
        ("of_somebody_else", "the main applicant is under no ban: a ban of another member is no reason"),
        ("unclear", "a failed answer is unknown"),
        ("silent", "an answer that has not come yet is waited for"),
        ("both", "our own record and the bureau agree"),
        ("ours_and_unclear", "our own record binds where the bureau cannot say"),
        ("ours_denied", "the bureau denies what our own record says: a person looks"),
        ("ours_and_silent", "our own record, while the bureau may still confirm or deny it"),
    ),
    *_branches(
        "20",
        "G20",
        ("none", "no condition"),
        ("carried", "while any member rents public or affordable housing"),
        ("to_be_checked", "unanswered: the condition is carried as to be checked"),
        ("no_rental", "no tenancy of any member"),
        ("runs", "since ≤ today ≤ until"),
        ("begins_today", "since = today runs"),
        ("last_day_is_today", "today = until runs"),
        ("without_end", "until empty runs"),
        ("without_beginning", "a tenancy without a beginning runs"),
        ("not_yet", "today < since does not run"),
        ("over", "until < today does not run"),
        ("other_rental", "private rent carries no condition"),
        ("kind_not_stated", "a running tenancy of a kind not stated is to be checked"),
        ("unclear", "a failed answer: to be checked"),
        ("silent", "unanswered"),
    ),
)

DETERMINATION = OUTCOMES + ARTICLE_17 + ARTICLE_18_1 + ARTICLE_18_2 + THE_BUREAU

INTAKE = _branches(
    "21–23",
    "intake",
    ("invalid_length", "an ID number that fails GB 11643: length"),
    ("invalid_fifteen_digits", "a 15-digit number is invalid on a form and told to be given with 18"),
    ("invalid_division", "six division digits beginning with a province's code"),
    ("invalid_birth_date", "an ID number that fails GB 11643: date"),
    ("invalid_check_digit", "an ID number that fails GB 11643: check digit"),
    ("invalid_in_the_future", "birth date in the future"),
    ("invalid_twice", "duplicate person in one form; x = X everywhere it is compared"),
    ("invalid_foreign_card", "a foreigner's card is valid for a spouse only"),
    ("R17a_adult", "R17a: 18 or older on the day of the form, or of the supplement"),
    ("R17a_adult_born_29_february", "R17a: 18 or older, born on 29 February"),
    ("R17a_minor_at_a_kiosk", "at a kiosk below 18 is not_met (refused)"),
    ("R17a_own_income", "a counter may enter a 16- or 17-year-old with own_income"),
    ("R17a_no_own_income", "16 or 17 at a counter, without proof"),
    ("R17a_below_16_at_a_counter", "below 16 at a counter"),
    ("child_is_no_member", "a member who is neither spouse nor minor child: an adult child"),
    ("parent_is_no_member", "a member who is neither spouse nor minor child: a parent"),
    ("R32_no_ban", "the bureau's ban list: nothing"),
    ("R32_binds", "R32: since ≤ today < until"),
    ("R32_begins_today", "R32: since = today"),
    ("R32_binds_without_end", "R32: one year"),
    ("R32_first_free_day_is_today", "R32: until is the first free day"),
    ("R32_over", "R32: over"),
    ("R32_over_without_end", "R32: its year is over"),
    ("R32_not_yet", "R32: not begun"),
    ("R32_other_article", "R32: only for Art. 32"),
    ("R32_no_article", "a ban whose article is not stated is unknown"),
    ("R32_no_beginning", "a ban whose beginning is not stated is unknown"),
    ("R32_unclear", "a failed answer is unknown, never no"),
    ("R32_silent", "an answer that has not come"),
    ("R32_ours", "R32: our own record binds, and the bureau does not deny it"),
    ("R32_ours_denied", "R32: the bureau denies what our own record says"),
    ("refused_R17a", "refused: R17a not met on the form itself"),
    ("refused_R17b", "refused: R17b not met on the form itself"),
    ("refused_R17c", "refused: R17c not met on the form itself"),
    ("refused_R32", "refused: R32"),
    ("refused_one-application", "refused: applicant or spouse already in another open case of the project"),
    ("refused_registration-window", "refused: outside the project's registration window"),
    ("several_reasons", "each with all its reasons at once"),
    ("missing_application_form", "supplement: application_form"),
    ("missing_identity_copies", "supplement: identity_copies"),
    ("missing_commitment", "supplement: commitment"),
    ("missing_consent", "supplement: the document consent is the paper"),
    ("missing_entry", "supplement: a family member without a consent entry"),
    ("several_gaps", "one notice lists all gaps"),
    ("accepted", "accepted otherwise"),
    ("note_bureau-silent", "the ban list has not answered: accepted with a note"),
    ("note_ban-unclear", "a ban that is unknown: accepted with a note"),
    ("note_ban-disputed", "a ban of our own record that the bureau denies: accepted with a note"),
    ("note_child-elsewhere", "a declared child stands in another open case: accepted with a note"),
    ("supplement_then_accepted", "after a supplement everything but the window is judged on that day: accepted"),
    ("supplement_then_refused", "after a supplement everything but the window is judged on that day: refused"),
    ("supplement_then_supplement", "supplement wanted ⇄ submitted: gaps are left"),
    ("brings_nothing", "only the listed fields re-open"),
    ("not_open", "a case that is at its end, or accepted, takes no supplement"),
    ("withdrawn", "withdrawn (Art. 24)"),
    ("ineligible", "ineligible confirmed is not open"),
)


def print_table(title: str, branches: tuple[Branch, ...], counts: Counter[str]) -> None:
    """Clause, article, count and sentence of every branch."""
    print(f"\n{title}\n{'clause':8} {'article':8} {'count':>8}  what the text says")
    for branch in branches:
        print(f"{branch.clause:8} {branch.article:8} {counts[branch.name]:8}  {branch.sentence}")


def seldom(branches: tuple[Branch, ...], counts: Counter[str], floor: int) -> list[Branch]:
    """The branches that were not reached often enough to trust the comparison."""
    return [branch for branch in branches if counts[branch.name] < floor]


def unlisted(branches: tuple[Branch, ...], names: Iterable[str]) -> set[str]:
    """Names that a reading passed through and no sentence stands for."""
    return set(names) - {branch.name for branch in branches}
