"""The departments this service asks; another one is one more file and one more name here and in the policy."""

from verify_household.departments.civil_affairs import CIVIL_AFFAIRS
from verify_household.departments.household_registry import HOUSEHOLD_REGISTRY
from verify_household.departments.social_security import SOCIAL_SECURITY
from verify_household.departments.tax import TAX

DEPARTMENTS = (HOUSEHOLD_REGISTRY, CIVIL_AFFAIRS, SOCIAL_SECURITY, TAX)
