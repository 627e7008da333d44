"""`python -m after_care`: runs this service alone."""

from after_care.service import SERVICE
from chassis.process.main import main

main(SERVICE)
