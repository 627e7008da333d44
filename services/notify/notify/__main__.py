"""`python -m notify`: runs this service alone."""

from chassis.run import main
from notify.service import SERVICE

main(SERVICE)
