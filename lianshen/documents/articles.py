"""What carries each article of the measures, or why nothing does. What it says is in our own words."""

from dataclasses import dataclass

from contracts import events as e
from contracts.case.states import State
from contracts.events import Event

S = State


@dataclass(frozen=True)
class Article:
    """An article or one of its paragraphs, and what of the system carries it; every name is checked by a test."""

    number: str
    says: str
    rules: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    """`service.command` of the bus."""
    events: tuple[type[Event], ...] = ()
    states: tuple[State, ...] = ()
    notices: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    """`file::test` under tests/."""
    why_not: str = ""
    """Why the article, or a part of it, has no behaviour here."""

    @property
    def behaves(self) -> bool:
        return bool(self.rules or self.commands or self.events or self.states or self.notices)


NO_DUTY = "Our requirements draw nothing from it: nothing to tell or to record, no deadline, nobody who decides."
BEFORE_A_PROJECT = f"{NO_DUTY} What comes before a project is announced (15, 26(1)) is no part of this system."
AFTER_THE_KEYS = f"{NO_DUTY} Exits (31), bans (32) and the file of a home (34) stand at their own articles."
IN_FORCE = (
    "No command: the date is that of the policy, and no day before it has a law. The requirements give it without its "
    "article; it stands at the last one."
)
RULES, DECIDES = "rules/test_rules_by_article.py", "publicity/test_publicity_decides.py"
PROJECTS, DEPOSITS = "allocation/test_projects_decide.py", "allocation/test_deposits_decide.py"
CHOOSING, CONTRACTS = "allocation/test_choosing_decide.py", "allocation/test_contracts_decide.py"
CEREMONY, STORY = "allocation/test_ceremony.py", "contracts/test_case.py"
TOLD = "notify/test_notices_after_pool.py"
BUY_BACK, DEPRECIATION = "after_care/test_buy_back_decides.py", "after_care/test_depreciation.py"
EXITS, AFTER_CARE = "after_care/test_exits_decide.py", "after_care/test_after_care_on_the_bus.py"
HEARD = "test_nobody_is_exited_before_the_last_day_on_which_the_family_is_heard_is_over"
IN_TROUBLE = "system/test_draws_in_trouble.py"
OWN_BANS, REGISTER = "intake/test_our_own_bans.py", "embedded/test_the_register_asks_about_a_home.py"
STEPS = f"{STORY}::test_an_event_follows_where_the_table_says_so_and_nowhere_else"


def _nothing(*numbers: int, why: str = NO_DUTY) -> tuple[Article, ...]:
    return tuple(Article(str(number), "–", why_not=why) for number in numbers)


