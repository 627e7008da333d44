"""What to change where no answer came: one sentence for each thing that can happen between two machines. Pure."""

from typing import Literal

Way = Literal["bus", "http", "clerk"]

ADVICE: dict[tuple[str, str], str] = {
    ("bus", "nobody"): (
        "Start the responder, and let it subscribe to department.NAME.query.v1 with the seed of attach.env."
    ),
    ("bus", "slow"): (
        "The responder was reached and said nothing in time: reply to the message's reply subject; answer `deferred` "
        "where somebody has to look, or have timeout_seconds raised (--timeout)."
    ),
    ("bus", "401"): "The responder wants to know who asks: on the bus the account says so; ask for nothing more.",
    ("bus", "403"): (
        "The responder does not believe our signature: verify Lianshen-Signature by lianshen.jwk over the bytes as "
        "they came, and take the new file if our key was changed."
    ),
    ("bus", "404"): "The responder has no such endpoint: its subject is department.NAME.query.v1.",
    ("bus", "500"): "The responder failed with an error: its own log says why; nothing of the question is wrong.",
    ("http", "unreachable"): (
        "At the address of --url nobody takes connections: start the endpoint; are host and port right, does a "
        "firewall let this machine through, does it listen beyond its own 127.0.0.1?"
    ),
    ("http", "broken off"): "The endpoint took the question and closed the connection: its own log says why.",
    ("http", "slow"): (
        "The endpoint was reached and sent nothing in time: make the look-up faster (an index on the ID number), "
        "answer `deferred` where somebody has to look, or have timeout_seconds raised (--timeout)."
    ),
    ("http", "certificate"): "We do not trust its certificate: name its CA by --ca-file, or renew the certificate.",
    ("http", "our certificate"): "It wants a certificate of ours: name it by --certificate and --private-key.",
    ("http", "token file"): "The file of --token-file cannot be read on our side: put the token there, one line.",
    ("http", "301"): "It has moved, and a redirect is never followed: the question holds personal data; change --url.",
    ("http", "302"): (
        "It sends us elsewhere, often to a page for signing in, and a redirect is never followed: the question holds "
        "personal data. Name the final address by --url, and let the endpoint take the bearer token."
    ),
    ("http", "400"): (
        "The endpoint takes our question for a wrong one: the body is JSON in UTF-8 (question.json); fields that you "
        "do not know are to be ignored."
    ),
    ("http", "401"): (
        "The endpoint does not accept our bearer token: is the file of --token-file what it expects, `Authorization: "
        "Bearer TOKEN`, compared without the line's end?"
    ),
    ("http", "403"): (
        "The endpoint knows us and still does not let us in: has our address or certificate the right to ask, and "
        "does it check Lianshen-Signature by the lianshen.jwk of today?"
    ),
    ("http", "404"): "The host answers, and has nothing at this path: correct the path of --url.",
    ("http", "405"): "At this path there is no POST: the endpoint takes POST, with the question as its body.",
    ("http", "413"): "It takes the question for too large: let the endpoint, or the proxy before it, take 256 KB.",
    ("http", "415"): "It does not take our type: the question comes as application/json.",
    ("http", "429"): (
        "It says that there are too many requests: raise its limit for us, or have --concurrency lowered."
    ),
    ("http", "500"): "The endpoint failed with an error of its own: its log says why; the same question comes again.",
    ("http", "502"): "The gateway before the endpoint does not reach it: start what is behind it.",
    ("http", "503"): "The endpoint says that it is not ready: start what it needs, its database first.",
    ("http", "504"): "The gateway gave up waiting for the endpoint: raise the gateway's limit, or answer `deferred`.",
}
"""By the way to attach, and what happened: the HTTP status or error code, or a word of `inquiry.attachments`."""


def advice_for(what: str, by: Way) -> str:
    """The sentence for it; empty where nothing happened that is named here."""
    if (known := ADVICE.get((by, what))) is not None:
        return known
    if what.isdigit():
        return f"Look into the department's own log for what it means by {what}; an answer comes with 200."
    return ""
