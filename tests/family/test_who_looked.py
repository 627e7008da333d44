"""Who learned what of a household: everything that the log says, in plain words, and nothing of other people."""

from datetime import date, timedelta

from intake.family.kept_secret import KEPT_SECRET, Secrecy, reasons_kept_secret
from intake.family.who_looked import who_looked

from contracts.events import AnsweredByHand, ObjectionDecided, ObjectionRaised, ReverificationOpened
from contracts.inquiries import DepartmentName
from contracts.looks import REASONS, Look, LookReason
from procedures.registry import PROCEDURES
from tests.contracts.examples import ACCEPTED, BY_HAND, NUMBER, SUBMITTED
from tests.family.household import NOW, Household, words
from tests.family.recorded import moments

LAW = PROCEDURES.accepting


class Kept:
    """Stands for the stream of looks."""

    def __init__(self, *looks: Look) -> None:
        self.looks: tuple[Look, ...] | None = looks

    async def at(self, application: str) -> tuple[Look, ...] | None:
        return None if self.looks is None else tuple(look for look in self.looks if look.application == application)


def look(**changes: object) -> Look:
    fields = {"application": NUMBER, "at": NOW, "by": "王敏", "role": "officer", "reason": "decide", "what": "case"}
    return Look.model_validate({**fields, **changes})


def test_each_question_of_each_round_stands_there_with_whom_it_named_and_by_which_fields() -> None:
    """Of every recorded case: as many lines as questions, of departments alone that had somebody to be asked about."""
    for moment in moments():
        lines = who_looked(moment.history, (), LAW)
        rounds = [item.event for item in moment.history if hasattr(item.event, "asked")]
        for opened in rounds:
            asked: set[DepartmentName] = set(opened.asked)  # type: ignore[union-attr]
            found = [it for it in lines if it.kind == "question" and it.at == opened.at and it.why != "family.why.ban"]
            assert {it.who for it in found} <= asked
            assert asked - {it.who for it in found} <= {"civil-affairs"}
            for line in found:
                department = LAW.department(line.who)
                fields = ("name", "id_number") if department.with_name else ("id_number",)
                assert {it.fields for it in line.handed} == {fields}
                assert department.about == "everyone" or len(line.handed) <= 2
                assert department.about != "applicant" or [it.role for it in line.handed] == ["applicant"]


def test_the_newest_is_first_and_whoever_answered_by_hand_or_opened_a_round_is_named() -> None:
    acts = {
        AnsweredByHand: "family.why.by_hand",
        ReverificationOpened: "family.why.reverified",
        ObjectionDecided: "family.why.objection",
    }
    for moment in moments():
        lines = who_looked(moment.history, (), LAW)
        assert [it.at for it in lines] == sorted((it.at for it in lines), reverse=True)
        for item in moment.history:
            if isinstance(item.event, AnsweredByHand | ReverificationOpened | ObjectionDecided):
                why = acts[type(item.event)]
                assert any(it.who == item.event.by and it.why == why and it.at == item.event.at for it in lines)


async def test_an_officers_look_is_there_at_the_next_request_with_reason_and_role_in_both_languages() -> None:
    kept = Kept()
    household = Household(looks=kept)
    household.happened(SUBMITTED, ACCEPTED)
    await household.sign_in(NUMBER)
    assert "王敏" not in words(await household.get("/looks"))
    kept.looks = (look(), look(by="李强", reason="objection", what="objection", at=NOW + timedelta(hours=1)))
    zh, en = words(await household.get("/looks")), words(await household.get("/looks", "en"))
    assert "王敏 (审核人员)" in zh
    assert "王敏 (officer)" in en
    assert REASONS[LookReason.DECIDE].zh in zh
    assert REASONS[LookReason.DECIDE].en in en
    assert REASONS[LookReason.OBJECTION].zh in zh
    assert zh.index("李强") < zh.index("王敏")


async def test_where_looks_cannot_be_read_that_is_said_and_the_rest_stands_there() -> None:
    kept = Kept()
    kept.looks = None
    household = Household(looks=kept)
    household.happened(SUBMITTED, ACCEPTED)
    await household.sign_in(NUMBER)
    page = await household.get("/looks")
    assert page.status_code == 200
    assert 'id="unreadable"' in page.text
    assert "向部门查询" in words(page)


def test_a_look_that_a_law_keeps_secret_is_left_out_from_its_day_to_its_end_and_for_a_reason() -> None:
    policy = (Secrecy("supervision", date(2026, 1, 1), "Supervision Law, Art. 18", until=date(2026, 6, 1)),)
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 5, 31), date(2026, 6, 1))
    hidden = [reasons_kept_secret(day, policy) for day in days]
    assert hidden == [frozenset(), {"supervision"}, {"supervision"}, frozenset()]
    looks = (look(), look(reason="supervision", by="赵云"))
    assert {it.who for it in who_looked((), looks, LAW, hidden[0])} == {"王敏", "赵云"}
    assert {it.who for it in who_looked((), looks, LAW, hidden[1])} == {"王敏"}


def test_no_look_is_kept_secret_without_a_law_that_is_named() -> None:
    assert all(it.because for it in KEPT_SECRET)


async def test_a_department_that_this_version_does_not_know_any_more_stands_under_its_name() -> None:
    household = Household()
    household.happened(SUBMITTED, ACCEPTED.model_copy(update={"asked": ("pension",)}))
    await household.sign_in(NUMBER)
    for path in ("/case", "/rules", "/looks", "/notices"):
        assert (await household.get(path)).status_code == 200
    assert "pension" in words(await household.get("/looks"))


async def test_an_objection_is_no_look_and_its_words_and_who_raised_it_stand_on_no_page() -> None:
    moment = max(
        (it for it in moments() if any(isinstance(i.event, ObjectionRaised) for i in it.history)),
        key=lambda it: len(it.history),
    )
    (text,) = {item.event.text for item in moment.history if isinstance(item.event, ObjectionRaised)}
    household = Household()
    await household.sign_in(household.stands(moment.number, moment.history))
    for path in ("/case", "/rules", "/looks", "/notices"):
        assert text not in (await household.get(path)).text


async def test_what_an_officer_typed_stands_on_the_page_as_text_and_an_id_number_in_it_is_masked() -> None:
    typed = BY_HAND.model_copy(update={"by": "<b>officer</b> 11010519491231002X"})
    household = Household()
    household.happened(SUBMITTED, ACCEPTED, typed)
    await household.sign_in(NUMBER)
    page = (await household.get("/looks")).text
    assert "<b>officer" not in page
    assert "11010519491231002X" not in page
    assert "&lt;b&gt;officer" in page


async def test_a_clerk_looked_at_a_question_and_the_household_reads_which() -> None:
    asked = look(role="clerk", reason="answer", what="question", department="tax")
    household = Household(looks=Kept(asked))
    household.happened(SUBMITTED, ACCEPTED)
    await household.sign_in(NUMBER)
    assert "向税务查询的内容" in words(await household.get("/looks"))
    assert "整份申请" not in words(await household.get("/looks"))
    [line] = who_looked((), [asked], LAW)
    assert (line.what, line.look and line.look.department) == ("question", "tax")
    assert asked.subject not in {look(role="clerk", reason="answer").subject, look(reason="answer").subject}
