"""The departments this service asks; another one is one more file and one more name here and in the policy."""

from verify_property.departments.housing import HOUSING
from verify_property.departments.real_estate import REAL_ESTATE

DEPARTMENTS = (REAL_ESTATE, HOUSING)
