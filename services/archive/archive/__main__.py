"""`python -m archive`: runs this service alone."""

from archive.service import SERVICE
from chassis.run import main

main(SERVICE)
