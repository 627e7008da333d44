"""What publicity reads from its environment, besides the chassis's."""

from pathlib import Path

from pydantic import Field, NonNegativeFloat

from chassis.process.settings import Port, Settings


class PublicitySettings(Settings):
    """`LIANSHEN_PUBLICITY_…`"""

    publicity_grace_seconds: NonNegativeFloat = Field(
        20.0, description="an entry closes this long after its due instant, so that an objection in time is seen"
    )
    clock_witness: str | None = Field(
        None,
        pattern="^https://",
        description="an HTTPS server on another machine; its `Date` vouches for our clock after a long stop or a jump",
    )
    clock_witness_ca_file: Path | None = Field(None, description="the CA of that server, if it is no public one")
    publicity_board_host: str = Field("127.0.0.1", description="where the public list is shown")
    publicity_board_port: Port = Field(0, description="0: the OS chooses, and the log says which")
    publicity_draws_page: str = Field(
        "", pattern=r"^(https?://\S+)?$", description="where everybody sees draws (allocation's page), to lead there"
    )
    publicity_objector_key_file: Path | None = Field(
        None,
        description="the bureau's public key (JWK), to which it is sealed who objects; without it nobody is asked",
    )
    intake_projects_file: Path | None = Field(None, description="projects and their titles (TOML), as intake has them")
