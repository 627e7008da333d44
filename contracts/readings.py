"""By which version answers and the law are read. What was decided by one comes out again by that one (ADR 0010).

1, until 2026-11-28: any text was a code, and a row that was not understood was a row of something else; a ban without
  an end ran on; nobody asked how old a declared spouse is; a contract's row without a buyer counted for nothing.
2: every code has a closed list or a pattern (contracts/codes.py), and what is not understood is unknown; a ban without
  an end is over a year after it began (Art. 32); a declared spouse below 18 is a doubt; whoever is insured or has
  income in a division that is not stated may live here.
"""

from typing import Annotated

from pydantic import Field

FIRST_READING, CURRENT_READING = 1, 2

Reading = Annotated[
    int, Field(ge=FIRST_READING, le=CURRENT_READING, description="version of the reading it was made by")
]
