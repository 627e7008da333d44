"""The one base of everything that is written down: frozen, closed, and silent about the values it refuses."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value that never changes. Its errors never repeat the input, which may be a person's."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
