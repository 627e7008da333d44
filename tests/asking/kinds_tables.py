"""What comes of every combination of kinds, as tables: the kind of the whole, `:`, the kind of each person.

F found · N none · M not_matched · C cannot_determine · R refused · D deferred
`!` it contradicts itself, as its note says.
Whatever contradicts itself as a whole is `C` of everybody.
"""

KINDS = {
    "found": "F",
    "none": "N",
    "not_matched": "M",
    "cannot_determine": "C",
    "refused": "R",
    "deferred": "D",
}
"""In the order of the columns."""


def cells(table: str) -> dict[tuple[str, str], str]:
    """(row, column) → what stands there."""
    head, *lines = [line.split() for line in table.strip().splitlines()]
    return {(row, column): cell for row, *found in lines for column, cell in zip(head[1:], found, strict=True)}


ONE_PERSON = """
whole→            found  none  not_matched  cannot_determine  refused  deferred
found             F:F    C:C!  C:C!         C:C!              C:C!     C:C!
none              C:C!   N:N   C:C!         C:C!              C:C!     C:C!
not_matched       C:C!   C:C!  M:M          C:C!              C:C!     C:C!
cannot_determine  C:C!   C:C!  C:C!         C:C               C:C!     C:C!
refused           C:C!   C:C!  C:C!         C:R               R:R      C:C!
deferred          C:C!   C:C!  C:C!         C:C!              C:C!     D:
"""

ONE_PERSON_AND_WRONG_ROWS = """
whole→            found  none  not_matched  cannot_determine  refused  deferred
found             F:C!   C:C!  C:C!         C:C!              C:C!     C:C!
none              C:C!   N:C!  C:C!         C:C!              C:C!     C:C!
not_matched       C:C!   C:C!  M:C!         C:C!              C:C!     C:C!
cannot_determine  C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
refused           C:C!   C:C!  C:C!         C:C!              R:C!     C:C!
deferred          C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
"""

TWO_PERSONS = """
whole→  found  none   not_matched  cannot_determine  refused  deferred
FF      F:FF   C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
FN      F:FN   C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
FM      F:FM   C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
FC      F:FC   C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
FR      F:FR   C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
FD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
NN      C:CC!  N:NN   C:CC!        C:CC!             C:CC!    C:CC!
NM      C:CC!  N:NM   C:CC!        C:CC!             C:CC!    C:CC!
NC      C:CC!  N:NC   C:CC!        C:NC              C:CC!    C:CC!
NR      C:CC!  N:NR   C:CC!        C:NR              C:CC!    C:CC!
ND      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
MM      C:CC!  C:CC!  M:MM         C:CC!             C:CC!    C:CC!
MC      C:CC!  C:CC!  M:MC         C:MC              C:CC!    C:CC!
MR      C:CC!  C:CC!  M:MR         C:MR              C:CC!    C:CC!
MD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
CC      C:CC!  C:CC!  C:CC!        C:CC              C:CC!    C:CC!
CR      C:CC!  C:CC!  C:CC!        C:CR              C:CC!    C:CC!
CD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
RR      C:CC!  C:CC!  C:CC!        C:RR              R:RR     C:CC!
RD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
DD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    D:
"""

THE_SAME_PERSON_TWICE = """
whole→  found  none  not_matched  cannot_determine  refused  deferred
FF      F:F    C:C!  C:C!         C:C!              C:C!     C:C!
FN      F:C!   C:C!  C:C!         C:C!              C:C!     C:C!
FM      F:C!   C:C!  C:C!         C:C!              C:C!     C:C!
FC      F:C!   C:C!  C:C!         C:C!              C:C!     C:C!
FR      F:C!   C:C!  C:C!         C:C!              C:C!     C:C!
FD      C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
NN      C:C!   N:N   C:C!         C:C!              C:C!     C:C!
NM      C:C!   N:C!  C:C!         C:C!              C:C!     C:C!
NC      C:C!   N:C!  C:C!         C:C!              C:C!     C:C!
NR      C:C!   N:C!  C:C!         C:C!              C:C!     C:C!
ND      C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
MM      C:C!   C:C!  M:M          C:C!              C:C!     C:C!
MC      C:C!   C:C!  M:C!         C:C!              C:C!     C:C!
MR      C:C!   C:C!  M:C!         C:C!              C:C!     C:C!
MD      C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
CC      C:C!   C:C!  C:C!         C:C               C:C!     C:C!
CR      C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
CD      C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
RR      C:C!   C:C!  C:C!         C:R               R:R      C:C!
RD      C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
DD      C:C!   C:C!  C:C!         C:C!              C:C!     D:
"""

