"""What allocation reads from its environment, besides the chassis's."""

from pydantic import Field

from chassis.process.settings import Port, Settings


class AllocationSettings(Settings):
    """`LIANSHEN_ALLOCATION_…`"""

    allocation_draws_host: str = Field("127.0.0.1", description="where draws are shown in the open")
    allocation_draws_port: Port = Field(0, description="0: the OS chooses, and the log says which")
