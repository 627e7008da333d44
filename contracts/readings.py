"""By which version answers and the law are read. What was decided by one comes out again by that one (ADR 0010).

1, until 2026-11-28: any text was a code, and a row that was not understood was a row of something else; a ban without
  an end ran on; nobody asked how old a declared spouse is; a grown child was a member.
2: every code has a closed list or a pattern (procedures/codes.py), what is not understood is unknown; a ban without
  an end is over a year after it began (Art. 32); a declared spouse below 18 is a doubt; whoever is insured or has
  income in a division that is not stated may live here; members are counted on the day of acceptance.
"""

from typing import Annotated, Self

from pydantic import Field, ValidationInfo, model_validator

from contracts.model import STORED, Frozen

FIRST_READING, CURRENT_READING = 1, 2

Reading = Annotated[int, Field(ge=FIRST_READING, le=CURRENT_READING, description="version of the reading")]


class ReadByVersion(Frozen):
    """What was read or determined, and by which version: the current one, or the first if the log states none."""

    reading: Reading = CURRENT_READING

    @model_validator(mode="after")
    def _first_if_none_is_stated(self, info: ValidationInfo) -> Self:
        if info.context is STORED and "reading" not in self.model_fields_set:
            self.__dict__["reading"] = FIRST_READING  # the value is being made: nobody has seen it yet
        return self
