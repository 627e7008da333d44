"""What comes of every combination of kinds, as tables: the kind of the whole, `:`, the kind of each person.

F found · N none · M not_matched · C cannot_determine · R refused · D deferred
`!` it contradicts itself, as its note says.
A deferred answer keeps nothing of what it says of persons; whatever contradicts itself as a whole is `C` of everybody.
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
found             F:F    C:C!  C:C!         C:C!              C:C!     D:
none              C:C!   N:N   C:C!         C:C!              C:C!     D:
not_matched       C:C!   C:C!  M:M          C:C!              C:C!     D:
cannot_determine  C:C!   C:C!  C:C!         C:C               C:C!     D:
refused           C:C!   C:C!  C:C!         C:R               R:R      D:
deferred          C:C!   C:C!  C:C!         C:C!              C:C!     D:
"""

ONE_PERSON_AND_WRONG_ROWS = """
whole→            found  none  not_matched  cannot_determine  refused  deferred
found             F:C!   C:C!  C:C!         C:C!              C:C!     D:
none              C:C!   N:C!  C:C!         C:C!              C:C!     D:
not_matched       C:C!   C:C!  M:C!         C:C!              C:C!     D:
cannot_determine  C:C!   C:C!  C:C!         C:C!              C:C!     D:
refused           C:C!   C:C!  C:C!         C:C!              R:C!     D:
deferred          C:C!   C:C!  C:C!         C:C!              C:C!     D:
"""

TWO_PERSONS = """
whole→  found  none   not_matched  cannot_determine  refused  deferred
FF      F:FF   C:CC!  C:CC!        C:CC!             C:CC!    D:
FN      F:FN   C:CC!  C:CC!        C:CC!             C:CC!    D:
FM      F:FM   C:CC!  C:CC!        C:CC!             C:CC!    D:
FC      F:FC   C:CC!  C:CC!        C:CC!             C:CC!    D:
FR      F:FR   C:CC!  C:CC!        C:CC!             C:CC!    D:
FD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    D:
NN      C:CC!  N:NN   C:CC!        C:CC!             C:CC!    D:
NM      C:CC!  N:NM   C:CC!        C:CC!             C:CC!    D:
NC      C:CC!  N:NC   C:CC!        C:NC              C:CC!    D:
NR      C:CC!  N:NR   C:CC!        C:NR              C:CC!    D:
ND      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    D:
MM      C:CC!  C:CC!  M:MM         C:CC!             C:CC!    D:
MC      C:CC!  C:CC!  M:MC         C:MC              C:CC!    D:
MR      C:CC!  C:CC!  M:MR         C:MR              C:CC!    D:
MD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    D:
CC      C:CC!  C:CC!  C:CC!        C:CC              C:CC!    D:
CR      C:CC!  C:CC!  C:CC!        C:CR              C:CC!    D:
CD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    D:
RR      C:CC!  C:CC!  C:CC!        C:RR              R:RR     D:
RD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    D:
DD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    D:
"""

THE_SAME_PERSON_TWICE = """
whole→  found  none  not_matched  cannot_determine  refused  deferred
FF      F:F    C:C!  C:C!         C:C!              C:C!     D:
FN      F:C!   C:C!  C:C!         C:C!              C:C!     D:
FM      F:C!   C:C!  C:C!         C:C!              C:C!     D:
FC      F:C!   C:C!  C:C!         C:C!              C:C!     D:
FR      F:C!   C:C!  C:C!         C:C!              C:C!     D:
FD      C:C!   C:C!  C:C!         C:C!              C:C!     D:
NN      C:C!   N:N   C:C!         C:C!              C:C!     D:
NM      C:C!   N:C!  C:C!         C:C!              C:C!     D:
NC      C:C!   N:C!  C:C!         C:C!              C:C!     D:
NR      C:C!   N:C!  C:C!         C:C!              C:C!     D:
ND      C:C!   C:C!  C:C!         C:C!              C:C!     D:
MM      C:C!   C:C!  M:M          C:C!              C:C!     D:
MC      C:C!   C:C!  M:C!         C:C!              C:C!     D:
MR      C:C!   C:C!  M:C!         C:C!              C:C!     D:
MD      C:C!   C:C!  C:C!         C:C!              C:C!     D:
CC      C:C!   C:C!  C:C!         C:C               C:C!     D:
CR      C:C!   C:C!  C:C!         C:C!              C:C!     D:
CD      C:C!   C:C!  C:C!         C:C!              C:C!     D:
RR      C:C!   C:C!  C:C!         C:R               R:R      D:
RD      C:C!   C:C!  C:C!         C:C!              C:C!     D:
DD      C:C!   C:C!  C:C!         C:C!              C:C!     D:
"""

