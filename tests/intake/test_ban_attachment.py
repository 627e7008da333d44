"""How intake reaches the bureau for the ban question changes with the departments file, while it runs."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from intake.ban_attachment import follow_attachment

from inquiry.attachments.config import AttachmentConfig
from inquiry.attachments.http import HttpAttachment
from procedures.hainan_2025.ban_question import BAN_LIST


async def test_a_table_whose_token_file_comes_later_is_in_force_from_then_on(tmp_path: Path) -> None:
    """The departments file itself does not change again when what it names is mended."""
    file, put = tmp_path / "departments.toml", []
    file.write_text("")

    async def close() -> None:
        return None

    def attached(attachment: Any, signer: Any, signatures: str) -> Any:
        put.append((type(attachment), signatures))
        return SimpleNamespace(close=close)

    settings, bans = SimpleNamespace(departments_file=file, keys_dir=tmp_path), SimpleNamespace(attached=attached)
    following = asyncio.create_task(
        follow_attachment(
            cast(Any, None), cast(Any, settings), AttachmentConfig(), cast(Any, bans), cast(Any, None), every=0.01
        )
    )
    await asyncio.sleep(0.05)
    file.write_text(
        f'[{BAN_LIST.name}]\nby = "http"\nurl = "https://housing.example/"\ntoken_file = "token"\nsignature = "none"\n'
    )
    await asyncio.sleep(0.1)
    assert put == []
    (tmp_path / "token").write_text("a-token")
    async with asyncio.timeout(15):
        while not put:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    assert put == [(HttpAttachment, "none")]
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
