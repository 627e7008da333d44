"""What families read: Chinese, then English, from real events."""

import json
import re
import unicodedata
from datetime import date

import pytest
from jinja2 import UndefinedError

from contracts.events import AnsweredByHand, ApplicationWithdrawn
from contracts.text import masked
from procedures.hainan_2025 import view
from procedures.hainan_2025.letters import Desk, templates
from procedures.hainan_2025.titles import DEPARTMENT_TITLES, RULES
from procedures.policy import policy_text, read_policy
from procedures.working_days import Calendar
from procedures.year_plans import YearPlan
from tests.notify.stories import (
    BIRTH_DATE,
    ENTRY,
    EVERY_NOTICE,
    accepted,
    confirmed,
    decided,
    determined,
    finding,
    ineligible,
    objected,
    opened,
    refused,
    supplement_wanted,
    withdrawn,
)
from tests.notify.stories_after_pool import NOTICES_AFTER_POOL
from tests.notify.told import APPLICANT, CHILD, DESK, KEY, NAMES, NUMBER, PHONE, SPOUSE, Told, at
from tests.support.notices import notice_of

EACH = [
    pytest.param(*story, id=f"Art. {', '.join(story[1])}: {name}")
    for name, story in (EVERY_NOTICE | NOTICES_AFTER_POOL).items()
]
TWIN = "————————"


@pytest.mark.parametrize(("told", "articles"), EACH)
def test_a_notice_says_it_in_chinese_and_then_in_english_under_its_article(
    told: Told, articles: tuple[str, ...]
) -> None:
    notice = told.letter()
    chinese, english = notice.body.split(TWIN)

    assert re.search(r"[\u4e00-\u9fff]{6}", chinese)
    assert re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", english)
    for quoted in ("海南政办发〔2025〕8号", "王*国", "符合条件 / eligible"):
        english = english.replace(quoted, "")
    assert not re.search(r"[\u4e00-\u9fff]", english)
    assert "海南区配售型保障性住房管理办法（试行）" in chinese
    for article in articles:
        assert f"第{article}条" in chinese
    assert f"Art. {', '.join(articles)}" in english


@pytest.mark.parametrize(("told", "articles"), EACH)
def test_every_part_names_the_application_and_where_to_ask(told: Told, articles: tuple[str, ...]) -> None:
    notice = told.letter()

    assert notice.subject.count(NUMBER) == 2
    assert "\n" not in notice.subject
    for text in (notice.short, notice.body):
        assert text.count(NUMBER) >= 2
        assert "示范窗口" in text
        assert "the window of this test" in text


@pytest.mark.parametrize(("told", "articles"), EACH)
def test_a_short_message_is_short_and_a_subject_and_a_short_message_name_no_person(
    told: Told, articles: tuple[str, ...]
) -> None:
    notice = told.letter()
    chinese, english = notice.short.split("\n")

    assert len(chinese) <= 110
    assert len(english) <= 230
    for name in NAMES:
        assert name not in notice.subject + notice.short
    assert not re.search(r"\d{4}\*", notice.subject + notice.short)


@pytest.mark.parametrize(("told", "articles"), EACH)
def test_no_notice_shows_a_phone_a_full_id_number_or_a_birth_date(told: Told, articles: tuple[str, ...]) -> None:
    notice = told.letter()

    for text in (notice.subject, notice.short, notice.body, repr(notice)):
        for secret in (PHONE, APPLICANT, SPOUSE, CHILD, BIRTH_DATE):
            assert secret not in text
    assert notice.phone == PHONE


@pytest.mark.parametrize(("told", "articles"), EACH)
def test_the_same_history_makes_the_same_notice_again(told: Told, articles: tuple[str, ...]) -> None:
    assert told.letter() == told.letter()


def test_an_acceptance_lists_who_is_asked_by_their_titles_and_until_when() -> None:
    body = accepted().letter().body

    assert "公安户籍、民政、人社、税务、不动产登记、住建局" in body
    assert "2026年11月9日 18:00前（内部期限" in body
    assert "real-estate registration, housing bureau" in body
    assert "2026-11-09 18:00 (internal limit" in body


def test_a_department_nobody_has_translated_yet_is_called_by_its_name() -> None:
    body = accepted(asked=("tax", "military-service")).letter().body

    assert "税务、military-service" in body
    assert "tax, military-service" in body


