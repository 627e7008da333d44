"""Scenarios about being reached: seen on the bus, closed to strangers, and back after a restart."""

import asyncio
import time
from subprocess import DEVNULL

from inquiry.attachments.token_file import TokenFile
from lianshen.conformance.kit import Kit
from lianshen.conformance.raw_transport import BusLine, HttpLine
from lianshen.conformance.results import Bad, DoesNotApply, NotRun, Silence

RESTART_WITHIN = 60.0
EVERY = 0.1


async def discoverable(kit: Kit) -> None:
    if not isinstance(kit.line, BusLine):
        raise DoesNotApply("it is not on the bus")
    info = await kit.line.info()
    if info is None:
        raise NotRun("nobody shows itself under this name in the services API, as far as the kit may see it")
    subject = f"department.{kit.department.name}.query.v1"
    if subject not in [endpoint.get("subject") for endpoint in info.get("endpoints", ())]:
        raise Bad("a service without that endpoint")


async def strangers(kit: Kit) -> None:
    line = _http(kit)
    if kit.how.token_file is None:
        raise (DoesNotApply if kit.how.certificate else NotRun)("its table has no token_file")
    sent = kit.sent(kit.question("known"))
    for token in ("not-the-token", None):
        reply = await line.post(sent.body, sent.signature, kit.how.timeout_seconds, token)
        if reply is None or reply.status not in (401, 403):
            raise Bad(f"{reply.status if reply else 'nothing'} instead of 401 to a wrong token")


async def without_certificate(kit: Kit) -> None:
    line = _http(kit)
    if kit.how.certificate is None:
        raise DoesNotApply("its table has no certificate of ours")
    sent = kit.sent(kit.question("known"))
    token = TokenFile(kit.how.token_file).get_secret_value() if kit.how.token_file else None
    reply = await line.post(sent.body, sent.signature, kit.how.timeout_seconds, token, certificate=False)
    if reply is not None and reply.status < 400:
        raise Bad(f"{reply.status} to somebody without our certificate")


async def restart(kit: Kit) -> str:
    if kit.options.restart is None:
        raise NotRun("give the command that restarts it: --restart COMMAND")
    until = time.monotonic() + RESTART_WITHIN
    asking = [asyncio.create_task(_until_answered(kit, until)) for _ in range(3)]
    process = await asyncio.create_subprocess_shell(kit.options.restart, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
    while process.returncode is None and time.monotonic() < until:
        asking.append(asyncio.create_task(_until_answered(kit, until)))
        await asyncio.wait([asyncio.create_task(process.wait())], timeout=EVERY)
    if process.returncode is None:
        process.kill()
    asking += [asyncio.create_task(_until_answered(kit, until)) for _ in range(3)]
    answered = await asyncio.gather(*asking)
    if process.returncode != 0:
        raise NotRun(f"the command that should restart it did not end well ({process.returncode})")
    if not all(answered):
        raise Bad(f"{answered.count(False)} of {len(answered)} questions still open {RESTART_WITHIN:.0f} s after it")
    return f"{len(answered)} questions, all answered"


async def _until_answered(kit: Kit, until: float) -> bool:
    """As production does: what is not answered now is asked again."""
    sent = kit.sent(kit.question("known"))
    while time.monotonic() < until:
        try:
            await kit.reply(sent)
        except (Silence, NotRun):
            await asyncio.sleep(0.3)
        else:
            return True
    return False


def _http(kit: Kit) -> HttpLine:
    if not isinstance(kit.line, HttpLine):
        raise DoesNotApply("it is not asked over HTTP")
    return kit.line
