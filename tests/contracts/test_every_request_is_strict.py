"""A field that a command does not know is a slip of somebody's hand, and refused."""

import pytest
from pydantic import ValidationError

from lianshen.documents.schemas import services_without_a_bus


def test_every_command_refuses_a_field_that_it_does_not_know() -> None:
    with services_without_a_bus() as services:
        requests = {command.asks for parts in services.values() for command in parts.commands if not command.raw}
    assert len(requests) > 15
    for model in requests:
        with pytest.raises(ValidationError) as refused:
            model.model_validate({"colour": "green"})
        assert "extra_forbidden" in {error["type"] for error in refused.value.errors()}, model
