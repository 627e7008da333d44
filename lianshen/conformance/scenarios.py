"""Every scenario there is, in the order it is played: what it wants, and what to change where it is not so."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from lianshen.conformance import (
    form,
    homes,
    malformed_questions,
    one_person,
    reachability,
    repeats,
    several,
    signatures,
)
from lianshen.conformance.kit import Kit

Play = Callable[[Kit], Awaitable[str | None]]
"""Raises Bad, NotRun or DoesNotApply; may say something about what went well."""


@dataclass(frozen=True)
class Scenario:
    """One thing that a department is held to."""

    wants: str
    advice: str
    play: Play

    @property
    def name(self) -> str:
        """That of the function which plays it, as it is written on the command line: `zero-homes`."""
        return self.play.__name__.replace("_", "-")


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        "a question is answered in time, as JSON in the contract's shape and words",
        "Start the department's responder, and let it answer JSON with question_id, kind and persons; a code is a "
        "text out of its list (contracts/schemas).",
        one_person.answers,
    ),
    Scenario(
        "somebody in the register is found, with the register's rows",
        "Load the kit's register (--register), and answer `found` with every row about the person.",
        one_person.found,
    ),
    Scenario(
        "somebody without a row: `none`, we looked and there is nothing",
        "Answer `none` where you looked and found nothing; `cannot_determine` says that you could not look.",
        one_person.none,
    ),
    Scenario(
        "somebody without a home: `none`, never `cannot_determine`",
        "Answer `none` for a person without a home: an empty result is a result.",
        one_person.zero_homes,
    ),
    Scenario(
        "the number with another name: `not_matched`",
        "Compare the name too where your register has one, and answer `not_matched` where it differs.",
        one_person.not_matched,
    ),
    Scenario(
        "of two persons with one name, the one whose number was asked",
        "Look persons up by their ID number; a name alone is nobody's.",
        one_person.namesake,
    ),
    Scenario(
        "a number that nobody has: nothing is found",
        "Answer `none` (the household registry: `not_matched`) for a number that you do not have.",
        one_person.nobody,
    ),
    Scenario(
        "a number that ends in x is the one that ends in X",
        "Put ID numbers into capitals before you compare them (GB 11643).",
        one_person.lower_case_x,
    ),
    Scenario(
        "names with · and characters beyond the basic plane, in UTF-8 or as \\u escapes, are the same names",
        "Read and compare names as whole Unicode text; store them in UTF-8 (in some databases: utf8mb4).",
        one_person.names,
    ),
    Scenario(
        "several persons in one question: each gets the own rows",
        "Answer each person of `persons` from that person's own rows, under that person's id_number.",
        several.several,
    ),
    Scenario(
        "the order of the persons says nothing",
        "Do not treat the first person in a special way: a question does not say who applies.",
        several.order,
    ),
    Scenario(
        "nobody is answered about who was not asked about",
        "Leave out spouses, children and other owners that the question does not name.",
        several.nobody_else,
    ),
    Scenario(
        "a part stays the fraction it is, as text",
        'Answer `share` as text, as it is registered ("1/3"); a rounded decimal is another area.',
        homes.thirds,
    ),
    Scenario(
        "a unit in which somebody has a part comes with a row for every owner",
        "Answer all owner rows of the unit; owners who were not asked about without their number.",
        homes.every_owner,
    ),
    Scenario(
        "owners and buyers who were not asked about stay without a number",
        "Leave out owner_id_number of outsiders, and contract rows of other buyers.",
        homes.outsiders,
    ),
    Scenario(
        "units outside the three divisions are left out",
        "Answer units in 150302, 150303 and 150304 only: homes elsewhere are not asked about (Art. 18(2)).",
        homes.elsewhere,
    ),
    Scenario(
        "asked what burdens one home, it tells of every burden on that home, and of no other",
        "Where a question names the contract `home-encumbrances`, answer a row for each mortgage, lease, right of "
        "residence and dispute on the unit in `home`, `none` where nothing burdens it, and never the ownership rows; "
        "`cannot_determine` while you cannot say.",
        homes.burdened_home,
    ),
    Scenario(
        "the answer carries the question's question_id",
        "Copy question_id from the question into its answer, unchanged.",
        form.question_id,
    ),
    Scenario(
        "the kind of the whole fits its persons' kinds, and rows are there exactly where it is `found`",
        "Say `found` for the whole where one person is found, else what is said of the persons; rows go with `found`.",
        form.kinds,
    ),
    Scenario(
        "no field beyond the contract",
        "Answer only the contract's fields: what is beyond is dropped, and was sent for nothing.",
        form.no_surplus,
    ),
    Scenario(
        "no row that the question is not about",
        "Answer the rows about the person, and no others, each once.",
        form.no_row_beyond,
    ),
    Scenario(
        "fields that are new in a question are ignored",
        "Ignore fields of a question that you do not know, at its top and in persons.",
        form.unknown_fields,
    ),
    Scenario(
        "a question about nobody is answered in good form",
        "Answer an empty list of persons with `none` and no persons.",
        several.nobody_to_ask,
    ),
    Scenario(
        "the same question twice: the same answer",
        "Answer the same question the same way however often it comes; deliveries are repeated.",
        repeats.duplicate,
    ),
    Scenario(
        "the same under a new id, in a new round: the same content, with the new id",
        "Take the id from this question, and look the persons up anew.",
        repeats.replay,
    ),
    Scenario(
        "a question whose answer_by is past is answered in good form",
        "Answer late rather than not at all: Lianshen decides what still counts.",
        repeats.expired,
    ),
    Scenario(
        "a question is taken back while it is asked; the next one is answered",
        'Take a notice "stop" for what it is: drop that question, and go on with the others.',
        repeats.withdrawn,
    ),
    Scenario(
        "a reminder changes nothing but the order of work",
        "A reminder is no question: reply nothing to it, and keep answering.",
        repeats.reminder,
    ),
    Scenario(
        "32 questions at once are not mixed up",
        "Keep what belongs to one question out of variables that several share.",
        several.many_at_once,
    ),
    Scenario(
        "several questions in one message: each answered in its place, and believed by one signature over all",
        "Answer in the order of the questions, an error where one is none, and sign the root of the tree over all "
        "answers (docs/attach.md); or take `batch` out of the metadata.",
        several.batch,
    ),
    Scenario(
        "50 persons in one question are answered, below 256 KB",
        "Answer the fields of the contract only, and take as many persons as come.",
        several.many_persons,
    ),
    Scenario(
        "95 % of answers within half the timeout",
        "Make the look-up faster (an index on the ID number), answer `deferred`, or have timeout_seconds raised.",
        repeats.quick,
    ),
    Scenario(
        "a promise is an instant within 30 days; asked after it, the department answers",
        "With `deferred`, give promised_at in the future with its time zone, and have the answer ready by then.",
        repeats.deferred,
    ),
    Scenario(
        "signed answers are under the registered key, for answers (typ lianshen-answer+jws); unsigned ones pass "
        "unless `required`",
        "Sign the answer as a compact JWS with the registered Ed25519 key: kid and typ in its header.",
        signatures.signed,
    ),
    Scenario(
        "what is signed names the department, the round and the question's hash",
        "Add department, round and question_sha256 of this very question to the signed JSON, each time anew.",
        signatures.claims,
    ),
    Scenario(
        "question_sha256 is the hash of the question's bytes as they came",
        "Hash the bytes before you parse them; written anew, JSON has other bytes.",
        signatures.exact_bytes,
    ),
    Scenario(
        "a question under a wrong signature of ours is refused or answered, and is never fatal",
        "Verify Lianshen-Signature before you trust it, and treat a wrong one as a question you refuse.",
        malformed_questions.broken_signature,
    ),
    Scenario(
        "on the bus: the services API shows the endpoint",
        "Register as a service named like the department, with the endpoint department.NAME.query.v1.",
        reachability.discoverable,
    ),
    Scenario(
        "over HTTP: a wrong token, or none, gets 401 or 403",
        "Compare the bearer token of every request, and answer 401 before you read its body.",
        reachability.strangers,
    ),
    Scenario(
        "with mutual TLS: nobody without our certificate is served",
        "Require and verify a client certificate in the server's TLS settings.",
        reachability.without_certificate,
    ),
    Scenario(
        "an error never repeats an ID number",
        "Write error texts of your own; those of parsers and databases repeat what they were given.",
        malformed_questions.discreet,
    ),
    Scenario(
        "what is no question (cut off, not JSON, nested 20,000 deep) ends nothing",
        "Catch every error of reading a question, reply an error, and go on.",
        malformed_questions.no_question,
    ),
    Scenario(
        "restarted while questions flow, it answers every one in the end",
        "Take what was asked before you stop, and start without help; questions are sent again.",
        reachability.restart,
    ),
)
"""Before the last three nothing is done that could end a department."""
