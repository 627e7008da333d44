"""What the console reads from its environment, besides the chassis's."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from chassis.process.settings import Port, Settings
from chassis.process.state_folder import NoHome, state_folder


def _state_folder() -> Path | None:
    try:
        return state_folder() / "console"
    except NoHome:
        return None


class ConsoleSettings(Settings):
    """`LIANSHEN_CONSOLE_…`: where it listens, and where it keeps who works here."""

    console_host: str = "127.0.0.1"
    console_port: Port = Field(0, description="0: the OS chooses, and the log says which")
    console_dir: Path | None = Field(
        default_factory=_state_folder, description="its state: accounts of staff, what it has read of the log"
    )
    console_secure_cookies: bool = Field(
        False, description="cookies over TLS only: for every address but http://localhost"
    )

    console_url: str = Field(
        "",
        pattern=r"^(https://[a-z0-9.-]+(:[0-9]+)?/?|http://localhost(:[0-9]+)?/?)?$",
        description="under which staff reach it, such as https://console.example: security keys work only there;"
        " empty: http://localhost and its port",
    )

    console_draws_page: str = Field(
        "", pattern=r"^(https?://\S+)?$", description="where everybody sees draws (allocation's page), to lead there"
    )

    console_oidc_issuer: str = Field(
        "",
        pattern=r"^(https://\S+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?(/\S*)?)?$",
        description="a provider by whom staff may sign in (OpenID Connect), as it calls itself; empty: by none",
    )
    console_oidc_client_id: str = Field("", description="as which the provider knows the console")
    console_oidc_client_secret: SecretStr | None = Field(
        None, description="which it was given there; none for a public client"
    )
    console_oidc_claim: Literal["sub", "preferred_username", "email"] = Field(
        "sub", description="by which accounts are bound to people there (`lianshen staff subject`); sub never changes"
    )
    console_oidc_methods: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="values of amr or acr, with commas between, by which the provider says that it asked for a second"
        " factor; none: ours is always asked for",
    )
    console_oidc_ca_file: Path | None = Field(None, description="the CA of the provider, if it is no public one")

    @field_validator("console_oidc_methods", mode="before")
    @classmethod
    def _values(cls, value: Any) -> Any:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else tuple(value)

    @model_validator(mode="after")
    def _both(self) -> Self:
        if self.console_oidc_issuer and not self.console_oidc_client_id:
            raise ValueError("LIANSHEN_CONSOLE_OIDC_CLIENT_ID is missing beside LIANSHEN_CONSOLE_OIDC_ISSUER")
        return self

    console_spans_days: int = Field(7, ge=1, description="for so many days spans are kept for the trace of a case")
    console_spans_mb: int = Field(200, ge=1, description="and never more megabytes of them")
    console_trace_link: str = Field(
        "", description="another system's page of a trace, such as http://jaeger:16686/trace/{trace}"
    )

    @property
    def folder(self) -> Path:
        """Its state folder, made for nobody else to read. Raises NoHome where none is known."""
        if self.console_dir is None:
            raise NoHome("the console has no folder for its state: set LIANSHEN_CONSOLE_DIR")
        self.console_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.console_dir