def test_a_supplement_notice_lists_every_gap_at_once_and_whose_consent_is_missing() -> None:
    notice = supplement_wanted(
        {
            "pointer": "/documents",
            "article": "22",
            "text": "hand in the commitment",
            "document": "commitment",
        },
        {
            "pointer": "/documents",
            "article": "22",
            "text": "hand in the document new_paper",
            "document": "new_paper",
        },
        {
            "pointer": "/consents",
            "article": "22(2)",
            "text": "hand in the consent of the spouse",
            "consent_of": SPOUSE,
        },
        {
            "pointer": "/consents",
            "article": "22(2)",
            "text": "hand in the consent of member 2",
            "consent_of": CHILD,
        },
    ).letter()

    assert "1. 缺少：承诺书（第22条）" in notice.body
    assert "2. 缺少：new_paper（第22条）" in notice.body
    assert "3. 缺少配偶（1503**********0022）的查询授权同意（第22(2)条）" in notice.body
    assert "4. 缺少子女（1503**********0025）的查询授权同意，由监护人出具（第22(2)条）" in notice.body
    assert "3. hand in the consent of the spouse (1503**********0022) (Art. 22(2))" in notice.body
    assert "需补正4项" in notice.short
    assert "4 thing(s) missing" in notice.short
    assert "2026年11月16日" in notice.short
    assert "暂定" not in notice.body + notice.short


def test_a_time_limit_in_a_year_nobody_has_announced_says_that_it_is_provisional() -> None:
    notice = supplement_wanted(hand_in_by="2027-01-06").letter()

    assert "（暂定）" in notice.short
    assert "(provisional)" in notice.short
    assert "暂定，该年节假日安排尚未公布" in notice.body
    assert "provisional: that year's holidays are not announced yet" in notice.body


def test_a_time_limit_in_a_year_the_operator_has_filed_is_not_provisional() -> None:
    calendar = Calendar({2027: YearPlan(announced="a notice", off=(date(2027, 1, 1),), work=())})
    desk = Desk(DESK.enquiries_zh, DESK.enquiries_en, calendar)

    notice = supplement_wanted(hand_in_by="2027-01-06").letter(desk)

    assert "暂定" not in notice.short + notice.body
    assert "provisional" not in notice.short + notice.body


def test_a_departments_time_limit_past_midnight_utc_is_judged_by_its_day_in_shanghai() -> None:
    new_year_in_shanghai = "2026-12-31T16:30:00Z"

    assert "provisional" in accepted(answer_by=new_year_in_shanghai).letter().body


def test_a_refusal_names_every_rule_with_its_article_and_who_said_it() -> None:
    body = (
        refused(
            ("R17c", "17", "the applicant applies alone and is younger than 22"),
            ("R32", "32", "the applicant is under a ban until the day before 2027-03-01"),
            ("one-application", "26(1)", "another application of the applicant is open"),
            ("registration-window", "26(1)", "registration is open from 2026-12-01 to 2026-12-31"),
        )
        .letter()
        .body
    )
    chinese, english = body.split(TWIN)

    not_met, _, rest = chinese.partition("【受理时未发现不符合】")
    assert "R17c 单身申请人达到法定婚龄（第17条）：单身申请人未达到法定婚龄（男22周岁，女20周岁）。\n" in not_met
    assert "来源: 申请表（2026年11月2日 09:01）" in not_met
    assert (
        "R32 主申请人不在禁止申请期内（第32条）：主申请人目前仍在一年禁止申请期内。（所涉日期：2027-03-01）" in not_met
    )
    assert "来源: 住建局（2026年11月2日 09:01）" in not_met
    assert "申请人或者其配偶在本项目中另有在办申请" in not_met
    assert "registration-window 项目已公布价格并在登记期内（第26(1)条）" in not_met
    found_fine, _, unknown = rest.partition("【尚不能认定")
    assert re.findall(r"^R\S+", found_fine, re.MULTILINE) == ["R17a", "R17b"]
    assert re.findall(r"^[RG]\d\S+", unknown, re.MULTILINE) == ["R18a", "R18b", "R18c", "G20"]
    assert "the applicant is under a ban until the day before 2027-03-01" in english
    assert "Said by: housing bureau (2026-11-02 09:01)" in english
    assert "R18c 家庭在海勃湾区、海南区、乌达区无住房或者人均面积低于标准（第18(2)条、第19条）" in unknown
    assert "\n如何申请复核" in chinese
    assert "\nTo ask for another look" in english


