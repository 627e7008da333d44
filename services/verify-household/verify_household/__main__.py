"""`python -m verify_household`: runs this service alone."""

from chassis.process.main import main
from verify_household.service import SERVICE

main(SERVICE)
