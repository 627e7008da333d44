"""Every way to tamper with a draw that its rules name, and the code that each must be told by."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allocation.draw.documents import ENTRANTS, MANIFEST, RESULT, REVEAL, RULES, written
from allocation.draw.hashes import sha256

from tests.draws.made_up import Files, made_up

Change = Callable[[Files], Files]


@dataclass(frozen=True)
class Tampering:
    """With the given draw, whose manifest is made to fit again where `resealed` says so."""

    what: str
    code: str
    change: Change


def edited(name: str, edit: Callable[[Any], None], resealed: bool = True) -> Change:
    """The value of a JSON file, changed in place."""

    def change(files: Files) -> Files:
        value = json.loads(files[name])
        edit(value)
        made = {**files, name: written(value)}
        return seal(made) if resealed and name == RULES else made

    return change


def replaced(name: str, old: bytes, new: bytes, resealed: bool = True) -> Change:
    """Bytes of a file, the first time they stand there."""

    def change(files: Files) -> Files:
        assert old in files[name]
        made = {**files, name: files[name].replace(old, new, 1)}
        return seal(made) if resealed and name == ENTRANTS else made

    return change


def seal(files: Files) -> Files:
    """A manifest that fits, so that what comes after it is reached."""
    manifest = json.loads(files[MANIFEST])
    manifest.update(rules=sha256(files[RULES]), entrants=sha256(files[ENTRANTS]))
    return {**files, MANIFEST: written(manifest)}


def without(name: str) -> Change:
    return lambda files: {key: body for key, body in files.items() if key != name}


def whole(edit: Callable[[bytes], bytes]) -> Change:
    """The bytes of the list."""
    return lambda files: seal({**files, ENTRANTS: edit(files[ENTRANTS])})


def lines(edit: Callable[[list[bytes]], list[bytes]]) -> Change:
    """The lines of the list, without their ends."""
    return whole(lambda body: b"".join(line + b"\n" for line in edit(body.splitlines())))


def secret(value: Any) -> Change:
    """The notary's."""
    return edited(REVEAL, lambda it: it["secrets"].update(notary=value))


def pool(**values: Any) -> Callable[[Any], None]:
    return lambda rules: rules["pools"]["B-85"].update(values)


def rules(**values: Any) -> Change:
    return edited(RULES, lambda it: it.update(values))


FIRST, SECOND = b"0Q8KG-KBT2M-1V3Z2-7TSW4-0R9YT-6", b"2QN92-DG2D0-MTQBK-4D2ZY-4T6S9-5"
SECRET = "99a16b9ebabcb4aa4fffa8e14fa1cc6f639224381465f2339e43e933d13d6b96"


def nested(lists: int) -> Change:
    """So many lists within each other, in an object in which nobody looks for them."""
    return replaced(REVEAL, b"{", b'{"deep": ' + b"[" * lists + b"]" * lists + b",")


def _no_empty_list(files: Files) -> Files:
    """Of a draw in which nobody stands on it: there it makes no difference to any place."""
    assert b'"others": []' in files[RESULT]
    return replaced(RESULT, b'"others": []', b'"others": {}')(files)


def _half_a_character(files: Files) -> Files:
    """In a format that would allow it: in UTF-8 there is none, so nobody could hash it."""
    allowed = rules(public_format="[ -\uffff]")(files)
    return replaced(REVEAL, b'"public": ""', b'"public": "\\ud800"')(allowed)


def _swap(result: Any) -> None:
    drawn = result["B-85"]["drawn"]
    drawn[3], drawn[4] = drawn[4], drawn[3]


