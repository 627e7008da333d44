"""What the parties of a ceremony do, step by step; one table."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from allocation.ceremony import admitting, before, importing, opening
from allocation.ceremony.act import Act
from allocation.ceremony.dice import type_dice
from allocation.ceremony.draw_reader import DrawReader
from allocation.ceremony.entrants import entrants_of
from allocation.ceremony.figures import figures_of
from allocation.ceremony.posted import files_of, result_file
from allocation.ceremony.requests import (
    AdmitEntrant,
    AnnounceDraw,
    Commit,
    DeclareVoid,
    FreezeEntrants,
    ImportResult,
    OfDraw,
    OpenEnvelope,
    PostManifest,
    PublishResult,
    ShowDraw,
    Step,
    TypeDice,
    VerifyDraw,
)
from allocation.ceremony.second_look import looked_at
from allocation.decide.order import is_over, undecided
from allocation.draw.documents import RESULT
from allocation.draw.faults import DoesNotHold
from allocation.draw.hashes import sha256
from chassis.commands import Command, retrying
from chassis.errors import CommandRefused
from chassis.log.aggregate import Versioned
from chassis.process.service import Context
from contracts.case.case import NotAllowed
from contracts.draws import DrawRecord
from contracts.draws.draw import Draw, Stage
from evidence.streams import DRAWS, PROJECTS
from procedures.deadlines import first_day_of_draw
from procedures.hainan_2025.policy import POLICY
from procedures.working_days import Calendar

Decide = Callable[[Draw, Act], Sequence[DrawRecord]]


@dataclass(frozen=True)
class Ceremony:
    """The commands of one deployment's draws."""

    context: Context
    calendar: Calendar
    key: bytes
    """Of draw numbers."""
    checker: bytes
    """The program that is posted with the rules."""
    draws: DrawReader

    def table(self) -> tuple[Command[Any], ...]:
        return (
            Command("draw-announce", AnnounceDraw, self.announce),
            Command("draw-freeze", FreezeEntrants, self.freeze),
            Command("draw-commit", Commit, self.commit),
            Command("draw-manifest", PostManifest, self.post_manifest),
            Command("draw-dice", TypeDice, self.type_dice),
            Command("draw-open", OpenEnvelope, self.open_envelope),
            Command("draw-verify", VerifyDraw, self.verify),
            Command("draw-publish", PublishResult, self.publish),
            Command("draw-import", ImportResult, self.import_result),
            Command("draw-admit", AdmitEntrant, self.admit),
            Command("draw-void", DeclareVoid, self.declare_void),
            Command("draw-show", ShowDraw, self.show),
        )

    async def announce(self, asked: AnnounceDraw) -> dict[str, Any]:
        rules, checker = asked.rules.encode(), sha256(self.checker)
        if (await self._read(asked)).state.announced is None:
            await self._need_no_other(asked)
        return await self._step(
            asked, lambda draw, act: before.announce(draw, act, rules, checker, asked.held_at, asked.place)
        )

    async def freeze(self, asked: FreezeEntrants) -> dict[str, Any]:
        known = await self._read(asked)
        if known.state.frozen is not None:
            return shown(known.state)
        await self._need_no_other(asked)
        entrants = await entrants_of(self.context.journal.history, asked.project, self.key)
        return await self._step(asked, lambda draw, act: before.freeze(draw, act, entrants))

    async def commit(self, asked: Commit) -> dict[str, Any]:
        return await self._step(asked, lambda draw, act: before.commit(draw, act, asked.party, asked.commitment))

    async def post_manifest(self, asked: PostManifest) -> dict[str, Any]:
        return await self._step(asked, before.post_manifest)

    async def type_dice(self, asked: TypeDice) -> dict[str, Any]:
        def decide(draw: Draw, act: Act) -> Sequence[DrawRecord]:
            posted = draw.manifest.at if draw.manifest else None
            earliest = first_day_of_draw(self.calendar, POLICY, posted) if posted else None
            return type_dice(draw, act, asked.dice, asked.public, earliest, asked.remark)

        return await self._step(asked, decide)

    async def open_envelope(self, asked: OpenEnvelope) -> dict[str, Any]:
        return await self._step(
            asked, lambda draw, act: opening.open_envelope(draw, act, asked.party, asked.secret, asked.second)
        )

    async def verify(self, asked: VerifyDraw) -> dict[str, Any]:
        draw = (await self._read(asked)).state
        if draw.stage is not Stage.HELD:
            return await self._step(asked, lambda draw, act: opening.verify(draw, act, "", ""))
        result = result_file(draw)
        checker = await looked_at({**files_of(draw), RESULT: result}, self.checker)
        return await self._step(asked, lambda draw, act: opening.verify(draw, act, checker, sha256(result)))

    async def publish(self, asked: PublishResult) -> dict[str, Any]:
        return await self._step(asked, opening.publish)

    async def admit(self, asked: AdmitEntrant) -> dict[str, Any]:
        history = await self.context.journal.history.of(asked.application)
        stands = admitting.standing_of(asked.application, history, asked.project, self.key)
        project = (await self.context.journal.history.read(PROJECTS, asked.project)).state
        over = is_over(project, asked.serial)
        return await self._step(asked, lambda draw, act: admitting.admit(draw, act, stands, asked.reason, over))

    async def import_result(self, asked: ImportResult) -> dict[str, Any]:
        return await self._step(
            asked, lambda draw, act: importing.import_result(draw, act, asked.software, asked.file, asked.result)
        )

    async def declare_void(self, asked: DeclareVoid) -> dict[str, Any]:
        return await self._step(
            asked,
            lambda draw, act: opening.declare_void(draw, act, asked.ground, asked.reason, asked.party, asked.secret),
        )

    async def show(self, asked: ShowDraw) -> dict[str, Any]:
        """The files as text and the plain figures, besides how far it is."""
        draw = (await self._read(asked)).state
        figures = [asdict(one) for one in figures_of(draw)]
        return {
            **shown(draw),
            "figures": figures,
            "files": {name: body.decode() for name, body in files_of(draw).items()},
        }

    async def _need_no_other(self, asked: OfDraw) -> None:
        """Of two draws at once each would take the other's families and homes. Raises CommandRefused."""
        project = (await self.context.journal.history.read(PROJECTS, asked.project)).state
        others = await self.draws.stages(asked.project)
        others.pop(asked.serial, None)
        if why := undecided(project, others):
            raise CommandRefused(409, "not possible now", why)

    async def _read(self, asked: OfDraw) -> Versioned[Draw]:
        return await self.draws.read(f"{asked.project}.{asked.serial}")

    async def _step(self, asked: Step, decide: Decide) -> dict[str, Any]:
        """Loads, decides, appends; if somebody else acted meanwhile, decides again. A step done twice writes once."""

        async def attempt() -> dict[str, Any]:
            known = await self._read(asked)
            act = Act(asked.project, asked.serial, asked.by, self.context.clock.now())
            try:
                events = decide(known.state, act)
            except NotAllowed as refusal:
                raise CommandRefused(409, "not possible now", str(refusal)) from None
            except DoesNotHold as fault:
                raise CommandRefused(422, fault.code, fault.sentence) from None
            if not events:
                return shown(known.state)
            return shown((await self.context.journal.append(DRAWS, known, *events)).state)

        return await retrying(attempt)


def shown(draw: Draw) -> dict[str, Any]:
    """How far a draw is, as everybody may see it: no secret of a party before it is opened, and no application."""
    return {
        "draw": draw.id,
        "stage": draw.stage,
        "since": draw.stage_since.isoformat() if draw.stage_since else None,
        "entrants": draw.frozen.count if draw.frozen else None,
        "entrants_sha256": draw.frozen.entrants if draw.frozen else None,
        "committed": sorted(draw.commitments),
        "typed": len(draw.typed),
        "differs_at": draw.differs_at,
        "dice": draw.thrown.dice if draw.thrown else None,
        "opened": sorted(draw.secrets),
        "seed": draw.held.seed if draw.held else None,
        "result_sha256": draw.held.result if draw.held else None,
        "verified": draw.verified is not None,
        "imported": f"{draw.imported.software}: cannot be made again" if draw.imported else None,
        "admitted": [
            one.model_dump(mode="json", include={"ticket", "fate", "place", "reason"})
            | {"number": one.entrant.number, "pool": one.entrant.pool}
            for one in draw.admitted
        ],
        "void": draw.void.reason if draw.void else None,
    }
