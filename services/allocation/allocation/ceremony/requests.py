"""What is asked of a ceremony, a model each."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from allocation.ceremony.opening import Ground
from contracts.draws.events import Dice, PostedFile, PublicNumber, Secret
from contracts.events.allocation import Serial, Sha256
from contracts.events.values import Officer, Reason, SubjectToken
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber

Paper = Annotated[str, Field(max_length=400, description="as the paper says it, whatever it says")]


class OfDraw(Frozen):
    """Every request names its draw."""

    project: SubjectToken
    serial: Serial = "1"


class ShowDraw(OfDraw):
    """How far it is, and what is posted."""


class Step(OfDraw):
    """Every step names who does it."""

    by: Officer


class AnnounceDraw(Step):
    """Posts the rules and the checker, and says when and where it is held."""

    rules: PostedFile
    held_at: AwareDatetime
    place: Reason


class FreezeEntrants(Step):
    """Fixes the list: confirmed in the pool, deposit paid, not withdrawn."""


class Commit(Step):
    """Binds one party to its secret."""

    party: SubjectToken
    commitment: Sha256


class PostManifest(Step):
    """Binds rules, list and commitments together."""


class TypeDice(Step):
    """The figures as one person heard and typed them; a second person does the same."""

    dice: Dice
    public: PublicNumber = ""
    remark: Reason | None = None


class OpenEnvelope(Step):
    """What the envelope of a party says."""

    party: SubjectToken
    secret: Secret
    second: bool = False


class VerifyDraw(Step):
    """Has the published checker look at the files."""


class PublishResult(Step):
    """Gives the result to everybody, and each family its place."""


class AdmitEntrant(Step):
    """Gives a family that the list left out wrongly its place by its ticket, after the result."""

    application: ApplicationNumber
    reason: Reason


class ImportResult(Step):
    """Takes the result of software that the notary had to use; it can never be made again."""

    software: Reason
    file: PostedFile
    result: PostedFile


class DeclareVoid(Step):
    """Ends the draw without a result; the next serial begins anew."""

    ground: Ground
    reason: Reason
    party: SubjectToken | None = None
    secret: Paper | None = Field(default=None, description="what the paper of that party says, if it does not fit")
