"""`python -m archive`: runs this service alone."""

from archive.service import SERVICE
from chassis.process.main import main

main(SERVICE)