ARTICLES: tuple[Article, ...] = (
    *_nothing(1, 2, 3, 4),
    Article(
        "5",
        "Who does what: the housing bureau leads, departments answer for registers, a project unit runs a project",
        events=(e.DepartmentAnswered, e.AnsweredByHand),
        tests=("embedded/test_who_may_do_what_on_the_bus.py::",),
        why_not="That offices work together is theirs to arrange; here each has an account of its own.",
    ),
    *_nothing(6, 7, 8, 9, 10, 11, 12, 13, 14, why=BEFORE_A_PROJECT),
    Article(
        "15",
        "New homes have 60 to 100 m² in principle",
        commands=("allocation.announce",),
        tests=(f"{PROJECTS}::test_an_area_outside_60_to_100_is_a_warning_with_its_article",),
    ),
    *_nothing(16, why=BEFORE_A_PROJECT),
    Article(
        "17",
        "Who may apply: of full capacity; family is spouse and minor children; if alone, of the age of marriage",
        rules=("R17a", "R17b", "R17c"),
        states=(S.REFUSED, S.REVIEW, S.INELIGIBLE),
        tests=(
            f"{RULES}::test_the_main_applicant_has_full_legal_capacity",
            f"{RULES}::test_the_declared_family_agrees_with_the_registers",
            f"{RULES}::test_somebody_alone_has_reached_the_age_of_marriage",
        ),
    ),
    Article(
        "18",
        "Hukou in the district and living there; no home in the three divisions, or less than 15 m² a member",
        rules=("R18a", "R18b", "R18c"),
        states=(S.REVIEW, S.INELIGIBLE),
        tests=(
            f"{RULES}::test_the_applicants_hukou_is_in_the_district",
            f"{RULES}::test_the_applicant_lives_in_the_district",
            "rules/test_homes_by_article.py::test_the_familys_homes_stay_below_15_square_metres_a_member",
        ),
    ),
    Article(
        "19",
        "Which homes count: registered ones, and those under a filed contract",
        rules=("R18c",),
        tests=("rules/test_homes_by_article.py::test_a_share_is_a_fraction_above_nothing_and_up_to_the_whole",),
    ),
    Article(
        "20",
        "Public and affordable rental housing is left before moving in",
        rules=("G20",),
        commands=("allocation.show-rental", "allocation.hand-over"),
        events=(e.RentalShown, e.HandOverRefused),
        notices=("hand-over-refused",),
        tests=(
            f"{RULES}::test_renting_public_housing_is_a_condition_and_never_a_reason_against",
            f"{CONTRACTS}::test_keys_are_given_if_nothing_is_due_and_nothing_rented_and_else_it_is_said_what_is_missing",
            f"{CONTRACTS}::test_a_paper_shows_that_a_rental_is_left_until_it_is_too_old",
            f"{TOLD}::test_a_refused_hand_over_says_what_is_missing_under_its_article",
        ),
    ),
    Article(
        "21",
        "A family applies where its hukou is",
        rules=("R18a",),
        events=(e.ApplicationSubmitted,),
        states=(S.SUBMITTED,),
        tests=(f"{RULES}::test_the_applicants_hukou_is_in_the_district",),
    ),
    Article(
        "22",
        "Which papers are handed in, and the consent to the checks",
        commands=("intake.supplement",),
        events=(e.SupplementRequested, e.ApplicationSupplemented),
        states=(S.SUPPLEMENT_WANTED,),
        tests=("intake/test_completeness.py::",),
    ),
    Article(
        "23",
        "Accepted, refused with reasons, or all that is missing asked for at once",
        events=(e.ApplicationAccepted, e.ApplicationRefused, e.SupplementRequested),
        states=(S.VERIFYING, S.REFUSED, S.SUPPLEMENT_WANTED),
        notices=("accepted", "refused", "supplement-wanted"),
        tests=("intake/test_completeness.py::", "notify/test_notice_texts.py::"),
    ),
    Article(
        "24",
        "A family may withdraw at any time before it has the keys",
        commands=("intake.withdraw",),
        events=(e.ApplicationWithdrawn,),
        states=(S.WITHDRAWN,),
        notices=("withdrawn", "price-given-back"),
        tests=(f"{STORY}::test_a_family_may_withdraw_until_its_case_has_ended_art_24",),
    ),
    Article(
        "25",
        "The price is cost and a profit of at most 5 %, approved and published before registration opens",
        commands=("allocation.determine-price", "allocation.approve-price"),
        events=(e.ContractSigned,),
        tests=(
            f"{PROJECTS}::test_a_profit_above_the_limit_is_refused_with_the_most_that_it_may_be",
            f"{PROJECTS}::test_a_price_is_approved_once_and_a_later_price_is_a_new_approval",
            f"{PROJECTS}::test_lines_add_up_to_the_cent_and_profit_never_passes_the_limit_in_any_home",
        ),
    ),
    Article(
        "26(1)",
        "A project is announced; one registration, one supply",
        commands=("allocation.announce", "allocation.close-project"),
        tests=(
            f"{PROJECTS}::test_a_project_is_announced_once",
            f"{PROJECTS}::test_registration_opens_by_the_calendar_with_a_published_price_alone_and_closes_after_its_last_day",
        ),
    ),
    Article(
        "26(2)",
        "Departments verify together what is declared",
        events=(
            *(e.DepartmentAnswered, e.DepartmentDeferred, e.DeferredByClerk, e.DepartmentReminded),
            *(e.DepartmentOverdue, e.AnsweredByHand, e.AlsoAnswered, e.ReverificationOpened),
        ),
        states=(S.VERIFYING,),
        notices=("department-overdue", "handed-to-officer"),
        tests=("rules/test_determination_decides.py::test_a_case_is_determined_once_every_answer_is_in",),
    ),
    Article(
        "26(3)",
        "Found eligible, a family enters the pool provisionally; found ineligible it is told why",
        commands=("determination.confirm", "determination.reverify"),
        events=(e.DeterminationMade, e.HandedToOfficer, e.DeterminationConfirmed),
        states=(S.REVIEW, S.INELIGIBLE_PROPOSED, S.INELIGIBLE),
        notices=("ineligible", "in-publicity"),
        tests=("rules/test_determination_decides.py::test_an_officer_confirms_or_overturns_what_was_proposed",),
    ),
    Article(
        "26(4)",
        "Seven working days of publicity, objections, the confirmed pool, and then the deposit",
        commands=(
            *("publicity.object", "publicity.correct", "publicity.decide-objection"),
            *("allocation.pay", "allocation.take-bank-file", "allocation.strike"),
        ),
        events=(
            *(e.PublicityOpened, e.ObjectionRaised, e.ObjectionDecided, e.ObjectorIdentified, e.PublicityClosed),
            *(e.PoolConfirmed, e.DepositAsked, e.DepositPaid, e.DepositLapsed, e.PaymentKept, e.DepositSettled),
            e.StruckFromDraw,
        ),
        states=(
            *(S.IN_PUBLICITY, S.OBJECTED, S.DISQUALIFIED, S.POOL_CONFIRMED),
            *(S.DEPOSIT_ASKED, S.DEPOSIT_PAID),
        ),
        notices=(
            *("in-publicity", "objection-received", "objection-decided", "disqualified", "pool-confirmed"),
            *("deposit-asked", "deposit-lapsed", "deposit-paid", "payment-kept", "deposit-given-back"),
            *("deposit-kept", "struck-from-draw"),
        ),
        tests=(
            f"{DECIDES}::test_the_last_day_is_the_seventh_working_day_after_the_day_of_posting",
            f"{DECIDES}::test_an_objection_pauses_the_entry_it_names_and_no_other",
            "allocation/test_money_over_any_history.py::test_every_deposit_is_given_back_kept_set_off_or_still_held_to_the_cent",
            f"{TOLD}::test_the_notice_of_the_deposit_says_what_becomes_of_it_in_every_case_and_that_the_text_is_silent",
        ),
    ),
    Article(
        "26(5)",
        "A draw by the project unit's rules, and choosing in its order",
        commands=(
            *("allocation.draw-announce", "allocation.draw-freeze", "allocation.draw-commit"),
            *("allocation.draw-manifest", "allocation.draw-dice", "allocation.draw-open"),
            *("allocation.draw-verify", "allocation.draw-publish", "allocation.draw-void"),
            *("allocation.draw-import", "allocation.draw-admit"),
            *("allocation.open-choosing", "allocation.call-next", "allocation.choose", "allocation.decline-choice"),
            "allocation.close-choosing",
        ),
        events=(
            *(e.EnteredInDraw, e.DrawScheduled, e.DrawVoided, e.DrawResult, e.CalledToChoose, e.SlotNear),
            *(e.HomeChosen, e.ChoiceDeclined, e.ReturnedToPool),
        ),
        states=(S.IN_DRAW, S.DRAWN, S.SUBSTITUTE, S.CALLED_TO_CHOOSE, S.HOME_CHOSEN),
        notices=(
            *("entered-in-draw", "draw-scheduled", "draw-voided", "draw-result"),
            *("called-to-choose", "slot-near", "home-chosen"),
            *("choice-declined", "returned-to-pool"),
        ),
        tests=(
            f"{CEREMONY}::test_each_step_leads_to_the_next_and_the_files_hold",
            f"{CEREMONY}::test_each_family_has_one_place_and_whoever_left_has_none",
            "draws/test_who_was_left_out.py::test_whoever_was_left_out_has_the_place_that_its_ticket_gives",
            f"{CHOOSING}::test_a_home_is_chosen_in_its_slot_from_its_pool_while_it_is_free",
            f"{CHOOSING}::test_substitutes_are_called_in_their_order_while_a_home_is_left_for_them",
            f"{TOLD}::test_a_result_says_the_place_and_how_to_make_it_again",
        ),
    ),
    Article(
        "26(6)",
        "Contract, settlement with the deposit set off, and the keys",
        commands=("allocation.sign-contract", "allocation.pay", "allocation.hand-over"),
        events=(e.ContractSigned, e.PriceSettled, e.HandedOver),
        states=(S.CONTRACT_SIGNED, S.PRICE_SETTLED, S.HANDED_OVER),
        notices=("home-chosen", "contract-signed", "price-settled", "hand-over-refused", "handed-over"),
        tests=(
            f"{CONTRACTS}::test_the_deposit_is_set_off_against_the_approved_price_and_the_rest_is_due",
            f"{CONTRACTS}::test_nothing_is_handed_over_before_the_contract",
        ),
    ),
    Article(
        "27",
        "Closed management: a home is never sold on the market, but bought back",
        commands=("after-care.closed-management", "after-care.closed-management-query"),
        events=(e.HandedOver, e.BuyBackAsked),
        notices=("handed-over",),
        tests=(STEPS, f"{REGISTER}::test_real_estate_is_told_and_tax_is_not"),
        why_not="A transfer to the market has no event: the file of a home cannot hold one.",
    ),
    Article(
        "28",
        "A buy-back: its conditions, the price less depreciation, and who does not leave",
        commands=(
            *("after-care.ask-buy-back", "after-care.show-condition", "after-care.inspect"),
            *("after-care.ask-registration", "verify-property.ask-about-home"),
            *("after-care.decide-buy-back", "after-care.pay-buy-back", "after-care.hand-to-court"),
        ),
        events=(
            *(
                e.BuyBackAsked,
                e.BuyBackConditionShown,
                e.BuyBackRefused,
                e.BuyBackOffered,
                e.BuyBackAccepted,
                e.BuyBackPaid,
            ),
            e.EnforcementHandedOver,
        ),
        states=(S.HANDED_OVER, S.EXITED, S.BOUGHT_BACK),
        notices=("buy-back-refused", "buy-back-offered", "buy-back-paid", "enforcement"),
        tests=(
            f"{BUY_BACK}::test_nothing_is_decided_while_one_is_unknown_and_any_unmet_refuses",
            f"{DEPRECIATION}::test_the_lines_add_up_to_the_cent",
            f"{TOLD}::test_an_offer_is_told_line_by_line_to_the_cent",
        ),
    ),
    Article(
        "29",
        "An heir takes the home, and the closed management with it",
        commands=("after-care.change-owners",),
        events=(e.OwnersChanged,),
        notices=("owners-changed",),
        tests=(f"{BUY_BACK}::test_owners_change_by_a_paper_alone_and_the_home_keeps_all_families",),
    ),
    Article(
        "30",
        "After a divorce the owners change, and whoever leaves may apply again",
        commands=("after-care.change-owners",),
        events=(e.OwnersChanged,),
        notices=("owners-changed",),
        tests=(
            f"{BUY_BACK}::test_owners_change_by_a_paper_alone_and_the_home_keeps_all_families",
            f"{IN_TROUBLE}::test_after_a_divorce_whoever_leaves_applies_again_and_the_home_counts_for_whoever_owns_it",
        ),
    ),
    Article(
        "31",
        "When a family counts as having left, above all without contract and payment within two years",
        commands=(
            *("after-care.propose-exit", "after-care.confirm-exit", "after-care.drop-exit"),
            "after-care.record-repair",
        ),
        events=(e.LimitNear, e.ExitProposed, e.ExitDropped, e.ExitConfirmed, e.PriceGivenBack),
        states=(S.EXIT_PROPOSED, S.EXITED),
        notices=(
            *("home-chosen", "limit-near", "exit-proposed", "exit-dropped", "exit-confirmed"),
            "price-given-back",
        ),
        tests=(
            "allocation/test_two_years.py::test_an_exit_is_proposed_after_the_last_day_and_once",
            STEPS,
            f"{EXITS}::{HEARD}",
            f"{TOLD}::test_whoever_may_lose_something_is_told_until_when_and_where_it_is_heard",
        ),
    ),
    Article(
        "32",
        "Whoever is drawn and takes no part in choosing loses the qualification, and may not apply for a year",
        rules=("R32",),
        commands=(
            *("allocation.miss-choice", "allocation.excuse-choice", "allocation.cancel-qualification"),
            "allocation.ban-query",
        ),
        events=(e.ChoiceMissed, e.ChoiceExcused, e.QualificationCancelled),
        states=(S.CHOICE_MISSED, S.CANCELLED, S.REFUSED),
        notices=("called-to-choose", "choice-missed", "choice-excused", "slot-near", "cancelled"),
        tests=(
            f"{RULES}::test_no_ban_binds_the_applicant_today",
            f"{CHOOSING}::test_nobody_is_cancelled_before_its_slot_is_over_and_it_could_be_heard",
            f"{CHOOSING}::test_a_ban_is_over_after_a_year_on_the_corresponding_date",
            f"{RULES}::test_a_ban_of_our_own_record_binds_unless_the_bureau_denies_it",
            f"{OWN_BANS}::test_our_own_ban_refuses_while_the_bureau_is_silent_until_the_day_it_ends",
            f"{TOLD}::test_a_cancellation_names_the_first_day_on_which_the_family_is_free_again",
        ),
    ),
    *_nothing(33, why=AFTER_THE_KEYS),
    Article(
        "34",
        "One file a home, across its families",
        commands=("allocation.close-project", "after-care.show-home"),
        tests=(
            f"{PROJECTS}::test_a_project_ends_after_its_window_and_says_what_remains",
            f"{AFTER_CARE}::test_a_home_comes_back_to_stock_and_its_file_tells_all_of_it",
        ),
    ),
    *_nothing(35),
    Article(
        "36",
        "In force, for trial, from 2025-04-01",
        tests=("contracts/test_policy.py::test_the_regulation_is_in_force_from_1_april_2025_and_not_a_day_before",),
        why_not=IN_FORCE,
    ),
)
"""In the order of the measures; 26 by its paragraphs."""
