"""`python -m tests.golden.record VERSION`: plays every scene on this version, and keeps what came of it.

Record a release from its own tag, before anything else is changed. A recording that is there is never written over.
"""

import asyncio
import gzip
import json
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chassis.log.history import History
from contracts.jws import Signer
from evidence.archive.chain import OF_THE_REPLY
from evidence.archive.files import heads_of
from evidence.dossier.write import prove
from tests.golden.playing import Stage, playing, secret
from tests.golden.reading import beside_as_json, case_as_json, head_of, histories, register_as_json
from tests.golden.recorded_bus import Record
from tests.golden.scenes import SCENES, Scene

FOLDER = Path(__file__).parent
REQUIRED = '[{}]\nsignature = "required"\n'
SEALED_WITHIN = 30.0


async def record(scene: Scene, version: Path) -> str:
    """Plays one scene and writes its folder; says how much it is."""
    with tempfile.TemporaryDirectory(prefix="lianshen-golden-") as made:
        temporary = Path(made)
        world = scene.world(temporary / "world")
        faults = world / "faults.toml" if scene.faults else None
        environment = dict(scene.environment)
        if scene.required:
            path = temporary / "departments.toml"
            path.write_text(REQUIRED.format("tax"))
            environment["LIANSHEN_DEPARTMENTS_FILE"] = str(path)
        async with playing(scene.name, temporary, world, faults, scene.without, scene.signing, **environment) as stage:
            await scene.play(stage, world)
            await stage.until_rest()
            records = await the_log(stage.history)
            dossiers = await the_dossiers(stage, scene, records)
            archive = stage.system.data_dir.archive
        heads = heads_of(archive)
    seal = Signer.from_seed(secret(scene.name, "seal"))
    keys = {name: secret(scene.name, name).hex() for name in ("archive", "notice")}
    keys |= {"seal_kid": seal.kid, "seal_x": seal.x}
    expected = what_follows(stage, records, keys)
    if head_of(heads[-1], seal.x)[0] != records[-1]["sequence"]:
        raise RuntimeError(f"{scene.name}: something was written after the log was read; record it again")
    folder = version / scene.name
    folder.mkdir(parents=True)
    write(folder / "log.jsonl.gz", "".join(f"{json.dumps(item, ensure_ascii=False)}\n" for item in records))
    write(folder / "expected.json.gz", as_text(expected))
    write(folder / "dossiers.json.gz", as_text(dossiers))
    (folder / "keys.json").write_text(as_text(keys))
    (folder / "heads.jws").write_text("".join(f"{head}\n" for head in heads))
    size = sum(path.stat().st_size for path in folder.iterdir())
    return f"{scene.name}: {len(records)} records, {len(dossiers)} dossiers, {size // 1000} kB"


async def the_log(history: History) -> list[Record]:
    """Every record as the server has it: cases, claims, projects and the register."""
    records: list[Record] = []
    while page := await history.after(records[-1]["sequence"] if records else 0, ">", 500):
        for item in page:
            headers = {name: value for name, value in item.headers.items() if name not in OF_THE_REPLY}
            records.append(
                {
                    "sequence": item.sequence,
                    "subject": item.subject,
                    "stored_at": item.headers["Nats-Time-Stamp"],
                    "headers": headers,
                    "body": item.body.decode(),
                }
            )
    return records


async def the_dossiers(stage: Stage, scene: Scene, records: list[Record]) -> dict[str, str]:
    """By number, once the archive is sealed past the last record, so that each names its first head."""
    data = stage.system.data_dir
    seal = Signer.from_seed(secret(scene.name, "seal"))
    async with asyncio.timeout(SEALED_WITHIN):
        while not any(sealed_past(heads_of(data.archive), seal, records)):
            await asyncio.sleep(0.5)
    proved = [stage.numbers[label] for label in scene.dossiers]
    found = {number: await prove(stage.nc, number, data.keys, data.archive) for number in proved}
    return {number: text for number, text in found.items() if text is not None}


def sealed_past(heads: Iterable[str], seal: Signer, records: list[Record]) -> Iterable[bool]:
    return (head_of(head, seal.x)[0] >= records[-1]["sequence"] for head in heads)


def what_follows(stage: Stage, records: list[Record], keys: dict[str, str]) -> dict[str, Any]:
    """All that this version makes of the log."""
    now = datetime.now(UTC).isoformat()
    labels = {number: label for label, number in stage.numbers.items()}
    cases = {
        number: {"label": labels.get(number), **case_as_json(number, of_case, now, keys["notice"])}
        for number, of_case in histories(records).items()
    }
    refused = stage.refused_posts
    register, beside = register_as_json(records), beside_as_json(records)
    return {"now": now, "cases": cases, "register": register, "beside": beside, "refused_posts": refused}


def as_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n"


def write(path: Path, text: str) -> None:
    """No time and no name inside: the same content is the same file."""
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


async def main(version: str, only: list[str]) -> None:
    for scene in SCENES:
        if not only or scene.name in only:
            print(await record(scene, FOLDER / version), flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("python -m tests.golden.record VERSION [SCENE …]")
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