TAMPERINGS = (
    *(Tampering(f"no {it}", "missing-file", without(it)) for it in (RULES, ENTRANTS, MANIFEST, REVEAL, RESULT)),
    Tampering("a BOM", "not-json", lambda files: {**files, REVEAL: b"\xef\xbb\xbf" + files[REVEAL]}),
    Tampering("no UTF-8", "not-json", replaced(RESULT, b"A-60", b"A\xff60")),
    Tampering("NaN", "not-json", replaced(RULES, b": 20,", b": NaN,")),
    Tampering("a comma too many", "not-json", replaced(MANIFEST, b"{\n", b"{,\n")),
    Tampering("nested too deep", "not-json", lambda files: {**files, RESULT: b"[" * 100_000 + b"]" * 100_000}),
    Tampering("twenty-one deep", "not-json", nested(20)),
    Tampering("a key twice", "key-twice", replaced(REVEAL, b' "dice"', b' "dice": "1",\n "dice"')),
    Tampering("a key twice, escaped", "key-twice", replaced(RULES, b'"homes"', b'"h\\u006fmes": 1,\n"homes"')),
    Tampering("a key twice before no JSON", "not-json", lambda files: {**files, RULES: b'{"a":1,"a":2}', RESULT: b""}),
    Tampering("reserved more than homes", "bad-rules", edited(RULES, pool(reserved=[["disabled", 11]]))),
    Tampering("reserved in two groups", "bad-rules", edited(RULES, pool(reserved=[["a", 6], ["b", 5]]))),
    Tampering("no pools", "bad-rules", rules(pools={})),
    Tampering("an open class", "bad-rules", rules(public_format="[0-9")),
    Tampering("a choice of spellings", "bad-rules", rules(public_format="(7|07)")),
    Tampering("any number of digits", "bad-rules", rules(public_format="[0-9]*")),
    Tampering("a format that takes for ever", "bad-rules", rules(public_format="(a+)+b")),
    Tampering("four counts that vary", "bad-rules", rules(public_format="a{0,9}" * 4)),
    Tampering("a count of homes in words", "bad-rules", edited(RULES, pool(homes="ten"))),
    Tampering("true homes", "bad-rules", edited(RULES, pool(homes=True, reserved=[]))),
    Tampering("half a home", "bad-rules", edited(RULES, pool(homes=10.5))),
    Tampering("more homes than there are", "bad-rules", replaced(RULES, b": 10,", b": 1" + b"0" * 6000 + b",")),
    Tampering("a party twice", "bad-rules", rules(parties=["notary", "notary"])),
    Tampering("a name of two lines", "bad-rules", rules(project="HN\n1")),
    Tampering("half a character", "bad-rules", replaced(RULES, b"HN-2026-01", b"\\ud800")),
    Tampering("other rules", "not-in-manifest", edited(RULES, pool(homes=11), resealed=False)),
    Tampering("another list", "not-in-manifest", replaced(ENTRANTS, b"B-85,none", b"A-60,none", resealed=False)),
    Tampering("a manifest without hashes", "not-in-manifest", lambda files: {**files, MANIFEST: b"[]\n"}),
    Tampering("another order", "bad-entrants", lines(lambda it: [it[1], it[0], *it[2:]])),
    Tampering("CRLF", "bad-entrants", whole(lambda it: it.replace(b"\n", b"\r\n"))),
    Tampering("no last LF", "bad-entrants", whole(lambda it: it[:-1])),
    Tampering("an empty line", "bad-entrants", lines(lambda it: [b"", *it])),
    Tampering("two fields", "bad-entrants", replaced(ENTRANTS, b",three-children", b"")),
    Tampering("four fields", "bad-entrants", replaced(ENTRANTS, b",three-children", b",three-children,")),
    Tampering("an unknown pool", "bad-entrants", replaced(ENTRANTS, b",B-85,", b",C-99,")),
    Tampering("not ASCII", "bad-entrants", replaced(ENTRANTS, b",none", ",无".encode())),
    Tampering("a BOM before the list", "bad-entrants", whole(lambda it: b"\xef\xbb\xbf" + it)),
    Tampering("a line twice", "entrant-twice", lines(lambda it: [it[0], *it])),
    Tampering("a family in two groups", "entrant-twice", lines(lambda it: [FIRST + b",B-85,disabled", *it])),
    Tampering("no secret of a party", "parties", edited(REVEAL, lambda it: it["secrets"].pop("notary"))),
    Tampering("no commitment of a party", "parties", edited(MANIFEST, lambda it: it["commitments"].pop("notary"))),
    Tampering("a secret of a stranger", "parties", edited(REVEAL, lambda it: it["secrets"].update(stranger=SECRET))),
    Tampering("no secrets at all", "parties", lambda files: {**files, REVEAL: b"null\n"}),
    Tampering("a secret in capitals", "bad-secret", secret("A" * 64)),
    Tampering("a short secret", "bad-secret", secret("a" * 63)),
    Tampering(
        "a secret with a line end",
        "bad-secret",
        edited(REVEAL, lambda it: it["secrets"].update(notary="a" * 64 + "\n")),
    ),
    Tampering("a secret that is none", "bad-secret", secret(None)),
    Tampering("another secret", "not-committed", secret(SECRET)),
    Tampering(
        "another commitment", "not-committed", edited(MANIFEST, lambda it: it["commitments"].update(notary="A"))
    ),
    Tampering("another serial", "not-committed", rules(serial="2")),
    Tampering("nineteen dice", "bad-dice", edited(REVEAL, lambda it: it.update(dice="0" * 19))),
    Tampering("wide digits", "bad-dice", edited(REVEAL, lambda it: it.update(dice="０" * 20))),
    Tampering("dice as a number", "bad-dice", edited(REVEAL, lambda it: it.update(dice=10**19))),
    Tampering("no dice", "bad-dice", edited(REVEAL, lambda it: it.pop("dice"))),
    Tampering("a public number nobody announced", "bad-public", edited(REVEAL, lambda it: it.update(public="7"))),
    Tampering("no public number", "bad-public", edited(REVEAL, lambda it: it.pop("public"))),
    Tampering("a public number of another format", "bad-public", rules(public="x", public_format="[0-9]{6}")),
    Tampering("half a character drawn", "bad-public", _half_a_character),
    Tampering("two places changed", "wrong-place", edited(RESULT, _swap)),
    Tampering("other dice", "wrong-place", edited(REVEAL, lambda it: it.update(dice="1" * 20))),
    Tampering("an entry left out", "wrong-place", edited(RESULT, lambda it: it["A-60"]["others"].pop())),
    Tampering("an entry too many", "wrong-place", edited(RESULT, lambda it: it["A-60"]["others"].append(None))),
    Tampering("a list left out", "wrong-place", edited(RESULT, lambda it: it["B-85"].pop("substitutes"))),
    Tampering("a list too many", "wrong-place", edited(RESULT, lambda it: it["A-60"].update(friends=[]))),
    Tampering("a list under another name", "wrong-place", replaced(RESULT, b'"others"', b'"gthers"')),
    Tampering("an empty list that is none", "wrong-place", lambda _: _no_empty_list(made_up(7))),
    Tampering("a pool left out", "wrong-place", edited(RESULT, lambda it: it.pop("B-85"))),
    Tampering("a pool too many", "wrong-place", edited(RESULT, lambda it: it.update({"C-99": {}}))),
    Tampering("no result", "wrong-place", lambda files: {**files, RESULT: b"3\n"}),
)

WITHOUT_EFFECT: dict[str, Change] = {
    "twenty deep": nested(19),
    "other blanks and line ends": lambda files: {**files, REVEAL: files[REVEAL].replace(b"\n", b"\r\n\t")},
    "pools in another order": edited(RESULT, lambda it: it.update({"A-60": it.pop("A-60")})),
    "a key that nobody reads": edited(REVEAL, lambda it: it.update(note="\u4f60")),
}
"""What the rules do not forbid, and no place depends on."""
