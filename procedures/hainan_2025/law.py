"""The measures for allocation-type affordable housing of Hainan District (海南政办发〔2025〕8号), as one value."""

from procedures.hainan_2025 import completeness, determination, view
from procedures.hainan_2025.ban_question import BAN_LIST
from procedures.hainan_2025.departments import DEPARTMENTS
from procedures.hainan_2025.notices import NOTICES
from procedures.hainan_2025.policy import POLICY
from procedures.procedure import Procedure

HAINAN_2025 = Procedure(
    subject="family",
    policy=POLICY,
    departments=DEPARTMENTS,
    ban_question=BAN_LIST,
    assess=completeness.assess,
    decide=determination.decide,
    determine_again=determination.determine_again,
    would_change=determination.would_change,
    law_for=view.law_for,
    view=view.case_view,
    notices=NOTICES,
)
