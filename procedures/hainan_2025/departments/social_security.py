"""Social security (人社): evidence of residence only (Art. 18(1)); employer and wages are never asked for."""

from procedures.department import Department
from procedures.hainan_2025.records import SocialSecurityRecord

SOCIAL_SECURITY = Department(
    name="social-security",
    title="social security",
    article="18(1)",
    about="applicant",
    with_name=True,
    record=SocialSecurityRecord,
    asked_by="verify-household",
)
