"""The ceremony of one draw, in the order it happens (Art. 26(5)): every event once, on a subject of its own.

The files that are published are kept as they were posted, byte for byte; the result is made again from them. Only
here a draw number stands beside the application that it was made for: no file and no page joins them.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from contracts.events.allocation import DrawNumber, Fate, Pool, Serial, Sha256
from contracts.events.values import Count, Officer, Reason, SubjectToken
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber

Dice = Annotated[str, Field(pattern=r"^[0-9]{1,200}$", description="one figure a throw, in order")]
PublicNumber = Annotated[str, Field(max_length=400)]
Secret = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="what one party wrote down: 32 bytes")]
PostedFile = Annotated[str, Field(max_length=400_000, description="as it was posted, byte for byte")]


class DrawEvent(Frozen):
    """Something that happened in one draw, and when."""

    tail: ClassVar[str]
    project: SubjectToken
    serial: Serial
    at: AwareDatetime


class Entrant(Frozen):
    """One line of the list, and whose it is."""

    application: ApplicationNumber
    number: DrawNumber
    pool: Pool
    group: Pool
    interest: bool = Field(default=False, description="whether it declared a tie to a party; in no file")


class DrawAnnounced(DrawEvent):
    """Rules, checker, place and time are posted before anybody is in the list."""

    tail = "announced"
    rules: PostedFile
    checker: Sha256
    held_at: AwareDatetime
    place: Reason
    by: Officer


class EntrantsListed(DrawEvent):
    """A part of the list; written together with the freeze, or not at all."""

    tail = "entrants.{part}"
    part: Count
    lines: tuple[Entrant, ...]


class EntrantsFrozen(DrawEvent):
    """The list is fixed: confirmed in the pool, deposit paid, not withdrawn. Objections to it end here."""

    tail = "frozen"
    entrants: Sha256
    count: int = Field(ge=0)
    parts: int = Field(ge=0)
    by: Officer


class PartyCommitted(DrawEvent):
    """One party is bound to a secret that lies twice in sealed envelopes at the notary's."""

    tail = "committed.{party}"
    party: SubjectToken
    commitment: Sha256
    by: Officer


class ManifestPosted(DrawEvent):
    """Rules, list and commitments are bound together, at least a working day before the draw."""

    tail = "manifest"
    manifest: PostedFile
    by: Officer


class DiceTyped(DrawEvent):
    """The figures as one person typed them while they were called; a second person types them on their own."""

    tail = "dice-typed.{n}"
    n: Count
    dice: Dice
    public: PublicNumber = ""
    remark: Reason | None = Field(default=None, description="such as a cocked die that was thrown again")
    by: Officer


class DiceThrown(DrawEvent):
    """Two people typed the same, and no envelope is open."""

    tail = "thrown"
    dice: Dice
    public: PublicNumber
    by: tuple[Officer, Officer]


class EnvelopeOpened(DrawEvent):
    """What the envelope of one party says."""

    tail = "opened.{party}"
    party: SubjectToken
    secret: Secret
    second: bool = Field(default=False, description="whether the notary's second envelope had to be opened")
    by: Officer


class DrawHeld(DrawEvent):
    """Everything is open: the seed, and the result that follows from the files."""

    tail = "held"
    reveal: PostedFile
    seed: Sha256
    result: Sha256


class ResultVerified(DrawEvent):
    """A second implementation found the same from the files alone."""

    tail = "verified"
    checker: Sha256 = Field(description="of the program that looked")
    result: Sha256


class ResultPublished(DrawEvent):
    """From here on it is everybody's."""

    tail = "published"
    result: Sha256
    by: Officer


class ResultImported(DrawEvent):
    """The notary had to use software of its own: its result with its file. It cannot be made again by anybody."""

    tail = "imported"
    software: Reason = Field(description="name and version, as the notary says")
    file: PostedFile = Field(description="what that software gave, as it was handed over")
    result: PostedFile = Field(description="the same as result.json: every draw number once, in its order")
    by: Officer


class EntrantAdmitted(DrawEvent):
    """Left out of the list wrongly: its place by its ticket, after the result; what was posted stays as it is."""

    tail = "admitted.{n}"
    n: Count
    entrant: Entrant
    ticket: Sha256
    fate: Fate
    place: int = Field(ge=1, description="that it would have, had it stood in the list; nobody else's changes")
    confirmed: int = Field(ge=1, description="sequence of its confirmation in the pool, below that of the freeze")
    paid: int = Field(ge=1, description="sequence of its deposit, below that of the freeze")
    reason: Reason
    by: Officer


class DrawVoid(DrawEvent):
    """It is over without a result, and moved nobody; what was posted stays posted, under its serial."""

    tail = "void"
    ground: Literal["not committed", "envelope missing", "file differs", "before the envelopes"]
    party: SubjectToken | None = None
    reason: Reason
    by: Officer