def test_an_ineligible_notice_names_every_rule_its_values_and_which_department_said_it_and_when() -> None:
    answered = accepted().then(
        AnsweredByHand,
        "2026-11-03 11:00",
        department="social-security",
        round=1,
        answer={"question_id": "a-question-id-of-its-own", "kind": "none"},
        reason="they telephoned",
        by="officer 7",
    )
    said = {"department": "real-estate", "said_at": at("2026-11-03 09:15"), "sequence": 5}
    by_hand = {"department": "social-security", "said_at": at("2026-11-03 11:00"), "sequence": 30}
    told = ineligible(
        finding(
            "R18c",
            "not_met",
            article="18(2), 19",
            text="In 150302 the family owns 15 m² a member.",
            values={
                "per_member_m2": "45/3 = 15",
                "unclear": [],
                "homes": [{"home": "A-1", "m2": "45", "said_by": "real-estate"}],
                "spouse": SPOUSE,
                "checked": None,
            },
            sources=(said,),
        ),
        finding("R18b", "unknown", sources=(by_hand,), values={"here": {"tax": True, "social-security": False}}),
        *(finding(rule) for rule in ("R17a", "R17b", "R17c", "R18a", "R32", "G20")),
        after=answered,
    )
    assert answered.history[-1].sequence == by_hand["sequence"]

    chinese, english = told.letter().body.split(TWIN)

    assert chinese.index("【不符合】") < chinese.index("R18c") < chinese.index("【尚不能认定】")
    assert chinese.index("【尚不能认定】") < chinese.index("R18b") < chinese.index("【符合】")
    assert re.findall(r"^([RG]\d+\w?) ", chinese.partition("【符合】")[2], re.MULTILINE) == [
        "R17a",
        "R17b",
        "R17c",
        "R18a",
        "R32",
        "G20",
    ]
    assert "（第18(2)条、第19条）：家庭在三区内的人均住房面积不低于15平方米。" in chinese
    assert "依据: 人均面积（平方米）=45/3 = 15；不明事项=无；住房=(单元=A-1；" in chinese
    assert "来源=不动产登记)；spouse=1503**********0022；checked=未载明" in chinese
    assert "来源: 不动产登记（2026年11月3日 09:15）" in chinese
    assert "依据: 显示在本地=(税务=是；人社=否)" in chinese
    assert "来源: 人社（2026年11月3日 11:00，工作人员代为答复）" in chinese
    assert "(Art. 18(2), 19): In 150302 the family owns 15 m² a member." in english
    assert "Said by: real-estate registration (2026-11-03 09:15)" in english
    assert "Said by: human resources and social security (2026-11-03 11:00, entered by an officer)" in english
    assert "工作人员的理由：checked against the registers" in chinese
    assert "如何申请复核" in chinese
    assert "新一轮核查" in chinese
    assert "To ask for another look" in english
    assert "a new round, in which every department is asked afresh" in english


def test_a_rule_without_a_chinese_sentence_keeps_the_words_it_came_with() -> None:
    body = ineligible(finding("R99", "unknown", text="The new rule is not clear.")).letter().body

    assert "R99 R99（第17条）：尚不能认定。（The new rule is not clear.）" in body


def test_a_rule_of_article_17_quotes_the_law_of_acceptance_and_the_others_that_of_the_determination(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    law = policy_text("hainan-2025")
    for name, value in (("adult_age", 18), ("area_per_member_m2", 15)):
        start = f"[{name}]"
        old = f"{{ from = 2025-04-01, value = {value} }}"
        before, heading, after = law.partition(start)
        law = before + heading + after.replace(old, f"{old}, {{ from = 2026-11-03, value = {value + 1} }}", 1)
    monkeypatch.setattr(view, "POLICY", read_policy(law))

    body = ineligible(finding("R17a", "not_met"), finding("R18c", "not_met")).letter().body

    assert "主申请人未满18周岁" in body
    assert "不低于16平方米" in body


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.startswith("R")])
def test_every_rule_has_a_chinese_sentence_for_every_truth_it_can_have(rule: str) -> None:
    told = ineligible(*(finding(rule, truth) for truth in ("met", "not_met", "unknown")))
    chinese = told.letter().body.split(TWIN)[0]

    sentences = re.findall(rf"^{rule} .*（第17条）：(.+)$", chinese, re.MULTILINE)

    assert len(set(sentences)) == 3
    assert not [sentence for sentence in sentences if re.search(r"[A-Za-z{]", sentence)]


