"""`python -m intake`: runs this service alone."""

from chassis.run import main
from intake.service import SERVICE

main(SERVICE)
