"""One sale project: what happens in it, in the order it happens (Art. 25, 26, 34)."""

from typing import TypeAlias, get_args

from contracts.events.registry import Registry
from contracts.projects.events import (
    ChoosingClosed,
    ChoosingOpened,
    PriceApproved,
    PriceDetermined,
    ProjectAnnounced,
    ProjectClosed,
    RegistrationClosed,
    RegistrationOpened,
)

ProjectRecord: TypeAlias = (
    ProjectAnnounced
    | PriceDetermined
    | PriceApproved
    | RegistrationOpened
    | RegistrationClosed
    | ChoosingOpened
    | ChoosingClosed
    | ProjectClosed
)
"""Every event of a project."""
PROJECT_EVENTS: Registry[ProjectRecord] = Registry("project.{project}", get_args(ProjectRecord))
