"""Yuan to the cent, exact: written as text in JSON, so that nothing on the way makes a float of it."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

CENT = Decimal("0.01")
Yuan = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2, description="yuan, to the cent")]
