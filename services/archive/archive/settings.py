"""What the archive reads from its environment besides the settings of the chassis."""

from pathlib import Path

from pydantic import Field, NonNegativeInt, PositiveFloat

from chassis.process.settings import Settings


class ArchiveSettings(Settings):
    """`LIANSHEN_ARCHIVE_…`"""

    archive_dir: Path = Field(Path("archive"), description="folder of the archive's files; best on another disk")
    archive_seal_every: PositiveFloat = Field(60.0, description="seconds between two sealed heads of the chain")
    archive_nice: NonNegativeInt = Field(0, description="how far this process steps back behind others (nice)")