def test_a_withdrawal_carries_no_ban_and_its_reason() -> None:
    notice = withdrawn().letter()

    assert "we move away" in notice.body
    assert "不产生禁止申请的期限" in notice.body
    assert "carries no ban" in notice.body
    assert "2026年11月2日 15:30" in notice.body


def test_publicity_tells_until_when_which_days_count_and_what_is_shown() -> None:
    notice = opened().letter()

    assert "公示至2026年11月12日 18:00" in notice.short
    assert "until 2026-11-12 18:00" in notice.short
    assert "1. 2026年11月4日；7. 2026年11月12日" in notice.body
    assert "2026年11月7日" not in notice.body
    assert "王*国，1503**********001X，家庭3人" in notice.body
    assert "暂定" not in notice.body + notice.short
    assert "演练" not in notice.body + notice.short + notice.subject


def test_a_provisional_end_of_publicity_says_so_wherever_it_is_shown() -> None:
    told = opened(
        provisional=True,
        closes_at=at("2027-01-08 18:00"),
        last_day="2027-01-08",
        derivation=[{"date": "2027-01-08", "number": 7, "reason": "Friday", "provisional": True}],
    )
    notice = told.letter()
    still_open = decided(objected(told), 1, upheld=False).letter()

    for text in (notice.short, notice.body):
        assert "2027年1月8日 18:00（暂定）" in text
        assert "2027-01-08 18:00 (provisional)" in text
    assert "7. 2027年1月8日（暂定）" in notice.body
    assert "公示继续至2027年1月8日 18:00（暂定）" in still_open.body
    assert "until 2027-01-08 18:00 (provisional)" in still_open.body


def test_a_condition_of_article_20_travels_with_the_good_news() -> None:
    renting = {"rule": "G20", "article": "20", "text": "Public housing rented by the spouse is to be left."}
    told = opened(determined("eligible", conditions=(renting | {"to_be_checked": True},)))

    for notice in (told.letter(), confirmed(told).letter()):
        assert "- 入住前须退出现承租的公租房或者保障性租赁住房。（待核实）（第20条）" in notice.body
        assert "- Public housing rented by the spouse is to be left. (to be checked) (Art. 20)" in notice.body


def test_a_corrected_entry_says_what_changed_and_that_the_days_begin_anew() -> None:
    notice = opened(
        opened(),
        "2026-11-06 09:00",
        n=2,
        why="corrected",
        closes_at=at("2026-11-17 18:00"),
        entry=ENTRY | {"family_size": 4},
    ).letter()

    assert notice.cause == "publicity-opened-2"
    assert "公示有变更" in notice.subject
    assert "- 家庭人数：由 3 改为 4" in notice.body
    assert "- family size: from 3 to 4" in notice.body
    assert "由2026年11月12日 18:00改为2026年11月17日 18:00" in notice.body
    assert "姓名（隐去部分）：由" not in notice.body


@pytest.mark.parametrize("why", ["corrected", "calendar announced"])
@pytest.mark.parametrize("closes_at", ["2026-11-12 18:00", "2026-11-12 18:00:20"])
def test_no_notice_says_that_a_date_changed_when_a_reader_sees_the_same_date(why: str, closes_at: str) -> None:
    anew = opened(opened(provisional=True), "2026-11-03 15:00", n=2, why=why, closes_at=at(closes_at)).letter()
    told = f"{anew.subject}\n{anew.short}\n{anew.body}"

    assert "由2026年11月12日" not in told
    assert "from 2026-11-12" not in told
    assert "截止时间不变" in anew.body
    assert "the date does not change" in anew.body
    if why == "calendar announced":
        assert "变更" not in anew.subject + anew.short
        assert "changed" not in anew.subject + anew.short


