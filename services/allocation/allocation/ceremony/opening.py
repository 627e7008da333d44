"""From the first envelope on: secrets, result, a second look, publication; and what makes a draw void. Pure."""

from collections.abc import Mapping
from typing import Literal

from allocation.ceremony.act import Act
from allocation.ceremony.before import need_party
from allocation.ceremony.posted import result_file, result_of, reveal_of, rules_of
from allocation.draw.faults import DoesNotHold
from allocation.draw.hashes import sha256
from allocation.draw.reveal import need_committed, need_secret
from contracts.case.case import NotAllowed
from contracts.draws import DrawRecord
from contracts.draws.draw import Draw, Stage
from contracts.draws.events import DrawHeld, DrawVoid, EnvelopeOpened, ResultPublished, ResultVerified

Ground = Literal["not committed", "envelope missing", "file differs", "before the envelopes"]
BEFORE_ENVELOPES: Ground = "before the envelopes"


def open_envelope(draw: Draw, act: Act, party: str, secret: str, second: bool = False) -> tuple[DrawRecord, ...]:
    """What one envelope says; with the last of them the draw is held.

    Raises NotAllowed out of turn, and DoesNotHold for a secret that does not fit: typed wrongly it is typed again; if
    the paper says so, the draw is void (`declare_void`).
    """
    need_party(draw, party)
    if draw.secrets.get(party) == secret:
        return ()
    if draw.stage is not Stage.THROWN or party in draw.secrets:
        raise NotAllowed(f"draw {draw.id} is {draw.stage}: an envelope is opened once, after the dice")
    need_secret(party, secret)
    need_committed(rules_of(draw), party, secret, draw.commitments)
    opened = EnvelopeOpened(**act.where, party=party, secret=secret, second=second, by=act.by)
    secrets = {**draw.secrets, party: secret}
    if len(secrets) < len(rules_of(draw).parties):
        return (opened,)
    return opened, _held(draw, act, secrets)


def _held(draw: Draw, act: Act, secrets: Mapping[str, str]) -> DrawHeld:
    reveal = reveal_of(draw, secrets)
    result = result_of(draw, reveal)
    return DrawHeld(**act.where, reveal=reveal.to_bytes().decode(), seed=result.seed, result=sha256(result.to_bytes()))


def verify(draw: Draw, act: Act, checker: str, result: str) -> tuple[DrawRecord, ...]:
    """Keeps that a second implementation came to the same. Raises NotAllowed where it did not, or not yet."""
    if draw.verified is not None:
        return ()
    if draw.stage is not Stage.HELD or draw.held is None or draw.announced is None:
        raise NotAllowed(f"draw {draw.id} is {draw.stage}: it is verified once it is held")
    if checker != draw.announced.checker:
        raise NotAllowed("this is not the checker that was announced")
    if result != draw.held.result:
        raise NotAllowed("the second implementation came to another result: publish nothing, and find out why")
    return (ResultVerified(**act.where, checker=checker, result=result),)


def publish(draw: Draw, act: Act) -> tuple[DrawRecord, ...]:
    """From here on it is everybody's. Raises NotAllowed before it was verified."""
    if draw.published is not None:
        return ()
    if draw.stage is not Stage.VERIFIED or draw.held is None:
        raise NotAllowed(f"draw {draw.id} is {draw.stage}: a result is published after it was verified")
    if sha256(result_file(draw)) != draw.held.result:
        raise NotAllowed("the result made again from the files differs from the one that was held")
    return (ResultPublished(**act.where, result=draw.held.result, by=act.by),)


def declare_void(
    draw: Draw, act: Act, ground: Ground, reason: str, party: str | None, secret: str | None = None
) -> tuple[DrawRecord, ...]:
    """Ends a draw without a result. Raises NotAllowed for a ground that is none.

    After the first envelope only a hash or a commitment that fails does it, and each is shown, not said: any other
    pretext after the result could be seen would be a second draw.
    """
    if draw.void is not None:
        return ()
    if draw.stage in (Stage.NONE, Stage.PUBLISHED):
        raise NotAllowed(f"draw {draw.id} is {draw.stage}: it cannot be declared void")
    after = bool(draw.secrets) or draw.held is not None
    if ground == BEFORE_ENVELOPES and after:
        raise NotAllowed("an envelope is open: only a commitment or a file that fails voids the draw now")
    if ground in ("not committed", "envelope missing"):
        _need_missing_party(draw, party)
    if ground == "not committed":
        _need_misfit(draw, str(party), secret)
    if ground == "file differs" and not _differs(draw):
        raise NotAllowed("rules and list are the files that the manifest names, and the result follows from them")
    return (DrawVoid(**act.where, ground=ground, party=party, reason=reason, by=act.by),)


def _need_missing_party(draw: Draw, party: str | None) -> None:
    if party is None:
        raise NotAllowed("name the party whose envelope fails")
    need_party(draw, party)
    if draw.stage is not Stage.THROWN or party in draw.secrets:
        raise NotAllowed(f"the envelope of {party} is not to be opened now, or was opened and fits")


def _need_misfit(draw: Draw, party: str, secret: str | None) -> None:
    """What the paper says has to be shown: anybody can hash it."""
    try:
        need_secret(party, secret)
        need_committed(rules_of(draw), party, str(secret), draw.commitments)
    except DoesNotHold:
        return
    raise NotAllowed(f"what the envelope of {party} says fits its commitment: open it")


def _differs(draw: Draw) -> bool:
    """Whether what is posted is not what the log says was bound."""
    if draw.held is None:
        return False
    return sha256(result_file(draw)) != draw.held.result
