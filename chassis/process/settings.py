"""What every process reads from its environment (`LIANSHEN_…`) or an env file; services add their own."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, NonNegativeFloat, PositiveFloat, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(str.upper)]
Port = Annotated[int, Field(ge=0, le=65535)]
"""Of a server; 0 leaves it to the OS."""


class Settings(BaseSettings):
    """The settings of the chassis. `lianshen config show` prints them with their environment names."""

    model_config = SettingsConfigDict(env_prefix="LIANSHEN_", extra="ignore", frozen=True)

    nats_url: str = Field("nats://127.0.0.1:4222", description="where the bus is; several, comma separated")
    nats_seed_file: Path | None = Field(None, description="nkey seed of this process's user, mode 0600")
    nats_ca_file: Path | None = Field(None, description="of a tls:// bus: its CA, or its own certificate (PEM)")
    keys_dir: Path = Field(Path("keys"), description="folder of the HMAC keys, one file each, mode 0600")
    calendar_file: Path | None = Field(None, description="working days of years the library lacks (TOML)")
    departments_file: Path | None = Field(None, description="how each department is attached (TOML)")
    health_host: str = "127.0.0.1"
    health_port: Port = Field(0, description="0: the OS chooses, and the log says which")
    door_host: str = Field("127.0.0.1", description="where departments attached by HTTP bring later answers")
    door_port: Port = Field(0, description="of each verifying service; 0: the OS chooses")
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="proxies that end TLS: addresses or networks, with commas between; whom they ask for is believed",
    )
    log_level: LogLevel = "INFO"
    spans_to_bus: bool = Field(True, description="also publish spans on the bus, to be shown with nothing else")
    append_within: PositiveFloat = Field(
        20.0, description="seconds until an append without a definite answer gives up"
    )
    drill_reply_seconds: PositiveFloat | None = Field(None, description="rehearsal: departments' time in seconds")
    drill_publicity_seconds: PositiveFloat | None = Field(None, description="rehearsal: the public period in seconds")
    drill_clock_ahead_days: NonNegativeFloat | None = Field(
        None, description="rehearsal: days by which the clock is turned, 0: later; marks all that is written"
    )
    drill_typed_names: bool = Field(
        False, description="rehearsal: names may be typed with --by instead of a sign-in; each is marked"
    )
    token_file: Path | None = Field(None, description="where the command line keeps a person's token (mode 0600)")
    open_cases_every: PositiveFloat = Field(1.0, description="seconds between looks at what is due")

    @property
    def is_drill(self) -> bool:
        """Whether this is a rehearsal, of whatever kind."""
        times = self.drill_reply_seconds, self.drill_publicity_seconds, self.drill_clock_ahead_days
        return self.drill_typed_names or any(time is not None for time in times)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: Any) -> Any:
        networks = tuple(value.replace(",", " ").split()) if isinstance(value, str) else tuple(value)
        for network in networks:
            try:
                ip_network(network)
            except ValueError as wrong:
                raise ValueError(f"{network} is no address or network such as 10.42.0.0/16: {wrong}") from None
        return networks