def test_an_announced_calendar_says_which_day_moved() -> None:
    first = opened(provisional=True, closes_at=at("2027-01-08 18:00"))

    moved = opened(first, "2026-11-20 09:00", n=2, why="calendar announced", closes_at=at("2027-01-11 18:00"))
    stayed = opened(first, "2026-11-20 09:00", n=2, why="calendar announced", closes_at=at("2027-01-08 18:00"))

    assert "由2027年1月8日 18:00改为2027年1月11日 18:00" in moved.letter().body
    assert "ends on 2027-01-11 18:00, not on 2027-01-08 18:00" in moved.letter().body
    assert "截止时间不变，不再是暂定" in stayed.letter().body
    assert "the date does not change; it is no longer provisional" in stayed.letter().body
    assert "公示截止时间已确定" in stayed.letter().subject
    assert "has changed" in moved.letter().subject


def test_a_drill_says_so_on_every_page_and_shows_seconds() -> None:
    told = opened(drill=True, closes_at=at("2026-11-03 10:01:05"), derivation=[])

    for notice in (told.letter(), objected(told, when="2026-11-03 10:01:03").letter()):
        chinese, english = notice.body.split(TWIN)
        for text in (chinese.strip().splitlines()[0], chinese.strip().splitlines()[-1]):
            assert text.startswith("【演练】")
        for text in (english.strip().splitlines()[0], english.strip().splitlines()[-1]):
            assert text.startswith("[DRILL]")
        assert notice.subject.startswith("【演练】")
        assert " / [DRILL] " in notice.subject
        assert [line[:7] for line in notice.short.splitlines()] == ["【演练】您的申", "[DRILL]"]
    assert "10:01:05" in told.letter().short


def test_a_desk_in_rehearsal_marks_every_notice() -> None:
    notice = accepted().letter(Desk("窗口", "the window", drill=True))

    assert notice.subject.startswith("【演练】")
    assert notice.body.count("[DRILL]") == 2


def test_an_objection_is_told_without_who_made_it_or_in_which_words() -> None:
    notice = objected().letter()

    assert "neighbour" not in notice.body
    assert "2026年11月10日 17:59" in notice.body
    assert "在该异议作出决定之前，公示不能结束" in notice.body
    assert "publicity cannot end before this objection is decided" in notice.body


def test_a_late_objection_is_told_as_one_that_holds_nothing() -> None:
    notice = objected(confirmed(), when="2026-11-12 18:02", in_time=False).letter()

    assert "不影响您的申请" in notice.short
    assert "does not hold your application" in notice.body
    assert "公示不能结束" not in notice.body


def test_a_dismissed_objection_says_what_still_holds_the_entry() -> None:
    two_open = objected(objected(), n=2, when="2026-11-11 08:00")

    one_left = decided(two_open, 1, upheld=False, when="2026-11-11 09:00")
    in_the_period = decided(one_left, 2, upheld=False, when="2026-11-11 10:00")
    after_it = decided(one_left, 2, upheld=False, when="2026-11-13 10:00")

    assert "仍有1件异议未决" in one_left.letter().body
    assert "公示继续至2026年11月12日 18:00" in in_the_period.letter().body
    assert "公示将随即结束" in after_it.letter().body
    assert "the register shows otherwise" in after_it.letter().body


def test_an_upheld_objection_disqualifies_without_a_ban_and_the_family_may_apply_again() -> None:
    notice = decided(objected(), 1, upheld=True).letter()

    assert notice.article == "26(4)"
    assert "不产生禁止申请的期限，您的家庭可以再次申请" in notice.body
    assert "carries no ban; your family may apply again" in notice.body
    assert "There is no ban" in notice.short
    assert "the register shows otherwise" in notice.body


def test_the_confirmed_pool_asks_for_the_deposit_and_says_when_the_entry_was_shown() -> None:
    notice = confirmed().letter()

    assert "2026年11月3日 10:01至2026年11月12日 18:01" in notice.body
    assert "意向金" in notice.short
    assert "deposit" in notice.short


def test_a_notice_told_late_tells_what_was_so_when_it_happened() -> None:
    told = decided(objected(), 1, upheld=False)
    later = objected(told, n=2, when="2026-11-11 10:00")

    notice = notice_of(later.history, told.last, "folder", DESK, KEY)

    assert notice == told.letter()
    assert "公示继续至" in notice.body