ONE_PERSON_WITHOUT_NAMES = """
whole→            found  none  not_matched  cannot_determine  refused  deferred
found             F:F    C:C!  C:C!         C:C!              C:C!     D:
none              C:C!   N:N   C:C!         C:C!              C:C!     D:
not_matched       C:C!   C:C!  M:C!         C:C!              C:C!     D:
cannot_determine  C:C!   C:C!  C:C!         C:C               C:C!     D:
refused           C:C!   C:C!  C:C!         C:R               R:R      D:
deferred          C:C!   C:C!  C:C!         C:C!              C:C!     D:
"""

ONE_PERSON_AND_WRONG_ROWS_WITHOUT_NAMES = """
whole→            found  none  not_matched  cannot_determine  refused  deferred
found             F:C!   C:C!  C:C!         C:C!              C:C!     D:
none              C:C!   N:C!  C:C!         C:C!              C:C!     D:
not_matched       C:C!   C:C!  M:C!         C:C!              C:C!     D:
cannot_determine  C:C!   C:C!  C:C!         C:C!              C:C!     D:
refused           C:C!   C:C!  C:C!         C:C!              R:C!     D:
deferred          C:C!   C:C!  C:C!         C:C!              C:C!     D:
"""

TWO_PERSONS_WITHOUT_NAMES = """
whole→  found  none   not_matched  cannot_determine  refused  deferred
FF      F:FF   C:CC!  C:CC!        C:CC!             C:CC!    D:
FN      F:FN   C:CC!  C:CC!        C:CC!             C:CC!    D:
FM      F:FC!  C:CC!  C:CC!        C:CC!             C:CC!    D:
FC      F:FC   C:CC!  C:CC!        C:CC!             C:CC!    D:
FR      F:FR   C:CC!  C:CC!        C:CC!             C:CC!    D:
FD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    D:
NN      C:CC!  N:NN   C:CC!        C:CC!             C:CC!    D:
NM      C:CC!  N:NC!  C:CC!        C:CC!             C:CC!    D:
NC      C:CC!  N:NC   C:CC!        C:NC              C:CC!    D:
NR      C:CC!  N:NR   C:CC!        C:NR              C:CC!    D:
ND      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    D:
MM      C:CC!  C:CC!  M:CC!        C:CC!             C:CC!    D:
MC      C:CC!  C:CC!  M:CC!        C:CC!             C:CC!    D:
MR      C:CC!  C:CC!  M:CR!        C:CR!             C:CC!    D:
MD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    D:
CC      C:CC!  C:CC!  C:CC!        C:CC              C:CC!    D:
CR      C:CC!  C:CC!  C:CC!        C:CR              C:CC!    D:
CD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    D:
RR      C:CC!  C:CC!  C:CC!        C:RR              R:RR     D:
RD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    D:
DD      C:CC!  C:CC!  C:CC!        C:CC!             C:CC!    D:
"""

THE_SAME_PERSON_TWICE_WITHOUT_NAMES = """
whole→  found  none  not_matched  cannot_determine  refused  deferred
FF      F:F    C:C!  C:C!         C:C!              C:C!     D:
FN      F:C!   C:C!  C:C!         C:C!              C:C!     D:
FM      F:C!   C:C!  C:C!         C:C!              C:C!     D:
FC      F:C!   C:C!  C:C!         C:C!              C:C!     D:
FR      F:C!   C:C!  C:C!         C:C!              C:C!     D:
FD      C:C!   C:C!  C:C!         C:C!              C:C!     D:
NN      C:C!   N:N   C:C!         C:C!              C:C!     D:
NM      C:C!   N:C!  C:C!         C:C!              C:C!     D:
NC      C:C!   N:C!  C:C!         C:C!              C:C!     D:
NR      C:C!   N:C!  C:C!         C:C!              C:C!     D:
ND      C:C!   C:C!  C:C!         C:C!              C:C!     D:
MM      C:C!   C:C!  M:C!         C:C!              C:C!     D:
MC      C:C!   C:C!  M:C!         C:C!              C:C!     D:
MR      C:C!   C:C!  M:C!         C:C!              C:C!     D:
MD      C:C!   C:C!  C:C!         C:C!              C:C!     D:
CC      C:C!   C:C!  C:C!         C:C               C:C!     D:
CR      C:C!   C:C!  C:C!         C:C!              C:C!     D:
CD      C:C!   C:C!  C:C!         C:C!              C:C!     D:
RR      C:C!   C:C!  C:C!         C:R               R:R      D:
RD      C:C!   C:C!  C:C!         C:C!              C:C!     D:
DD      C:C!   C:C!  C:C!         C:C!              C:C!     D:
"""

NOBODY = """
whole→            found  none   not_matched  cannot_determine  refused  deferred
names             C:CC!  N:     M:           C:                R:       D:
without           C:CC!  N:     C:CC!        C:                R:       D:
names+outsider    C:CC!  C:CC!  C:CC!        C:                R:       D:
without+outsider  C:CC!  C:CC!  C:CC!        C:                R:       D:
"""