ONE_PERSON_WITHOUT_NAMES = """
whole→            found  none  not_matched  cannot_determine  refused  deferred
found             F:F    C:C!  C:C!         C:C!              C:C!     C:C!
none              C:C!   N:N   C:C!         C:C!              C:C!     C:C!
not_matched       C:C!   C:C!  M:C!         C:C!              C:C!     C:C!
cannot_determine  C:C!   C:C!  C:C!         C:C               C:C!     C:C!
refused           C:C!   C:C!  C:C!         C:R               R:R      C:C!
deferred          C:C!   C:C!  C:C!         C:C!              C:C!     D:
"""

ONE_PERSON_AND_WRONG_ROWS_WITHOUT_NAMES = """
whole→            found  none  not_matched  cannot_determine  refused  deferred
found             F:C!   C:C!  C:C!         C:C!              C:C!     C:C!
none              C:C!   N:C!  C:C!         C:C!              C:C!     C:C!
not_matched       C:C!   C:C!  M:C!         C:C!              C:C!     C:C!
cannot_determine  C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
refused           C:C!   C:C!  C:C!         C:C!              R:C!     C:C!
deferred          C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
"""

TWO_PERSONS_WITHOUT_NAMES = """
whole→  found  none   not_matched  cannot_determine  refused  deferred
FF      F:FF   C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
FN      F:FN   C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
FM      F:FC!  C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
FC      F:FC   C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
FR      F:FR   C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
FD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
NN      C:CC!  N:NN   C:CC!        C:CC!             C:CC!    C:CC!
NM      C:CC!  N:NC!  C:CC!        C:CC!             C:CC!    C:CC!
NC      C:CC!  N:NC   C:CC!        C:NC              C:CC!    C:CC!
NR      C:CC!  N:NR   C:CC!        C:NR              C:CC!    C:CC!
ND      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
MM      C:CC!  C:CC!  M:CC!        C:CC!             C:CC!    C:CC!
MC      C:CC!  C:CC!  M:CC!        C:CC!             C:CC!    C:CC!
MR      C:CC!  C:CC!  M:CR!        C:CR!             C:CC!    C:CC!
MD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
CC      C:CC!  C:CC!  C:CC!        C:CC              C:CC!    C:CC!
CR      C:CC!  C:CC!  C:CC!        C:CR              C:CC!    C:CC!
CD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
RR      C:CC!  C:CC!  C:CC!        C:RR              R:RR     C:CC!
RD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    C:CC!
DD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    D:
"""

THE_SAME_PERSON_TWICE_WITHOUT_NAMES = """
whole→  found  none  not_matched  cannot_determine  refused  deferred
FF      F:F    C:C!  C:C!         C:C!              C:C!     C:C!
FN      F:C!   C:C!  C:C!         C:C!              C:C!     C:C!
FM      F:C!   C:C!  C:C!         C:C!              C:C!     C:C!
FC      F:C!   C:C!  C:C!         C:C!              C:C!     C:C!
FR      F:C!   C:C!  C:C!         C:C!              C:C!     C:C!
FD      C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
NN      C:C!   N:N   C:C!         C:C!              C:C!     C:C!
NM      C:C!   N:C!  C:C!         C:C!              C:C!     C:C!
NC      C:C!   N:C!  C:C!         C:C!              C:C!     C:C!
NR      C:C!   N:C!  C:C!         C:C!              C:C!     C:C!
ND      C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
MM      C:C!   C:C!  M:C!         C:C!              C:C!     C:C!
MC      C:C!   C:C!  M:C!         C:C!              C:C!     C:C!
MR      C:C!   C:C!  M:C!         C:C!              C:C!     C:C!
MD      C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
CC      C:C!   C:C!  C:C!         C:C               C:C!     C:C!
CR      C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
CD      C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
RR      C:C!   C:C!  C:C!         C:R               R:R      C:C!
RD      C:C!   C:C!  C:C!         C:C!              C:C!     C:C!
DD      C:C!   C:C!  C:C!         C:C!              C:C!     D:
"""

NOBODY = """
whole→            found  none   not_matched  cannot_determine  refused  deferred
names             C:CC!  N:     M:           C:                R:       D:
without           C:CC!  N:     C:CC!        C:                R:       D:
names+outsider    C:CC!  C:CC!  C:CC!        C:                R:       D:
without+outsider  C:CC!  C:CC!  C:CC!        C:                R:       D:
"""
