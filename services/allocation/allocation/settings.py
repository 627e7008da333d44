"""What allocation reads from its environment, besides the chassis's."""

from chassis.process.settings import Settings


class AllocationSettings(Settings):
    """`LIANSHEN_ALLOCATION_…`"""
