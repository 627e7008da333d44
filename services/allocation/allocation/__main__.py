"""`python -m allocation`: runs this service alone."""

from allocation.service import SERVICE
from chassis.process.main import main

main(SERVICE)