def test_an_event_that_the_history_does_not_hold_yet_is_a_stale_read() -> None:
    with pytest.raises(LookupError, match="PublicityOpened is not in the history"):
        notice_of(determined("eligible").history, opened().last, "folder", DESK, KEY)


def test_what_people_write_is_shown_as_they_wrote_it_and_never_run_as_a_template() -> None:
    reason = "{{ case.form.applicant.phone }}\n\n{% include 'x' %} <b>&</b>"
    told = accepted().then(ApplicationWithdrawn, "2026-11-02 15:30", reason=reason, by="the family")

    notice = told.letter()

    assert notice.body.count(reason) == 2
    assert PHONE not in notice.body
    assert "include" not in notice.subject + notice.short


def test_a_name_that_a_template_does_not_know_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        templates("zh").from_string("{{ nobody }}").render()
    with pytest.raises(UndefinedError):
        templates("en").from_string("{{ event.nothing }}").render(event=opened().last)


def test_id_numbers_are_masked_and_longer_codes_are_left_alone() -> None:
    unit = "150303001002GB00012F00010001"
    digits = "1503031988031200151503031988"

    assert masked(f"{APPLICANT}，{APPLICANT.lower()};{unit}") == (f"1503**********001X，1503**********001x;{unit}")
    assert masked(digits) == digits
    assert masked(json.dumps({"spouse": SPOUSE})) == '{"spouse": "1503**********0022"}'


@pytest.mark.parametrize(
    "typed",
    [
        "产权人ID150303199001011015",
        "旧号150303900101101",
        "全角１５０３０３１９９００１０１１０１５",
        "空格150303 19900101 1015",
        "150303-1990-01-01-1015",
        "150303\u20111990\u20110101\u20111015",
        "150303\u200b19900101\xa01015",
        "Ｘ15030319900101101Ｘ",
        "号码150303199001011015是",
    ],
    ids=ascii,
)
def test_no_birth_date_leaves_in_a_reason_however_the_number_was_typed(typed: str) -> None:
    notice = accepted().then(ApplicationWithdrawn, "2026-11-02 15:30", reason=typed, by="the family").letter()

    told = unicodedata.normalize("NFKC", notice.subject + notice.short + notice.body)
    assert not re.search("0101|900101", re.sub(r"[^0-9*]", "", told))
    assert masked(typed) in notice.body


def test_a_reason_moves_no_cursor_and_turns_no_line_round() -> None:
    reason = "x\x1b[2K\rapproved\u202e\u2028y\x9b\r\nand a second line"
    notice = accepted().then(ApplicationWithdrawn, "2026-11-02 15:30", reason=reason, by="the family").letter()

    assert "x\\x1b[2K\\rapproved\\u202e\\u2028y\\x9b\nand a second line" in notice.body


def test_the_six_departments_are_called_by_their_chinese_names() -> None:
    assert {name: DEPARTMENT_TITLES[name].zh for name in DEPARTMENT_TITLES if name != "form"} == {
        "household-registry": "公安户籍",
        "civil-affairs": "民政",
        "social-security": "人社",
        "tax": "税务",
        "real-estate": "不动产登记",
        "housing": "住建局",
    }


UNVERIFIED = "受理时有事项未能核实"
ELSEWHERE_ZH = "申请表所列子女中，有人同时列在本项目另一份在办申请中，其家庭归属将由工作人员认定"


@pytest.mark.parametrize(
    ("notes", "children", "chinese"),
    [
        ((), (), ()),
        (("the bureau did not answer",), (), (UNVERIFIED,)),
        (("a child stands elsewhere, too",), (CHILD,), (ELSEWHERE_ZH,)),
        (("the bureau did not answer", "a child stands elsewhere, too"), (CHILD,), (ELSEWHERE_ZH, UNVERIFIED)),
    ],
)
def test_an_acceptance_tells_its_notes_in_both_languages_and_nobodys_number(
    notes: tuple[str, ...], children: tuple[str, ...], chinese: tuple[str, ...]
) -> None:
    letter = accepted(notes=notes, children_elsewhere=children).letter()
    zh, en = letter.body.split(TWIN)
    assert [text for text in (ELSEWHERE_ZH, UNVERIFIED) if text in zh] == list(chinese)
    assert re.findall(r"Note: (.*)\.", en) == list(notes)
    assert CHILD not in letter.body
    assert CHILD not in letter.short
