"""What publicity reads from its environment, besides the chassis's."""

from pydantic import Field, NonNegativeFloat

from chassis.settings import Settings


class PublicitySettings(Settings):
    """`LIANSHEN_PUBLICITY_…`"""

    publicity_grace_seconds: NonNegativeFloat = Field(
        20.0, description="an entry closes this long after its due instant, so that an objection in time is seen"
    )
