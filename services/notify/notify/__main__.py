"""`python -m notify`: runs this service alone."""

from chassis.process.main import main
from notify.service import SERVICE

main(SERVICE)
