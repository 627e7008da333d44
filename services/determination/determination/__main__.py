"""`python -m determination`: runs this service alone."""

from chassis.process.main import main
from determination.service import SERVICE

main(SERVICE)
