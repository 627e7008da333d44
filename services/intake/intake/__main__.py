"""`python -m intake`: runs this service alone."""

from chassis.process.main import main
from intake.service import SERVICE

main(SERVICE)
