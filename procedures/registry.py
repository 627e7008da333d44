"""Every procedure there is. Another regulation is one folder beside hainan_2025, and one name here."""

from procedures.hainan_2025.law import HAINAN_2025
from procedures.procedure import Procedures

PROCEDURES = Procedures(accepting=HAINAN_2025)
