"""The second implementation: the published checker, run on the files by an interpreter of its own."""

import asyncio
import sys
import tempfile
from pathlib import Path

from allocation.draw.hashes import sha256
from chassis.errors import CommandRefused

WITHIN = 60.0
HOLDS = "HOLDS"


async def looked_at(files: dict[str, bytes], checker: bytes) -> str:
    """The checker's SHA-256, if it says that the draw holds. Raises CommandRefused with its own words if not.

    It sees the files alone, and nothing of this process: not its environment, not its folder, not the bus.
    """
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "verify_draw.py"
        program.write_bytes(checker)
        posted = Path(folder) / "files"
        posted.mkdir()
        for name, body in files.items():
            (posted / name).write_bytes(body)
        said = await _run(program, posted)
    if not said.startswith(HOLDS):
        raise CommandRefused(409, "the second implementation does not agree", said[:500])
    return sha256(checker)


async def _run(program: Path, files: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(program), str(files)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
        cwd=files,
    )
    try:
        async with asyncio.timeout(WITHIN):
            out, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise CommandRefused(503, "the checker takes too long", "look at the machine, then verify again") from None
    return out.decode(errors="replace").strip()
