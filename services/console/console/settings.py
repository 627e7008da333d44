"""What the console reads from its environment, besides the chassis's."""

from pathlib import Path

from pydantic import Field

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
